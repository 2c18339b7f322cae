//! Arithmetic coding, and samples of 12 bits.

use std::io::Write;
use std::process::{Command, Stdio};

use avatar_jpeg::{Decoder, Error, Instructions, LimitKind, Process, Rect, Request, Scratch};
use slow_jpeg::check::{assert_decodes, decode, whole};
use slow_jpeg::scan::Scan;
use slow_jpeg::writer::Picture;

/// What a file says if it does not choose, and other bounds.
const CONDITIONINGS: [(u8, u8, u8); 3] = [(0, 1, 5), (2, 4, 20), (0, 0, 63)];

/// Several samplings, sequential and progressive, with and without restart markers.
fn pictures() -> impl Iterator<Item = Picture> {
    const SAMPLINGS: [&[(usize, usize)]; 4] = [
        &[(1, 1)],
        &[(2, 2), (1, 1), (1, 1)],
        &[(3, 1), (1, 1), (1, 3)],
        &[(1, 1), (1, 1), (1, 1), (1, 1)],
    ];
    let kinds = (0..4).flat_map(|kind| [0, 1, 5].map(|restart| (kind, restart)));
    kinds.flat_map(|(kind, restart)| {
        (1..).zip(SAMPLINGS).map(move |(seed, sampling)| {
            let mut picture = Picture::random(67, 43, sampling, seed);
            picture.restart = restart;
            match kind {
                0 => picture,
                1 => picture.non_interleaved(),
                2 => picture.progressive(true),
                _ => picture.progressive(false),
            }
        })
    })
}

#[test]
fn arithmetic_coding_gives_the_planes_of_huffman_coding() {
    let mut count = 0;
    for (number, picture) in pictures().enumerate() {
        let mut coded = picture.clone();
        coded.arithmetic = Some(CONDITIONINGS[number % 3]);
        let (huffman, arithmetic) = (picture.write(), coded.write());
        let process = Decoder::new(&arithmetic).unwrap().header().process;
        let wanted = match picture.progressive {
            true => Process::ArithmeticProgressive,
            false => Process::Arithmetic,
        };
        assert_eq!(process, wanted);
        for crop in [whole(&picture), Rect::new(19, 11, 30, 20)] {
            for eighths in [8, 3, 1] {
                let [wanted, found] =
                    [&huffman, &arithmetic].map(|bytes| decode(bytes, crop, eighths).unwrap());
                assert!(!found.damaged);
                assert_eq!(found, wanted, "picture {number}, {eighths}/8 of {crop:?}");
                count += 1;
            }
        }
    }
    assert_eq!(count, 48 * 6);
}

/// Also where a file is cut or damaged, so that a loop ends early.
#[test]
fn instructions_of_the_processor_change_no_plane() {
    let mut best = Scratch::new();
    let mut plain = Scratch::new().with_instructions(Instructions::baseline());
    let mut damaged = 0;
    for (number, mut picture) in pictures().enumerate().step_by(5) {
        for arithmetic in [None, Some(CONDITIONINGS[number % 3])] {
            picture.arithmetic = arithmetic;
            let whole_file = picture.write();
            let end = whole_file.len();
            let mut changed = whole_file.clone();
            changed[end * 3 / 4..end * 3 / 4 + 9].fill(0x5A);
            for bytes in [&whole_file[..], &changed, &whole_file[..end * 4 / 5]] {
                for side in [30, 17, 5] {
                    let request = Request {
                        min_share: 0.0,
                        ..Request::new(Rect::new(9, 5, 30, 30), (side, side))
                    };
                    let decoded = |scratch: &mut Scratch| {
                        let planes =
                            Decoder::new(bytes).and_then(|it| it.decode(&request, scratch));
                        planes.map_err(|error| error.to_string())
                    };
                    let (one, other) = (decoded(&mut best), decoded(&mut plain));
                    assert_eq!(one, other, "picture {number}, {arithmetic:?}, {side}");
                    damaged += u32::from(one.is_ok_and(|planes| planes.damaged));
                }
            }
        }
    }
    assert!(damaged > 30, "{damaged}");
}

/// So the encoder of these tests is not wrong in the same way.
#[test]
#[cfg_attr(not(djpeg), ignore = "needs djpeg, see CONTRIBUTING.md")]
fn djpeg_reads_the_same_arithmetic_coding() {
    let decoded = |bytes: &[u8]| {
        let mut command = Command::new("djpeg");
        let mut child = (command.stdin(Stdio::piped()).stdout(Stdio::piped()))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        child.wait_with_output().unwrap().stdout
    };
    // It refuses the other samplings.
    let is_read = |picture: &Picture| picture.components.len() < 4 && picture.components[0].h < 3;
    let mut count = 0;
    for (number, mut picture) in pictures().filter(is_read).enumerate().step_by(3) {
        let wanted = decoded(&picture.write());
        picture.arithmetic = Some(CONDITIONINGS[number / 3 % 3]);
        assert!(!wanted.is_empty());
        assert!(decoded(&picture.write()) == wanted, "picture {number}");
        count += 1;
    }
    assert_eq!(count, 8);
}

#[test]
fn samples_of_12_bits_are_rounded_down_to_8() {
    for (number, picture) in pictures().enumerate() {
        let mut picture = picture.of_12_bits();
        picture.arithmetic = (number % 2 == 1).then_some((0, 1, 5));
        assert_decodes(&picture.write(), &picture, &format!("picture {number}"));
    }
    // A block of one value is eight times that value, and its difference has up to 15 bits.
    let mut flat = Picture::random(64, 8, &[(1, 1)], 1).of_12_bits();
    flat.steps = [1; 64];
    let values = [0, 1, 15, 16, 2047, 2048, 4079, 4095];
    for (block, value) in flat.components[0].blocks.iter_mut().zip(values) {
        *block = [0; 64];
        block[0] = (value - 2048) * 8;
    }
    let planes = decode(&flat.write(), whole(&flat), 8).unwrap();
    let found: Vec<_> = planes.planes[0].samples[..64]
        .chunks(8)
        .map(|block| block[0])
        .collect();
    assert_eq!(found, [0, 0, 0, 1, 127, 128, 254, 255]);
}

/// T.81 allows baseline only 8 bits, but such files exist, and other decoders read them.
#[test]
fn samples_of_12_bits_in_a_baseline_frame_are_read() {
    let picture = Picture::random(67, 43, &[(2, 2), (1, 1), (1, 1)], 1).of_12_bits();
    let mut bytes = picture.write();
    let frame = bytes
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC1])
        .unwrap();
    bytes[frame + 1] = 0xC0;
    assert_decodes(&bytes, &picture, "baseline");
}

/// A flat picture has nearly no data but zeros, which encoders leave out, more of them with more tables.
#[test]
fn flat_arithmetic_pictures_are_whole() {
    let mut picture = Picture::random(640, 640, &[(1, 1); 4], 3);
    for component in &mut picture.components {
        component.blocks.fill([0; 64]);
    }
    picture.arithmetic = Some((0, 1, 5));
    let request = Request::new(whole(&picture), (640, 640)).full();
    let decoded = |bytes: &[u8]| {
        let planes = Decoder::new(bytes)
            .unwrap()
            .decode(&request, &mut Scratch::new())
            .unwrap();
        let is_flat = |plane: &avatar_jpeg::Plane| plane.samples.iter().all(|s| *s == 128);
        assert!(planes.planes.iter().all(is_flat));
        (planes.decoded_share, planes.damaged)
    };
    for own_tables in [false, true] {
        picture.own_tables = own_tables;
        let bytes = picture.write();
        assert_eq!(decoded(&bytes), (1.0, false));
        // Without the end marker, more can be missing.
        assert_eq!(decoded(&bytes[..bytes.len() - 2]), (1.0, true));
    }
}

#[test]
fn arithmetic_data_that_ends_early_is_reported() {
    let mut picture = Picture::random(160, 160, &[(1, 1)], 3);
    picture.arithmetic = Some((0, 1, 5));
    let bytes = picture.write();
    let request = Request::new(whole(&picture), (160, 160)).full();
    let decoded = |bytes: &[u8]| {
        Decoder::new(bytes)
            .unwrap()
            .decode(&request, &mut Scratch::new())
    };
    let half = decoded(&bytes[..bytes.len() / 2]).unwrap_err();
    assert!(
        matches!(half, Error::Truncated { share, .. } if (0.3..0.6).contains(&share)),
        "{half}"
    );
    let most = decoded(&bytes[..bytes.len() * 97 / 100]).unwrap();
    assert!(most.damaged && (0.9..1.0).contains(&most.decoded_share));
    // Zeros in place of what an end marker hides are noticed too, unless a flat end is left out.
    let marked = [&bytes[..bytes.len() / 2], &[0xFF, 0xD9]].concat();
    let marked = decoded(&marked).unwrap_err();
    assert!(
        matches!(marked, Error::Truncated { share, .. } if (0.3..0.6).contains(&share)),
        "{marked}"
    );
    let mut flat = picture.clone();
    for block in &mut flat.components[0].blocks[200..] {
        *block = [0; 64];
    }
    let flat = decoded(&flat.write()).unwrap();
    assert_eq!((flat.decoded_share, flat.damaged), (1.0, false));
    // Left over data means that something before was wrong.
    let mut longer = bytes.clone();
    longer.splice(bytes.len() - 2..bytes.len() - 2, [0x12; 40]);
    assert!(decoded(&longer).unwrap().damaged);
    assert!(!decoded(&bytes).unwrap().damaged);
    // With restart markers, only the damaged interval is lost.
    picture.restart = 20;
    let mut broken = picture.write();
    let at = broken
        .windows(2)
        .position(|pair| pair == [0xFF, 0xD4])
        .unwrap();
    broken[at - 60..at].fill(0x55);
    let planes = decoded(&broken).unwrap();
    assert!(planes.damaged);
    let whole = decoded(&picture.write()).unwrap();
    let same = |rows: std::ops::Range<usize>| {
        let samples = |planes: &avatar_jpeg::Planes| {
            planes.planes[0].samples[rows.start * 160..rows.end * 160].to_vec()
        };
        samples(&planes) == samples(&whole)
    };
    assert!(same(0..32) && !same(32..40) && same(40..160));
}

#[test]
fn many_scans_of_few_bytes_are_refused() {
    let mut picture = Picture::random(512, 512, &[(1, 1)], 3);
    for block in &mut picture.components[0].blocks {
        *block = [0; 64];
    }
    picture = picture.progressive(true);
    picture.arithmetic = Some((0, 1, 5));
    let request = Request::new(whole(&picture), (512, 512)).full();
    let refinement = picture.scans.last().unwrap().clone();
    let decoded = |picture: &Picture| {
        let bytes = picture.write();
        Decoder::new(&bytes)
            .unwrap()
            .decode(&request, &mut Scratch::new())
            .map(|_| ())
    };
    assert_eq!(decoded(&picture), Ok(()));
    picture.scans.extend(vec![refinement; 60]);
    let refused = decoded(&picture).unwrap_err();
    assert!(
        matches!(
            refused,
            Error::Limit {
                kind: LimitKind::Work,
                ..
            }
        ),
        "{refused}"
    );
    let mut wrong = picture.clone();
    wrong.scans = vec![Scan {
        components: vec![0],
        band: (0, 0),
        high: 0,
        low: 0,
    }];
    wrong.arithmetic = Some((5, 1, 5));
    assert_eq!(decoded(&wrong), Err(Error::Invalid { segment: "DAC" }));
}

/// After data whose blocks have all coefficients, zeros go on like it: without a limit, a file of a
/// few kilobytes would take minutes.
#[test]
fn only_a_flat_end_may_be_left_out() {
    let mut picture = Picture::random(160, 120, &[(1, 1)], 3);
    for block in &mut picture.components[0].blocks {
        *block = [1 << 11; 64];
        block[0] = 0;
    }
    picture.arithmetic = Some((0, 1, 5));
    let mut bytes = picture.write();
    let frame = bytes
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC9])
        .unwrap();
    let side = 16_383_u16.to_be_bytes();
    bytes[frame + 5..frame + 9].copy_from_slice(&[side, side].concat());
    assert!(bytes.len() < 4096);
    let request = Request::new(Rect::new(0, 0, 16_383, 16_383), (100, 100));
    let refused = (Decoder::new(&bytes).unwrap())
        .decode(&request, &mut Scratch::new())
        .unwrap_err();
    // There are 300 blocks, and 4 million are stated.
    assert!(
        matches!(refused, Error::Truncated { share, .. } if (5e-5..1e-4).contains(&share)),
        "{refused}"
    );
}

//! Arithmetic coding, 12 bits and the lossless process.

use std::io::Write;
use std::process::{Command, Stdio};

use avatar_jpeg::{Decoder, Error, LimitKind, Process, Rect, Request, Scratch};
use slow_jpeg::check::{assert_decodes, decode, whole};
use slow_jpeg::writer::{Picture, Random, Scan};

use crate::support;

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

/// A lossless picture: what it is stored as, and how.
struct Lossless {
    size: (usize, usize),
    bits: u32,
    sampling: Vec<(usize, usize)>,
    predictor: u8,
    shift: u32,
    /// Rows of MCUs in a restart interval; 0 without.
    interval: usize,
    is_interleaved: bool,
    /// Rows of samples of each component.
    samples: Vec<Vec<Vec<i32>>>,
}

impl Lossless {
    fn random(random: &mut Random) -> Self {
        let mut below = |n: u64| random.below(n) as usize;
        let size = (1 + below(30), 1 + below(30));
        let bits = 2 + below(15) as u32;
        let count = [1, 2, 3, 4][below(4)];
        let is_plain = below(2) == 0;
        let sampling: Vec<_> = (0..count)
            .map(|_| {
                if is_plain {
                    (1, 1)
                } else {
                    (1 + below(4), 1 + below(4))
                }
            })
            .collect();
        let mut picture = Self {
            size,
            bits,
            sampling,
            predictor: 1 + below(7) as u8,
            shift: [0, 0, 1, bits - 1][below(4)],
            interval: [0, 1, 2, 5][below(4)],
            is_interleaved: below(2) == 0,
            samples: Vec::new(),
        };
        let is_noise = below(2) == 0;
        for index in 0..count {
            let (wide, high) = picture.size_of(index);
            let sample = |x: usize, y: usize, noise: usize| {
                let value = if is_noise { noise } else { x * 5 + y * 9 };
                ((value % (1 << bits)) >> picture.shift << picture.shift) as i32
            };
            let rows = (0..high).map(|y| (0..wide).map(|x| sample(x, y, below(1 << 16))).collect());
            let rows = rows.collect();
            picture.samples.push(rows);
        }
        picture
    }

    fn largest(&self) -> (usize, usize) {
        let most =
            |factor: fn(&(usize, usize)) -> usize| self.sampling.iter().map(factor).max().unwrap();
        (most(|s| s.0), most(|s| s.1))
    }

    fn size_of(&self, index: usize) -> (usize, usize) {
        let ((across, down), (h, v)) = (self.largest(), self.sampling[index]);
        (
            (self.size.0 * h).div_ceil(across),
            (self.size.1 * v).div_ceil(down),
        )
    }

    /// Pixels of a row, with the samples of smaller components repeated.
    fn row(&self, y: usize) -> Vec<u16> {
        let (across, down) = self.largest();
        let sample = |x: usize| {
            self.sampling
                .iter()
                .zip(&self.samples)
                .map(move |((h, v), samples)| samples[y * v / down][x * h / across] as u16)
        };
        (0..self.size.0).flat_map(sample).collect()
    }

    fn write(&self) -> Vec<u8> {
        let mut out = vec![0xFF, 0xD8, 0xFF, 0xC3, 0, 8 + 3 * self.sampling.len() as u8];
        let (width, height) = (self.size.0 as u8, self.size.1 as u8);
        out.extend([
            self.bits as u8,
            0,
            height,
            0,
            width,
            self.sampling.len() as u8,
        ]);
        (0..)
            .zip(&self.sampling)
            .for_each(|(id, (h, v))| out.extend([id, (h << 4 | v) as u8, 0]));
        // Codes of 1 to 15 bits, and two of 16.
        out.extend([0xFF, 0xC4, 0, 36, 0]);
        out.extend((1..=16).map(|length| 1 + u8::from(length == 16)));
        out.extend(0..=16);
        let all: Vec<_> = (0..self.sampling.len()).collect();
        let scans: Vec<&[usize]> = if self.is_interleaved {
            vec![&all]
        } else {
            all.chunks(1).collect()
        };
        for scan in scans {
            self.write_scan(&mut out, scan);
        }
        out.extend([0xFF, 0xD9]);
        out
    }

    fn write_scan(&self, out: &mut Vec<u8>, scan: &[usize]) {
        let (across, down) = self.largest();
        let of_mcu = |index: usize| {
            if scan.len() == 1 {
                (1, 1)
            } else {
                self.sampling[index]
            }
        };
        let (wide, high) = match scan {
            [one] => self.size_of(*one),
            _ => (self.size.0.div_ceil(across), self.size.1.div_ceil(down)),
        };
        out.extend([0xFF, 0xDD, 0, 4]);
        out.extend(((self.interval * wide) as u16).to_be_bytes());
        out.extend([0xFF, 0xDA, 0, 6 + 2 * scan.len() as u8, scan.len() as u8]);
        scan.iter().for_each(|&index| out.extend([index as u8, 0]));
        out.extend([self.predictor, 0, self.shift as u8]);
        let mut bits = String::new();
        for row in 0..high {
            let is_start = row == 0 || (self.interval > 0 && row % self.interval == 0);
            if is_start && row > 0 {
                flush(out, &mut bits);
                out.extend([0xFF, 0xD0 + ((row / self.interval - 1) % 8) as u8]);
            }
            for column in 0..wide {
                for &index in scan {
                    let (h, v) = of_mcu(index);
                    for (y, x) in (0..v).flat_map(|y| (0..h).map(move |x| (y, x))) {
                        let place = (column * h + x, row * v + y);
                        bits += &self.difference(index, place, is_start && y == 0);
                    }
                }
            }
        }
        flush(out, &mut bits);
    }

    /// The code of a difference and its bits; beyond the edges, samples are repeated.
    fn difference(&self, index: usize, (x, y): (usize, usize), is_first: bool) -> String {
        let rows = &self.samples[index];
        let at = |x: usize, y: usize| {
            let row = &rows[y.min(rows.len() - 1)];
            row[x.min(row.len() - 1)] >> self.shift
        };
        let prediction = match (x, is_first) {
            (0, true) => 1 << (self.bits - self.shift - 1),
            (0, false) => at(0, y - 1),
            (_, true) => at(x - 1, y),
            _ => {
                let (a, b, c) = (at(x - 1, y), at(x, y - 1), at(x - 1, y - 1));
                [
                    a,
                    b,
                    c,
                    a + b - c,
                    a + ((b - c) >> 1),
                    b + ((a - c) >> 1),
                    (a + b) >> 1,
                ][usize::from(self.predictor) - 1]
            }
        };
        let difference = (at(x, y) - prediction) as i16;
        let size = 16 - difference.unsigned_abs().leading_zeros() as usize;
        let code = match size {
            16 => "1".repeat(16),
            size => "1".repeat(size) + "0",
        };
        let value = i32::from(difference) - i32::from(difference < 0);
        let value = format!("{:016b}", value & 0xFFFF);
        if size == 16 {
            code
        } else {
            code + &value[16 - size..]
        }
    }
}

/// Appends bits, padded with ones, as bytes.
fn flush(out: &mut Vec<u8>, bits: &mut String) {
    while !bits.len().is_multiple_of(8) {
        bits.push('1');
    }
    for byte in bits.as_bytes().chunks(8) {
        let byte = byte.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0'));
        out.push(byte);
        if byte == 0xFF {
            out.push(0);
        }
    }
    bits.clear();
}

type Rows = Vec<Vec<u16>>;

fn lossless(
    bytes: &[u8],
    rows: std::ops::Range<u32>,
) -> Result<(Rows, avatar_jpeg::LosslessShare), Error> {
    let mut found = Vec::new();
    let share = Decoder::new(bytes)?.lossless(rows, 0.5, |row| found.push(row.to_vec()))?;
    Ok((found, share))
}

#[test]
fn lossless_pictures_come_back_exactly() {
    let mut random = Random(7);
    for number in 0..300 {
        let picture = Lossless::random(&mut random);
        let bytes = picture.write();
        let height = picture.size.1;
        let wanted: Vec<_> = (0..height).map(|y| picture.row(y)).collect();
        let (found, share) =
            lossless(&bytes, 0..height as u32).unwrap_or_else(|e| panic!("{number}: {e}"));
        assert!(found == wanted, "picture {number}");
        assert_eq!(
            (share.decoded_share, share.damaged),
            (1.0, false),
            "picture {number}"
        );
        let part = height / 3..height / 2 + 1;
        let (found, share) = lossless(&bytes, part.start as u32..part.end as u32).unwrap();
        assert!(!share.damaged, "picture {number}");
        assert!(found == wanted[part], "picture {number}");
    }
}

/// A gray picture of 30 rows with a restart marker after each.
fn gray() -> Lossless {
    let samples = (0..30).map(|y| (0..20).map(|x| (x * 9 + y * 7) % 256).collect());
    Lossless {
        size: (20, 30),
        bits: 8,
        sampling: vec![(1, 1)],
        predictor: 4,
        shift: 0,
        interval: 1,
        is_interleaved: true,
        samples: vec![samples.collect()],
    }
}

#[test]
fn damage_in_a_lossless_picture_ends_at_the_next_restart_marker() {
    let picture = gray();
    let bytes = picture.write();
    let wanted: Vec<_> = (0..30).map(|y| picture.row(y)).collect();
    let marker = |code: u8| {
        bytes
            .windows(2)
            .position(|pair| pair == [0xFF, code])
            .unwrap()
    };
    let check = |bytes: &[u8], lost: std::ops::Range<usize>| {
        let (found, share) = lossless(bytes, 0..30).unwrap();
        assert!(share.damaged);
        assert_eq!(share.decoded_share, (30 - lost.len()) as f32 / 30.0);
        for (y, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
            match lost.contains(&y) {
                true => assert_eq!(found, &[128; 20], "row {y}"),
                false => assert_eq!(found, wanted, "row {y}"),
            }
        }
    };
    // A row without its data.
    let mut emptied = bytes.clone();
    emptied.drain(marker(0xD2) + 2..marker(0xD3));
    check(&emptied, 3..4);
    // Two rows with their markers.
    let mut shorter = bytes.clone();
    shorter.drain(marker(0xD2)..marker(0xD4));
    check(&shorter, 3..5);
    // A file that ends early.
    let last = bytes
        .windows(2)
        .rposition(|pair| pair == [0xFF, 0xD3])
        .unwrap();
    check(&bytes[..last], 28..30);
}

/// Offsets of all restart markers.
fn markers(bytes: &[u8]) -> Vec<usize> {
    let is_marker = |pair: &[u8]| pair[0] == 0xFF && (0xD0..=0xD7).contains(&pair[1]);
    let pairs = bytes.windows(2).enumerate();
    pairs
        .filter_map(|(at, pair)| is_marker(pair).then_some(at))
        .collect()
}

#[test]
fn eight_lossless_intervals_too_many_or_too_few_are_noticed() {
    let bytes = gray().write();
    let at = markers(&bytes);
    let doubled = [&bytes[..at[15]], &bytes[at[7]..]].concat();
    let removed = [&bytes[..at[7]], &bytes[at[15]..]].concat();
    for rows in [0..30, 0..20] {
        let is_damaged = |bytes: &[u8]| lossless(bytes, rows.clone()).unwrap().1.damaged;
        assert!(!is_damaged(&bytes));
        assert!(is_damaged(&doubled) && is_damaged(&removed), "{rows:?}");
    }
}

#[test]
fn a_wrong_number_of_a_restart_marker_moves_nothing() {
    let picture = gray();
    let bytes = picture.write();
    let wanted: Vec<_> = (0..30).map(|y| picture.row(y)).collect();
    for wrong in [0xD2, 0xD4] {
        let mut bytes = bytes.clone();
        let third = markers(&bytes)[11];
        assert_eq!(bytes[third + 1], 0xD3);
        bytes[third + 1] = wrong;
        let (found, share) = lossless(&bytes, 0..30).unwrap();
        assert_eq!((share.decoded_share, share.damaged), (1.0, true));
        assert!(found == wanted);
    }
}

/// 65,535 intervals are stated, and none is there: if each were searched for in the rest of the file,
/// that would take minutes.
#[test]
fn missing_lossless_intervals_are_searched_for_once() {
    let mut bytes = vec![
        0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 8, 0xFF, 0xFF, 0, 64, 1, 1, 0x11,
    ];
    bytes.extend([0, 0xFF, 0xC4, 0, 20, 0, 1]);
    bytes.extend([0; 16]);
    bytes.extend([0xFF, 0xDD, 0, 4, 0, 64]);
    bytes.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 0, 0]);
    bytes.extend([0xFF, 0x00].repeat(150_000));
    let refused = lossless(&bytes, 0..65_535).unwrap_err();
    assert!(
        matches!(refused, Error::Truncated { share: 0.0, .. }),
        "{refused}"
    );
}

#[test]
fn gray_of_a_few_bits_stays_gray_in_lossless_ycbcr() {
    for bits in [2, 4, 8, 12, 16] {
        let most = (1 << bits) - 1;
        let luma: Vec<i32> = (0..16).map(|x| x / 4 * most / 3).collect();
        let picture = Lossless {
            size: (16, 16),
            bits,
            sampling: vec![(1, 1); 3],
            interval: 0,
            predictor: 1,
            samples: vec![
                vec![luma; 16],
                vec![vec![1 << (bits - 1); 16]; 16],
                vec![vec![1 << (bits - 1); 16]; 16],
            ],
            ..gray()
        };
        let mut bytes = picture.write();
        // JFIF: the colours are YCbCr.
        bytes.splice(2..2, *b"\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
        let result = support::prepare(support::finest(), &bytes).unwrap();
        let pixels = support::decode(result.bytes()).pixels;
        for (x, [r, g, b]) in pixels.into_iter().enumerate() {
            assert!(r == g && g == b, "{bits} bits: {r}, {g}, {b}");
            let wanted = (x % 16 / 4 * 85) as u8;
            assert!(r.abs_diff(wanted) <= 1, "{bits} bits: {r}, not {wanted}");
        }
    }
}

#[test]
fn wrong_lossless_pictures_are_refused() {
    let refused = |picture: &Lossless, change: fn(&mut Vec<u8>)| {
        let mut bytes = picture.write();
        change(&mut bytes);
        lossless(&bytes, 0..picture.size.1 as u32).unwrap_err()
    };
    let invalid = |segment| Error::Invalid { segment };
    let wrong = |change: fn(&mut Vec<u8>)| refused(&gray(), change);
    // The table, the predictor, the point transform, and a restart interval that is not whole rows.
    assert_eq!(wrong(|bytes| _ = bytes.drain(15..53)), invalid("DHT"));
    assert_eq!(wrong(|bytes| bytes[66] = 0), invalid("SOS"));
    assert_eq!(wrong(|bytes| bytes[68] = 8), invalid("SOS"));
    assert_eq!(wrong(|bytes| bytes[58] = 21), invalid("DRI"));
    // Far more pixels than there is data for.
    let lie = wrong(|bytes| bytes[7..11].fill(0xFF));
    assert!(
        matches!(lie, Error::Truncated { share, .. } if share < 0.01),
        "{lie}"
    );
    // Half of the data.
    let half = wrong(|bytes| bytes.truncate(bytes.len() / 3));
    assert!(
        matches!(half, Error::Truncated { share, .. } if share < 0.5),
        "{half}"
    );
    // The lossless process with arithmetic coding, and more bits than there are.
    for (at, value) in [(3, 0xCB), (6, 17)] {
        let mut bytes = gray().write();
        bytes[at] = value;
        let error = lossless(&bytes, 0..30).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    }
}

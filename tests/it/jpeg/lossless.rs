//! The lossless process.

use avatar_jpeg::{Decoder, Error};
use slow_jpeg::random::Random;

use super::lossless_writer::Lossless;
use crate::support;

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

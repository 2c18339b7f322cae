//! Damaged and truncated files: what is there is decoded, the rest is reported. Files that are made to do harm
//! are in `hostile`.

use avatar_jpeg::{Error, Planes, Rect};
use slow_jpeg::check::{decode, difference, lenient, whole};
use slow_jpeg::writer::Picture;

/// Offsets of the restart markers.
fn restarts(bytes: &[u8]) -> Vec<usize> {
    let is = |w: &[u8]| w[0] == 0xFF && (0xD0..=0xD7).contains(&w[1]);
    bytes
        .windows(2)
        .enumerate()
        .filter(|(_, w)| is(w))
        .map(|(i, _)| i)
        .collect()
}

/// A gray picture of 20 rows of 10 blocks with a restart marker after every row, and what it decodes to.
fn restarting() -> (Vec<u8>, Planes, Picture) {
    let mut picture = Picture::random(80, 160, &[(1, 1)], 3);
    picture.restart = 10;
    let bytes = picture.write();
    let planes = decode(&bytes, whole(&picture), 8).unwrap();
    (bytes, planes, picture)
}

/// Rows of blocks that differ.
fn changed_rows(a: &Planes, b: &Planes) -> Vec<usize> {
    let rows = |p: &Planes| {
        p.planes[0]
            .samples
            .chunks(p.planes[0].width * 8)
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>()
    };
    rows(a)
        .iter()
        .zip(rows(b))
        .enumerate()
        .filter(|(_, (a, b))| *a != b)
        .map(|(i, _)| i)
        .collect()
}

#[test]
fn damage_is_confined_to_its_restart_interval() {
    let (bytes, sound, picture) = restarting();
    let at = restarts(&bytes);
    let mut damaged = bytes.clone();
    // All ones are no code.
    damaged[at[4] + 6..at[4] + 12].copy_from_slice(&[0xFF, 0, 0xFF, 0, 0xFF, 0]);
    let planes = lenient(&damaged, &picture);
    assert!(planes.damaged && planes.decoded_share < 1.0 && planes.decoded_share >= 0.94);
    assert_eq!(changed_rows(&sound, &planes), [5]);
}

#[test]
fn lost_intervals_leave_the_others_in_their_place() {
    let (bytes, sound, picture) = restarting();
    let at = restarts(&bytes);
    let cut = [&bytes[..at[4] + 20], &bytes[at[7]..]].concat();
    let planes = lenient(&cut, &picture);
    assert!(
        changed_rows(&sound, &planes)
            .iter()
            .all(|row| (5..8).contains(row)),
        "{:?}",
        changed_rows(&sound, &planes)
    );
    // Whole intervals, so that nothing but the numbers tells.
    let planes = lenient(&[&bytes[..at[4]], &bytes[at[6]..]].concat(), &picture);
    assert!(
        changed_rows(&sound, &planes)
            .iter()
            .all(|row| (5..7).contains(row)),
        "{:?}",
        changed_rows(&sound, &planes)
    );
}

#[test]
fn a_marker_in_the_middle_of_an_interval_costs_only_that_interval() {
    let (bytes, sound, picture) = restarting();
    let at = restarts(&bytes);
    for code in [0x3A, 0xD0, 0xD3, 0xD5] {
        let mut damaged = bytes.clone();
        damaged.splice(at[4] + 8..at[4] + 8, [0xFF, code]);
        let planes = lenient(&damaged, &picture);
        assert!(
            changed_rows(&sound, &planes)
                .iter()
                .all(|row| (5..7).contains(row)),
            "{code:x}: {:?}",
            changed_rows(&sound, &planes)
        );
    }
}

#[test]
fn wrong_restart_numbers_do_not_matter_where_the_data_is_sound() {
    let (bytes, sound, picture) = restarting();
    let at = restarts(&bytes);
    let numbered = |number: &dyn Fn(usize) -> usize| {
        let mut renumbered = bytes.clone();
        at.iter()
            .enumerate()
            .for_each(|(i, &at)| renumbered[at + 1] = 0xD0 + (number(i) % 8) as u8);
        changed_rows(&sound, &lenient(&renumbered, &picture))
    };
    assert_eq!(numbered(&|i| i), [0; 0]);
    assert_eq!(numbered(&|_| 0), [0; 0]);
    assert_eq!(numbered(&|i| i + 1), [0; 0]);
    assert_eq!(numbered(&|i| if i == 5 { 2 } else { i }), [0; 0]);
}

#[test]
fn crops_jump_over_intervals_even_damaged_ones() {
    let (mut bytes, sound, picture) = restarting();
    let at = restarts(&bytes);
    bytes[at[2] + 6..at[2] + 12].copy_from_slice(&[0xFF, 0, 0xFF, 0, 0xFF, 0]);
    let crop = Rect::new(16, 96, 40, 40);
    let planes = decode(&bytes, crop, 8).unwrap();
    assert!(!planes.damaged);
    assert!(difference(&planes, crop, &picture).max <= 1.0);
    assert_eq!(
        planes.planes[0].samples[..40],
        sound.planes[0].samples[96 * 80 + 16..][..40]
    );
}

#[test]
fn truncated_files_report_how_much_there_is() {
    let picture = Picture::random(160, 160, &[(2, 2), (1, 1), (1, 1)], 4);
    let bytes = picture.write();
    let scan = bytes.windows(2).position(|w| w == [0xFF, 0xDA]).unwrap();
    let keep = |share: f64| &bytes[..scan + ((bytes.len() - scan) as f64 * share) as usize];
    let planes = decode(keep(0.96), whole(&picture), 8).unwrap();
    assert!(
        planes.damaged && (0.9..1.0).contains(&planes.decoded_share),
        "{}",
        planes.decoded_share
    );
    match decode(keep(0.5), whole(&picture), 8) {
        Err(Error::Truncated { share, required }) => {
            assert!((0.35..0.65).contains(&share) && required == 0.9, "{share}");
        }
        other => panic!("{other:?}"),
    }
    // What is cut off lies below this crop.
    let planes = decode(keep(0.8), Rect::new(0, 0, 160, 90), 8).unwrap();
    assert!(!planes.damaged && planes.decoded_share == 1.0);
}

#[test]
fn progressive_files_are_usable_from_their_first_scans() {
    let picture = Picture::random(80, 80, &[(2, 2), (1, 1), (1, 1)], 5).progressive(true);
    let bytes = picture.write();
    let scans: Vec<_> = bytes
        .windows(2)
        .enumerate()
        .filter(|(_, w)| *w == [0xFF, 0xDA])
        .map(|(i, _)| i)
        .collect();
    let planes = decode(&bytes[..scans[1]], whole(&picture), 8).unwrap();
    assert!(planes.damaged && planes.decoded_share == 1.0);
    let planes = decode(&bytes[..scans[4]], whole(&picture), 1).unwrap();
    assert_eq!(planes.decoded_share, 1.0);
    assert!(matches!(
        decode(&bytes[..scans[0] + 30], whole(&picture), 8),
        Err(Error::Truncated { .. })
    ));
}

/// The first scan has all of the picture, coarsely, so a broken table behind it only ends the picture.
#[test]
fn a_broken_table_behind_a_complete_scan_refuses_nothing() {
    let picture = Picture::random(80, 80, &[(2, 2), (1, 1), (1, 1)], 5).progressive(true);
    let bytes = picture.write();
    let pairs = bytes.windows(2).enumerate();
    let scans = pairs.filter(|(_, pair)| *pair == [0xFF, 0xDA]);
    let scans: Vec<usize> = scans.map(|(at, _)| at).collect();
    // 255 codes of one bit.
    let table = [&[0xFF, 0xC4, 0, 19][..], &[0], &[255; 16]].concat();
    let broken = |at: usize| {
        let broken = [&bytes[..at], &table, &bytes[at..]].concat();
        decode(&broken, whole(&picture), 8)
    };
    assert!(broken(scans[0]).is_err());
    for &at in &scans[1..] {
        let planes = broken(at).unwrap();
        assert!(planes.damaged && planes.decoded_share == 1.0, "at {at}");
    }
}

#[test]
fn eight_lost_intervals_are_noticed_although_their_numbers_are_not() {
    let (bytes, _, picture) = restarting();
    let at = restarts(&bytes);
    let lost = [&bytes[..at[4]], &bytes[at[12]..]].concat();
    assert!(lenient(&lost, &picture).damaged);
    // This also holds if the crop ends above the missing rows.
    let top = Rect::new(0, 0, 80, 80);
    assert!(!decode(&bytes, top, 8).unwrap().damaged);
    assert!(decode(&lost, top, 8).unwrap().damaged);
    // If a file ends below the crop, the crop is complete.
    assert!(!decode(&bytes[..at[14]], top, 8).unwrap().damaged);
}

#[test]
fn lost_scans_of_a_progressive_picture_are_noticed() {
    let picture = Picture::random(80, 80, &[(2, 2), (1, 1), (1, 1)], 5).progressive(true);
    assert!(
        !decode(&picture.write(), whole(&picture), 8)
            .unwrap()
            .damaged
    );
    for lost in 1..picture.scans.len() {
        let mut less = picture.clone();
        less.scans.remove(lost);
        let planes = decode(&less.write(), whole(&picture), 8).unwrap();
        assert!(planes.damaged, "scan {lost}");
    }
    // The header of a scan is broken, so nothing after it is read.
    let bytes = picture.write();
    let heads = bytes
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| *pair == [0xFF, 0xDA]);
    for (at, _) in heads.skip(2) {
        let mut broken = bytes.clone();
        broken[at + 4] = 9;
        assert!(
            decode(&broken, whole(&picture), 8).unwrap().damaged,
            "at {at}"
        );
    }
}

/// The picture with these bytes before the marker that ends its last scan.
fn padded(picture: &Picture, more: &[u8]) -> Vec<u8> {
    let mut bytes = picture.write();
    let end = bytes.len() - 2;
    assert_eq!(bytes[end..], [0xFF, 0xD9]);
    bytes.splice(end..end, more.iter().copied());
    bytes
}

#[test]
fn padding_at_the_end_of_a_scan_is_no_damage() {
    let ones = [0xFF, 0x00];
    let paddings = [
        ones.to_vec(),
        ones.repeat(3),
        ones.repeat(5000),
        vec![0; 1],
        vec![0; 30_000],
        vec![0xFF; 7],
        [0, 0xFF, 0].repeat(8),
    ];
    // Their last codes end at any bit, and the rest in memory has any length.
    for seed in 0..24 {
        let colors: &[(usize, usize)] = [&[(1, 1)][..], &[(2, 2), (1, 1), (1, 1)]][seed % 2];
        let mut picture = Picture::random(40 + seed, 33, colors, seed as u64);
        picture.restart = [0, 3][seed / 2 % 2];
        let picture = match seed % 3 {
            2 => picture.progressive(true),
            _ => picture,
        };
        let sound = lenient(&picture.write(), &picture);
        for padding in &paddings {
            let planes = lenient(&padded(&picture, padding), &picture);
            let what = format!("seed {seed}, {} bytes", padding.len());
            assert!(!planes.damaged && planes.decoded_share == 1.0, "{what}");
            for (plane, sound) in planes.planes.iter().zip(&sound.planes) {
                assert!(plane.samples == sound.samples, "{what}");
            }
        }
    }
}

#[test]
fn what_is_too_much_for_padding_is_noticed() {
    for seed in 0..8 {
        let mut picture = Picture::random(40, 33, &[(1, 1)], seed);
        picture.restart = [0, 3][seed as usize % 2];
        for more in [vec![0x5A; 3], [0, 0xFF, 0].repeat(9), [0, 0, 1].to_vec()] {
            let planes = lenient(&padded(&picture, &more), &picture);
            assert!(planes.damaged, "seed {seed}, {} bytes", more.len());
        }
        // Zeros where the rest of the file should be, and no marker after them.
        let mut zeros = padded(&picture, &[0; 40]);
        zeros.truncate(zeros.len() - 2);
        assert!(lenient(&zeros, &picture).damaged, "seed {seed}");
        // Data that ends too early is not helped by padding.
        let mut short = padded(&picture, &[]);
        let end = short.len() - 2;
        short.splice(end - 12..end, [0; 1]);
        assert!(lenient(&short, &picture).damaged, "seed {seed}");
    }
}

//! A multiple of eight restart intervals is missing, so that the numbers of the others look right: the
//! picture itself shows where.

use super::corpus;
use super::restarts::{END, Parts};
use avatar_jpeg::{Decoder, Rect, Request, Scratch};
use slow_jpeg::check::lenient;
use slow_jpeg::writer::Picture;

type Sampling = &'static [(usize, usize)];
const GRAY: Sampling = &[(1, 1)];
const COLOR: Sampling = &[(2, 2), (1, 1), (1, 1)];

/// A scene, with intervals of less than a row, a row, and what fits no row.
fn scenes() -> Vec<(String, Parts)> {
    let kinds = [
        (GRAY, 160, 640, 20),
        (GRAY, 160, 640, 10),
        (GRAY, 168, 640, 13),
        (COLOR, 320, 960, 20),
        (COLOR, 320, 960, 5),
        (COLOR, 328, 960, 9),
    ];
    let scene = |(sampling, width, height, interval): (Sampling, usize, usize, usize)| {
        let mut picture = Picture::random(width, height, sampling, 11).scene(5);
        picture.restart = interval;
        let name = format!(
            "{} components, {width}x{height} by {interval}",
            sampling.len()
        );
        (name, Parts::of(picture))
    };
    kinds.into_iter().map(scene).collect()
}

#[test]
fn multiples_of_eight_are_placed_by_the_picture() {
    let (mut right, mut tries) = (0, 0);
    for (name, parts) in scenes() {
        let count = parts.intervals.len();
        // With less than a row before the gap, nearly nothing can be compared.
        let row = parts.row().div_ceil(parts.picture.restart);
        for length in [8, 16] {
            let places = [
                row,
                row + 1,
                count / 3,
                count / 2,
                count / 2 + 7,
                count - length - 3,
            ];
            for k in places {
                let (lost, share, damaged) = parts.lost(&without(&parts, k, length));
                let most = (length + astray(&parts)) as f64 * 1.03 + 0.3;
                tries += 1;
                right += usize::from(lost <= most);
                if lost > most {
                    println!("{name}: {k}..{} of {count}: {lost}", k + length);
                }
                let kept = 1.0 - length as f32 / count as f32;
                assert!(damaged && (share - kept).abs() < 0.02, "{name}: {share}");
            }
        }
    }
    println!("{right} of {tries} gaps are placed");
    assert!(right * 10 >= tries * 9, "{right} of {tries}");
}

impl Parts {
    /// MCUs in a row.
    fn row(&self) -> usize {
        self.sound.planes[0].width / 8 / self.picture.components[0].h
    }
}

/// How many intervals more may be lost, because less than a row of them fits as well on the other side.
fn astray(parts: &Parts) -> usize {
    let wide = parts.row();
    (wide / parts.picture.restart - usize::from(wide.is_multiple_of(parts.picture.restart))).min(2)
}

#[test]
fn a_loss_at_either_end_moves_little_if_the_edges_show_it() {
    for (name, parts) in scenes() {
        let count = parts.intervals.len();
        let wide = parts.row();
        for (length, k) in [(8, 0), (16, 0), (8, count - 8), (16, count - 16)] {
            let bytes = without(&parts, k, length);
            let what = format!("{name}: {k}..{} of {count}", k + length);
            if length * parts.picture.restart % wide == 0 {
                // All rows fit together wherever they are: it is noted that some are missing.
                let (_, share, damaged) = parts.lost(&bytes);
                let lost = length as f32 / count as f32;
                assert!(
                    damaged && (1.0 - lost - share).abs() < 0.02,
                    "{what}: {share}"
                );
            } else {
                let (lost, _, damaged) = parts.lost(&bytes);
                assert!(
                    damaged && lost < length as f64 + count as f64 * 0.15,
                    "{what}: {lost}"
                );
            }
        }
    }
}

#[test]
fn eight_intervals_that_are_there_twice_are_noticed() {
    for (name, parts) in scenes() {
        let all = parts.all();
        let doubled = [&all[..30], &all[22..]].concat();
        let (lost, _, damaged) = parts.lost(&parts.join(&doubled, &END));
        assert!(damaged && lost > 1.0, "{name}: {lost}");
        assert!(!parts.lost(&parts.join(&all, &END)).2, "{name}");
    }
}

#[test]
fn a_gap_outside_the_crop_does_not_move_what_is_inside() {
    let mut picture = Picture::random(320, 960, COLOR, 11).scene(5);
    picture.restart = 20;
    let parts = Parts::of(picture);
    let crop = Rect::new(0, 640, 320, 320);
    let request = Request::new(crop, (1, 1)).full();
    let decode = |bytes: &[u8]| {
        let decoder = Decoder::new(bytes).unwrap();
        decoder.decode(&request, &mut Scratch::new()).unwrap()
    };
    let whole = decode(&parts.join(&parts.all(), &END));
    let lacking = decode(&without(&parts, 10, 8));
    assert!(lacking.damaged && !whole.damaged);
    assert_eq!(lacking.decoded_share, 1.0);
    for (a, b) in whole.planes.iter().zip(&lacking.planes) {
        assert!(a.samples == b.samples);
    }
}

#[test]
fn the_dc_scan_of_a_progressive_picture_is_placed() {
    let mut picture = Picture::random(320, 960, COLOR, 11)
        .scene(5)
        .progressive(true);
    picture.restart = 20;
    let parts = Parts::of(picture);
    let dc = parts.intervals.iter().take(47);
    assert!(
        dc.clone()
            .all(|bytes| !bytes.windows(2).any(|pair| pair == [0xFF, 0xDA]))
    );
    let bytes = without(&parts, 20, 8);
    let planes = lenient(&bytes, &parts.picture);
    let (a, b) = (&planes.planes[0], &parts.sound.planes[0]);
    let differ = (a.samples.chunks(320).zip(b.samples.chunks(320)))
        .map(|(a, b)| a != b)
        .collect::<Vec<_>>();
    let rows = |from: usize, to: usize| differ[from * 16..to * 16].iter().filter(|d| **d).count();
    assert!(planes.damaged);
    assert_eq!((rows(0, 20), rows(20, 28), rows(28, 60)), (0, 128, 0));
}

/// The file without some of its intervals. If the first is missing, so is the marker behind it.
fn without(parts: &Parts, from: usize, length: usize) -> Vec<u8> {
    let mut kept = parts.all();
    kept.drain(from..from + length);
    if from == 0 {
        kept[0] = &kept[0][2..];
    }
    parts.join(&kept, &END)
}

/// Where the restart markers are, up to the end of a scan.
fn markers(bytes: &[u8], scan: usize) -> Vec<usize> {
    let pairs = (scan + 2..bytes.len() - 1).filter(|at| bytes[*at] == 0xFF);
    let is_inside = |at: &usize| bytes[at + 1] != 0xD9;
    pairs
        .take_while(is_inside)
        .filter(|at| (0xD0..=0xD7).contains(&bytes[at + 1]))
        .collect()
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn photographs_without_eight_of_their_intervals() {
    let (mut right, mut tries) = (0, 0);
    for photo in corpus::sound_jpegs() {
        let decoder = Decoder::new(&photo.bytes).unwrap();
        let header = decoder.header();
        let scans =
            (0..photo.bytes.len()).filter(|at| photo.bytes[*at..].starts_with(&[0xFF, 0xDA]));
        let is_photo = photo.name.starts_with("photos/") && photo.kind.starts_with("baseline");
        if !is_photo || header.restart_interval == 0 {
            continue;
        }
        // A thumbnail has no restart markers.
        let at = (scans.map(|scan| markers(&photo.bytes, scan)))
            .max_by_key(Vec::len)
            .unwrap();
        let crop = Rect::new(0, 0, header.width, header.height);
        let request = Request {
            min_share: 0.0,
            ..Request::new(crop, (1, 1))
        };
        let decode = |bytes: &[u8]| {
            let decoder = Decoder::new(bytes).unwrap();
            decoder.decode(&request, &mut Scratch::new()).unwrap()
        };
        let whole = decode(&photo.bytes);
        assert!(!whole.damaged, "{}", photo.name);
        for quarter in 1..=3 {
            let k = at.len() * quarter / 4;
            let Some(end) = at.get(k + 8) else { continue };
            let bytes = [&photo.bytes[..at[k]], &photo.bytes[*end..]].concat();
            let lacking = decode(&bytes);
            let (a, b) = (&whole.planes[0].samples, &lacking.planes[0].samples);
            let wrong = a.iter().zip(b).filter(|(a, b)| a != b).count() as f64 / a.len() as f64;
            let lost = 8.0 / (at.len() + 1) as f64;
            assert!(lacking.damaged, "{}", photo.name);
            println!(
                "{} {quarter}/4: {wrong:.3} wrong, {lost:.3} lost",
                photo.name
            );
            tries += 1;
            right += usize::from(wrong < lost + 0.03);
        }
    }
    println!("{right} of {tries} photographs");
    assert!(tries >= 9 && right * 10 >= tries * 8, "{right} of {tries}");
}

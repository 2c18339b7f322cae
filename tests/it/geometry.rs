//! Every stored size from 1×1 to 8×8 in every orientation, compared with the definition, written
//! out.

use crate::support::{decode, finest, prepare, tiff};

/// Colours far enough apart that JPEG rounding cannot exchange two neighbours.
fn color(x: u32, y: u32) -> [u8; 3] {
    [(x * 32 + 8) as u8, (y * 32 + 8) as u8, 128]
}

/// Where the upright pixel (x, y) is stored, for a picture stored as w × h, as CIPA DC-008 says
/// which stored row and column are the upright top and left.
pub(crate) fn stored(orientation: u16, x: u32, y: u32, w: u32, h: u32) -> (u32, u32) {
    match orientation {
        1 => (x, y),
        2 => (w - 1 - x, y),
        3 => (w - 1 - x, h - 1 - y),
        4 => (x, h - 1 - y),
        5 => (y, x),
        6 => (y, h - 1 - x),
        7 => (w - 1 - y, h - 1 - x),
        _ => (w - 1 - y, x),
    }
}

#[test]
fn every_orientation_of_every_small_size() {
    for (w, h) in (1..=8).flat_map(|w| (1..=8).map(move |h| (w, h))) {
        for orientation in 1..=8 {
            let avatar = prepare(finest(), &tiff(w, h, orientation, color)).unwrap();
            let (upright_w, upright_h) = if orientation >= 5 { (h, w) } else { (w, h) };
            let edge = w.min(h);
            assert_eq!(avatar.edge(), edge);
            assert_eq!(u16::from(avatar.orientation().exif()), orientation);
            let (left, top) = ((upright_w - edge) / 2, (upright_h - edge) / 2);
            let result = decode(avatar.bytes());
            for (x, y) in (0..edge).flat_map(|x| (0..edge).map(move |y| (x, y))) {
                let (sx, sy) = stored(orientation, x + left, y + top, w, h);
                let (found, wanted) = (result.at(x, y), color(sx, sy));
                let far = found.iter().zip(wanted).any(|(a, b)| a.abs_diff(b) > 12);
                assert!(
                    !far,
                    "{w}x{h} o{orientation} at {x},{y}: {found:?}, not {wanted:?}"
                );
            }
        }
    }
}

#[test]
fn orientations_out_of_range_mean_upright() {
    for orientation in [0, 9, 200, 65_535] {
        let avatar = prepare(finest(), &tiff(4, 4, orientation, color)).unwrap();
        assert_eq!(avatar.orientation().exif(), 1, "{orientation}");
    }
}

#[test]
fn resizing_keeps_the_centre_in_the_centre() {
    // White below the diagonal from corner to corner: turned squares differ, shifted ones too.
    let picture = tiff(
        900,
        600,
        6,
        |x, y| if x * 2 < y * 3 { [255; 3] } else { [0; 3] },
    );
    let avatar = prepare(finest().with_edge(100).unwrap(), &picture).unwrap();
    let result = decode(avatar.bytes());
    // Orientation 6: the stored bottom left corner is the upright top left.
    assert_eq!((result.at(5, 5), result.at(94, 94)), ([255; 3], [0; 3]));
    assert_eq!(result.edge, 100);
}

#[test]
fn enlarging_is_asked_for_and_noted() {
    let small = tiff(30, 20, 1, color_of_the_left_half);
    let kept = prepare(finest(), &small).unwrap();
    assert_eq!(kept.edge(), 20);
    assert_eq!(
        kept.notes()[0].to_string(),
        "made 20 instead of 640 pixels: the original has no more"
    );
    let enlarged = prepare(finest().with_enlarge(true), &small).unwrap();
    assert_eq!(enlarged.edge(), 640);
    assert_eq!(enlarged.notes()[0].to_string(), "enlarged from 20 pixels");
    let result = decode(enlarged.bytes());
    assert_eq!(
        (result.at(100, 320), result.at(540, 320)),
        ([0; 3], [255; 3])
    );
}

fn color_of_the_left_half(x: u32, _: u32) -> [u8; 3] {
    if x < 15 { [0; 3] } else { [255; 3] }
}

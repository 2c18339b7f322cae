//! Input that is refused, and the messages.

use avatar_faces::{Detector, Error};

fn refused(pixels: &[u8], width: u32, height: u32) -> Error {
    Detector::new().detect(pixels, width, height).unwrap_err()
}

#[test]
fn sides_must_be_in_range() {
    for (width, height) in [(0, 5), (5, 0), (65_536, 1), (1, u32::MAX)] {
        assert_eq!(refused(&[], width, height), Error::Side { width, height });
    }
    assert_eq!(
        refused(&[], 0, 5).to_string(),
        "width and height must be 1 to 65535 pixels, got 0x5"
    );
}

#[test]
fn pixels_must_fit_the_sides() {
    assert_eq!(
        refused(&[0; 11], 2, 2).to_string(),
        "pixels must be 12 bytes (3 for each pixel: red, green, blue), got 11"
    );
    assert!(Detector::new().detect(&[0; 12], 2, 2).is_ok());
    let expected = 65_535 * 65_535 * 3;
    assert_eq!(
        refused(&[0; 16], 65_535, 65_535),
        Error::Length {
            found: 16,
            expected
        }
    );
}

#[test]
fn the_look_must_be_in_range() {
    for look in [0, 31, 65_536] {
        let error = Detector::new()
            .detect_at(&[0; 12], 2, 2, look, 0.7)
            .unwrap_err();
        assert_eq!(error, Error::Look { found: look });
        assert_eq!(
            error.to_string(),
            format!("the look must be 32 to 65535 pixels wide, got {look}")
        );
    }
}

#[test]
fn memory_is_bounded_by_the_look_not_by_the_picture() {
    let small = Detector::memory(640, 640);
    assert!((8_000_000..16_000_000).contains(&small), "{small}");
    assert_eq!(Detector::memory(6400, 6400) - small, (6400 - 640) * 12);
    assert!(Detector::memory(320, 240) < small / 4);
}

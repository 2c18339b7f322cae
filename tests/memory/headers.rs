//! What a header takes is allocated before there is an estimate.

use avatar_prepare::{Limits, Note, Preparer, Settings};
use image::ImageEncoder;
use image::codecs::{png::PngEncoder, webp::WebPEncoder};

use super::{is_alone, peak};

/// A profile of `length` bytes that says nothing, in a PNG of 9 x 9 pixels.
fn png_with_profile(length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(vec![0; length]).unwrap();
    let color = image::ExtendedColorType::Rgba8;
    encoder.write_image(&[99; 9 * 9 * 4], 9, 9, color).unwrap();
    bytes
}

fn webp_with_profile(length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut bytes);
    encoder.set_icc_profile(vec![0; length]).unwrap();
    let color = image::ExtendedColorType::Rgb8;
    encoder.write_image(&[99; 9 * 9 * 3], 9, 9, color).unwrap();
    bytes
}

fn tiff_with_profile(length: usize) -> Vec<u8> {
    let entries: [(u16, u16, u32, u32); 9] = [
        (256, 4, 1, 9),
        (257, 4, 1, 9),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 200),
        (278, 4, 1, 9),
        (279, 4, 1, 81),
        (34675, 7, length as u32, 300),
    ];
    let mut bytes = b"II*\0\x08\0\0\0\x09\0".to_vec();
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.resize(300 + length, 99);
    bytes
}

/// Memory for the header is allocated before there is a permit, so it must be little.
#[test]
fn a_header_takes_little_memory_whatever_it_says() {
    if !is_alone() {
        return;
    }
    let most = Limits::PROFILE_BYTES;
    for (name, bytes) in [
        ("packed", png_with_profile(12 * most)),
        ("large", webp_with_profile(4 * most)),
        ("large", tiff_with_profile(4 * most)),
        ("as large as it may be", webp_with_profile(most)),
        ("as large as it may be", tiff_with_profile(most)),
    ] {
        let mut preparer = Preparer::new(Settings::default(), Limits::default());
        let (avatar, taken) = peak(|| preparer.prepare(&bytes));
        let notes = avatar.unwrap().notes().to_vec();
        let ignored = notes
            .iter()
            .any(|note| matches!(note, Note::ProfileIgnored { .. }));
        assert!(ignored, "{name}: {notes:?}");
        let allowed = 4 * most as u64;
        assert!(taken < allowed, "{name}: {taken} of {allowed} bytes");
    }
}

#[test]
fn a_packed_profile_in_an_icon_is_ignored() {
    if !is_alone() {
        return;
    }
    let picture = png_with_profile(12 * Limits::PROFILE_BYTES);
    let mut icon = vec![0, 0, 1, 0, 1, 0, 9, 9, 0, 0, 1, 0, 32, 0];
    icon.extend((picture.len() as u32).to_le_bytes());
    icon.extend(22u32.to_le_bytes());
    icon.extend(&picture);
    let mut preparer = Preparer::new(Settings::default(), Limits::default());
    let (made, taken) = peak(|| preparer.prepare(&icon));
    let notes = made.unwrap().notes().to_vec();
    let ignored = |note: &Note| matches!(note, Note::ProfileIgnored { .. });
    assert!(notes.iter().any(ignored), "{notes:?}");
    // Its length is found out without keeping it.
    assert!(taken < 4 << 20, "{taken}");
}

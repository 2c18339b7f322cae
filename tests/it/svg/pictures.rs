use image::ImageFormat;

use super::{close, look, notes};
use crate::support::{code, encode, finest, png, prepare};

/// Bytes as they may stand in an address.
pub(super) fn percent(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02x}")).collect()
}

/// The halves as a Windows bitmap: rows from the bottom, blue before green before red.
fn bitmap() -> Vec<u8> {
    let mut bytes = b"BM".to_vec();
    for value in [
        54 + 4800_u32,
        0,
        54,
        40,
        40,
        40,
        0x0018_0001,
        0,
        4800,
        0,
        0,
        0,
        0,
    ] {
        bytes.extend(value.to_le_bytes());
    }
    let row = [[0, 0, 255]; 20]
        .into_iter()
        .chain([[255, 0, 0]; 20])
        .flatten();
    (0..40).for_each(|_| bytes.extend(row.clone()));
    bytes
}

/// Red left, blue right.
fn halves() -> image::DynamicImage {
    let pixels = image::RgbImage::from_fn(40, 40, |x, _| {
        image::Rgb(if x < 20 { [255, 0, 0] } else { [0, 0, 255] })
    });
    image::DynamicImage::ImageRgb8(pixels)
}

fn embedded(kind: &str, bytes: &[u8]) -> String {
    let data = percent(bytes);
    format!(r#"<image width="100" height="100" xlink:href="data:{kind},{data}"/>"#)
}

fn is_halves(kind: &str, bytes: &[u8]) {
    let [left, right] = look(&embedded(kind, bytes), [(25, 50), (75, 50)]);
    assert!(
        close(left, [255, 0, 0]) && close(right, [0, 0, 255]),
        "{kind}: {left:?} {right:?}"
    );
}

#[test]
fn pictures_are_told_by_content() {
    is_halves("image/bmp", &bitmap());
    for (kind, format) in [
        ("image/png", ImageFormat::Png),
        ("application/octet-stream", ImageFormat::Png),
        ("image/jpeg", ImageFormat::Gif),
        ("image/tiff", ImageFormat::Tiff),
        ("", ImageFormat::WebP),
    ] {
        is_halves(kind, &encode(&halves(), format));
    }
}

#[test]
fn large_pictures_are_reduced_with_care() {
    // Black and white columns of one pixel: gray, not what single pixels happen to be.
    let stripes = png(4000, 40, |x, _| {
        if x % 2 == 0 {
            [0, 0, 0, 255]
        } else {
            [255, 255, 255, 255]
        }
    });
    let drawing =
        embedded("image/png", &stripes).replace("<image", r#"<image preserveAspectRatio="none""#);
    for found in look(&drawing, [(10, 50), (33, 50), (50, 50), (77, 50)]) {
        assert!(
            found[0].abs_diff(188) < 12 || found[0].abs_diff(128) < 12,
            "{found:?}"
        );
    }
}

#[test]
fn a_picture_without_a_size_has_its_own() {
    let data = percent(&encode(&halves(), ImageFormat::Png));
    let drawing = format!(r#"<image xlink:href="data:image/png,{data}"/>"#);
    let [left, right, outside] = look(&drawing, [(10, 20), (30, 20), (60, 20)]);
    assert!(close(left, [255, 0, 0]) && close(right, [0, 0, 255]) && close(outside, [255; 3]));
}

#[test]
fn drawings_within_drawings_are_drawn() {
    let inner = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><style>.l{fill:color(srgb 1 0 0)}</style><rect width="2" height="2" fill="blue"/><rect class="l" width="1" height="2"/></svg>"#;
    is_halves("image/svg+xml", inner.as_bytes());
    let deeper = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">{}</svg>"#,
        embedded("image/bmp", &bitmap())
    );
    is_halves("image/svg+xml", deeper.as_bytes());
}

#[test]
fn pictures_that_cannot_be_read_are_noted_or_fail() {
    let whole = |drawing: &str| {
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">{drawing}</svg>"#
        )
    };
    let notes = notes(&whole(&embedded("image/png", b"no picture at all")));
    assert!(
        notes.len() == 1 && notes[0].starts_with("embedded picture left out: "),
        "{notes:?}"
    );
    let picture = encode(&halves(), ImageFormat::Png);
    let broken = whole(&embedded("image/png", &picture[..60]));
    assert_eq!(code(broken.as_bytes()), "malformed");
    let error = prepare(finest(), broken.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("SVG"), "{error}");
}

/// Browsers show the rest of a drawing with a damaged picture.
#[test]
fn damaged_pictures_are_left_out_of_drawings() {
    let mut picture = encode(&halves(), ImageFormat::Png);
    let middle = picture.len() / 2;
    picture.truncate(middle);
    let drawing =
        embedded("image/png", &picture) + r#"<rect y="50" width="100" height="50" fill="green"/>"#;
    let [above, below] = look(&drawing, [(50, 20), (50, 70)]);
    assert!(close(above, [255; 3]) && close(below, [0, 128, 0]));
    let notes = notes(&format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">{drawing}</svg>"#
    ));
    assert!(
        notes
            .iter()
            .filter(|it| it.starts_with("embedded picture left out: "))
            .count()
            == 1,
        "{notes:?}"
    );
}

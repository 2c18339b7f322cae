//! Comparison with libjpeg-turbo's `djpeg`, if it is installed: the same samples, up to the
//! difference between two integer transforms.

use super::corpus;
use avatar_jpeg::{ColorModel, Decoder, Rect, Request, Scratch};
use slow_jpeg::check::between;
use std::io::Write;
use std::process::{Command, Stdio};

/// Luma by `djpeg`: the binary PGM's size and samples.
fn luma(bytes: &[u8]) -> Option<(usize, usize, Vec<u8>)> {
    let mut child = Command::new("djpeg")
        .args(["-grayscale", "-pnm", "-dct", "int"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take()?;
    let input = bytes.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
    let output = child.wait_with_output().ok()?.stdout;
    let _ = writer.join();
    let mut fields = output.splitn(4, u8::is_ascii_whitespace);
    let mut number = || {
        std::str::from_utf8(fields.next()?)
            .ok()?
            .parse::<usize>()
            .ok()
    };
    let (_, width, height) = (number(), number()?, number()?);
    let samples = fields.next()?.strip_prefix(b"255\n")?.to_vec();
    Some((width, height, samples))
}

#[test]
#[cfg_attr(
    not(all(corpus, djpeg)),
    ignore = "needs the corpus and djpeg, see CONTRIBUTING.md"
)]
fn luma_is_what_djpeg_decodes() {
    let mut scratch = Scratch::new();
    for picture in corpus::sound_jpegs() {
        // Its scan data contradicts its tables; every decoder makes stripes of it.
        if picture.name.ends_with("hopper_bad_exif.jpg") {
            continue;
        }
        let decoder =
            Decoder::new(&picture.bytes).unwrap_or_else(|e| panic!("{}: {e}", picture.name));
        let header = decoder.header();
        // A luma of lower resolution than the picture is interpolated by djpeg; a missing height it does not support.
        let full = header
            .components
            .iter()
            .all(|c| c.h <= header.components[0].h && c.v <= header.components[0].v);
        if !matches!(header.color, Some(ColorModel::YCbCr | ColorModel::Gray)) || !full {
            continue;
        }
        let Some((width, height, expected)) = luma(&picture.bytes) else {
            println!("djpeg refuses {}", picture.name);
            continue;
        };
        assert_eq!(
            (width, height),
            (header.width as usize, header.height as usize),
            "{}",
            picture.name
        );
        let crop = Rect::new(0, 0, header.width, header.height);
        let request = Request::new(crop, (1, 1)).full();
        let planes = decoder
            .decode(&request, &mut scratch)
            .unwrap_or_else(|e| panic!("{}: {e}", picture.name));
        let plane = &planes.planes[0];
        let difference = between((&plane.samples, plane.width), (&expected, width));
        let (max, mean) = (difference.max, difference.mean());
        println!("{:60} max {max} mean {mean:.4}", picture.name);
        assert!(
            max <= 1.0 && mean <= 0.05,
            "{}: max {max} mean {mean}",
            picture.name
        );
    }
}

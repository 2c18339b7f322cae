//! Files of the encoder in common programs, if these are installed: libjpeg-turbo's `djpeg`,
//! Pillow, FFmpeg and Chromium show what zune-jpeg decodes, up to how they enlarge chroma.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use avatar_jpeg::encode::{Encoder, Picture, Sampling};

struct Case {
    name: String,
    file: PathBuf,
    jpeg: Vec<u8>,
    width: u32,
    height: u32,
    /// Interleaved, as zune-jpeg decodes it.
    rgb: Vec<u8>,
}

/// Every kind of file that is written, in even and odd sizes; made once, for all tests.
static CASES: LazyLock<Vec<Case>> = LazyLock::new(cases);

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    std::fs::create_dir_all(&folder).unwrap();
    let mut cases = Vec::new();
    for (width, height) in [(1, 1), (8, 8), (7, 5), (17, 33), (160, 120)] {
        for (kind, sampling) in [
            ("gray", Sampling::Gray),
            ("420", Sampling::S420),
            ("444", Sampling::S444),
        ] {
            for progressive in [false, true] {
                let samples = scenery(width, height);
                let gray: Vec<u8> = samples.chunks_exact(3).map(|pixel| pixel[1]).collect();
                let picture = match sampling {
                    Sampling::Gray => Picture::gray(width, height, &gray),
                    _ => Picture::from_rgb(width, height, &samples),
                };
                let encoder = Encoder::new()
                    .quality(88)
                    .sampling(sampling)
                    .progressive(progressive);
                let jpeg = encoder.encode(&picture.unwrap()).unwrap();
                let name = format!("{width}x{height}-{kind}-{progressive}");
                let file = folder.join(format!("{name}.jpg"));
                std::fs::write(&file, &jpeg).unwrap();
                let rgb = zune(&jpeg);
                cases.push(Case {
                    name,
                    file,
                    jpeg,
                    width,
                    height,
                    rgb,
                });
            }
        }
    }
    cases
}

fn scenery(width: u32, height: u32) -> Vec<u8> {
    let wave = |period: u32, at: u32| (at % period).min(period - at % period) * 220 / period;
    let pixel = |x: u32, y: u32| {
        [
            40 + wave(97, x + y),
            60 + wave(71, 2 * x + y),
            30 + wave(113, x + 3 * y),
        ]
    };
    (0..height)
        .flat_map(|y| (0..width).flat_map(move |x| pixel(x, y).map(|value| value.min(255) as u8)))
        .collect()
}

fn zune(jpeg: &[u8]) -> Vec<u8> {
    use zune_jpeg::zune_core::{
        bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions,
    };
    let options = DecoderOptions::new_safe()
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(jpeg), options)
        .decode()
        .unwrap()
}

/// What the program writes to its standard output for every file: raw RGB, after a header of `skip` bytes.
fn assert_shows(
    program: &str,
    args: impl Fn(&Case) -> Vec<String>,
    header: impl Fn(&Case) -> usize,
) {
    for case in CASES.iter() {
        let said = Command::new(program).args(args(case)).output().unwrap();
        assert!(
            said.status.success() && said.stderr.is_empty(),
            "{program} {}: {}",
            case.name,
            String::from_utf8_lossy(&said.stderr)
        );
        let found = said.stdout.get(header(case)..).unwrap();
        assert_eq!(found.len(), case.rgb.len(), "{program} {}", case.name);
        let sum: u64 = found
            .iter()
            .zip(&case.rgb)
            .map(|(a, b)| u64::from(a.abs_diff(*b)))
            .sum();
        let mean = sum as f64 / found.len() as f64;
        assert!(
            mean < MEAN,
            "{program} {}: {mean} off in the mean",
            case.name
        );
    }
}

/// Mean difference that other ways to enlarge chroma and to round may make.
const MEAN: f64 = 2.5;

#[test]
#[cfg_attr(not(djpeg), ignore = "needs djpeg, see CONTRIBUTING.md")]
fn djpeg_shows_them() {
    let args = |case: &Case| {
        vec![
            "-rgb".into(),
            "-pnm".into(),
            case.file.display().to_string(),
        ]
    };
    assert_shows("djpeg", args, |case| {
        format!("P6\n{} {}\n255\n", case.width, case.height).len()
    });
}

#[test]
#[cfg_attr(not(ffmpeg), ignore = "needs ffmpeg, see CONTRIBUTING.md")]
fn ffmpeg_shows_them() {
    let args = |case: &Case| {
        let file = case.file.display().to_string();
        [
            "-v", "error", "-i", &file, "-f", "rawvideo", "-pix_fmt", "rgb24", "-",
        ]
        .map(String::from)
        .to_vec()
    };
    assert_shows("ffmpeg", args, |_| 0);
}

#[test]
#[cfg_attr(not(pillow), ignore = "needs Python with Pillow, see CONTRIBUTING.md")]
fn pillow_shows_them() {
    let program = "import sys, PIL.Image; sys.stdout.buffer.write(PIL.Image.open(sys.argv[1]).convert('RGB').tobytes())";
    let args = |case: &Case| vec!["-c".into(), program.into(), case.file.display().to_string()];
    assert_shows(&python(), args, |_| 0);
}

/// The Python of `.ci/run`, or a named one; build.rs looks at the same.
fn python() -> String {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/target/python/bin/python");
    std::env::var("AVATAR_PREP_PYTHON").unwrap_or_else(|_| default.into())
}

/// Once all pictures are there, draws each on a canvas and says by how much it is off in the mean.
const SCRIPT: &str = "
addEventListener('load', () => {
    for (const image of [...document.images]) {
        const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext('2d');
        canvas.drawImage(image, 0, 0);
        const found = canvas.getImageData(0, 0, image.naturalWidth, image.naturalHeight).data;
        const rgb = Uint8Array.from(atob(image.dataset.rgb), c => c.charCodeAt(0));
        let sum = 0;
        for (let i = 0; i < rgb.length; i++) sum += Math.abs(rgb[i] - found[(i / 3 | 0) * 4 + i % 3]);
        const matches = found.length / 4 * 3 === rgb.length;
        image.replaceWith(`${matches ? sum / rgb.length : 'another size'};`);
    }
});";

#[test]
#[cfg_attr(not(chromium), ignore = "needs chromium, see CONTRIBUTING.md")]
fn chromium_shows_them() {
    let cases = &*CASES;
    let mut page = format!("<!doctype html><script>{SCRIPT}</script><body>");
    for case in cases {
        let (jpeg, rgb) = (base64(&case.jpeg), base64(&case.rgb));
        write!(
            page,
            "<img data-rgb='{rgb}' src='data:image/jpeg;base64,{jpeg}'>"
        )
        .unwrap();
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    let file = folder.join("page.html");
    std::fs::write(&file, page).unwrap();
    let profile = folder.join("profile");
    let said = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg("--dump-dom")
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let body = text.rsplit("<body>").next().unwrap();
    let results: Vec<&str> = body.split_terminator(';').take(cases.len()).collect();
    assert_eq!(results.len(), cases.len(), "{body}");
    for (case, result) in cases.iter().zip(results) {
        let mean: f64 = result
            .parse()
            .unwrap_or_else(|_| panic!("{}: {result}", case.name));
        assert!(mean < MEAN, "{}: {mean} off in the mean", case.name);
    }
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word = three
            .iter()
            .fold(0u32, |word, &byte| word << 8 | u32::from(byte))
            << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = char::from(DIGITS[(word >> (18 - 6 * place)) as usize & 63]);
            text.push(if place <= three.len() { digit } else { '=' });
        }
    }
    text
}

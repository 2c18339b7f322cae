//! Helps the tests to run the binary, to make pictures by hand and to read results with an
//! independent decoder.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use avatar_prepare::{Avatar, Error, Limits, Preparer, Settings};

/// The binary, without environment variables that would change its behaviour.
pub(crate) fn avatar_prep(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_avatar-prep"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AVATAR_PREP_") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// The output of a run, with times replaced.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the binary in `folder`.
pub(crate) fn run(folder: &Path, args: &[&str]) -> Said {
    said(&avatar_prep(folder).args(args).output().unwrap())
}

pub(crate) fn said(output: &Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: blank_times(&text(&output.stderr)),
    }
}

/// ` in 1.2 s` becomes ` in T s`.
fn blank_times(text: &str) -> String {
    let blank = |line: &str| match line.rsplit_once(" in ") {
        Some((head, tail)) if tail.ends_with(" s") => format!("{head} in T s"),
        _ => line.to_string(),
    };
    text.lines().map(|line| blank(line) + "\n").collect()
}

/// The records of a `--json` run.
pub(crate) fn records(folder: &Path, args: &[&str]) -> (i32, Vec<serde_json::Value>) {
    let said = run(folder, &[&["--json"], args].concat());
    let parse = |line: &str| serde_json::from_str(line).expect("one JSON object per line");
    (said.code, said.stdout.lines().map(parse).collect())
}

/// Prepares bytes with the default limits.
pub(crate) fn prepare(settings: Settings, bytes: &[u8]) -> Result<Avatar, Error> {
    Preparer::new(settings, Limits::default()).prepare(bytes)
}

/// Settings that keep pixels as exact as a JPEG can.
pub(crate) fn finest() -> Settings {
    Settings::default()
        .with_quality(100..=100)
        .unwrap()
        .with_max_bytes(100_000_000)
        .unwrap()
}

/// A decoded result: edge and RGB pixels.
pub(crate) struct Decoded {
    pub(crate) edge: u32,
    pub(crate) pixels: Vec<[u8; 3]>,
}

impl Decoded {
    pub(crate) fn at(&self, x: u32, y: u32) -> [u8; 3] {
        self.pixels[(y * self.edge + x) as usize]
    }

    /// Mean of every channel.
    pub(crate) fn mean(&self) -> [f64; 3] {
        let count = self.pixels.len() as f64;
        [0, 1, 2].map(|c| self.pixels.iter().map(|p| f64::from(p[c])).sum::<f64>() / count)
    }
}

/// Decodes a result with a decoder that the product does not use, and checks
/// what must hold of each: square, three or one components, no metadata.
pub(crate) fn decode(jpeg: &[u8]) -> Decoded {
    let mut decoder = jpeg_decoder::Decoder::new(jpeg);
    let samples = decoder.decode().expect("the result decodes");
    let info = decoder.info().unwrap();
    assert_eq!(info.width, info.height, "square");
    assert!(
        decoder.exif_data().is_none() && decoder.icc_profile().is_none(),
        "no metadata"
    );
    let pixels = match info.pixel_format {
        jpeg_decoder::PixelFormat::L8 => samples.iter().map(|&gray| [gray; 3]).collect(),
        jpeg_decoder::PixelFormat::RGB24 => samples.as_chunks::<3>().0.to_vec(),
        other => panic!("a result is gray or colour, not {other:?}"),
    };
    Decoded {
        edge: info.width.into(),
        pixels,
    }
}

/// A binary PPM whose pixel at (x, y) is `color(x, y)`.
pub(crate) fn ppm(width: u32, height: u32, color: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let mut bytes = format!("P6 {width} {height} 255\n").into_bytes();
    bytes.extend(pixels(width, height, color));
    bytes
}

pub(crate) fn pixels(width: u32, height: u32, color: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .flat_map(|(x, y)| color(x, y))
        .collect()
}

/// An uncompressed RGB TIFF with an orientation tag.
pub(crate) fn tiff(
    width: u32,
    height: u32,
    orientation: u16,
    color: impl Fn(u32, u32) -> [u8; 3],
) -> Vec<u8> {
    let samples = pixels(width, height, color);
    let entries: [(u16, u16, u32, u32); 10] = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, 134), // bits per sample, stored after the directory
        (259, 3, 1, 1),   // uncompressed
        (262, 3, 1, 2),   // RGB
        (273, 4, 1, 140), // the strip, after that
        (274, 3, 1, u32::from(orientation)),
        (277, 3, 1, 3),
        (278, 4, 1, height),
        (279, 4, 1, samples.len() as u32),
    ];
    let mut bytes = b"II*\0\x08\0\0\0\x0a\0".to_vec();
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]); // no further directory
    bytes.extend([8, 0, 8, 0, 8, 0]);
    bytes.extend(samples);
    bytes
}

/// A PNG of RGBA pixels.
pub(crate) fn png(width: u32, height: u32, color: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
    let picture = image::RgbaImage::from_fn(width, height, |x, y| image::Rgba(color(x, y)));
    encode(&picture.into(), image::ImageFormat::Png)
}

/// Any picture of the `image` crate in any format that it writes.
pub(crate) fn encode(picture: &image::DynamicImage, format: image::ImageFormat) -> Vec<u8> {
    if format == image::ImageFormat::Tiff {
        return crate::written_tiff::tiff(picture);
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG of a picture, written by an independent encoder.
pub(crate) fn jpeg(width: u16, height: u16, color: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let samples = pixels(width.into(), height.into(), color);
    jpeg_encoder::Encoder::new(&mut bytes, 90)
        .encode(&samples, width, height, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    bytes
}

/// A folder with the given files.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        write(&folder.path().join(name), bytes);
    }
    folder
}

pub(crate) fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// Every file below `folder`, relative and sorted, but not what is kept about results.
pub(crate) fn tree(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".avatar-prep")
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            entry
                .path()
                .strip_prefix(folder)
                .unwrap()
                .display()
                .to_string()
        })
        .collect();
    names.sort();
    names
}

/// A stream of numbers that is the same on every run (splitmix64).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// Kills runs at moments spread over the time that one takes.
pub(crate) struct Killer {
    numbers: Numbers,
    micros: usize,
    /// How many runs were started, and how many of them had not ended by themselves.
    runs: usize,
    killed: usize,
}

impl Killer {
    /// `whole` is the time of a run that is not killed.
    pub(crate) fn new(seed: u64, whole: Duration) -> Self {
        Self {
            numbers: Numbers(seed),
            micros: whole.as_micros() as usize,
            runs: 0,
            killed: 0,
        }
    }

    /// Whether more runs are to be killed: until this many were killed at work.
    pub(crate) fn wants(&self, kills: usize) -> bool {
        let (killed, runs) = (self.killed, self.runs);
        assert!(
            runs < 10 * kills,
            "only {killed} of {runs} runs were killed"
        );
        killed < kills
    }

    pub(crate) fn end(&mut self, mut child: Child) {
        self.runs += 1;
        let wait = self.numbers.below(self.micros.max(1));
        std::thread::sleep(Duration::from_micros(wait as u64));
        child.kill().unwrap();
        let is_hit = child.wait().unwrap().code().is_none();
        self.killed += usize::from(is_hit);
        // A run takes less time the more is done, and the less busy the machine is.
        self.micros = self.micros * if is_hit { 5 } else { 3 } / 4;
    }
}

/// Root of the project.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Where the corpus of real pictures lies; too few files in it are an error. Tests that call this carry
/// `cfg_attr(not(corpus), ignore = …)`, which build.rs decides.
pub(crate) fn corpus() -> PathBuf {
    const AT_LEAST: usize = 570;
    let named = std::env::var_os("AVATAR_PREP_CORPUS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| root().join("../shared/corpus"));
    assert!(folder.is_dir(), "no corpus at {}", folder.display());
    let files = tree(&folder).len();
    assert!(
        files >= AT_LEAST,
        "{} holds {files} files, expected {AT_LEAST}",
        folder.display()
    );
    folder
}

/// The square of a picture, as exact as a JPEG can be.
pub(crate) fn made(bytes: &[u8]) -> Decoded {
    decode(prepare(finest(), bytes).unwrap().bytes())
}

/// Why there is none.
pub(crate) fn code(bytes: &[u8]) -> &'static str {
    prepare(finest(), bytes).unwrap_err().code().as_str()
}

/// Equal but for the rounding of JPEG.
#[track_caller]
pub(crate) fn near(found: [u8; 3], wanted: [u8; 3]) {
    let far = found
        .iter()
        .zip(wanted)
        .map(|(a, b)| a.abs_diff(b))
        .max()
        .unwrap();
    assert!(far <= 4, "{found:?}, not {wanted:?}");
}

/// An attribute of the header of an OpenEXR.
pub(crate) fn exr_attribute(name: &str, kind: &str, value: &[u8]) -> Vec<u8> {
    let length = (value.len() as u32).to_le_bytes();
    [
        name.as_bytes(),
        b"\0",
        kind.as_bytes(),
        b"\0",
        &length,
        value,
    ]
    .concat()
}

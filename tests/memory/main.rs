//! Estimated memory compared with the memory that is really used. The allocator counts it, so this
//! is a separate target.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr
)]

mod jxl;
mod lies;
#[path = "../it/written_tiff.rs"]
mod written_tiff;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;

use avatar_prepare::{Avatar, Batch, Budget, Effort, Error, Limit, Limits, Preparer, Settings};
use avatar_prepare::{Fit, Framing, Gravity, Note, Source, Work};
use image::codecs::{png::PngEncoder, webp::WebPEncoder};
use image::{DynamicImage, ImageEncoder, ImageFormat, RgbImage};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// An estimate is at most this many times what was really used …
const FACTOR: u64 = 2;
/// … plus this many bytes, which cover what the largest result could take.
const SLACK: u64 = 20 << 20;

/// Additional bytes by which an estimate may exceed the measurement if pictures are looked at:
/// those of the largest look, of the largest canvas, and of a part of a picture that is enlarged to
/// the whole edge.
const LOOKING: u64 = 16 << 20;

/// Whether this is the only test of its process, since the allocator counts for all threads. If it is not, the test is
/// run in a process of its own first, and has to pass there.
fn is_alone() -> bool {
    const ALONE: &str = "AVATAR_PREP_MEMORY_TEST";
    let thread = std::thread::current();
    let test = thread.name().expect("a test's thread bears its name");
    // With one thread for all tests, that is the main one.
    if std::env::var_os(ALONE).is_some() || test == "main" {
        return true;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads", "2"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("1 passed"), "{told}{text}");
    eprint!("{text}");
    false
}

/// The most that was allocated at once while `work` ran, beside what was before, in bytes.
fn peak<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let result = work();
    let most = MEMORY.peak_usage().saturating_sub(before);
    (result, most as u64)
}

/// The worst of a format: most of the estimate that was used, and least.
#[derive(Default)]
struct Worst(BTreeMap<String, [(f64, String); 2]>);

impl Worst {
    fn add(&mut self, kind: String, name: String, share: f64) {
        let start = [(0.0, String::new()), (f64::INFINITY, String::new())];
        let [most, least] = self.0.entry(kind).or_insert(start);
        if share > most.0 {
            *most = (share, name.clone());
        }
        if share < least.0 {
            *least = (share, name);
        }
    }
}

/// Prepares and compares; what fails after its header counts, too.
fn compare(name: &str, bytes: &[u8], settings: &Settings, worst: &mut Worst) -> Vec<String> {
    let ((cost, result), real) = peak(|| {
        let mut preparer = Preparer::new(settings.clone(), Limits::default());
        let result = preparer.prepare(bytes);
        (preparer.cost(), result)
    });
    let Some(estimate) = cost.memory else {
        return Vec::new();
    };
    let real = real + bytes.len() as u64;
    let format = result.as_ref().map(|avatar| avatar.probe().format());
    let kind = format!("{:?} {:?}", format.ok(), settings.effort());
    worst.add(kind, name.into(), real as f64 / estimate as f64);
    let slack = match *settings.framing() == Framing::default() {
        true => SLACK,
        false => SLACK + LOOKING,
    };
    // A picture that fails takes less memory than it could have.
    let is_close = result.is_err() || estimate <= FACTOR * real + slack;
    let is_bound = real <= estimate && is_close;
    let line = format!("{name} ({:?}): {real} of {estimate}", settings.effort());
    if is_bound { Vec::new() } else { vec![line] }
}

fn efforts() -> Vec<Settings> {
    let of = |effort| Settings::default().with_effort(effort);
    [Effort::Fast, Effort::Balanced, Effort::Best]
        .map(of)
        .to_vec()
}

#[test]
fn generated_pictures_keep_within_their_estimates() {
    if !is_alone() {
        return;
    }
    let (mut worst, mut broken) = (Worst::default(), Vec::new());
    for side in [100, 700, 2200] {
        for (name, bytes) in generated(side) {
            // An effort concerns the square alone, which is as large for 2200 pixels as for 700: there, one picture of each
            // lane is enough.
            let all = side <= 700 || ["JPEG 4:2:0", "PNG RGB"].contains(&name);
            let efforts = efforts().into_iter();
            for settings in efforts.filter(|it| all || it.effort() == Effort::Balanced) {
                let name = format!("{name} of {side}");
                broken.extend(compare(&name, &bytes, &settings, &mut worst));
            }
        }
    }
    tell(&worst);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Logos whole and faces inside: every picture is looked at.
fn looking() -> Settings {
    let framing = Framing::default().with_fit(Fit::Auto);
    Settings::default().with_framing(framing.with_gravity(&[Gravity::Face]))
}

#[test]
fn framing_by_pixels_keeps_within_its_estimates() {
    if !is_alone() {
        return;
    }
    let (mut worst, mut broken) = (Worst::default(), Vec::new());
    for side in [100, 2200] {
        for (name, bytes) in generated(side) {
            let name = format!("{name} of {side}");
            broken.extend(compare(&name, &bytes, &looking(), &mut worst));
        }
    }
    tell(&worst);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// What is missing is filled up, and some formats are decoded twice for that.
#[test]
fn damaged_pictures_keep_within_their_estimates() {
    if !is_alone() {
        return;
    }
    let (mut worst, mut broken) = (Worst::default(), Vec::new());
    // The picture is so small that everything that can be mended is mended.
    for (name, bytes) in generated(1000) {
        for settings in [Settings::default(), looking()] {
            for percent in [97, 60] {
                let name = format!("{percent} % of {name}");
                let cut = &bytes[..bytes.len() * percent / 100];
                broken.extend(compare(&name, cut, &settings, &mut worst));
            }
        }
    }
    tell(&worst);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn comparisons_keep_within_their_estimates() {
    if !is_alone() {
        return;
    }
    let (mut worst, mut broken) = (Worst::default(), Vec::new());
    let scored = Settings::default().with_score(true);
    let tight = Settings::default().with_max_bytes(4_000).unwrap();
    for side in [100, 700] {
        for (name, bytes) in generated(side) {
            for settings in [&scored, &tight] {
                let name = format!("{name} of {side}");
                broken.extend(compare(&name, &bytes, settings, &mut worst));
            }
        }
    }
    tell(&worst);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Pixels that are kept for further results, and finished results, are part of the estimate.
#[test]
fn several_results_keep_within_their_estimates() {
    if !is_alone() {
        return;
    }
    let of = |edge| Settings::default().with_edge(edge).unwrap();
    let each = [of(500), of(1000), of(320), of(1024)];
    let mut broken = Vec::new();
    for side in [700, 2200] {
        for (name, bytes) in generated(side) {
            let source = Source::Bytes(bytes);
            let (made, real) = peak(|| {
                let mut preparer = Preparer::new(Settings::default(), Limits::default());
                preparer.prepare_each(&source, &each)
            });
            let made = made.unwrap();
            let estimate = made.iter().filter_map(|it| it.cost.memory).max().unwrap();
            if real > estimate || made.len() != each.len() {
                broken.push(format!("{name} of {side}: {real} of {estimate}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn samples_keep_within_their_estimates() {
    assert_estimates(&root().join("samples/pictures"));
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn the_corpus_keeps_within_its_estimates() {
    let corpus = std::env::var_os("AVATAR_PREP_CORPUS").map(PathBuf::from);
    assert_estimates(&corpus.unwrap_or_else(|| root().join("../shared/corpus")));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn assert_estimates(folder: &Path) {
    if !is_alone() {
        return;
    }
    let files = files(folder);
    assert!(!files.is_empty(), "nothing in {}", folder.display());
    let (mut worst, mut broken) = (Worst::default(), Vec::new());
    for (index, file) in files.iter().enumerate() {
        let bytes = std::fs::read(file).unwrap();
        let name = file.display().to_string();
        // The effort `best` takes six times as long: every sixth picture is enough.
        let kinds = if index % 6 == 0 { 2 } else { 1 };
        // So does a look.
        let looks = (index % 6 == 0).then(looking);
        for settings in efforts().into_iter().skip(1).take(kinds).chain(looks) {
            broken.extend(compare(&name, &bytes, &settings, &mut worst));
        }
    }
    tell(&worst);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn tell(worst: &Worst) {
    for (kind, [most, least]) in &worst.0 {
        eprintln!(
            "{kind}: {:.2} ({}) to {:.2} ({}) of the estimate",
            most.0, most.1, least.0, least.1
        );
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
    let files = entries.into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    files.map(walkdir::DirEntry::into_path).collect()
}

/// A picture with grain, so that nothing compresses well, in every layout of every format.
fn generated(side: u32) -> Vec<(&'static str, Vec<u8>)> {
    use ImageFormat as F;
    let mut state = 1u32;
    let grain = RgbImage::from_fn(side, side * 3 / 4, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 28) as u8;
        image::Rgb([(x * 255 / side) as u8 ^ noise, (y % 256) as u8, noise * 16])
    });
    let rgb = DynamicImage::from(grain);
    let gray = DynamicImage::from(rgb.to_luma8());
    let rgba = DynamicImage::from(rgb.to_rgba8());
    let deep = DynamicImage::from(rgb.to_rgb16());
    let deep_alpha = DynamicImage::from(rgb.to_rgba16());
    let light = DynamicImage::from(rgb.to_rgb32f());
    let light_alpha = DynamicImage::from(rgb.to_rgba32f());
    let mut pictures = Vec::new();
    for (name, picture, format) in [
        ("PNG RGB", &rgb, F::Png),
        ("PNG RGBA", &rgba, F::Png),
        ("PNG gray", &gray, F::Png),
        ("PNG RGB 16", &deep, F::Png),
        ("PNG RGBA 16", &deep_alpha, F::Png),
        ("TIFF RGB", &rgb, F::Tiff),
        ("TIFF RGBA", &rgba, F::Tiff),
        ("TIFF gray", &gray, F::Tiff),
        ("TIFF RGB 16", &deep, F::Tiff),
        ("TIFF RGB float", &light, F::Tiff),
        ("WebP RGB", &rgb, F::WebP),
        ("WebP RGBA", &rgba, F::WebP),
        ("GIF", &rgba, F::Gif),
        ("OpenEXR RGB", &light, F::OpenExr),
        ("OpenEXR RGBA", &light_alpha, F::OpenExr),
        ("BMP RGB", &rgb, F::Bmp),
        ("BMP RGBA", &rgba, F::Bmp),
        ("BMP gray", &gray, F::Bmp),
        ("TGA RGB", &rgb, F::Tga),
        ("TGA RGBA", &rgba, F::Tga),
        ("PNM RGB", &rgb, F::Pnm),
        ("PNM RGB 16", &deep, F::Pnm),
        ("PNM gray", &gray, F::Pnm),
        ("QOI RGB", &rgb, F::Qoi),
        ("QOI RGBA", &rgba, F::Qoi),
        ("farbfeld", &deep_alpha, F::Farbfeld),
        ("Radiance HDR", &light, F::Hdr),
    ] {
        if format == F::Tiff {
            pictures.push((name, written_tiff::tiff(picture)));
            continue;
        }
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect(name);
        pictures.push((name, bytes.into_inner()));
    }
    use jpeg_encoder::SamplingFactor as Sampling;
    for (name, sampling, progressive) in [
        ("JPEG 4:2:0", Sampling::F_2_2, false),
        ("JPEG 4:4:4", Sampling::F_1_1, false),
        ("JPEG 4:2:0 progressive", Sampling::F_2_2, true),
        ("JPEG 4:4:4 progressive", Sampling::F_1_1, true),
    ] {
        pictures.push((name, jpeg(&rgb, sampling, progressive)));
    }
    pictures
}

fn jpeg(
    picture: &DynamicImage,
    sampling: jpeg_encoder::SamplingFactor,
    progressive: bool,
) -> Vec<u8> {
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    encoder.set_sampling_factor(sampling);
    encoder.set_progressive(progressive);
    let samples = picture.as_bytes();
    encoder
        .encode(samples, width, height, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    bytes
}

/// Reads files and tells whether each was made.
struct Files;

impl Work for Files {
    type Item = PathBuf;
    type Outcome = Result<(), Error>;

    fn open(&self, path: &mut PathBuf) -> ControlFlow<Self::Outcome, Source> {
        ControlFlow::Continue(Source::Path(path.clone()))
    }

    fn publish(&self, _: PathBuf, result: Result<Avatar, Error>) -> Self::Outcome {
        result.map(|_| ())
    }
}

/// What became of the pictures, and the most memory they took, with four workers.
fn batch(files: &[PathBuf], budget: Budget) -> (Vec<Result<(), Error>>, u64) {
    let jobs = NonZeroUsize::new(4).unwrap();
    let batch = Batch::new(Settings::default(), Limits::default(), jobs).unwrap();
    let batch = batch.with_budget(budget);
    peak(|| {
        let mut results = Vec::new();
        let never = AtomicBool::new(false);
        batch.run(files.to_vec(), &never, &Files, |result| {
            results.push(result);
        });
        results
    })
}

#[test]
fn a_batch_keeps_within_its_budget() {
    if !is_alone() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<_> = (0..12)
        .map(|index| folder.path().join(format!("{index}.png")))
        .collect();
    let picture = DynamicImage::new_rgba16(2000, 2000); // 32 MB decoded
    for file in &files {
        picture.save(file).unwrap();
    }
    drop(picture);
    let (_, without) = batch(&files, Budget::unlimited());
    let budget = 90_000_000;
    let (results, within) = batch(&files, Budget::new(budget));
    eprintln!("{without} bytes without, {within} bytes with a budget of {budget}");
    assert!(results.len() == 12 && results.iter().all(Result::is_ok));
    // Threads, queues and records belong to no picture; a worker that waits holds no memory.
    assert!(within < budget + (1 << 20), "{within}");
    assert!(without > budget, "{without}: no test of anything");
    let (results, _) = batch(&files[..1], Budget::new(30_000_000));
    match &results[..] {
        [Err(Error::Limit(error))] => {
            assert_eq!((error.limit, error.allowed), (Limit::Memory, 30_000_000));
            assert!(error.found > 32_000_000, "{}", error.found);
        }
        other => panic!("{other:?}"),
    }
}

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

//! Estimated memory compared with the memory that is really used.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use avatar_prepare::{Effort, Fit, Framing, Gravity, Limits, Preparer, Settings, Source};

use super::pictures::generated;
use super::{is_alone, peak};

/// An estimate is at most this many times what was really used …
const FACTOR: u64 = 2;
/// … plus this many bytes, which cover what the largest result could take.
const SLACK: u64 = 20 << 20;

/// Additional bytes by which an estimate may exceed the measurement if pictures are looked at:
/// those of the largest look, of the largest canvas, and of a part of a picture that is enlarged to
/// the whole edge.
const LOOKING: u64 = 16 << 20;

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

/// Logos whole and faces inside: every picture is looked at.
fn looking() -> Settings {
    let framing = Framing::default().with_fit(Fit::Auto);
    Settings::default().with_framing(framing.with_gravity(&[Gravity::Face]))
}

/// Pixels that are kept for further results, and finished results, are part of the estimate.
fn compare_several(name: &str, bytes: Vec<u8>) -> Option<String> {
    let of = |edge| Settings::default().with_edge(edge).unwrap();
    let each = [of(500), of(1000), of(320), of(1024)];
    let source = Source::Bytes(bytes);
    let (made, real) = peak(|| {
        let mut preparer = Preparer::new(Settings::default(), Limits::default());
        preparer.prepare_each(&source, &each)
    });
    let made = made.unwrap();
    let estimate = made.iter().filter_map(|it| it.cost.memory).max().unwrap();
    let is_bound = real <= estimate && made.len() == each.len();
    (!is_bound).then(|| format!("{name}, several results: {real} of {estimate}"))
}

#[test]
fn generated_pictures_keep_within_their_estimates() {
    assert_generated(&[100, 700]);
}

/// A test of its own, so that a second core can run it: nothing here takes as long.
#[test]
fn large_generated_pictures_keep_within_their_estimates() {
    assert_generated(&[2200]);
}

/// Everything that is asked of pictures of one size, because making them takes as long as that.
fn assert_generated(sides: &[u32]) {
    if !is_alone() {
        return;
    }
    let (mut worst, mut worst_looking) = (Worst::default(), Worst::default());
    let mut broken = Vec::new();
    for &side in sides {
        for (kind, bytes) in generated(side) {
            let name = format!("{kind} of {side}");
            // An effort concerns the square alone, which is as large for 2200 pixels as for 700: there, one picture of each
            // lane is enough.
            let all = side <= 700 || ["JPEG 4:2:0", "PNG RGB"].contains(&kind);
            let efforts = efforts().into_iter();
            for settings in efforts.filter(|it| all || it.effort() == Effort::Balanced) {
                broken.extend(compare(&name, &bytes, &settings, &mut worst));
            }
            if side != 700 {
                broken.extend(compare(&name, &bytes, &looking(), &mut worst_looking));
            }
            if side != 100 {
                broken.extend(compare_several(&name, bytes));
            }
        }
    }
    tell(&worst);
    tell(&worst_looking);
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

/// The largest pictures that cameras write as one HEIC: 7008 × 4672 pixels of 4:2:2 with 10 bits. This one is gray all over,
/// because memory does not depend on what is in it; x265 wrote it.
#[test]
fn a_heic_of_33_megapixels_takes_less_than_300_megabytes() {
    if !is_alone() {
        return;
    }
    let file = include_bytes!("gray-33mp.heic");
    let ((cost, result), real) = peak(|| {
        let mut preparer = Preparer::new(Settings::default(), Limits::default());
        let result = preparer.prepare(&file[..]);
        (preparer.cost(), result)
    });
    assert_eq!(result.unwrap().edge(), 640);
    let estimate = cost.memory.unwrap();
    assert!(
        real <= estimate && estimate <= 300_000_000,
        "{real} of {estimate}"
    );
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

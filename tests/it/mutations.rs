//! Damaged files by the thousand, the same ones on every run: an error at worst, never a panic, never
//! out of time or memory.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use avatar_prepare::{Batch, Code, Format, Limits, Settings, Source};

use crate::support::{Numbers, corpus, root, tree};

/// Versions of each sample: cut short, and with some bytes changed.
const VERSIONS: u64 = 60;
/// Versions of each format in the long test.
const OF_A_FORMAT: u64 = 2_000;
/// Larger files would take hours.
const LONGEST: u64 = 400_000;
/// Most memory that the process of the long test may use at any time, in kB: two workers with small
/// limits.
const PEAK: u64 = 600_000;

/// What became of damaged versions.
#[derive(Default)]
struct Tally {
    total: u64,
    failed: u64,
    /// Panics and timeouts, with the version that caused them.
    faults: Vec<String>,
}

fn prepare_all(damaged: impl Iterator<Item = (String, Source)> + Send) -> Tally {
    // Damage can turn a size into a huge one; small limits keep the test about damage.
    let limits = Limits {
        pixels: 4_000_000,
        decoded_bytes: 16_000_000,
        time: Duration::from_secs(30),
        ..Limits::default()
    };
    let settings = Settings::default().with_edge(32).unwrap();
    let batch = Batch::new(settings, limits, NonZeroUsize::new(2).unwrap()).unwrap();
    let mut tally = Tally::default();
    batch.run_each(
        damaged,
        &AtomicBool::new(false),
        |name, result| (name, result.err()),
        |(name, error)| {
            tally.total += 1;
            let Some(error) = error else { return };
            tally.failed += 1;
            if matches!(error.code(), Code::Panicked | Code::TimedOut) {
                tally.faults.push(format!("{name}: {error}"));
            }
        },
    );
    tally
}

#[test]
fn damaged_samples_never_panic() {
    let samples = root().join("samples/pictures");
    let names = tree(&samples);
    assert!(names.len() > 40);
    let damaged = names.into_iter().flat_map(|name| {
        let bytes = std::fs::read(samples.join(&name)).unwrap();
        versions(name, bytes, VERSIONS)
    });
    let Tally {
        total,
        failed,
        faults,
    } = prepare_all(damaged);
    assert_eq!(faults, [""; 0]);
    assert!(
        total >= 2_400 && failed > total / 5,
        "{failed} of {total} failed"
    );
}

#[test]
#[ignore = "takes minutes: cargo test --release --test it -- --ignored damaged_files"]
fn damaged_files_of_the_corpus_never_panic() {
    let corpus = corpus();
    let mut formats: BTreeMap<String, Vec<(String, Vec<u8>)>> = BTreeMap::new();
    for name in tree(&corpus) {
        let path = corpus.join(&name);
        if path.metadata().unwrap().len() > LONGEST {
            continue;
        }
        let bytes = std::fs::read(path).unwrap();
        if let Some(format) = Format::recognize(&bytes) {
            let files = formats.entry(format.to_string()).or_default();
            files.push((name, bytes));
        }
    }
    assert!(formats.len() >= 13, "{} formats", formats.len());
    let mut faults = Vec::new();
    for (format, files) in formats {
        let each = OF_A_FORMAT.div_ceil(files.len() as u64);
        let damaged = files
            .into_iter()
            .flat_map(|(name, bytes)| versions(name, bytes, each));
        let tally = prepare_all(damaged);
        eprintln!("{format}: {} of {} failed", tally.failed, tally.total);
        assert!(tally.total >= OF_A_FORMAT);
        faults.extend(tally.faults);
    }
    assert_eq!(faults, [""; 0]);
    if let Some(peak) = peak_memory() {
        eprintln!("peak {peak} kB");
        assert!(peak < PEAK, "{peak} kB");
    }
}

/// The most memory that this process ever held, in kB, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

fn versions(name: String, bytes: Vec<u8>, count: u64) -> impl Iterator<Item = (String, Source)> {
    (0..count).map(move |version| {
        let source = Source::Bytes(damage(&bytes, version));
        (format!("{name}, version {version}"), source)
    })
}

fn damage(bytes: &[u8], version: u64) -> Vec<u8> {
    let mut numbers = Numbers(version * 1_000_003 + bytes.len() as u64);
    let mut bytes = bytes.to_vec();
    if version.is_multiple_of(3) {
        bytes.truncate(numbers.below(bytes.len()));
        return bytes;
    }
    // Headers stand at the front: half of the changes go there.
    let reach = if version.is_multiple_of(2) {
        bytes.len().min(400)
    } else {
        bytes.len()
    };
    for _ in 0..=numbers.below(8) {
        let at = numbers.below(reach);
        bytes[at] = numbers.next() as u8;
    }
    bytes
}

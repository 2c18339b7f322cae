//! Damaged files by the thousand, the same ones on every run: an error at worst, never a panic.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use avatar_prepare::{Batch, Code, Limits, Settings, Source};

use crate::support::{Numbers, root, tree};

/// Versions of each sample: cut short, and with some bytes changed.
const VERSIONS: u64 = 60;

#[test]
fn damaged_samples_never_panic() {
    let samples = root().join("samples/pictures");
    let names = tree(&samples);
    assert!(names.len() > 40);
    // Damage can turn a size into a huge one; small limits keep the test about damage.
    let limits = Limits {
        pixels: 4_000_000,
        decoded_bytes: 16_000_000,
        ..Limits::default()
    };
    let settings = Settings::default().with_edge(32).unwrap();
    let batch = Batch::new(settings, limits, NonZeroUsize::new(2).unwrap()).unwrap();
    let damaged = names.into_iter().flat_map(|name| {
        let bytes = std::fs::read(samples.join(&name)).unwrap();
        (0..VERSIONS).map(move |version| {
            let source = Source::Bytes(damage(&bytes, version));
            (format!("{name}, version {version}"), source)
        })
    });
    let (mut total, mut failed, mut panics) = (0, 0, Vec::new());
    batch.run_each(
        damaged,
        &AtomicBool::new(false),
        |name, result| {
            (
                name,
                result.err().map(|error| (error.code(), error.to_string())),
            )
        },
        |(name, error)| {
            total += 1;
            failed += usize::from(error.is_some());
            panics.extend(
                error
                    .filter(|(code, _)| *code == Code::Panicked)
                    .map(|e| (name, e.1)),
            );
        },
    );
    assert_eq!(panics, []);
    assert!(
        total >= 2_400 && failed > total / 5,
        "{failed} of {total} failed"
    );
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

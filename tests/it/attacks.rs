//! The functions of the fuzz targets on seeds and seeded changes of them: the same inputs on every run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::support::{Numbers, root, tree};

#[allow(
    clippy::duplicate_mod, // the module `inside` tests single functions of the same files
    dead_code,
    unreachable_pub,
    reason = "the crate of the fuzz targets exports them"
)]
#[path = "../../fuzz/src/lib.rs"]
mod targets;

/// Changed versions of each seed.
const VERSIONS: u64 = 6;
/// Longer samples take too long.
const LONGEST: u64 = 30_000;

/// Seeds of targets that take texts, besides those in `fuzz/seeds`.
const SPLICES: [&[u8]; 6] = [
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"99999999999",
    b"-1",
    b"((((((((((((((((",
];

/// Files of a folder, as far as they are short.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let names = tree(folder).into_iter().map(|name| folder.join(name));
    let short = names.filter(|path| path.metadata().unwrap().len() <= LONGEST);
    short.map(|path| std::fs::read(path).unwrap()).collect()
}

/// Seeds of a target: its own, and the samples for those that take whole files.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let own = root().join("fuzz/seeds").join(name);
    let mut seeds = if own.is_dir() {
        files(&own)
    } else {
        Vec::new()
    };
    let mut numbers = Numbers(name.len() as u64);
    let noise = |length: usize| (0..length).map(|_| numbers.next() as u8).collect();
    seeds.extend([0, 1, 9, 200, 5_000].map(noise));
    let samples = || files(&root().join("samples/pictures"));
    match name {
        "prepare" | "examine" => seeds.extend(samples()),
        "framing" | "jpeg_decode" => {
            let choice = [0x5a, 0x33, 0x99, 0x17, 0xc4, 0x66, 0x2b, 0x70];
            let count = if name == "framing" { 8 } else { 4 };
            let chosen = |file: Vec<u8>| [&choice[..count], &file].concat();
            seeds.extend(samples().into_iter().map(chosen));
        }
        _ => {}
    }
    seeds
}

/// A seed with bytes changed, left out, doubled, or replaced by what breaks parsers.
fn changed(seed: &[u8], version: u64) -> Vec<u8> {
    let mut numbers = Numbers(version * 7_919 + seed.len() as u64);
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(40)).min(bytes.len());
        match numbers.below(5) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            2 => {
                let splice = SPLICES[numbers.below(SPLICES.len())];
                let end = (at + splice.len()).min(bytes.len());
                bytes.splice(at..end, splice.iter().copied());
            }
            _ if at < bytes.len() => bytes[at] = numbers.next() as u8,
            _ => {}
        }
    }
    bytes
}

/// Runs one target; an input that breaks a promise is written to the temporary folder.
fn attack(name: &str) {
    let (_, target) = *targets::TARGETS.iter().find(|(it, _)| *it == name).unwrap();
    let mut count = 0;
    for (number, seed) in seeds(name).iter().enumerate() {
        for version in 0..=VERSIONS {
            let input = if version == 0 {
                seed.clone()
            } else {
                changed(seed, version)
            };
            count += 1;
            if catch_unwind(AssertUnwindSafe(|| target(&input))).is_err() {
                let place = std::env::temp_dir().join(format!("{name}-{number}-{version}"));
                std::fs::write(&place, &input).unwrap();
                panic!("{name} fails on {}", place.display());
            }
        }
    }
    assert!(count >= 5 * (VERSIONS + 1), "{count} inputs");
}

macro_rules! attacked {
    ($($name:ident)*) => {
        const ATTACKED: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                attack(stringify!($name));
            }
        )*
    };
}

attacked! {
    jpeg_decode hevc vp8l jpeg_reference encode_cap prepare framing examine svg css boxes layers metadata settings
    redactor verdicts in_pieces addresses requests answers
}

#[test]
fn every_target_is_attacked_and_has_a_binary() {
    let names: Vec<_> = targets::TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ATTACKED);
    let manifest = std::fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    for name in names {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}

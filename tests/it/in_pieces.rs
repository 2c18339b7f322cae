//! Large files, which are read in pieces: the same results as from memory, less
//! memory than the file, and an error if the file changes meanwhile.

mod coded;
mod containers;
mod gif;
mod packed;
mod unusual;
mod variants;
mod webp;

use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use avatar_prepare::{
    Avatar, Batch, Budget, Code, Error, Framing, Gravity, Limits, Pieces, Preparer, Settings,
    Source, Work,
};

use crate::support::{folder, records, write};

/// Files from this length on are read in pieces.
const LEAST: usize = 8 << 20;
/// Odd sides, so that rows are padded, and blocks at the ends are smaller.
const SIZE: (u32, u32) = (2111, 2403);

/// Samples that differ everywhere. Each row is a part of one long row, because to calculate every sample without
/// optimisation takes longer than the tests.
fn samples(channels: u32, bytes: u32) -> Vec<u8> {
    const STEP: usize = 7;
    let (row, height) = ((SIZE.0 * channels * bytes) as usize, SIZE.1 as usize);
    let long: Vec<u8> = (0..row + STEP * height)
        .map(|at| (at / 29) as u8 ^ (at.wrapping_mul(40_503) >> 9) as u8 & 0x1f)
        .collect();
    let rows = (0..height).map(|y| &long[STEP * y..][..row]);
    rows.collect::<Vec<_>>().concat()
}

fn pnm(kind: u8, max: u32, samples: &[u8]) -> Vec<u8> {
    let (width, height) = SIZE;
    let head = format!("P{kind}\n{width} {height}\n{max}\n");
    [head.as_bytes(), samples].concat()
}

fn bmp(is_upside_down: bool, samples: &[u8]) -> Vec<u8> {
    let (width, height) = SIZE;
    let stride = (3 * width).next_multiple_of(4) as usize;
    let height = height as i32 * if is_upside_down { 1 } else { -1 };
    let mut file = b"BM".to_vec();
    file.extend(
        [0, 0, 54, 40, width, height as u32]
            .map(u32::to_le_bytes)
            .concat(),
    );
    file.extend([1, 0, 24, 0]);
    file.extend([0; 24]);
    for row in samples.chunks(3 * width as usize) {
        file.extend(row);
        file.resize(file.len() + stride - row.len(), 0);
    }
    file
}

/// A TIFF with strips of 16 rows, and some bytes between them.
fn tiff(is_big_endian: bool, channels: u32, bits: u32, samples: &[u8]) -> Vec<u8> {
    striped(16, is_big_endian, channels, bits, samples)
}

/// A TIFF with strips of so many rows.
fn striped(rows: u32, is_big_endian: bool, channels: u32, bits: u32, samples: &[u8]) -> Vec<u8> {
    let (width, height) = SIZE;
    let long = |value: u32| match is_big_endian {
        true => value.to_be_bytes(),
        false => value.to_le_bytes(),
    };
    let short = |value: u32| match is_big_endian {
        true => (value as u16).to_be_bytes(),
        false => (value as u16).to_le_bytes(),
    };
    let mut file = if is_big_endian {
        b"MM\0*".to_vec()
    } else {
        b"II*\0".to_vec()
    };
    file.extend([0; 4]);
    let strip = (rows * width * channels * bits / 8) as usize;
    let (mut offsets, mut lengths) = (Vec::new(), Vec::new());
    for strip in samples.chunks(strip) {
        offsets.extend(long(file.len() as u32));
        lengths.extend(long(strip.len() as u32));
        file.extend(strip);
        file.extend(b"gap");
    }
    let count = offsets.len() as u32 / 4;
    let mut place = |bytes: &[u8]| {
        let at = file.len() as u32;
        file.extend(bytes);
        at
    };
    let (offsets, lengths) = (place(&offsets), place(&lengths));
    let depths = place(&(0..3).flat_map(|_| short(bits)).collect::<Vec<_>>());
    let directory = file.len() as u32;
    let depth = if channels == 1 { bits } else { depths };
    let fields: [(u32, u32, u32, u32); 9] = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, channels, depth),
        (259, 3, 1, 1),
        (262, 3, 1, if channels == 1 { 1 } else { 2 }),
        (273, 4, count, offsets),
        (277, 3, 1, channels),
        (278, 3, 1, rows),
        (279, 4, count, lengths),
    ];
    file.extend(short(fields.len() as u32));
    for (tag, kind, count, value) in fields {
        file.extend([short(tag), short(kind)].concat());
        file.extend(long(count));
        match kind == 3 && count == 1 {
            true => file.extend([short(value), [0; 2]].concat()),
            false => file.extend(long(value)),
        }
    }
    file.extend([0; 4]);
    file[4..8].copy_from_slice(&long(directory));
    file
}

fn files() -> Vec<(&'static str, Vec<u8>)> {
    let (rgb, gray, wide) = (samples(3, 1), samples(1, 2), samples(3, 2));
    vec![
        ("ppm", pnm(6, 255, &rgb)),
        ("ppm of 16 bits", pnm(6, 65_535, &wide)),
        ("pgm of 16 bits", pnm(5, 65_535, &gray)),
        ("bmp", bmp(true, &rgb)),
        ("bmp from the top", bmp(false, &rgb)),
        ("tiff", tiff(false, 3, 8, &rgb)),
        ("tiff of 16 bits", tiff(false, 3, 16, &wide)),
        ("tiff, big endian", tiff(true, 3, 16, &wide)),
        ("tiff, gray", tiff(true, 1, 16, &gray)),
    ]
}

/// Settings that reduce by 2, 1, 3 and 6, and crop at the top, in the middle and at the bottom.
fn each_settings() -> Vec<Settings> {
    let settings = |edge: u32| Settings::default().with_edge(edge).unwrap();
    let at = |gravity: Gravity| {
        let framing = Framing::default().with_gravity(&[gravity]);
        settings(300).with_framing(framing)
    };
    vec![
        settings(400),
        settings(640),
        settings(280),
        settings(170),
        at(Gravity::Top),
        at(Gravity::Bottom),
    ]
}

#[test]
fn results_are_the_same_as_from_memory_and_take_less_than_the_file() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    for (name, bytes) in files() {
        write(&path, &bytes);
        // Each kind of rows with all settings, the others with one.
        let is_of_its_kind = ["ppm", "bmp", "tiff, big endian"].contains(&name);
        let count = if is_of_its_kind { usize::MAX } else { 1 };
        for settings in each_settings().into_iter().take(count) {
            let mut preparer = Preparer::new(settings, Limits::default());
            let expected = preparer.prepare(&bytes).unwrap();
            let whole = preparer.cost().memory.unwrap();
            let source = Source::Path(path.clone());
            let found = preparer.prepare_source(&source).unwrap();
            let in_pieces = preparer.cost().memory.unwrap();
            assert!(found.bytes() == expected.bytes(), "{name}");
            assert_eq!(found.notes(), expected.notes(), "{name}");
            assert_eq!(found.probe(), expected.probe(), "{name}");
            let saved = bytes.len() as u64 - (6 << 20);
            assert_eq!(in_pieces, whole - saved, "{name}");
            let inspected = preparer.inspect(&source).unwrap();
            assert_eq!(inspected.memory.prepared, in_pieces, "{name}");
        }
    }
}

/// Whether a file takes less memory than from memory. The outcome must be the same.
fn same(name: &str, bytes: &[u8], settings: Settings) -> bool {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    write(&path, bytes);
    let mut preparer = Preparer::new(settings, Limits::default());
    let expected = preparer.prepare(bytes);
    let whole = preparer.cost().memory;
    let found = preparer.prepare_source(&Source::Path(path));
    match (found, expected) {
        (Ok(found), Ok(expected)) => {
            assert!(found.bytes() == expected.bytes(), "{name}");
            assert_eq!(found.notes(), expected.notes(), "{name}");
            assert_eq!(found.probe(), expected.probe(), "{name}");
        }
        (Err(found), Err(expected)) => {
            assert_eq!(found.to_string(), expected.to_string(), "{name}");
            assert_eq!(found.code(), expected.code(), "{name}");
        }
        (found, expected) => panic!("{name}: {:?}, {:?}", found.err(), expected.err()),
    }
    preparer.cost().memory < whole
}

/// What happens to the file when it is about to be read.
type Change = fn(&Path);

/// Changes a byte.
fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// Collects the pieces, or changes the file.
#[derive(Clone)]
struct Follower {
    heard: Arc<Mutex<Vec<u8>>>,
    path: PathBuf,
    change: Change,
    behind: usize,
}

impl Pieces for Follower {
    fn begin(&mut self) {
        self.heard.lock().unwrap().clear();
        self.take(&[]);
    }

    fn take(&mut self, piece: &[u8]) {
        let mut heard = self.heard.lock().unwrap();
        heard.extend(piece);
        if heard.len() == self.behind {
            (self.change)(&self.path);
        }
    }
}

/// Prepares files in pieces, which change when so many bytes are read.
struct Follow {
    change: Change,
    behind: usize,
}

impl Work for Follow {
    type Item = (PathBuf, Arc<Mutex<Vec<u8>>>, bool);
    type Outcome = (Result<Avatar, Error>, Vec<u8>, bool);

    fn open(&self, item: &mut Self::Item) -> ControlFlow<Self::Outcome, Source> {
        ControlFlow::Continue(Source::Path(item.0.clone()))
    }

    fn pieces(&self, item: &mut Self::Item) -> Option<Box<dyn Pieces>> {
        Some(Box::new(Follower {
            heard: Arc::clone(&item.1),
            path: item.0.clone(),
            change: self.change,
            behind: self.behind,
        }))
    }

    fn read_in_pieces(&self, item: &mut Self::Item) {
        item.2 = true;
    }

    fn publish(&self, item: Self::Item, result: Result<Avatar, Error>) -> Self::Outcome {
        let heard = std::mem::take(&mut *item.1.lock().unwrap());
        (result, heard, item.2)
    }
}

fn followed(path: &Path, budget: u64, change: Change) -> (Result<Avatar, Error>, Vec<u8>, bool) {
    followed_by(path, budget, &Follow { change, behind: 0 })
}

fn followed_by(
    path: &Path,
    budget: u64,
    follow: &Follow,
) -> (Result<Avatar, Error>, Vec<u8>, bool) {
    let jobs = NonZeroUsize::MIN;
    let settings = Settings::default().with_edge(170).unwrap();
    let batch = Batch::new(settings, Limits::default(), jobs).unwrap();
    let batch = batch.with_budget(Budget::new(budget));
    let items = [(path.to_path_buf(), Arc::default(), false)];
    let mut outcome = None;
    batch.run(items, &AtomicBool::new(false), follow, |it| {
        outcome = Some(it);
    });
    outcome.unwrap()
}

#[test]
fn a_file_larger_than_the_budget_is_made_and_every_byte_is_shown() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    for (name, bytes) in [files().remove(1), files().remove(6)] {
        write(&path, &bytes);
        let budget = 19_000_000;
        assert!(bytes.len() as u64 > budget, "{name}");
        let (result, heard, is_read) = followed(&path, budget, |_| ());
        assert!(result.is_ok(), "{name}: {:?}", result.err());
        assert!(heard == bytes && is_read, "{name}");
    }
}

#[test]
fn a_file_that_changes_while_it_is_read_is_an_error() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    let (_, bytes) = files().remove(5);
    let cut: Change = |path| {
        let file = File::options().write(true).open(path).unwrap();
        file.set_len(fs::metadata(path).unwrap().len() / 2).unwrap();
    };
    let longer: Change = |path| {
        let file = File::options().write(true).open(path).unwrap();
        file.set_len(fs::metadata(path).unwrap().len() + 1).unwrap();
    };
    let head: Change = |path| {
        let mut bytes = fs::read(path).unwrap();
        let width = bytes.windows(4).rposition(|it| it == SIZE.0.to_le_bytes());
        bytes[width.unwrap()] += 1;
        fs::write(path, bytes).unwrap();
    };
    let gap: Change = |path| {
        let mut bytes = fs::read(path).unwrap();
        let gap = bytes.windows(3).skip(1 << 20).position(|it| it == b"gap");
        bytes[(1 << 20) + gap.unwrap()] += 1;
        fs::write(path, bytes).unwrap();
    };
    for (name, change) in [
        ("cut", cut),
        ("longer", longer),
        ("head", head),
        ("gap", gap),
    ] {
        write(&path, &bytes);
        let (result, _, is_read) = followed(&path, u64::MAX, change);
        let error = result.expect_err(name);
        assert_eq!(error.code(), Code::Io, "{name}");
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, "the file changed while it was read", "{name}");
        assert!(!is_read, "{name}");
    }
}

#[test]
fn a_file_that_is_too_short_for_its_rows_is_read_whole() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    let (_, bytes) = files().remove(0);
    let cut = &bytes[..bytes.len() / 100 * 97];
    write(&path, cut);
    let mut preparer = Preparer::new(Settings::default(), Limits::default());
    let expected = preparer.prepare(cut).unwrap();
    let found = preparer.prepare_source(&Source::Path(path)).unwrap();
    assert!(found.bytes() == expected.bytes());
    assert_eq!(found.notes(), expected.notes());
    assert!(!found.notes().is_empty());
}

/// Each gap between strips takes a page of memory, which is not part of the estimate.
#[test]
fn a_file_with_many_gaps_is_read_whole() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    let bytes = striped(2, false, 3, 8, &samples(3, 1));
    write(&path, &bytes);
    let mut preparer = Preparer::new(Settings::default(), Limits::default());
    let expected = preparer.prepare(&bytes).unwrap();
    let whole = preparer.cost().memory;
    let found = preparer.prepare_source(&Source::Path(path)).unwrap();
    assert!(found.bytes() == expected.bytes());
    assert_eq!(preparer.cost().memory, whole);
}

#[test]
fn fields_of_an_unusual_type_mean_the_same_as_in_memory() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    let (_, file) = files().remove(7);
    for tag in [259u16, 262] {
        let mut bytes = file.clone();
        let field = [tag.to_be_bytes(), 3u16.to_be_bytes()].concat();
        let at = bytes.windows(4).rposition(|it| it == field).unwrap();
        // As a byte, the value is the first of its two bytes, which is 0.
        bytes[at + 3] = 1;
        write(&path, &bytes);
        let settings = Settings::default().with_edge(170).unwrap();
        let mut preparer = Preparer::new(settings, Limits::default());
        let expected = preparer.prepare(&bytes).map(|it| it.bytes().to_vec());
        let found = preparer.prepare_source(&Source::Path(path.clone()));
        let found = found.map(|it| it.bytes().to_vec());
        match (found, expected) {
            (Ok(found), Ok(expected)) => assert!(found == expected, "{tag}"),
            (Err(found), Err(expected)) => {
                assert_eq!(found.to_string(), expected.to_string(), "{tag}");
            }
            other => panic!("{tag}: {:?}", (other.0.is_ok(), other.1.is_ok())),
        }
    }
}

#[test]
fn the_content_of_a_file_that_was_read_in_pieces_is_known_to_the_next_run() {
    let folder = folder(&[]);
    let (_, bytes) = files().remove(5);
    let path = folder.path().join("in/a.tif");
    write(&path, &bytes);
    let (code, first) = records(folder.path(), &["in", "out"]);
    assert_eq!((code, first.last().unwrap()["ok"].as_u64()), (0, Some(1)));
    // With another time, only the hash can tell that it is the same file.
    let file = File::options().append(true).open(&path).unwrap();
    let hour = std::time::Duration::from_secs(3600);
    file.set_modified(std::time::SystemTime::now() - hour)
        .unwrap();
    let (code, second) = records(folder.path(), &["in", "out"]);
    assert_eq!(
        (code, second.last().unwrap()["up_to_date"].as_u64()),
        (0, Some(1))
    );
    let mut changed = bytes;
    let middle = changed.len() / 2;
    changed[middle] ^= 0x80;
    write(&path, &changed);
    let (code, third) = records(folder.path(), &["in", "out"]);
    assert_eq!((code, third.last().unwrap()["ok"].as_u64()), (0, Some(1)));
}

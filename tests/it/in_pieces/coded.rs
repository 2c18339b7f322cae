//! JPEG, of which parts are read more than once.

use avatar_prepare::{Code, Effort, Limits, Note, Preparer, Settings, Source};
use slow_jpeg::writer::Picture;

use super::{Change, Follow, followed, followed_by};
use crate::support::{folder, write};

/// Bytes that are read at a time.
const PIECE: usize = 1 << 18;
/// Files from this length on are read in pieces.
const LEAST: usize = 8 << 20;
/// Offset of the first segment.
const START: usize = 2;

/// Comments of so many bytes together, at least four.
fn comments(mut length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length);
    while length > 0 {
        let part = match length {
            ..=60_000 => length,
            _ => 50_000,
        };
        bytes.extend([0xFF, 0xFE]);
        bytes.extend((part as u16 - 2).to_be_bytes());
        bytes.resize(bytes.len() + part - 4, b'-');
        length -= part;
    }
    bytes
}

/// The same picture behind comments, so that the byte at `place` is at the offset `to` of a file that is long enough.
fn moved(bytes: &[u8], place: usize, to: usize) -> Vec<u8> {
    let mut file = bytes[..START].to_vec();
    file.extend(comments(to - place));
    file.extend(&bytes[START..]);
    file.resize(file.len().max(LEAST), 0);
    file
}

/// What a file becomes: the result and its notes, or the error in words.
type Made = Result<(Vec<u8>, Vec<Note>), String>;

/// What a file becomes, and the memory that was counted.
fn made(preparer: &mut Preparer, source: &Source) -> (Made, Option<u64>) {
    let made = preparer.prepare_source(source);
    let made = made.map(|avatar| {
        let notes = avatar.notes().to_vec();
        (avatar.into_bytes(), notes)
    });
    (
        made.map_err(|error| error.to_string()),
        preparer.cost().memory,
    )
}

/// Asserts that a file becomes the same in pieces as from memory; returns what it becomes.
fn compare(file: Vec<u8>, settings: Settings, is_in_pieces: bool, what: &str) -> Made {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    write(&path, &file);
    let length = file.len() as u64;
    let mut preparer = Preparer::new(settings, Limits::default());
    let (expected, whole) = made(&mut preparer, &Source::Bytes(file));
    let source = Source::Path(path);
    let (found, memory) = made(&mut preparer, &source);
    assert!(found == expected, "{what}: {:?}", found.err());
    if found.is_ok() {
        let saved = if is_in_pieces { length - (6 << 20) } else { 0 };
        assert_eq!(memory, whole.map(|whole| whole - saved), "{what}");
        let inspected = preparer.inspect(&source).unwrap().memory;
        assert_eq!(memory, Some(inspected.prepared), "{what}");
    }
    found
}

fn settings(edge: u32) -> Settings {
    Settings::default().with_edge(edge).unwrap()
}

/// Kinds of scans, with and without restart markers.
fn kinds() -> Vec<(&'static str, Picture)> {
    let ycbcr = Picture::random(150, 130, &[(2, 2), (1, 1), (1, 1)], 7);
    let mut restarting = ycbcr.clone();
    restarting.restart = 9;
    let mut arithmetic = ycbcr.clone();
    arithmetic.arithmetic = Some((0, 1, 5));
    let gray = Picture::random(99, 101, &[(1, 1)], 3);
    let ink = Picture::random(64, 80, &[(1, 1); 4], 4);
    vec![
        ("progressive", ycbcr.clone().progressive(true)),
        (
            "progressive with restart markers",
            restarting.clone().progressive(false),
        ),
        ("several scans", ycbcr.non_interleaved()),
        ("restart markers", restarting),
        ("arithmetic", arithmetic),
        ("gray", gray),
        ("ink", ink),
        (
            "12 bits",
            Picture::random(70, 80, &[(2, 1), (1, 1), (1, 1)], 5).of_12_bits(),
        ),
    ]
}

/// Offsets of all markers, also of those that are only stuffing.
fn markers(bytes: &[u8]) -> Vec<usize> {
    let is_marker = |&at: &usize| bytes[at] == 0xFF;
    (START..bytes.len()).filter(is_marker).collect()
}

#[test]
fn a_marker_where_a_piece_ends_is_read_as_anywhere_else() {
    for (name, picture) in kinds() {
        let bytes = picture.write();
        let all = markers(&bytes);
        let step = all.len() / 12 + 1;
        // The last ones are between scans, or the end.
        let last = all.iter().rev().take(4);
        for &marker in all.iter().step_by(step).chain(last) {
            // The piece ends before the marker, within it, or within what follows it.
            for behind in [0, 1, 2, 3] {
                let file = moved(&bytes, marker + behind, 2 * PIECE);
                let what = format!("{name}, {behind} behind {marker}");
                let found = compare(file, settings(60), true, &what);
                assert!(found.is_ok_and(|(_, notes)| notes.is_empty()), "{what}");
            }
        }
    }
}

/// Scans are far from one another, and fill bytes are where pieces end.
#[test]
fn comments_and_fill_bytes_between_scans_are_passed() {
    for (name, picture) in kinds() {
        let bytes = picture.write();
        let scans = |it: &usize| bytes[*it + 1] == 0xDA;
        let places: Vec<usize> = markers(&bytes).into_iter().filter(scans).collect();
        let mut file = bytes[..places[0]].to_vec();
        for (number, &place) in places.iter().enumerate() {
            if number > 0 {
                let end = (file.len() + 5).next_multiple_of(PIECE);
                file.extend(comments(end - 1 - file.len()));
                file.extend([0xFF; 4]);
            }
            let end = places.get(number + 1).copied().unwrap_or(bytes.len());
            file.extend(&bytes[place..end]);
        }
        file.resize(file.len().max(LEAST), 0);
        for edge in [20, 40, 60] {
            let found = compare(file.clone(), settings(edge), true, name);
            assert!(found.is_ok_and(|(_, notes)| notes.is_empty()), "{name}");
        }
    }
}

/// Pictures whose data fills many pieces.
fn large() -> Vec<(&'static str, Vec<u8>)> {
    let picture = Picture::random(2111, 1903, &[(2, 2), (1, 1), (1, 1)], 9);
    let mut restarting = picture.clone();
    restarting.restart = 40;
    vec![
        ("one scan", picture.write()),
        ("restart markers", restarting.write()),
        ("progressive", picture.progressive(true).write()),
    ]
}

#[test]
fn large_pictures_are_the_same_as_from_memory() {
    for (name, bytes) in large() {
        assert!(bytes.len() > 4 * PIECE, "{name}: {} bytes", bytes.len());
        let file = moved(&bytes, START, START);
        for edge in [100, 300, 900] {
            let best = settings(edge).with_effort(Effort::Best);
            for settings in [settings(edge), best] {
                let found = compare(file.clone(), settings, true, name);
                assert!(found.is_ok_and(|(_, notes)| notes.is_empty()), "{name}");
            }
        }
    }
}

#[test]
fn damaged_and_cut_pictures_are_the_same_as_from_memory() {
    for (name, bytes) in large() {
        let length = bytes.len();
        let (mut noted, mut refused) = (0, 0);
        for part in 1..12 {
            let at = length * part / 12 + 11;
            let mut changed = bytes.clone();
            changed[at..at + 40].fill(0x5A);
            let doubled = [&bytes[..at], &bytes[at - length / 30..]].concat();
            let without = [&bytes[..at - length / 30], &bytes[at..]].concat();
            // The zeros behind it are no end.
            let cut = bytes[..at].to_vec();
            for damaged in [changed, doubled, without, cut] {
                let file = moved(&damaged, START, START);
                let what = format!("{name}, {part}");
                match compare(file, settings(300), true, &what) {
                    Ok((_, notes)) => noted += usize::from(!notes.is_empty()),
                    Err(_) => refused += 1,
                }
            }
        }
        assert!(noted + refused > 20, "{name}: {noted} and {refused}");
    }
}

#[test]
fn what_cannot_be_known_before_the_pixels_is_read_whole() {
    let mut without_height = Picture::random(150, 130, &[(1, 1)], 7);
    without_height.height_by_dnl = true;
    let bytes = without_height.write();
    let file = moved(&bytes, START, START);
    assert!(compare(file, settings(60), false, "DNL").is_ok());
    let bytes = Picture::random(150, 130, &[(1, 1)], 7).write();
    for (length, is_in_pieces) in [(900_000, true), (1_100_000, false)] {
        let file = moved(&bytes, START, START + length);
        assert!(compare(file, settings(60), is_in_pieces, "a long header").is_ok());
    }
}

#[test]
fn every_byte_is_shown_once_and_damage_needs_no_more_memory() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    for (name, bytes) in large() {
        let mut file = moved(&bytes, START, START);
        file.resize(40_000_000, 0);
        for change in [0, 0x41] {
            file[bytes.len() * 99 / 100] ^= change;
            write(&path, &file);
            let (result, heard, is_in_pieces) = followed(&path, 25_000_000, |_| ());
            assert!(result.is_ok(), "{name}: {:?}", result.err());
            assert!(heard == file && is_in_pieces, "{name}");
        }
    }
}

/// What was read before is read again, and is not the same.
#[test]
fn a_picture_that_changes_before_it_is_read_again_is_an_error() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    let change: Change = |path| {
        let mut bytes = std::fs::read(path).unwrap();
        bytes[PIECE + 1000] ^= 1;
        std::fs::write(path, bytes).unwrap();
    };
    for (name, bytes) in large() {
        let file = moved(&bytes, START, START);
        write(&path, &file);
        let follow = Follow {
            change,
            behind: PIECE * 3,
        };
        let (result, heard, is_in_pieces) = followed_by(&path, u64::MAX, &follow);
        if name == "one scan" {
            // It is read once.
            assert!(result.is_ok() && heard == file && is_in_pieces);
            continue;
        }
        let error = result.expect_err(name);
        assert_eq!(error.code(), Code::Io, "{name}");
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, "the file changed while it was read", "{name}");
    }
}

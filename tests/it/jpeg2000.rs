//! JPEG 2000 codestreams whose tile parts lie about their lengths.

use avatar_prepare::{Error, Limit, LimitExceeded, Limits, Note, Preparer, Settings};

use crate::support::{code, finest, prepare};

const SIDE: u32 = 60_000;

/// A codestream without pixels: its size, blocks of 64 by 64, and then these tile parts.
fn codestream(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0x4f, 0xff, 0x51, 0, 41, 0, 0];
    for value in [SIDE, SIDE, 0, 0, SIDE, SIDE, 0, 0] {
        bytes.extend(value.to_be_bytes());
    }
    bytes.extend([0, 1, 7, 1, 1]);
    bytes.extend([0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1]); // COD
    bytes.extend([0xff, 0x5c, 0, 4, 0x40, 0x40]); // QCD
    bytes.extend(parts.concat());
    bytes
}

/// A tile part of 14 bytes that says that it has `length`.
fn part(length: u32) -> Vec<u8> {
    let mut bytes = vec![0xff, 0x90, 0, 10, 0, 0];
    bytes.extend(length.to_be_bytes());
    bytes.extend([0, 1, 0xff, 0x93]);
    bytes
}

/// The last tile part, whose header has blocks of 4 by 4: tables for them exceed the limit.
fn with_small_blocks() -> Vec<u8> {
    let mut bytes = part(0);
    let style = [0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1];
    bytes.splice(12..12, style);
    bytes
}

/// Their blocks are coded in another way, which is not read.
#[test]
fn high_throughput_is_unsupported() {
    let mut bytes = codestream(&[part(14)]);
    let end = bytes.windows(4).position(|it| it == [0xff, 0x52, 0, 12]);
    bytes.splice(
        end.unwrap()..end.unwrap(),
        [0xff, 0x50, 0, 8, 0, 2, 0, 0, 0, 0],
    );
    assert_eq!(code(&bytes), "unsupported");
}

/// Whether the small blocks were found.
fn is_over(parts: &[Vec<u8>]) -> bool {
    let limits = Limits {
        decoded_bytes: 4 << 30,
        pixels: u64::MAX,
        side: u32::MAX,
        ..Limits::default()
    };
    let prepared = Preparer::new(Settings::default(), limits).prepare(&codestream(parts));
    let error = prepared.unwrap_err();
    matches!(
        error,
        Error::Limit(LimitExceeded { limit: Limit::DecodedBytes, found, .. }) if found > 50 << 30
    )
}

#[test]
fn parts_that_run_back_end_the_walk_and_others_are_read() {
    assert!(is_over(&[with_small_blocks()]));
    assert!(is_over(&[part(14), part(14), with_small_blocks()]));
    // A part that ends before its data begins, and one that ends before it begins itself.
    assert!(!is_over(&[part(14), part(12), with_small_blocks()]));
    assert!(!is_over(&[part(1), with_small_blocks()]));
}

#[test]
fn segments_that_are_too_short_do_not_end_the_walk() {
    for short in [
        &[0xff, 0x53, 0, 3, 0][..], // COC
        &[0xff, 0x52, 0, 3, 0],     // COD
        &[0xff, 0x30],              // no segment at all
    ] {
        let mut first = part(14 + short.len() as u32);
        first.splice(12..12, short.iter().copied());
        assert!(is_over(&[first, with_small_blocks()]), "{short:?}");
    }
}

/// Gray of 32 by 32 pixels in 16 tiles, made by OpenJPEG.
const TILED: &str = "\
    ff4fff510029000000000020000000200000000000000000000000080000000800000000000000000001070101ff5200\
    0c00000001000004040001ff5c00044040ff90000a00000000001e0001ff93cfb434115054a2835628000000309097ff\
    90000a0001000000250001ff93cfb450115054a3655db0000309097802d000061212ff7fff90000a0002000000160001\
    ff93cfb414115054a36fff90000a0003000000230001ff93c7d424115054aff9cd80000184846a850c2425ff7fff9000\
    0a00040000001d0001ff93c7d418115054a27db690000309097fff90000a00050000001d0001ff93c3e718115054af82\
    3d4800018484bfff90000a0006000000160001ff93c3e70a115054a36fff90000a0007000000160001ff93c0f8451150\
    54a36fff90000a0008000000160001ff93c1f20514005ca36fff90000a00090000001d0001ff93c3e71814005ca27db6\
    90000309097fff90000a000a000000160001ff93c7d40a14005ca36fff90000a000b0000001e0001ff93c7d41a14005c\
    a2835628000000309097ff90000a000c0000001d0001ff93c7d41814005caf823d4800018484bfff90000a000d000000\
    230001ff93cfb44814005ca36afd4800000030908b30818484bfff90000a000e0000001d0001ff93cfb43014005ca27d\
    b690000309097fff90000a000f0000001e0001ff93cfb43414005ca2857828000000309097ffd9";

/// The main header of that picture, and its tile parts.
fn tiled() -> (Vec<u8>, Vec<Vec<u8>>) {
    let digits = TILED.as_bytes().as_chunks::<2>().0.iter();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
    let bytes: Vec<u8> = digits.map(|pair| byte(pair).unwrap()).collect();
    let at = bytes
        .windows(2)
        .position(|two| two == [0xff, 0x90])
        .unwrap();
    let (head, mut rest) = bytes.split_at(at);
    let mut parts = Vec::new();
    while rest.starts_with(&[0xff, 0x90]) {
        let length = u32::from_be_bytes(*rest[6..].first_chunk().unwrap()) as usize;
        let (part, after) = rest.split_at(length);
        parts.push(part.to_vec());
        rest = after;
    }
    (head.to_vec(), parts)
}

fn joined(head: &[u8], parts: &[Vec<u8>]) -> Vec<u8> {
    [head, &parts.concat(), &[0xff, 0xd9]].concat()
}

#[test]
fn tiles_without_data_are_noted_or_refused() {
    let (head, parts) = tiled();
    assert_eq!(parts.len(), 16);
    let notes = |parts: &[Vec<u8>]| {
        let avatar = prepare(finest(), &joined(&head, parts)).unwrap();
        avatar.notes().to_vec()
    };
    let is_damage = |note: &Note| matches!(note, Note::Damaged { percent: 93 });
    let is_whole = |notes: &[Note]| {
        !notes
            .iter()
            .any(|note| matches!(note, Note::Damaged { .. }))
    };
    assert!(is_whole(&notes(&parts)));
    // Without its part, or with a part that ends after its header.
    let mut missing = parts.clone();
    missing.remove(5);
    let mut empty = parts.clone();
    empty[5].truncate(14);
    empty[5][6..10].copy_from_slice(&14u32.to_be_bytes());
    for parts in [missing, empty] {
        assert!(notes(&parts).iter().any(is_damage), "{:?}", notes(&parts));
    }
    // A tile in two parts, of which the first is empty, is whole.
    let mut halves = parts.clone();
    let mut first = halves[5][..14].to_vec();
    first[6..10].copy_from_slice(&14u32.to_be_bytes());
    first[11] = 2;
    halves[5][10] = 1;
    halves[5][11] = 2;
    halves.insert(5, first);
    assert!(is_whole(&notes(&halves)), "{:?}", notes(&halves));
    // So is one with a part of nothing but its start, and a header with a marker without a segment.
    let mut more = parts.clone();
    let start = b"\xff\x90\0\x0a\0\x05\0\0\0\x0c\x01\x02";
    more.insert(6, start.to_vec());
    assert!(is_whole(&notes(&more)), "{:?}", notes(&more));
    let mut marked = parts.clone();
    marked[2].splice(12..12, [0xff, 0x30]);
    let length = marked[2].len() as u32;
    marked[2][6..10].copy_from_slice(&length.to_be_bytes());
    assert!(is_whole(&notes(&marked)), "{:?}", notes(&marked));
    let fewer = parts.get(..14).unwrap();
    assert_eq!(code(&joined(&head, fewer)), "truncated");
    // Headers of packets that are packed in one tile say nothing about the others.
    let mut packed = fewer.to_vec();
    packed[0].splice(12..12, [0xff, 0x61, 0, 3, 0]);
    let length = packed[0].len() as u32;
    packed[0][6..10].copy_from_slice(&length.to_be_bytes());
    assert_eq!(code(&joined(&head, &packed)), "truncated");
    // A last part that leaves its length open, and a part of nothing but its start, hide no damage.
    let mut open = more.clone();
    open[16][6..10].fill(0);
    assert!(is_whole(&notes(&open)), "{:?}", notes(&open));
    let end = open[0].len();
    open[0].truncate(end - 6);
    let length = open[0].len() as u32;
    open[0][6..10].copy_from_slice(&length.to_be_bytes());
    let found = notes(&open);
    assert!(found.contains(&Note::Damaged { percent: 100 }), "{found:?}");
    // A comment in the header of an open part may have the bytes of the marker of the end.
    let mut commented = parts.clone();
    commented[15].splice(12..12, [0xff, 0x64, 0, 6, 0, 0, 0xff, 0xd9]);
    commented[15][6..10].fill(0);
    assert!(is_whole(&notes(&commented)), "{:?}", notes(&commented));
    let plain = prepare(finest(), &joined(&head, &parts)).unwrap();
    let same = prepare(finest(), &joined(&head, &commented)).unwrap();
    assert_eq!(same.bytes(), plain.bytes());
    // What is wrong in a tile that is there can be anywhere.
    let mut wrong = parts.clone();
    wrong.remove(5);
    let end = wrong[0].len();
    wrong[0].truncate(end - 6);
    let length = wrong[0].len() as u32;
    wrong[0][6..10].copy_from_slice(&length.to_be_bytes());
    let found = notes(&wrong);
    assert!(found.contains(&Note::Damaged { percent: 100 }), "{found:?}");
}

//! `avatar-hevc` decodes streams of random syntax as FFmpeg and libde265 do.
//!
//! The streams in `fuzz/seeds/hevc` were written by an encoder that chooses every syntax element at random. Each hash is that of
//! the planes of FFmpeg 5.1 (`-f rawvideo`), with which libde265 1.0.11 agrees where it supports the format.

use avatar_hevc::{Decoder, Description, Error, Filters, Picture, Samples};
use sha2::{Digest, Sha256};

use crate::support::{finest, prepare};
use crate::tiles::{HEIC, Item, boxed, file};

/// What a stream is about, the stream, its size, its chroma format, and the hash.
type Stream = (&'static str, &'static [u8], (u32, u32), u8, &'static str);

const STREAMS: [Stream; 6] = [
    (
        "4:4:4, tiles, dependent slices, scaling lists",
        include_bytes!("../../fuzz/seeds/hevc/tiles-444.hevc"),
        (24, 96),
        3,
        "3077555d823a416cb3af27567b3060a54c69d24a76122efec6ba27589adf72c9",
    ),
    (
        "4:4:4, cross-component prediction, offsets of chroma quantisers",
        include_bytes!("../../fuzz/seeds/hevc/cross-component.hevc"),
        (144, 48),
        3,
        "f1cbe051ab9b11b99255f8b09198740a8b7b85787d217d6fca15587949a9ba77",
    ),
    (
        "uncompressed blocks, dependent slices",
        include_bytes!("../../fuzz/seeds/hevc/uncompressed.hevc"),
        (120, 120),
        1,
        "cc4ba2bb0f9ec91683f02d39eaf603554e775d789f32099ef55b0ab48834f4fb",
    ),
    (
        "10 bits, wavefronts",
        include_bytes!("../../fuzz/seeds/hevc/wavefronts-10.hevc"),
        (24, 136),
        1,
        "f9b10e2bab7f85f4905642c856add66f1a7ced0746834bda0fb0d001265fbefd",
    ),
    (
        "blocks without transform, hidden signs, offsets of samples",
        include_bytes!("../../fuzz/seeds/hevc/skipped.hevc"),
        (24, 192),
        1,
        "315b3ca502a9d5c52c680699307f7b27057e9ca2d9c7f236de71f97cbb30890b",
    ),
    (
        "wavefronts, uncompressed blocks, dependent slices",
        include_bytes!("../../fuzz/seeds/hevc/rows.hevc"),
        (16, 144),
        1,
        "7ddeb669bba749ced550d1b7630dc08766501e7f18b9fdfc708acf077e9d7f94",
    ),
];

/// The units between start codes of four bytes.
fn units(stream: &[u8]) -> Vec<&[u8]> {
    let is_start = |at: &usize| stream[*at..].starts_with(&[0, 0, 0, 1]);
    let starts: Vec<usize> = (0..stream.len()).filter(is_start).collect();
    let ends = starts.iter().skip(1).copied().chain([stream.len()]);
    let pairs = starts.iter().zip(ends);
    pairs.map(|(start, end)| &stream[start + 4..end]).collect()
}

/// The planes one after the other, as FFmpeg writes them.
fn bytes(picture: &Picture<'_>) -> Vec<u8> {
    let mut all = Vec::new();
    for plane in 0..if picture.chroma == 0 { 1 } else { 3 } {
        let (width, height) = picture.plane_size(plane);
        for row in 0..height as usize {
            let start = row * picture.strides[plane];
            let row = start..start + width as usize;
            match picture.samples {
                Samples::U8(planes) => all.extend_from_slice(&planes[plane][row]),
                Samples::U16(planes) => {
                    all.extend(planes[plane][row].iter().flat_map(|s| s.to_le_bytes()));
                }
            }
        }
    }
    all
}

fn hash(picture: &Picture<'_>) -> String {
    let hash = Sha256::digest(bytes(picture));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn streams_decode_as_by_other_decoders() {
    // One decoder for all, because its buffers are used again.
    let mut decoder = Decoder::new();
    for (name, stream, size, chroma, known) in STREAMS {
        let picture = decoder.decode(&units(stream), Filters::All).unwrap();
        assert_eq!((picture.size, picture.chroma), (size, chroma), "{name}");
        assert_eq!(hash(&picture), known, "{name}");
    }
}

#[test]
fn a_stream_that_ends_early_is_no_picture() {
    for (name, stream, ..) in STREAMS {
        let units = units(stream);
        let (last, whole) = units.split_last().unwrap();
        let cut = [whole, &[&last[..last.len() / 2]]].concat();
        let fails = Decoder::new().decode(&cut, Filters::All).is_err();
        assert!(fails, "{name}: cut");
        let result = Decoder::new().decode(whole, Filters::All).err();
        assert!(
            matches!(result, Some(Error::Truncated(_))),
            "{name}: {result:?}"
        );
    }
}

#[test]
fn damaged_streams_decode_or_fail() {
    let mut decoder = Decoder::new();
    for (_, stream, ..) in STREAMS {
        for at in (0..stream.len()).step_by(5) {
            let mut damaged = stream.to_vec();
            damaged[at] ^= 1 << (at % 8);
            let _ = decoder.decode(&units(&damaged), Filters::All);
        }
    }
    // Nothing of them remains.
    let (_, stream, _, _, known) = STREAMS[0];
    let picture = decoder.decode(&units(stream), Filters::All).unwrap();
    assert_eq!(hash(&picture), known);
}

/// A sequence parameter set of x265, of 64 x 64 pixels with 10 bits in BT.2020 with PQ, limited range.
const HDR: &[u8] = b"\x42\x01\x01\x02\x20\x00\x00\x03\x00\x90\x00\x00\x03\x00\x00\x03\x00\x1e\xa0\x20\x81\x04\xd9\x65\x66\x92\x4c\xaf\x01\x6a\x12\x20\x12\x08\x00\x00\x03\x00\x08\x00\x00\x03\x00\xc8\x40";

#[test]
fn all_code_points_of_a_sequence_are_read() {
    let found = Description::of_sets(&[HDR], None).unwrap();
    assert_eq!((found.coded, found.size), ((64, 64), (64, 64)));
    assert_eq!((found.chroma, found.depths), (1, [10, 10]));
    assert_eq!(found.colors, Some(([9, 16, 9], false)));
    assert_eq!(found.bytes(), 64 * 64 * 3);
    let cut = Description::of_sets(&[&HDR[..20]], None);
    assert!(matches!(cut, Err(Error::Truncated(_))), "{cut:?}");
}

/// Where the number of a sequence parameter set of one layer stands, after headers and profile, in bits.
const NUMBER: usize = 8 * 15;

/// The bits of a set, without bytes that avoid start codes.
fn bits_of(set: &[u8]) -> Vec<bool> {
    let mut content: Vec<u8> = Vec::new();
    for &byte in set {
        if !(byte == 3 && content.ends_with(&[0, 0])) {
            content.push(byte);
        }
    }
    let each = |byte: &u8| [7, 6, 5, 4, 3, 2, 1, 0].map(|at| byte >> at & 1 == 1);
    content.iter().flat_map(each).collect()
}

fn set_of(bits: &[bool]) -> Vec<u8> {
    let mut set: Vec<u8> = Vec::new();
    for bits in bits.chunks(8) {
        let bit = |at: usize| u8::from(bits.get(at).copied().unwrap_or(false));
        let byte = (0..8).fold(0, |sum, at| sum << 1 | bit(at));
        if byte <= 3 && set.ends_with(&[0, 0]) {
            set.push(3);
        }
        set.push(byte);
    }
    set
}

/// The same set with number 1 in place of 0.
fn renumbered(set: &[u8]) -> Vec<u8> {
    let mut bits = bits_of(set);
    bits.splice(NUMBER..=NUMBER, [false, true, false]);
    set_of(&bits)
}

/// Where the bit is that ends a set; the one before says whether there are extensions.
fn end_of(bits: &[bool]) -> usize {
    bits.iter().rposition(|bit| *bit).unwrap()
}

/// The same set with the extension for screens.
fn of_screen(set: &[u8]) -> Vec<u8> {
    let mut bits = bits_of(set);
    let end = end_of(&bits);
    assert!(!bits[end - 1], "it has no extensions");
    bits.truncate(end - 1);
    bits.extend([true, false, false, false, true]);
    bits.extend([false; 12]);
    bits.push(true);
    set_of(&bits)
}

/// The same set without its last byte.
fn cut(set: &[u8]) -> Vec<u8> {
    let bits = bits_of(set);
    set_of(&bits[..(end_of(&bits) - 1) / 8 * 8])
}

/// The same set with so many samples more in each row, which the conformance window leaves out.
fn widened(set: &[u8], more: u64) -> Vec<u8> {
    let mut bits = bits_of(set);
    let number = |at: usize| {
        let zeros = bits[at..].iter().take_while(|bit| !**bit).count();
        let end = at + 2 * zeros + 1;
        let value = bits[at + zeros..end]
            .iter()
            .fold(0, |sum, bit| sum << 1 | u64::from(*bit));
        (value - 1, end)
    };
    let code = |value: u64| {
        let count = (value + 1).ilog2();
        let zeros = vec![false; count as usize];
        let digits = (0..=count).rev().map(move |at| (value + 1) >> at & 1 == 1);
        zeros.into_iter().chain(digits).collect::<Vec<bool>>()
    };
    let (chroma, start) = number(NUMBER + 1);
    let (width, middle) = number(start);
    let (height, end) = number(middle);
    assert_eq!((chroma, bits[end]), (1, false), "4:2:0 without a window");
    let margins = [0, more / 2, 0, 0].map(code).concat();
    let new = [code(width + more), code(height), vec![true], margins].concat();
    bits.splice(start..=end, new);
    set_of(&bits)
}

/// The item with one more set before those that it has.
fn with_set(item: &Item, set: &[u8]) -> Item {
    let mut content = item.properties[1][8..].to_vec();
    content[22] += 1;
    let length = (set.len() as u16).to_be_bytes();
    content.splice(23..23, [&[0x21, 0, 1], &length[..], set].concat());
    let mut item = item.clone();
    item.properties[1] = boxed(b"hvcC", &content);
    item
}

/// The picture parameter set of the item with number 1, for the sequence with number 1.
fn other_pictures(item: &Item) -> Vec<u8> {
    let content = &item.properties[1][8..];
    let at = content.windows(2).position(|two| two == [0x44, 1]).unwrap();
    let length = usize::from(u16::from_be_bytes([content[at - 2], content[at - 1]]));
    let mut bits = bits_of(&content[at..at + length]);
    assert_eq!(bits[16..18], [true; 2], "both numbers are 0");
    bits.splice(16..18, [false, true, false, false, true, false]);
    set_of(&bits)
}

/// The item with its sequence parameter set changed.
fn with_changed_set(item: &Item, change: impl Fn(&[u8]) -> Vec<u8>) -> Item {
    let mut content = item.properties[1][8..].to_vec();
    let at = content.windows(2).position(|two| two == [0x42, 1]).unwrap();
    let length = usize::from(u16::from_be_bytes([content[at - 2], content[at - 1]]));
    let set = change(&content[at..at + length]);
    let stated = (set.len() as u16).to_be_bytes();
    content.splice(at - 2..at + length, [&stated[..], &set].concat());
    let mut item = item.clone();
    item.properties[1] = boxed(b"hvcC", &content);
    item
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn a_picture_has_the_sequence_that_its_set_names() {
    let item = Item::of(HEIC);
    let made = |item: Item| prepare(finest(), &file(&[item], &[]));
    let plain = made(item.clone()).unwrap();
    let two = made(with_set(&item, &renumbered(HDR))).unwrap();
    assert_eq!((two.bytes(), two.notes()), (plain.bytes(), plain.notes()));
    // A set of pictures that the slice does not name, before the one that it does.
    let set = other_pictures(&item);
    let unused = made(with_set(&with_set(&item, &renumbered(HDR)), &set)).unwrap();
    assert_eq!(unused.bytes(), plain.bytes());
    // With the number that the picture names, the last one is the one that counts.
    let same = made(with_set(&item, HDR)).unwrap();
    assert_eq!(same.bytes(), plain.bytes());
}

/// What follows the colours says nothing of size and kind, but the decoder needs it.
#[test]
fn what_the_decoder_cannot_use_is_still_described() {
    let plain = Description::of_sets(&[HDR], None);
    for (set, wanted) in [(of_screen(HDR), "unsupported"), (cut(HDR), "ends early")] {
        assert_eq!(Description::of_sets(&[&set], None), plain);
        let error = Decoder::new().read_set(&set).unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{error}, not {wanted}");
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn what_the_decoder_cannot_use_is_not_decoded_otherwise() {
    let item = Item::of(HEIC);
    let code = |change: fn(&[u8]) -> Vec<u8>| {
        let item = with_changed_set(&item, change);
        let error = prepare(finest(), &file(&[item], &[])).unwrap_err();
        error.code().as_str()
    };
    assert_eq!(code(of_screen), "unsupported");
    assert_eq!(code(cut), "truncated");
}

/// The decoder allocates what a tile is coded as, and memory is counted by the first one.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn tiles_that_are_coded_in_different_sizes_are_refused() {
    let tile = Item::of(HEIC);
    let wide = with_changed_set(&tile, |set| widened(set, 64));
    let described = |item: &Item| {
        let config = &item.properties[1];
        let at = config.windows(2).position(|two| two == [0x42, 1]).unwrap();
        let found = Description::of_sets(&[&config[at..]], None).unwrap();
        (found.coded, found.size)
    };
    let ((width, height), size) = described(&tile);
    assert_eq!(described(&wide), ((width + 64, height), size));
    let grid = |second: &Item| {
        let items = [tile.grid(1, 2), tile.clone(), second.clone()];
        let references: [(&[u8; 4], u8, Vec<u8>); 1] = [(b"dimg", 1, vec![2, 3])];
        prepare(finest(), &file(&items, &references))
    };
    assert!(grid(&tile).is_ok());
    let said = grid(&wide).unwrap_err().to_string();
    assert!(
        said.contains("the tiles of its grid differ in kind"),
        "{said}"
    );
}

//! `avatar-hevc` decodes streams of random syntax as FFmpeg and libde265 do.
//!
//! The streams in `fuzz/seeds/hevc` were written by an encoder that chooses every syntax element at random. Each hash is that of
//! the planes of FFmpeg 5.1 (`-f rawvideo`), with which libde265 1.0.11 agrees where it supports the format.

use avatar_hevc::{Decoder, Error, Filters, Picture, Samples};
use sha2::{Digest, Sha256};

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

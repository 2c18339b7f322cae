//! Files of which more than the pixels decides how they are read.

use avatar_prepare::{Code, Inspection, Limits, Note, Preparer, Settings, Source};

use super::packed::{chunk, png, psd, uniform};
use super::{SIZE, followed, samples};
use crate::support::{folder, write};

/// Memory from bytes and from a file of a picture that must be the same.
fn memory(bytes: &[u8]) -> (u64, u64, Vec<Note>) {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    write(&path, bytes);
    let settings = Settings::default().with_edge(170).unwrap();
    let mut preparer = Preparer::new(settings, Limits::default());
    let expected = preparer.prepare(bytes).unwrap();
    let whole = preparer.cost().memory.unwrap();
    let found = preparer.prepare_source(&Source::Path(path)).unwrap();
    assert!(found.bytes() == expected.bytes());
    assert_eq!(found.notes(), expected.notes());
    (
        whole,
        preparer.cost().memory.unwrap(),
        found.notes().to_vec(),
    )
}

/// A document of 16 bits whose merged picture is only a notice: it says so, and has one layer.
fn with_layers_only() -> Vec<u8> {
    const SIDE: u32 = 2000;
    let plain = psd(3, 16, 3, false);
    let pixels = plain.len() - (6 * SIZE.0 * SIZE.1) as usize;
    let resource = [&b"8BIM\x04\x21\0\0\0\0\0\x06"[..], &[0, 0, 0, 1, 0, 0]].concat();
    let plane = 2 * SIDE * SIDE;
    let mut layer = [&[0, 1][..], &[0; 8]].concat();
    layer.extend([SIDE.to_be_bytes(), SIDE.to_be_bytes()].concat());
    layer.extend([0, 3]);
    for channel in 0..3 {
        layer.extend([&[0, channel][..], &(plane + 2).to_be_bytes()].concat());
    }
    layer.extend(b"8BIMnorm\xff\0\0\0\0\0\0\x0c");
    layer.extend([0; 12]);
    for channel in 0..3 {
        layer.extend([0, 0]);
        layer.resize(layer.len() + plane as usize, 40 + 60 * channel);
    }
    let length = (layer.len() as u32).to_be_bytes();
    let layers = [&[0; 8][..], b"8BIMLr16", &length, &layer].concat();
    [
        &plain[..30],
        &(resource.len() as u32).to_be_bytes(),
        &resource,
        &(layers.len() as u32).to_be_bytes(),
        &layers,
        &plain[pixels - 2..],
    ]
    .concat()
}

#[test]
fn a_document_without_a_merged_picture_is_composed_from_its_layers() {
    let (whole, found, notes) = memory(&with_layers_only());
    assert_eq!(whole, found);
    assert!(notes.contains(&Note::LayersComposed), "{notes:?}");
}

#[test]
fn a_large_profile_is_only_unpacked_in_memory_that_was_admitted() {
    let plain = png(2, 8, 3, &samples(3, 1));
    for (length, is_in_pieces) in [(1 << 19, true), (15 << 20, false)] {
        let mut packed = b"name\0\0".to_vec();
        packed.extend(smallest(length));
        let mut profile = Vec::new();
        chunk(&mut profile, b"iCCP", &packed);
        let (whole, found, _) = memory(&[&plain[..33], &profile, &plain[33..]].concat());
        assert_eq!(found < whole, is_in_pieces, "{length}: {found}, {whole}");
    }
}

/// So many zeros.
fn smallest(length: usize) -> Vec<u8> {
    use std::io::Write;
    let best = flate2::Compression::best();
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), best);
    encoder.write_all(&vec![0; length]).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn what_is_inspected_is_what_is_prepared() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    for bytes in [with_layers_only(), uniform()] {
        write(&path, &bytes);
        let mut preparer = Preparer::new(Settings::default(), Limits::default());
        let mut inspected = |source| {
            let Inspection { notes, memory, .. } = preparer.inspect(&source).unwrap();
            (notes, memory.prepared)
        };
        let expected = inspected(Source::Bytes(bytes.clone()));
        assert_eq!(inspected(Source::Path(path.clone())), expected);
        preparer
            .prepare_source(&Source::Path(path.clone()))
            .unwrap();
        assert_eq!(preparer.cost().memory, Some(expected.1));
    }
}

/// More memory would not make it a sound file.
#[test]
fn damage_is_reported_if_there_is_no_memory_to_mend_it() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    let mut bytes = png(2, 8, 3, &samples(3, 1));
    let budget = memory(&bytes).1;
    assert!(budget < bytes.len() as u64);
    let late = bytes.len() / 100 * 96;
    bytes[late] ^= 0x40;
    write(&path, &bytes);
    let (result, _, _) = followed(&path, budget, |_| ());
    assert_eq!(result.unwrap_err().code(), Code::Malformed);
    let (result, _, is_in_pieces) = followed(&path, u64::MAX, |_| ());
    let mut preparer = Preparer::new(Settings::default(), Limits::default());
    assert_eq!(result.is_ok(), preparer.prepare(&bytes).is_ok());
    assert!(!is_in_pieces);
}

/// Its rows have no data, so looking at all of them would take no byte of the file, but minutes.
#[test]
fn a_document_above_the_limits_is_refused_before_its_pixels_are_looked_at() {
    let folder = folder(&[]);
    let path = folder.path().join("picture");
    let (width, height) = (174_762_u32, 131_000_u32);
    let mut bytes = b"8BPS\0\x01\0\0\0\0\0\0\0\x01".to_vec();
    bytes.extend([height.to_be_bytes(), width.to_be_bytes()].concat());
    bytes.extend([0, 8, 0, 1]); // eight bits, gray
    bytes.extend([0; 12]); // no palette, resources and layers
    bytes.extend([0, 1]); // run lengths
    bytes.resize(9 << 20, 0);
    write(&path, &bytes);
    let mut preparer = Preparer::new(Settings::default(), Limits::default());
    let refused = preparer.inspect(&Source::Path(path)).unwrap_err();
    assert_eq!(refused.code(), Code::LimitExceeded);
    assert_eq!(preparer.prepare(&bytes).unwrap_err().code(), refused.code());
}

//! What is read from the headers without decoding anything.

use super::corpus;
use avatar_jpeg::{Decoder, Error, Icc, Process, Rect, Request, Scratch};
use slow_jpeg::writer::Picture;

fn with_segments(segments: Vec<u8>) -> Vec<u8> {
    let mut picture = Picture::random(20, 10, &[(2, 2), (1, 1), (1, 1)], 1);
    picture.segments = segments;
    picture.restart = 7;
    picture.write()
}

fn segment(code: u8, body: &[u8]) -> Vec<u8> {
    [
        &[0xFF, code][..],
        &(body.len() as u16 + 2).to_be_bytes(),
        body,
    ]
    .concat()
}

fn icc(number: u8, total: u8, data: &[u8]) -> Vec<u8> {
    segment(
        0xE2,
        &[b"ICC_PROFILE\0", &[number, total][..], data].concat(),
    )
}

#[test]
fn frame_and_restart_interval() {
    let bytes = with_segments(Vec::new());
    let decoder = Decoder::new(&bytes).unwrap();
    let header = decoder.header();
    assert_eq!((header.width, header.height, header.precision), (20, 10, 8));
    assert_eq!(
        (header.process, header.restart_interval),
        (Process::Baseline, 7)
    );
    let sampling: Vec<_> = header
        .components
        .iter()
        .map(|c| (c.id, c.h, c.v, c.tq))
        .collect();
    assert_eq!(sampling, [(1, 2, 2, 0), (2, 1, 1, 0), (3, 1, 1, 0)]);
    assert_eq!(
        (header.exif, &header.icc, header.adobe_transform),
        (None, &Icc::Absent, None)
    );
}

#[test]
fn the_first_exif_segment_counts() {
    let bytes = with_segments(
        [
            segment(0xE1, b"Exif\0\0first"),
            segment(0xE1, b"Exif\0\0second"),
        ]
        .concat(),
    );
    assert_eq!(
        Decoder::new(&bytes).unwrap().header().exif,
        Some(&b"first"[..])
    );
}

#[test]
fn profiles_come_together_in_any_order() {
    let profile = |segments: Vec<Vec<u8>>| {
        Decoder::new(&with_segments(segments.concat()))
            .unwrap()
            .header()
            .icc
            .clone()
    };
    let whole = Icc::Profile(b"abcdef".to_vec());
    assert_eq!(
        profile(vec![icc(1, 3, b"ab"), icc(2, 3, b"cd"), icc(3, 3, b"ef")]),
        whole
    );
    assert_eq!(
        profile(vec![icc(3, 3, b"ef"), icc(1, 3, b"ab"), icc(2, 3, b"cd")]),
        whole
    );
    assert_eq!(
        profile(vec![
            icc(1, 3, b"ab"),
            icc(1, 3, b"ab"),
            icc(3, 3, b"ef"),
            icc(2, 3, b"cd")
        ]),
        whole
    );
    assert_eq!(
        profile(vec![icc(1, 3, b"ab"), icc(3, 3, b"ef")]),
        Icc::Incomplete
    );
    assert_eq!(profile(vec![icc(1, 1, b"")]), Icc::Incomplete);
}

#[test]
fn the_first_picture_of_several() {
    let mut index =
        b"MPF\0MM\0*\0\0\0\x08\0\x01\xB0\x02\0\x07\0\0\0\x20\0\0\0\x1A\0\0\0\0".to_vec();
    index.extend([0, 3, 0, 0, 0, 1, 0x23, 0x45, 0, 0, 0, 0, 0, 0, 0, 0]);
    let bytes = with_segments(segment(0xE2, &index));
    assert_eq!(
        Decoder::new(&bytes).unwrap().header().first_picture_len,
        Some(0x12345)
    );
}

#[test]
fn not_a_jpeg_or_not_whole() {
    assert_eq!(Decoder::new(b"").unwrap_err(), Error::NotJpeg);
    assert_eq!(Decoder::new(b"\x89PNG").unwrap_err(), Error::NotJpeg);
    let bytes = with_segments(Vec::new());
    assert_eq!(Decoder::new(&bytes[..40]).unwrap_err(), Error::HeaderEnds);
    let scan = bytes.windows(2).position(|w| w == [0xFF, 0xDA]).unwrap();
    let frame = bytes.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    let without_frame = [&bytes[..frame], &bytes[scan..]].concat();
    assert_eq!(
        Decoder::new(&without_frame).unwrap_err(),
        Error::Invalid { segment: "SOS" }
    );
}

#[test]
fn crops_must_be_inside() {
    let bytes = with_segments(Vec::new());
    let decoder = Decoder::new(&bytes).unwrap();
    for crop in [
        Rect::new(0, 0, 21, 10),
        Rect::new(20, 0, 1, 1),
        Rect::new(0, 0, 0, 5),
        Rect::new(u32::MAX, 1, 2, 2),
    ] {
        let refused = decoder.decode(&Request::new(crop, (5, 5)), &mut Scratch::new());
        assert_eq!(
            refused.unwrap_err(),
            Error::CropOutside {
                width: 20,
                height: 10
            },
            "{crop:?}"
        );
    }
}

#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn corpus_headers_agree_with_the_manifest() {
    for picture in corpus::jpegs().iter().filter(|p| p.is_sound()) {
        let decoder =
            Decoder::new(&picture.bytes).unwrap_or_else(|e| panic!("{}: {e}", picture.name));
        let header = decoder.header();
        assert_eq!(
            (header.width, header.height),
            picture.size,
            "{}",
            picture.name
        );
        let process = picture.kind.split(' ').next().unwrap();
        assert!(
            header.process.to_string().starts_with(process),
            "{}",
            picture.name
        );
        let interval = picture
            .kind
            .split("dri=")
            .nth(1)
            .map_or("0", |rest| rest.split(' ').next().unwrap());
        assert_eq!(
            header.restart_interval.to_string(),
            interval,
            "{}",
            picture.name
        );
        assert_eq!(
            picture.kind.contains("MPF"),
            header.first_picture_len.is_some(),
            "{}",
            picture.name
        );
    }
}

#[test]
fn unsupported_processes_are_named() {
    let mut bytes = with_segments(Vec::new());
    let frame = bytes.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    for (code, process, name) in [
        (0xCB, Process::ArithmeticLossless, "lossless"),
        (0xC5, Process::Hierarchical, "hierarchical"),
    ] {
        bytes[frame + 1] = code;
        let decoder = Decoder::new(&bytes).unwrap();
        let request = Request::new(Rect::new(0, 0, 20, 10), (20, 10));
        let error = (decoder.decode(&request, &mut Scratch::new())).unwrap_err();
        let wanted = Error::Unsupported {
            process,
            precision: 8,
            components: 3,
        };
        assert_eq!(error, wanted);
        assert!(error.to_string().contains(name), "{error}");
    }
}

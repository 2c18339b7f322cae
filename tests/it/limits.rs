//! Every limit, just below and just above it, in the library and on the command line.

use avatar_prepare::{Error, Limit, Limits, Preparer, Settings};

use crate::support::{corpus, encode, folder, ppm, records, run};

fn outcome(limits: Limits, bytes: &[u8]) -> Result<(), (Limit, u64, u64)> {
    match Preparer::new(Settings::default(), limits).prepare(bytes) {
        Ok(_) => Ok(()),
        Err(Error::Limit(error)) => Err((error.limit, error.found, error.allowed)),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn just_under_and_just_over() {
    let picture = ppm(30, 20, |_, _| [7; 3]);
    let length = picture.len() as u64;
    let all = Limits::default();
    for (limits, refused) in [
        (
            Limits {
                encoded_bytes: length,
                ..all
            },
            None,
        ),
        (
            Limits {
                encoded_bytes: length - 1,
                ..all
            },
            Some((Limit::EncodedBytes, length, length - 1)),
        ),
        (Limits { pixels: 600, ..all }, None),
        (
            Limits { pixels: 599, ..all },
            Some((Limit::Pixels, 600, 599)),
        ),
        (Limits { side: 30, ..all }, None),
        (Limits { side: 29, ..all }, Some((Limit::Side, 30, 29))),
        (
            Limits {
                decoded_bytes: 1800,
                ..all
            },
            None,
        ),
        (
            Limits {
                decoded_bytes: 1799,
                ..all
            },
            Some((Limit::DecodedBytes, 1800, 1799)),
        ),
    ] {
        assert_eq!(outcome(limits, &picture).err(), refused);
    }
}

#[test]
fn frames_are_counted_without_decoding_them() {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    let frame = || image::Frame::new(image::RgbaImage::new(5, 5));
    encoder.encode_frames((0..12).map(|_| frame())).unwrap();
    drop(encoder);
    let all = Limits::default();
    assert_eq!(outcome(Limits { frames: 12, ..all }, &bytes), Ok(()));
    let refused = outcome(Limits { frames: 11, ..all }, &bytes);
    assert_eq!(refused, Err((Limit::Frames, 12, 11)));
}

#[test]
fn the_message_has_both_numbers_and_the_flag() {
    let folder = folder(&[("a.ppm", &ppm(30, 20, |_, _| [7; 3]))]);
    let said = run(folder.path(), &["--limit-pixels", "599", "a.ppm", "out"]);
    let wanted = "\
failed a.ppm: number of pixels is 600, over the limit of 599 [limit_exceeded]
  hint: raise --limit-pixels if you trust the file
1 failed in T s
";
    assert_eq!((said.code, said.stderr.as_str()), (1, wanted));
}

#[test]
fn a_small_original_can_be_refused() {
    let folder = folder(&[("a.ppm", &ppm(30, 20, |_, _| [7; 3]))]);
    let said = run(folder.path(), &["--min-size", "21", "a.ppm", "out"]);
    let wanted = "\
failed a.ppm: centre square is 20x20 pixels, below the smallest allowed edge of 21 [too_small]
  hint: use an original of at least 21 pixels, or add --too-small enlarge
1 failed in T s
";
    assert_eq!((said.code, said.stderr.as_str()), (1, wanted));
    assert_eq!(
        run(folder.path(), &["--min-size", "20", "a.ppm", "out"]).code,
        0
    );
}

#[test]
fn lying_headers_are_refused_before_memory_is_taken() {
    let mut png = encode(
        &image::DynamicImage::new_rgb8(3, 3),
        image::ImageFormat::Png,
    );
    // 60,000 × 60,000 in the header; the checksum of IHDR follows at 29.
    png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    let refused = outcome(Limits::default(), &png);
    assert_eq!(refused, Err((Limit::Pixels, 3_600_000_000, 268_402_689)));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

/// A picture that would be enlarged more than eight times shows nothing but its pixels.
#[test]
fn enlarging_has_a_bound() {
    let folder = folder(&[("a.ppm", &ppm(30, 20, |_, _| [1; 3]))]);
    let made = |size: &str, limit: &[&str]| {
        let args = [&["--enlarge", "--size", size][..], limit, &["a.ppm", "out"]].concat();
        let (_, records) = crate::support::records(folder.path(), &args);
        let record = &records[0];
        (
            record["size"].as_u64(),
            record["code"].as_str().map(str::to_string),
            record["message"].clone(),
        )
    };
    assert_eq!(made("160", &[]).0, Some(160));
    let (_, code, message) = made("161", &[]);
    assert_eq!(code.as_deref(), Some("too_small"));
    assert_eq!(
        message,
        "centre square is 20x20 pixels, below the smallest allowed edge of 21"
    );
    assert_eq!(made("180", &["--enlarge-limit", "9"]).0, Some(180));
    assert_eq!(
        made("41", &["--enlarge-limit", "2"]).1.as_deref(),
        Some("too_small")
    );
}

/// Alpha and tiles have configurations of their own, of which the first was taken for all.
#[test]
#[cfg_attr(not(corpus), ignore = "needs the corpus, see CONTRIBUTING.md")]
fn the_estimate_of_an_avif_is_by_its_largest_configuration() {
    let file = std::fs::read(corpus().join("orientation/avif/kimono.avif")).unwrap();
    // A box that readers skip, with a configuration of these flags.
    let with = |flags: u8| {
        let skipped = [b"\0\0\0\x10freeav1C\x81\0", &[flags, 0][..]].concat();
        [&file[..], &skipped].concat()
    };
    let memory = |file: &[u8]| {
        let folder = folder(&[("in/a.avif", file)]);
        let (_, planned) = records(folder.path(), &["-n", "in", "out"]);
        planned[0]["memory"].as_u64().unwrap()
    };
    // 8 bits with chroma halved both ways, as the picture has; 10 bits with whole chroma.
    let (alone, same, more) = (memory(&file), memory(&with(0x0c)), memory(&with(0x40)));
    assert!(same - alone < 100, "{alone} {same}");
    assert!(more > alone * 5 / 4, "{alone} {more}");
}

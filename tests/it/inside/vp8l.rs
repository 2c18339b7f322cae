//! Our decoder of lossless WebP beside another one: frames that are written here, with any transforms, codes,
//! copies and caches.

#[path = "../../../crates/prepare/src/codec/vp8l/mod.rs"]
mod codec;
mod frames;

use std::io::Cursor;

use codec::{Damage, decode};
use frames::{Code, Noise, frame, head, number, put_pixel};

fn ours(frame: &[u8], bottom: usize) -> (Result<usize, Damage>, Vec<u8>) {
    let mut found = Vec::new();
    let result = decode(frame, bottom, |_, row| {
        found.extend(
            row.iter()
                .flat_map(|pixel| pixel.rotate_left(8).to_be_bytes()),
        );
    });
    (result, found)
}

fn theirs(frame: &[u8], (width, height): (usize, usize)) -> Vec<u8> {
    let length = frame.len() as u32;
    let parts = [
        b"RIFF",
        &(length + 12).to_le_bytes()[..],
        b"WEBPVP8L",
        &length.to_le_bytes(),
        frame,
    ];
    let mut decoder = rusty_webp::WebPDecoder::new(Cursor::new(parts.concat())).unwrap();
    let mut found = vec![0; width * height * 4];
    decoder.read_image(&mut found).unwrap();
    found
}

#[test]
fn lossless_frames_are_decoded_alike() {
    for seed in 0..150 {
        let (frame, size) = frame(seed);
        let expected = theirs(&frame, size);
        let (rest, found) = ours(&frame, usize::MAX);
        assert_eq!(rest, Ok(0), "{seed}");
        assert!(found == expected, "{seed}: {size:?}");
        let (rest, found) = ours(&frame, size.1 / 2);
        assert_eq!(
            (rest, found.len()),
            (Ok(0), size.1 / 2 * size.0 * 4),
            "{seed}"
        );
        assert!(expected.starts_with(&found), "{seed}");
    }
}

/// As by libwebp 1.x: code 0 is the lower symbol, also if it is stored second.
#[test]
fn two_symbols_have_codes_in_the_order_of_their_values() {
    for greens in [[10, 200], [200, 10]] {
        let mut bits = head((2, 1));
        bits.write(0, 3); // no transform, no cache, one group
        bits.write(0b111, 3); // simple, two symbols, the first of 8 bits
        greens.iter().for_each(|green| bits.write(*green, 8));
        for symbol in [5, 6, 255, 0] {
            bits.write(0b101, 3);
            bits.write(symbol, 8);
        }
        bits.write(0b10, 2);
        bits.write(0, 7);
        let (rest, found) = ours(&bits.bytes, usize::MAX);
        assert_eq!(rest, Ok(0), "{greens:?}");
        assert_eq!(found, [5, 10, 6, 255, 5, 200, 6, 255], "{greens:?}");
    }
}

/// Copies from up to 2^20 pixels before, in a picture of which not all pixels are kept until its end.
#[test]
fn the_farthest_copies_are_decoded_alike() {
    let (noise, size) = (&mut Noise(7), (2048, 1100));
    let mut bits = head(size);
    bits.write(0, 3); // no transform, no cache, one group
    let lengths = [256 + 12, 256 + 20, 256 + 23];
    let greens = [&(0..256).collect::<Vec<_>>()[..], &lengths].concat();
    let green = Code::write(&mut bits, noise, 280, greens);
    let mut color = || Code::write(&mut bits, noise, 256, (0..256).collect());
    let [red, blue, alpha] = [color(), color(), color()];
    let distance = Code::write(&mut bits, noise, 40, (24..40).collect());
    let (mut at, total, mut farthest) = (0, size.0 * size.1, 0);
    while at < total {
        let symbol = lengths[noise.next(3)];
        let (length, more) = number(noise, symbol - 256);
        let far = distance.any(noise);
        let (code, far_more) = number(noise, far);
        if code - 120 > at || length > total - at {
            put_pixel(&mut bits, noise, [&green, &red, &blue, &alpha], at % 256);
            at += 1;
            continue;
        }
        green.put(&mut bits, symbol);
        bits.write(more.0, more.1);
        distance.put(&mut bits, far);
        bits.write(far_more.0, far_more.1);
        farthest = farthest.max(code - 120);
        at += length;
    }
    bits.write(0, 7);
    assert!(farthest > 1_000_000, "{farthest}");
    let (rest, found) = ours(&bits.bytes, usize::MAX);
    assert_eq!(rest, Ok(0));
    assert!(found == theirs(&bits.bytes, size));
}

/// A frame of one pixel, whose only code is of this green.
fn single(cache: Option<usize>, green: usize) -> Vec<u8> {
    let mut bits = head((1, 1));
    bits.write(0, 1);
    bits.write(usize::from(cache.is_some()), 1);
    let colors = cache.map_or(0, |cache| {
        bits.write(cache, 4);
        1 << cache
    });
    bits.write(0, 1);
    let noise = &mut Noise(1);
    Code::write(&mut bits, noise, 280 + colors, vec![green]);
    for symbols in [256, 256, 256, 40] {
        Code::write(&mut bits, noise, symbols, vec![3]);
    }
    bits.write(0, 7);
    bits.bytes
}

#[test]
fn a_place_in_the_cache_that_was_never_filled_is_transparent() {
    for frame in [single(Some(1), 281), single(Some(11), 280 + 2047)] {
        let (rest, found) = ours(&frame, usize::MAX);
        assert_eq!((rest, &found[..]), (Ok(0), &[0; 4][..]));
        assert_eq!(theirs(&frame, (1, 1)), [0; 4]);
    }
}

#[test]
fn unknown_versions_and_sizes_of_the_cache_are_refused() {
    let usual = single(None, 9);
    assert_eq!(ours(&usual, usize::MAX), (Ok(0), vec![3, 9, 3, 3]));
    for version in 1..8 {
        let mut frame = usual.clone();
        frame[4] |= version << 5;
        let (result, _) = ours(&frame, usize::MAX);
        assert_eq!(result, Err(Damage::Contents("an unknown version")));
    }
    for cache in [0, 12, 13, 14, 15] {
        let (result, _) = ours(&single(Some(cache), 9), usize::MAX);
        let expected = Damage::Contents("a cache of an unknown size");
        assert_eq!(result, Err(expected), "{cache}");
    }
}

/// Codes may take eight bytes for each pixel and 1 MiB; the format allows more.
#[test]
fn more_codes_than_the_size_explains_are_not_called_damage() {
    let mut bits = head((64, 64));
    let noise = &mut Noise(3);
    bits.write(0, 2);
    bits.write(1, 1);
    bits.write(0, 3);
    // Tiles of 4 x 4 pixels, each with a group of its own.
    bits.write(0, 1);
    let (low, high) = ((0..256).collect::<Vec<_>>(), vec![0, 1, 2, 3]);
    let green = Code::write(&mut bits, noise, 280, low);
    let red = Code::write(&mut bits, noise, 256, high);
    for symbols in [256, 256, 40] {
        Code::write(&mut bits, noise, symbols, vec![0]);
    }
    for tile in 0..256 {
        green.put(&mut bits, tile);
        red.put(&mut bits, if tile == 255 { 3 } else { 0 });
    }
    for _ in 0..400 {
        for symbols in [280, 256, 256, 256, 40] {
            Code::write(&mut bits, noise, symbols, (0..40).collect());
        }
    }
    assert_eq!(ours(&bits.bytes, usize::MAX).0, Err(Damage::Codes));
}

/// A place of the cache that was not filled holds 0, which is then entered as every other pixel: into the first place.
#[test]
fn a_color_from_a_place_that_is_not_filled_is_entered() {
    let noise = &mut Noise(1);
    let mut bits = head((3, 1));
    bits.write(0, 1); // no transform
    bits.write(1, 1);
    bits.write(1, 4); // a cache of two colors
    bits.write(0, 1); // one group of codes
    let [red, filled, blue] = [9, 3, 5];
    let pixel = 0xff00_0000 | (red as u32) << 16 | (filled as u32) << 8 | blue as u32;
    assert_eq!(pixel.wrapping_mul(0x1e35_a7bd) >> 31, 0, "its place");
    let green = Code::write(&mut bits, noise, 282, vec![filled, 280, 281]);
    for only in [red, blue, 255] {
        Code::write(&mut bits, noise, 256, vec![only]);
    }
    Code::write(&mut bits, noise, 40, vec![0]);
    for symbol in [filled, 281, 280] {
        green.put(&mut bits, symbol);
    }
    bits.write(0, 7);
    let (rest, found) = ours(&bits.bytes, usize::MAX);
    assert_eq!(rest, Ok(0));
    assert_eq!(found, [9, 3, 5, 255, 0, 0, 0, 0, 0, 0, 0, 0]);
}

/// Rows before the end are right, and the last one is missing.
#[test]
fn a_lossless_frame_that_ends_early_gives_the_rows_before() {
    for seed in 0..25 {
        let (frame, size) = frame(seed);
        let (_, whole) = ours(&frame, usize::MAX);
        for length in (0..frame.len()).step_by(frame.len() / 40 + 1) {
            let (result, found) = ours(&frame[..length], usize::MAX);
            let is_complete = whole.len() == found.len();
            assert!(
                result.is_err() != is_complete,
                "{seed}, {length} of {}, {size:?}",
                frame.len()
            );
            assert!(whole.starts_with(&found), "{seed}, {length}");
        }
    }
}

#[test]
fn damaged_lossless_frames_end() {
    let mut refused = 0;
    for seed in 0..60 {
        let (mut frame, _) = frame(seed);
        let noise = &mut Noise(seed);
        for _ in 0..3 {
            let at = 5 + noise.next(frame.len() - 5);
            frame[at] ^= 1 << noise.next(8);
        }
        refused += usize::from(ours(&frame, usize::MAX).0.is_err());
    }
    assert!(refused > 20, "{refused}");
}

//! Our decoder of lossless WebP beside another one: frames that are written here, with any transforms, codes,
//! copies and caches.

#[path = "../../../crates/prepare/src/codec/vp8l/mod.rs"]
mod codec;

use std::io::Cursor;

use codec::{Damage, decode};

/// Noise from a seed.
struct Noise(u64);

impl Noise {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((self.0 >> 33) % below as u64) as usize
    }

    /// Some of these numbers, at least one.
    fn some(&mut self, below: usize) -> Vec<usize> {
        let most = [1, 2, 5, 40, below][self.next(5)].min(below);
        let mut all: Vec<usize> = (0..below).collect();
        for at in 0..most {
            let other = at + self.next(below - at);
            all.swap(at, other);
        }
        all.truncate(most);
        all
    }
}

struct Bits {
    bytes: Vec<u8>,
    buffer: u64,
    count: u32,
}

impl Bits {
    fn write(&mut self, value: usize, bits: u32) {
        self.buffer |= (value as u64) << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.bytes.push(self.buffer as u8);
            self.buffer >>= 8;
            self.count -= 8;
        }
    }
}

/// A prefix code: the symbols that occur, and the length and bits of each symbol's code.
struct Code {
    symbols: Vec<usize>,
    codes: Vec<(u32, usize)>,
}

impl Code {
    /// A code of random lengths, which are written.
    fn write(bits: &mut Bits, noise: &mut Noise, all: usize, symbols: Vec<usize>) -> Self {
        let mut depths = vec![0u32];
        while depths.len() < symbols.len() {
            let at = noise.next(depths.len());
            if depths[at] < 15 {
                depths[at] += 1;
                depths.push(depths[at]);
            }
        }
        let mut lengths = vec![0; all];
        for (symbol, depth) in symbols.iter().zip(&depths) {
            lengths[*symbol] = depth.max(&1).to_owned();
        }
        match symbols[..] {
            [_] | [_, _] if symbols.iter().all(|symbol| *symbol < 256) && noise.next(3) > 0 => {
                write_simple(bits, noise, &symbols);
            }
            _ => write_lengths(bits, noise, &lengths),
        }
        let mut codes = vec![(0, 0); all];
        let mut next = 0u32;
        for length in 1..16 {
            for symbol in (0..all).filter(|symbol| lengths[*symbol] == length) {
                codes[symbol] = (length, (next.reverse_bits() >> (32 - length)) as usize);
                next += 1;
            }
            next <<= 1;
        }
        if symbols.len() == 1 {
            codes[symbols[0]] = (0, 0);
        }
        Self { symbols, codes }
    }

    fn put(&self, bits: &mut Bits, symbol: usize) {
        let (length, code) = self.codes[symbol];
        bits.write(code, length);
    }

    fn any(&self, noise: &mut Noise) -> usize {
        self.symbols[noise.next(self.symbols.len())]
    }
}

/// Writes one or two symbols of a code, the lower one first: the other decoder takes them for 0 and 1 in the order in
/// which they are stored, and not in the order of their values.
fn write_simple(bits: &mut Bits, noise: &mut Noise, symbols: &[usize]) {
    let mut symbols = symbols.to_vec();
    symbols.sort_unstable();
    bits.write(1, 1);
    bits.write(symbols.len() - 1, 1);
    let is_long = symbols[0] > 1 || noise.next(2) == 1;
    bits.write(usize::from(is_long), 1);
    bits.write(symbols[0], if is_long { 8 } else { 1 });
    let others = symbols[1..].iter();
    others.for_each(|symbol| bits.write(*symbol, 8));
}

/// Writes lengths, by a code of its own, and often so that some of them are repeated.
fn write_lengths(bits: &mut Bits, noise: &mut Noise, lengths: &[u32]) {
    bits.write(0, 1);
    // Four bits for the first 13 symbols of this code, and five for the others, which is complete.
    bits.write(15, 4);
    for place in [
        17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ] {
        bits.write(if place < 13 { 4 } else { 5 }, 3);
    }
    let mut tokens = repeated(noise, lengths);
    // Trailing zeros may be left out, and what follows the last length is then zero.
    if tokens.len() > 2 && noise.next(2) == 1 {
        while tokens.len() > 2 && matches!(tokens.last(), Some((0 | 17 | 18, ..))) {
            tokens.pop();
        }
        bits.write(1, 1);
        bits.write(5, 3);
        bits.write(tokens.len() - 2, 12);
    } else {
        bits.write(0, 1);
    }
    for (symbol, more, count) in tokens {
        let (code, length) = match symbol {
            0..13 => (symbol, 4),
            _ => (symbol + 13, 5),
        };
        bits.write((code.reverse_bits() >> (32 - length)) as usize, length);
        bits.write(more, count);
    }
}

/// Lengths as symbols, of which 16 repeats the last one that is not zero, and 17 and 18 repeat zeros, with a number and
/// its bits.
fn repeated(noise: &mut Noise, lengths: &[u32]) -> Vec<(u32, usize, u32)> {
    let (mut tokens, mut last, mut at) = (Vec::new(), 8, 0);
    while at < lengths.len() {
        let length = lengths[at];
        let run = lengths[at..]
            .iter()
            .take_while(|next| **next == length)
            .count();
        let ways = [(16, 3, 2, last), (17, 3, 3, 0), (18, 11, 7, 0)];
        let way = ways[noise.next(3)];
        let (symbol, least, count, of) = way;
        if of == length && run >= least {
            let most = run.min(least + (1 << count) - 1);
            let times = least + noise.next(most - least + 1);
            tokens.push((symbol, times - least, count));
            at += times;
        } else {
            tokens.push((length, 0, 0));
            at += 1;
        }
        if length > 0 {
            last = length;
        }
    }
    tokens
}

/// What a picture inside a frame may have.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Several groups of codes, copies and a cache.
    Main,
    /// Copies and a cache; no green is above this.
    Values(usize),
    /// Numbers of groups, without copies.
    Groups(usize),
}

/// Writes a picture and returns its greens if they are numbers of groups.
fn picture(
    bits: &mut Bits,
    noise: &mut Noise,
    (width, height): (usize, usize),
    kind: Kind,
) -> Vec<usize> {
    let cache = match kind {
        Kind::Groups(_) => 0,
        _ => noise.next(12) as u32,
    };
    bits.write(usize::from(cache > 0), 1);
    if cache > 0 {
        bits.write(cache as usize, 4);
    }
    let mut tiles = (0, usize::MAX, vec![0]);
    if kind == Kind::Main {
        let has_tiles = noise.next(2);
        bits.write(has_tiles, 1);
        if has_tiles == 1 {
            let side = noise.next(4);
            bits.write(side, 3);
            let (across, down) = (width.div_ceil(4 << side), height.div_ceil(4 << side));
            tiles = (
                side + 2,
                across,
                picture(bits, noise, (across, down), Kind::Groups(3)),
            );
        }
    }
    let groups: Vec<[Code; 5]> = (0..=*tiles.2.iter().max().unwrap())
        .map(|_| group(bits, noise, cache, kind))
        .collect();
    let total = width * height;
    let mut filled = vec![false; 1 << cache];
    let mut greens = Vec::new();
    let mut at = 0;
    while at < total {
        let (x, y) = (at % width, at / width);
        let tile = if tiles.1 == usize::MAX {
            0
        } else {
            (y >> tiles.0) * tiles.1 + (x >> tiles.0)
        };
        let [green, red, blue, alpha, distance] = &groups[tiles.2[tile]];
        let symbol = green.any(noise);
        if (256..280).contains(&symbol) {
            // Only copies that stay inside, whichever of the nearest pixels it is.
            let (length, more) = number(noise, symbol - 256);
            let far = distance.any(noise);
            let (code, far_more) = number(noise, far);
            let reach = if code > 120 {
                code - 120
            } else {
                8 * width + 8
            };
            if length <= total - at && reach <= at {
                green.put(bits, symbol);
                bits.write(more.0, more.1);
                distance.put(bits, far);
                bits.write(far_more.0, far_more.1);
                at += length;
            } else if let Some(&other) = green.symbols.iter().find(|other| **other < 256) {
                put_pixel(bits, noise, [green, red, blue, alpha], other);
                at += 1;
            }
            continue;
        }
        // The other decoder does not enter colors from places that are not filled.
        let is_filled = symbol < 256 || filled[symbol - 280];
        let first = green.symbols.iter().find(|other| **other < 256);
        let symbol = if is_filled { symbol } else { *first.unwrap() };
        if symbol < 256 {
            let pixel = put_pixel(bits, noise, [green, red, blue, alpha], symbol);
            if cache > 0 {
                filled[(pixel.wrapping_mul(0x1e35_a7bd) >> (32 - cache)) as usize] = true;
            }
            greens.push(symbol);
        } else {
            green.put(bits, symbol);
        }
        at += 1;
    }
    greens
}

fn put_pixel(bits: &mut Bits, noise: &mut Noise, codes: [&Code; 4], green: usize) -> u32 {
    codes[0].put(bits, green);
    let [red, blue, alpha] = [codes[1], codes[2], codes[3]].map(|code| {
        let symbol = code.any(noise);
        code.put(bits, symbol);
        symbol as u32
    });
    alpha << 24 | red << 16 | (green as u32) << 8 | blue
}

/// A number with the leading bits of a symbol, and its other bits.
fn number(noise: &mut Noise, symbol: usize) -> (usize, (usize, u32)) {
    if symbol < 4 {
        return (symbol + 1, (0, 0));
    }
    let count = (symbol - 2) / 2;
    let more = noise.next(1 << count);
    (((2 + symbol % 2) << count) + more + 1, (more, count as u32))
}

fn group(bits: &mut Bits, noise: &mut Noise, cache: u32, kind: Kind) -> [Code; 5] {
    let colors = if cache == 0 { 0 } else { 1 << cache };
    let (highest, others, reds) = match kind {
        Kind::Main => (255, 12, 256),
        Kind::Values(highest) => (highest, 6, 256),
        Kind::Groups(highest) => (highest, 0, 1),
    };
    let mut greens = noise.some(highest + 1);
    if others > 0 {
        greens.extend(noise.some(others).iter().map(|length| 256 + length));
    }
    if cache > 0 {
        greens.extend(noise.some(colors).iter().map(|place| 280 + place));
    }
    let green = Code::write(bits, noise, 280 + colors, greens);
    let mut color = |below: usize| {
        let symbols = noise.some(below);
        Code::write(bits, noise, 256, symbols)
    };
    let [red, blue, alpha] = [color(reds), color(256), color(256)];
    let distances = noise.some(18);
    let distance = Code::write(bits, noise, 40, distances);
    [green, red, blue, alpha, distance]
}

/// The head of a frame with alpha.
fn head((width, height): (usize, usize)) -> Bits {
    let mut bits = Bits {
        bytes: vec![0x2f],
        buffer: 0,
        count: 0,
    };
    bits.write(width - 1, 14);
    bits.write(height - 1, 14);
    bits.write(1, 4);
    bits
}

fn frame(seed: u64) -> (Vec<u8>, (usize, usize)) {
    let noise = &mut Noise(seed);
    let (width, height) = (1 + noise.next(90), 1 + noise.next(60));
    let mut bits = head((width, height));
    let mut stored = width;
    for kind in noise.some(4) {
        bits.write(1, 1);
        bits.write(kind, 2);
        match kind {
            0 | 1 => {
                let side = noise.next(4);
                bits.write(side, 3);
                let size = (stored.div_ceil(4 << side), height.div_ceil(4 << side));
                picture(
                    &mut bits,
                    noise,
                    size,
                    Kind::Values(if kind == 0 { 13 } else { 255 }),
                );
            }
            3 => {
                let colors = [1, 2, 3, 16, 17, 256][noise.next(6)];
                bits.write(colors - 1, 8);
                picture(&mut bits, noise, (colors, 1), Kind::Values(255));
                let packed = [(2, 8), (4, 4), (16, 2)];
                let found = packed.iter().find(|(most, _)| colors <= *most);
                stored = stored.div_ceil(found.map_or(1, |(_, count)| *count));
            }
            _ => {}
        }
    }
    bits.write(0, 1);
    picture(&mut bits, noise, (stored, height), Kind::Main);
    bits.write(0, 7);
    (bits.bytes, (width, height))
}

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
    let mut bits = Bits {
        bytes: vec![0x2f],
        buffer: 0,
        count: 0,
    };
    bits.write(2, 14); // three pixels in a row
    bits.write(0, 14);
    bits.write(1, 4);
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

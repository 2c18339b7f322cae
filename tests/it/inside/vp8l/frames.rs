//! Writes frames of lossless WebP with any transforms, codes, copies and caches.

/// Noise from a seed.
pub(super) struct Noise(pub(super) u64);

impl Noise {
    pub(super) fn next(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        ((self.0 >> 33) % below as u64) as usize
    }

    /// Some of these numbers, at least one.
    pub(super) fn some(&mut self, below: usize) -> Vec<usize> {
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

pub(super) struct Bits {
    pub(super) bytes: Vec<u8>,
    buffer: u64,
    count: u32,
}

impl Bits {
    pub(super) fn write(&mut self, value: usize, bits: u32) {
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
pub(super) struct Code {
    symbols: Vec<usize>,
    codes: Vec<(u32, usize)>,
}

impl Code {
    /// A code of random lengths, which are written.
    pub(super) fn write(
        bits: &mut Bits,
        noise: &mut Noise,
        all: usize,
        symbols: Vec<usize>,
    ) -> Self {
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

    pub(super) fn put(&self, bits: &mut Bits, symbol: usize) {
        let (length, code) = self.codes[symbol];
        bits.write(code, length);
    }

    pub(super) fn any(&self, noise: &mut Noise) -> usize {
        self.symbols[noise.next(self.symbols.len())]
    }
}

/// Writes one or two symbols of a code, the lower one first: the other decoder takes them for 0 and 1 in the order in
/// which they are stored, and not in the order of their values.
pub(super) fn write_simple(bits: &mut Bits, noise: &mut Noise, symbols: &[usize]) {
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
pub(super) fn write_lengths(bits: &mut Bits, noise: &mut Noise, lengths: &[u32]) {
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
pub(super) fn repeated(noise: &mut Noise, lengths: &[u32]) -> Vec<(u32, usize, u32)> {
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
pub(super) enum Kind {
    /// Several groups of codes, copies and a cache.
    Main,
    /// Copies and a cache; no green is above this.
    Values(usize),
    /// Numbers of groups, without copies.
    Groups(usize),
}

/// Writes a picture and returns its greens if they are numbers of groups.
pub(super) fn picture(
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

pub(super) fn put_pixel(
    bits: &mut Bits,
    noise: &mut Noise,
    codes: [&Code; 4],
    green: usize,
) -> u32 {
    codes[0].put(bits, green);
    let [red, blue, alpha] = [codes[1], codes[2], codes[3]].map(|code| {
        let symbol = code.any(noise);
        code.put(bits, symbol);
        symbol as u32
    });
    alpha << 24 | red << 16 | (green as u32) << 8 | blue
}

/// A number with the leading bits of a symbol, and its other bits.
pub(super) fn number(noise: &mut Noise, symbol: usize) -> (usize, (usize, u32)) {
    if symbol < 4 {
        return (symbol + 1, (0, 0));
    }
    let count = (symbol - 2) / 2;
    let more = noise.next(1 << count);
    (((2 + symbol % 2) << count) + more + 1, (more, count as u32))
}

pub(super) fn group(bits: &mut Bits, noise: &mut Noise, cache: u32, kind: Kind) -> [Code; 5] {
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
pub(super) fn head((width, height): (usize, usize)) -> Bits {
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

pub(super) fn frame(seed: u64) -> (Vec<u8>, (usize, usize)) {
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

//! Pixels as they are stored: literal, copied from before, or taken from a cache of colours (RFC 9649,
//! section 3.6.2).

use super::bits::Bits;
use super::cache::Cache;
use super::damage::Damage;
use super::distance::{in_pixels, number};
use super::groups::{Group, Grouped, Groups};
use super::kind;
use super::prefix::Tables;
use super::tiles::Tiles;

/// No copy reaches farther back, in pixels.
const FARTHEST: usize = 1 << 20;
/// Pixels that are decoded before those that no copy reaches any more are dropped.
const FRESH: usize = 1 << 20;
/// The longest copy.
const LONGEST: usize = 4096;

/// Decodes a picture that belongs to a frame, such as the parameters of a transform.
pub(super) fn whole(
    bits: &mut Bits<'_>,
    size: (usize, usize),
    most: usize,
) -> Result<Vec<u32>, Damage> {
    let groups = Groups::read(bits, most, |_| Ok(None))?;
    let mut pixels = Vec::new();
    decode(bits, &groups, size, |row| pixels.extend_from_slice(row))?;
    Ok(pixels)
}

/// Reads values of tiles, which are stored as a picture.
pub(super) fn read_tiles<T>(
    bits: &mut Bits<'_>,
    (width, height): (usize, usize),
    most: usize,
    value: impl Fn(u32) -> T,
) -> Result<Tiles<T>, Damage> {
    let side = bits.read(3) + 2;
    let stride = width.div_ceil(1 << side);
    let pixels = whole(bits, (stride, height.div_ceil(1 << side)), most)?;
    Ok(Tiles {
        bits: side,
        stride,
        values: pixels.into_iter().map(value).collect(),
    })
}

/// Bytes that decoding takes for so many pixels, besides tables.
pub(super) fn memory(pixels: u64) -> u64 {
    4 * (pixels + LONGEST as u64).min((FARTHEST + FRESH) as u64)
}

/// Decodes pixels and hands on each row.
pub(super) fn decode(
    bits: &mut Bits<'_>,
    groups: &Groups,
    (width, height): (usize, usize),
    mut row: impl FnMut(&[u32]),
) -> Result<(), Damage> {
    let room = (width * height + LONGEST).min(FARTHEST + FRESH);
    let mut window = Window {
        pixels: vec![0; room],
        at: 0,
        row: 0,
        cache: Cache::new(groups.cache_bits),
    };
    let (mut x, mut y) = (0, 0);
    while y < height {
        let (group, end) = groups.at(x, y);
        let group = group.ok_or(Damage::Contents("a tile without prefix codes"))?;
        window.make_room(width);
        let start = window.at;
        window.fill(bits, groups, group, (end.min(width) - x, width))?;
        x += window.at - start;
        while x >= width {
            if bits.is_over() {
                return Err(Damage::Ends);
            }
            if y >= height {
                return Err(Damage::Contents("a copy beyond the end"));
            }
            row(window.next_row(width));
            x -= width;
            y += 1;
        }
    }
    match x {
        0 => Ok(()),
        _ => Err(Damage::Contents("a copy beyond the end")),
    }
}

/// The pixels that were decoded last.
struct Window {
    pixels: Vec<u32>,
    /// Where the next pixel goes.
    at: usize,
    /// Where the row starts that was not handed on yet.
    row: usize,
    cache: Cache,
}

impl Window {
    /// Drops pixels that no copy reaches, if there is no room for a row and a copy.
    fn make_room(&mut self, width: usize) {
        let most = width + LONGEST;
        if self.at + most <= self.pixels.len() || self.at <= FARTHEST {
            return;
        }
        let start = self.at - FARTHEST;
        self.pixels.copy_within(start..self.at, 0);
        self.at -= start;
        self.row -= start;
    }

    fn next_row(&mut self, width: usize) -> &[u32] {
        let row = self.pixels.get(self.row..).unwrap_or_default();
        self.row += width;
        row.get(..width).unwrap_or_default()
    }

    /// Decodes at least as many pixels as the tile still has in its row; a copy can be longer.
    #[inline(always)]
    fn fill(
        &mut self,
        source: &mut Bits<'_>,
        groups: &Groups,
        (group, packed): &Grouped,
        (count, width): (usize, usize),
    ) -> Result<(), Damage> {
        let tables = &groups.tables;
        let (pixels, cache) = (&mut self.pixels[..], &mut self.cache);
        // Copies, which compilers keep in registers.
        let (mut bits, mut at) = (*source, self.at);
        let end = (at + count).min(pixels.len());
        while at < end {
            bits.refill();
            let mut entry = packed[bits.peek() as usize % packed.len()];
            bits.skip(entry as u32 & 0xff);
            if kind::of(entry) == kind::PIXEL {
                let pixel = (entry >> 32) as u32;
                pixels[at] = pixel;
                cache.enter(pixel);
                at += 1;
                // There are enough bits for another one of them.
                entry = packed[bits.peek() as usize % packed.len()];
                if kind::of(entry) == kind::PIXEL && at < end {
                    bits.skip(entry as u32 & 0xff);
                    let pixel = (entry >> 32) as u32;
                    pixels[at] = pixel;
                    cache.enter(pixel);
                    at += 1;
                }
                continue;
            }
            let symbol = match kind::of(entry) {
                kind::LONG => tables.take(tables.root(group.green), &mut bits),
                _ => (entry >> 32) as u32,
            };
            if symbol < 256 {
                let red = tables.take(tables.root(group.red), &mut bits);
                let blue = tables.take(tables.root(group.blue), &mut bits);
                bits.refill();
                let alpha = tables.take(tables.root(group.alpha), &mut bits);
                let pixel = alpha << 24 | red << 16 | symbol << 8 | blue;
                pixels[at] = pixel;
                cache.enter(pixel);
                at += 1;
                continue;
            }
            if symbol >= 280 {
                // A place that was not filled holds 0, which has another one.
                let pixel = cache.get(symbol as usize - 280);
                pixels[at] = pixel;
                cache.enter(pixel);
                at += 1;
                continue;
            }
            let length = copy(tables, group, &mut bits, symbol, (&mut *pixels, at, width))?;
            cache.enter_all(pixels.get(at..at + length).unwrap_or_default());
            at += length;
        }
        (*source, self.at) = (bits, at);
        Ok(())
    }
}

/// Copies pixels to `at`, as many and from where the symbol and what follows it say, and returns how many.
#[inline(always)]
fn copy(
    tables: &Tables,
    group: &Group,
    bits: &mut Bits<'_>,
    symbol: u32,
    (pixels, at, width): (&mut [u32], usize, usize),
) -> Result<usize, Damage> {
    bits.refill();
    let length = number(bits, symbol - 256) as usize;
    bits.refill();
    let symbol = tables.take(tables.root(group.distance), bits);
    let distance = in_pixels(number(bits, symbol) as usize, width);
    let start = at.checked_sub(distance);
    let start = start.filter(|_| at + length <= pixels.len());
    // Behind the end of the data, any copy can be read.
    let start = start.ok_or(match bits.is_over() {
        true => Damage::Ends,
        false => Damage::Contents("a copy from outside the pixels"),
    })?;
    repeat(pixels, start, at, length);
    Ok(length)
}

/// Copies pixels one after the other, so that what was copied can be copied again.
#[inline(always)]
fn repeat(pixels: &mut [u32], start: usize, at: usize, length: usize) {
    let (before, after) = pixels.split_at_mut(at);
    let (Some(before), Some(after)) = (before.get(start..), after.get_mut(..length)) else {
        return;
    };
    if let Some(whole) = before.get(..length) {
        // A call takes longer than a few pixels.
        match length {
            ..16 => after
                .iter_mut()
                .zip(whole)
                .for_each(|(to, from)| *to = *from),
            _ => after.copy_from_slice(whole),
        }
        return;
    }
    match before {
        [pixel] => after.fill(*pixel),
        _ => {
            for piece in after.chunks_mut(before.len()) {
                piece.copy_from_slice(&before[..piece.len()]);
            }
        }
    }
}

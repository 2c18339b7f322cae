//! What an encoder did to pixels before it stored them, undone row by row (RFC 9649, section 3.5).

use super::bits::Bits;
use super::damage::Damage;
use super::pixels::{read_tiles, whole};
use super::predictors::{Predictors, add};
use super::tiles::Tiles;

/// One of the four.
enum Transform {
    Predictor(Predictors),
    Color(Tiles<u32>),
    SubtractGreen,
    /// The colours, and as bits how many pixels stand in one.
    Indexing {
        colors: Vec<u32>,
        packed: u32,
        width: usize,
    },
}

/// All transforms of a picture, in the order in which they were applied.
pub(super) struct Transforms {
    all: Vec<Transform>,
    /// Pixels of a stored row.
    pub(super) width: usize,
}

impl Transforms {
    pub(super) fn read(
        bits: &mut Bits<'_>,
        (mut width, height): (usize, usize),
        most: usize,
    ) -> Result<Self, Damage> {
        let mut all = Vec::new();
        let mut seen = [false; 4];
        while bits.flag() {
            let kind = bits.read(2) as usize;
            if std::mem::replace(&mut seen[kind % 4], true) {
                return Err(Damage::Contents("the same transform twice"));
            }
            all.push(match kind {
                0 => {
                    let modes = read_tiles(bits, (width, height), most, |v| (v >> 8) as u8 & 15)?;
                    Transform::Predictor(Predictors::new(modes, width))
                }
                1 => Transform::Color(read_tiles(bits, (width, height), most, |v| v)?),
                2 => Transform::SubtractGreen,
                _ => {
                    let colors = read_colors(bits, most)?;
                    let packed = match colors.len() {
                        ..=2 => 3,
                        3..=4 => 2,
                        5..=16 => 1,
                        _ => 0,
                    };
                    let whole = width;
                    width = width.div_ceil(1 << packed);
                    Transform::Indexing {
                        colors,
                        packed,
                        width: whole,
                    }
                }
            });
        }
        Ok(Self { all, width })
    }

    /// Undoes all transforms of a row.
    pub(super) fn undo(&mut self, y: usize, row: &mut Vec<u32>) {
        for transform in self.all.iter_mut().rev() {
            match transform {
                Transform::Predictor(predictors) => predictors.undo(y, row),
                Transform::Color(tiles) => {
                    let pieces = row.chunks_mut(tiles.side());
                    pieces
                        .zip(tiles.row(y))
                        .for_each(|(piece, tile)| add_color(piece, tile));
                }
                Transform::SubtractGreen => row.iter_mut().for_each(|pixel| {
                    let green = *pixel >> 8 & 0xff;
                    let sum = (*pixel & 0x00ff_00ff) + (green << 16 | green);
                    *pixel = *pixel & 0xff00_ff00 | sum & 0x00ff_00ff;
                }),
                Transform::Indexing {
                    colors,
                    packed,
                    width,
                } => look_up(row, colors, *packed, *width),
            }
        }
    }
}

/// Reads colours that are stored as differences.
fn read_colors(bits: &mut Bits<'_>, most: usize) -> Result<Vec<u32>, Damage> {
    let count = bits.read(8) as usize + 1;
    let mut colors = whole(bits, (count, 1), most)?;
    let mut last = 0;
    for color in &mut colors {
        last = add(last, *color);
        *color = last;
    }
    Ok(colors)
}

/// Replaces indexes, of which several can stand in one pixel, by colours; unknown ones are transparent
/// black.
fn look_up(row: &mut Vec<u32>, colors: &[u32], packed: u32, width: usize) {
    let mut table = [0u32; 256];
    for (place, color) in table.iter_mut().zip(colors) {
        *place = *color;
    }
    if packed == 0 {
        for pixel in row {
            *pixel = table[(*pixel >> 8 & 0xff) as usize];
        }
        return;
    }
    let indexes = std::mem::take(row);
    row.reserve_exact(width);
    let bits = 8 >> packed;
    for pixel in indexes {
        let mut index = pixel >> 8 & 0xff;
        for _ in 0..(1usize << packed).min(width - row.len()) {
            row.push(table[(index & ((1 << bits) - 1)) as usize]);
            index >>= bits;
        }
    }
}

/// Adds to red and blue what was predicted from green and red.
fn add_color(pixels: &mut [u32], tile: u32) {
    let signed = |value: u32| i32::from(value as u8 as i8);
    let [from_red, blue_from_green, red_from_green] = [tile >> 16, tile >> 8, tile].map(signed);
    for pixel in pixels {
        let green = signed(*pixel >> 8);
        let red = (*pixel >> 16).wrapping_add(((red_from_green * green) >> 5) as u32) & 0xff;
        let blue = pixel
            .wrapping_add(((blue_from_green * green) >> 5) as u32)
            .wrapping_add(((from_red * signed(red)) >> 5) as u32);
        *pixel = *pixel & 0xff00_ff00 | red << 16 | blue & 0xff;
    }
}

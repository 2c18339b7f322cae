//! Kinds of TIFF: the results are those from memory, whichever of them are read in pieces.

use avatar_prepare::{Limits, Preparer, Settings};

use super::packed::deflated;
use super::{SIZE, same, samples};

/// How a TIFF of three channels is stored.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    is_wide: bool,
    is_big_endian: bool,
    bits: u32,
    is_packed: bool,
    predictor: u64,
    is_planar: bool,
    /// The side of tiles; strips have 16 rows.
    tile: Option<u32>,
    is_reversed: bool,
    /// Whether one strip or tile has no data.
    is_sparse: bool,
    /// How many private fields there are before the one of the profile.
    private: u16,
    /// Whether it says that it is a DNG, and has a JPEG in its pixels.
    is_dng: bool,
    /// Length of everything behind the pixels, at least.
    behind: usize,
    is_in_pieces: bool,
}

const PLAIN: Kind = Kind {
    name: "plain",
    is_wide: false,
    is_big_endian: false,
    bits: 8,
    is_packed: false,
    predictor: 1,
    is_planar: false,
    tile: None,
    is_reversed: false,
    is_sparse: false,
    private: 0,
    is_dng: false,
    behind: 0,
    is_in_pieces: true,
};

fn kinds() -> Vec<Kind> {
    let packed = Kind {
        name: "deflate",
        is_packed: true,
        ..PLAIN
    };
    let whole = Kind {
        is_in_pieces: false,
        ..packed
    };
    let tiles = Kind {
        name: "tiles",
        tile: Some(256),
        ..packed
    };
    #[rustfmt::skip]
    let kinds = vec![
        Kind { name: "BigTIFF", is_wide: true, ..PLAIN },
        Kind { name: "BigTIFF, deflate, big endian", is_wide: true, is_big_endian: true, ..packed },
        Kind { name: "predictor", predictor: 2, ..packed },
        Kind { name: "predictor of 16 bits", predictor: 2, bits: 16, is_big_endian: true, ..packed },
        Kind { name: "predictor, not packed", predictor: 2, is_in_pieces: false, ..PLAIN },
        Kind { name: "planar", is_planar: true, ..whole },
        Kind { name: "planar, not packed", is_planar: true, is_packed: false, ..whole },
        Kind { name: "strips from the last to the first", is_reversed: true, ..whole },
        tiles,
        Kind { name: "tiles of 16 bits in a BigTIFF", is_wide: true, bits: 16, ..tiles },
        Kind { name: "tiles, not packed", tile: Some(256), is_packed: false, ..whole },
        Kind { name: "tiles from the last to the first", tile: Some(256), is_reversed: true, ..whole },
        // It is refused, in the same words.
        Kind { name: "a tile without data", tile: Some(256), is_sparse: true, ..whole },
        Kind { name: "profile behind many fields", private: 4200, ..whole },
        Kind { name: "DNG", is_dng: true, is_packed: false, ..whole },
    ];
    kinds
}

impl Kind {
    /// A number of so many bytes.
    fn number(&self, value: u64, width: usize) -> Vec<u8> {
        let mut bytes = value.to_be_bytes()[8 - width..].to_vec();
        if !self.is_big_endian {
            bytes.reverse();
        }
        bytes
    }

    /// The data of each strip or tile.
    fn blocks(&self) -> Vec<Vec<u8>> {
        let bytes = self.bits / 8;
        let planes = if self.is_planar { 3 } else { 1 };
        let pixel = (3 / planes * bytes) as usize;
        let row = pixel * SIZE.0 as usize;
        let mut blocks: Vec<Vec<u8>> = Vec::new();
        for _ in 0..planes {
            let all = samples(3 / planes, bytes);
            let Some(side) = self.tile else {
                blocks.extend(all.chunks(16 * row).map(<[u8]>::to_vec));
                continue;
            };
            let (side, across) = (side as usize, SIZE.0.div_ceil(side));
            for rows in all.chunks(side * row) {
                for column in 0..across as usize {
                    let mut tile = Vec::new();
                    for row in rows.chunks(row) {
                        tile.extend(row.iter().skip(column * side * pixel).take(side * pixel));
                        tile.resize(tile.len().next_multiple_of(side * pixel), 0);
                    }
                    tile.resize(side * side * pixel, 0);
                    blocks.push(tile);
                }
            }
        }
        if self.is_dng {
            let jpeg = jpeg();
            blocks[5][..jpeg.len()].copy_from_slice(&jpeg);
        }
        if self.is_packed {
            blocks = blocks.iter().map(|block| deflated(block)).collect();
        }
        if self.is_sparse {
            blocks[3] = Vec::new();
        }
        blocks
    }

    fn file(&self) -> Vec<u8> {
        let (wide, magic) = if self.is_wide { (8, 43) } else { (4, 42) };
        let mut file = if self.is_big_endian { b"MM" } else { b"II" }.to_vec();
        file.extend(self.number(magic, 2));
        if self.is_wide {
            file.extend([self.number(8, 2), self.number(0, 2)].concat());
        }
        let start = file.len();
        file.extend(self.number(0, wide));
        let blocks = self.blocks();
        let mut places = vec![0; blocks.len()];
        let mut order: Vec<usize> = (0..blocks.len()).collect();
        if self.is_reversed {
            order.reverse();
        }
        for index in order {
            places[index] = if blocks[index].is_empty() {
                0
            } else {
                file.len() as u64
            };
            file.extend(&blocks[index]);
        }
        let pixels = file.len();
        let lengths = blocks.iter().map(|block| block.len() as u64).collect();
        let fields = self.fields(places, lengths);
        let mut entries = Vec::new();
        for (tag, kind, values) in fields {
            let width = match kind {
                1 | 7 => 1,
                3 => 2,
                16 => 8,
                _ => 4,
            };
            let mut bytes: Vec<u8> = values
                .iter()
                .flat_map(|&it| self.number(it, width))
                .collect();
            let mut count = values.len() as u64;
            match kind {
                // A profile that would be in the first strip.
                7 => (bytes, count) = (self.number(16, wide), 132),
                _ if bytes.len() > wide => {
                    let at = file.len() as u64;
                    file.extend(bytes);
                    bytes = self.number(at, wide);
                }
                _ => {}
            }
            bytes.resize(wide, 0);
            entries.push([
                self.number(tag, 2),
                self.number(kind, 2),
                self.number(count, wide),
                bytes,
            ]);
        }
        let directory = self.number(file.len() as u64, wide);
        file[start..start + wide].copy_from_slice(&directory);
        let count = if self.is_wide { 8 } else { 2 };
        file.extend(self.number(entries.len() as u64, count));
        file.extend(entries.into_iter().flatten().flatten());
        file.extend(self.number(0, wide));
        file.resize(file.len().max(pixels + self.behind), 0);
        file
    }

    /// Tag, kind and values of each field: first where the pixels are.
    fn fields(&self, places: Vec<u64>, lengths: Vec<u64>) -> Vec<(u64, u64, Vec<u64>)> {
        let long = if self.is_wide { 16 } else { 4 };
        let [at, count] = if self.tile.is_some() {
            [324, 325]
        } else {
            [273, 279]
        };
        let mut fields = vec![
            (at, long, places),
            (count, long, lengths),
            (256, 4, vec![u64::from(SIZE.0)]),
            (257, 4, vec![u64::from(SIZE.1)]),
            (258, 3, vec![u64::from(self.bits); 3]),
            (259, 3, vec![if self.is_packed { 8 } else { 1 }]),
            (262, 3, vec![2]),
            (277, 3, vec![3]),
            (284, 3, vec![1 + u64::from(self.is_planar)]),
            (317, 3, vec![self.predictor]),
        ];
        match self.tile {
            Some(side) => fields.extend([322, 323].map(|tag| (tag, 4, vec![u64::from(side)]))),
            None => fields.push((278, 3, vec![16])),
        }
        fields.extend((0..self.private).map(|at| (1000 + u64::from(at), 3, vec![7])));
        if self.private > 0 {
            fields.push((34_675, 7, Vec::new()));
        }
        if self.is_dng {
            fields.push((50_706, 1, vec![1, 4, 0, 0]));
        }
        fields
    }
}

/// A small JPEG.
fn jpeg() -> Vec<u8> {
    let gray: Vec<u8> = (0..64 * 64).map(|at| (at * 7) as u8).collect();
    let picture = [b"P5 64 64 255 ", &gray[..]].concat();
    let mut preparer = Preparer::new(Settings::default(), Limits::default());
    preparer.prepare(&picture).unwrap().into_bytes()
}

fn compare(kind: &Kind) {
    let settings = Settings::default().with_edge(300).unwrap();
    let is_in_pieces = same(kind.name, &kind.file(), settings);
    assert_eq!(is_in_pieces, kind.is_in_pieces, "{}", kind.name);
}

#[test]
fn all_kinds_of_tiff_are_the_same_as_from_memory() {
    kinds().iter().for_each(compare);
}

/// The first byte behind the pixels belongs to the place of the first strip.
#[test]
fn all_bytes_behind_the_pixels_are_read() {
    const EDGE: usize = 1 << 18;
    for behind in [EDGE - 1, EDGE, EDGE + 1, EDGE + 2] {
        // Where the first strip is must be known from one of the two ends.
        let is_in_pieces = behind <= EDGE;
        let kind = Kind {
            behind,
            is_in_pieces,
            ..PLAIN
        };
        compare(&kind);
    }
}

//! Reads from a codestream how many tiles and blocks it has (ISO/IEC 15444-1, annex A). The library
//! keeps a table of all blocks of a tile, whose size no other limit bounds.

use crate::codec::isobmff;

/// The first two markers of a codestream.
pub(super) const START: [u8; 4] = [0xff, 0x4f, 0xff, 0x51];
/// Markers.
const SIZ: u16 = 0xff51;
const COD: u16 = 0xff52;
const COC: u16 = 0xff53;
/// Capabilities beyond part 1 (ISO/IEC 15444-15, annex A.3); this bit is that of part 15.
const CAP: u16 = 0xff50;
const HIGH_THROUGHPUT: u32 = 1 << (32 - 15);
const SOT: u16 = 0xff90;
const SOD: u16 = 0xff93;
/// Length of a tile part that ends after the segment `SOT`.
const ONLY_START: u8 = 12;
/// Most tiles that the markers can number.
pub(super) const TILES: u64 = 65_535;

/// Bytes of tables for a block, besides those for each of its layers; vectors grow by doubling.
const BLOCK: u64 = 400;
const LAYER: u64 = 72;
/// Bytes for a tile, and for each of its components.
const TILE: u64 = 600;

/// Numbers of tiles and blocks, from the markers.
#[derive(Debug)]
pub(super) struct Codestream {
    pub(super) tiles: u64,
    pub(super) components: u64,
    /// Bits of each component.
    pub(super) depths: Vec<u8>,
    /// Width and height of a tile, cut to the picture.
    tile: (u64, u64),
    /// Logarithm of the smallest sides of a block.
    block: (u8, u8),
    layers: u64,
    /// Whether a tile part leaves its length open, because it goes on to the end of the codestream, or
    /// consists of nothing but its start. The library refuses both if it is strict.
    pub(super) has_odd_parts: bool,
    /// Whether its blocks are coded as in part 15.
    pub(super) has_high_throughput: bool,
}

/// The codestream, bare or in a JP2 file, also if its box goes on behind the end of the file.
pub(super) fn find(bytes: &[u8]) -> Option<&[u8]> {
    if bytes.starts_with(&[0xff, 0x4f]) {
        return Some(bytes);
    }
    let boxed = isobmff::boxes(bytes).find(|(kind, _)| kind == b"jp2c");
    boxed.map(|(_, codestream)| codestream).or_else(|| {
        let start = bytes.windows(4).position(|window| window == START)?;
        bytes.get(start..)
    })
}

/// Logarithms of the largest block.
const LARGEST_BLOCK: (u8, u8) = (10, 10);

impl Codestream {
    /// Reads a codestream, bare or in a JP2 file; `None` only if it does not begin with its size, because
    /// what is not read is not checked.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut segments = Segments {
            rest: find(bytes)?.get(2..)?,
            next_part: None,
        };
        let (SIZ, size) = segments.next()? else {
            return None;
        };
        let mut codestream = Self::of_size(size)?;
        for (marker, segment) in segments {
            match (marker, segment) {
                (COD, [_, _, high, low, _, style @ ..]) => {
                    let layers = u16::from_be_bytes([*high, *low]);
                    codestream.layers = codestream.layers.max(layers.into());
                    codestream.meet(style);
                }
                (CAP, [a, b, c, d, ..]) => {
                    let capabilities = u32::from_be_bytes([*a, *b, *c, *d]);
                    codestream.has_high_throughput |= capabilities & HIGH_THROUGHPUT != 0;
                }
                (COC, [_, _, style @ ..]) => codestream.meet(style),
                (SOT, [_, _, 0, 0, 0, 0 | ONLY_START, ..]) => codestream.has_odd_parts = true,
                // Segments that are too short are left to the library, after the size has been checked.
                _ => {}
            }
        }
        Some(codestream)
    }

    fn of_size(size: &[u8]) -> Option<Self> {
        let side = |at: usize| {
            Some(u64::from(u32::from_be_bytes(
                *size.get(at..)?.first_chunk()?,
            )))
        };
        let (grid, tile, origin) = (
            (side(2)?, side(6)?),
            (side(18)?, side(22)?),
            (side(26)?, side(30)?),
        );
        let across = grid.0.saturating_sub(origin.0).div_ceil(tile.0.max(1));
        let down = grid.1.saturating_sub(origin.1).div_ceil(tile.1.max(1));
        let (components, _) = size.get(36..).unwrap_or_default().as_chunks::<3>();
        Some(Self {
            depths: (components.iter().take(usize::from(u8::MAX)))
                .map(|[depth, ..]| (depth & 0x7f) + 1)
                .collect(),
            tiles: across.saturating_mul(down),
            components: u16::from_be_bytes(*size.get(34..)?.first_chunk()?).into(),
            tile: (tile.0.min(grid.0), tile.1.min(grid.1)),
            block: LARGEST_BLOCK,
            layers: 1,
            has_odd_parts: false,
            has_high_throughput: false,
        })
    }

    /// Keeps the smallest values of all coding styles: sides of blocks and of precincts, which
    /// limit blocks to half their own sides.
    fn meet(&mut self, style: &[u8]) {
        let mut meet = |width: u8, height: u8| {
            self.block = (self.block.0.min(width), self.block.1.min(height));
        };
        if let [_, width, height, _, _, precincts @ ..] = style {
            meet(width.saturating_add(2), height.saturating_add(2));
            for precinct in precincts {
                meet(
                    (precinct & 15).saturating_sub(1),
                    (precinct >> 4).saturating_sub(1),
                );
            }
        }
    }

    /// Most memory of the library's tables, in bytes: those for the blocks of one tile, and for all
    /// tiles.
    pub(super) fn tables(&self) -> u64 {
        // One more block at the edge of each band; each level has three bands.
        let blocks = |side: u64, log: u8| (side >> log) + 16;
        let blocks = blocks(self.tile.0, self.block.0) * blocks(self.tile.1, self.block.1);
        let of_block = BLOCK + LAYER * self.layers.min(32);
        let of_tiles = self.tiles.saturating_mul(TILE);
        let of_component = blocks.saturating_mul(of_block).saturating_add(of_tiles);
        of_component.saturating_mul(self.components + 1)
    }
}

/// Marker segments of the main header and of all tile-part headers, with their content.
struct Segments<'a> {
    rest: &'a [u8],
    /// The rest after the current tile-part.
    next_part: Option<&'a [u8]>,
}

impl<'a> Iterator for Segments<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let mut found = self.rest.split_first_chunk()?;
        // Markers without a segment (table A.1).
        while let [0xff, 0x30..=0x3f] = found.0 {
            self.rest = found.1;
            found = self.rest.split_first_chunk()?;
        }
        if u16::from_be_bytes(*found.0) == SOD {
            // If a part ended before it began, this would never end.
            let next = self.next_part.take()?;
            self.rest = Some(next).filter(|next| next.len() <= self.rest.len())?;
            found = self.rest.split_first_chunk()?;
        }
        let (marker, after) = (u16::from_be_bytes(*found.0), found.1);
        let length = usize::from(u16::from_be_bytes(*after.first_chunk()?));
        let content = after.get(2..length)?;
        if marker == SOT {
            let length = u32::from_be_bytes(*content.get(2..)?.first_chunk()?);
            self.next_part = self.rest.get(length as usize..).filter(|_| length > 0);
        }
        self.rest = after.get(length..)?;
        Some((marker, content))
    }
}

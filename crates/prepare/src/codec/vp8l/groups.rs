//! The prefix codes of a picture: groups of five, and which tile has which group (RFC 9649, section 3.7.2.2).

use super::bits::Bits;
use super::damage::Damage;
use super::kind;
use super::prefix::{PrefixCode, Tables, read};
use super::tiles::Tiles;

/// Bits by which pixels are looked up as a whole.
const PACKED_BITS: u32 = 9;
const PACKED: usize = 1 << PACKED_BITS;

/// Symbols of green that are lengths.
const LENGTHS: usize = 24;
/// Symbols of distances.
const DISTANCES: usize = 40;

/// The five prefix codes of a group. Those of green also have lengths and places in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) green: PrefixCode,
    pub(super) red: PrefixCode,
    pub(super) blue: PrefixCode,
    pub(super) alpha: PrefixCode,
    pub(super) distance: PrefixCode,
}

/// What a look-up found: bits that it takes in the low byte, the kind in the next, and the value from
/// 32 on.
pub(super) type Packed = u64;

/// A group, and what sequences of so many bits stand for.
pub(super) type Grouped = (Group, Box<[Packed; PACKED]>);

/// All prefix codes of a picture.
pub(super) struct Groups {
    pub(super) tables: Tables,
    groups: Vec<Grouped>,
    /// The group of each tile; none if there is one group.
    tiles: Option<Tiles<u16>>,
    pub(super) cache_bits: u32,
}

impl Groups {
    /// Reads the codes of a picture, of which `tiles` reads which tile has which group, if there are several.
    pub(super) fn read(
        bits: &mut Bits<'_>,
        most: usize,
        tiles: impl FnOnce(&mut Bits<'_>) -> Result<Option<Tiles<u16>>, Damage>,
    ) -> Result<Self, Damage> {
        let has_cache = bits.flag();
        let cache_bits = if has_cache { bits.read(4) } else { 0 };
        if has_cache && !(1..=11).contains(&cache_bits) {
            return Err(match bits.is_over() {
                true => Damage::Ends,
                false => Damage::Contents("a cache of an unknown size"),
            });
        }
        let tiles = tiles(bits)?;
        let highest = tiles.iter().flat_map(|tiles| &tiles.values).max();
        let count = usize::from(highest.copied().unwrap_or(0)) + 1;
        let mut found = Self {
            tables: Tables::new(most),
            groups: Vec::new(),
            tiles,
            cache_bits,
        };
        for _ in 0..count {
            found.read_group(bits, most)?;
            if bits.is_over() {
                return Err(Damage::Ends);
            }
        }
        Ok(found)
    }

    fn read_group(&mut self, bits: &mut Bits<'_>, most: usize) -> Result<(), Damage> {
        let colors = match self.cache_bits {
            0 => 0,
            bits => 1 << bits,
        };
        let tables = &mut self.tables;
        let mut code = |symbols| read(bits, tables, symbols);
        let group = Group {
            green: code(256 + LENGTHS + colors)?,
            red: code(256)?,
            blue: code(256)?,
            alpha: code(256)?,
            distance: code(DISTANCES)?,
        };
        if self.tables.size() + self.groups.len() * size_of::<[Packed; PACKED]>() > most {
            return Err(Damage::Codes);
        }
        let packed = self.packed(group);
        self.groups.push((group, packed));
        Ok(())
    }

    /// Looks up all sequences of so many bits in advance.
    fn packed(&self, group: Group) -> Box<[Packed; PACKED]> {
        let tables = &self.tables;
        let [green, red, blue, alpha] =
            [group.green, group.red, group.blue, group.alpha].map(|code| tables.root(code));
        let mut packed = Box::new([0; PACKED]);
        for (at, entry) in packed.iter_mut().enumerate() {
            let bits = at as u64;
            let (symbol, mut length) = tables.look_up(green, bits);
            let is_color = symbol < 256;
            let (mut kind, mut value) = match (length > PACKED_BITS, is_color) {
                (true, _) => (kind::LONG, 0),
                (false, true) => (kind::GREEN, symbol),
                (false, false) => (kind::OTHER, symbol),
            };
            if kind == kind::GREEN {
                let mut end = length;
                let mut pixel = value << 8;
                for (root, shift) in [(red, 16), (blue, 0), (alpha, 24)] {
                    let (symbol, more) = tables.look_up(root, bits >> end.min(63));
                    pixel |= symbol << shift;
                    end += more;
                }
                if end <= PACKED_BITS {
                    (kind, value, length) = (kind::PIXEL, pixel, end);
                }
            }
            *entry = u64::from(value) << 32 | kind << 8 | u64::from(length);
            if kind == kind::LONG {
                *entry = kind << 8;
            }
        }
        packed
    }

    /// The group at a pixel, and the column where its tile ends.
    #[inline(always)]
    pub(super) fn at(&self, x: usize, y: usize) -> (Option<&Grouped>, usize) {
        let Some(tiles) = &self.tiles else {
            return (self.groups.first(), usize::MAX);
        };
        let (group, end) = tiles.at(x, y);
        (self.groups.get(usize::from(group)), end)
    }
}

//! JPEG strips and tiles through `avatar-jpeg`, which decodes only what the crop and the edge need. Their planes
//! are joined to those of the picture.
//!
//! This is for whole pictures of the usual kinds. Everything else, and whatever is damaged, is left to the decoder in
//! [`baseline`](super::baseline).

use std::borrow::Cow;

use avatar_jpeg::{ColorModel, Component, Decoder, Eighths, Plane, Process, Scratch};

use super::form::{Form, Number, Photometric};
use super::joined::{Joined, Part};
use super::jpeg_end;
use crate::Rect;
use crate::codec::contract::{Footprint, Header, Memory};
use crate::codec::ifd::{Directory, tag};
use crate::codec::jpeg;
use crate::pixels::planes::Planes;
use crate::plan::Plan;
use crate::settings::Effort;

/// The value of Compression for JPEG with tables of its own.
const JPEG: usize = 7;
/// Bytes of the first strip or tile in which its header is searched.
const START: usize = 1 << 16;
/// Look-up tables and the like, in bytes, rounded up.
const FIXED: u64 = 1 << 19;

/// Why the strips or tiles are not decoded here.
pub(super) enum Refused {
    /// They are of another kind.
    Kind,
    /// One of them is damaged or missing.
    Damage,
}

impl Refused {
    /// What is about support or limits is no damage.
    fn by(error: &avatar_jpeg::Error) -> Self {
        use avatar_jpeg::Error::{HeaderEnds, Invalid, NotJpeg, Truncated};
        match error {
            NotJpeg | HeaderEnds | Invalid { .. } | Truncated { .. } => Self::Damage,
            _ => Self::Kind,
        }
    }
}

/// A picture of JPEG strips or tiles that are all of one kind.
pub(super) struct Jpegs<'a> {
    directory: Directory<'a>,
    size: (u32, u32),
    tile: (u32, u32),
    color: ColorModel,
    /// The components of each JPEG.
    components: Vec<Component>,
}

impl<'a> Jpegs<'a> {
    /// Reads the tags and the header of the first JPEG; `None` for a kind that is not decoded here.
    pub(super) fn of(directory: Directory<'a>, form: &Form) -> Option<Self> {
        let color = match (form.photometric, form.samples) {
            (Photometric::BlackIsZero, 1) => ColorModel::Gray,
            (Photometric::Rgb, 3) => ColorModel::Rgb,
            (Photometric::Ycbcr, 3) => ColorModel::YCbCr,
            _ => return None,
        };
        let is_usual = form.compression == JPEG && form.bits == 8 && !form.is_planar;
        if !is_usual || form.number != Number::Unsigned {
            return None;
        }
        let side = |side: usize| u32::try_from(side).ok();
        let mut found = Self {
            directory,
            size: form.size,
            tile: (side(form.tile.0)?, side(form.tile.1)?),
            color,
            components: Vec::new(),
        };
        let (offset, length) = found.places().next()?;
        let start = found.directory.data(offset, length.min(START))?;
        let file = found.file(start)?;
        let decoder = Decoder::new(&file).ok()?;
        found.components.clone_from(&decoder.header().components);
        (found.is_aligned() && found.fits(&decoder, form.tile.1 as u32)).then_some(found)
    }

    /// Where each strip or tile lies in the file, and its length.
    fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        let (offsets, lengths) = match self.directory.has(tag::TILE_OFFSETS) {
            true => (tag::TILE_OFFSETS, tag::TILE_BYTES),
            false => (tag::STRIP_OFFSETS, tag::STRIP_BYTES),
        };
        let offsets = self.directory.values(offsets);
        offsets.zip(self.directory.values(lengths))
    }

    /// A JPEG with the tables that all of them share (Adobe Photoshop TIFF Technical Notes, 2002).
    fn file<'d>(&self, data: &'d [u8]) -> Option<Cow<'d, [u8]>> {
        let Some(tables) = self.directory.bytes(tag::JPEG_TABLES) else {
            return Some(data.into());
        };
        let tables = tables.strip_suffix(&[0xff, 0xd9])?;
        Some([tables, data.strip_prefix(&[0xff, 0xd8])?].concat().into())
    }

    /// Largest sampling factors.
    fn factors(&self) -> (u32, u32) {
        let most = |factor: fn(&Component) -> u8| self.components.iter().map(factor).max();
        let most = |factor| u32::from(most(factor).unwrap_or(1));
        (most(|component| component.h), most(|component| component.v))
    }

    /// Pixels of an MCU.
    fn mcu(&self) -> (u32, u32) {
        let (h, v) = self.factors();
        (8 * h, 8 * v)
    }

    /// Whether JPEGs meet where their MCUs do, so that their planes can be joined, and places in planes are
    /// exact.
    fn is_aligned(&self) -> bool {
        let (h, v) = self.factors();
        let meets = |size: u32, tile: u32, mcu: u32| tile >= size || tile.is_multiple_of(mcu);
        let is_exact = h.is_power_of_two() && v.is_power_of_two();
        is_exact && meets(self.size.0, self.tile.0, 8 * h) && meets(self.size.1, self.tile.1, 8 * v)
    }

    /// Whether a JPEG of so many rows is of the kind that is decoded here.
    fn fits(&self, decoder: &Decoder<'_>, rows: u32) -> bool {
        let header = decoder.header();
        let channels = match self.color {
            ColorModel::Gray => 1,
            _ => 3,
        };
        let factors = |components: &[Component]| -> Vec<(u8, u8)> {
            components.iter().map(|it| (it.h, it.v)).collect()
        };
        header.is_decodable()
            && matches!(header.process, Process::Baseline | Process::Extended)
            && header.components.len() == channels
            && factors(&header.components) == factors(&self.components)
            && header.width == self.tile.0
            && header.height >= rows
    }

    /// Width and height of all tiles together.
    fn tiled(&self) -> [u32; 2] {
        let whole = |size: u32, tile: u32| size.div_ceil(tile).saturating_mul(tile);
        [
            whole(self.size.0, self.tile.0),
            whole(self.size.1, self.tile.1),
        ]
    }

    /// Whether the last MCUs of a crop contain pixels beyond the picture, where JPEGs store more than it: many programs
    /// store black there, and a reduction or enlargement of planes would mix it with the last pixels of the picture.
    fn mixes(&self, crop: Rect, stored: [u32; 2]) -> bool {
        let mcu = self.mcu();
        let mixes =
            |end: u32, side: u32, stored: u32, mcu: u32| stored > side && end > side / mcu * mcu;
        mixes(crop.x + crop.width, self.size.0, stored[0], mcu.0)
            || mixes(crop.y + crop.height, self.size.1, stored[1], mcu.1)
    }

    fn request(&self, plan: &Plan) -> avatar_jpeg::Request {
        jpeg::request(plan, self.is_halved())
    }

    fn is_halved(&self) -> bool {
        jpeg::has_half_chroma(Some(self.color), &self.components)
    }

    /// The memory of this decoder, or of the one that decodes instead of it, whichever is more.
    pub(super) fn memory(&self, other: Memory<'a>, header: &Header) -> Memory<'a> {
        let size = (header.width, header.height);
        let header = Header::new(size, header.decoded_bytes, crate::color::Color::Unspecified);
        let tables = self
            .directory
            .bytes(tag::JPEG_TABLES)
            .map_or(0, <[u8]>::len);
        let there = |(offset, length)| self.directory.data(offset, length).map_or(0, <[u8]>::len);
        // What the file states can be any number; only what is there is copied.
        let longest = (tables + self.places().map(there).max().unwrap_or(0)) as u64;
        let (color, components) = (self.color, self.components.clone());
        let (mcu, tile, halved) = (self.mcu(), self.tile, self.is_halved());
        Memory::Own(Box::new(move |plan| {
            let other = other.footprint(&header, plan);
            let eighths = jpeg::request(plan, halved).reductions(&components, color);
            let crop = plan.crop();
            let size = [u64::from(crop.width), u64::from(crop.height)];
            let around = [
                size[0] + 2 * u64::from(mcu.0),
                size[1] + 2 * u64::from(mcu.1),
            ];
            let most = eighths.iter().take(components.len());
            let most = most.map(|it| u64::from(it.x.max(it.y))).max().unwrap_or(8);
            let reduced = |side: u64| (side * most).div_ceil(8);
            let channels = components.len() as u64;
            // Of so many pixels, each channel in its own size.
            let planes_of = |[width, height]: [u64; 2]| -> u64 {
                let side = |pixels: u64, factor: u8, eighths: u8, mcu: u32| {
                    (pixels * u64::from(factor) * u64::from(eighths)).div_ceil(u64::from(mcu))
                };
                let plane = |(it, eighths): (&Component, &Eighths)| {
                    side(width, it.h, eighths.x, mcu.0) * side(height, it.v, eighths.y, mcu.1)
                };
                components.iter().zip(&eighths).map(plane).sum()
            };
            let planes = planes_of(around);
            let part = planes_of([
                around[0].min(u64::from(tile.0) + 2 * u64::from(mcu.0)),
                around[1].min(u64::from(tile.1) + 2 * u64::from(mcu.1)),
            ]);
            let whole = match plan.effort() {
                Effort::Fast | Effort::Balanced => 0,
                Effort::Best => 3 * channels * size[0] * size[1],
            };
            // The planes of the picture and of one JPEG, and that JPEG with its tables.
            let decoding = [planes, part, longest, FIXED, whole]
                .into_iter()
                .fold(0, u64::saturating_add);
            Footprint {
                decoding: other.decoding.max(decoding),
                decoded: other.decoded.max(planes),
                pixel: other.pixel.max(channels),
                size: [0, 1].map(|side| other.size[side].max(reduced(size[side]))),
            }
        }))
    }

    /// Decodes what the plan shows.
    pub(super) fn decode(&self, plan: &Plan, scratch: &mut Scratch) -> Result<Planes, Refused> {
        let crop = plan.crop();
        let whole = self.request(plan);
        let eighths = whole.reductions(&self.components, self.color);
        if self.directory.has(tag::TILE_OFFSETS) && self.mixes(crop, self.tiled()) {
            return Err(Refused::Kind);
        }
        let is_single = self.tile.0 >= self.size.0;
        let only = is_single.then_some(self.tile.0);
        let mut joined = Joined::new(crop, &self.components, eighths, self.mcu(), only);
        let request = avatar_jpeg::Request {
            eighths: Some(eighths),
            ..whole
        };
        let places: Vec<_> = self.places().collect();
        let across = self.size.0.div_ceil(self.tile.0);
        for row in crop.y / self.tile.1..(crop.y + crop.height).div_ceil(self.tile.1) {
            for column in crop.x / self.tile.0..(crop.x + crop.width).div_ceil(self.tile.0) {
                let place = places.get((row * across + column) as usize);
                let &place = place.ok_or(Refused::Damage)?;
                let planes = self.part(place, (column, row), crop, &request, scratch)?;
                joined.add(&planes).ok_or(Refused::Kind)?;
            }
            joined.end_row();
        }
        let planes = avatar_jpeg::Planes {
            planes: joined.finish().ok_or(Refused::Kind)?,
            color: self.color,
            decoded_share: 1.0,
            damaged: false,
        };
        Ok(Planes::new(planes).halved(self.is_halved()))
    }

    /// Decodes what a crop of the picture shows of the JPEG in this column and row.
    fn part(
        &self,
        (offset, length): (usize, usize),
        (column, row): (u32, u32),
        crop: Rect,
        whole: &avatar_jpeg::Request,
        scratch: &mut Scratch,
    ) -> Result<Vec<Plane>, Refused> {
        let data = self.directory.data(offset, length).unwrap_or_default();
        if data.len() < length || !jpeg_end::is_there(data) {
            return Err(Refused::Damage);
        }
        let columns = Part::of(crop.x, crop.width, column, self.tile.0);
        let rows = Part::of(crop.y, crop.height, row, self.tile.1);
        let file = self.file(data).ok_or(Refused::Damage)?;
        let decoder = Decoder::new(&file).map_err(|error| Refused::by(&error))?;
        let end = |at: u32, tile: u32, side: u32| at.saturating_mul(tile).saturating_add(side);
        let header = decoder.header();
        let stored = [
            end(column, self.tile.0, header.width),
            end(row, self.tile.1, header.height),
        ];
        if !self.fits(&decoder, rows.start + rows.length) || self.mixes(crop, stored) {
            return Err(Refused::Kind);
        }
        let request = avatar_jpeg::Request {
            crop: avatar_jpeg::Rect::new(columns.start, rows.start, columns.length, rows.length),
            ..*whole
        };
        let decoded = decoder.decode(&request, scratch);
        let decoded = decoded.map_err(|error| Refused::by(&error))?;
        match decoded.damaged {
            true => Err(Refused::Damage),
            false => Ok(decoded.planes),
        }
    }
}

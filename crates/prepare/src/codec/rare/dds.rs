//! DDS: compressed blocks through `image-extras`, and uncompressed pixels with any masks, of which
//! that crate supports only some (DDS_PIXELFORMAT of Microsoft's DDS_HEADER).

use image_extras::dds::DdsDecoder;

use crate::codec::bit_fields::sample;
use crate::codec::bytes::u32_le;
use crate::codec::contract::{Decode, Header, Opened, ends_inside};
use crate::codec::library;
use crate::codec::rare::texture::Texture;
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::{Error, Format, Limits};

const FORMAT: Format = Format::Dds;
/// Offsets of the fields.
const USED: usize = 8;
const HEIGHT: usize = 12;
const WIDTH: usize = 16;
const PITCH: usize = 20;
const FLAGS: usize = 80;
const BITS: usize = 88;
const MASKS: usize = 92;
const PIXELS: usize = 128;
/// Flag of the header: rows may be padded.
const HAS_PITCH: u32 = 8;
/// Flags of the pixel format.
const HAS_ALPHA: u32 = 1;
const HAS_PALETTE: u32 = 0x20;
const IS_RGB: u32 = 0x40;
const IS_GRAY: u32 = 0x2_0000;
/// Length of a palette in bytes: red, green, blue and alpha of 256 colours.
const PALETTE: usize = 1024;

/// Reads the header.
pub(in crate::codec) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let (texture, pictures) = Texture::first(bytes);
    let library = DdsDecoder::new(texture);
    let mut opened = match (library, Plain::read(bytes)) {
        (Err(_), Some(plain)) => plain.open(limits),
        // `image-extras` assumes rows without padding, and takes gray with alpha for red and green.
        (Ok(_), Some(plain)) if plain.is_padded() || plain.is_gray_with_alpha() => {
            plain.open(limits)
        }
        (library, _) => library::opened(FORMAT, library, bytes, limits),
    }?;
    opened.header.frames = pictures;
    Ok(opened)
}

/// Uncompressed pixels.
struct Plain<'a> {
    size: (u32, u32),
    /// Bytes per pixel, 1 to 4.
    depth: usize,
    /// Masks of red, green, blue and alpha.
    masks: [u32; 4],
    has_alpha: bool,
    palette: Option<&'a [u8]>,
    /// Distance from row to row in bytes.
    pitch: usize,
    pixels: &'a [u8],
}

impl<'a> Plain<'a> {
    /// Reads the header; `None` if it has neither masks nor a palette.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let field = |at: usize| u32_le(bytes, at);
        let (flags, bits) = (field(FLAGS)?, field(BITS)?);
        let mut masks = [0, 4, 8, 12].map(|at| field(MASKS + at).unwrap_or(0));
        let rest = bytes.get(PIXELS..)?;
        let (palette, pixels) = match flags & HAS_PALETTE {
            0 => (None, rest),
            _ => rest
                .split_at_checked(PALETTE)
                .map(|(palette, rest)| (Some(palette), rest))?,
        };
        if flags & IS_GRAY != 0 {
            masks = [masks[0], masks[0], masks[0], masks[3]];
        }
        let has_alpha = flags & HAS_ALPHA != 0;
        if !has_alpha {
            masks[3] = 0;
        }
        let has_colors = flags & (IS_RGB | IS_GRAY) != 0 && masks[0] != 0 || palette.is_some();
        let depth = (bits / 8) as usize;
        let row = field(WIDTH)? as usize * depth;
        let pitch = (field(USED)? & HAS_PITCH != 0)
            .then(|| field(PITCH))
            .flatten();
        let pitch = pitch.map_or(row, |pitch| row.max(pitch as usize));
        (has_colors && bits.is_multiple_of(8) && (1..=4).contains(&depth)).then_some(Self {
            size: (field(WIDTH)?, field(HEIGHT)?),
            depth,
            masks,
            has_alpha,
            palette,
            pitch,
            pixels,
        })
    }

    fn is_padded(&self) -> bool {
        self.pitch > self.size.0 as usize * self.depth
    }

    fn is_gray_with_alpha(&self) -> bool {
        self.palette.is_none() && self.masks[0] == self.masks[1] && self.masks[3] != 0
    }

    fn open(self, limits: &Limits) -> Result<Opened<'a>, Error> {
        let (width, height) = self.size;
        let decoded = 4 * u64::from(width) * u64::from(height);
        limits.check_picture(self.size, 1, decoded)?;
        let header = Header::new(self.size, decoded, Color::Unspecified);
        let decode: Decode<'a> = Box::new(move |_, _| {
            let row = width as usize * self.depth;
            let stored = self
                .pitch
                .saturating_mul((height as usize).saturating_sub(1))
                .saturating_add(row);
            let pixels = self.pixels.get(..stored).filter(|_| row > 0);
            let rows = pixels
                .ok_or_else(|| ends_inside(FORMAT))?
                .chunks(self.pitch);
            let pixels =
                rows.flat_map(|padded| padded.get(..row).unwrap_or_default().chunks(self.depth));
            let samples = pixels.flat_map(|pixel| self.color(pixel));
            let raster = Raster::new(self.size, Layout::Rgba, Samples::U8(samples.collect()));
            raster
                .map(|raster| Decoded::Raster(raster.without_void()))
                .ok_or_else(|| ends_inside(FORMAT))
        });
        Ok(Opened::new(header, decode))
    }

    fn color(&self, pixel: &[u8]) -> [u8; 4] {
        let add = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
        let value = pixel.iter().rev().fold(0, add);
        match self.palette {
            Some(palette) => {
                let color = palette
                    .get(4 * value as usize..)
                    .and_then(|it| it.first_chunk());
                let [red, green, blue, alpha] = color.copied().unwrap_or_default();
                let alpha = if self.has_alpha { alpha } else { u8::MAX };
                [red, green, blue, alpha]
            }
            None => self.masks.map(|mask| sample(value, mask)),
        }
    }
}

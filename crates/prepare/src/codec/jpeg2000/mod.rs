//! JPEG 2000, bare or in a JP2 file, through `hayro-jpeg2000`.

mod channels;
mod codestream;
mod cut;
mod definitions;
mod header;
mod palette;
mod parts;

use hayro_jpeg2000::{DecodeError, DecodeSettings, DecoderContext, Image};

use avatar_jpeg::CropRect;

use crate::codec::contract::{Decode, Footprint, Header, Memory, Opened};
use crate::codec::damage::Damage;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::Raster;
use crate::pixels::reduce::{self, Reduced};
use crate::plan::Plan;
use crate::{Error, Format, Limit, LimitExceeded, Limits, Note, PictureError};
use channels::Channels;
use codestream::{Codestream, TILES};
use definitions::Refusal;

const FORMAT: Format = Format::Jpeg2000;
/// Bytes that the library uses for a sample.
const WIDE: u64 = 4;
/// Most components: four colours and alpha.
const COMPONENTS: u64 = 5;

/// Reads the boxes and the main header.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let (bytes, frames) = header::first_codestream(bytes);
    let codestream = Codestream::read(bytes);
    check(codestream.as_ref(), limits)?;
    let boxes = header::Header::read(bytes);
    channels::check_space(&boxes).map_err(refused)?;
    let whole = Image::new(bytes, &DecodeSettings::default()).map_err(|error| {
        let is_new = |codestream: &Codestream| codestream.has_high_throughput;
        match codestream.as_ref().is_some_and(is_new) {
            true => unsupported("High-throughput JPEG 2000 (part 15)".into()),
            false => refuse(error),
        }
    })?;
    let size = (whole.width(), whole.height());
    let depths = codestream.map(|codestream| codestream.depths);
    let channels = Channels::of(&boxes, &depths.unwrap_or_default(), &whole).map_err(refused)?;
    let color = channels::color(&boxes, &whole);
    let pixels = u64::from(size.0) * u64::from(size.1);
    let decoded_bytes = pixels.saturating_mul(pixel(&whole, &channels));
    let header = Header {
        frames,
        notes: boxes.note().into_iter().collect(),
        ..Header::new(size, decoded_bytes, color)
    };
    let allowed = limits.decoded_bytes;
    let decoded_channels = channels.clone();
    let decode: Decode<'a> = Box::new(move |plan, _| {
        let channels = decoded_channels;
        let image = reduced(bytes, size, plan, false).map_err(refuse)?;
        let pixels = u64::from(image.width()) * u64::from(image.height());
        within(pixels * WIDE * channels.decoded, allowed)?;
        let (strict, is_damaged) = match strictly(bytes, size, plan, &image, &channels) {
            Strict::Sound(raster) => (Some(raster), false),
            Strict::Damaged => (None, true),
            Strict::Unknown => (None, false),
        };
        let raster = match strict {
            Some(raster) => raster,
            None => raster(&image, &channels).map_err(refuse)?,
        };
        let crop = crop(plan, size, (image.width(), image.height()));
        let reduced = raster.map(|raster| Decoded::Reduced(Reduced { raster, crop }));
        let pixels =
            reduced.ok_or_else(|| malformed("its components do not match its size".into()))?;
        let lost = parts::share(bytes).filter(|share| *share < 1.0);
        let Some(share) = cut::share(bytes).or(lost) else {
            return Ok(match is_damaged {
                true => pixels.damaged(Note::Damaged { percent: 100 }),
                false => pixels,
            });
        };
        let share = share.min(lost.unwrap_or(1.0));
        let note = Damage::FileEnds.accept(FORMAT, share)?;
        Ok(pixels.damaged(match lost {
            Some(_) if !is_damaged => note,
            // A cut file lacks detail all over the picture, not rows, and other damage can be anywhere.
            _ => Note::Damaged { percent: 100 },
        }))
    });
    let whole = header.decoded_bytes;
    let memory = Memory::Own(Box::new(move |plan| {
        footprint(bytes, size, plan, &channels)
            .unwrap_or_else(|| Footprint::twice(whole, size, plan))
    }));
    Ok(Opened::new(header, decode).with_memory(memory))
}

/// What becomes of a picture if contradictions are not passed over.
enum Strict {
    /// There are none. The raster is `None` if its components do not match its size.
    Sound(Option<Raster>),
    Damaged,
    /// The library would also refuse sound files like this one.
    Unknown,
}

/// Decodes strictly what `image` is otherwise: the library passes over most contradictions unless it
/// is strict.
fn strictly(
    bytes: &[u8],
    size: (u32, u32),
    plan: &Plan,
    image: &Image<'_>,
    channels: &Channels,
) -> Strict {
    // The library takes the end marker for data of a part without a length, and then misses it.
    if Codestream::read(bytes).is_some_and(|codestream| codestream.has_odd_parts) {
        return match parts::plain(bytes) {
            Some(plain) => alone(&plain, size, plan),
            None => Strict::Unknown,
        };
    }
    let found = |image: &Image<'_>| (image.color_space().num_channels(), image.has_alpha());
    let strict = reduced(bytes, size, plan, true).ok();
    let strict = strict.filter(|strict| found(strict) == found(image));
    let decoded = match strict {
        Some(strict) => raster(&strict, channels).map(Strict::Sound),
        // Many programs write boxes that it then refuses, or whose colours it takes for others: only
        // what the codestream says of itself counts.
        None => {
            return match codestream::find(bytes) {
                Some(codestream) => alone(codestream, size, plan),
                None => Strict::Unknown,
            };
        }
    };
    decoded.unwrap_or_else(contradiction)
}

/// Whether a codestream is damaged.
fn alone(codestream: &[u8], size: (u32, u32), plan: &Plan) -> Strict {
    let Ok(alone) = reduced(codestream, size, plan, true) else {
        return Strict::Unknown;
    };
    let decoded = alone.decode(&mut DecoderContext::default()).map(drop);
    decoded.map_or_else(contradiction, |()| Strict::Unknown)
}

#[allow(clippy::needless_pass_by_value)] // for `unwrap_or_else`
fn contradiction(error: DecodeError) -> Strict {
    match error {
        // A colour transform for too few components can be left out without harm.
        DecodeError::Color(_) => Strict::Unknown,
        _ => Strict::Damaged,
    }
}

/// Decodes the picture. What the library needs for that is released.
fn raster(image: &Image<'_>, channels: &Channels) -> Result<Option<Raster>, DecodeError> {
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context)?;
    let size = (image.width(), image.height());
    Ok(channels.raster(decoded.components(), size))
}

/// Refuses files for which the library would need memory out of proportion to their pixels.
fn check(codestream: Option<&Codestream>, limits: &Limits) -> Result<(), Error> {
    let Some(codestream) = codestream else {
        return Ok(()); // neither does the library find any
    };
    let detail = match (codestream.tiles, codestream.components) {
        (0..=TILES, 0..=COMPONENTS) => {
            return Ok(within(codestream.tables(), limits.decoded_bytes)?);
        }
        (0..=TILES, components) => {
            format!("{components} components, of which it can have {COMPONENTS}")
        }
        (tiles, _) => format!("{tiles} tiles, of which it can have {TILES}"),
    };
    Err(malformed(detail))
}

fn within(found: u64, allowed: u64) -> Result<(), LimitExceeded> {
    let limit = Limit::DecodedBytes;
    let error = LimitExceeded {
        limit,
        found,
        allowed,
    };
    if found > allowed { Err(error) } else { Ok(()) }
}

/// Bytes per pixel of the resulting raster.
fn pixel(image: &Image<'_>, channels: &Channels) -> u64 {
    channels.layout.channels() as u64 * if image.original_bit_depth() > 8 { 2 } else { 1 }
}

/// Opens the picture without the resolution levels that the plan does not need, as far as the file
/// has levels.
fn reduced<'a>(
    bytes: &'a [u8],
    size: (u32, u32),
    plan: &Plan,
    strict: bool,
) -> Result<Image<'a>, DecodeError> {
    let factor = reduce::factor(plan);
    let settings = DecodeSettings {
        target_resolution: Some((size.0.div_ceil(factor), size.1.div_ceil(factor))),
        strict,
        ..DecodeSettings::default()
    };
    Image::new(bytes, &settings)
}

/// The crop in a picture that was reduced to `found`, whose sides are rounded up.
fn crop(plan: &Plan, size: (u32, u32), found: (u32, u32)) -> CropRect {
    let is_factor = |by: &u32| (size.0.div_ceil(*by), size.1.div_ceil(*by)) == found;
    let factor = (0..16).map(|level| 1 << level).find(is_factor);
    let factor = factor.unwrap_or(size.0 / found.0.max(1)).max(1);
    let whole = plan.crop();
    let scaled = |value: u32| f64::from(value) / f64::from(factor);
    // A level keeps samples at the first of two pixels, not between them.
    let shift = 0.5 - scaled(1) / 2.0;
    let (x, y) = (scaled(whole.x) + shift, scaled(whole.y) + shift);
    CropRect {
        x,
        y,
        width: scaled(whole.width).min(f64::from(found.0) - x),
        height: scaled(whole.height).min(f64::from(found.1) - y),
    }
}

/// The library holds 32 bits per sample and tables for the whole picture; the raster is made
/// besides.
fn footprint(
    bytes: &[u8],
    size: (u32, u32),
    plan: &Plan,
    channels: &Channels,
) -> Option<Footprint> {
    let image = reduced(bytes, size, plan, false).ok()?;
    let pixels = u64::from(image.width()) * u64::from(image.height());
    let crop = plan.crop();
    let (pixel, wide) = (pixel(&image, channels), WIDE * channels.decoded);
    let factor = u64::from(size.0.div_ceil(image.width().max(1)));
    let codestream = Codestream::read(bytes)?;
    // Such a codestream is copied.
    let copied = if codestream.has_odd_parts {
        2 * bytes.len() as u64
    } else {
        0
    };
    Some(Footprint {
        decoding: 2 * pixels * wide + codestream.tables() + copied,
        decoded: pixels * pixel,
        pixel,
        size: [crop.width, crop.height].map(|side| u64::from(side).div_ceil(factor.max(1))),
    })
}

fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Unsupported(feature) => unsupported(feature),
        Refusal::Malformed(detail) => malformed(detail),
    }
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refuse(error: DecodeError) -> Error {
    malformed(error.to_string())
}

fn unsupported(feature: String) -> Error {
    let format = FORMAT;
    PictureError::Unsupported { format, feature }.into()
}

fn malformed(detail: String) -> Error {
    PictureError::Malformed {
        format: FORMAT,
        detail,
    }
    .into()
}

//! Formats whose rows follow one another, of which several are decoded at a time: BMP, PNM, farbfeld and TGA.
//! Also the alpha of BMP, TGA and DDS, in whose place some programs write zeros.

mod direct_draw;
mod strips;
mod targa;

use std::ops::Range;

use image::error::ImageError;

use super::decoders::decoder;
use super::reader::{Form, Reader, layout, read};
use crate::codec::bytes::i32_le;
use crate::codec::contract::{Decode, Header, Memory, Opened};
use crate::pixels::decoded::Decoded;
use crate::pixels::in_order::InOrder;
use crate::pixels::raster::{Alpha, Raster, Samples};
use crate::pixels::reduce::{Reduced, Reducer};
use crate::pixels::stored_rows::StoredRows;
use crate::pixels::void::{is_zero, without_last};
use crate::plan::Plan;
use crate::{Error, Format};
use strips::Strips;
use targa::Use;

/// Rows that are decoded at a time.
const STRIP: u32 = 64;

/// The size in the header of a BMP, whose decoder would refuse a large one without saying how large it
/// is.
pub(super) fn declared_size(format: Format, bytes: &[u8]) -> Option<(u32, u32)> {
    if format != Format::Bmp || bytes.get(14..18) == Some(&[12, 0, 0, 0]) {
        return None;
    }
    let side = |at| Some(i32_le(bytes, at)?.unsigned_abs());
    Some((side(18)?, side(22)?))
}

/// A picture that is decoded by rows if they can be found, otherwise as a whole.
pub(super) fn opened<'a>(
    format: Format,
    header: Header,
    reader: Reader<'a>,
    bytes: &'a [u8],
) -> Opened<'a> {
    let alpha = match format {
        Format::Tga => targa::alpha(bytes),
        Format::Dds => direct_draw::alpha(bytes),
        _ => Use::Straight,
    };
    let Some(strips) = Strips::of(format, bytes) else {
        return whole(format, header, reader, alpha);
    };
    let form = reader.form;
    let stored = stored(format, &strips, alpha, form, bytes);
    let picture = InStrips {
        strips,
        form,
        alpha,
        has_void: has_void(format),
    };
    let decode: Decode<'a> = Box::new(move |plan, _| Ok(Decoded::Reduced(picture.read(plan)?)));
    Opened::new(header, decode)
        .with_memory(Memory::Bands { rows: STRIP.into() })
        .with_order(move || InOrder::of_rows(format, stored?))
}

/// The rows for a file that is read in pieces, if they are stored as they are shown.
fn stored(
    format: Format,
    strips: &Strips<'_>,
    alpha: Use,
    form: Form,
    bytes: &[u8],
) -> Option<StoredRows> {
    let rows = strips.stored(form.color)?;
    if alpha != Use::Straight && rows.layout.has_alpha() {
        return None;
    }
    // What says how alpha is used must not be where the rows are.
    let is_apart = |place: usize| !rows.spans.iter().any(|rows| rows.contains(&(place as u64)));
    let is_ordered = format != Format::Tga || targa::type_place(bytes).is_none_or(is_apart);
    is_ordered.then_some(rows)
}

fn whole(format: Format, header: Header, reader: Reader<'_>, alpha: Use) -> Opened<'_> {
    let besides = match format {
        Format::Dds => header.decoded_bytes,
        // Row by row into the raster.
        _ => 0,
    };
    let decode: Decode<'_> = Box::new(move |_, _| match reader.read()? {
        Decoded::Raster(raster) if has_void(format) => {
            let raster = match alpha {
                Use::Straight => raster,
                Use::Premultiplied => raster.premultiplied(),
                Use::Nothing => raster.without_alpha(),
            };
            Ok(Decoded::Raster(raster.without_void()))
        }
        Decoded::Linear(image) => Ok(Decoded::Linear(direct_draw::applied(alpha, image))),
        other => Ok(other),
    });
    Opened::new(header, decode).with_memory(Memory::Whole { besides })
}

/// Whether some programs that do not support alpha write zeros in its place in this format.
fn has_void(format: Format) -> bool {
    matches!(format, Format::Bmp | Format::Tga | Format::Dds)
}

/// A picture that is decoded several rows at a time.
struct InStrips<'a> {
    strips: Strips<'a>,
    form: Form,
    alpha: Use,
    has_void: bool,
}

impl InStrips<'_> {
    fn read(&self, plan: &Plan) -> Result<Reduced, Error> {
        let reduced = self.form.complete(self.read_needed(plan))?;
        if !self.has_void || !reduced.raster.is_void() {
            return Ok(reduced);
        }
        let opaque = (self.read_void(plan)).map_err(|error| self.form.refused(error))?;
        Ok(opaque.unwrap_or(reduced))
    }

    /// Reads the rows that are needed.
    fn read_needed(&self, plan: &Plan) -> Result<Option<Reduced>, ImageError> {
        let color = self.form.color;
        let empty = if color.bytes_per_pixel() > color.channel_count() {
            Samples::U16(Vec::new())
        } else {
            Samples::U8(Vec::new())
        };
        let (made, kind) = match self.alpha {
            Use::Straight => (layout(color), Alpha::Straight),
            Use::Premultiplied => (layout(color), Alpha::Premultiplied),
            Use::Nothing => (layout(color).opaque(), Alpha::Straight),
        };
        let mut reducer = Reducer::new(plan, made, kind, empty);
        let wanted = reducer.wanted();
        reducer.skip(wanted.start);
        for y in wanted.clone().step_by(STRIP as usize) {
            let count = STRIP.min(wanted.end - y);
            let Some(mut raster) = self.strip(y..y + count)? else {
                return Ok(None);
            };
            if self.alpha == Use::Nothing {
                raster = raster.without_alpha();
            }
            let stride = self.form.size.0 as usize * raster.layout.channels();
            match &raster.samples {
                Samples::U8(samples) => samples.chunks(stride).for_each(|row| reducer.push(row)),
                Samples::U16(samples) => samples.chunks(stride).for_each(|row| reducer.push(row)),
            }
        }
        Ok(reducer.finish())
    }

    /// Reads the whole picture without its alpha; `None` if its alpha is not zero everywhere.
    fn read_void(&self, plan: &Plan) -> Result<Option<Reduced>, ImageError> {
        let layout = layout(self.form.color);
        let (channels, opaque) = (layout.channels(), layout.opaque());
        let mut reducer = Reducer::new(plan, opaque, Alpha::Straight, Samples::U8(Vec::new()));
        let height = self.strips.height;
        for y in (0..height).step_by(STRIP as usize) {
            let raster = self.strip(y..y + STRIP.min(height - y))?;
            let Some(Samples::U8(samples)) = raster.map(|raster| raster.samples) else {
                return Ok(None);
            };
            if !is_zero(&samples, channels) {
                return Ok(None);
            }
            let rows = samples.chunks(self.form.size.0 as usize * channels);
            rows.for_each(|row| reducer.push(&without_last(row, channels)));
        }
        Ok(reducer.finish())
    }

    /// `None` if there are fewer or more samples than the size requires.
    fn strip(&self, rows: Range<u32>) -> Result<Option<Raster>, ImageError> {
        let count = rows.end - rows.start;
        let file = self.strips.file(rows.start, count);
        let decoder = decoder(self.strips.format(), &file, image::Limits::default())?;
        let size = (self.form.size.0, count);
        Ok(match read(decoder, size, self.form.color)? {
            Some(Decoded::Raster(raster)) => Some(raster),
            _ => None,
        })
    }
}

//! Decodes GIFs whose first frame fills the screen: each row is reduced as it comes. If they are interlaced, the sums of
//! all blocks are kept until the last row, or the indexes of all pixels if these take less. All others are decoded as a
//! whole, in colours.

use std::ops::Range;

use gif::{ColorOutput, DecodeOptions, DecodingError, MemoryLimit};

use super::blocks::{self, Palette, any_order};
use super::damaged::order;
use super::lenient::Lenient;
use crate::codec::contract::{Decode, Detail, Footprint, Memory, Opened, ends_inside};
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Alpha, Layout, Samples};
use crate::pixels::reduce::{self, Reduced, Reducer};
use crate::{Error, Format, PictureError, Plan};

/// A reader of indexes, which has read the header of the first frame.
pub(super) struct Rows<'a> {
    decoder: gif::Decoder<Lenient<'a>>,
    palette: Palette,
    layout: Layout,
    is_interlaced: bool,
}

/// Replaces how the picture is decoded, if it can be decoded by rows. If it is damaged, it is still decoded as a
/// whole.
pub(super) fn by_rows<'a>(opened: Opened<'a>, bytes: &'a [u8]) -> Opened<'a> {
    let size = (opened.header.width, opened.header.height);
    let Some(rows) = Rows::of(Lenient::new(bytes), size) else {
        return opened;
    };
    let whole = opened.decode;
    // The raster, and what resizing it takes.
    let mending = opened.header.decoded_bytes.saturating_mul(2);
    let memory = match rows.is_interlaced {
        true => {
            let channels = rows.layout.channels() as u64;
            Memory::Own(Box::new(move |plan| interlaced(size, channels, plan)))
        }
        false => Memory::Bands { rows: 1 },
    };
    let decode: Decode<'a> = Box::new(move |plan, scratch| match rows.read(plan) {
        Ok(Some(reduced)) => Ok(Decoded::Reduced(reduced)),
        Err(error) if !plan.mends => Err(error),
        // The whole picture takes memory that was not asked for yet.
        Ok(None) if !plan.mends => Err(ends_inside(Format::Gif)),
        _ => whole(plan, scratch),
    });
    Opened {
        decode,
        mending,
        memory,
        ..opened
    }
    .with_detail(Box::new(|plan| Some(Detail::of_blocks(plan))))
}

/// The sums of all blocks, if they take less than the indexes of all pixels.
fn sums((width, height): (u32, u32), channels: u64, plan: &Plan) -> Option<u64> {
    let indexes = u64::from(width) * u64::from(height);
    blocks::memory(plan, channels).filter(|&bytes| bytes < indexes)
}

/// Sums or indexes, the reduced picture, and a few rows, also as sums of 32 bits.
fn interlaced((width, height): (u32, u32), channels: u64, plan: &Plan) -> Footprint {
    let crop = plan.crop();
    let factor = reduce::factor(plan);
    let size = [crop.width, crop.height].map(|side| u64::from(side.div_ceil(factor)));
    let decoded = 4 * size[0] * size[1];
    let sums = sums((width, height), channels, plan);
    let (width, height) = (u64::from(width), u64::from(height));
    Footprint {
        decoding: decoded + sums.unwrap_or(width * height) + 44 * width,
        decoded,
        pixel: 4,
        size,
    }
}

impl<'a> Rows<'a> {
    /// `None` if the frame is smaller than the screen.
    pub(super) fn of(file: Lenient<'a>, size: (u32, u32)) -> Option<Self> {
        let mut options = DecodeOptions::new();
        options.set_color_output(ColorOutput::Indexed);
        options.set_memory_limit(MemoryLimit::Unlimited); // one row at a time
        let mut decoder = options.read_info(file).ok()?;
        let frame = decoder.next_frame_info().ok()??;
        let found = (u32::from(frame.width), u32::from(frame.height));
        if (frame.left, frame.top) != (0, 0) || found != size {
            return None;
        }
        let (transparent, is_interlaced) = (frame.transparent, frame.interlaced);
        let (colors, _) = decoder.palette().ok()?.as_chunks::<3>();
        let mut palette: Palette = [[0; 4]; 256];
        for (entry, [red, green, blue]) in palette.iter_mut().zip(colors) {
            *entry = [*red, *green, *blue, u8::MAX];
        }
        if let Some(index) = transparent
            && let [.., alpha] = &mut palette[usize::from(index)]
        {
            *alpha = 0;
        }
        let is_opaque = palette.iter().all(|[.., alpha]| *alpha == u8::MAX);
        let layout = if is_opaque { Layout::Rgb } else { Layout::Rgba };
        Some(Self {
            decoder,
            palette,
            layout,
            is_interlaced,
        })
    }

    /// `None` if there are too few rows.
    pub(super) fn read(mut self, plan: &Plan) -> Result<Option<Reduced>, Error> {
        let size = (self.decoder.width().into(), self.decoder.height().into());
        if self.is_interlaced && sums(size, self.layout.channels() as u64, plan).is_some() {
            return self.read_in_any_order(plan);
        }
        let empty = Samples::U8(Vec::new());
        let mut reducer = Reducer::new(plan, self.layout, Alpha::Straight, empty);
        let mut indexes = vec![0; self.decoder.line_length()];
        let mut samples = vec![0; indexes.len() * self.layout.channels()];
        let (wanted, columns) = (reducer.wanted(), reducer.columns());
        let mut all = match self.is_interlaced {
            true => match self.deinterlaced()? {
                Some(all) => all,
                None => return Ok(None),
            },
            false => Vec::new(),
        };
        let mut stored = all.chunks_exact_mut(indexes.len().max(1));
        // Every row is read, so that damage below the square is noticed too.
        for y in 0..u32::from(self.decoder.height()) {
            match stored.next() {
                Some(row) => indexes.swap_with_slice(row),
                None if self.decoder.fill_buffer(&mut indexes).map_err(refuse)? => {}
                None => return Ok(None),
            }
            if wanted.contains(&y) {
                self.look_up(&indexes, &columns, &mut samples);
                reducer.push(&samples);
            } else {
                reducer.skip(1);
            }
        }
        Ok(reducer.finish())
    }

    /// The same for interlaced rows.
    fn read_in_any_order(mut self, plan: &Plan) -> Result<Option<Reduced>, Error> {
        let Some(mut blocks) = any_order(plan, &self.palette, self.layout) else {
            return Ok(None);
        };
        let mut indexes = vec![0; self.decoder.line_length()];
        for y in order(self.decoder.height().into(), true) {
            if !self.decoder.fill_buffer(&mut indexes).map_err(refuse)? {
                return Ok(None);
            }
            blocks.push(y as u32, &indexes);
        }
        Ok(blocks.finish())
    }

    /// The indexes of all rows from the top down; `None` if there are too few.
    fn deinterlaced(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let (width, high) = (
            self.decoder.line_length(),
            usize::from(self.decoder.height()),
        );
        let mut all = vec![0; width * high];
        for y in order(high, true) {
            let row = all.get_mut(y * width..(y + 1) * width).unwrap_or_default();
            if !self.decoder.fill_buffer(row).map_err(refuse)? {
                return Ok(None);
            }
        }
        Ok(Some(all))
    }

    /// Writes some columns of a row as samples.
    fn look_up(&self, indexes: &[u8], columns: &Range<u32>, samples: &mut [u8]) {
        let columns = columns.start as usize..columns.end as usize;
        let channels = self.layout.channels();
        let samples = samples.get_mut(columns.start * channels..columns.end * channels);
        let samples = samples.unwrap_or_default();
        let indexes = indexes.get(columns).unwrap_or_default().iter();
        let colors = indexes.map(|index| self.palette[usize::from(*index)]);
        match self.layout {
            Layout::Rgba => {
                let pixels = samples.as_chunks_mut::<4>().0.iter_mut();
                pixels.zip(colors).for_each(|(pixel, color)| *pixel = color);
            }
            _ => {
                let pixels = samples.as_chunks_mut::<3>().0.iter_mut();
                pixels
                    .zip(colors)
                    .for_each(|(pixel, [red, green, blue, _])| *pixel = [red, green, blue]);
            }
        }
    }
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refuse(error: DecodingError) -> Error {
    match error {
        DecodingError::UnexpectedEof => ends_inside(Format::Gif),
        other => {
            let (format, detail) = (Format::Gif, other.to_string());
            PictureError::Malformed { format, detail }.into()
        }
    }
}

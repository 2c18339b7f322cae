//! Lossless JPEG, whose samples of 2 to 16 bits become a raster: rows are reduced as they are decoded.

use avatar_jpeg::{ColorModel, Decoder, bt601};

use crate::codec::contract::{Decode, Memory, Opened};
use crate::codec::jpeg;
use crate::pixels::decoded::Decoded;
use crate::pixels::depth::Depth;
use crate::pixels::raster::{Alpha, Layout};
use crate::pixels::reduce::Reducer;
use crate::{Error, Format, Note, PictureError, Plan};

/// Share of the shown rows that has to be decoded, as of other JPEGs.
const ENOUGH: f32 = 0.9;

/// Whether the headers name the lossless process.
#[cfg(feature = "tiff")]
pub(in crate::codec) fn is_lossless(bytes: &[u8]) -> bool {
    Decoder::new(bytes).is_ok_and(|decoder| decoder.header().is_lossless())
}

/// Samples of a lossless JPEG as they are stored, interleaved, and whether anything about its data is wrong; `None` if the
/// JPEG is not lossless.
#[cfg(feature = "tiff")]
pub(in crate::codec) fn samples(
    bytes: &[u8],
    most: (usize, usize),
) -> Option<Result<(Vec<u16>, bool), String>> {
    let decoder = Decoder::new(bytes).ok()?;
    let found = decoder.header();
    if !found.is_lossless() {
        return None;
    }
    let size = (found.width as usize, found.height as usize);
    if size.0 > most.0 || size.1 > most.1 {
        return Some(Err(format!(
            "a JPEG of {} x {} in a place for {} x {} pixels",
            size.0, size.1, most.0, most.1
        )));
    }
    let mut samples = Vec::new();
    let decoded = decoder.lossless(0..found.height, 1.0, |row| samples.extend_from_slice(row));
    Some(match decoded {
        Ok(share) => Ok((samples, share.damaged)),
        Err(error) => Err(error.to_string()),
    })
}

/// Reads the header.
pub(super) fn open<'a>(bytes: &'a [u8], decoder: Decoder<'a>) -> Result<Opened<'a>, Error> {
    let found = decoder.header();
    let layout = match found.color.filter(|_| found.is_lossless()) {
        Some(ColorModel::Gray) => Layout::Gray,
        Some(ColorModel::Rgb | ColorModel::YCbCr) => Layout::Rgb,
        Some(ColorModel::Cmyk { .. }) => Layout::Cmyk,
        Some(ColorModel::Ycck { .. }) | None => return Err(unsupported(&decoder)),
    };
    let mut header = jpeg::header(&decoder);
    let is_wide = found.precision > 8;
    if is_wide {
        header.decoded_bytes *= 2;
    }
    let decode: Decode<'a> = Box::new(move |plan, _| match is_wide {
        true => reduced::<u16>(bytes, &decoder, layout, plan),
        false => reduced::<u8>(bytes, &decoder, layout, plan),
    });
    // The decoder has two lines and a row of 16 bits for each component, and up to three more lines if
    // others are subsampled.
    Ok(Opened::new(header, decode).with_memory(Memory::Bands { rows: 4 }))
}

fn unsupported(decoder: &Decoder<'_>) -> Error {
    let found = decoder.header();
    let (bits, components) = (found.precision, found.components.len());
    let feature = format!(
        "{} process, {bits} bits, {components} components",
        found.process
    );
    let format = Format::Jpeg;
    PictureError::Unsupported { format, feature }.into()
}

/// Decodes what the plan shows.
fn reduced<T: Depth>(
    bytes: &[u8],
    decoder: &Decoder<'_>,
    layout: Layout,
    plan: &Plan,
) -> Result<Decoded, Error> {
    let most = (1_u32 << decoder.header().precision.min(16)) - 1;
    let full = T::MAX as u32;
    let stretch = |sample: u16| (u32::from(sample).min(most) * full + most / 2) / most;
    let mut reducer = Reducer::new(plan, layout, Alpha::Straight, T::empty());
    let wanted = reducer.wanted();
    reducer.skip(wanted.start);
    let mut line: Vec<T> = Vec::new();
    let color = decoder.header().color;
    let take = |row: &[u16]| {
        line.clear();
        match color {
            Some(ColorModel::YCbCr) => {
                // Before they are stretched: the stretched middle of a few bits is not the middle.
                let to_rgb = |pixel: &[u16; 3]| {
                    bt601::to_rgb_up_to(most as u16, pixel.map(|v| v.min(most as u16)))
                };
                let pixels = row.as_chunks().0.iter().flat_map(to_rgb);
                line.extend(pixels.map(|v| T::nearest(stretch(v).into())));
            }
            Some(ColorModel::Cmyk { inverted: true }) => {
                let ink = |v: &u16| T::nearest((full - stretch(*v)).into());
                line.extend(row.iter().map(ink));
            }
            _ => line.extend(row.iter().map(|v| T::nearest(stretch(*v).into()))),
        }
        reducer.push(&line);
    };
    let found = (decoder.lossless(wanted, ENOUGH, take))
        .map_err(|error| jpeg::damaged_inside(error, &mut { bytes }))?;
    let pixels = reducer.finish().map(Decoded::Reduced).ok_or_else(|| {
        let detail = "pixels do not match the header".into();
        let format = Format::Jpeg;
        Error::from(PictureError::Malformed { format, detail })
    })?;
    if !found.damaged {
        return Ok(pixels);
    }
    let percent = (found.decoded_share * 100.0).clamp(0.0, 100.0) as u8;
    Ok(pixels.damaged(Note::Damaged { percent }))
}

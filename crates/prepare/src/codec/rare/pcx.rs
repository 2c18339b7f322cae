//! PCX with 24 bits, whose runs are unpacked here: `image-extras` takes four times as long for them, byte by
//! byte. It reads the header and all other kinds.

use super::extras;
use crate::codec::bytes::u16_le;
use crate::codec::contract::{Decode, Opened, ends_inside};
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::{Error, Format, Limits};

const FORMAT: Format = Format::Pcx;
const HEADER: usize = 128;
/// From this byte on, the lower six bits are the length of a run of the byte that follows.
const RUN: u8 = 0xc0;

/// Reads the header.
pub(in crate::codec) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let opened = extras::pcx(bytes, limits)?;
    let size = (opened.header.width, opened.header.height);
    let Some(stride) = stride(bytes).filter(|stride| *stride >= size.0 as usize) else {
        return Ok(opened);
    };
    let decode: Decode<'a> = Box::new(move |_, _| {
        let samples = unpacked(bytes, size, stride).ok_or_else(|| ends_inside(FORMAT))?;
        let raster = Raster::new(size, Layout::Rgb, Samples::U8(samples));
        raster
            .map(Decoded::Raster)
            .ok_or_else(|| ends_inside(FORMAT))
    });
    Ok(Opened { decode, ..opened })
}

/// Bytes of one row of one colour; `None` unless there are three colours of 8 bits in runs.
fn stride(bytes: &[u8]) -> Option<usize> {
    let is_true_color = bytes.get(2..4)? == [1, 8] && *bytes.get(65)? == 3;
    is_true_color.then_some(usize::from(u16_le(bytes, 66)?))
}

/// Interleaved pixels; `None` if the runs end before the picture does. A run may reach from one row
/// into the next.
fn unpacked(bytes: &[u8], size: (u32, u32), stride: usize) -> Option<Vec<u8>> {
    let (width, height) = (size.0 as usize, size.1 as usize);
    let mut data = bytes.get(HEADER..)?.iter().copied();
    let mut pixels = vec![0; width.checked_mul(height)?.checked_mul(3)?];
    let mut rows = vec![0; 3 * stride];
    let (mut left, mut value) = (0, 0);
    for target in pixels.chunks_exact_mut(3 * width) {
        let mut at = 0;
        while at < rows.len() {
            if left == 0 {
                value = data.next()?;
                left = 1;
                if value >= RUN {
                    left = usize::from(value - RUN);
                    value = data.next()?;
                }
            }
            let end = rows.len().min(at + left);
            rows.get_mut(at..end)?.fill(value);
            left -= end - at;
            at = end;
        }
        let (red, rest) = rows.split_at(stride);
        let (green, blue) = rest.split_at(stride);
        let colors = red.iter().zip(green).zip(blue);
        for (pixel, ((&r, &g), &b)) in target.as_chunks_mut::<3>().0.iter_mut().zip(colors) {
            *pixel = [r, g, b];
        }
    }
    Some(pixels)
}

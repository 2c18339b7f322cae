//! Decodes the rows that are there of a GIF whose data ends early.

use gif::{ColorOutput, DecodeOptions, MemoryLimit};

use super::lenient::Lenient;
use crate::codec::damage::{Damage, gray};
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::{Error, Format, Plan};

const CHANNELS: usize = 4;
/// The last byte of every complete GIF.
const TRAILER: u8 = 0x3b;

/// Decodes the first frame line by line on a screen of this size; `None` if not even its header can
/// be read.
pub(super) fn read(
    bytes: &[u8],
    (width, height): (u32, u32),
    plan: &Plan,
    said: &Error,
) -> Option<Result<Decoded, Error>> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(MemoryLimit::Unlimited); // one line at a time
    let mut decoder = options.read_info(Lenient::new(bytes)).ok()?;
    let frame = decoder.next_frame_info().ok()??;
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let (wide, high) = (usize::from(frame.width), usize::from(frame.height));
    let is_interlaced = frame.interlaced;
    let stride = width as usize * CHANNELS;
    let mut samples = vec![0; stride.checked_mul(height as usize)?];
    let mut is_there = vec![false; high];
    let mut line = vec![0; wide * CHANNELS];
    for y in order(high, is_interlaced) {
        line.fill(0);
        if !matches!(decoder.fill_buffer(&mut line), Ok(true)) {
            break;
        }
        *is_there.get_mut(y)? = true;
        let start = (top + y) * stride + left * CHANNELS;
        let visible = line.len().min(stride.saturating_sub(left * CHANNELS));
        let to = samples.get_mut(start..start + visible);
        if let (Some(to), Some(from)) = (to, line.get(..visible)) {
            to.copy_from_slice(from);
        }
    }
    let crop = plan.crop();
    let shown = crop.y as usize..(crop.y + crop.height) as usize;
    let lost = (0..high)
        .filter(|y| is_there.get(*y) == Some(&false) && shown.contains(&(top + y)))
        .count();
    let damage = match bytes.trim_ascii_end().last() {
        Some(&TRAILER) => Damage::Inside(detail(said)),
        _ => Damage::FileEnds,
    };
    let share = 1.0 - lost as f64 / shown.len().max(1) as f64;
    // First, since a file of a few bytes can lack millions of rows.
    let note = match damage.accept(Format::Gif, share) {
        Ok(note) => note,
        Err(error) => return Some(Err(error)),
    };
    let mut raster = Raster::new((width, height), Layout::Rgba, Samples::U8(samples))?;
    for y in (0..high).filter(|y| is_there.get(*y) == Some(&false)) {
        // The last pass has every other row: a missing one is replaced by the row above.
        let above =
            (is_interlaced && y % 2 == 1 && is_there.get(y - 1) == Some(&true)).then(|| y - 1);
        match (above, &mut raster.samples) {
            (Some(above), Samples::U8(samples)) => {
                let from = (top + above) * stride;
                samples.copy_within(from..from + stride, from + stride);
            }
            _ => gray(&mut raster, top + y..top + y + 1),
        }
    }
    Some(Ok(Decoded::Raster(raster).damaged(note)))
}

/// Whether the file is too short for the pixels of its first frame: a code has at least 2 bits and
/// stands for at most 4096 pixels (GIF89a specification, appendix F).
pub(super) fn is_too_short(bytes: &[u8]) -> bool {
    let mut options = DecodeOptions::new();
    options.set_memory_limit(MemoryLimit::Unlimited); // no pixels are read
    let Ok(mut decoder) = options.read_info(Lenient::new(bytes)) else {
        return false;
    };
    let Ok(Some(frame)) = decoder.next_frame_info() else {
        return false;
    };
    let pixels = u64::from(frame.width) * u64::from(frame.height);
    pixels / 4096 > bytes.len() as u64 * 4
}

fn detail(said: &Error) -> String {
    match said {
        Error::Picture(crate::PictureError::Malformed { detail, .. }) => detail.clone(),
        _ => "its data ends early".into(),
    }
}

/// The numbers of the rows in the order in which they are stored (GIF89a specification, appendix
/// E).
pub(super) fn order(high: usize, is_interlaced: bool) -> Vec<usize> {
    if !is_interlaced {
        return (0..high).collect();
    }
    [(0, 8), (4, 8), (2, 4), (1, 2)]
        .into_iter()
        .flat_map(|(first, step)| (first..high).step_by(step))
        .collect()
}

//! The rule for damaged pictures: if at least nine tenths of what is shown can be decoded, the
//! picture is made and the rest becomes gray.

use avatar_jpeg::Scratch;

use super::ends;
use crate::codec::contract::{Decode, Memory, Opened, ends_inside};
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Alpha, Raster, Samples};
use crate::pixels::reduce::Reduced;
use crate::{Error, Format, Note, PictureError, Plan};

/// Share of what is shown that has to be decoded. The JPEG decoder has the same rule.
const ENOUGH: f64 = 0.9;

/// Where the data is damaged.
pub(crate) enum Damage {
    /// The file ends too early.
    FileEnds,
    /// Inside the file, with the decoder's message.
    Inside(String),
}

impl Damage {
    /// Accepts a picture of which this share could be decoded, with a note, or refuses it.
    pub(crate) fn accept(self, format: Format, share: f64) -> Result<Note, Error> {
        let percent = (share.clamp(0.0, 1.0) * 100.0) as u8;
        if share >= 1.0 {
            return Ok(Note::DamageElsewhere);
        }
        if share >= ENOUGH {
            return Ok(Note::Damaged { percent });
        }
        let needed = ENOUGH * 100.0;
        Err(match self {
            Self::FileEnds => {
                let detail =
                    format!("{percent} % of the picture is there, {needed:.0} % are needed");
                PictureError::Truncated { format, detail }
            }
            Self::Inside(said) => {
                let detail = format!(
                    "{percent} % of the picture could be decoded, {needed:.0} % are needed: {said}"
                );
                PictureError::Malformed { format, detail }
            }
        }
        .into())
    }
}

/// Opens other bytes as the format of the damaged picture.
pub(crate) trait Reopen {
    fn reopen<'a>(&self, bytes: &'a [u8]) -> Result<Opened<'a>, Error>;
}

/// If a file ends early, decodes it twice, with the missing end filled with zeros and with ones:
/// rows that are the same in both come from the file.
pub(crate) fn filled_up<'a>(
    format: Format,
    opened: Opened<'a>,
    bytes: &'a [u8],
    again: impl Reopen + 'a,
) -> Opened<'a> {
    let decode = opened.decode;
    let missing = opened.header.decoded_bytes.saturating_add(4096);
    let is_cut = ends::missing(format, bytes).is_some();
    // If the file has all the bytes that its container announces, the damage is inside, and bytes
    // after its end tell nothing about it.
    let can_be_filled = missing <= MOST && (is_cut || !ends::is_stated(format));
    let decode: Decode<'a> = Box::new(move |plan, scratch| {
        let refused = match decode(plan, scratch) {
            // The pixels are complete, but the missing part could hold metadata such as the
            // orientation.
            Ok(pixels) if is_cut && !matches!(pixels, Decoded::Damaged { .. }) => {
                return Ok(pixels.damaged(Note::DamageElsewhere));
            }
            Err(Error::Picture(
                error @ (PictureError::Malformed { .. } | PictureError::Truncated { .. }),
            )) if can_be_filled && plan.mends => error,
            done => return done,
        };
        twice(format, bytes, missing, &again, plan, scratch).unwrap_or_else(|| {
            Err(match is_cut {
                true => ends_inside(format),
                false => refused.into(),
            })
        })
    });
    // The copy of the file, the second picture, and what the decoder itself needs for damaged
    // files.
    let filled = (bytes.len() as u64)
        .saturating_add(missing)
        .saturating_add(u64::from(MORE))
        .saturating_mul(2); // a file can state any length
    let filling = match can_be_filled {
        true => filled.saturating_add(opened.header.decoded_bytes),
        false => 0,
    };
    let mending = opened.mending.saturating_add(filling);
    Opened {
        decode,
        mending,
        ..opened
    }
}

/// Opens a file that ends early and whose header its decoder refuses for that reason. The missing
/// bytes that the container announces are filled in as in [`filled_up`].
pub(crate) fn open_cut<'a>(
    format: Format,
    bytes: &'a [u8],
    refused: Error,
    again: impl Reopen + 'a,
) -> Result<Opened<'a>, Error> {
    let is_damage = matches!(
        refused,
        Error::Picture(PictureError::Malformed { .. } | PictureError::Truncated { .. })
    );
    let Some(missing) = ends::missing(format, bytes).filter(|_| is_damage) else {
        return Err(refused);
    };
    let cut = move || ends_inside(format);
    if missing > MOST {
        return Err(cut());
    }
    let mut file = bytes.to_vec();
    file.resize(bytes.len() + missing as usize, 0);
    let header = again.reopen(&file).map_err(|_| cut())?.header;
    let besides = header.decoded_bytes.saturating_mul(3);
    let decode: Decode<'a> = Box::new(move |plan, scratch| {
        twice(format, bytes, missing, &again, plan, scratch).unwrap_or_else(|| Err(cut()))
    });
    Ok(Opened::new(header, decode).with_memory(Memory::Whole { besides }))
}

/// Decodes the file with two different fillings and keeps the rows in which both agree; `None` if
/// one of the two cannot be decoded.
fn twice(
    format: Format,
    bytes: &[u8],
    missing: u64,
    again: &impl Reopen,
    plan: &Plan,
    scratch: &mut Scratch,
) -> Option<Result<Decoded, Error>> {
    let mut file = Vec::new();
    let mut with = |kept: &[u8], fill: u8| {
        file.clear();
        file.extend_from_slice(kept);
        file.resize(bytes.len() + missing as usize, fill);
        if format == Format::WebP {
            // The filling may need more bits for a pixel than the original data did, so the chunk
            // is made longer.
            file.resize(file.len() + MORE as usize, fill);
            ends::lengthen(&mut file, kept.len(), MORE);
        }
        let opened = again.reopen(&file).ok()?;
        match (opened.decode)(plan, scratch).ok()? {
            // The filling fits nothing.
            Decoded::Damaged {
                pixels,
                note: Note::Damaged { percent: 100 },
            } => Some(*pixels),
            // Rows that the decoder itself made gray would be the same in both.
            Decoded::Damaged { .. } => None,
            pixels => Some(pixels),
        }
    };
    // A lossy WebP that ends in the first of its parts lacks all of the others, which would be the same
    // in two files with the same filling.
    if format != Format::WebP || ends::is_lossy(bytes) {
        let both = (with(bytes, 0)?, with(bytes, 0xff)?);
        return compare(format, plan, both, format == Format::WebP);
    }
    // The decoder of lossless WebP does not accept arbitrary bytes, so several fillings are tried, and the
    // second file keeps a little less of the original: from the first row in which the two pictures
    // differ, everything counts as lost.
    let (kept, less) = bytes.split_at_checked(bytes.len().checked_sub(LESS)?)?;
    FILLS.iter().find_map(|&fill| {
        let differs = less.iter().any(|byte| *byte != fill);
        let both = differs.then(|| Some((with(bytes, fill)?, with(kept, fill)?)))??;
        compare(format, plan, both, true)
    })
}

/// Bytes to fill with, tried in this order.
const FILLS: [u8; 4] = [0, 0x55, 0xaa, 0xff];
/// Number of bytes by which the chunk is made longer.
const MORE: u32 = 1 << 20;
/// Number of bytes that the second file lacks, which shows the row where the data ends.
const LESS: usize = 64;

/// Most missing bytes for which this is done: two copies of the file and two pictures are in memory
/// at once, which has to be little compared with the limits.
const MOST: u64 = 1 << 26;

/// The picture with the rows in which both agree; `None` if the two cannot be compared. With
/// `is_to_the_end`, all rows from the first difference on are lost, because the file stores them in
/// order.
fn compare(
    format: Format,
    plan: &Plan,
    both: (Decoded, Decoded),
    is_to_the_end: bool,
) -> Option<Result<Decoded, Error>> {
    let crop = plan.crop();
    match both {
        (Decoded::Raster(mut a), Decoded::Raster(b)) => {
            let rows = crop.y as usize..(crop.y + crop.height) as usize;
            let share = fill_differing(&mut a, &b, rows, is_to_the_end)?;
            Some(finish(format, share, Decoded::Raster(a)))
        }
        (Decoded::Reduced(a), Decoded::Reduced(b)) => {
            let Reduced { mut raster, crop } = a;
            let rows = 0..raster.height as usize;
            let share = fill_differing(&mut raster, &b.raster, rows, is_to_the_end)?;
            Some(finish(
                format,
                share,
                Decoded::Reduced(Reduced { raster, crop }),
            ))
        }
        (Decoded::Cropped(mut a), Decoded::Cropped(b)) => {
            let rows = 0..a.height as usize;
            let share = fill_differing(&mut a, &b, rows, is_to_the_end)?;
            Some(finish(format, share, Decoded::Cropped(a)))
        }
        _ => None,
    }
}

fn finish(format: Format, share: f64, pixels: Decoded) -> Result<Decoded, Error> {
    let note = Damage::FileEnds.accept(format, share)?;
    Ok(pixels.damaged(note))
}

/// Makes all rows gray from the first to the last one that differs, and returns the share of the
/// shown rows that do not differ.
fn fill_differing(
    a: &mut Raster,
    b: &Raster,
    shown: std::ops::Range<usize>,
    is_to_the_end: bool,
) -> Option<f64> {
    if (a.width, a.height, a.layout) != (b.width, b.height, b.layout) {
        return None;
    }
    let stride = a.width as usize * a.layout.channels();
    let differ = |row: usize| {
        let span = row * stride..(row + 1) * stride;
        match (&a.samples, &b.samples) {
            (Samples::U8(a), Samples::U8(b)) => a.get(span.clone()) != b.get(span),
            (Samples::U16(a), Samples::U16(b)) => a.get(span.clone()) != b.get(span),
            _ => true,
        }
    };
    let height = a.height as usize;
    let first = (0..height).find(|row| differ(*row)).unwrap_or(height);
    let last = match is_to_the_end {
        true => height,
        false => (first..height)
            .rfind(|row| differ(*row))
            .map_or(first, |row| row + 1),
    };
    gray(a, first..last);
    let lost = shown.end.min(last).saturating_sub(shown.start.max(first));
    Some(1.0 - lost as f64 / shown.len().max(1) as f64)
}

/// Makes rows gray and opaque.
pub(crate) fn gray(raster: &mut Raster, rows: std::ops::Range<usize>) {
    let channels = raster.layout.channels();
    let stride = raster.width as usize * channels;
    let span = rows.start * stride..rows.end * stride;
    let has_alpha = raster.layout.has_alpha();
    raster.alpha = if has_alpha {
        raster.alpha
    } else {
        Alpha::Straight
    };
    match &mut raster.samples {
        Samples::U8(samples) => paint(samples.get_mut(span), channels, has_alpha, 128, u8::MAX),
        Samples::U16(samples) => {
            paint(samples.get_mut(span), channels, has_alpha, 0x8080, u16::MAX);
        }
    }
}

fn paint<T: Copy>(samples: Option<&mut [T]>, channels: usize, has_alpha: bool, gray: T, full: T) {
    for pixel in samples.unwrap_or_default().chunks_mut(channels) {
        pixel.fill(gray);
        if let (true, Some(alpha)) = (has_alpha, pixel.last_mut()) {
            *alpha = full;
        }
    }
}

//! Decodes the merged picture while its file is read once. Its planes follow one another, so each is reduced
//! alone, and they are joined when they are small.

use std::io::{self, BufRead, ErrorKind};

use avatar_jpeg::CropRect;

use super::fields::number;
use super::mode::Mode;
use super::pixels::{Pixels, complement};
use super::truncated;
use crate::codec::packbits::unpack;
use crate::pixels::decoded::Decoded;
use crate::pixels::depth::Depth;
use crate::pixels::in_order::{Forward, InOrder, not_in_order};
use crate::pixels::raster::{Alpha, Layout, Raster};
use crate::pixels::reduce::{Reduced, Reducer};
use crate::{Error, Plan};

/// Bytes before the palette.
const HEAD: u64 = 26;

/// A picture whose planes can be reduced one by one; `None` if colours depend on alpha or a palette, or
/// are light.
pub(super) fn of<'a>(pixels: Pixels) -> Option<InOrder<'a>> {
    let is_alone = matches!(pixels.mode, Mode::Gray | Mode::Rgb | Mode::Cmyk | Mode::Lab);
    let is_plain = is_alone && !pixels.has_alpha && matches!(pixels.depth, 8 | 16);
    // A row, up to twice its length as it is stored, and the lengths of all rows of all planes.
    let held = (4 * pixels.mode.channels())
        .saturating_mul(pixels.size.1 as usize)
        .saturating_add(3 * pixels.row_bytes() + 2);
    is_plain.then(|| {
        InOrder::new(held, move |file, plan, _| match pixels.depth {
            8 => planes(&pixels, file, plan, |[sample]: [u8; 1]| sample),
            _ => planes(&pixels, file, plan, u16::from_be_bytes),
        })
    })
}

/// Decodes all planes; an error if all pixels are the same, because then there may be only layers.
fn planes<const N: usize, T: Depth + Default>(
    pixels: &Pixels,
    file: &mut dyn BufRead,
    plan: &Plan,
    sample: impl Fn([u8; N]) -> T,
) -> Result<Decoded, Error> {
    let mut rows = Rows::start(pixels, file)?;
    let (layout, count) = (pixels.layout(), pixels.mode.channels());
    let (mut line, mut samples) = (vec![0; pixels.row_bytes()], Vec::new());
    let mut is_uniform = true;
    let mut joined: Option<Joined<T>> = None;
    for channel in 0..count {
        let mut reducer = Reducer::new(plan, Layout::Gray, Alpha::Straight, T::empty());
        let mut first = None;
        for y in 0..pixels.size.1 {
            let is_wanted = reducer.wanted().contains(&y);
            rows.next(&mut line, is_wanted || is_uniform)?;
            let all = line.as_chunks::<N>().0;
            if is_uniform {
                let first = *first.get_or_insert(all.first().copied());
                is_uniform = all.iter().all(|it| Some(*it) == first);
            }
            if !is_wanted {
                reducer.skip(1);
                continue;
            }
            samples.clear();
            let values = all.iter().map(|&bytes| sample(bytes));
            match layout == Layout::Cmyk {
                true => samples.extend(values.map(complement)),
                false => samples.extend(values),
            }
            reducer.push(&samples);
        }
        let plane = reducer
            .finish()
            .ok_or_else(|| truncated("inside its pixels"))?;
        joined
            .get_or_insert_with(|| Joined::like(&plane, count))
            .add(plane, channel);
    }
    let joined = joined
        .filter(|_| !is_uniform)
        .and_then(|joined| joined.finish(layout));
    Ok(Decoded::Reduced(joined.ok_or_else(not_in_order)?))
}

/// Whether two pixels differ. Without layers, the merged picture is then what is shown. The file is read from
/// the section of the picture on.
pub(super) fn is_varied(pixels: &Pixels, file: &mut dyn BufRead) -> io::Result<bool> {
    let mut rows = Rows::of_section(pixels, Forward::new(file), 0)?;
    let mut line = vec![0; pixels.row_bytes()];
    let sample = pixels.depth.div_ceil(8) as usize;
    for _ in 0..pixels.mode.channels() {
        let mut first: Option<Vec<u8>> = None;
        for _ in 0..pixels.size.1 {
            rows.next(&mut line, true)?;
            let first = first.get_or_insert_with(|| line.iter().copied().take(sample).collect());
            // A row of one sample is the same when it is moved by one.
            let moved = line.get(sample..).unwrap_or_default();
            if !line.starts_with(first) || !line.starts_with(moved) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The rows of all planes, one behind the other.
struct Rows<'a> {
    file: Forward<'a>,
    at: u64,
    /// The length of each compressed row, of so many bytes each; `None` if rows are not compressed.
    lengths: Option<(Vec<u8>, usize)>,
    row: usize,
    stored: Vec<u8>,
}

impl<'a> Rows<'a> {
    /// Skips what comes before them.
    fn start(pixels: &Pixels, file: &'a mut dyn BufRead) -> io::Result<Self> {
        let (mut file, mut at) = (Forward::new(file), HEAD);
        for width in [4, 4, if pixels.is_large { 8 } else { 4 }] {
            let mut length = [0; 8];
            let length = length.get_mut(..width).unwrap_or_default();
            file.read(at, length)?;
            let end = (at + width as u64).checked_add(number(length));
            at = end.ok_or(ErrorKind::UnexpectedEof)?;
        }
        Self::of_section(pixels, file, at)
    }

    /// Those of the section of the picture, which begins there.
    fn of_section(pixels: &Pixels, file: Forward<'a>, section: u64) -> io::Result<Self> {
        let mut rows = Self {
            file,
            at: section.saturating_add(2),
            lengths: None,
            row: 0,
            stored: Vec::new(),
        };
        if pixels.is_packed {
            let width = if pixels.is_large { 4 } else { 2 };
            let plane = width * pixels.size.1 as usize;
            let (used, all) = (pixels.mode.channels(), pixels.channels);
            let lengths = rows.take(plane * used)?;
            rows.at += (plane * (all - used)) as u64;
            rows.lengths = Some((lengths, width));
        }
        Ok(rows)
    }

    fn take(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut taken = vec![0; length];
        self.file.read(self.at, &mut taken)?;
        self.at += length as u64;
        Ok(taken)
    }

    /// Reads the next row, which has the length of `line`, and decompresses it if it is wanted.
    fn next(&mut self, line: &mut [u8], is_wanted: bool) -> io::Result<()> {
        let Some((lengths, width)) = &self.lengths else {
            self.file.read(self.at, line)?;
            self.at += line.len() as u64;
            return Ok(());
        };
        let start = self.row * width;
        let length = number(lengths.get(start..start + width).unwrap_or_default());
        self.row += 1;
        // Twice the length of the row is more than any run takes.
        if length > 2 * line.len() as u64 + 2 {
            return Err(ErrorKind::Unsupported.into());
        }
        self.stored.resize(length as usize, 0);
        self.file.read(self.at, &mut self.stored)?;
        self.at += length;
        if is_wanted {
            line.fill(0); // what a short row lacks
            unpack(&self.stored, line);
        }
        Ok(())
    }
}

/// Planes that are joined to pixels.
struct Joined<T> {
    size: (u32, u32),
    crop: CropRect,
    channels: usize,
    samples: Vec<T>,
}

impl<T: Depth + Default> Joined<T> {
    /// Room for so many planes like this one.
    fn like(plane: &Reduced, channels: usize) -> Self {
        let size = (plane.raster.width, plane.raster.height);
        Self {
            size,
            crop: plane.crop,
            channels,
            samples: vec![T::default(); size.0 as usize * size.1 as usize * channels],
        }
    }

    fn add(&mut self, mut plane: Reduced, channel: usize) {
        let samples = T::sink(&mut plane.raster.samples);
        let into = self.samples.iter_mut().skip(channel).step_by(self.channels);
        let pairs = into.zip(samples.into_iter().flatten());
        pairs.for_each(|(into, sample)| *into = *sample);
    }

    fn finish(self, layout: Layout) -> Option<Reduced> {
        let mut samples = T::empty();
        *T::sink(&mut samples)? = self.samples;
        let raster = Raster::new(self.size, layout, samples)?;
        Some(Reduced {
            raster,
            crop: self.crop,
        })
    }
}

//! Resizes pixels of two or three bytes with the filters for single bytes, along the columns, and for four bytes, along
//! the rows. The filters for each type of pixels are 31 versions of the same code: those for two and three bytes
//! would take half of the time to compile all. The results are theirs, byte for byte: all filters of bytes round in
//! the same way, after the columns and after the rows.

use fast_image_resize::images::Image;
use fast_image_resize::pixels::{U8, U8x4};
use fast_image_resize::{CropBox, ImageError, PixelType, ResizeError, Resizer};

use super::lanczos::REACH;
use super::{resize_typed, short};

/// Most rows that are widened at a time: fewer would calculate the filter's weights too often.
const MOST_ROWS: usize = 256;

/// Most bytes that are widened at a time, unless one row has more.
const STRIP: usize = 4 << 20;

/// Resizes pixels of `BYTES` bytes, two or three.
pub(crate) fn resize<const BYTES: usize>(
    source: &mut Image<'_>,
    target: &mut Image<'_>,
    part: CropBox,
    resizer: &mut Resizer,
) -> Result<(), ResizeError> {
    let (across, down, bytes) = (target.width(), target.height(), BYTES as u32);
    if source.width().max(across) > u32::MAX / 4 {
        return Err(ResizeError::ImageError(ImageError::UnsupportedPixelType));
    }
    if part.width == 0.0 || part.height == 0.0 || across == 0 || down == 0 {
        return Ok(()); // as the resizer does
    }
    let (wide, high) = (source.width() * bytes, source.height());
    let columns = Columns::of(source.width(), across, &part);
    let samples = Image::from_slice_u8(wide, high, source.buffer_mut(), PixelType::U8);
    let mut samples = samples.map_err(short)?;
    if part.width == f64::from(across) && part.left == part.left.round() {
        // Not resized along the rows.
        let samples_of = |pixels: f64| pixels * f64::from(bytes);
        let columns = CropBox {
            left: samples_of(part.left),
            width: samples_of(part.width),
            ..part
        };
        let target = Image::from_slice_u8(across * bytes, down, target.buffer_mut(), PixelType::U8);
        return resize_typed::<U8>(&mut samples, &mut target.map_err(short)?, columns, resizer);
    }
    let width = columns.count() * bytes;
    let mut between = Image::new(width, down, PixelType::U8);
    let all_columns = CropBox {
        left: f64::from(columns.first * bytes),
        width: width.into(),
        ..part
    };
    resize_typed::<U8>(&mut samples, &mut between, all_columns, resizer)?;
    resize_rows::<BYTES>(between.buffer(), &columns, target, part, resizer)
}

/// The columns of the source that count for the target.
struct Columns {
    first: u32,
    end: u32,
    /// Of the source.
    all: u32,
}

impl Columns {
    fn of(all: u32, target: u32, part: &CropBox) -> Self {
        // One more on each side than the filter can reach, however its bounds are rounded.
        // The reach is in pixels of what is larger, source or target.
        let reach = REACH * (part.width / f64::from(target)).max(1.0) + 1.0;
        let end = ((part.left + part.width + reach).ceil() as u32).clamp(1, all.max(1));
        let first = ((part.left - reach).floor().max(0.0) as u32).min(end - 1);
        Self { first, end, all }
    }

    fn count(&self) -> u32 {
        self.end - self.first
    }
}

/// Resizes rows, which hold these columns alone.
fn resize_rows<const BYTES: usize>(
    rows: &[u8],
    columns: &Columns,
    target: &mut Image<'_>,
    part: CropBox,
    resizer: &mut Resizer,
) -> Result<(), ResizeError> {
    let (across, down) = (target.width(), target.height());
    let (count, all) = (columns.count() as usize, columns.all as usize);
    let fitting = (STRIP / (4 * all)).max(1);
    let rows_at_once = MOST_ROWS.min(fitting).min(down as usize);
    // Rows as long as those of the source, although only some columns are filled and read: weights that were calculated
    // from another edge could be rounded in another way.
    let mut wide = vec![0; 4 * all * rows_at_once];
    let mut resized = vec![0; 4 * across as usize * rows_at_once];
    let strips = rows.chunks(BYTES * count * rows_at_once);
    let done = target
        .buffer_mut()
        .chunks_mut(BYTES * across as usize * rows_at_once);
    for (strip, done) in strips.zip(done) {
        let high = strip.len() / (BYTES * count);
        let used = 4 * columns.first as usize..4 * columns.end as usize;
        for (row, wide) in strip
            .chunks_exact(BYTES * count)
            .zip(wide.chunks_exact_mut(4 * all))
        {
            widen::<BYTES>(row, wide.get_mut(used.clone()).unwrap_or_default());
        }
        let view = Image::from_slice_u8(columns.all, high as u32, &mut wide, PixelType::U8x4);
        let mut view = view.map_err(short)?;
        let out = Image::from_slice_u8(across, high as u32, &mut resized, PixelType::U8x4);
        let row = CropBox {
            top: 0.0,
            height: high as f64,
            ..part
        };
        resize_typed::<U8x4>(&mut view, &mut out.map_err(short)?, row, resizer)?;
        narrow::<BYTES>(&resized, done);
    }
    Ok(())
}

fn widen<const BYTES: usize>(pixels: &[u8], wide: &mut [u8]) {
    let pixels = pixels.as_chunks::<BYTES>().0;
    for (wide, pixel) in wide.as_chunks_mut::<4>().0.iter_mut().zip(pixels) {
        if let Some(wide) = wide.first_chunk_mut() {
            *wide = *pixel;
        }
    }
}

fn narrow<const BYTES: usize>(wide: &[u8], pixels: &mut [u8]) {
    let pixels = pixels.as_chunks_mut::<BYTES>().0;
    for (wide, pixel) in wide.as_chunks::<4>().0.iter().zip(pixels) {
        if let Some(wide) = wide.first_chunk() {
            *pixel = *wide;
        }
    }
}

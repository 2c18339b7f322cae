//! Copies the needed part of coded pictures, single or tiles of a grid, out of a decoder's buffers,
//! plane by plane. What lies outside that part is never in memory in full.

use super::tiling::Tiling;
use crate::Rect;
use crate::pixels::raster::Samples;
use crate::pixels::ycbcr::{Matrix, Plane, Ycbcr};

/// Samples as decoders return them.
#[derive(Clone, Copy)]
pub(super) enum Stored<'a> {
    U8(&'a [u8]),
    /// In two bytes each, in the order of the machine.
    #[cfg(feature = "avif")]
    Pairs(&'a [[u8; 2]]),
    #[cfg(feature = "heif")]
    U16(&'a [u16]),
    #[cfg(feature = "heif")]
    I32(&'a [i32]),
}

/// One plane of a decoded picture.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) size: (u32, u32),
    /// Samples from one row to the next.
    pub(super) stride: usize,
    /// Bits by which the samples are shifted up, to the depth of the picture.
    pub(super) lift: u32,
    pub(super) samples: Stored<'a>,
}

/// A decoded picture or tile, in the buffers of its decoder.
pub(super) struct Tile<'a> {
    pub(super) luma: View<'a>,
    pub(super) chroma: Option<[View<'a>; 2]>,
    pub(super) depth: u32,
}

/// The needed part of a picture.
pub(super) struct NeededPart {
    pub(super) luma: Plane,
    pub(super) chroma: Option<[Plane; 2]>,
    pub(super) depth: u32,
}

impl NeededPart {
    pub(super) fn into_ycbcr(
        self,
        alpha: Option<Self>,
        is_premultiplied: bool,
        matrix: Matrix,
        window: Rect,
    ) -> Ycbcr {
        Ycbcr {
            depth: self.depth,
            alpha_depth: alpha.as_ref().map_or(8, |alpha| alpha.depth),
            luma: self.luma,
            chroma: self.chroma,
            is_premultiplied: is_premultiplied && alpha.is_some(),
            alpha: alpha.map(|alpha| alpha.luma),
            matrix,
            window,
        }
    }

    /// Expands luma that is said to be of limited range, 16 to 235 of 8 bits, to the full one. Not if a sample is clearly
    /// outside: FFmpeg marks alpha so whose values are of full range.
    #[cfg(feature = "avif")]
    pub(super) fn expand_luma(&mut self) {
        let unit = 1u32 << self.depth.saturating_sub(8);
        match &mut self.luma.samples {
            Samples::U8(samples) => expand(samples, unit),
            Samples::U16(samples) => expand(samples, unit),
        }
    }

    fn planes(&mut self) -> impl Iterator<Item = &mut Plane> {
        std::iter::once(&mut self.luma).chain(self.chroma.iter_mut().flatten())
    }
}

/// A part of a picture that is filled tile by tile.
pub(super) struct Mosaic {
    tiling: Tiling,
    /// In luma samples of the whole picture. It starts at even ones, where chroma samples start.
    part: Rect,
    picture: Option<(NeededPart, Kind)>,
}

/// Depth of a tile, and luma samples per sample of its chroma.
type Kind = (u32, Option<(u32, u32)>);

impl AsRef<Self> for Mosaic {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl Mosaic {
    /// An empty picture of the part.
    pub(super) fn new(tiling: Tiling, part: Rect) -> Self {
        Self {
            tiling,
            part,
            picture: None,
        }
    }

    /// Whether the tile with this number, in reading order, shows something of the part.
    pub(super) fn needs(&self, number: u32) -> bool {
        let (part, tile) = (self.part, self.tiling.tile);
        let (column, row) = self.tiling.place(number);
        let meets = |start: u32, length: u32, from: u32, count: u32| {
            u64::from(start) < u64::from(from) + u64::from(count)
                && u64::from(from) < u64::from(start) + u64::from(length)
        };
        meets(column.saturating_mul(tile.0), tile.0, part.x, part.width)
            && meets(row.saturating_mul(tile.1), tile.1, part.y, part.height)
    }

    /// Copies what is needed of a tile; all must have the same format.
    pub(super) fn add(&mut self, number: u32, tile: &Tile<'_>) -> Result<(), String> {
        if tile.luma.size != self.tiling.tile {
            let ((w, h), (width, height)) = (tile.luma.size, self.tiling.tile);
            return Err(format!(
                "coded as {w} x {h}, announced as {width} x {height} pixels"
            ));
        }
        let (size, part) = (self.tiling.size, self.part);
        let (column, row) = self.tiling.place(number);
        let chroma = tile.chroma.as_ref();
        let kind = (
            tile.depth,
            chroma.map(|[cb, _]| steps(cb.size, tile.luma.size)),
        );
        let (picture, first) = self
            .picture
            .get_or_insert_with(|| (empty(tile, size, part), kind));
        if *first != kind {
            return Err("the tiles of its grid differ in kind".into());
        }
        let views = std::iter::once(&tile.luma).chain(tile.chroma.iter().flatten());
        for (target, source) in picture.planes().zip(views) {
            let (width, height) = source.size;
            let at = (column.saturating_mul(width), row.saturating_mul(height));
            paste(target, source, at);
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Option<NeededPart> {
        self.picture.map(|(picture, _)| picture)
    }
}

/// Luma samples per sample of a plane, across and down.
fn steps(plane: (u32, u32), luma: (u32, u32)) -> (u32, u32) {
    let step = |plane: u32, luma: u32| if plane < luma { 2 } else { 1 };
    (step(plane.0, luma.0), step(plane.1, luma.1))
}

fn empty(tile: &Tile<'_>, size: (u32, u32), part: Rect) -> NeededPart {
    let blank = |view: &View<'_>| {
        let (across, down) = steps(view.size, tile.luma.size);
        let (width, height) = (part.width.div_ceil(across), part.height.div_ceil(down));
        let count = width as usize * height as usize;
        Plane {
            width,
            height,
            origin: (part.x / across, part.y / down),
            whole: (size.0.div_ceil(across), size.1.div_ceil(down)),
            samples: match tile.depth {
                8 => Samples::U8(vec![0; count]),
                _ => Samples::U16(vec![0; count]),
            },
        }
    };
    NeededPart {
        luma: blank(&tile.luma),
        chroma: tile.chroma.as_ref().map(|[cb, cr]| [blank(cb), blank(cr)]),
        depth: tile.depth,
    }
}

/// Copies what a plane needs of a tile that starts at this sample of the whole plane.
fn paste(target: &mut Plane, source: &View<'_>, at: (u32, u32)) {
    let (columns, from_x) = overlap(target.origin.0, target.width, at.0, source.size.0);
    let (rows, from_y) = overlap(target.origin.1, target.height, at.1, source.size.1);
    if columns.is_empty() {
        return;
    }
    let stride = target.width as usize;
    let cut = Cut {
        columns,
        rows,
        stride,
        from: from_y * source.stride + from_x,
        from_stride: source.stride,
    };
    let lift = source.lift;
    match (&mut target.samples, source.samples) {
        (Samples::U8(target), Stored::U8(source)) => cut.copy(target, source, |sample| sample),
        #[cfg(feature = "avif")]
        (Samples::U16(target), Stored::Pairs(source)) => {
            cut.copy(target, source, |pair| u16::from_ne_bytes(pair) << lift);
        }
        #[cfg(feature = "heif")]
        (Samples::U8(target), Stored::U16(source)) => {
            cut.copy(target, source, |sample| sample.min(255) as u8);
        }
        #[cfg(feature = "heif")]
        (Samples::U16(target), Stored::U16(source)) => {
            cut.copy(target, source, |sample| sample << lift);
        }
        #[cfg(feature = "heif")]
        (Samples::U8(target), Stored::I32(source)) => {
            cut.copy(target, source, |sample| sample.clamp(0, 255) as u8);
        }
        #[cfg(feature = "heif")]
        (Samples::U16(target), Stored::I32(source)) => {
            cut.copy(target, source, |sample| {
                (sample << lift).clamp(0, 65_535) as u16
            });
        }
        #[allow(unreachable_patterns)] // by features
        _ => {}
    }
}

/// Where a tile overlaps a plane along one side: samples of the plane, and the first of the tile.
fn overlap(origin: u32, length: u32, at: u32, tile: u32) -> (std::ops::Range<usize>, usize) {
    let first = origin.max(at);
    let end = (u64::from(origin) + u64::from(length)).min(u64::from(at) + u64::from(tile));
    let start = (first - origin) as usize;
    let end = end.saturating_sub(origin.into()) as usize;
    (start..end.max(start), (first - at) as usize)
}

/// What is copied from a tile to a plane.
struct Cut {
    columns: std::ops::Range<usize>,
    rows: std::ops::Range<usize>,
    /// Samples from one row of the plane to the next.
    stride: usize,
    /// The first sample of the tile.
    from: usize,
    from_stride: usize,
}

impl Cut {
    fn copy<S: Copy, T>(&self, target: &mut [T], source: &[S], convert: impl Fn(S) -> T) {
        let source = source.get(self.from..).unwrap_or_default();
        let rows = target.chunks_exact_mut(self.stride);
        let rows = rows.skip(self.rows.start).take(self.rows.len());
        for (into, from) in rows.zip(source.chunks(self.from_stride.max(1))) {
            let into = into.get_mut(self.columns.clone()).unwrap_or_default();
            for (into, &from) in into.iter_mut().zip(from) {
                *into = convert(from);
            }
        }
    }
}

/// Black and white of limited range with 8 bits (ITU-T H.273, section 8.3).
#[cfg(feature = "avif")]
const LIMITED: (u32, u32) = (16, 235);

/// Expands samples of limited range, where `unit` is a step of 8 bits. Half of what is beyond the range may be used: lossy
/// compression overshoots.
#[cfg(feature = "avif")]
fn expand<T: Copy + Into<u32> + TryFrom<u32>>(samples: &mut [T], unit: u32) {
    let (black, white) = (LIMITED.0 * unit, LIMITED.1 * unit);
    let most = 256 * unit - 1;
    let allowed = black / 2..=white.midpoint(most);
    let is_limited = |&sample: &T| allowed.contains(&sample.into());
    if !samples.iter().all(is_limited) {
        return;
    }
    let range = white - black;
    for sample in samples {
        let above = (*sample).into().clamp(black, white) - black;
        if let Ok(expanded) = T::try_from((above * most + range / 2) / range) {
            *sample = expanded;
        }
    }
}

//! The look: a small upright version of the whole source, in sRGB with straight alpha, on which
//! frames are decided.

/// Longest side of a look, in pixels.
pub(crate) const LONGEST: u32 = 320;
/// Weights of luma in thousandths (ITU-R BT.601), for sRGB-encoded values.
const LUMA: [u32; 3] = [299, 587, 114];

/// A small version of the whole upright source.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
}

impl Look {
    /// A look; `None` unless there are width × height pixels, at least one.
    pub(crate) fn new(width: u32, height: u32, pixels: Vec<[u8; 4]>) -> Option<Self> {
        let (width, height) = (width as usize, height as usize);
        let is_whole = width.checked_mul(height) == Some(pixels.len()) && !pixels.is_empty();
        is_whole.then_some(Self {
            width,
            height,
            pixels,
        })
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn height(&self) -> usize {
        self.height
    }

    pub(crate) fn pixels(&self) -> &[[u8; 4]] {
        &self.pixels
    }

    /// A row of pixels; empty beyond the last one.
    pub(crate) fn row(&self, y: usize) -> &[[u8; 4]] {
        let start = y.saturating_mul(self.width);
        self.pixels
            .get(start..start + self.width)
            .unwrap_or_default()
    }

    /// The pixel at `(x, y)`; the nearest one outside.
    pub(crate) fn at(&self, x: usize, y: usize) -> [u8; 4] {
        let row = self.row(y.min(self.height - 1));
        row.get(x.min(self.width - 1)).copied().unwrap_or_default()
    }

    /// The part within `[left, right) × [top, bottom)`, at least one pixel of it.
    pub(crate) fn part(&self, [left, top, right, bottom]: [usize; 4]) -> Self {
        let right = right.clamp(1, self.width);
        let bottom = bottom.clamp(1, self.height);
        let (left, top) = (left.min(right - 1), top.min(bottom - 1));
        let rows = (top..bottom).map(|y| self.row(y).get(left..right).unwrap_or_default());
        Self {
            width: right - left,
            height: bottom - top,
            pixels: rows.flatten().copied().collect(),
        }
    }

    /// The same over white, as red, green and blue.
    pub(crate) fn over_white(&self) -> Vec<[u8; 3]> {
        let over = |&[r, g, b, a]: &[u8; 4]| [r, g, b].map(|value| blend(value, a));
        self.pixels.iter().map(over).collect()
    }
}

fn blend(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// Brightness of a colour, 0 to 255.
pub(crate) fn luma(color: [u8; 3]) -> u32 {
    let weighted = color.iter().zip(LUMA);
    let sum: u32 = weighted
        .map(|(&value, weight)| u32::from(value) * weight)
        .sum();
    (sum + 500) / 1000
}

/// Largest difference of two colours in any channel.
pub(crate) fn apart(one: [u8; 3], other: [u8; 3]) -> u8 {
    let differences = one.iter().zip(other).map(|(&a, b)| a.abs_diff(b));
    differences.max().unwrap_or(0)
}

//! Finished 8-bit pixels, and the ways in which a camera may store them.

/// Interleaved samples, row by row.
#[derive(Clone)]
pub(crate) struct Raster {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) channels: usize,
    pub(crate) samples: Vec<u8>,
}

impl Raster {
    /// The pixels as stored by a camera that notes this EXIF orientation beside them.
    pub(crate) fn stored_as(&self, orientation: u8) -> Self {
        let (width, height) = match orientation {
            5..=8 => (self.height, self.width),
            _ => (self.width, self.height),
        };
        let mut samples = Vec::with_capacity(self.samples.len());
        for y in 0..height {
            for x in 0..width {
                samples.extend_from_slice(self.upright_of(orientation, x, y));
            }
        }
        Self {
            width,
            height,
            samples,
            ..*self
        }
    }

    /// The same picture with each pixel changed; the number of channels may change.
    pub(crate) fn map<const N: usize>(&self, change: impl Fn(&[u8]) -> [u8; N]) -> Self {
        let samples = self
            .samples
            .chunks_exact(self.channels)
            .flat_map(change)
            .collect();
        Self {
            channels: N,
            samples,
            ..*self
        }
    }

    /// One channel of luma (the first of a gray raster).
    pub(crate) fn gray(&self) -> Self {
        self.map(|pixel| [luma(pixel)])
    }

    fn upright_of(&self, orientation: u8, x: usize, y: usize) -> &[u8] {
        let (right, bottom) = (self.width - 1, self.height - 1);
        let (column, row) = match orientation {
            2 => (right - x, y),
            3 => (right - x, bottom - y),
            4 => (x, bottom - y),
            5 => (y, x),
            6 => (right - y, x),
            7 => (right - y, bottom - x),
            8 => (y, bottom - x),
            _ => (x, y),
        };
        let start = (row * self.width + column) * self.channels;
        &self.samples[start..start + self.channels]
    }
}

/// The brightness of an RGB pixel.
pub(crate) fn luma(pixel: &[u8]) -> u8 {
    let [r, g, b] = [0, 1, 2].map(|i| u32::from(pixel[i]));
    ((r * 299 + g * 587 + b * 114 + 500) / 1000) as u8
}

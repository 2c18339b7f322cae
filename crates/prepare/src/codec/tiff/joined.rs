//! Joins the planes of JPEG strips or tiles to those of a picture.

use avatar_jpeg::{Component, CropRect, Eighths, Plane};

use crate::Rect;

/// The part of a range that lies in a tile, from the start of the tile.
pub(super) struct Part {
    pub(super) start: u32,
    pub(super) length: u32,
}

impl Part {
    pub(super) fn of(start: u32, length: u32, index: u32, tile: u32) -> Self {
        let first = index.saturating_mul(tile);
        let from = start.max(first) - first;
        let to = (start + length - first).min(tile);
        Self {
            start: from,
            length: to.saturating_sub(from),
        }
    }
}

/// The planes of a picture, while those of its JPEGs are joined to them.
pub(super) struct Joined {
    planes: Vec<Plane>,
    /// Where the next JPEG begins in each plane, in samples of its row and in rows.
    at: Vec<(usize, usize)>,
}

impl Joined {
    /// For the crop of a picture whose MCUs have so many pixels. `only` is the width of its JPEGs if there is a single
    /// column of them.
    pub(super) fn new(
        crop: Rect,
        components: &[Component],
        eighths: [Eighths; 4],
        mcu: (u32, u32),
        only: Option<u32>,
    ) -> Self {
        let plane = |(component, eighths): (&Component, Eighths)| {
            let (h, v) = (u32::from(component.h), u32::from(component.v));
            let across = Axis::new(crop.x, crop.width, mcu.0, h * u32::from(eighths.x));
            let down = Axis::new(crop.y, crop.height, mcu.1, v * u32::from(eighths.y));
            // A single column ends with its last block, which need not be that of an MCU.
            let end = |tile: u32| {
                let blocks = (tile * h).div_ceil(mcu.0 / 8).div_ceil(8);
                (blocks - crop.x / mcu.0 * h) as usize * usize::from(eighths.x)
            };
            let width = across.length.min(only.map_or(usize::MAX, end));
            Plane {
                width,
                height: 0,
                samples: Vec::with_capacity(width * down.length),
                crop: CropRect {
                    x: across.start,
                    y: down.start,
                    width: across.shown,
                    height: down.shown,
                },
                eighths,
            }
        };
        let planes: Vec<_> = components.iter().zip(eighths).map(plane).collect();
        Self {
            at: vec![(0, 0); planes.len()],
            planes,
        }
    }

    /// Puts the planes of a JPEG beside those before, or below them; `None` if they are not as high as those beside.
    pub(super) fn add(&mut self, parts: &[Plane]) -> Option<()> {
        for ((plane, at), part) in self.planes.iter_mut().zip(&mut self.at).zip(parts) {
            if at.0 == 0 {
                plane.height = at.1 + part.height;
                plane.samples.resize(plane.width * plane.height, 128);
            } else if plane.height != at.1 + part.height {
                return None;
            }
            let rows = plane
                .samples
                .chunks_exact_mut(plane.width.max(1))
                .skip(at.1);
            for (to, from) in rows.zip(part.samples.chunks_exact(part.width.max(1))) {
                if let Some(to) = to.get_mut(at.0..at.0 + part.width) {
                    to.copy_from_slice(from);
                }
            }
            at.0 += part.width;
        }
        Some(())
    }

    pub(super) fn end_row(&mut self) {
        for (at, plane) in self.at.iter_mut().zip(&self.planes) {
            *at = (0, plane.height);
        }
    }

    /// The planes; `None` if they do not contain their crop.
    pub(super) fn finish(self) -> Option<Vec<Plane>> {
        let holds = |plane: &Plane| {
            let CropRect {
                x,
                y,
                width,
                height,
            } = plane.crop;
            x + width <= plane.width as f64 && y + height <= plane.height as f64
        };
        self.planes.iter().all(holds).then_some(self.planes)
    }
}

/// One direction of a plane: a crop in whole MCUs.
struct Axis {
    /// Where the crop begins, in samples, and how many samples it shows.
    start: f64,
    shown: f64,
    /// Samples of all MCUs.
    length: usize,
}

impl Axis {
    /// An MCU of so many pixels becomes so many samples.
    fn new(start: u32, length: u32, mcu: u32, samples: u32) -> Self {
        let first = start / mcu;
        let scale = f64::from(samples) / f64::from(mcu);
        Self {
            start: f64::from(start - first * mcu) * scale,
            shown: f64::from(length) * scale,
            length: ((start + length).div_ceil(mcu) - first) as usize * samples as usize,
        }
    }
}

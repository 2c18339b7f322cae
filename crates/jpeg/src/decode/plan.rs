//! What is calculated before any samples are decoded: reductions, needed blocks, memory.

use super::frame::{Component, Geometry};
use super::header::{Header, supported};
use super::idct::{Depth, LANES};
use super::process::Process;
use super::request::Request;
use super::scratch::FIXED_BYTES;
use crate::zigzag::last_in_corner;
use crate::{ColorModel, CropRect, Eighths, Error, Rect};

/// What decoding a request will do.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Reduction of each component.
    pub eighths: Vec<Eighths>,
    /// Upper bound of the memory that decoding takes besides the file itself, in bytes.
    pub bytes_needed: u64,
    pub(crate) color: ColorModel,
    pub(crate) components: Vec<ComponentPlan>,
    pub(crate) mcus: Span2,
}

/// A half-open range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    #[inline(always)]
    pub(crate) fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    #[inline(always)]
    pub(crate) fn contains(self, value: u32) -> bool {
        (self.start..self.end).contains(&value)
    }

    fn scaled(self, factor: u32, limit: u32) -> Self {
        Self {
            start: self.start * factor,
            end: (self.end * factor).min(limit),
        }
    }
}

/// Columns and rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span2 {
    pub(crate) x: Span,
    pub(crate) y: Span,
}

impl Span2 {
    #[inline(always)]
    pub(crate) fn contains(&self, column: u32, row: u32) -> bool {
        self.x.contains(column) && self.y.contains(row)
    }
}

/// The plan for one component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ComponentPlan {
    /// Sampling factors.
    pub(crate) h: u32,
    pub(crate) v: u32,
    /// Blocks of the whole component, without MCU padding.
    pub(crate) blocks: (u32, u32),
    /// Blocks that become samples.
    pub(crate) needed: Span2,
    /// To how many samples each block is reduced.
    pub(crate) eighths: Eighths,
    pub(crate) depth: Depth,
    /// The crop inside the plane.
    pub(crate) crop: CropRect,
}

impl ComponentPlan {
    /// Blocks down to the last needed row, which a scan visits.
    pub(crate) fn visited(&self) -> u64 {
        u64::from(self.blocks.0) * u64::from(self.needed.y.end)
    }

    /// Last zigzag index that the reduction uses.
    pub(crate) fn last_needed(&self) -> usize {
        last_in_corner(self.eighths.columns(), self.eighths.rows())
    }

    /// Plane width in samples.
    pub(crate) fn width(&self) -> usize {
        self.needed.x.len() as usize * self.eighths.columns()
    }

    /// Plane height in samples.
    pub(crate) fn height(&self) -> usize {
        self.needed.y.len() as usize * self.eighths.rows()
    }

    /// Coefficients of a row of blocks: those of whole batches of [`LANES`] neighbours.
    pub(crate) fn row_length(&self) -> usize {
        (self.needed.x.len() as usize).next_multiple_of(LANES) * self.eighths.area()
    }

    /// How many blocks become samples.
    pub(crate) fn needed_blocks(&self) -> usize {
        self.needed.x.len() as usize * self.needed.y.len() as usize
    }
}

impl Plan {
    pub(crate) fn new(header: &Header<'_>, request: &Request) -> Result<Self, Error> {
        let color = supported(header)?;
        let (width, height) = (header.width, header.height);
        if !request.crop.is_inside(width, height) {
            return Err(Error::CropOutside { width, height });
        }
        let geometry = &header.geometry;
        let mcus = Span2 {
            x: covering(request.crop.x, request.crop.width, 8 * geometry.h_max),
            y: covering(request.crop.y, request.crop.height, 8 * geometry.v_max),
        };
        let eighths = request.reductions(&header.components, color);
        let eighths = request.eighths.unwrap_or(eighths);
        let plan = |(component, eighths)| component_plan(header, request, mcus, component, eighths);
        let components: Vec<_> = header.components.iter().zip(eighths).map(plan).collect();
        let bytes_needed = FIXED_BYTES + bytes_of(header.process, &components);
        Ok(Self {
            eighths: components.iter().map(|c| c.eighths).collect(),
            bytes_needed,
            color,
            components,
            mcus,
        })
    }
}

/// The MCUs that hold the pixels `start .. start + length`.
fn covering(start: u32, length: u32, mcu: u32) -> Span {
    Span {
        start: start / mcu,
        end: (start + length).div_ceil(mcu),
    }
}

impl Request {
    /// The reduction of each of these components, as the target and the margins say. The crop need not be inside
    /// one JPEG.
    #[must_use]
    pub fn reductions(&self, components: &[Component], color: ColorModel) -> [Eighths; 4] {
        reductions(self, components, color)
    }
}

/// The reduction of each component, as the target and the margins of the request say.
fn reductions(request: &Request, components: &[Component], color: ColorModel) -> [Eighths; 4] {
    let geometry = Geometry::new(request.crop.width, request.crop.height, components);
    std::array::from_fn(|index| {
        let (h, v) = components.get(index).map_or((1, 1), |c| (c.h, c.v));
        let sampling = (
            f64::from(h) / f64::from(geometry.h_max),
            f64::from(v) / f64::from(geometry.v_max),
        );
        let chroma =
            matches!(color, ColorModel::YCbCr | ColorModel::Ycck { .. }) && matches!(index, 1 | 2);
        let target = request
            .chroma_target
            .filter(|_| chroma)
            .unwrap_or(request.target);
        let margin = if chroma {
            request.chroma_margin
        } else {
            request.margin
        };
        let (width, height) = (request.crop.width, request.crop.height);
        Eighths {
            x: reduction(f64::from(width) * sampling.0, target.0, margin),
            y: reduction(f64::from(height) * sampling.1, target.1, margin),
        }
    })
}

fn component_plan(
    header: &Header<'_>,
    request: &Request,
    mcus: Span2,
    component: &Component,
    eighths: Eighths,
) -> ComponentPlan {
    let geometry = &header.geometry;
    let blocks = geometry.blocks(header.width, header.height, component);
    let (h, v) = (u32::from(component.h), u32::from(component.v));
    let needed = Span2 {
        x: mcus.x.scaled(h, blocks.0),
        y: mcus.y.scaled(v, blocks.1),
    };
    let crop = crop_in_plane(request.crop, (h, v), geometry, eighths, needed);
    ComponentPlan {
        h,
        v,
        blocks,
        needed,
        eighths,
        depth: Depth::of_precision(header.precision),
        crop,
    }
}

/// The smallest N of 1..=8 that leaves the margin over the target of so many stored samples.
fn reduction(samples: f64, target: u32, margin: f32) -> u8 {
    let least = f64::from(margin).max(0.0) * f64::from(target);
    (1..8)
        .find(|&n| samples * f64::from(n) / 8.0 >= least)
        .unwrap_or(8)
}

/// The crop in samples of the plane, in both directions.
fn crop_in_plane(
    crop: Rect,
    (h, v): (u32, u32),
    geometry: &Geometry,
    eighths: Eighths,
    needed: Span2,
) -> CropRect {
    let (x, width) = extent(
        crop.x,
        crop.width,
        h * u32::from(eighths.x),
        geometry.h_max,
        needed.x.start * u32::from(eighths.x),
    );
    let (y, height) = extent(
        crop.y,
        crop.height,
        v * u32::from(eighths.y),
        geometry.v_max,
        needed.y.start * u32::from(eighths.y),
    );
    CropRect {
        x,
        y,
        width,
        height,
    }
}

/// Start and length in samples, where a pixel is `factor / (8 · max)` samples and the plane begins at sample `first`.
///
/// Each edge is rounded once, and the length is rounded down, so that their sum never exceeds the
/// plane.
fn extent(start: u32, length: u32, factor: u32, max: u32, first: u32) -> (f64, f64) {
    let (factor, unit) = (f64::from(factor), f64::from(8 * max));
    let sample = |pixel: u32| (f64::from(pixel) * factor - f64::from(first) * unit) / unit;
    let (start, end) = (sample(start), sample(start + length));
    let length = end - start;
    (
        start,
        if start + length > end {
            length.next_down()
        } else {
            length
        },
    )
}

/// Bytes of the samples; for progressive pictures also of the DC coefficients and of the
/// coefficients of the largest component.
fn bytes_of(process: Process, components: &[ComponentPlan]) -> u64 {
    let sum = |bytes: fn(&ComponentPlan) -> usize| components.iter().map(bytes).sum::<usize>();
    let samples = sum(|plan| plan.needed_blocks() * plan.eighths.area());
    if !process.is_progressive() {
        return samples as u64;
    }
    let dc = sum(|plan| plan.needed_blocks() * 2);
    let largest = components.iter().map(coefficient_bytes).max().unwrap_or(0);
    (samples + dc) as u64 + largest
}

/// The needed coefficients, and the history of every block down to the last needed row.
fn coefficient_bytes(plan: &ComponentPlan) -> u64 {
    let values = plan.row_length() as u64 * u64::from(plan.needed.y.len()) * 2;
    values + u64::from(plan.blocks.0) * u64::from(plan.needed.y.end) * 8
}

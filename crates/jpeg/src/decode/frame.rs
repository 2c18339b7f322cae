//! The frame header (T.81, B.2.2): coding process, size, components.

use super::process::Process;
use super::segments::u16_at;
use crate::Error;

/// One component of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Component {
    /// Identifier that scans refer to; not always unique.
    pub id: u8,
    /// Horizontal sampling factor, 1..=4.
    pub h: u8,
    /// Vertical sampling factor, 1..=4.
    pub v: u8,
    /// Which of the four quantisation tables it uses, 0..=3.
    pub tq: u8,
}

/// A parsed frame header.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) process: Process,
    pub(crate) precision: u8,
    /// 0 if a DNL segment gives the height.
    pub(crate) height: u16,
    pub(crate) width: u16,
    pub(crate) components: Vec<Component>,
}

impl Frame {
    pub(crate) fn parse(code: u8, body: &[u8]) -> Result<Self, Error> {
        Self::read(code, body).ok_or(Error::Invalid { segment: "SOF" })
    }

    fn read(code: u8, body: &[u8]) -> Option<Self> {
        let precision = *body.first()?;
        let (height, width) = (u16_at(body, 1)?, u16_at(body, 3)?);
        let count = usize::from(*body.get(5)?);
        let listed = body.get(6..6 + 3 * count)?;
        let components: Vec<_> = listed.chunks_exact(3).filter_map(component).collect();
        let complete = count > 0 && components.len() == count && width > 0;
        complete.then(|| Self {
            process: Process::from_marker(code),
            precision,
            height,
            width,
            components,
        })
    }
}

fn component(bytes: &[u8]) -> Option<Component> {
    let &[id, sampling, tq] = bytes else {
        return None;
    };
    let (h, v) = (sampling >> 4, sampling & 15);
    let valid = (1..=4).contains(&h) && (1..=4).contains(&v) && tq < 4;
    valid.then_some(Component { id, h, v, tq })
}

/// Sizes that follow from the frame header; all are relative to the largest sampling factors
/// (A.1.1, A.2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Geometry {
    pub(crate) h_max: u32,
    pub(crate) v_max: u32,
    /// MCUs in a row of an interleaved scan.
    pub(crate) mcus_wide: u32,
    /// MCU rows of an interleaved scan.
    pub(crate) mcus_high: u32,
}

impl Geometry {
    pub(crate) fn new(width: u32, height: u32, components: &[Component]) -> Self {
        let h_max = components.iter().map(|c| u32::from(c.h)).max().unwrap_or(1);
        let v_max = components.iter().map(|c| u32::from(c.v)).max().unwrap_or(1);
        let (mcus_wide, mcus_high) = (width.div_ceil(8 * h_max), height.div_ceil(8 * v_max));
        Self {
            h_max,
            v_max,
            mcus_wide,
            mcus_high,
        }
    }

    /// Blocks (wide, high) that hold the component's own samples, without the padding of interleaved MCUs.
    pub(crate) fn blocks(&self, width: u32, height: u32, component: &Component) -> (u32, u32) {
        let samples =
            |pixels: u32, factor: u8, max: u32| (pixels * u32::from(factor)).div_ceil(max);
        (
            samples(width, component.h, self.h_max).div_ceil(8),
            samples(height, component.v, self.v_max).div_ceil(8),
        )
    }
}

//! A decoded picture in the buffers of its decoder.

use crate::Description;
use crate::sets::Sps;

/// Samples of Y, Cb and Cr, row by row. Without chroma, the last two are empty.
#[derive(Clone, Copy)]
pub enum Samples<'a> {
    /// Luma and chroma of 8 bits.
    U8([&'a [u8]; 3]),
    /// At least one of them has more.
    U16([&'a [u16]; 3]),
}

/// A decoded picture. It borrows the buffers of its decoder.
#[derive(Clone, Copy)]
pub struct Picture<'a> {
    /// Width and height of the conformance window in luma samples.
    pub size: (u32, u32),
    /// `chroma_format_idc`: 0 without chroma, then 4:2:0, 4:2:2 and 4:4:4.
    pub chroma: u8,
    /// Bits of luma and of chroma.
    pub depths: [u32; 2],
    /// Samples of whole planes, from the first of the window.
    pub samples: Samples<'a>,
    /// Samples from one row to the next, in each plane.
    pub strides: [usize; 3],
    /// Code points of ITU-T H.273 for primaries, transfer function and matrix, and whether the range is full, if the
    /// picture states them.
    pub colors: Option<([u16; 3], bool)>,
}

impl<'a> Picture<'a> {
    pub(crate) fn new(sps: &Sps, samples: Samples<'a>) -> Self {
        let [left, _, top, _] = sps.margins;
        let (across, down) = sps.shifts();
        let stride = sps.coded.0 as usize;
        let strides = [stride, stride >> across, stride >> across];
        let start = |at: usize| match at {
            0 => top as usize * stride + left as usize,
            _ => (top >> down) as usize * strides[1] + (left >> across) as usize,
        };
        let samples = match samples {
            Samples::U8(planes) => {
                Samples::U8([0, 1, 2].map(|at| planes[at].get(start(at)..).unwrap_or_default()))
            }
            Samples::U16(planes) => {
                Samples::U16([0, 1, 2].map(|at| planes[at].get(start(at)..).unwrap_or_default()))
            }
        };
        let Description {
            size,
            chroma,
            depths,
            colors,
            ..
        } = Description::of(sps);
        Self {
            size,
            chroma,
            depths,
            samples,
            strides,
            colors,
        }
    }

    /// Width and height of a plane (0 luma, 1 and 2 chroma) in samples.
    pub fn plane_size(&self, plane: usize) -> (u32, u32) {
        let (width, height) = self.size;
        match (plane, self.chroma) {
            (0, _) | (_, 3) => self.size,
            (_, 0) => (0, 0),
            (_, 1) => (width.div_ceil(2), height.div_ceil(2)),
            _ => (width.div_ceil(2), height),
        }
    }
}

//! Parameters of quantisation (clause 8.6.1).

use crate::residual::Scale;
use crate::sets::{Pps, Sps};
use crate::slice::Slice;

/// Clause 8.6.4.2, levelScale.
const SCALES: [i32; 6] = [40, 45, 51, 57, 64, 72];

/// Table 8-10 for parameters of 30 to 43.
const CHROMA: [i32; 14] = [29, 30, 31, 32, 33, 33, 34, 34, 35, 35, 36, 36, 37, 37];

/// The parameter of chroma that belongs to an index.
pub(crate) fn of_chroma(index: i32, chroma: u32) -> i32 {
    match index {
        _ if chroma != 1 => index.min(51),
        ..30 => index,
        30..=43 => CHROMA[(index - 30) as usize],
        _ => index - 6,
    }
}

/// The parameters of the current coding block.
pub(crate) struct Quantizer {
    luma: i32,
    /// The one of the coding block before.
    previous: i32,
    /// What the parameter of the current group is predicted to be.
    predicted: i32,
    pub(crate) is_delta_coded: bool,
    pub(crate) is_offset_coded: bool,
    /// Offsets of the slice and the picture, and those of the coding block.
    chroma: [i32; 2],
    own: [i32; 2],
    /// Extra range of more than 8 bits, of luma and chroma.
    extra: [i32; 2],
    format: u32,
    depths: [u32; 2],
    factors: [i32; 3],
}

impl Quantizer {
    pub(crate) fn new(sps: &Sps, pps: &Pps, slice: &Slice) -> Self {
        let extra = |depth: u32| 6 * (depth as i32 - 8);
        let mut new = Self {
            luma: slice.quantizer,
            previous: slice.quantizer,
            predicted: slice.quantizer,
            is_delta_coded: false,
            is_offset_coded: false,
            chroma: [0, 1].map(|at| pps.chroma_offsets[at] + slice.chroma_offsets[at]),
            own: [0; 2],
            extra: sps.depths.map(extra),
            format: sps.chroma,
            depths: sps.depths,
            factors: [0; 3],
        };
        new.update();
        new
    }

    pub(crate) fn luma(&self) -> i32 {
        self.luma
    }

    /// Continues as after a coding block with this parameter of luma.
    pub(crate) fn resume(&mut self, luma: i32) {
        self.previous = luma;
        self.set(luma);
    }

    /// Ends a coding block.
    pub(crate) fn finish(&mut self) {
        self.previous = self.luma;
    }

    fn set(&mut self, luma: i32) {
        if self.luma != luma {
            self.luma = luma;
            self.update();
        }
    }

    /// Starts a group; the parameters on the left and above are those of the same coding tree block.
    pub(crate) fn start_group(&mut self, left: Option<i8>, above: Option<i8>) {
        let of = |other: Option<i8>| other.map_or(self.previous, i32::from);
        self.predicted = (of(left) + of(above) + 1) >> 1;
        self.is_delta_coded = false;
        self.set(self.predicted);
    }

    /// Applies a difference; `false` if it is out of range (clause 7.4.9.14).
    pub(crate) fn add(&mut self, delta: i32) -> bool {
        let extra = self.extra[0];
        self.is_delta_coded = true;
        if delta < -(26 + extra / 2) || delta > 25 + extra / 2 {
            return false;
        }
        self.set((self.predicted + delta + 52 + 2 * extra) % (52 + extra) - extra);
        true
    }

    pub(crate) fn set_offsets(&mut self, own: [i32; 2]) {
        self.is_offset_coded = true;
        self.own = own;
        self.update();
    }

    fn update(&mut self) {
        let factor = |parameter: i32| SCALES[(parameter % 6) as usize] << (parameter / 6);
        self.factors[0] = factor((self.luma + self.extra[0]).max(0));
        for at in 0..2 {
            let extra = self.extra[1];
            let index = (self.luma + self.chroma[at] + self.own[at]).clamp(-extra, 57);
            self.factors[at + 1] = factor((of_chroma(index, self.format) + extra).max(0));
        }
    }

    /// How coefficients of a block of this component are scaled.
    pub(crate) fn scale(&self, component: usize, log2: u32) -> Scale {
        Scale {
            factor: self.factors[component.min(2)],
            shift: self.depths[component.min(1)] + log2 - 5,
        }
    }
}

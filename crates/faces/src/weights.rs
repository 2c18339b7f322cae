//! The weights, as parts of one table in the order of `weights/extract.py`.

use crate::layers::{Dense, Depthwise, LANES, Lanes, Separable};

const GROUPS: usize = 53_104 / LANES;

static WEIGHTS: [Lanes; GROUPS] = lanes(include_bytes!("../weights/yunet-2023mar.f32"));

/// Reads little-endian numbers while compiling; a file of another length does not compile.
const fn lanes(bytes: &[u8; GROUPS * LANES * 4]) -> [Lanes; GROUPS] {
    let mut lanes = [[0.0; LANES]; GROUPS];
    let mut i = 0;
    while i < GROUPS * LANES {
        let at = i * 4;
        let bits = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        lanes[i / LANES][i % LANES] = f32::from_le_bytes(bits);
        i += 1;
    }
    lanes
}

/// Reads the table part by part.
pub(crate) struct Reader {
    rest: &'static [Lanes],
}

impl Reader {
    pub(crate) fn new() -> Self {
        Self { rest: &WEIGHTS }
    }

    fn take(&mut self, groups: usize) -> &'static [Lanes] {
        let (part, rest) = self.rest.split_at(groups);
        self.rest = rest;
        part
    }

    /// A convolution of `inputs` numbers (channels, or channels times taps) to `outputs` channels.
    pub(crate) fn dense(&mut self, inputs: usize, outputs: usize) -> Dense {
        let weights = self.take(inputs * outputs / LANES);
        let bias = self.take(outputs / LANES);
        Dense {
            inputs,
            weights,
            bias,
        }
    }

    /// A 1x1 convolution with the depthwise 3x3 convolution that follows it.
    pub(crate) fn separable(&mut self, inputs: usize, outputs: usize) -> Separable {
        let dense = self.dense(inputs, outputs);
        let weights = self.take(9 * outputs / LANES);
        let bias = self.take(outputs / LANES);
        Separable {
            dense,
            depthwise: Depthwise { weights, bias },
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

//! The network YuNet 2023mar: its layers and how they are connected.

use crate::layers::{Dense, Finish, LANES, Lanes, Ring, Separable, Tensor, set_length};
use crate::reduce::Rows;
use crate::weights::Reader;

/// Sides of the network's input are multiples of this.
pub(crate) const ALIGNMENT: usize = 32;

/// Pixels of the input between the cells of each of the three results.
pub(crate) const STRIDES: [usize; 3] = [8, 16, 32];

/// Groups of channels of a result: class, objectness, four of the box, ten of the landmarks.
pub(crate) const HEAD_GROUPS: usize = 2;

/// The layers, in the order they run.
pub(crate) struct Network {
    stem: Dense,
    first: Separable,
    /// Two pairs at 1/4 of the input, ending at 1/8; then a pair each at 1/8, 1/16 and 1/32.
    backbone: [Separable; 10],
    /// Of 1/32, 1/16 and 1/8.
    lateral: [Separable; 3],
    /// Of 1/8, 1/16 and 1/32.
    heads: [Separable; 3],
}

/// Memory between the layers, kept from picture to picture.
#[derive(Default)]
pub(crate) struct Scratch {
    colors: [Vec<f32>; 3],
    stem_row: Vec<Lanes>,
    ring: Ring,
    ping: Tensor,
    pong: Tensor,
    stages: [Tensor; 3],
    /// Results at strides 8, 16 and 32: for each cell class, objectness, box and landmarks.
    pub(crate) results: [Tensor; 3],
}

impl Network {
    pub(crate) fn new() -> Self {
        let mut weights = Reader::new();
        let stem = weights.dense(27, 16);
        let first = weights.separable(16, 16);
        let backbone = [
            (16, 16),
            (16, 32),
            (32, 32),
            (32, 64),
            (64, 64),
            (64, 64),
            (64, 64),
            (64, 64),
            (64, 64),
            (64, 64),
        ]
        .map(|(inputs, outputs)| weights.separable(inputs, outputs));
        let lateral = [(); 3].map(|()| weights.separable(64, 64));
        let heads = [(); 3].map(|()| weights.separable(64, HEAD_GROUPS * LANES));
        debug_assert!(weights.is_empty());
        Self {
            stem,
            first,
            backbone,
            lateral,
            heads,
        }
    }

    /// Runs over a picture; `width` and `height` are multiples of [`ALIGNMENT`].
    pub(crate) fn run(&self, rows: Rows<'_>, width: usize, height: usize, scratch: &mut Scratch) {
        self.run_stem(rows, width, height, scratch);
        let Scratch {
            ring,
            ping,
            pong,
            stages: [eighth, sixteenth, thirty_second],
            results: [fine, middle, coarse],
            ..
        } = scratch;
        let [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9] = &self.backbone;
        b0.run(ping, Finish::Rectify, ring, pong);
        b1.run(pong, Finish::Rectify, ring, ping);
        b2.run(ping, Finish::Rectify, ring, pong);
        b3.run(pong, Finish::RectifyAndPool, ring, ping);
        b4.run(ping, Finish::Rectify, ring, pong);
        b5.run(pong, Finish::Rectify, ring, eighth);
        eighth.pool_into(ping);
        b6.run(ping, Finish::Rectify, ring, pong);
        b7.run(pong, Finish::Rectify, ring, sixteenth);
        sixteenth.pool_into(ping);
        b8.run(ping, Finish::Rectify, ring, pong);
        b9.run(pong, Finish::Rectify, ring, thirty_second);

        let [l0, l1, l2] = &self.lateral;
        let [h0, h1, h2] = &self.heads;
        l0.run(thirty_second, Finish::Rectify, ring, ping);
        h2.run(ping, Finish::Raw, ring, coarse);
        sixteenth.add_enlarged(ping);
        l1.run(sixteenth, Finish::Rectify, ring, pong);
        h1.run(pong, Finish::Raw, ring, middle);
        eighth.add_enlarged(pong);
        l2.run(eighth, Finish::Rectify, ring, ping);
        h0.run(ping, Finish::Raw, ring, fine);
    }

    /// From colours to 16 channels at a quarter of the size.
    fn run_stem(&self, mut rows: Rows<'_>, width: usize, height: usize, scratch: &mut Scratch) {
        let Scratch {
            colors,
            stem_row,
            ring,
            ping,
            ..
        } = scratch;
        for row in colors.iter_mut() {
            row.clear();
            set_length(row, (width + 1) * 3, 0.0);
        }
        let [above, row, below] = colors;
        let size = (width / 2, height / 2);
        set_length(stem_row, size.0 * self.stem.bias.len(), [0.0; LANES]);
        let dense_row = |_, to: &mut [Lanes]| {
            rows.next_into(&mut row[3..]);
            rows.next_into(&mut below[3..]);
            self.stem.halving_row([above, row, below], stem_row);
            std::mem::swap(above, below);
            self.first.dense.row(stem_row, to);
        };
        self.first
            .run_rows(size, Finish::RectifyAndPool, ring, ping, dense_row);
    }
}

/// Bytes of the scratch memory for an input of that size.
pub(crate) fn scratch_bytes(width: usize, height: usize) -> u64 {
    let pixels = width as u64 * height as u64;
    let colors = (width as u64 + 1) * 3 * 3;
    let stem_row = width as u64 / 2 * 16;
    // The widest rows are those of 64 channels at 1/4 of the size.
    let ring = (width as u64 / 4 + 2) * 64 * 4;
    let ping_pong = pixels / 16 * 32 * 2;
    let stages = pixels / 64 * 64 + pixels / 256 * 64 + pixels / 1024 * 64;
    let results = pixels / 64 * 16 + pixels / 256 * 16 + pixels / 1024 * 16;
    (colors + stem_row + ring + ping_pong + stages + results) * size_of::<f32>() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Scratch {
        fn bytes(&self) -> u64 {
            let colors: usize = self.colors.iter().map(|row| row.capacity() * 4).sum();
            let rows = colors + self.stem_row.capacity() * size_of::<Lanes>() + self.ring.bytes();
            let tensors = self.stages.iter().chain(&self.results);
            let tensors = tensors.chain([&self.ping, &self.pong]).map(Tensor::bytes);
            rows as u64 + tensors.sum::<usize>() as u64
        }
    }

    #[test]
    fn scratch_memory_is_what_was_announced() {
        let network = Network::new();
        let mut scratch = Scratch::default();
        for (width, height) in [(32, 32), (320, 224), (320, 256), (640, 640), (64, 32)] {
            let pixels = vec![0; width * height * 3];
            let mut sums = vec![0.0; width * 3];
            let rows = Rows::new(&pixels, (width, height), (width, height), &mut sums);
            let mut fresh = Scratch::default();
            network.run(rows, width, height, &mut fresh);
            let announced = scratch_bytes(width, height);
            assert!(
                fresh.bytes() <= announced,
                "{width}x{height}: {} of {announced}",
                fresh.bytes()
            );
            assert!(
                fresh.bytes() * 10 >= announced * 7,
                "{width}x{height}: {} of {announced}",
                fresh.bytes()
            );
            let rows = Rows::new(&pixels, (width, height), (width, height), &mut sums);
            network.run(rows, width, height, &mut scratch);
        }
        assert!(
            scratch.bytes() <= scratch_bytes(640, 640),
            "kept after the largest"
        );
    }
}

//! The layers of the network, on rows of pixels with interleaved channels.
//!
//! Channels come in groups of eight, and the same number of every group is computed alike, so that the compiler can
//! use vector instructions without changing the order of any sum.

/// Channels that are computed beside one another.
pub(crate) const LANES: usize = 8;

/// The same number for eight channels.
pub(crate) type Lanes = [f32; LANES];

/// A convolution from all channels of a pixel to all channels of another.
pub(crate) struct Dense {
    /// Numbers that go into each sum.
    pub(crate) inputs: usize,
    /// For each group of outputs, the weights of every input.
    pub(crate) weights: &'static [Lanes],
    pub(crate) bias: &'static [Lanes],
}

/// A 3x3 convolution of each channel on its own.
pub(crate) struct Depthwise {
    /// For each of the nine taps, the weights of every channel.
    pub(crate) weights: &'static [Lanes],
    pub(crate) bias: &'static [Lanes],
}

/// A 1x1 convolution and the depthwise 3x3 convolution that follows it.
pub(crate) struct Separable {
    pub(crate) dense: Dense,
    pub(crate) depthwise: Depthwise,
}

/// Changes the length of a buffer, which never takes more memory than its greatest length, unlike
/// with `resize` alone.
pub(crate) fn set_length<T: Copy>(values: &mut Vec<T>, length: usize, filler: T) {
    if values.capacity() < length {
        *values = Vec::new();
        values.reserve_exact(length);
    }
    values.resize(length, filler);
}

/// Rows of pixels of a number of channel groups.
#[derive(Default)]
pub(crate) struct Tensor {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) groups: usize,
    values: Vec<Lanes>,
}

impl Tensor {
    /// Changes the size; the values are then unspecified.
    pub(crate) fn reshape(&mut self, width: usize, height: usize, groups: usize) {
        (self.width, self.height, self.groups) = (width, height, groups);
        set_length(&mut self.values, width * height * groups, [0.0; LANES]);
    }

    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.values.capacity() * size_of::<Lanes>()
    }

    pub(crate) fn row(&self, y: usize) -> &[Lanes] {
        let length = self.width * self.groups;
        &self.values[y * length..][..length]
    }

    fn row_mut(&mut self, y: usize) -> &mut [Lanes] {
        let length = self.width * self.groups;
        &mut self.values[y * length..][..length]
    }

    /// Keeps the greatest of each 2x2 pixels.
    pub(crate) fn pool_into(&self, pooled: &mut Tensor) {
        pooled.reshape(self.width / 2, self.height / 2, self.groups);
        for y in 0..pooled.height * 2 {
            pool_row(self.row(y), self.groups, y % 2 == 0, pooled.row_mut(y / 2));
        }
    }

    /// Adds a tensor of half the size, each of its pixels to 2x2 pixels.
    pub(crate) fn add_enlarged(&mut self, half: &Tensor) {
        for y in 0..self.height {
            let pairs = self.row_mut(y).chunks_exact_mut(2 * half.groups);
            for (pair, pixel) in pairs.zip(half.row(y / 2).chunks_exact(half.groups)) {
                for to in pair.chunks_exact_mut(half.groups) {
                    for (to, from) in to.iter_mut().zip(pixel) {
                        add(to, from);
                    }
                }
            }
        }
    }
}

fn add(to: &mut Lanes, from: &Lanes) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

fn greatest(a: &Lanes, b: &Lanes) -> Lanes {
    let mut greatest = *a;
    for (a, &b) in greatest.iter_mut().zip(b) {
        *a = if b > *a { b } else { *a };
    }
    greatest
}

/// Pools one of two rows: the first one sets the result, the second one raises it.
fn pool_row(row: &[Lanes], groups: usize, first: bool, pooled: &mut [Lanes]) {
    for (to, pair) in pooled
        .chunks_exact_mut(groups)
        .zip(row.chunks_exact(2 * groups))
    {
        let (left, right) = pair.split_at(groups);
        for ((to, left), right) in to.iter_mut().zip(left).zip(right) {
            let both = greatest(left, right);
            *to = if first { both } else { greatest(to, &both) };
        }
    }
}

/// Adds inputs times weights to the sums of `N` pixels, input after input.
#[inline(always)]
fn add_products<const N: usize>(sums: &mut [Lanes; N], inputs: [&[f32]; N], weights: &[Lanes]) {
    let inputs = inputs.map(|input| &input[..weights.len()]);
    for (k, weights) in weights.iter().enumerate() {
        for (sums, input) in sums.iter_mut().zip(inputs) {
            let input = input[k];
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += input * weight;
            }
        }
    }
}

fn positive(values: &Lanes) -> Lanes {
    values.map(|value| if value > 0.0 { value } else { 0.0 })
}

impl Dense {
    /// Pixels that are computed beside one another.
    const PIXELS: usize = 4;

    /// A 1x1 convolution of a row.
    pub(crate) fn row(&self, row: &[Lanes], to: &mut [Lanes]) {
        let row = row.as_flattened();
        let groups = self.bias.len();
        let blocks = self.weights.chunks_exact(self.inputs).zip(self.bias);
        for (group, (weights, bias)) in blocks.enumerate() {
            let mut inputs = row.chunks_exact(Self::PIXELS * self.inputs);
            let mut outputs = to.chunks_exact_mut(Self::PIXELS * groups);
            for (input, output) in inputs.by_ref().zip(outputs.by_ref()) {
                let mut sums = [*bias; Self::PIXELS];
                let (ab, cd) = input.split_at(2 * self.inputs);
                let ((a, b), (c, d)) = (ab.split_at(self.inputs), cd.split_at(self.inputs));
                add_products(&mut sums, [a, b, c, d], weights);
                for (pixel, sums) in output.chunks_exact_mut(groups).zip(sums) {
                    pixel[group] = sums;
                }
            }
            let rest = inputs.remainder().chunks_exact(self.inputs);
            for (input, pixel) in rest.zip(outputs.into_remainder().chunks_exact_mut(groups)) {
                let mut sums = [*bias];
                add_products(&mut sums, [input], weights);
                pixel[group] = sums[0];
            }
        }
    }

    /// A 3x3 convolution over every second pixel of three rows of three channels, negative results set to 0.
    ///
    /// The rows start with a pixel of padding.
    pub(crate) fn halving_row(&self, rows: [&[f32]; 3], to: &mut [Lanes]) {
        const TAPS: usize = 9; // three pixels of three channels, of each row
        const STEP: usize = 6;
        let groups = self.bias.len();
        let blocks = self.weights.chunks_exact(self.inputs).zip(self.bias);
        for (group, (weights, bias)) in blocks.enumerate() {
            for (i, output) in to.chunks_exact_mut(Self::PIXELS * groups).enumerate() {
                let mut sums = [*bias; Self::PIXELS];
                for (row, weights) in rows.iter().zip(weights.chunks_exact(TAPS)) {
                    let start = i * Self::PIXELS * STEP;
                    let inputs = &row[start..start + 3 * STEP + TAPS];
                    let inputs = [0, 1, 2, 3].map(|pixel| &inputs[pixel * STEP..][..TAPS]);
                    add_products(&mut sums, inputs, weights);
                }
                for (pixel, sums) in output.chunks_exact_mut(groups).zip(sums) {
                    pixel[group] = positive(&sums);
                }
            }
        }
    }
}

impl Depthwise {
    /// A row from the three rows around it, which have a pixel of padding at both ends.
    fn row(&self, rows: [&[Lanes]; 3], rectify: bool, to: &mut [Lanes]) {
        let groups = self.bias.len();
        for (x, pixel) in to.chunks_exact_mut(groups).enumerate() {
            let rows = rows.map(|row| &row[x * groups..][..3 * groups]);
            for (group, (pixel, bias)) in pixel.iter_mut().zip(self.bias).enumerate() {
                let mut sums = *bias;
                for (row, weights) in rows.iter().zip(self.weights.chunks_exact(3 * groups)) {
                    for tap in 0..3 {
                        let at = tap * groups + group;
                        for ((sum, value), weight) in sums.iter_mut().zip(row[at]).zip(weights[at])
                        {
                            *sum += value * weight;
                        }
                    }
                }
                *pixel = if rectify { positive(&sums) } else { sums };
            }
        }
    }
}

/// What is done with the results of a [`Separable`].
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Finish {
    /// Negative values become 0.
    Rectify,
    /// The same, then the greatest of each 2x2 pixels is kept.
    RectifyAndPool,
    /// Kept as they are.
    Raw,
}

impl Separable {
    /// Runs over a tensor.
    pub(crate) fn run(&self, input: &Tensor, finish: Finish, ring: &mut Ring, output: &mut Tensor) {
        let size = (input.width, input.height);
        self.run_rows(size, finish, ring, output, |y, row| {
            self.dense.row(input.row(y), row);
        });
    }

    /// Runs over rows whose 1x1 convolution the caller makes, once for each row from top to bottom.
    pub(crate) fn run_rows(
        &self,
        (width, height): (usize, usize),
        finish: Finish,
        ring: &mut Ring,
        output: &mut Tensor,
        mut dense_row: impl FnMut(usize, &mut [Lanes]),
    ) {
        let groups = self.dense.bias.len();
        let pool = finish == Finish::RectifyAndPool;
        let scale = if pool { 2 } else { 1 };
        output.reshape(width / scale, height / scale, groups);
        ring.reshape(width, groups);
        for y in 0..=height {
            if y < height {
                dense_row(y, ring.inner_mut(y));
            } else {
                ring.inner_mut(y).fill([0.0; LANES]);
            }
            let Some(y) = y.checked_sub(1) else { continue };
            let (rows, result) = ring.around(y);
            let rectify = finish != Finish::Raw;
            if pool {
                self.depthwise.row(rows, rectify, result);
                pool_row(result, groups, y % 2 == 0, output.row_mut(y / 2));
            } else {
                self.depthwise.row(rows, rectify, output.row_mut(y));
            }
        }
    }
}

/// The last three rows between the two convolutions of a [`Separable`], with a pixel of padding at both ends.
#[derive(Default)]
pub(crate) struct Ring {
    rows: [Vec<Lanes>; 3],
    result: Vec<Lanes>,
    groups: usize,
}

impl Ring {
    fn reshape(&mut self, width: usize, groups: usize) {
        self.groups = groups;
        for row in &mut self.rows {
            row.clear();
            set_length(row, (width + 2) * groups, [0.0; LANES]);
        }
        set_length(&mut self.result, width * groups, [0.0; LANES]);
    }

    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        let rows = self.rows.iter().chain([&self.result]);
        rows.map(|row| row.capacity() * size_of::<Lanes>()).sum()
    }

    fn inner_mut(&mut self, y: usize) -> &mut [Lanes] {
        let row = &mut self.rows[(y + 1) % 3];
        let end = row.len() - self.groups;
        &mut row[self.groups..end]
    }

    fn around(&mut self, y: usize) -> ([&[Lanes]; 3], &mut [Lanes]) {
        let rows = [y, y + 1, y + 2].map(|i| self.rows[i % 3].as_slice());
        (rows, &mut self.result)
    }
}

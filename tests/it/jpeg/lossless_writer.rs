//! Writes lossless pictures with any predictor, precision, sampling and restart markers.

use slow_jpeg::random::Random;

/// A lossless picture: what it is stored as, and how.
pub(super) struct Lossless {
    pub(super) size: (usize, usize),
    pub(super) bits: u32,
    pub(super) sampling: Vec<(usize, usize)>,
    pub(super) predictor: u8,
    pub(super) shift: u32,
    /// Rows of MCUs in a restart interval; 0 without.
    pub(super) interval: usize,
    pub(super) is_interleaved: bool,
    /// Rows of samples of each component.
    pub(super) samples: Vec<Vec<Vec<i32>>>,
}

impl Lossless {
    pub(super) fn random(random: &mut Random) -> Self {
        let mut below = |n: u64| random.below(n) as usize;
        let size = (1 + below(30), 1 + below(30));
        let bits = 2 + below(15) as u32;
        let count = [1, 2, 3, 4][below(4)];
        let is_plain = below(2) == 0;
        let sampling: Vec<_> = (0..count)
            .map(|_| {
                if is_plain {
                    (1, 1)
                } else {
                    (1 + below(4), 1 + below(4))
                }
            })
            .collect();
        let mut picture = Self {
            size,
            bits,
            sampling,
            predictor: 1 + below(7) as u8,
            shift: [0, 0, 1, bits - 1][below(4)],
            interval: [0, 1, 2, 5][below(4)],
            is_interleaved: below(2) == 0,
            samples: Vec::new(),
        };
        let is_noise = below(2) == 0;
        for index in 0..count {
            let (wide, high) = picture.size_of(index);
            let sample = |x: usize, y: usize, noise: usize| {
                let value = if is_noise { noise } else { x * 5 + y * 9 };
                ((value % (1 << bits)) >> picture.shift << picture.shift) as i32
            };
            let rows = (0..high).map(|y| (0..wide).map(|x| sample(x, y, below(1 << 16))).collect());
            let rows = rows.collect();
            picture.samples.push(rows);
        }
        picture
    }

    fn largest(&self) -> (usize, usize) {
        let most =
            |factor: fn(&(usize, usize)) -> usize| self.sampling.iter().map(factor).max().unwrap();
        (most(|s| s.0), most(|s| s.1))
    }

    fn size_of(&self, index: usize) -> (usize, usize) {
        let ((across, down), (h, v)) = (self.largest(), self.sampling[index]);
        (
            (self.size.0 * h).div_ceil(across),
            (self.size.1 * v).div_ceil(down),
        )
    }

    /// Pixels of a row, with the samples of smaller components repeated.
    pub(super) fn row(&self, y: usize) -> Vec<u16> {
        let (across, down) = self.largest();
        let sample = |x: usize| {
            self.sampling
                .iter()
                .zip(&self.samples)
                .map(move |((h, v), samples)| samples[y * v / down][x * h / across] as u16)
        };
        (0..self.size.0).flat_map(sample).collect()
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = vec![0xFF, 0xD8, 0xFF, 0xC3, 0, 8 + 3 * self.sampling.len() as u8];
        let (width, height) = (self.size.0 as u8, self.size.1 as u8);
        out.extend([
            self.bits as u8,
            0,
            height,
            0,
            width,
            self.sampling.len() as u8,
        ]);
        (0..)
            .zip(&self.sampling)
            .for_each(|(id, (h, v))| out.extend([id, (h << 4 | v) as u8, 0]));
        // Codes of 1 to 15 bits, and two of 16.
        out.extend([0xFF, 0xC4, 0, 36, 0]);
        out.extend((1..=16).map(|length| 1 + u8::from(length == 16)));
        out.extend(0..=16);
        let all: Vec<_> = (0..self.sampling.len()).collect();
        let scans: Vec<&[usize]> = if self.is_interleaved {
            vec![&all]
        } else {
            all.chunks(1).collect()
        };
        for scan in scans {
            self.write_scan(&mut out, scan);
        }
        out.extend([0xFF, 0xD9]);
        out
    }

    fn write_scan(&self, out: &mut Vec<u8>, scan: &[usize]) {
        let (across, down) = self.largest();
        let of_mcu = |index: usize| {
            if scan.len() == 1 {
                (1, 1)
            } else {
                self.sampling[index]
            }
        };
        let (wide, high) = match scan {
            [one] => self.size_of(*one),
            _ => (self.size.0.div_ceil(across), self.size.1.div_ceil(down)),
        };
        out.extend([0xFF, 0xDD, 0, 4]);
        out.extend(((self.interval * wide) as u16).to_be_bytes());
        out.extend([0xFF, 0xDA, 0, 6 + 2 * scan.len() as u8, scan.len() as u8]);
        scan.iter().for_each(|&index| out.extend([index as u8, 0]));
        out.extend([self.predictor, 0, self.shift as u8]);
        let mut bits = String::new();
        for row in 0..high {
            let is_start = row == 0 || (self.interval > 0 && row % self.interval == 0);
            if is_start && row > 0 {
                flush(out, &mut bits);
                out.extend([0xFF, 0xD0 + ((row / self.interval - 1) % 8) as u8]);
            }
            for column in 0..wide {
                for &index in scan {
                    let (h, v) = of_mcu(index);
                    for (y, x) in (0..v).flat_map(|y| (0..h).map(move |x| (y, x))) {
                        let place = (column * h + x, row * v + y);
                        bits += &self.difference(index, place, is_start && y == 0);
                    }
                }
            }
        }
        flush(out, &mut bits);
    }

    /// The code of a difference and its bits; beyond the edges, samples are repeated.
    fn difference(&self, index: usize, (x, y): (usize, usize), is_first: bool) -> String {
        let rows = &self.samples[index];
        let at = |x: usize, y: usize| {
            let row = &rows[y.min(rows.len() - 1)];
            row[x.min(row.len() - 1)] >> self.shift
        };
        let prediction = match (x, is_first) {
            (0, true) => 1 << (self.bits - self.shift - 1),
            (0, false) => at(0, y - 1),
            (_, true) => at(x - 1, y),
            _ => {
                let (a, b, c) = (at(x - 1, y), at(x, y - 1), at(x - 1, y - 1));
                [
                    a,
                    b,
                    c,
                    a + b - c,
                    a + ((b - c) >> 1),
                    b + ((a - c) >> 1),
                    (a + b) >> 1,
                ][usize::from(self.predictor) - 1]
            }
        };
        let difference = (at(x, y) - prediction) as i16;
        let size = 16 - difference.unsigned_abs().leading_zeros() as usize;
        let code = match size {
            16 => "1".repeat(16),
            size => "1".repeat(size) + "0",
        };
        let value = i32::from(difference) - i32::from(difference < 0);
        let value = format!("{:016b}", value & 0xFFFF);
        if size == 16 {
            code
        } else {
            code + &value[16 - size..]
        }
    }
}

/// Appends bits, padded with ones, as bytes.
fn flush(out: &mut Vec<u8>, bits: &mut String) {
    while !bits.len().is_multiple_of(8) {
        bits.push('1');
    }
    for byte in bits.as_bytes().chunks(8) {
        let byte = byte.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0'));
        out.push(byte);
        if byte == 0xFF {
            out.push(0);
        }
    }
    bits.clear();
}

//! Our decoder of VP8 key frames beside another one: frames whose header is written here and whose rest is
//! noise, which any decoder reads as some picture. They have no filter, because ours has none.

#[path = "../../../crates/prepare/src/codec/vp8/mod.rs"]
mod codec;

use std::io::Cursor;

use codec::{Damage, decode};

const SIZE: (usize, usize) = (100, 75);

/// Noise from a seed.
struct Noise(u64);

impl Noise {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % below
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next(256) as u8).collect()
    }
}

/// Writes bits with equal chances (RFC 6386, section 7.3).
struct Bits {
    bytes: Vec<u8>,
    range: u32,
    bottom: u64,
    free: u32,
}

impl Bits {
    fn flag(&mut self, is_set: bool) {
        let split = 1 + (((self.range - 1) * 128) >> 8);
        if is_set {
            self.bottom += u64::from(split);
            self.range -= split;
        } else {
            self.range = split;
        }
        while self.range < 128 {
            self.range <<= 1;
            self.bottom <<= 1;
            self.free -= 1;
            if self.free == 0 {
                self.write();
            }
        }
    }

    /// Moves the highest 8 of the bits below the carry to the output.
    fn write(&mut self) {
        let carry = self.bottom >> 32 & 1;
        let mut digits = self.bytes.iter_mut().rev();
        let mut carries = carry == 1;
        while carries && let Some(byte) = digits.next() {
            *byte = byte.wrapping_add(1);
            carries = *byte == 0;
        }
        self.bytes.push((self.bottom >> 24) as u8);
        self.bottom &= (1 << 24) - 1;
        self.free = 8;
    }

    fn number(&mut self, value: u64, bits: u32) {
        (0..bits)
            .rev()
            .for_each(|bit| self.flag(value >> bit & 1 == 1));
    }
}

/// The first partition: the header up to the quantizers, then noise.
fn first_partition(noise: &mut Noise, partitions: u32) -> Vec<u8> {
    let mut bits = Bits {
        bytes: Vec::new(),
        range: 255,
        bottom: 0,
        free: 24,
    };
    bits.number(0, 2);
    let has_segments = noise.next(2) == 1;
    bits.flag(has_segments);
    if has_segments {
        bits.number(0b11, 2); // a map and values
        bits.flag(noise.next(2) == 1);
        for _ in 0..4 {
            bits.flag(true);
            bits.number(noise.next(60), 7);
            bits.flag(false);
        }
        bits.number(0, 4); // levels of the filter
        for _ in 0..3 {
            bits.flag(true);
            bits.number(noise.next(256), 8);
        }
    }
    bits.number(0, 10 + 1); // no filter
    bits.number(u64::from(partitions), 2);
    bits.number(noise.next(60), 7);
    for _ in 0..5 {
        bits.flag(true);
        bits.number(noise.next(3), 4);
        bits.flag(noise.next(2) == 1);
    }
    (0..40_000).for_each(|_| bits.flag(noise.next(2) == 1));
    bits.bytes
}

fn frame(seed: u64) -> Vec<u8> {
    let mut noise = Noise(seed);
    let partitions = noise.next(4) as u32;
    let first = first_partition(&mut noise, partitions);
    let tag = (first.len() as u32) << 5 | 1 << 4;
    let mut frame = tag.to_le_bytes()[..3].to_vec();
    frame.extend([0x9d, 0x01, 0x2a, SIZE.0 as u8, 0, SIZE.1 as u8, 0]);
    frame.extend(first);
    let each = 30_000;
    for _ in 1..1 << partitions {
        frame.extend(&u32::to_le_bytes(each)[..3]);
    }
    for _ in 0..1 << partitions {
        let mut bytes = noise.bytes(each as usize);
        bytes[0] &= 0x7f; // no encoder writes 255 first
        frame.extend(bytes);
    }
    frame
}

/// A plane whose rows are padded to whole blocks.
struct Plane {
    stride: usize,
    samples: Vec<u8>,
}

fn ours(frame: &[u8], bottom: u32) -> Result<[Plane; 3], Damage> {
    let blocks = (SIZE.0.div_ceil(16), SIZE.1.div_ceil(16));
    let mut planes = [16, 8, 8].map(|side| Plane {
        stride: side * blocks.0,
        samples: vec![0; side * side * blocks.0 * blocks.1],
    });
    decode(frame, bottom, |(column, row), block| {
        for (number, plane) in planes.iter_mut().enumerate() {
            let side = if number == 0 { 16 } else { 8 };
            for y in 0..side {
                let samples = match number {
                    0 => block.luma(y),
                    _ => block.chroma(number - 1, y),
                };
                let at = (side * row + y) * plane.stride + side * column;
                plane.samples[at..at + side].copy_from_slice(samples);
            }
        }
    })?;
    Ok(planes)
}

fn theirs(frame: &[u8]) -> [Plane; 3] {
    let length = frame.len() as u32;
    let riff = (length + 12).to_le_bytes();
    let head = [*b"RIFF", riff, *b"WEBP", *b"VP8 ", length.to_le_bytes()];
    let file = Cursor::new([head.as_flattened(), frame].concat());
    let mut decoder = rusty_webp::WebPDecoder::new(file).unwrap();
    let frame = decoder.read_yuv420().unwrap().unwrap();
    let chroma = frame.uv_stride;
    [
        (frame.y_stride, frame.y),
        (chroma, frame.u),
        (chroma, frame.v),
    ]
    .map(|(stride, samples)| Plane { stride, samples })
}

#[test]
fn key_frames_of_vp8_are_decoded_exactly() {
    let mut seen = [[false; 256]; 3];
    for seed in 0..60 {
        let frame = frame(seed);
        let planes = ours(&frame, SIZE.1 as u32).unwrap();
        for (number, (ours, theirs)) in planes.iter().zip(theirs(&frame)).enumerate() {
            assert_eq!(ours.stride, theirs.stride);
            assert!(
                ours.samples == theirs.samples,
                "frame {seed}, plane {number}"
            );
            for &sample in &ours.samples {
                seen[number][usize::from(sample)] = true;
            }
        }
    }
    let values = seen.map(|seen| seen.iter().filter(|seen| **seen).count());
    assert!(
        values.iter().all(|values| *values > 60),
        "samples: {values:?}"
    );
}

#[test]
fn rows_below_the_last_one_that_is_needed_are_not_decoded() {
    let frame = frame(3);
    let whole = ours(&frame, SIZE.1 as u32).unwrap();
    let part = ours(&frame, 20).unwrap();
    for (whole, part) in whole.iter().zip(&part) {
        let shown = whole.samples.len() * 2 / 5; // two rows of macroblocks of five
        assert!(whole.samples[..shown] == part.samples[..shown]);
        assert!(part.samples[shown..].iter().all(|&sample| sample == 0));
    }
}

#[test]
fn a_frame_of_vp8_that_ends_early_is_refused() {
    let frame = frame(5);
    let first = frame[..3]
        .try_into()
        .map(|[a, b, c]: [u8; 3]| u32::from_le_bytes([a, b, c, 0]));
    let first = 10 + (first.unwrap() >> 5) as usize;
    for length in [0, 2, 9, 10, first - 1] {
        assert_eq!(
            ours(&frame[..length], 75).err(),
            Some(Damage::Ends),
            "{length}"
        );
    }
    let end = ours(&[&frame[..first], &[0; 30]].concat(), 75).err();
    assert!(
        matches!(end, Some(Damage::Contents(_) | Damage::Ends)),
        "{end:?}"
    );
    let mut later = frame.clone();
    later[0] |= 1;
    assert!(matches!(ours(&later, 75).err(), Some(Damage::Contents(_))));
}

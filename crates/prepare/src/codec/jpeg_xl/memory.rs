//! How much memory decoding a JPEG XL takes, from the headers of its frames.

use super::frame::{FrameHeader, Image, Kept};

/// Bytes for each block of 8 × 8 pixels: three means in 32 bits and a copy while they are smoothed, strength of
/// quantisation in 32 bits, and three bytes that describe the block. Later, strengths of filters take less than the copy.
const BLOCK: u64 = 31;

/// Bytes for each pixel of a row and each channel: the edges of groups, which wait for the groups beside and below.
/// Measured: 150.
const EDGES: u64 = 300;

/// Side of a group of blocks, in pixels.
const GROUP: u64 = 256;

/// Groups of which all samples are in memory, in 32 bits.
const GROUPS: u64 = 4;

/// Rows of colours, in 32 bits, that wait for the extra channels of their groups. Measured: 770.
const WAITING: u64 = 832;

/// This part of the estimate is added to it if the frame that is shown is in blocks. At 100 MP, 362 MB were resident while the estimate
/// without it was 387. How much is allocated is not known there, because for large pictures everything is requested once
/// in advance.
const MARGIN: u64 = 16;

/// What the formulas depend on besides frames.
pub(super) struct Stored {
    /// Bytes of the file, which the decoder copies.
    pub(super) encoded: u64,
    /// Twice the bytes that a sample takes which is stored itself, because that is not a whole number. It takes most if all of them are transformed as a
    /// whole, which no header says.
    pub(super) half_sample: u64,
    /// Bytes of the samples that it returns.
    pub(super) decoded: u64,
}

/// Most bytes that decoding takes besides the samples that it returns.
pub(super) fn besides(frames: &[FrameHeader], image: &Image, stored: &Stored) -> u64 {
    let (mut kept, mut most) = (0u64, 0);
    for frame in frames {
        kept = kept.saturating_add(frame.kept_bytes(image));
        most = most.max(kept.saturating_add(frame.own_bytes(image, stored)));
    }
    if frames.last().is_none_or(|frame| frame.is_modular) {
        return most;
    }
    most.saturating_add(most.saturating_add(stored.decoded) / MARGIN)
}

/// Bytes of the coefficients of all groups, three channels in 32 bits.
pub(super) fn waiting((width, height): (u32, u32)) -> u64 {
    let [width, height] = [width, height].map(|side| u64::from(side).next_multiple_of(GROUP));
    product([4, 3, width, height])
}

impl FrameHeader {
    /// Bytes of what is kept for later frames: all channels in 32 bits.
    fn kept_bytes(&self, image: &Image) -> u64 {
        let (width, height) = match self.kept {
            Kept::Nothing => return 0,
            Kept::Frame => self.size,
            Kept::Picture => image.size,
        };
        let channels = 3 + image.extra_channels as u64;
        product([
            4,
            channels,
            u64::from(width).next_multiple_of(16),
            height.into(),
        ])
    }

    /// Bytes of everything else while it is decoded.
    fn own_bytes(&self, image: &Image, stored: &Stored) -> u64 {
        let [width, height] =
            [self.size.0, self.size.1].map(|side| u64::from(side.div_ceil(self.upsampling)));
        let extra = image.extra_channels as u64;
        let samples = |channels| product([channels, stored.half_sample, width, height]) / 2;
        if self.is_modular {
            // Upsampling is not taken into account, because it and noise also need room.
            let [width, height] = [self.size.0, self.size.1].map(u64::from);
            let channels = image.colors + extra;
            return (product([channels, stored.half_sample, width, height]) / 2)
                .saturating_add(self.noise_bytes());
        }
        let group = u64::from(self.group);
        let noise = if self.has_noise { 3 } else { 0 };
        let [across, down] = [width, height].map(|side| side.next_multiple_of(16) / 8);
        let waiting = if extra > 0 { height.min(WAITING) } else { 0 };
        [
            stored.encoded,
            samples(extra),
            product([BLOCK, across, down]),
            product([EDGES, 3 + extra + noise, self.size.0.into()]),
            product([4 * GROUPS, 3, group.min(width), group.min(height)]),
            product([4, 3, width, waiting]),
            self.noise_bytes(),
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }

    /// Bytes of noise, which has the size of the result: of some groups. Upsampled groups are larger, and fewer of them
    /// are in memory. Measured for 12 MP, upsampled 8 times: 22 MB above all else of frames in blocks, and 2 MB of frames
    /// that store samples.
    fn noise_bytes(&self) -> u64 {
        let groups = match (self.has_noise, self.upsampling) {
            (false, _) => return 0,
            (true, 1) => 2 * GROUPS,
            (true, _) => GROUPS,
        };
        let [width, height] = [self.size.0, self.size.1].map(u64::from);
        let group = u64::from(self.group).saturating_mul(self.upsampling.into());
        product([groups, 3, width.min(group), height.min(group)])
    }
}

fn product<const N: usize>(factors: [u64; N]) -> u64 {
    factors.into_iter().fold(1, u64::saturating_mul)
}

//! Rows of samples as the decoder returns them, and how tiles and planes are joined to them.

/// Samples of some rows, interleaved without padding.
pub(super) enum Band {
    U8(Vec<u8>),
    U16(Vec<u16>),
    F32(Vec<f32>),
}

impl Band {
    /// An empty band of the same depth for the whole width, with so many samples per pixel.
    pub(super) fn blank(&self, stored: usize, width: u32, rows: u32) -> Self {
        let length = width as usize * rows as usize * stored;
        match self {
            Self::U8(_) => Self::U8(vec![0; length]),
            Self::U16(_) => Self::U16(vec![0; length]),
            Self::F32(_) => Self::F32(vec![0.0; length]),
        }
    }

    /// Copies a chunk to its place.
    pub(super) fn place(&mut self, part: &Self, place: &Place) {
        match (self, part) {
            (Self::U8(to), Self::U8(from)) => place.copy(from, to),
            (Self::U16(to), Self::U16(from)) => place.copy(from, to),
            (Self::F32(to), Self::F32(from)) => place.copy(from, to),
            _ => {}
        }
    }
}

/// Where a chunk belongs in its band.
pub(super) struct Place {
    /// First column and width of the chunk, and width of the band, in pixels.
    pub(super) x: usize,
    pub(super) width: usize,
    pub(super) whole: usize,
    /// Samples of a pixel of the band.
    pub(super) stored: usize,
    /// The channel that a plane has; `None` if all samples are interleaved.
    pub(super) channel: Option<usize>,
}

impl Place {
    fn copy<T: Copy>(&self, from: &[T], to: &mut [T]) {
        let per_pixel = if self.channel.is_some() {
            1
        } else {
            self.stored
        };
        let rows = to.chunks_exact_mut(self.whole * self.stored);
        for (to, from) in rows.zip(from.chunks_exact(self.width * per_pixel)) {
            let to = to.get_mut(self.x * self.stored..).unwrap_or_default();
            match self.channel {
                None => to.iter_mut().zip(from).for_each(|(to, &from)| *to = from),
                Some(channel) => {
                    let to = to.iter_mut().skip(channel).step_by(self.stored);
                    to.zip(from).for_each(|(to, &from)| *to = from);
                }
            }
        }
    }
}

/// Samples of `bits` bits from rows that begin at whole bytes, unscaled.
pub(super) fn unpack_bits(bytes: &[u8], bits: u8, per_row: usize) -> Vec<u8> {
    let per_byte = usize::from(8 / bits.max(1));
    let mask = (1u16 << bits) - 1;
    let unpack = |row: &[u8]| -> Vec<u8> {
        let split = |&byte: &u8| {
            (1..=per_byte).map(move |at| {
                let shift = 8 - at * usize::from(bits);
                (u16::from(byte) >> shift & mask) as u8
            })
        };
        row.iter().flat_map(split).take(per_row).collect()
    };
    let stride = per_row.div_ceil(per_byte).max(1);
    bytes.chunks_exact(stride).flat_map(unpack).collect()
}

//! The cache of colours (RFC 9649, section 3.6.2.3).

/// The most colours that a cache has.
const MOST: usize = 1 << 11;

/// The colours that occurred last, by a hash.
pub(super) struct Cache {
    colors: Box<[u32; MOST]>,
    /// `None` if the picture has no cache.
    shift: Option<u32>,
}

impl Cache {
    /// A cache of so many bits; of 0, there is none.
    pub(super) fn new(bits: u32) -> Self {
        Self {
            colors: Box::new([0; MOST]),
            shift: (bits > 0).then(|| 32 - bits),
        }
    }

    #[inline(always)]
    pub(super) fn enter(&mut self, pixel: u32) {
        if let Some(shift) = self.shift {
            let place = pixel.wrapping_mul(0x1e35_a7bd) >> shift;
            self.colors[place as usize % MOST] = pixel;
        }
    }

    pub(super) fn enter_all(&mut self, pixels: &[u32]) {
        if self.shift.is_some() {
            pixels.iter().for_each(|pixel| self.enter(*pixel));
        }
    }

    #[inline(always)]
    pub(super) fn get(&self, place: usize) -> u32 {
        self.colors[place % MOST]
    }
}

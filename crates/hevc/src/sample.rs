//! Samples of 8 bits in one byte, and of more in two.

/// A sample of a picture.
pub(crate) trait Sample: Copy + Default + PartialEq + Send + 'static {
    fn int(self) -> i32;
    /// A value that fits, which the caller ensures.
    fn of(value: i32) -> Self;
}

impl Sample for u8 {
    #[inline(always)]
    fn int(self) -> i32 {
        self.into()
    }
    #[inline(always)]
    fn of(value: i32) -> Self {
        value as u8
    }
}

impl Sample for u16 {
    #[inline(always)]
    fn int(self) -> i32 {
        self.into()
    }
    #[inline(always)]
    fn of(value: i32) -> Self {
        value as u16
    }
}

/// One component of a picture.
#[derive(Default)]
pub(crate) struct Plane<S> {
    pub(crate) samples: Vec<S>,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

impl<S: Sample> Plane<S> {
    /// Makes room for this size; what the samples are is left open.
    pub(crate) fn resize(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        self.samples.resize(width * height, S::default());
    }
}

//! Which instructions of the processor hot loops may use: those that every processor of the target has, or AVX2 and what
//! comes with it, found when the program runs.

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
use fearless_simd::{Avx2, Level, Simd};

/// The instructions that hot loops are compiled for. Results do not depend on them, byte for byte: no loop leaves the
/// order of its operations to the compiler.
///
/// ```
/// use avatar_jpeg::{Instructions, Scratch};
/// use avatar_jpeg::encode::Fitter;
///
/// // What a processor without AVX2 does:
/// let scratch = Scratch::new().with_instructions(Instructions::baseline());
/// let fitter = Fitter::new().with_instructions(Instructions::baseline());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Instructions {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    avx2: Option<Avx2>,
}

impl Default for Instructions {
    /// All that this processor has. It is asked once in the life of a program.
    fn default() -> Self {
        Self {
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            avx2: Level::new().as_avx2(),
        }
    }
}

impl Instructions {
    /// Only those that every processor of the target has.
    #[must_use]
    pub const fn baseline() -> Self {
        Self {
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            avx2: None,
        }
    }

    /// Runs `work`, compiled for these instructions. That holds for what is inlined into it, so it must be a closure that is
    /// always inlined, and so must be the functions it calls.
    #[inline(always)]
    pub(crate) fn run<R>(self, work: impl FnOnce() -> R) -> R {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        if let Some(avx2) = self.avx2 {
            return avx2.vectorize(work);
        }
        work()
    }
}

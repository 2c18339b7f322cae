//! How close a file comes to its original: SSIMULACRA2 (higher is better) and Butteraugli's 3-norm (lower is better).

use butteraugli::{ButteraugliParams, ButteraugliReference};
use fast_ssim2::{PixelDescriptor, PixelSlice, Ssimulacra2Reference};

/// An original and both metrics' preparation of it.
pub struct Judge {
    edge: u32,
    ssimulacra2: Ssimulacra2Reference,
    butteraugli: ButteraugliReference,
}

impl Judge {
    /// For an `edge × edge` square of interleaved sRGB.
    pub fn new(rgb: &[u8], edge: u32) -> Self {
        let ssimulacra2 = Ssimulacra2Reference::new(&slice(rgb, edge)).expect("a square");
        let side = edge as usize;
        let butteraugli =
            ButteraugliReference::new(rgb, side, side, ButteraugliParams::default()).expect("a square");
        Self { edge, ssimulacra2, butteraugli }
    }

    /// SSIMULACRA2 and Butteraugli.
    pub fn score(&self, jpeg: &[u8]) -> (f64, f64) {
        let rgb = decode(jpeg);
        let first = self.ssimulacra2.compare(&slice(&rgb, self.edge)).expect("same size");
        let second = self.butteraugli.compare(&rgb).expect("same size").pnorm_3;
        (first, second)
    }
}

fn slice(rgb: &[u8], edge: u32) -> PixelSlice<'_> {
    PixelSlice::new(rgb, edge, edge, edge as usize * 3, PixelDescriptor::RGB8_SRGB).expect("a square")
}

/// Decodes as most programs do: libjpeg's integer DCT and triangle upsampling.
pub fn decode(jpeg: &[u8]) -> Vec<u8> {
    let mut started = mozjpeg::Decompress::new_mem(jpeg).expect("a header").rgb().expect("a decoder");
    started.read_scanlines::<u8>().expect("pixels")
}

//! The yardsticks, each at one integer quality.

use crate::squares::EDGE;

pub type Encode = fn(&[u8], u8) -> Vec<u8>;

/// Name and encoder of every peer.
pub const PEERS: &[(&str, Encode)] = &[
    ("mozjpeg 4:2:0", |rgb, quality| mozjpeg(rgb, quality, 2)),
    ("mozjpeg 4:4:4", |rgb, quality| mozjpeg(rgb, quality, 1)),
    ("mozjpeg-rs 4:2:0 baseline", mozjpeg_rs),
    ("jpegli 4:2:0 prog.", |rgb, quality| jpegli(rgb, quality, 2, true)),
    ("jpegli 4:4:4 prog.", |rgb, quality| jpegli(rgb, quality, 1, true)),
    ("jpegli 4:2:0 baseline", |rgb, quality| jpegli(rgb, quality, 2, false)),
    ("jpegli 4:4:4 baseline", |rgb, quality| jpegli(rgb, quality, 1, false)),
    ("jpeg-encoder 4:2:0", jpeg_encoder),
];

/// Highest quality that fits under the cap, by bisection: seven encodes.
pub fn fit(encode: Encode, rgb: &[u8], cap: usize) -> Option<Vec<u8>> {
    let (mut low, mut high, mut best) = (1, 100, None);
    while low <= high {
        let middle = (low + high) / 2;
        let bytes = encode(rgb, middle);
        if bytes.len() <= cap {
            best = Some(bytes);
            low = middle + 1;
        } else {
            high = middle - 1;
        }
    }
    best
}

fn mozjpeg(rgb: &[u8], quality: u8, chroma: u8) -> Vec<u8> {
    let mut encoder = mozjpeg::Compress::new(mozjpeg::ColorSpace::JCS_RGB);
    encoder.set_size(EDGE as usize, EDGE as usize);
    encoder.set_quality(f32::from(quality));
    encoder.set_chroma_sampling_pixel_sizes((chroma, chroma), (chroma, chroma));
    let mut started = encoder.start_compress(Vec::new()).expect("mozjpeg starts");
    started.write_scanlines(rgb).expect("mozjpeg takes rows");
    started.finish().expect("mozjpeg ends")
}

fn mozjpeg_rs(rgb: &[u8], quality: u8) -> Vec<u8> {
    mozjpeg_rs::Encoder::baseline_optimized()
        .quality(quality)
        .subsampling(mozjpeg_rs::Subsampling::S420)
        .encode_rgb(rgb, EDGE, EDGE)
        .expect("mozjpeg-rs encodes")
}

fn jpegli(rgb: &[u8], quality: u8, chroma: u8, progressive: bool) -> Vec<u8> {
    let mut encoder = jpegli::Compress::new(jpegli::ColorSpace::JCS_RGB);
    encoder.set_size(EDGE as usize, EDGE as usize);
    encoder.set_quality(f32::from(quality));
    encoder.set_chroma_sampling_pixel_sizes((chroma, chroma), (chroma, chroma));
    encoder.set_optimize_coding(true);
    if progressive {
        encoder.set_progressive_mode();
    }
    let mut started = encoder.start_compress(Vec::new()).expect("jpegli starts");
    started.write_scanlines(rgb).expect("jpegli takes rows");
    started.finish().expect("jpegli ends")
}

fn jpeg_encoder(rgb: &[u8], quality: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut out, quality);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(rgb, EDGE as u16, EDGE as u16, jpeg_encoder::ColorType::Rgb).expect("jpeg-encoder encodes");
    out
}

//! Files of the encoder, read by independent decoders.

use avatar_jpeg::encode::{Effort, EncodeError, Encoder, Picture, Sampling};

/// A small random sequence that is the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    fn below(&mut self, end: u32) -> u32 {
        self.next() % end
    }
}

/// Smooth colour with a soft wave: close to a photograph in what it asks of a code.
fn scenery(width: u32, height: u32) -> Vec<u8> {
    let mut rgb = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            let wave = |period: u32, at: u32| {
                let t = at % period;
                t.min(period - t) * 200 / period
            };
            let r = 40 + wave(97, x + y) + wave(31, y);
            let g = 60 + wave(71, 2 * x + y / 2);
            let b = 30 + wave(113, x / 2 + 3 * y / 2) + wave(29, x);
            rgb.extend([r.min(255) as u8, g.min(255) as u8, b.min(255) as u8]);
        }
    }
    rgb
}

fn noise(samples: u32) -> Vec<u8> {
    let mut random = Random(7);
    (0..samples).map(|_| random.below(256) as u8).collect()
}

/// Decodes to interleaved samples, gray or RGB as the file has it.
fn decode_zune(jpeg: &[u8]) -> (usize, usize, Vec<u8>) {
    use zune_jpeg::zune_core::{
        bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions,
    };
    let mut decoder = zune_jpeg::JpegDecoder::new(ZCursor::new(jpeg));
    decoder.decode_headers().unwrap();
    let gray = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let wanted = if gray {
        ColorSpace::Luma
    } else {
        ColorSpace::RGB
    };
    let options = DecoderOptions::new_safe()
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(wanted);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    let pixels = decoder.decode().unwrap();
    let (width, height) = decoder.dimensions().unwrap();
    (width, height, pixels)
}

fn decode_other(jpeg: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut decoder = jpeg_decoder::Decoder::new(jpeg);
    let pixels = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    (usize::from(info.width), usize::from(info.height), pixels)
}

fn psnr(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let squares: f64 = a
        .iter()
        .zip(b)
        .map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2))
        .sum();
    10.0 * (255.0 * 255.0 * a.len() as f64 / squares.max(1e-9)).log10()
}

/// Both decoders read the file, at its size, and come closer to the original than `least` dB.
fn assert_close(jpeg: &[u8], width: u32, height: u32, original: &[u8], least: f64, what: &str) {
    for (name, (w, h, pixels)) in [
        ("zune", decode_zune(jpeg)),
        ("jpeg-decoder", decode_other(jpeg)),
    ] {
        assert_eq!((w, h), (width as usize, height as usize), "{what}, {name}");
        let psnr = psnr(&pixels, original);
        assert!(psnr > least, "{what}, {name}: {psnr:.1} dB");
    }
}

fn every_way() -> Vec<(Encoder, String)> {
    let mut ways = Vec::new();
    for sampling in [Sampling::S420, Sampling::S444, Sampling::Auto] {
        for effort in [Effort::Fast, Effort::Balanced, Effort::Best] {
            for progressive in [false, true] {
                let encoder = Encoder::new()
                    .sampling(sampling)
                    .effort(effort)
                    .progressive(progressive);
                ways.push((
                    encoder,
                    format!("{sampling:?} {effort:?} progressive={progressive}"),
                ));
            }
        }
    }
    ways
}

#[test]
fn every_size_comes_back() {
    let sides = [1, 2, 7, 8, 9, 15, 16, 17, 33, 64, 65, 131];
    for (encoder, way) in every_way() {
        for width in sides {
            for height in [1, 8, 17, 48, 63] {
                let rgb = scenery(width, height);
                let picture = Picture::from_rgb(width, height, &rgb).unwrap();
                let jpeg = encoder.clone().quality(92).encode(&picture).unwrap();
                assert_close(
                    &jpeg,
                    width,
                    height,
                    &rgb,
                    24.0,
                    &format!("{width}x{height} {way}"),
                );
            }
        }
    }
}

#[test]
fn large_pictures_come_back() {
    for (width, height) in [(2048, 2048), (1999, 3), (3, 1999)] {
        let rgb = scenery(width, height);
        let picture = Picture::from_rgb(width, height, &rgb).unwrap();
        for (encoder, way) in every_way().into_iter().take(12).step_by(3) {
            let jpeg = encoder.quality(85).encode(&picture).unwrap();
            assert_close(
                &jpeg,
                width,
                height,
                &rgb,
                26.0,
                &format!("{width}x{height} {way}"),
            );
        }
    }
}

#[test]
fn gray_comes_back_gray() {
    for (width, height) in [(1, 1), (8, 8), (13, 21), (200, 100)] {
        let gray: Vec<u8> = scenery(width, height).chunks(3).map(|rgb| rgb[1]).collect();
        let picture = Picture::gray(width, height, &gray).unwrap();
        for (encoder, way) in every_way() {
            let jpeg = encoder.quality(90).encode(&picture).unwrap();
            assert_close(
                &jpeg,
                width,
                height,
                &gray,
                30.0,
                &format!("gray {width}x{height} {way}"),
            );
        }
    }
}

#[test]
fn noise_at_full_quality_is_nearly_lossless() {
    let gray = noise(96 * 80);
    let picture = Picture::gray(96, 80, &gray).unwrap();
    for progressive in [false, true] {
        let encoder = Encoder::new()
            .quality(100)
            .effort(Effort::Fast)
            .progressive(progressive);
        assert_close(
            &encoder.encode(&picture).unwrap(),
            96,
            80,
            &gray,
            45.0,
            "noise",
        );
    }
}

#[test]
fn noise_survives_every_quality() {
    let rgb = noise(64 * 64 * 3);
    let picture = Picture::from_rgb(64, 64, &rgb).unwrap();
    for (encoder, way) in every_way() {
        for quality in [1, 10, 50, 99, 100] {
            let jpeg = encoder.clone().quality(quality).encode(&picture).unwrap();
            assert_close(&jpeg, 64, 64, &rgb, 5.0, &format!("noise q{quality} {way}"));
        }
    }
}

#[test]
fn flat_colours_stay_exact_within_rounding() {
    for colour in [
        [0, 0, 0],
        [255, 255, 255],
        [128, 128, 128],
        [255, 0, 0],
        [10, 200, 90],
    ] {
        let rgb = colour.repeat(40 * 24);
        let picture = Picture::from_rgb(40, 24, &rgb).unwrap();
        for (encoder, way) in every_way() {
            let jpeg = encoder.quality(95).encode(&picture).unwrap();
            let (_, _, pixels) = decode_zune(&jpeg);
            let worst = pixels
                .iter()
                .zip(&rgb)
                .map(|(&a, &b)| a.abs_diff(b))
                .max()
                .unwrap();
            assert!(worst <= 3, "{colour:?} {way}: off by {worst}");
        }
    }
}

#[test]
fn quality_is_monotone_in_size_and_closeness() {
    let rgb = scenery(160, 160);
    let picture = Picture::from_rgb(160, 160, &rgb).unwrap();
    let at = |quality: u8| {
        let jpeg = Encoder::new().quality(quality).encode(&picture).unwrap();
        (jpeg.len(), psnr(&decode_zune(&jpeg).2, &rgb))
    };
    let all: Vec<_> = [5, 20, 40, 60, 75, 85, 92, 97].map(at).to_vec();
    assert!(
        all.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 < w[1].1),
        "{all:?}"
    );
}

#[test]
fn baseline_is_one_interleaved_scan_and_progressive_is_smaller_or_the_same() {
    let rgb = scenery(240, 180);
    let picture = Picture::from_rgb(240, 180, &rgb).unwrap();
    let scans = |jpeg: &[u8]| jpeg.windows(2).filter(|w| w == &[0xFF, 0xDA]).count();
    for quality in [20, 60, 90] {
        let baseline = Encoder::new().quality(quality).encode(&picture).unwrap();
        let progressive = Encoder::new()
            .quality(quality)
            .progressive(true)
            .encode(&picture)
            .unwrap();
        assert_eq!(scans(&baseline), 1);
        assert!(progressive.len() <= baseline.len());
        assert_eq!(
            decode_zune(&baseline).2,
            decode_zune(&progressive).2,
            "the same coefficients"
        );
    }
}

#[test]
fn halved_chroma_is_taken_as_it_is() {
    let (luma, cb, cr) = (vec![120; 5 * 3], vec![90; 3 * 2], vec![160; 3 * 2]);
    let picture = Picture::ycbcr_halved(5, 3, &luma, &cb, &cr).unwrap();
    let jpeg = Encoder::new().quality(95).encode(&picture).unwrap();
    let rgb = [165, 110, 53].repeat(15);
    assert_close(&jpeg, 5, 3, &rgb, 40.0, "halved");
    let refused = Encoder::new().sampling(Sampling::S444).encode(&picture);
    assert_eq!(refused, Err(EncodeError::ChromaAlreadyHalved));
}

#[test]
fn hard_black_on_white_does_not_ring() {
    // Strokes off the block grid on pure white: how far may white samples stray?
    let mut rgb = vec![255u8; 96 * 96 * 3];
    for (y, line) in rgb.chunks_exact_mut(96 * 3).enumerate() {
        for (x, pixel) in line.chunks_exact_mut(3).enumerate() {
            if (x + y / 3) % 23 < 3 {
                pixel.fill(0);
            }
        }
    }
    let picture = Picture::from_rgb(96, 96, &rgb).unwrap();
    let jpeg = Encoder::new().quality(60).encode(&picture).unwrap();
    let (_, _, pixels) = decode_zune(&jpeg);
    let white: Vec<u8> = pixels
        .iter()
        .zip(&rgb)
        .filter(|&(_, &o)| o == 255)
        .map(|(&p, _)| 255 - p)
        .collect();
    let mean = white.iter().map(|&w| f64::from(w)).sum::<f64>() / white.len() as f64;
    assert!(mean < 3.0, "white is {mean:.2} levels off on average");
}

#[test]
fn the_same_bytes_every_time() {
    let rgb = scenery(150, 90);
    let picture = Picture::from_rgb(150, 90, &rgb).unwrap();
    for (encoder, way) in every_way() {
        assert_eq!(encoder.encode(&picture), encoder.encode(&picture), "{way}");
    }
}

#[test]
fn unusable_input_is_refused_with_both_numbers() {
    assert_eq!(
        Picture::gray(0, 4, &[]).err(),
        Some(EncodeError::Side {
            width: 0,
            height: 4,
            max: 65_535
        })
    );
    assert_eq!(
        Picture::from_rgb(2, 2, &[0; 11]).err(),
        Some(EncodeError::PlaneLength {
            plane: "RGB",
            found: 11,
            needed: 12
        })
    );
    assert_eq!(
        Picture::ycbcr(2, 2, &[0; 4], &[0; 4], &[0; 3]).err(),
        Some(EncodeError::PlaneLength {
            plane: "Cr",
            found: 3,
            needed: 4
        })
    );
    let picture = Picture::gray(1, 1, &[9]).unwrap();
    let refused = Encoder::new().quality(0).encode(&picture);
    assert_eq!(
        refused,
        Err(EncodeError::Quality {
            floor: 0,
            ceiling: 0
        })
    );
}

#[test]
fn white_and_black_stay_pure() {
    for (colour, way) in [255u8, 0].into_iter().zip(["white", "black"]) {
        let mut rgb = vec![colour; 64 * 64 * 3];
        rgb[64 * 3 * 20..64 * 3 * 24].fill(120);
        let picture = Picture::from_rgb(64, 64, &rgb).unwrap();
        for quality in 5..=95 {
            let jpeg = Encoder::new().quality(quality).encode(&picture).unwrap();
            let (_, _, pixels) = decode_zune(&jpeg);
            // Rows of blocks that the stripe does not touch.
            assert!(
                pixels[64 * 3 * 32..].iter().all(|&p| p == colour),
                "{way} at quality {quality}"
            );
        }
    }
}

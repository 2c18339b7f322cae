//! Pictures in every layout of every format that an encoder writes here.

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, ImageFormat, RgbImage};

use super::written_tiff;

/// A picture with grain, so that nothing compresses well, in every layout of every format.
pub(crate) fn generated(side: u32) -> Vec<(&'static str, Vec<u8>)> {
    use ImageFormat as F;
    let mut state = 1u32;
    let grain = RgbImage::from_fn(side, side * 3 / 4, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 28) as u8;
        image::Rgb([(x * 255 / side) as u8 ^ noise, (y % 256) as u8, noise * 16])
    });
    let rgb = DynamicImage::from(grain);
    let gray = DynamicImage::from(rgb.to_luma8());
    let rgba = DynamicImage::from(rgb.to_rgba8());
    let deep = DynamicImage::from(rgb.to_rgb16());
    let deep_alpha = DynamicImage::from(rgb.to_rgba16());
    let light = DynamicImage::from(rgb.to_rgb32f());
    let light_alpha = DynamicImage::from(rgb.to_rgba32f());
    let mut pictures = Vec::new();
    for (name, picture, format) in [
        ("PNG RGB", &rgb, F::Png),
        ("PNG RGBA", &rgba, F::Png),
        ("PNG gray", &gray, F::Png),
        ("PNG RGB 16", &deep, F::Png),
        ("PNG RGBA 16", &deep_alpha, F::Png),
        ("TIFF RGB", &rgb, F::Tiff),
        ("TIFF RGBA", &rgba, F::Tiff),
        ("TIFF gray", &gray, F::Tiff),
        ("TIFF RGB 16", &deep, F::Tiff),
        ("TIFF RGB float", &light, F::Tiff),
        ("WebP RGB", &rgb, F::WebP),
        ("WebP RGBA", &rgba, F::WebP),
        ("GIF", &rgba, F::Gif),
        ("OpenEXR RGB", &light, F::OpenExr),
        ("OpenEXR RGBA", &light_alpha, F::OpenExr),
        ("BMP RGB", &rgb, F::Bmp),
        ("BMP RGBA", &rgba, F::Bmp),
        ("BMP gray", &gray, F::Bmp),
        ("TGA RGB", &rgb, F::Tga),
        ("TGA RGBA", &rgba, F::Tga),
        ("PNM RGB", &rgb, F::Pnm),
        ("PNM RGB 16", &deep, F::Pnm),
        ("PNM gray", &gray, F::Pnm),
        ("QOI RGB", &rgb, F::Qoi),
        ("QOI RGBA", &rgba, F::Qoi),
        ("farbfeld", &deep_alpha, F::Farbfeld),
        ("Radiance HDR", &light, F::Hdr),
    ] {
        if format == F::Tiff {
            pictures.push((name, written_tiff::tiff(picture)));
            continue;
        }
        let mut bytes = std::io::Cursor::new(Vec::new());
        let written = if format == F::Gif {
            // Nothing here depends on which colours the palette has, and choosing them well takes most of the time.
            let mut encoder = GifEncoder::new_with_speed(&mut bytes, 30);
            let (width, height) = (picture.width(), picture.height());
            encoder.encode(picture.as_bytes(), width, height, picture.color().into())
        } else {
            picture.write_to(&mut bytes, format)
        };
        written.expect(name);
        pictures.push((name, bytes.into_inner()));
    }
    use jpeg_encoder::SamplingFactor as Sampling;
    for (name, sampling, progressive) in [
        ("JPEG 4:2:0", Sampling::F_2_2, false),
        ("JPEG 4:4:4", Sampling::F_1_1, false),
        ("JPEG 4:2:0 progressive", Sampling::F_2_2, true),
        ("JPEG 4:4:4 progressive", Sampling::F_1_1, true),
    ] {
        pictures.push((name, jpeg(&rgb, sampling, progressive)));
    }
    pictures
}

fn jpeg(
    picture: &DynamicImage,
    sampling: jpeg_encoder::SamplingFactor,
    progressive: bool,
) -> Vec<u8> {
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    encoder.set_sampling_factor(sampling);
    encoder.set_progressive(progressive);
    let samples = picture.as_bytes();
    encoder
        .encode(samples, width, height, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    bytes
}

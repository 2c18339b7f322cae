//! The pictures: 640×640 squares of the corpus photographs, and logos flattened on white.

use std::fs;
use std::path::{Path, PathBuf};

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, RgbImage};

pub const EDGE: u32 = 640;

/// One square, interleaved sRGB.
pub struct Square {
    pub name: String,
    pub rgb: Vec<u8>,
}

pub fn corpus() -> PathBuf {
    std::env::var_os("AVATAR_PREP_CORPUS").map_or_else(|| "../../../shared/corpus".into(), PathBuf::from)
}

/// Photographs: full decode, centre crop, Lanczos3.
pub fn photos() -> Vec<Square> {
    squares("photos", |path| {
        let (width, height, pixels) = decode_jpeg(&fs::read(path).ok()?)?;
        let picture = Image::from_vec_u8(width, height, pixels, PixelType::U8x3).ok()?;
        let mut square = Image::new(EDGE, EDGE, PixelType::U8x3);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
            .fit_into_destination(None);
        Resizer::new().resize(&picture, &mut square, &options).ok()?;
        Some(square.into_vec())
    })
}

/// Logos and drawings with transparency, at least 48 pixels wide: flattened on white,
/// fitted whole into the square with a margin of white.
pub fn logos() -> Vec<Square> {
    squares("alpha", |path| {
        let picture = image::open(path).ok()?;
        (picture.width() >= 48 && picture.height() >= 48 && picture.color().has_alpha()).then(|| flatten(&picture))
    })
}

fn flatten(picture: &DynamicImage) -> Vec<u8> {
    let inner = EDGE - 80;
    let fitted = picture.resize(inner, inner, image::imageops::FilterType::CatmullRom).to_rgba8();
    let mut square = RgbImage::from_pixel(EDGE, EDGE, image::Rgb([255; 3]));
    let (left, top) = ((EDGE - fitted.width()) / 2, (EDGE - fitted.height()) / 2);
    for (x, y, pixel) in fitted.enumerate_pixels() {
        let alpha = u32::from(pixel[3]);
        let over = |c: u8| ((u32::from(c) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        square.put_pixel(left + x, top + y, image::Rgb([over(pixel[0]), over(pixel[1]), over(pixel[2])]));
    }
    square.into_raw()
}

fn squares(folder: &str, load: impl Fn(&Path) -> Option<Vec<u8>>) -> Vec<Square> {
    let cache = Path::new("target/squares").join(folder);
    fs::create_dir_all(&cache).expect("a writable target folder");
    let mut paths: Vec<PathBuf> = fs::read_dir(corpus().join(folder))
        .expect("a corpus, see AVATAR_PREP_CORPUS")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    let mut squares = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let cached = cache.join(format!("{name}.rgb"));
        let rgb = fs::read(&cached).ok().or_else(|| {
            let rgb = load(&path)?;
            fs::write(&cached, &rgb).ok()?;
            Some(rgb)
        });
        squares.extend(rgb.map(|rgb| Square { name, rgb }));
    }
    squares
}

/// Decodes with zune-jpeg, to RGB.
fn decode_jpeg(bytes: &[u8]) -> Option<(u32, u32, Vec<u8>)> {
    let options = zune_jpeg::zune_core::options::DecoderOptions::default()
        .jpeg_set_out_colorspace(zune_jpeg::zune_core::colorspace::ColorSpace::RGB);
    let cursor = zune_jpeg::zune_core::bytestream::ZCursor::new(bytes);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(cursor, options);
    let pixels = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    Some((width as u32, height as u32, pixels))
}

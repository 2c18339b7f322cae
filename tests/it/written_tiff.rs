//! TIFF files of pictures. `image` can write them too, but only with a feature that the program does not need: a build of
//! the program after one of the tests would then compile `image`, and all that depends on it, a second time.

use std::io::Cursor;

use image::DynamicImage;
use tiff::encoder::TiffEncoder;
use tiff::encoder::colortype::{Gray8, RGB8, RGB16, RGB32Float, RGBA8};

/// One strip after the other, without compression.
pub(crate) fn tiff(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    let (width, height) = (picture.width(), picture.height());
    let written = match picture {
        DynamicImage::ImageLuma8(gray) => encoder.write_image::<Gray8>(width, height, gray),
        DynamicImage::ImageRgb8(rgb) => encoder.write_image::<RGB8>(width, height, rgb),
        DynamicImage::ImageRgba8(rgba) => encoder.write_image::<RGBA8>(width, height, rgba),
        DynamicImage::ImageRgb16(deep) => encoder.write_image::<RGB16>(width, height, deep),
        DynamicImage::ImageRgb32F(light) => encoder.write_image::<RGB32Float>(width, height, light),
        other => panic!("{:?} is not written here", other.color()),
    };
    written.unwrap();
    bytes.into_inner()
}

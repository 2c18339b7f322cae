//! One AV1 picture through `re_rav1d`, copied out of its padded buffers.

use re_rav1d::dav1d::pixel::{MatrixCoefficients, YUVRange};
use re_rav1d::dav1d::{
    Decoder, Error, Picture as Decoded, PixelLayout, PlanarImageComponent, Settings,
};

use super::mosaic::Picture;
use crate::pixels::raster::Samples;
use crate::pixels::ycbcr::Plane;

/// A decoded picture, and what its stream says about its colours.
pub(super) struct Frame {
    pub(super) picture: Picture,
    pub(super) matrix: u16,
    pub(super) is_full_range: bool,
}

/// Decodes the picture in the open bitstream units of one item. A picture of more than `pixels` is
/// refused before anything is allocated for it.
pub(super) fn decode(units: Vec<u8>, pixels: u64) -> Result<Frame, String> {
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(u32::try_from(pixels).unwrap_or(u32::MAX));
    let mut decoder = Decoder::with_settings(&settings).map_err(told)?;
    if units.is_empty() {
        return Err("an empty AV1 picture".into());
    }
    match decoder.send_data(units, None, None, None) {
        Ok(()) | Err(Error::Again) => {}
        Err(error) => return Err(told(error)),
    }
    let decoded = next(&mut decoder)?;
    frame(&decoded).ok_or_else(|| "an AV1 picture with missing planes".into())
}

/// Feeds pending data to the decoder until it returns a picture.
fn next(decoder: &mut Decoder) -> Result<Decoded, String> {
    loop {
        match decoder.get_picture() {
            Ok(picture) => return Ok(picture),
            Err(Error::Again) => match decoder.send_pending_data() {
                Ok(()) => return decoder.get_picture().map_err(told),
                Err(Error::Again) => {}
                Err(error) => return Err(told(error)),
            },
            Err(error) => return Err(told(error)),
        }
    }
}

fn told(error: Error) -> String {
    match error {
        Error::Again => "the AV1 data ends before its picture does".into(),
        other => format!("AV1: {other}"),
    }
}

fn frame(decoded: &Decoded) -> Option<Frame> {
    let (width, height) = (decoded.width(), decoded.height());
    let halved = match decoded.pixel_layout() {
        PixelLayout::I400 => None,
        PixelLayout::I420 => Some((width.div_ceil(2), height.div_ceil(2))),
        PixelLayout::I422 => Some((width.div_ceil(2), height)),
        PixelLayout::I444 => Some((width, height)),
    };
    let chroma = match halved {
        Some(size) => Some([
            plane(decoded, PlanarImageComponent::U, size)?,
            plane(decoded, PlanarImageComponent::V, size)?,
        ]),
        None => None,
    };
    Some(Frame {
        picture: Picture {
            luma: plane(decoded, PlanarImageComponent::Y, (width, height))?,
            chroma,
            depth: decoded.bits_per_component()?.0 as u32,
        },
        matrix: matrix(decoded.matrix_coefficients()),
        is_full_range: matches!(decoded.color_range(), YUVRange::Full),
    })
}

fn plane(decoded: &Decoded, component: PlanarImageComponent, size: (u32, u32)) -> Option<Plane> {
    let (width, height) = size;
    let data = decoded.plane(component);
    let stride = decoded.stride(component) as usize;
    let is_wide = decoded.bit_depth() > 8;
    let length = width as usize * if is_wide { 2 } else { 1 };
    let rows = (0..height as usize).map(|row| data.get(row * stride..)?.get(..length));
    let rows = rows.collect::<Option<Vec<_>>>()?;
    let samples = if is_wide {
        let pairs = rows.iter().flat_map(|row| row.as_chunks::<2>().0);
        Samples::U16(pairs.map(|&pair| u16::from_ne_bytes(pair)).collect())
    } else {
        Samples::U8(rows.concat())
    };
    Some(Plane {
        width,
        height,
        samples,
    })
}

/// The code point of ITU-T H.273 for these coefficients.
fn matrix(coefficients: MatrixCoefficients) -> u16 {
    match coefficients {
        MatrixCoefficients::Identity => 0,
        MatrixCoefficients::BT709 => 1,
        MatrixCoefficients::BT470M => 4,
        MatrixCoefficients::BT470BG => 5,
        MatrixCoefficients::ST170M => 6,
        MatrixCoefficients::ST240M => 7,
        MatrixCoefficients::YCgCo => 8,
        MatrixCoefficients::BT2020NonConstantLuminance => 9,
        MatrixCoefficients::BT2020ConstantLuminance => 10,
        _ => 2,
    }
}

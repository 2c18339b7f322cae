//! One AV1 picture through `re_rav1d`.

use re_rav1d::dav1d::pixel::{MatrixCoefficients, YUVRange};
use re_rav1d::dav1d::{
    Decoder, Error, InloopFilterType, Picture, PixelLayout, PlanarImageComponent, Plane, Settings,
};

use super::av1_header::{FRAME, FRAME_HEADER, units};
use super::mosaic::{Stored, Tile, View};

/// A decoded picture in the decoder's buffers, and what its stream says about its colours.
pub(super) struct DecodedFrame {
    planes: Vec<Coded>,
    depth: u32,
    pub(super) matrix: u16,
    pub(super) is_full_range: bool,
}

/// One plane, with padding at the end of each row.
struct Coded {
    size: (u32, u32),
    /// In bytes.
    stride: usize,
    is_wide: bool,
    samples: Plane,
}

/// Decodes the picture in the open bitstream units of one item. A picture of more than `pixels` is
/// refused before anything is allocated for it. If it `is_reduced` to a quarter or less in each
/// direction, it is not filtered: the filters change less than the reduction shows, no other pixel
/// depends on their results, and they take a third of the time. A picture in layers is filtered in any
/// case, because upper layers are predicted from lower ones.
pub(super) fn decode(
    units: Vec<u8>,
    pixels: u64,
    is_reduced: bool,
) -> Result<DecodedFrame, String> {
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    if is_reduced && pictures(&units) == Some(1) {
        settings.set_inloop_filters(InloopFilterType::empty());
    }
    settings.set_frame_size_limit(u32::try_from(pixels).unwrap_or(u32::MAX));
    let mut decoder = Decoder::with_settings(&settings).map_err(text)?;
    if units.is_empty() {
        return Err("an empty AV1 picture".into());
    }
    match decoder.send_data(units, None, None, None) {
        Ok(()) | Err(Error::Again) => {}
        Err(error) => return Err(text(error)),
    }
    let decoded = next(&mut decoder)?;
    frame(&decoded).ok_or_else(|| "an AV1 picture with missing planes".into())
}

/// Coded pictures in open bitstream units; `None` if a unit exceeds the data.
fn pictures(data: &[u8]) -> Option<usize> {
    let all: Option<Vec<_>> = units(data).collect();
    let is_picture = |(kind, _): &&(u8, &[u8])| matches!(*kind, FRAME_HEADER | FRAME);
    Some(all?.iter().filter(is_picture).count())
}

/// Feeds pending data to the decoder until it returns a picture.
fn next(decoder: &mut Decoder) -> Result<Picture, String> {
    loop {
        match decoder.get_picture() {
            Ok(picture) => return Ok(picture),
            Err(Error::Again) => match decoder.send_pending_data() {
                Ok(()) => return decoder.get_picture().map_err(text),
                Err(Error::Again) => {}
                Err(error) => return Err(text(error)),
            },
            Err(error) => return Err(text(error)),
        }
    }
}

fn text(error: Error) -> String {
    match error {
        Error::Again => "the AV1 data ends before its picture does".into(),
        other => format!("AV1: {other}"),
    }
}

fn frame(decoded: &Picture) -> Option<DecodedFrame> {
    let (width, height) = (decoded.width(), decoded.height());
    let halved = match decoded.pixel_layout() {
        PixelLayout::I400 => None,
        PixelLayout::I420 => Some((width.div_ceil(2), height.div_ceil(2))),
        PixelLayout::I422 => Some((width.div_ceil(2), height)),
        PixelLayout::I444 => Some((width, height)),
    };
    let mut planes = vec![plane(decoded, PlanarImageComponent::Y, (width, height))?];
    if let Some(size) = halved {
        planes.push(plane(decoded, PlanarImageComponent::U, size)?);
        planes.push(plane(decoded, PlanarImageComponent::V, size)?);
    }
    Some(DecodedFrame {
        planes,
        depth: decoded.bits_per_component()?.0 as u32,
        matrix: matrix(decoded.matrix_coefficients()),
        is_full_range: matches!(decoded.color_range(), YUVRange::Full),
    })
}

/// `None` if the plane does not have all its samples.
fn plane(decoded: &Picture, component: PlanarImageComponent, size: (u32, u32)) -> Option<Coded> {
    let (width, height) = (size.0 as usize, size.1 as usize);
    let samples = decoded.plane(component);
    let stride = decoded.stride(component) as usize;
    let is_wide = decoded.bit_depth() > 8;
    let length = if is_wide { 2 * width } else { width };
    let all = height
        .checked_sub(1)?
        .checked_mul(stride)?
        .checked_add(length)?;
    (all <= samples.len() && length <= stride).then_some(Coded {
        size,
        stride,
        is_wide,
        samples,
    })
}

impl DecodedFrame {
    /// Its samples; `None` if planes are missing.
    pub(super) fn tile(&self) -> Option<Tile<'_>> {
        let mut views = self.planes.iter().map(Coded::view);
        let luma = views.next()?;
        let chroma = views.next().zip(views.next());
        Some(Tile {
            luma,
            chroma: chroma.map(|(cb, cr)| [cb, cr]),
            depth: self.depth,
        })
    }
}

impl Coded {
    fn view(&self) -> View<'_> {
        let bytes: &[u8] = &self.samples;
        View {
            size: self.size,
            stride: if self.is_wide {
                self.stride / 2
            } else {
                self.stride
            },
            lift: 0,
            samples: match self.is_wide {
                true => Stored::Pairs(bytes.as_chunks::<2>().0),
                false => Stored::U8(bytes),
            },
        }
    }
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

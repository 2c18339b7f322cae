//! JPEG XL through `jxl`, the decoder of the format's authors.

mod bits;
mod boxes;
mod frame;
mod frames;
mod level;
mod memory;

use jxl::api::{
    AlphaMode, Endianness, Event, ExtraChannel, JxlBasicInfo, JxlBitDepth, JxlColorEncoding,
    JxlColorProfile, JxlColorType, JxlDataFormat, JxlDecoder, JxlDecoderOptions, JxlOutputBuffer,
    JxlPixelFormat, JxlPrimaries, JxlTransferFunction, JxlWhitePoint, ProfileLevel,
};
use jxl::error::Error as JxlError;

use crate::codec::contract::{Decode, Header, Memory, Opened, ends_inside};
use crate::color::{Chromaticities, Color, Matrix};
use crate::pixels::decoded::Decoded;
use crate::pixels::linear_image::LinearImage;
use crate::pixels::raster::{Alpha, Layout, Raster, Samples};
use crate::{Error, Format, Limits, Orientation, PictureError};
use frame::{Image, UntilShown};
use level::Input;
use memory::Stored;

const FORMAT: Format = Format::JpegXl;
/// Longest profile, in bytes, of a picture whose frames are read: to find its end, it is decoded some 20 times.
const MOST_PROFILE: usize = 64 << 10;

/// Reads up to the basic information.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let mut decoder = JxlDecoder::new(options(limits));
    let mut rest = Input::new(bytes);
    advance(&mut decoder, &mut rest, None)?;
    let info = decoder
        .basic_info()
        .cloned()
        .ok_or_else(|| ends_inside(FORMAT))?;
    let profile = decoder.output_color_profile().cloned();
    let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let size = (side(info.size.0), side(info.size.1));
    let profile_bytes = match decoder.embedded_color_profile() {
        Some(JxlColorProfile::Icc(icc)) => Some(icc.len()),
        _ => None,
    };
    let is_icc = profile_bytes.is_some();
    let pixels = Pixels::new(&info, profile.as_ref());
    let count = u64::from(size.0) * u64::from(size.1);
    let color = match &profile {
        // If the decoder replaces the ICC profile of a gray picture by a linear one of its own, it
        // returns samples in sRGB all the same.
        Some(_) if is_icc && pixels.layout == Layout::Gray && pixels.is_linear => {
            Color::Unspecified
        }
        Some(profile) => color(profile),
        None => Color::default(),
    };
    let decoded_bytes = count.saturating_mul((pixels.layout.channels() * pixels.bytes()) as u64);
    let besides = besides(bytes, (&info, profile_bytes), &pixels, limits);
    let header = Header {
        orientation: Orientation::from_exif(info.orientation as u32).unwrap_or_default(),
        frames: match info.animation {
            Some(_) => frames(bytes),
            None => 1,
        },
        ..Header::new(size, decoded_bytes, color)
    };
    let decode: Decode<'a> = Box::new(move |_, _| {
        let format = pixels.format(info.extra_channels.len());
        decoder.set_pixel_format(format).map_err(refuse)?;
        read(decoder, rest, size, &pixels)
    });
    Ok(
        Opened::new(header, decode)
            .with_memory(Memory::Peak(decoded_bytes.saturating_add(besides))),
    )
}

fn options(limits: &Limits) -> JxlDecoderOptions {
    let mut options = JxlDecoderOptions::default();
    options.adjust_orientation = false;
    options.alpha_mode = AlphaMode::Unpremultiplied;
    options.max_profile_level = ProfileLevel::Main10;
    // Colour, alpha and some extra channels.
    options.sample_limit = usize::try_from(limits.pixels.saturating_mul(8)).ok();
    options
}

/// Most bytes that decoding takes besides the samples that it returns.
fn besides(
    bytes: &[u8],
    (info, profile_bytes): (&JxlBasicInfo, Option<usize>),
    pixels: &Pixels,
    limits: &Limits,
) -> u64 {
    let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let animation = info.animation.as_ref();
    let is_xyb = !info.uses_original_profile;
    let image = Image {
        size: (side(info.size.0), side(info.size.1)),
        colors: if pixels.is_gray && !is_xyb { 1 } else { 3 },
        extra_channels: info.extra_channels.len(),
        is_xyb,
        is_animated: animation.is_some(),
        has_timecodes: animation.is_some_and(|animation| animation.have_timecodes),
        has_profile: profile_bytes.is_some(),
    };
    let (width, height) = image.size;
    let count = u64::from(width) * u64::from(height);
    // One deep channel, such as one of distances, makes all samples 32 bits wide, and its depth is not known here.
    let mut extra = info.extra_channels.iter();
    let is_usual = extra.all(|extra| extra.ec_type == ExtraChannel::Alpha);
    let half_sample: u64 = if pixels.bytes() == 1 && is_usual {
        5
    } else {
        10
    };
    // A small picture comes before all frames, and ink is calculated from the samples.
    let is_short = profile_bytes.is_none_or(|length| length <= MOST_PROFILE);
    let is_plain = info.preview_size.is_none() && pixels.layout != Layout::Cmyk && is_short;
    let found = is_plain.then(|| frames::until_shown(bytes, &image, limits));
    let found = found.flatten();
    if let Some(UntilShown::All(frames)) = &found {
        let returned = (pixels.layout.channels() * pixels.bytes()) as u64;
        let stored = Stored {
            encoded: bytes.len() as u64,
            half_sample,
            decoded: count.saturating_mul(returned),
        };
        return memory::besides(frames, &image, &stored);
    }
    let channels = pixels.layout.channels() + 2 * usize::from(pixels.alpha_of_ink.is_some());
    let samples = count.saturating_mul(channels as u64 * half_sample) / 2;
    match found {
        Some(UntilShown::Waiting) => samples.saturating_add(memory::waiting(image.size)),
        _ => samples,
    }
}

/// Number of frames of an animation, as far as the file has them, without decoding any.
fn frames(bytes: &[u8]) -> u32 {
    let mut options = JxlDecoderOptions::default();
    options.scan_frames_only = true;
    options.max_profile_level = ProfileLevel::Main10;
    let mut decoder = JxlDecoder::new(options);
    let mut rest = Input::new(bytes);
    let mut frames = 0u32;
    loop {
        match advance(&mut decoder, &mut rest, None) {
            Ok(Event::FrameHeader) => frames = frames.saturating_add(1),
            Ok(Event::BasicInfo | Event::FrameComplete { .. }) => {}
            _ => return frames.max(1),
        }
    }
}

/// The form in which samples are requested from the decoder.
#[derive(Clone)]
struct Pixels {
    layout: Layout,
    depth: Depth,
    is_gray: bool,
    chromaticities: Option<Chromaticities>,
    is_linear: bool,
    /// Whether light beyond white is a colour outside sRGB, and not a highlight.
    ends_at_white: bool,
    /// The extra channel with the alpha of CMYK, which the decoder returns separately.
    alpha_of_ink: Option<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum Depth {
    Eight,
    Sixteen,
    /// Linear light, also brighter than white.
    Float,
}

impl Pixels {
    fn new(info: &JxlBasicInfo, profile: Option<&JxlColorProfile>) -> Self {
        let channel = |kind| {
            info.extra_channels
                .iter()
                .any(|extra| extra.ec_type == kind)
        };
        let is_gray = profile.is_some_and(|profile| profile.channels() == 1);
        let layout = match (is_gray, channel(ExtraChannel::Alpha)) {
            _ if channel(ExtraChannel::Black) => Layout::Cmyk,
            (true, false) => Layout::Gray,
            (true, true) => Layout::GrayAlpha,
            (false, false) => Layout::Rgb,
            (false, true) => Layout::Rgba,
        };
        let is_linear = matches!(
            profile.and_then(JxlColorProfile::transfer_function),
            Some(JxlTransferFunction::Linear)
        );
        let depth = match info.bit_depth {
            _ if is_linear && !is_gray && layout != Layout::Cmyk => Depth::Float,
            JxlBitDepth::Int {
                bits_per_sample: ..=8,
            } => Depth::Eight,
            _ => Depth::Sixteen,
        };
        let chromaticities = profile.and_then(chromaticities);
        // Integers have no value beyond white. Wide primaries have some in sRGB, and so has a lossy
        // picture, whose ICC profile the decoder replaces by linear sRGB.
        let ends_at_white = matches!(info.bit_depth, JxlBitDepth::Int { .. });
        let mut extra = info.extra_channels.iter();
        let alpha = extra.position(|extra| extra.ec_type == ExtraChannel::Alpha);
        Self {
            layout,
            depth,
            is_gray,
            chromaticities,
            is_linear,
            ends_at_white,
            alpha_of_ink: alpha.filter(|_| layout == Layout::Cmyk),
        }
    }

    fn bytes(&self) -> usize {
        match self.depth {
            Depth::Eight => 1,
            Depth::Sixteen => 2,
            Depth::Float => 4,
        }
    }

    fn format(&self, extra_channels: usize) -> JxlPixelFormat {
        let endianness = Endianness::native();
        let data = match self.depth {
            Depth::Eight => JxlDataFormat::U8 { bit_depth: 8 },
            Depth::Sixteen => JxlDataFormat::U16 {
                endianness,
                bit_depth: 16,
            },
            Depth::Float => JxlDataFormat::F32 { endianness },
        };
        JxlPixelFormat {
            color_type: match self.layout {
                Layout::Gray => JxlColorType::Grayscale,
                Layout::GrayAlpha => JxlColorType::GrayscaleAlpha,
                Layout::Rgb => JxlColorType::Rgb,
                Layout::Rgba => JxlColorType::Rgba,
                Layout::Cmyk => JxlColorType::Cmyk,
            },
            color_data_format: Some(data),
            extra_channel_format: (0..extra_channels)
                .map(|index| (self.alpha_of_ink == Some(index)).then_some(data))
                .collect(),
        }
    }
}

/// Runs the decoder until it returns something other than a request for more input.
fn advance(
    decoder: &mut JxlDecoder,
    rest: &mut Input<'_>,
    buffer: Option<&mut [JxlOutputBuffer<'_>]>,
) -> Result<Event, Error> {
    match decoder.process(rest, buffer, None).map_err(refuse)? {
        Event::NeedMoreInput { .. } => Err(ends_inside(FORMAT)),
        event => Ok(event),
    }
}

/// Decodes the first frame.
fn read(
    mut decoder: JxlDecoder,
    mut rest: Input<'_>,
    size: (u32, u32),
    pixels: &Pixels,
) -> Result<Decoded, Error> {
    let (width, height) = (size.0 as usize, size.1 as usize);
    let count = width * height * pixels.layout.channels();
    let has_alpha = pixels.alpha_of_ink.is_some();
    let alpha_count = if has_alpha { width * height } else { 0 };
    let mut fill = |bytes: &mut [u8], alpha: &mut [u8]| {
        let row = width * pixels.layout.channels() * pixels.bytes();
        let alpha_row = width * pixels.bytes();
        loop {
            let mut buffers = vec![JxlOutputBuffer::new(bytes, height, row)];
            if has_alpha {
                buffers.push(JxlOutputBuffer::new(alpha, height, alpha_row));
            }
            match advance(&mut decoder, &mut rest, Some(&mut buffers))? {
                Event::FrameComplete { .. } | Event::Complete => return Ok::<_, Error>(()),
                _ => {}
            }
        }
    };
    let samples = match pixels.depth {
        Depth::Eight => {
            let (mut samples, mut alpha) = (vec![0u8; count], vec![0u8; alpha_count]);
            fill(&mut samples, &mut alpha)?;
            if pixels.layout == Layout::Cmyk {
                samples = inks(&samples, &alpha, u8::MAX);
            }
            Samples::U8(samples)
        }
        Depth::Sixteen => {
            let (mut samples, mut alpha) = (vec![0u16; count], vec![0u16; alpha_count]);
            fill(
                bytemuck::cast_slice_mut(&mut samples),
                bytemuck::cast_slice_mut(&mut alpha),
            )?;
            if pixels.layout == Layout::Cmyk {
                samples = inks(&samples, &alpha, u16::MAX);
            }
            Samples::U16(samples)
        }
        Depth::Float => {
            let mut samples = vec![0f32; count];
            fill(bytemuck::cast_slice_mut(&mut samples), &mut [])?;
            let (layout, mut chromaticities) = (pixels.layout, pixels.chromaticities);
            if pixels.ends_at_white {
                let matrix = chromaticities.take().and_then(|found| Matrix::of(&found));
                end_at_white(&mut samples, layout, &matrix.unwrap_or(Matrix::IDENTITY));
            }
            let alpha = Alpha::Straight;
            return Ok(Decoded::Linear(LinearImage {
                size,
                layout,
                alpha,
                samples,
                chromaticities,
            }));
        }
    };
    Raster::new(size, pixels.layout, samples)
        .map(Decoded::Raster)
        .ok_or_else(|| malformed("it has no pixels"))
}

/// Converts light to the primaries of sRGB, and cuts what is brighter than white there.
fn end_at_white(samples: &mut [f32], layout: Layout, matrix: &Matrix) {
    for pixel in samples.chunks_exact_mut(layout.channels()) {
        if let [r, g, b, ..] = pixel {
            [*r, *g, *b] = matrix.apply([*r, *g, *b]).map(|light| light.min(1.0));
        }
    }
}

/// The stored value is the absence of ink: 1 is paper (ISO/IEC 18181-1, as libjxl reads it). Ink is only where alpha
/// is; no alpha means that it is everywhere.
fn inks<T: Copy + Into<u32> + TryFrom<u32> + Default>(
    samples: &[T],
    alpha: &[T],
    full: T,
) -> Vec<T> {
    let full: u32 = full.into();
    let ink = |(index, &sample): (usize, &T)| {
        let ink = full - sample.into();
        let alpha = alpha.get(index / 4).map_or(full, |&alpha| alpha.into());
        let covered = (u64::from(ink) * u64::from(alpha) + u64::from(full) / 2) / u64::from(full);
        T::try_from(covered as u32).unwrap_or_default()
    };
    samples.iter().enumerate().map(ink).collect()
}

fn color(profile: &JxlColorProfile) -> Color {
    let (primaries, transfer) = match profile {
        JxlColorProfile::Icc(icc) => return Color::of_profile(icc),
        JxlColorProfile::Simple(JxlColorEncoding::RgbColorSpace {
            primaries,
            transfer_function,
            ..
        }) => (code(primaries), transfer_function),
        JxlColorProfile::Simple(JxlColorEncoding::GrayscaleColorSpace {
            transfer_function,
            ..
        }) => (Some(1), transfer_function),
        JxlColorProfile::Simple(_) => return Color::Unspecified,
    };
    let transfer = match transfer {
        // Exactly this gamma: unlike in PNG, it does not stand for sRGB.
        JxlTransferFunction::Gamma(_) => return as_profile(profile),
        JxlTransferFunction::BT709 => 1,
        JxlTransferFunction::Linear => 8,
        JxlTransferFunction::SRGB => 13,
        JxlTransferFunction::PQ => 16,
        JxlTransferFunction::DCI => 17,
        JxlTransferFunction::HLG => 18,
    };
    match primaries {
        Some(primaries) => Color::Cicp {
            primaries,
            transfer,
        },
        None => as_profile(profile),
    }
}

fn as_profile(profile: &JxlColorProfile) -> Color {
    let icc = profile.try_as_icc();
    icc.map_or(Color::Unspecified, |icc| Color::of_profile(&icc))
}

/// Code point of the primaries (H.273, table 2), if they have the usual white.
fn code(primaries: &JxlPrimaries) -> Option<u8> {
    match primaries {
        JxlPrimaries::SRGB => Some(1),
        JxlPrimaries::BT2100 => Some(9),
        JxlPrimaries::P3 => Some(12),
        JxlPrimaries::Chromaticities { .. } => None,
    }
}

fn chromaticities(profile: &JxlColorProfile) -> Option<Chromaticities> {
    let JxlColorProfile::Simple(JxlColorEncoding::RgbColorSpace {
        white_point,
        primaries,
        ..
    }) = profile
    else {
        return None;
    };
    if *white_point == JxlWhitePoint::D65 && *primaries == JxlPrimaries::SRGB {
        return None;
    }
    let pair = |(x, y): (f32, f32)| [f64::from(x), f64::from(y)];
    let [red, green, blue] = primaries.to_xy_coords().map(pair);
    let white = pair(white_point.to_xy_coords());
    Some(Chromaticities {
        red,
        green,
        blue,
        white,
    })
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn malformed(detail: impl ToString) -> Error {
    let detail = detail.to_string();
    PictureError::Malformed {
        format: FORMAT,
        detail,
    }
    .into()
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refuse(error: JxlError) -> Error {
    match error {
        JxlError::OutOfBounds(_) => ends_inside(FORMAT),
        other => malformed(other),
    }
}

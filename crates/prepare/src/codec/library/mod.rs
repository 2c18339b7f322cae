//! Every format that the `image` crate decodes.

#[cfg(feature = "rare")]
mod exr;
#[cfg(feature = "rare")]
mod exr_layer;
#[cfg(feature = "rare")]
mod exr_names;
mod gif;
mod gif_damaged;
mod gif_rows;
mod qoi_damaged;
mod radiance;
mod strips;
mod targa;
mod webp;
mod webp_lossless;
mod webp_planes;
mod webp_rest;

use std::io::ErrorKind;
use std::ops::Range;

use image::codecs::bmp::BmpDecoder;
use image::codecs::farbfeld::FarbfeldDecoder;
use image::codecs::gif::GifDecoder;
use image::codecs::hdr::HdrDecoder;
#[cfg(feature = "rare")]
use image::codecs::openexr::OpenExrDecoder;
use image::codecs::pnm::PnmDecoder;
#[cfg(feature = "rare")]
use image::codecs::qoi::QoiDecoder;
use image::codecs::tga::TgaDecoder;
use image::codecs::webp::WebPDecoder;
use image::error::{ImageError, ImageFormatHint, LimitErrorKind};
use image::{ColorType, ImageDecoder, ImageFormat};

use crate::codec::bytes::i32_le;
use crate::codec::contract::{Decode, Detail, Header, Memory, Opened, ends_inside};
use crate::codec::damage::gray;
use crate::codec::whole_file::WholeFile;
use crate::codec::{chunks, exif, frames};
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::in_order::InOrder;
use crate::pixels::linear_image::LinearImage;
use crate::pixels::raster::{Alpha, Layout, Raster, Samples};
use crate::pixels::reduce::{Reduced, Reducer};
use crate::pixels::void::{is_zero, without_last};
use crate::plan::Plan;
use crate::{Error, Format, Limit, LimitExceeded, Limits, Note, Orientation, PictureError};
use qoi_damaged::Mended;
use strips::Strips;
use targa::Use;

/// Rows that are decoded at a time, where that is possible.
const STRIP: u32 = 64;

/// Reads the header.
pub(super) fn open<'a>(
    format: Format,
    library_format: ImageFormat,
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    // The library takes colours from wrong places there, without an error: see docs/upstream/qoi.md.
    if cfg!(target_endian = "big") && format == Format::Qoi {
        let feature = "decoding on a big-endian processor".into();
        return Err(PictureError::Unsupported { format, feature }.into());
    }
    #[cfg(feature = "rare")]
    if format == Format::Exr {
        exr::check(bytes)?;
        if let Some(picture) = exr_layer::Picture::find(bytes) {
            let library = || by_library(format, library_format, bytes, limits);
            return picture?.open(bytes, limits, library);
        }
    }
    if format == Format::Hdr {
        radiance::check(bytes)?;
    }
    if format == Format::WebP {
        webp::check(bytes)?;
    }
    if format == Format::Gif {
        let decoder = GifDecoder::new(gif::Lenient::new(bytes)).and_then(|mut decoder| {
            decoder.set_limits(library_limits(limits))?;
            Ok(decoder)
        });
        let opened = opened(format, decoder, bytes, limits)?;
        return Ok(gif_rows::by_rows(opened, bytes));
    }
    if format == Format::WebP {
        return lossless_or_lossy(bytes, limits);
    }
    by_library(format, library_format, bytes, limits)
}

/// Opens a picture that needs nothing of its own.
fn by_library<'a>(
    format: Format,
    library_format: ImageFormat,
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    if let Some(size) = declared_size(format, bytes) {
        limits.check_picture(size, 1, 0)?;
    }
    let decoder = decoder(library_format, bytes, library_limits(limits));
    opened_boxed(format, decoder, bytes, limits)
}

/// The library's decoder of a format that is read by it alone. `ImageReader` has all its decoders compiled here.
fn decoder(
    format: ImageFormat,
    bytes: &[u8],
    limits: image::Limits,
) -> Result<AnyDecoder<'_>, ImageError> {
    let file = WholeFile::new(bytes);
    let mut decoder: AnyDecoder<'_> = match format {
        ImageFormat::Bmp => Box::new(BmpDecoder::new(file)?),
        ImageFormat::Farbfeld => Box::new(FarbfeldDecoder::new(file)?),
        ImageFormat::Hdr => Box::new(HdrDecoder::new(file)?),
        ImageFormat::Pnm => Box::new(PnmDecoder::new(file)?),
        ImageFormat::Tga => Box::new(TgaDecoder::new(file)?),
        #[cfg(feature = "rare")]
        ImageFormat::OpenExr => Box::new(OpenExrDecoder::new(file)?),
        #[cfg(feature = "rare")]
        ImageFormat::Qoi => Box::new(QoiDecoder::new(file)?),
        other => {
            let format = ImageFormatHint::Exact(other);
            return Err(ImageError::Unsupported(format.into()));
        }
    };
    decoder.set_limits(limits)?;
    Ok(decoder)
}

/// Opens a WebP, which gets a note if its data goes on where its pixels end.
fn lossless_or_lossy<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let mut file = WholeFile::new(bytes);
    if webp::leaves_canvas_free(bytes) {
        file = file.with_bits(webp::FLAGS, webp::ALPHA);
    }
    let position = file.position();
    let decoder = WebPDecoder::new(file).and_then(|mut decoder| {
        decoder.set_limits(library_limits(limits))?;
        Ok(decoder)
    });
    let opened = opened(Format::WebP, decoder, bytes, limits)?;
    if let Some(frame) = webp_lossless::frame(bytes) {
        return Ok(webp_lossless::by_rows(opened, bytes, frame));
    }
    let decode = opened.decode;
    let decode: Decode<'a> = Box::new(move |plan, scratch| {
        let pixels = decode(plan, scratch)?;
        Ok(match webp_rest::has_rest(bytes, position.get()) {
            true => pixels.damaged(Note::Damaged { percent: 100 }),
            false => pixels,
        })
    });
    Ok(Opened { decode, ..opened })
}

/// Opens a picture whose header a decoder with the trait of `image` has read.
pub(super) fn opened<'a>(
    format: Format,
    decoder: Result<impl ImageDecoder + 'a, ImageError>,
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    let boxed = decoder.map(|decoder| -> AnyDecoder<'a> { Box::new(decoder) });
    opened_boxed(format, boxed, bytes, limits)
}

/// Boxed, so that the following code is compiled only once, not for each decoder.
type AnyDecoder<'a> = Box<dyn ImageDecoder + 'a>;

fn opened_boxed<'a>(
    format: Format,
    decoder: Result<AnyDecoder<'a>, ImageError>,
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    let allowed = limits.decoded_bytes;
    let refuse = move |error| refuse(format, error, allowed);
    let mut decoder = decoder.map_err(refuse)?;
    let (width, height) = decoder.dimensions();
    let color = decoder.color_type();
    let profile = profile(format, bytes, &mut decoder);
    let header = Header {
        orientation: orientation(format, bytes, &mut decoder),
        frames: frames::count(format, bytes),
        ..Header::new((width, height), decoder.total_bytes(), profile)
    };
    let strips = Strips::of(format, bytes);
    let size = (width, height);
    let alpha = match format {
        Format::Tga => targa::alpha(bytes),
        _ => Use::Straight,
    };
    let rows = strips.as_ref().and_then(|strips| strips.stored(color));
    let rows = rows.filter(|rows| alpha == Use::Straight || !rows.layout.has_alpha());
    // What says so must not be where the rows are.
    let is_apart = |place: usize| {
        let rows = rows.iter().flat_map(|rows| &rows.spans);
        rows.into_iter().all(|rows| !rows.contains(&(place as u64)))
    };
    let is_ordered = format != Format::Tga || targa::type_place(bytes).is_none_or(is_apart);
    let in_order = move || {
        let rows = rows.filter(|_| is_ordered);
        rows.and_then(|rows| InOrder::of_rows(format, rows))
    };
    let is_planes = format == Format::WebP && webp::is_plain(bytes);
    let memory = match is_planes {
        true => Memory::Own(Box::new(move |plan| webp_planes::footprint(size, plan))),
        false => memory(format, bytes, strips.is_some(), &header),
    };
    let decode: Decode<'a> = Box::new(move |plan, _| {
        if is_planes && webp_planes::is_reduced(plan) {
            drop(decoder);
            let raster = webp_planes::lossy(bytes, size, plan)?.ok_or_else(|| mixed(format))?;
            return Ok(Decoded::Cropped(raster));
        }
        if let Some(strips) = strips {
            let form = (width, color);
            let reduced = read_strips(&strips, form, alpha, plan).map_err(refuse)?;
            let mut reduced = reduced.ok_or_else(|| mixed(format))?;
            if has_void(format) && reduced.raster.is_void() {
                let opaque = read_void(&strips, form, plan).map_err(refuse)?;
                reduced = opaque.unwrap_or(reduced);
            }
            return Ok(Decoded::Reduced(reduced));
        }
        // The library would take all the memory that the file claims.
        let is_hopeless = format == Format::Gif && gif_damaged::is_too_short(bytes);
        let read = match is_hopeless {
            true => Err(ends_inside(format)),
            false => read(decoder, size, color).map_err(refuse),
        };
        let mut decoded = match read {
            Err(error @ Error::Picture(_)) if format == Format::Gif => {
                return gif_damaged::read(bytes, size, plan, &error).unwrap_or(Err(error));
            }
            Err(error @ Error::Picture(_)) if format == Format::Qoi => {
                return match qoi_damaged::mend(bytes, size, plan) {
                    Some(mended) => read_mended(&mended?, size, color).map_err(refuse),
                    None => Err(error),
                };
            }
            decoded => decoded?,
        };
        if let Some(Decoded::Linear(image)) = &mut decoded {
            image.chromaticities = radiance::chromaticities(format, bytes);
            if format == Format::Exr {
                image.alpha = Alpha::Premultiplied;
            }
        }
        match decoded.ok_or_else(|| mixed(format))? {
            Decoded::Raster(raster) if has_void(format) => {
                let raster = match alpha {
                    Use::Straight => raster,
                    Use::Premultiplied => raster.premultiplied(),
                    Use::Nothing => raster.without_alpha(),
                };
                Ok(Decoded::Raster(raster.without_void()))
            }
            other => Ok(other),
        }
    });
    let opened = Opened::new(header, decode).with_memory(memory);
    let opened = opened.with_order(in_order);
    Ok(match is_planes {
        // Planes are resized as they are decoded: each size has pixels of its own.
        true => opened.with_detail(Box::new(|plan| {
            (!webp_planes::is_reduced(plan)).then_some(Detail::Whole)
        })),
        false => opened,
    })
}

/// Whether some programs that do not support alpha write zeros in its place in this format.
fn has_void(format: Format) -> bool {
    matches!(format, Format::Bmp | Format::Tga | Format::Dds)
}

/// Memory of the library's decoders, as measured; a test compares it with what they really use.
fn memory(format: Format, bytes: &[u8], is_in_strips: bool, header: &Header) -> Memory<'static> {
    if is_in_strips {
        return Memory::Bands { rows: STRIP.into() };
    }
    let besides = match format {
        // Row by row into the raster.
        Format::Png | Format::Bmp | Format::Pnm | Format::Qoi | Format::Tga | Format::Farbfeld => 0,
        // A frame or planes besides the raster, always with alpha.
        Format::WebP => 5 * header.pixels(),
        Format::Gif => {
            gif::besides(bytes, [header.width, header.height]).unwrap_or(header.decoded_bytes)
        }
        // The whole picture twice.
        _ => header.decoded_bytes,
    };
    Memory::Whole { besides }
}

/// Limits for the library. Sides and pixels are checked here already; decoders may need the same
/// amount of memory again for intermediate buffers.
fn library_limits(limits: &Limits) -> image::Limits {
    let mut library = image::Limits::no_limits();
    library.max_alloc = Some(limits.decoded_bytes.saturating_mul(2));
    library
}

/// The size in the header, for decoders that would refuse a large one without saying how large it
/// is.
fn declared_size(format: Format, bytes: &[u8]) -> Option<(u32, u32)> {
    if format != Format::Bmp || bytes.get(14..18) == Some(&[12, 0, 0, 0]) {
        return None;
    }
    let side = |at| Some(i32_le(bytes, at)?.unsigned_abs());
    Some((side(18)?, side(22)?))
}

/// The orientation in EXIF, if the container has it.
fn orientation(format: Format, bytes: &[u8], decoder: &mut AnyDecoder<'_>) -> Orientation {
    let found = match format {
        Format::WebP => chunk(bytes, b"EXIF").and_then(exif::orientation),
        _ => {
            let block = decoder.exif_metadata().ok().flatten();
            block.and_then(|block| exif::orientation(&block))
        }
    };
    found.unwrap_or_default()
}

fn profile(format: Format, bytes: &[u8], decoder: &mut AnyDecoder<'_>) -> Color {
    let copy;
    let found = match format {
        Format::WebP => chunk(bytes, b"ICCP"),
        _ => {
            copy = decoder.icc_profile().ok().flatten();
            copy.as_deref()
        }
    };
    found.map_or(Color::Unspecified, Color::of_profile)
}

/// A chunk of a WebP, read here because the library would allocate whatever length the chunk
/// states.
fn chunk<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let mut all = chunks::riff(bytes);
    Some(all.find(|(found, _)| *found == name)?.1)
}

fn layout(color: ColorType) -> Layout {
    match color {
        ColorType::L8 | ColorType::L16 => Layout::Gray,
        ColorType::La8 | ColorType::La16 => Layout::GrayAlpha,
        ColorType::Rgba8 | ColorType::Rgba16 | ColorType::Rgba32F => Layout::Rgba,
        _ => Layout::Rgb,
    }
}

/// `None` if there are fewer or more samples than the size requires.
fn read(
    decoder: AnyDecoder<'_>,
    size: (u32, u32),
    color: ColorType,
) -> Result<Option<Decoded>, ImageError> {
    let length = usize::try_from(decoder.total_bytes()).map_err(|_| insufficient_memory())?;
    let layout = layout(color);
    let samples = match color {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => {
            let mut samples = vec![0u8; length];
            decoder.read_image(&mut samples)?;
            Samples::U8(samples)
        }
        ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => {
            let mut samples = vec![0u16; length / 2];
            decoder.read_image(bytemuck::cast_slice_mut(&mut samples))?;
            Samples::U16(samples)
        }
        _ => {
            let mut samples = vec![0f32; length / 4];
            decoder.read_image(bytemuck::cast_slice_mut(&mut samples))?;
            let image = LinearImage {
                size,
                layout,
                alpha: Alpha::Straight,
                samples,
                chromaticities: None,
            };
            return Ok(Some(Decoded::Linear(image)));
        }
    };
    Ok(Raster::new(size, layout, samples).map(Decoded::Raster))
}

/// A QOI file that ends early; the missing rows become gray.
fn read_mended(
    Mended { file, rows, note }: &Mended,
    size: (u32, u32),
    color: ColorType,
) -> Result<Decoded, ImageError> {
    let decoder = decoder(ImageFormat::Qoi, file, image::Limits::default())?;
    let Some(Decoded::Raster(mut raster)) = read(decoder, size, color)? else {
        return Err(insufficient_memory());
    };
    gray(&mut raster, *rows..size.1 as usize);
    Ok(Decoded::Raster(raster).damaged(note.clone()))
}

/// Reads the rows that are needed, several at a time.
fn read_strips(
    strips: &Strips<'_>,
    (width, color): (u32, ColorType),
    alpha: Use,
    plan: &Plan,
) -> Result<Option<Reduced>, ImageError> {
    let empty = if color.bytes_per_pixel() > color.channel_count() {
        Samples::U16(Vec::new())
    } else {
        Samples::U8(Vec::new())
    };
    let (made, kind) = match alpha {
        Use::Straight => (layout(color), Alpha::Straight),
        Use::Premultiplied => (layout(color), Alpha::Premultiplied),
        Use::Nothing => (layout(color).opaque(), Alpha::Straight),
    };
    let mut reducer = Reducer::new(plan, made, kind, empty);
    let wanted = reducer.wanted();
    reducer.skip(wanted.start);
    for y in wanted.clone().step_by(STRIP as usize) {
        let count = STRIP.min(wanted.end - y);
        let Some(mut raster) = strip(strips, y..y + count, (width, color))? else {
            return Ok(None);
        };
        if alpha == Use::Nothing {
            raster = raster.without_alpha();
        }
        let stride = width as usize * raster.layout.channels();
        match &raster.samples {
            Samples::U8(samples) => samples.chunks(stride).for_each(|row| reducer.push(row)),
            Samples::U16(samples) => samples.chunks(stride).for_each(|row| reducer.push(row)),
        }
    }
    Ok(reducer.finish())
}

/// Reads the whole picture without its alpha; `None` if its alpha is not zero everywhere.
fn read_void(
    strips: &Strips<'_>,
    (width, color): (u32, ColorType),
    plan: &Plan,
) -> Result<Option<Reduced>, ImageError> {
    let channels = layout(color).channels();
    let opaque = layout(color).opaque();
    let mut reducer = Reducer::new(plan, opaque, Alpha::Straight, Samples::U8(Vec::new()));
    for y in (0..strips.height).step_by(STRIP as usize) {
        let count = STRIP.min(strips.height - y);
        let raster = strip(strips, y..y + count, (width, color))?;
        let Some(Samples::U8(samples)) = raster.map(|raster| raster.samples) else {
            return Ok(None);
        };
        if !is_zero(&samples, channels) {
            return Ok(None);
        }
        let rows = samples.chunks(width as usize * channels);
        rows.for_each(|row| reducer.push(&without_last(row, channels)));
    }
    Ok(reducer.finish())
}

/// `None` if there are fewer or more samples than the size requires.
fn strip(
    strips: &Strips<'_>,
    rows: Range<u32>,
    (width, color): (u32, ColorType),
) -> Result<Option<Raster>, ImageError> {
    let count = rows.end - rows.start;
    let file = strips.file(rows.start, count);
    let decoder = decoder(strips.format(), &file, image::Limits::default())?;
    Ok(match read(decoder, (width, count), color)? {
        Some(Decoded::Raster(raster)) => Some(raster),
        _ => None,
    })
}

fn mixed(format: Format) -> Error {
    let detail = "pixels do not match the header".into();
    PictureError::Malformed { format, detail }.into()
}

fn insufficient_memory() -> ImageError {
    ImageError::Limits(image::error::LimitError::from_kind(
        LimitErrorKind::InsufficientMemory,
    ))
}

fn refuse(format: Format, error: ImageError, allowed: u64) -> Error {
    match error {
        ImageError::Unsupported(cause) => PictureError::Unsupported {
            format,
            feature: cause.to_string(),
        }
        .into(),
        ImageError::Limits(_) => {
            // The library does not say how large the buffer would be.
            let found = allowed.saturating_add(1);
            LimitExceeded {
                limit: Limit::DecodedBytes,
                found,
                allowed,
            }
            .into()
        }
        ImageError::IoError(cause) if cause.kind() == ErrorKind::UnexpectedEof => {
            ends_inside(format)
        }
        other => {
            // The innermost cause has the reason; the errors around it only repeat the format's
            // name.
            let cause = std::error::Error::source(&other).map(ToString::to_string);
            let detail = cause.unwrap_or_else(|| other.to_string());
            if format == Format::Exr && detail.contains("missing bytes") {
                return ends_inside(format);
            }
            PictureError::Malformed { format, detail }.into()
        }
    }
}

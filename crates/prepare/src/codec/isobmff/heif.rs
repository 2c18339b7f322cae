//! HEIF with HEVC pictures (HEIC), through `heic-decoder`; HEIF with AV1 is decoded as AVIF.

use std::borrow::Cow;

use heic_decoder::{DecodeOptions, DecodedImage, HeifError, ImageInfo, decode_with, probe};

use super::color::color;
use super::hevc;
use super::mosaic::Picture;
use super::{Grid, Items, Property, Window};
use crate::codec::contract::{Decode, Header, Memory, Opened, Thumbnail};
use crate::codec::exif;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::Samples;
use crate::pixels::ycbcr::{Matrix, Plane, Ycbcr};
use crate::{Error, Format, Limit, LimitExceeded, Limits, Note, Orientation, PictureError};

const FORMAT: Format = Format::Heif;
/// Side of the largest coding block, in pixels.
const BLOCK: u64 = 64;

/// Reads the container.
pub(in crate::codec) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    super::mend::refuse_bare(FORMAT, bytes)?;
    super::mend::refuse_mini(FORMAT, bytes)?;
    let items = Items::read(bytes);
    if items.as_ref().is_some_and(is_av1) {
        #[cfg(feature = "avif")]
        return super::avif::open(bytes, limits);
        #[cfg(not(feature = "avif"))]
        return Err(crate::codec::contract::left_out(FORMAT, "avif"));
    }
    let thumbnail = items.and_then(|items| thumbnail(bytes, &items));
    let file = super::mend::without_property_0(bytes);
    Ok(opened(file, limits)?.with_thumbnail(thumbnail))
}

/// The decoder decodes the primary item of a file, so in a copy of the file the thumbnail becomes
/// the primary item.
fn thumbnail<'a>(bytes: &'a [u8], items: &Items<'a>) -> Option<Thumbnail<'a>> {
    let item = items.thumbnail(items.primary())?;
    Some(Box::new(move |limits| {
        let file = super::mend::with_primary(bytes, item)?;
        let file = match super::mend::without_property_0(&file) {
            Cow::Owned(mended) => mended,
            Cow::Borrowed(_) => file,
        };
        let length = file.len() as u64;
        let opened = opened(Cow::Owned(file), limits).ok()?;
        let Memory::Peak(peak) = opened.memory else {
            return None;
        };
        let memory = Memory::Peak(peak.saturating_add(length));
        Some(Opened { memory, ..opened })
    }))
}

fn opened<'a>(file: Cow<'a, [u8]>, limits: &Limits) -> Result<Opened<'a>, Error> {
    let allowed = limits.decoded_bytes;
    let refuse = move |error| refuse(error, allowed);
    let items = Items::read(&file);
    let info = probe(&file).map_err(refuse)?;
    let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let size = (side(info.coded_width), side(info.coded_height));
    limits.check_picture(size, 1, 0)?;
    let properties: Vec<Property> = match &items {
        Some(items) => items.properties(items.primary()).cloned().collect(),
        None => Vec::new(),
    };
    if let Some(items) = &items {
        let alpha = items.alpha(items.primary());
        for item in std::iter::once(items.primary()).chain(alpha) {
            check_tiles(items, item)?;
        }
    }
    let window = Window::new(size, properties.iter());
    let silent = items.as_ref().filter(|_| !window.is_stated);
    let by_exif = silent.and_then(camera_orientation);
    let is_grid = items
        .as_ref()
        .is_some_and(|items| Grid::of(items, items.primary()).is_some());
    let decoded_bytes = memory(size, &info);
    // The whole picture, and for a grid also its tiles.
    let peak = if is_grid {
        decoded_bytes / 20 * 43
    } else {
        decoded_bytes / 10 * 13
    };
    let header = Header {
        orientation: by_exif.unwrap_or(window.orientation),
        frames: super::frames(&file).unwrap_or(1),
        notes: by_exif.map(|_| Note::TurnedByExif).into_iter().collect(),
        ..Header::new(
            (window.rect.width, window.rect.height),
            decoded_bytes,
            color(&properties),
        )
    };
    let decode: Decode<'a> = Box::new(move |plan, _| {
        let options = DecodeOptions {
            apply_transforms: false,
        };
        let image = decode_with(&file, &options).map_err(refuse)?;
        Ok(Decoded::Cropped(ycbcr(image, window)?.into_raster(plan)?))
    });
    Ok(Opened::new(header, decode).with_memory(Memory::Peak(peak)))
}

/// Whether the primary item of an ISO base media file is AV1, whatever its brand says.
fn is_av1(items: &Items<'_>) -> bool {
    let primary = items.primary();
    let first = items.targets(b"dimg", primary).first().copied();
    let is_coded = |item| items.kind(item) == Some(*b"av01");
    is_coded(primary) || first.is_some_and(is_coded)
}

/// Checks that the parameter sets agree with the container, up to whole coding blocks, because the
/// decoder allocates what the parameter sets say.
fn check_tiles(items: &Items<'_>, item: u32) -> Result<(), Error> {
    let grid = Grid::of(items, item);
    if grid.is_none() && items.kind(item) == Some(*b"grid") {
        let detail = "the tiles of its grid do not make up the whole".into();
        return Err(PictureError::Malformed {
            format: FORMAT,
            detail,
        }
        .into());
    }
    for tile in grid.map(|grid| grid.tiles).unwrap_or_default() {
        let Some((width, height)) = items.size(tile) else {
            continue;
        };
        let config = items.properties(tile).find_map(|property| match property {
            Property::HevcConfig(config) => hevc::coded_size(config),
            _ => None,
        });
        let fits = |coded: u64, stated: u32| coded <= u64::from(stated) + BLOCK;
        if let Some((w, h)) = config.filter(|&(w, h)| !fits(w, width) || !fits(h, height)) {
            let detail = format!("coded as {w} x {h}, announced as {width} x {height} pixels");
            return Err(PictureError::Malformed {
                format: FORMAT,
                detail,
            }
            .into());
        }
    }
    Ok(())
}

/// The orientation in EXIF, for cameras that write it only there although it belongs in the
/// container. Such a file names the camera's manufacturer; software that has turned the pixels
/// rarely keeps both fields.
fn camera_orientation(items: &Items<'_>) -> Option<Orientation> {
    let block = items.exif(items.primary())?;
    let turned = exif::orientation(&block).filter(|turned| *turned != Orientation::Normal);
    turned.filter(|_| exif::has_maker(&block))
}

/// Memory of the decoder, which holds samples in four bytes, and those of a grid twice.
fn memory((width, height): (u32, u32), info: &ImageInfo) -> u64 {
    let pixels = u64::from(width) * u64::from(height);
    let halves = match info.chroma_format_idc {
        0 => 2,
        1 => 3,
        2 => 4,
        _ => 6,
    };
    let alpha = if info.alpha_bit_depth.is_some() { 2 } else { 0 };
    pixels.saturating_mul((halves + alpha) * 4)
}

fn ycbcr(image: DecodedImage, window: Window) -> Result<Ycbcr, Error> {
    let (code, is_full_range) = match image.color_info {
        Some(info) => (info.matrix_coefficients, info.full_range),
        // The default of H.265 and of libheif.
        None => (2, false),
    };
    let matrix = Matrix::new(code, is_full_range).ok_or_else(|| PictureError::Unsupported {
        format: FORMAT,
        feature: format!("matrix coefficients {code}"),
    })?;
    let depth = image.bit_depth_luma.max(image.bit_depth_chroma);
    let (luma_lift, chroma_lift) = (depth - image.bit_depth_luma, depth - image.bit_depth_chroma);
    let size = (image.width as u32, image.height as u32);
    let small = (image.cb_width as u32, image.cb_height as u32);
    let is_gray = image.chroma_format_idc == 0;
    let color = Picture {
        luma: plane(image.y, size, luma_lift, depth),
        chroma: (!is_gray).then(|| {
            let chroma = |samples| plane(samples, small, chroma_lift, depth);
            [chroma(image.cb), chroma(image.cr)]
        }),
        depth,
    };
    let is_premultiplied = image
        .alpha
        .as_ref()
        .is_some_and(|alpha| alpha.premultiplied);
    let alpha = image.alpha.map(|alpha| Picture {
        luma: plane(alpha.samples, size, 0, alpha.bit_depth),
        chroma: None,
        depth: alpha.bit_depth,
    });
    Ok(color.into_ycbcr(alpha, is_premultiplied, matrix, window.rect))
}

/// Scales samples to `depth` bits, stores them in a narrower type, and frees the wide ones.
#[allow(clippy::needless_pass_by_value)] // frees them
fn plane(samples: Vec<i32>, (width, height): (u32, u32), lift: u32, depth: u32) -> Plane {
    let lifted = samples.iter().map(|sample| sample << lift);
    let samples = if depth == 8 {
        Samples::U8(lifted.map(|sample| sample.clamp(0, 255) as u8).collect())
    } else {
        Samples::U16(
            lifted
                .map(|sample| sample.clamp(0, 65_535) as u16)
                .collect(),
        )
    };
    Plane {
        width,
        height,
        samples,
    }
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refuse(error: HeifError, allowed: u64) -> Error {
    let format = FORMAT;
    let detail = error.to_string();
    match error {
        HeifError::Unsupported(feature) => {
            let feature = feature.into();
            PictureError::Unsupported { format, feature }.into()
        }
        HeifError::Truncated { .. } => PictureError::Truncated { format, detail }.into(),
        HeifError::LimitExceeded(_) => LimitExceeded {
            limit: Limit::DecodedBytes,
            found: allowed.saturating_add(1),
            allowed,
        }
        .into(),
        _ => PictureError::Malformed { format, detail }.into(),
    }
}

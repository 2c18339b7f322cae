//! HEIF through `heic-decoder`, which decodes the primary picture of a file as a whole: unusual sequences,
//! derived pictures, and pictures that refer to another one.

use std::borrow::Cow;

use heic_decoder::{DecodeOptions, DecodedImage, HeifError, ImageInfo, decode_with, probe};

use super::camera::camera_orientation;
use super::color::{color_or, frames_without_transparency, transparency_left_out, with_colors};
use super::heic::malformed;
use super::hevc::Config;
use super::mosaic::{Mosaic, NeededPart, Stored, Tile, View};
use super::tiling::Tiling;
use super::{Grid, Items, Nclx, Property, Sequence, Window};
use crate::codec::contract::{Decode, Header, Memory, Opened};
use crate::pixels::decoded::Decoded;
use crate::pixels::ycbcr::{Matrix, Ycbcr, needed};
use crate::{Error, Format, Limit, LimitExceeded, Limits, Note, PictureError, Plan, Rect};

const FORMAT: Format = Format::Heif;
/// Side of the largest coding block, in pixels.
const BLOCK: u64 = 64;

/// Opens an item, or the primary picture; in a copy of the file, the item becomes the primary one.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    item: Option<u32>,
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    let primary = Items::read(bytes).map(|items| items.primary());
    let Some(item) = item.filter(|item| Some(*item) != primary) else {
        return opened(super::mend::without_property_0(bytes), None, limits);
    };
    let file = super::mend::with_primary(bytes, item);
    let file = file.ok_or_else(|| malformed("a picture without a number"))?;
    let file = match super::mend::without_property_0(&file) {
        Cow::Owned(mended) => mended,
        Cow::Borrowed(_) => file,
    };
    let length = file.len() as u64;
    let opened = opened(Cow::Owned(file), None, limits)?;
    let memory = match opened.memory {
        Memory::Peak(peak) => Memory::Peak(peak.saturating_add(length)),
        other => other,
    };
    Ok(Opened { memory, ..opened })
}

/// Opens an image sequence. The library reads neither its transparency nor how it is turned.
pub(super) fn open_sequence<'a>(
    bytes: &'a [u8],
    sequence: Sequence<'a>,
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    if !sequence.is_first {
        let feature = "a track of colours after another one".into();
        let format = FORMAT;
        return Err(PictureError::Unsupported { format, feature }.into());
    }
    opened(Cow::Borrowed(bytes), Some(sequence), limits)
}

fn opened<'a>(
    file: Cow<'a, [u8]>,
    sequence: Option<Sequence<'a>>,
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    let allowed = limits.decoded_bytes;
    let refuse = move |error| refuse(error, allowed);
    let items = Items::read(&file);
    let info = probe(&file).map_err(refuse)?;
    let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let size = (side(info.coded_width), side(info.coded_height));
    limits.check_picture(size, 1, 0)?;
    let sequence_alpha = sequence.as_ref().is_some_and(|it| it.alpha.is_some());
    let properties: Vec<Property> = match (&items, sequence) {
        (Some(items), _) => with_sources(items, items.primary()),
        (None, Some(sequence)) => sequence.properties,
        (None, None) => Vec::new(),
    };
    if let Some(items) = &items {
        check_planes(items)?;
    }
    let window = Window::new(size, properties.iter());
    let silent = items.as_ref().filter(|_| !window.is_stated);
    let by_exif = silent.and_then(|items| camera_orientation(items, items.primary()));
    let is_opaque = info.alpha_bit_depth.is_none();
    let opaque = items.as_ref().filter(|_| is_opaque);
    let left_out = opaque.and_then(tiles_without_transparency);
    let left_out = left_out.or_else(|| sequence_alpha.then(frames_without_transparency));
    let turned = by_exif.map(|_| Note::TurnedByExif);
    let decoded_bytes = memory(size, &info);
    let header = Header {
        orientation: by_exif.unwrap_or(window.orientation),
        frames: super::frames(&file).unwrap_or(1),
        notes: turned
            .into_iter()
            .chain(left_out)
            .chain(window.note())
            .collect(),
        ..Header::new(
            (window.rect.width, window.rect.height),
            decoded_bytes,
            color_or(&properties, || match &items {
                Some(items) => coded_colors(items),
                None => stated_colors(properties.iter()),
            }),
        )
    };
    let peak = peak(items.as_ref(), decoded_bytes);
    let decode: Decode<'a> = Box::new(move |plan, _| {
        let options = DecodeOptions {
            apply_transforms: false,
        };
        let image = decode_with(&file, &options).map_err(refuse)?;
        Ok(Decoded::Cropped(
            ycbcr(&image, window, plan)?.into_raster(plan)?,
        ))
    });
    Ok(Opened::new(header, decode).with_memory(Memory::Peak(peak)))
}

/// Checks the tiles of the primary picture and of all alpha planes that belong to it or to what it is
/// derived from.
fn check_planes(items: &Items<'_>) -> Result<(), Error> {
    let chain = derivations(items, items.primary());
    let alpha = chain.iter().filter_map(|&item| items.alpha(item));
    for item in std::iter::once(items.primary()).chain(alpha) {
        check_tiles(items, source(items, item))?;
    }
    Ok(())
}

/// What to say of a picture that is read without transparency, although tiles of it or of what it is
/// derived from have some.
fn tiles_without_transparency(items: &Items<'_>) -> Option<Note> {
    let mut chain = derivations(items, items.primary()).into_iter();
    chain.find_map(|item| transparency_left_out(items, item))
}

/// Most bytes that decoding takes: the whole picture, and for a grid also its tiles.
fn peak(items: Option<&Items<'_>>, decoded_bytes: u64) -> u64 {
    let is_grid = items.is_some_and(|items| Grid::of(items, items.primary()).is_some());
    match is_grid {
        true => decoded_bytes / 20 * 43,
        false => decoded_bytes / 10 * 13,
    }
}

/// What the parameter sets of the primary picture, or of the first one that it is derived from, say.
fn coded_colors(items: &Items<'_>) -> Option<Nclx> {
    let source = source(items, items.primary());
    let first = items.targets(b"dimg", source).first().copied();
    stated_colors(items.properties(first.unwrap_or(source)))
}

fn stated_colors<'p>(mut properties: impl Iterator<Item = &'p Property>) -> Option<Nclx> {
    properties.find_map(|property| match property {
        Property::HevcConfig(config) => {
            Config::read(config, None)?.description.colors.map(Nclx::of)
        }
        _ => None,
    })
}

/// Most derivations of one picture from another that the library follows.
const DERIVATIONS: usize = 32;

/// The item and those that it is the same picture as, each derived from the next (`iden`, ISO/IEC
/// 23008-12, section 6.6.2.1).
fn derivations(items: &Items<'_>, item: u32) -> Vec<u32> {
    let next = |&item: &u32| match items.kind(item) {
        Some(kind) if kind == *b"iden" => items.targets(b"dimg", item).first().copied(),
        _ => None,
    };
    std::iter::successors(Some(item), next)
        .take(DERIVATIONS + 1)
        .collect()
}

/// The picture that an item shows, if it is derived without change.
pub(super) fn source(items: &Items<'_>, item: u32) -> u32 {
    derivations(items, item).last().copied().unwrap_or(item)
}

/// The properties of an item; those of what it is derived from apply before its own.
fn with_sources(items: &Items<'_>, item: u32) -> Vec<Property> {
    let chain = derivations(items, item).into_iter().rev();
    chain.flat_map(|item| with_colors(items, item)).collect()
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
            Property::HevcConfig(config) => Some(Config::read(config, None)?.description.coded),
            _ => None,
        });
        let fits = |coded: u32, stated: u32| u64::from(coded) <= u64::from(stated) + BLOCK;
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

fn ycbcr(image: &DecodedImage, window: Window, plan: &Plan) -> Result<Ycbcr, Error> {
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
    let size = (image.width as u32, image.height as u32);
    let small = (image.cb_width as u32, image.cb_height as u32);
    let lift = depth - image.bit_depth_chroma;
    let color = Tile {
        luma: view(&image.y, size, depth - image.bit_depth_luma),
        chroma: (image.chroma_format_idc != 0)
            .then(|| [view(&image.cb, small, lift), view(&image.cr, small, lift)]),
        depth,
    };
    let part = needed(plan, window.rect, size, image.alpha.is_some());
    let alpha = image.alpha.as_ref().map(|alpha| {
        let tile = Tile {
            luma: view(&alpha.samples, size, 0),
            chroma: None,
            depth: alpha.bit_depth,
        };
        cut(&tile, part)
    });
    let is_premultiplied = image
        .alpha
        .as_ref()
        .is_some_and(|alpha| alpha.premultiplied);
    let alpha = alpha.transpose()?;
    Ok(cut(&color, part)?.into_ycbcr(alpha, is_premultiplied, matrix, window.rect))
}

fn view(samples: &[i32], size: (u32, u32), lift: u32) -> View<'_> {
    View {
        size,
        stride: size.0 as usize,
        lift,
        samples: Stored::I32(samples),
    }
}

fn cut(whole: &Tile<'_>, part: Rect) -> Result<NeededPart, Error> {
    let mut mosaic = Mosaic::new(Tiling::single(whole.luma.size), part);
    mosaic.add(0, whole).map_err(|detail| malformed(&detail))?;
    mosaic.finish().ok_or_else(|| malformed("no samples"))
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

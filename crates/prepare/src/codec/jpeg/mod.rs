//! JPEG through `avatar-jpeg`: only what the crop and the edge need, as planes.

pub(super) mod lossless;
mod outline;

use std::rc::Rc;

use avatar_jpeg::{
    ColorModel, Component, Decoder, Error as JpegError, Icc, LimitKind, ReadAt, Request,
};

use crate::codec::contract::Footprint;
use crate::codec::contract::{Decode, Detail, Header, Memory, Opened};
use crate::codec::exif;
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::in_order::InOrder;
use crate::pixels::planes::Planes;
use crate::plan::Plan;
use crate::settings::Effort;
use crate::{Error, Format, Limit, LimitExceeded, Limits, Orientation, PictureError};

pub(super) use outline::outline;

/// The JPEG decoder keeps at least this multiple of the edge for Lanczos3. Over 25 photographs,
/// SSIMULACRA2 against a full decode was 94.2 in the mean at 1.5, 94.3 at 1.6, 94.5 at 2.0 and 91.3
/// at 1.0; the worst was 91.6 from 1.5 on.
const MARGIN: f32 = 1.6;
/// The same for chroma: 94.30 in the mean at 1.6, 94.32 at 1.2, 94.27 at 1.0; the worst 91.66, 91.66 and 91.58.
const CHROMA_MARGIN: f32 = 1.2;

/// Reads the header once, for everything that needs it.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let decoder = Decoder::new(bytes).map_err(refuse)?;
    match decoder.header().is_decodable() {
        true => Ok(opened(bytes, decoder, limits)),
        false => lossless::open(bytes, decoder),
    }
}

/// Opens a preview inside another file: only kinds that `avatar-jpeg` decodes, and with the
/// orientation in the preview itself.
pub(super) fn open_preview<'a>(
    bytes: &'a [u8],
    limits: &Limits,
) -> Result<(Opened<'a>, Option<Orientation>), Error> {
    let decoder = Decoder::new(bytes).map_err(refuse)?;
    if !decoder.header().is_decodable() {
        let format = Format::Jpeg;
        let feature = "a preview of a rare kind".into();
        return Err(PictureError::Unsupported { format, feature }.into());
    }
    let stated = orientation(&decoder);
    Ok((opened(bytes, decoder, limits), stated))
}

fn opened<'a>(bytes: &'a [u8], decoder: Decoder<'a>, limits: &Limits) -> Opened<'a> {
    let header = header(&decoder);
    let halved = is_halved(&decoder);
    let allowed = limits.decoded_bytes;
    let decoder = Rc::new(decoder);
    let reckoned = Rc::clone(&decoder);
    let detailed = Rc::clone(&decoder);
    let in_pieces = Rc::clone(&decoder);
    let (whole, size) = (header.decoded_bytes, (header.width, header.height));
    let memory = Memory::Own(Box::new(move |plan| {
        footprint(&reckoned, &request(plan, halved), plan)
            .unwrap_or_else(|| Footprint::twice(whole, size, plan))
    }));
    let limited = move |plan: &Plan| {
        let mut request = request(plan, halved);
        request.limits.memory = allowed;
        request
    };
    let decode: Decode<'a> = Box::new(move |plan, scratch| {
        let planes = decoder
            .decode(&limited(plan), scratch)
            .map_err(|error| damaged_inside(error, &mut { bytes }))?;
        Ok(Decoded::Planes(Planes::new(planes).halved(halved)))
    });
    let detail = move |plan: &Plan| {
        let planned = detailed.plan(&request(plan, halved)).ok()?;
        Some(Detail::Jpeg(planned))
    };
    Opened::new(header, decode)
        .with_memory(memory)
        .with_detail(Box::new(detail))
        .with_order(move || Some(in_order(in_pieces, limited, halved)))
}

/// How a picture is decoded whose file is read in pieces.
fn in_order<'a>(
    decoder: Rc<Decoder<'a>>,
    request: impl Fn(&Plan) -> Request + 'a,
    halved: bool,
) -> InOrder<'a> {
    InOrder::new(0, move |file, plan, scratch| {
        let mut file = file.rereading();
        let planes = decoder
            .decode_from(&mut *file, &request(plan), scratch)
            .map_err(|error| damaged_inside(error, &mut *file))?;
        Ok(Decoded::Planes(Planes::new(planes).halved(halved)))
    })
}

/// What the headers say, for any decoder of the samples.
pub(super) fn header(decoder: &Decoder<'_>) -> Header {
    let found = decoder.header();
    let (width, height) = (found.width, found.height);
    let color = match &found.icc {
        Icc::Absent if found.exif.is_some_and(exif::is_adobe_rgb) => Color::AdobeRgb,
        Icc::Absent => Color::Unspecified,
        // Keep an incomplete profile, so that it is reported as one that cannot be used.
        icc => Color::of_profile(icc.profile().unwrap_or_default()),
    };
    let decoded_bytes = u64::from(width) * u64::from(height) * found.components.len() as u64;
    Header {
        orientation: orientation(decoder).unwrap_or_default(),
        ..Header::new((width, height), decoded_bytes, color)
    }
}

/// What to decode; `halved` is true if chroma is stored at half resolution.
pub(super) fn request(plan: &Plan, halved: bool) -> Request {
    let (crop, size) = (plan.crop(), plan.size());
    let crop = avatar_jpeg::Rect::new(crop.x, crop.y, crop.width, crop.height);
    let mut request = Request::new(crop, size);
    match plan.effort() {
        Effort::Fast => {
            (request.margin, request.chroma_margin) = (1.0, 1.0);
            request.chroma_target = halved.then_some((size.0.div_ceil(2), size.1.div_ceil(2)));
        }
        Effort::Balanced => {
            (request.margin, request.chroma_margin) = (MARGIN, CHROMA_MARGIN);
        }
        Effort::Best => request = request.full(),
    }
    request
}

/// Memory of the planes and for decoding them. With the effort `best` they become a whole raster,
/// of which three exist while its colours are converted.
fn footprint(decoder: &Decoder<'_>, request: &Request, plan: &Plan) -> Option<Footprint> {
    let decoding = decoder.plan(request).ok()?;
    let channels = decoder.header().components.len() as u64;
    let crop = plan.crop();
    let size = [u64::from(crop.width), u64::from(crop.height)];
    let largest = decoding.eighths.iter().map(|eighths| eighths.x).max()?;
    let whole = match plan.effort() {
        Effort::Fast | Effort::Balanced => 0,
        Effort::Best => 3 * channels * size[0] * size[1],
    };
    Some(Footprint {
        decoding: decoding.bytes_needed + whole,
        decoded: decoding.bytes_needed,
        pixel: channels,
        size: size.map(|side| (side * u64::from(largest)).div_ceil(8)),
    })
}

/// The orientation that the picture's own EXIF states.
fn orientation(decoder: &Decoder<'_>) -> Option<Orientation> {
    exif::orientation(decoder.header().exif?)
}

/// Whether chroma is stored at half resolution in both directions (4:2:0).
fn is_halved(decoder: &Decoder<'_>) -> bool {
    let header = decoder.header();
    has_half_chroma(header.color, &header.components)
}

/// The same of components with a colour model.
pub(super) fn has_half_chroma(color: Option<ColorModel>, components: &[Component]) -> bool {
    match (color, components) {
        (Some(ColorModel::YCbCr), [y, cb, cr]) => {
            let factors = |component: &Component| (component.h, component.v);
            factors(y) == (2, 2) && factors(cb) == (1, 1) && factors(cr) == (1, 1)
        }
        _ => false,
    }
}

/// Turns the error for a file that has an end marker but too little picture into one of damage
/// inside.
fn damaged_inside(error: JpegError, file: &mut dyn ReadAt) -> Error {
    let share = match &error {
        JpegError::Truncated { share, .. } if has_end(file) => *share,
        _ => return refuse(error),
    };
    let detail = format!(
        "{:.0} % of the picture could be decoded, 90 % are needed",
        share * 100.0
    );
    let format = Format::Jpeg;
    PictureError::Malformed { format, detail }.into()
}

/// Whether an end marker follows the last scan; the end marker of an embedded thumbnail does not
/// count.
fn has_end(file: &mut dyn ReadAt) -> bool {
    let (mut at, mut has_end) = (0, false);
    loop {
        let part = file.read_at(at, 2);
        let last = part.windows(2).rev().find_map(|pair| match pair {
            [0xff, 0xd9] => Some(true),
            [0xff, 0xda] => Some(false),
            _ => None,
        });
        has_end = last.unwrap_or(has_end);
        match part.len() {
            0 | 1 => return has_end,
            // The last byte may begin a marker.
            length => at += length - 1,
        }
    }
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
pub(super) fn refuse(error: JpegError) -> Error {
    let format = Format::Jpeg;
    let detail = error.to_string();
    match error {
        JpegError::Unsupported {
            process,
            precision,
            components,
        } => {
            let feature = format!("{process} process, {precision} bits, {components} components");
            PictureError::Unsupported { format, feature }.into()
        }
        JpegError::HeaderEnds | JpegError::Truncated { .. } => {
            PictureError::Truncated { format, detail }.into()
        }
        JpegError::Limit {
            kind: LimitKind::Memory,
            needed,
            allowed,
        } => LimitExceeded {
            limit: Limit::DecodedBytes,
            found: needed,
            allowed,
        }
        .into(),
        JpegError::Limit {
            kind,
            needed,
            allowed,
        } => LimitExceeded {
            limit: match kind {
                LimitKind::Scans => Limit::WorkOf("number of scans"),
                _ => Limit::WorkOf("number of visits to blocks"),
            },
            found: needed,
            allowed,
        }
        .into(),
        _ => PictureError::Malformed { format, detail }.into(),
    }
}

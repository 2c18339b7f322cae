//! SVG and SVGZ through `resvg`, drawn so that the centre square has just the edge asked for.
//! Nothing is fetched: neither the network nor other files; text is set in the system's fonts.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Read;
use std::sync::{Arc, OnceLock};

use flate2::read::GzDecoder;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Error as SvgError, ImageHrefResolver, Options, Tree, fontdb};

use crate::codec::contract::{Decode, Embedded, Header, Memory, Opened};
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::{Error, Format, Limit, LimitExceeded, Limits, Note, PictureError, Plan};

const FORMAT: Format = Format::Svg;
/// Longest text that is parsed, in bytes; the tree of it takes some ten times as much.
const TEXT: u64 = 64 << 20;

/// Parses the whole drawing: its size may depend on all of it.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    embedded: Embedded,
) -> Result<Opened<'a>, Error> {
    let text = unzip(bytes)?;
    let text = decode_text(&text)?;
    let options = options(&text, *limits, embedded);
    let tree = Tree::from_str(&text, &options).map_err(refuse)?;
    let lacks_fonts = has_text(&text) && options.fontdb.is_empty();
    let size = tree.size();
    let header = Header {
        is_scalable: true,
        notes: lacks_fonts
            .then_some(Note::TextLeftOut)
            .into_iter()
            .collect(),
        ..Header::new(
            (size.width().ceil() as u32, size.height().ceil() as u32),
            0,
            Color::Unspecified,
        )
    };
    let decode: Decode<'a> = Box::new(move |plan, _| draw(&tree, plan));
    let tree = 32 * bytes.len() as u64;
    Ok(Opened::new(header, decode).with_memory(Memory::Drawing { tree }))
}

fn unzip(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        check(bytes.len() as u64)?;
        return Ok(Cow::Borrowed(bytes));
    }
    let mut text = Vec::new();
    let unzipped = GzDecoder::new(bytes).take(TEXT + 1).read_to_end(&mut text);
    unzipped.map_err(|error| PictureError::Malformed {
        format: FORMAT,
        detail: format!("gzip: {error}"),
    })?;
    check(text.len() as u64)?;
    Ok(Cow::Owned(text))
}

fn check(found: u64) -> Result<(), Error> {
    let allowed = TEXT;
    if found > allowed {
        let limit = Limit::Work;
        return Err(LimitExceeded {
            limit,
            found,
            allowed,
        }
        .into());
    }
    Ok(())
}

/// UTF-8, or UTF-16 by its byte order mark; XML has to announce anything else.
fn decode_text(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    let wide = |read: fn([u8; 2]) -> u16| {
        let (pairs, _) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().skip(1).map(|&pair| read(pair)).collect();
        String::from_utf16(&units)
            .map(Cow::Owned)
            .map_err(|error| error.to_string())
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|error| error.to_string()),
    };
    text.map_err(|detail| {
        PictureError::Malformed {
            format: FORMAT,
            detail,
        }
        .into()
    })
}

fn options(text: &str, limits: Limits, embedded: Embedded) -> Options<'static> {
    let decode = ImageHrefResolver::default_data_resolver();
    let embedded = ImageHrefResolver {
        resolve_data: Box::new(move |mime, data, options| {
            is_within(&data, &limits, embedded).then(|| decode(mime, data, options))?
        }),
        resolve_string: Box::new(|_, _| None),
    };
    let mut options = Options {
        image_href_resolver: embedded,
        ..Options::default()
    };
    if has_text(text) {
        options.fontdb = fonts();
        options.font_family = "sans-serif".into();
    }
    options
}

fn has_text(text: &str) -> bool {
    text.contains("<text") || text.contains(":text")
}

/// Pictures inside the drawing keep the same limits.
fn is_within(data: &[u8], limits: &Limits, embedded: Embedded) -> bool {
    Format::recognize(data) == Some(FORMAT) || (embedded.probe)(data, limits).is_ok()
}

/// Families that stand for the generic ones, as far as the system has them.
const SERIF: [&str; 5] = [
    "Times New Roman",
    "Liberation Serif",
    "DejaVu Serif",
    "Noto Serif",
    "Times",
];
const SANS_SERIF: [&str; 6] = [
    "Arial",
    "Liberation Sans",
    "DejaVu Sans",
    "Noto Sans",
    "Helvetica",
    "Roboto",
];
const MONOSPACE: [&str; 4] = [
    "Courier New",
    "Liberation Mono",
    "DejaVu Sans Mono",
    "Noto Sans Mono",
];

/// The system's fonts, looked for once, when the first text is met. Families that are not there are
/// replaced by the serif one.
fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    Arc::clone(FONTS.get_or_init(|| {
        let mut database = fontdb::Database::new();
        database.load_system_fonts();
        let families = database.faces().filter_map(|face| face.families.first());
        let there: BTreeSet<String> = families.map(|(name, _)| name.clone()).collect();
        let pick = |wished: &[&str]| {
            let found = wished.iter().find(|name| there.contains(**name));
            let any = || there.first().cloned().unwrap_or_default();
            found.map_or_else(any, |name| (*name).to_string())
        };
        database.set_serif_family(pick(&SERIF));
        database.set_sans_serif_family(pick(&SANS_SERIF));
        database.set_monospace_family(pick(&MONOSPACE));
        Arc::new(database)
    }))
}

fn draw(tree: &Tree, plan: &Plan) -> Result<Decoded, Error> {
    let fault = || Error::Panicked {
        message: "no canvas".into(),
    };
    let (width, height) = plan.size();
    let mut canvas = Pixmap::new(width, height).ok_or_else(fault)?;
    resvg::render(tree, transform(tree, plan), &mut canvas.as_mut());
    let samples = Samples::U8(canvas.take());
    let raster = Raster::new((width, height), Layout::Rgba, samples).ok_or_else(fault)?;
    Ok(Decoded::Cropped(raster.associated()))
}

/// From the drawing's units to pixels of what is shown: the crop of the plan, or the centre square.
fn transform(tree: &Tree, plan: &Plan) -> Transform {
    if let Some(fineness) = plan.fineness {
        let (crop, (width, height)) = (plan.crop(), plan.size());
        let unit = |value: u32| value as f32 / fineness as f32;
        let moved = Transform::from_translate(-unit(crop.x), -unit(crop.y));
        let across = width as f32 / unit(crop.width);
        return moved.post_scale(across, height as f32 / unit(crop.height));
    }
    let (width, height) = (tree.size().width(), tree.size().height());
    let side = width.min(height);
    let scale = plan.edge() as f32 / side;
    let centred = Transform::from_translate((side - width) / 2.0, (side - height) / 2.0);
    centred.post_scale(scale, scale)
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refuse(error: SvgError) -> Error {
    let detail = match error {
        SvgError::InvalidSize => "it has no size of its own, or one that is not positive".into(),
        other => other.to_string(),
    };
    PictureError::Malformed {
        format: FORMAT,
        detail,
    }
    .into()
}

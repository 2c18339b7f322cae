//! SVG and SVGZ through `resvg`, drawn as browsers draw it, directly at the size of the result.
//! Nothing is fetched, neither from the network nor from other files. What a drawing asks for but
//! cannot be drawn gets a note.
//!
//! A small drawing can ask for any amount of memory and time: [`expansion`] bounds what the renderer makes
//! of it before it paints, [`entities`] its text, [`levels`] how deep it is, [`strokes`] the lines along curves, [`work`] the painting, [`attributes`] what the XML parser
//! does. [`avatar_svg`] resolves style sheets and rewrites what the renderer does not know, [`images`]
//! decodes embedded pictures, [`fonts`] replaces families that are not installed, [`painter`] paints patterns.

mod attributes;
mod curves;
mod entities;
mod expansion;
mod faces;
mod fonts;
mod images;
mod levels;
mod losses;
mod painter;
mod strokes;
mod work;

use std::rc::Rc;
use std::sync::Arc;

use avatar_svg::Error as RewriteError;
use resvg::tiny_skia::{Color as Backdrop, Pixmap, Transform};
use resvg::usvg::{Error as SvgError, Options, Tree};
use roxmltree::{Document, ParsingOptions};

use crate::codec::contract::{Decode, Embedded, Footprint, Header, Memory, Opened};
use crate::codec::markup::text::{self, malformed};
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::{Error, Limit, LimitExceeded, Limits, Note, Plan};
use images::{Pictures, Scales, scales};
use losses::Losses;
use painter::Patterned;
use work::load;

/// Default font size in pixels, as in browsers.
const FONT_SIZE: f32 = 16.0;
/// Longest side that the header reports, in units.
const LONGEST: f32 = 1e6;
/// Copies that exist of what entities become, at most: in both documents and their texts.
const ENTITIES: u64 = 4;
/// The effect that is noted for a pattern in a filter, where the renderer paints tiles in whole pixels.
const PATTERN_IN_FILTER: &str = "exact size of the tiles of a pattern within a filter";
/// Most damaged pictures that get a note each.
const MOST_DAMAGED: usize = 8;
/// Memory for layers, in canvases, that every drawing is granted.
const CANVASES: u64 = 8;

/// A parsed drawing, which can be drawn at any size.
struct Drawing {
    tree: Tree,
    /// Colour that is painted behind it, as sRGB with alpha.
    background: Option<[u8; 4]>,
    losses: Losses,
    /// Whether the size of an embedded picture is taken from its pixels.
    has_free_pictures: bool,
    /// Its elements and letters, with all copies, but without those of embedded drawings.
    elements: u64,
    /// Bytes that its entities become.
    entities: u64,
}

/// Parses the whole drawing, because its size can depend on any part of it.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    limits: &Limits,
    embedded: Embedded,
) -> Result<Opened<'a>, Error> {
    let pictures = Pictures::sizes(embedded, read_within, *limits);
    let mut drawing = Drawing::read(bytes, &pictures)?;
    let mut losses = std::mem::take(&mut drawing.losses);
    losses.append(pictures.take_losses());
    if Patterned::of(&drawing.tree).is_in_filter() {
        losses.drawing.effects.insert(PATTERN_IN_FILTER);
    }
    let (size, coarseness) = (drawing.tree.size(), coarseness(&drawing.tree));
    let side = |units: f32| ((units / coarseness).ceil() as u32).max(1);
    let header = Header {
        is_scalable: true,
        notes: losses.into_notes(),
        ..Header::new(
            (side(size.width()), side(size.height())),
            0,
            Color::Unspecified,
        )
    };
    let tree = 32 * bytes.len() as u64 + ENTITIES * drawing.entities;
    let tree = tree.saturating_add(pictures.memory());
    let drawing = Rc::new(drawing);
    let reckoned = Rc::clone(&drawing);
    let decode: Decode<'a> = Box::new(move |plan, _| {
        load(&drawing.tree, transform(&drawing.tree, plan), plan.size()).check()?;
        if pictures.is_empty() {
            return draw(&drawing, plan);
        }
        let scales = match drawing.has_free_pictures {
            true => Scales::new(),
            false => scales(&drawing.tree, transform(&drawing.tree, plan)),
        };
        let pictures = pictures.pixels(scales);
        let drawing = Drawing::read(bytes, &pictures)?;
        let damaged = pictures.take_damaged()?;
        if let Some(reason) = damaged.first()
            && painter::is_empty(drawing.tree.root())
        {
            return Err(malformed(format!("its only content is damaged: {reason}")));
        }
        let notes = damaged.into_iter().take(MOST_DAMAGED);
        let notes = notes.map(|reason| Note::EmbeddedPictureLeftOut { reason });
        Ok(notes.fold(draw(&drawing, plan)?, Decoded::damaged))
    });
    let memory = Memory::Own(Box::new(move |plan| footprint(&reckoned, tree, plan)));
    Ok(Opened::new(header, decode).with_memory(memory))
}

/// The document tree, the canvas, and the layers that exist at the same time.
fn footprint(drawing: &Drawing, tree: u64, plan: &Plan) -> Footprint {
    let (width, height) = plan.size();
    let size = [u64::from(width), u64::from(height)];
    let canvas = 4 * size[0] * size[1];
    let load = load(&drawing.tree, transform(&drawing.tree, plan), plan.size());
    // What takes too long is refused before it is painted, so no memory is asked for it.
    let layers = load.check().map_or(0, |()| load.bytes);
    Footprint {
        decoding: tree
            + canvas
                .saturating_mul(CANVASES)
                .max(layers.saturating_add(canvas)),
        decoded: canvas,
        pixel: 4,
        size,
    }
}

impl Drawing {
    fn read(bytes: &[u8], pictures: &Pictures) -> Result<Self, Error> {
        let text = text::read(bytes)?;
        let entities = entities::check(&text)?;
        let document = parsed(&text)?;
        // Before anything follows the elements by recursion.
        let deep = levels::check(&document, pictures.levels())?;
        let has_free_pictures = avatar_svg::has_free_pictures(&document);
        if avatar_svg::is_plain(&document) {
            let elements = expansion::check(&document)?;
            strokes::check(&document)?;
            let options = options(&pictures.below(deep));
            let tree = Tree::from_xmltree(&document, &options).map_err(refuse)?;
            return Ok(Self {
                tree,
                background: None,
                losses: Losses {
                    drawing: avatar_svg::losses(&document),
                    ..Losses::default()
                },
                has_free_pictures,
                elements,
                entities,
            });
        }
        let has_text = avatar_svg::has_text(&document);
        let rewritten = avatar_svg::rewrite(&document, &fonts::OfSystem).map_err(too_much)?;
        let document = parsed(&rewritten.text)?;
        // Style sheets refer to elements too.
        let deep = levels::check(&document, pictures.levels())?;
        let mut options = options(&pictures.below(deep));
        let mut losses = rewritten.losses;
        if has_text {
            options.fontdb = Arc::clone(&fonts::system().database);
            faces::add(&rewritten.faces, &mut options, &mut losses);
        }
        let elements = expansion::check(&document)?;
        strokes::check(&document)?;
        let tree = Tree::from_xmltree(&document, &options).map_err(refuse)?;
        Ok(Self {
            tree,
            background: rewritten.background,
            losses: Losses {
                drawing: losses,
                ..Losses::default()
            },
            has_free_pictures,
            elements,
            entities,
        })
    }
}

fn parsed(text: &str) -> Result<Document<'_>, Error> {
    attributes::check(text)?;
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| malformed(error.to_string()))
}

fn draw(drawing: &Drawing, plan: &Plan) -> Result<Decoded, Error> {
    let fault = || Error::Panicked {
        message: "no canvas".into(),
    };
    let (width, height) = plan.size();
    let mut canvas = Pixmap::new(width, height).ok_or_else(fault)?;
    if let Some([r, g, b, a]) = drawing.background {
        canvas.fill(Backdrop::from_rgba8(r, g, b, a));
    }
    painter::paint(
        &drawing.tree,
        transform(&drawing.tree, plan),
        &mut canvas.as_mut(),
    );
    let samples = Samples::U8(canvas.take());
    let raster = Raster::new((width, height), Layout::Rgba, samples).ok_or_else(fault)?;
    Ok(Decoded::Cropped(raster.premultiplied()))
}

/// Units of the drawing per unit of the header. More than 1 if the drawing's sides are very large,
/// because plans calculate with whole numbers.
fn coarseness(tree: &Tree) -> f32 {
    (tree.size().width().max(tree.size().height()) / LONGEST).max(1.0)
}

/// Transforms units of the drawing to pixels of the part that is shown: the crop of the plan, or
/// the centre square.
fn transform(tree: &Tree, plan: &Plan) -> Transform {
    if let Some(fineness) = plan.fineness {
        let (crop, (width, height)) = (plan.crop(), plan.size());
        let unit = |value: u32| value as f32 / fineness as f32 * coarseness(tree);
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

/// Parses a drawing that is embedded in a drawing, and returns also the number of its elements.
fn read_within(bytes: &[u8], pictures: &Pictures) -> Result<(Tree, Losses, u64), Error> {
    let drawing = Drawing::read(bytes, pictures)?;
    Ok((drawing.tree, drawing.losses, drawing.elements))
}

fn options(pictures: &Pictures) -> Options<'static> {
    Options {
        image_href_resolver: pictures.resolver(),
        // Browsers use a font with serifs if no family is named.
        font_family: "serif".into(),
        font_size: FONT_SIZE,
        ..Options::default()
    }
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refuse(error: SvgError) -> Error {
    malformed(match error {
        SvgError::InvalidSize => "it has no size, or one that is not positive".into(),
        other => other.to_string(),
    })
}

fn too_much(error: RewriteError) -> Error {
    let (what, allowed) = match error {
        RewriteError::TooManySteps { allowed } => {
            ("number of steps to apply its style sheets", allowed)
        }
        RewriteError::TooManyRules { allowed } => {
            ("number of rules in its style sheets", allowed as u64)
        }
        RewriteError::TooLong { allowed } => (
            "length in bytes, with the values of its style sheets,",
            allowed as u64,
        ),
        _ => return malformed("elements are nested too deeply".into()),
    };
    LimitExceeded {
        limit: Limit::WorkOf(what),
        found: allowed + 1,
        allowed,
    }
    .into()
}

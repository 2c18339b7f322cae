//! The first page of a PDF, or of an Illustrator file with PDF content, through `hayro`. Where the
//! page draws nothing it is transparent.

mod counter;
mod definitions;
mod filters;
mod forms;
mod gradients;
mod groups;
mod layers;
mod load;
mod masks;
mod notice;
mod outline;
mod tiles;
mod unpacked;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::kurbo::Affine;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources};
use hayro::{RenderCache, RenderSettings, render_into};

use self::load::Counted;
use crate::codec::contract::{Decode, Footprint, Header, Memory, Opened};
use crate::codec::magic;
use crate::color::Color;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::{Layout, Raster, Samples};
use crate::{Error, Format, LimitExceeded, Limits, Note, PictureError, Plan};

const FORMAT: Format = Format::Pdf;
/// In documents with longer streams, in bytes, no notice is looked for.
const LONGEST_NOTICE: u64 = 64 << 20;
/// Memory for what is painted, in canvases, that every page is granted.
const CANVASES: u64 = 8;

/// A document, of which the first page is shown.
struct Document {
    pdf: Pdf,
    limits: Limits,
    /// What painting it took by the last plan.
    known: RefCell<Option<Known>>,
}

/// What painting takes, placed like this on a canvas of this size.
type Known = (Affine, (u32, u32), Result<Counted, LimitExceeded>);

impl Document {
    /// What painting takes, or why it is refused.
    fn load(&self, page: &Page<'_>, plan: &Plan) -> Result<Counted, LimitExceeded> {
        let (transform, size) = (placed(page, plan), plan.size());
        if let Some((known, its, load)) = &*self.known.borrow()
            && (*known, *its) == (transform, size)
        {
            return load.clone();
        }
        let load = forms::check(page).and_then(|longest| {
            let counted = load::load(page, longest, transform, size);
            load::check(&counted.load, &self.limits).map(|()| counted)
        });
        *self.known.borrow_mut() = Some((transform, size, load.clone()));
        load
    }

    /// The document, the canvas, and what is painted on it.
    fn footprint(&self, tree: u64, plan: &Plan) -> Footprint {
        let (width, height) = plan.size();
        let size = [u64::from(width), u64::from(height)];
        let canvas = 4 * size[0] * size[1];
        let page = self.pdf.pages().first();
        let load = page.and_then(|page| self.load(page, plan).ok());
        // What is refused asks for no memory.
        let painted = load.map_or(0, |counted| counted.load.bytes);
        Footprint {
            decoding: tree
                .saturating_add(canvas.saturating_mul(CANVASES))
                .saturating_add(painted),
            decoded: canvas,
            pixel: 4,
            size,
        }
    }
}

/// Finds the first page.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    // Offsets in the file count from its header, but not every program writes them so.
    let start = magic::pdf(bytes).unwrap_or(0);
    let load = |start| Pdf::new(Arc::new(bytes.get(start..).unwrap_or_default().to_vec()));
    let unpacked = unpacked::longest(bytes, limits)?;
    let pdf = match load(start) {
        Err(LoadPdfError::Invalid) if start > 0 => load(0),
        other => other,
    };
    let pdf = pdf.map_err(refuse)?;
    let pages = pdf.pages().len();
    let Some(page) = pdf.pages().first() else {
        let detail = "it has no pages".into();
        return Err(PictureError::Malformed {
            format: FORMAT,
            detail,
        }
        .into());
    };
    let unpacked = unpacked.max(unpacked::rarely_packed(&pdf, bytes, limits)?);
    unpacked::check_content(page, limits)?;
    let is_notice = |content: &[u8]| notice::is_notice(content, bytes);
    // It is unpacked as a whole before there is a permit for memory, and a notice is short.
    let is_short = unpacked <= LONGEST_NOTICE;
    if is_short && page.page_stream().is_some_and(is_notice) {
        return Err(PictureError::Unsupported {
            format: FORMAT,
            feature: notice::NOT_COMPATIBLE.into(),
        }
        .into());
    }
    let (width, height) = page.render_dimensions();
    let header = Header {
        frames: u32::try_from(pages).unwrap_or(u32::MAX),
        is_scalable: true,
        ..Header::new(
            (width.ceil() as u32, height.ceil() as u32),
            bytes.len() as u64,
            Color::Unspecified,
        )
    };
    let tree = (32 * bytes.len() as u64).saturating_add(unpacked);
    let document = Rc::new(Document {
        pdf,
        limits: *limits,
        known: RefCell::default(),
    });
    let reckoned = Rc::clone(&document);
    let decode: Decode<'a> = Box::new(move |plan, _| draw(&document, plan));
    let memory = Memory::Own(Box::new(move |plan| reckoned.footprint(tree, plan)));
    Ok(Opened::new(header, decode).with_memory(memory))
}

fn draw(document: &Document, plan: &Plan) -> Result<Decoded, Error> {
    let fault = || Error::Panicked {
        message: "no canvas".into(),
    };
    let side = |pixels: u32| {
        u16::try_from(pixels).map_err(|_| PictureError::Unsupported {
            format: FORMAT,
            feature: format!("an edge of {pixels} pixels"),
        })
    };
    let size = plan.size();
    let (across, down) = (side(size.0)?, side(size.1)?);
    let page = document.pdf.pages().first().ok_or_else(fault)?;
    let counted = document.load(page, plan)?;
    let transform = placed(page, plan);
    let mut context = RenderContext::new(across, down);
    let losses = Losses::default();
    if groups::blend_with_what_is_below(page) {
        losses.add(Loss::Blending);
    }
    if counted.changes_at_an_end {
        losses.add(Loss::EndOfGradient);
    }
    if counted.odd.intervals {
        losses.add(Loss::Intervals);
    }
    if counted.odd.mask {
        losses.add(Loss::Mask);
    }
    if counted.odd.unreadable_mask {
        losses.add(Loss::UnreadableMask);
    }
    if counted.odd.state_of_pattern {
        losses.add(Loss::StateOfPattern);
    }
    if layers::differ_on_a_screen(&document.pdf, page) {
        losses.add(Loss::Layers);
    }
    let (cache, interpreting) = (RenderCache::new(), losses.noted_by());
    let rendering = RenderSettings::default();
    render_into(
        page,
        &cache,
        &interpreting,
        &rendering,
        &mut context,
        transform,
    );
    context.flush();
    let mut canvas = Pixmap::new(across, down);
    context.render_with(
        &mut canvas,
        &mut Resources::default(),
        RasterizerSettings::default(),
    );
    let samples = Samples::U8(canvas.data_as_u8_slice().to_vec());
    let raster = Raster::new(size, Layout::Rgba, samples).ok_or_else(fault)?;
    let drawn = Decoded::Cropped(raster.premultiplied());
    Ok(losses.into_notes().fold(drawn, Decoded::damaged))
}

/// What the renderer cannot draw, by the kinds that it reports. It decodes the pictures of a page
/// itself, and leaves out those that it cannot decode.
#[derive(Clone, Default)]
struct Losses(Arc<Mutex<BTreeSet<Loss>>>);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Loss {
    Picture,
    Letters,
    Annotation,
    Blending,
    EndOfGradient,
    Intervals,
    Mask,
    UnreadableMask,
    StateOfPattern,
    Layers,
}

impl Losses {
    /// Settings with which the renderer reports them.
    fn noted_by(&self) -> InterpreterSettings {
        let found = self.clone();
        InterpreterSettings {
            warning_sink: Arc::new(move |warning| {
                found.add(match warning {
                    InterpreterWarning::ImageDecodeFailure => Loss::Picture,
                    InterpreterWarning::UnsupportedFont => Loss::Letters,
                    _ => Loss::Annotation,
                });
            }),
            ..InterpreterSettings::default()
        }
    }

    fn add(&self, loss: Loss) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found.insert(loss);
    }

    fn into_notes(self) -> impl Iterator<Item = Note> {
        let found = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        found.into_iter().map(|loss| match loss {
            Loss::Picture => Note::EmbeddedPictureLeftOut {
                reason: "it cannot be decoded".into(),
            },
            Loss::Letters => Note::TextLeftOut,
            Loss::Annotation => Note::EffectLeftOut {
                effect: "an annotation".into(),
            },
            Loss::Blending => Note::EffectLeftOut {
                effect: "blending of a group with what is below it".into(),
            },
            Loss::EndOfGradient => Note::EffectLeftOut {
                effect: "the colour that other programs show beyond an end of a gradient".into(),
            },
            Loss::Intervals => Note::EffectLeftOut {
                effect:
                    "a function of intervals that are empty, outside of its domain or not in order"
                        .into(),
            },
            Loss::Mask => Note::EffectLeftOut {
                effect: "a mask by luminosity without a colour space".into(),
            },
            Loss::UnreadableMask => Note::EffectLeftOut {
                effect: "a mask without a drawing, or whose kind or colour space is not known"
                    .into(),
            },
            Loss::StateOfPattern => Note::EffectLeftOut {
                effect: "a mask, opacity or blend mode of a gradient as a pattern".into(),
            },
            Loss::Layers => Note::EffectLeftOut {
                effect: "showing or hiding of layers on a screen".into(),
            },
        })
    }
}

/// Transforms the content of the page to pixels.
fn placed(page: &Page<'_>, plan: &Plan) -> Affine {
    transform(page.render_dimensions(), plan)
        * Affine::new(page.initial_transform(true).as_coeffs())
}

/// Transforms units of the page to pixels of the part that is shown: the crop of the plan, or the
/// centre square.
fn transform((width, height): (f32, f32), plan: &Plan) -> Affine {
    if let Some(fineness) = plan.fineness {
        let (crop, (across, down)) = (plan.crop(), plan.size());
        let unit = |value: u32| f64::from(value) / f64::from(fineness);
        let scale = Affine::scale_non_uniform(
            f64::from(across) / unit(crop.width),
            f64::from(down) / unit(crop.height),
        );
        return scale * Affine::translate((-unit(crop.x), -unit(crop.y)));
    }
    let (width, height) = (f64::from(width), f64::from(height));
    let short = width.min(height);
    Affine::scale(f64::from(plan.edge()) / short)
        * Affine::translate(((short - width) / 2.0, (short - height) / 2.0))
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refuse(error: LoadPdfError) -> Error {
    match error {
        LoadPdfError::Decryption(_) => {
            let feature = "it is encrypted".into();
            PictureError::Unsupported {
                format: FORMAT,
                feature,
            }
            .into()
        }
        LoadPdfError::Invalid => {
            let detail = "no page tree in it".into();
            PictureError::Malformed {
                format: FORMAT,
                detail,
            }
            .into()
        }
    }
}

//! Rewrites a drawing before it is rendered: style sheets become attributes, and what the renderer
//! would draw differently from browsers, or leave out silently, is replaced or noted.

mod attributes;
mod letters;
mod markers;
mod names;
mod omissions;
mod pass;
mod path_length;
mod plain;
mod void;
mod xml;

use std::rc::Rc;

use roxmltree::Document;

use super::losses::Losses;
use super::style::{FontFace, Inherited, Sheets};
use crate::{Error, Limit, LimitExceeded};
use omissions::Targets;
use pass::{Pass, Place};
use xml::Writer;

pub(super) use plain::{has_free_pictures, has_text, is_plain, viewport};

/// Deepest nesting that the renderer accepts.
const DEEPEST: u32 = 1024;
/// Most steps of matching selectors; a drawing that needs more is refused.
const STEPS: u64 = 200_000_000;

/// A rewritten drawing.
pub(super) struct Rewritten {
    pub(super) text: String,
    /// Colour that is painted behind everything.
    pub(super) background: Option<[u8; 4]>,
    pub(super) losses: Losses,
    pub(super) faces: Vec<FontFace>,
}

/// Rewrites a drawing that [`is_plain`] does not hold for.
pub(super) fn rewrite(document: &Document<'_>) -> Result<Rewritten, Error> {
    let sheets = Sheets::read(document, viewport(document));
    let mut losses = Losses::default();
    omissions::elements(document, &mut losses);
    omissions::sheets(&sheets, &mut losses);
    let targets = Targets::of(document);
    let embedded = sheets
        .faces
        .iter()
        .map(|face| face.family.clone())
        .collect();
    let mut pass = Pass {
        sheets: &sheets,
        targets: &targets,
        writer: Writer::default(),
        losses,
        steps: STEPS,
        embedded,
        copies: Vec::new(),
        copied: 0,
        root_variables: Rc::default(),
        background: None,
        next_id: None,
    };
    pass.element(
        document.root_element(),
        &Inherited::root(),
        DEEPEST,
        Place::Root,
    )?;
    if pass.steps == 0 {
        let (limit, found, allowed) = (Limit::Work, STEPS + 1, STEPS);
        return Err(LimitExceeded {
            limit,
            found,
            allowed,
        }
        .into());
    }
    Ok(Rewritten {
        text: pass.writer.finish(),
        background: pass.background,
        losses: pass.losses,
        faces: sheets.faces.clone(),
    })
}

/// What is lost of a drawing for which [`is_plain`] is true.
pub(super) fn losses(document: &Document<'_>) -> Losses {
    let mut losses = Losses::default();
    omissions::elements(document, &mut losses);
    losses
}

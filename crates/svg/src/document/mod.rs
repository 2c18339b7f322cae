//! Rewrites a drawing before it is rendered: style sheets become attributes, and what the renderer
//! would draw differently from browsers, or leave out silently, is replaced or noted.

mod attributes;
mod clips;
mod conditions;
mod contents;
mod copies;
mod doctype;
mod instead;
mod letters;
mod markers;
mod names;
mod omissions;
mod opened;
mod pass;
mod path_length;
mod plain;
mod reached;
mod sides;
mod sized;
mod spaces;
mod targets;
mod templates;
mod view_box;
mod void;
mod xml;

use std::collections::HashSet;
use std::rc::Rc;

use roxmltree::Document;

use crate::losses::Losses;
use crate::style::font_face::FontFace;
use crate::style::{Inherited, MOST_RULES, Sheets};
use crate::{Error, Fonts};
use pass::{DEEPEST, Pass, Place};
use plain::viewport;
use spaces::Spaces;
use targets::Targets;
use xml::Writer;

pub use plain::{has_free_pictures, has_text, is_plain};

/// Most steps of matching selectors, sorting declarations and making the values of variables; a drawing that needs more is refused.
const STEPS: u64 = 200_000_000;

/// A rewritten drawing.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rewritten {
    /// The drawing as XML.
    pub text: String,
    /// Colour that is painted behind everything: red, green, blue and opacity of sRGB.
    pub background: Option<[u8; 4]>,
    /// What browsers would show and `text` does not contain.
    pub losses: Losses,
    /// The fonts that the drawing brings along. They are not part of `text`.
    pub faces: Vec<FontFace>,
}

/// Rewrites a drawing that [`is_plain`] does not hold for.
///
/// # Errors
///
/// If elements are nested too deeply, there are too many rules, matching the selectors or making the values
/// takes too long, or the result is too long.
pub fn rewrite(document: &Document<'_>, fonts: &dyn Fonts) -> Result<Rewritten, Error> {
    let sheets = Sheets::read(document, viewport(document));
    if sheets.is_full() {
        return Err(Error::TooManyRules {
            allowed: MOST_RULES,
        });
    }
    let mut losses = Losses::default();
    omissions::document(document, &mut losses);
    omissions::sheets(&sheets, &mut losses);
    let mut targets = Targets::of(document);
    // The same is computed again below, where it counts.
    let (mut steps, mut transforms) = (STEPS, Vec::new());
    targets.find_unreached(document, &mut |node, inherited| {
        let computed = sheets.compute(node, inherited, &mut steps);
        let is_hidden = computed.text("display") == Some("none");
        if let Some(matrix) = attributes::transform_of_server(node, &computed) {
            transforms.push((node, matrix));
        }
        (is_hidden, computed.inherited)
    });
    for (node, matrix) in transforms {
        targets.transform_by(node, matrix);
    }
    let embedded = sheets
        .faces
        .iter()
        .map(|face| face.family.clone())
        .collect();
    let mut pass = Pass {
        sheets: &sheets,
        targets: &targets,
        fonts,
        writer: Writer::default(),
        losses,
        steps: if steps == 0 { 0 } else { STEPS },
        embedded,
        copies: Vec::new(),
        copied: 0,
        clips: Vec::new(),
        root_variables: Rc::default(),
        background: None,
        spaces: Spaces::default(),
        next_id: None,
        written: HashSet::new(),
    };
    pass.element(
        document.root_element(),
        &Inherited::root(),
        DEEPEST,
        Place::Root,
    )?;
    if pass.steps == 0 {
        return Err(Error::TooManySteps { allowed: STEPS });
    }
    Ok(Rewritten {
        text: pass.writer.finish(),
        background: pass.background,
        losses: pass.losses,
        faces: sheets.faces.clone(),
    })
}

/// What is lost of a drawing for which [`is_plain`] is true.
#[must_use]
pub fn losses(document: &Document<'_>) -> Losses {
    let mut losses = Losses::default();
    omissions::document(document, &mut losses);
    let targets = Targets::of(document);
    let mut hidden = HashSet::new();
    for node in document.descendants().filter(omissions::is_drawn) {
        let parent = node.parent_element();
        let is_shown_above = parent.is_none_or(|parent| !hidden.contains(&parent.id()));
        let is_hidden = node.attribute("display") == Some("none");
        match targets.is_shown(node, is_hidden, is_shown_above) {
            true => omissions::element(node, &mut losses),
            false => hidden.extend([node.id()]),
        }
    }
    losses
}

//! Visits the elements of a drawing and writes them in a form that the renderer reads.

use std::collections::HashSet;
use std::rc::Rc;

use roxmltree::{Node, NodeId};

use super::clips::Clip;
use super::names::{SVG, XLINK};
use super::spaces::Spaces;
use super::targets::Targets;
use super::xml::Writer;
use super::{contents, letters, omissions, reached, sized, spaces, templates, void};
use crate::color::CssColor;
use crate::losses::Losses;
use crate::style::{Computed, Inherited, Sheets, Variables, families};
use crate::{Error, Fonts};

/// Deepest nesting that the renderer accepts.
pub(super) const DEEPEST: u32 = 1024;

/// How many times as long as the drawing the text with all values may be, and the length in bytes that is always
/// allowed. A class with ten properties on the shortest elements makes ten times as much.
const MOST_TIMES: usize = 16;
const MOST_OF_ANY: usize = 8 << 20;

/// Bytes of a list of families above which it is charged for each text that is set in it, and steps for each byte. Half
/// a megabyte of families for 2,000 texts took more than a minute.
const LONG_LIST: usize = 1_024;
const STEPS_OF_A_FAMILY: u64 = 8;

/// In which context an element is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place {
    Root,
    Shapes,
    Text,
    /// In a copy, whose elements have no ids.
    Copy,
    /// Elsewhere than in the drawing.
    Lifted,
}
pub(super) struct Pass<'a, 'input> {
    pub(super) sheets: &'a Sheets,
    pub(super) targets: &'a Targets<'a>,
    pub(super) fonts: &'a dyn Fonts,
    pub(super) writer: Writer,
    pub(super) losses: Losses,
    pub(super) steps: u64,
    /// Font families that the drawing embeds.
    pub(super) embedded: Vec<String>,
    /// Elements that a `use` shows with other values of variables.
    pub(super) copies: Vec<(Node<'a, 'input>, Inherited)>,
    pub(super) copied: usize,
    /// Basic shapes that clip elements.
    pub(super) clips: Vec<Clip>,
    pub(super) root_variables: Variables,
    pub(super) background: Option<[u8; 4]>,
    /// The white space of the text that is being written.
    pub(super) spaces: Spaces,
    /// Id of the next element.
    pub(super) next_id: Option<String>,
    /// The filters that were written.
    pub(super) written: HashSet<NodeId>,
}
impl<'a, 'input> Pass<'a, 'input> {
    pub(super) fn element(
        &mut self,
        node: Node<'a, 'input>,
        parent: &Inherited,
        depth: u32,
        place: Place,
    ) -> Result<(), Error> {
        let depth = depth
            .checked_sub(1)
            .ok_or(Error::TooDeep { allowed: DEEPEST })?;
        let name = node.tag_name().name();
        let is_foreign = !matches!(node.tag_name().namespace(), None | Some(SVG));
        if is_foreign || is_idle(name) || void::is_void(node, self.targets) {
            return Ok(());
        }
        if name == "filter" && place != Place::Lifted && !reached::is_read(node) {
            // `write_filters` writes it.
            return Ok(());
        }
        let mut computed = self.sheets.compute(node, parent, &mut self.steps);
        if self.lacks_style(node, &computed) {
            return Ok(());
        }
        let contents = contents::kind(node, &computed, place == Place::Root);
        match contents {
            Some(contents::Kind::Opened) => self.keep_for_content(node, &mut computed),
            Some(contents::Kind::Hidden) => computed.hide(),
            Some(contents::Kind::Unknown) => {
                self.losses.effects.insert("display: contents");
            }
            None => {}
        }
        let mut inherited = computed.inherited.clone();
        let is_hidden = computed.text("display") == Some("none");
        let is_empty = self.is_empty(node, &computed);
        // A `use` can show it in another size.
        let is_kept = is_empty && self.targets.is_linked(node) && sized::is_sized(node);
        inherited.is_shown =
            (!is_empty || is_kept) && self.targets.is_shown(node, is_hidden, inherited.is_shown);
        if let Some(families) = computed.text("font-family") {
            inherited.families = Some(families.into());
        }
        spaces::settle(node, &computed, &mut inherited);
        if name == "foreignObject" {
            self.losses.has_html |= inherited.is_shown;
            return Ok(());
        }
        if place == Place::Root {
            self.root_variables = Rc::clone(&inherited.variables);
            self.background = computed
                .text("background-color")
                .and_then(|text| background(text, &inherited));
        }
        if inherited.is_shown {
            let is_root = place == Place::Root;
            omissions::element(node, &mut self.losses);
            omissions::properties(&computed, self.sheets, is_root, &mut self.losses);
            if place == Place::Text {
                omissions::in_text(&computed, &mut self.losses);
            }
        }
        if name == "filter" {
            self.written.insert(node.id());
        }
        let markers = self.markers(node, &computed, &inherited);
        let name = match name {
            _ if markers.is_some() => "g",
            // The renderer would use its scale twice, which leaves nothing. This one keeps its
            // input as it is; the note is recorded.
            "feDisplacementMap" => "feOffset",
            // What is in it can still be referred to.
            _ if is_empty && !is_kept => "defs",
            _ if contents == Some(contents::Kind::Opened) => contents::name(node),
            name => name,
        };
        if is_kept {
            self.writer.start("defs");
        }
        self.writer.start(name);
        if place == Place::Root {
            self.writer.attribute("xmlns", SVG);
            self.writer.attribute("xmlns:xlink", XLINK);
        }
        let losses = (!inherited.is_shown).then(|| std::mem::take(&mut self.losses));
        match contents {
            Some(contents::Kind::Opened) => self.opened(node, &computed, &inherited, place),
            _ => self.attributes(node, &computed, &inherited, place),
        }
        // Of what is not shown, nothing is lost.
        self.losses = losses.unwrap_or_else(|| std::mem::take(&mut self.losses));
        // Values can be long, and there are as many at a time as elements in one another.
        drop(computed);
        self.check_length(node)?;
        let inner = match (place, name) {
            (Place::Copy, _) => Place::Copy,
            (_, "text") | (Place::Text, _) => Place::Text,
            _ => Place::Shapes,
        };
        if name == "switch" {
            return self.switch(node, &inherited, depth, inner);
        }
        let is_nothing = place == Place::Root && sized::is_nothing(node);
        for child in node.children().filter(|_| !is_nothing) {
            if child.is_element() {
                self.element(child, &inherited, depth, inner)?;
                // The renderer would paint what has no area with the colour of a single stop.
                if child.tag_name().name() == "stop" && templates::has_one_stop(node, self.targets)
                {
                    self.element(child, &inherited, depth, inner)?;
                }
            } else if let Some(text) = child.text().filter(|_| child.is_text() && is_in_text(node))
            {
                self.write_letters(text, &inherited);
            }
        }
        if name == "text" {
            std::mem::take(&mut self.spaces).end(&mut self.writer);
        }
        if let Some((data, markers)) = markers {
            self.write_marked(&data, &markers);
        }
        self.write_nothing(node);
        if place == Place::Root {
            if !is_nothing {
                self.write_filters(node, depth)?;
            }
            self.write_copies(depth)?;
            self.write_clips();
        }
        self.writer.end(name);
        if is_kept {
            self.writer.end("defs");
        }
        Ok(())
    }

    /// Whether the element is a drawing of its own, or shows one, that has no area.
    fn is_empty(&mut self, node: Node<'a, 'input>, computed: &Computed) -> bool {
        let viewport = self.sheets.viewport;
        sized::is_empty(node, self.targets, viewport, |drawing| {
            let overflows = |computed: &Computed| {
                let overflow = computed.text("overflow").unwrap_or_default();
                matches!(overflow.trim(), "visible" | "auto")
            };
            match drawing == node {
                true => overflows(computed),
                false => {
                    let root = Inherited::root();
                    overflows(&self.sheets.compute(drawing, &root, &mut self.steps))
                }
            }
        })
    }

    /// Refuses a drawing whose rules write much more than it contains.
    fn check_length(&self, node: Node<'a, 'input>) -> Result<(), Error> {
        let allowed = node
            .document()
            .input_text()
            .len()
            .saturating_mul(MOST_TIMES);
        let allowed = allowed.max(MOST_OF_ANY);
        match self.writer.len() > allowed {
            true => Err(Error::TooLong { allowed }),
            false => Ok(()),
        }
    }

    /// Writes letters of an element of a text.
    fn write_letters(&mut self, text: &str, inherited: &Inherited) {
        self.letters(text, inherited);
        let text = letters::transformed(text, inherited.value("text-transform"));
        if !inherited.is_shown {
            self.writer.text(&text);
        } else if spaces::are_kept(inherited) {
            self.spaces.write_kept(&text, &mut self.writer);
        } else {
            self.spaces.write(&text, &mut self.writer);
        }
    }

    /// Notes which fonts were replaced for this text.
    fn letters(&mut self, text: &str, inherited: &Inherited) {
        if !inherited.is_shown || text.trim().is_empty() || self.steps == 0 {
            return;
        }
        // Browsers use a font with serifs if no family is named.
        let list = inherited.families.as_deref().unwrap_or("serif");
        if list.len() > LONG_LIST {
            let steps = list.len() as u64 * STEPS_OF_A_FAMILY;
            self.steps = self.steps.saturating_sub(steps);
        }
        let resolved = self.fonts.resolve(&families(list), &self.embedded);
        self.losses.fonts.extend(resolved.replaced);
        omissions::letters(inherited, &mut self.losses);
        self.losses.lacks_letters |= self.embedded.is_empty() && !self.fonts.has_all(text);
    }

    /// Writes the basic shapes that clip elements.
    fn write_clips(&mut self) {
        for (index, clip) in std::mem::take(&mut self.clips).iter().enumerate() {
            self.writer.start("clipPath");
            self.writer.attribute("id", &clip_name(index + 1));
            self.writer.start("path");
            self.writer.attribute("d", &clip.data);
            self.writer.attribute("clip-rule", clip.rule);
            self.writer.end("path");
            self.writer.end("clipPath");
        }
    }
}

/// The id of a basic shape, counted from 1.
pub(super) fn clip_name(number: usize) -> String {
    format!("basic-shape-{number}")
}

/// Whether elements of this name never draw anything.
fn is_idle(name: &str) -> bool {
    matches!(
        name,
        "style"
            | "script"
            | "title"
            | "desc"
            | "metadata"
            | "animate"
            | "animateTransform"
            | "animateMotion"
            | "animateColor"
            | "set"
            | "mpath"
            | "font"
            | "font-face"
            | "link"
            // SVG 2 no longer has it, and browsers draw nothing.
            | "tref"
    )
}

fn is_in_text(node: Node<'_, '_>) -> bool {
    match node.tag_name().name() {
        "text" | "tspan" | "textPath" => true,
        "a" => node
            .ancestors()
            .any(|ancestor| ancestor.tag_name().name() == "text"),
        _ => false,
    }
}

fn background(text: &str, inherited: &Inherited) -> Option<[u8; 4]> {
    let rgba = CssColor::parse(text, inherited.color)?.to_rgba();
    (rgba[3] > 0).then_some(rgba)
}

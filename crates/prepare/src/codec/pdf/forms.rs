//! How often the forms of a page are drawn: forms that draw forms become any number of instructions, and
//! the renderer keeps what each of them paints until the end.

use std::collections::{HashMap, HashSet};

use hayro::hayro_syntax::content::UntypedIter;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro::hayro_syntax::page::{Page, Resources};

use super::definitions::{self, Definitions, Odd};
use crate::{Limit, LimitExceeded};

/// Most instructions that forms add to those of the page. Maps and plans have a few million in all, most
/// of them on the page itself.
const MOST: u64 = 20_000_000;
/// Instructions that a form costs, and one that is a transparent group, which is painted on a layer.
const FORM: u64 = 10;
const GROUP: u64 = 1_000;
/// Most bytes of a text that is shown at a time: the renderer lays out all of its letters, of some hundred bytes
/// each.
const LONGEST_TEXT: usize = 50_000;
/// Flags of an annotation that is not shown on a screen (PDF 32000-1, 12.5.3).
const HIDDEN: u32 = 1 << 1;
const NO_VIEW: u32 = 1 << 5;
/// Most forms within one another; the renderer follows them by recursion.
pub(super) const DEEPEST: u32 = 100;

/// Most bytes of the content of a pattern, and of a glyph that is a drawing, and what is odd among the definitions.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Longest {
    pub(super) pattern: u64,
    pub(super) glyph: u64,
    pub(super) odd: Odd,
}

/// What the instructions of a page and of all that it draws use.
#[derive(Default)]
pub(super) struct Used<'a> {
    /// The names in instructions. Another resource of the same name counts as used, too.
    pub(super) names: HashSet<Vec<u8>>,
    pub(super) resources: Vec<Resources<'a>>,
}

/// Refuses a page whose forms are drawn too often, on the page or in its patterns, masks and glyphs.
pub(super) fn check(page: &Page<'_>) -> Result<Longest, LimitExceeded> {
    counted(page).map(|(longest, _)| longest)
}

/// What a page uses; `None` if it draws too much.
pub(super) fn used<'a>(page: &Page<'a>) -> Option<Used<'a>> {
    counted(page).ok().map(|(_, used)| used)
}

fn counted<'a>(page: &Page<'a>) -> Result<(Longest, Used<'a>), LimitExceeded> {
    let mut count = Count {
        known: HashMap::new(),
        reached: vec![page.resources().clone()],
        names: HashSet::new(),
    };
    let content = page.page_stream().unwrap_or_default();
    let mut found = count.forms(content, page.resources(), 0);
    let mut seen = HashSet::new();
    let mut definitions = Definitions::of(page.xref());
    let mut longest = Longest::default();
    let mut used = Used::default();
    let mut waiting = notes(page);
    for Drawing {
        content: note,
        resources: own,
        ..
    } in &waiting
    {
        let content = note.decoded_data().unwrap_or_default();
        found = found.saturating_add(count.forms(&content, own, 0));
    }
    while let Some(resources) = count.reached.pop() {
        checked(definitions.most(&resources), definitions::MOST)?;
        used.resources.push(resources.clone());
        waiting.extend(drawings(&resources));
        for Drawing {
            kind,
            content: drawing,
            resources: own,
        } in waiting.drain(..)
        {
            if found <= MOST && seen.insert(id(&drawing)) {
                let content = drawing.decoded_data().unwrap_or_default();
                found = found.max(count.forms(&content, &own, 0));
                count.reached.push(own);
                let longest = match kind {
                    Kind::Pattern => &mut longest.pattern,
                    Kind::Glyph => &mut longest.glyph,
                    Kind::Once => continue,
                };
                *longest = (*longest).max(content.len() as u64);
            }
        }
    }
    used.names = count.names;
    longest.odd = definitions.odd(&used.names);
    checked(found, MOST).map(|()| (longest, used))
}

/// Instructions beside those of the page, and the resources that they name.
pub(super) struct Drawing<'a> {
    kind: Kind,
    pub(super) content: Stream<'a>,
    pub(super) resources: Resources<'a>,
}

/// How often a drawing is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Each time that something is painted with it.
    Pattern,
    /// Each time that it is shown.
    Glyph,
    /// A note, or a mask: once for a canvas.
    Once,
}

fn checked(found: u64, allowed: u64) -> Result<(), LimitExceeded> {
    match found > allowed {
        true => Err(LimitExceeded {
            limit: Limit::WorkOf("number of instructions, with those of its forms,"),
            found,
            allowed,
        }),
        false => Ok(()),
    }
}

/// What the notes on a page that are shown are drawn as.
pub(super) fn notes<'a>(page: &Page<'a>) -> Vec<Drawing<'a>> {
    let mut found = Vec::new();
    let all = page.raw().get::<Array<'_>>(b"Annots".as_ref());
    for note in all.iter().flat_map(Array::iter::<Dict<'_>>) {
        // The renderer leaves it out.
        let flags = note.get::<u32>(b"F".as_ref()).unwrap_or(0);
        if flags & (HIDDEN | NO_VIEW) != 0 {
            continue;
        }
        if let Some(stream) = appearance(&note) {
            let its = stream.dict().get::<Dict<'_>>(b"Resources".as_ref());
            let its = its.map_or_else(|| page.resources().clone(), Resources::new);
            found.push(Drawing {
                kind: Kind::Once,
                content: stream,
                resources: its,
            });
        }
    }
    found
}

/// What the renderer draws a note as: one of several states, such as those of a box that can be ticked, is named by `AS`.
pub(super) fn appearance<'a>(note: &Dict<'a>) -> Option<Stream<'a>> {
    let all = note.get::<Dict<'_>>(b"AP".as_ref())?;
    match all.get::<Object<'_>>(b"N".as_ref())? {
        Object::Stream(stream) => Some(stream),
        Object::Dict(states) => {
            let named = note.get::<Name<'_>>(b"AS".as_ref());
            let named = named.and_then(|state| states.get::<Stream<'_>>(state));
            named.or_else(|| states.get::<Stream<'_>>(b"Off".as_ref()))
        }
        _ => None,
    }
}

/// Patterns, glyphs and masks among resources, each with the resources of its own instructions.
fn drawings<'a>(resources: &Resources<'a>) -> Vec<Drawing<'a>> {
    // The dictionary is that of the drawing, or that of the font of a glyph.
    let drawing = |kind: Kind, content: Stream<'a>, of: &Dict<'a>| {
        let its = of.get::<Dict<'_>>(b"Resources".as_ref());
        let resources = its.map_or_else(|| resources.clone(), Resources::new);
        Drawing {
            kind,
            content,
            resources,
        }
    };
    let mut found = Vec::new();
    for name in resources.patterns.keys() {
        if let Some(Object::Stream(pattern)) = resources.get_pattern(&name) {
            let of = pattern.dict().clone();
            found.push(drawing(Kind::Pattern, pattern, &of));
        }
    }
    let mut fonts = Vec::new();
    for name in resources.ext_g_states.keys() {
        let Some(state) = resources.get_ext_g_state(&name) else {
            continue;
        };
        let mask = state.get::<Dict<'_>>(b"SMask".as_ref());
        if let Some(group) = mask.and_then(|mask| mask.get::<Stream<'_>>(b"G".as_ref())) {
            let of = group.dict().clone();
            found.push(drawing(Kind::Once, group, &of));
        }
        let font = state.get::<Array<'_>>(b"Font".as_ref());
        fonts.extend(font.and_then(|font| font.iter::<Dict<'_>>().next()));
    }
    let names = resources.fonts.keys();
    fonts.extend(names.filter_map(|name| resources.get_font(&name)));
    for font in fonts {
        let glyphs = font
            .get::<Dict<'_>>(b"CharProcs".as_ref())
            .unwrap_or_default();
        let glyphs = glyphs
            .keys()
            .filter_map(|name| glyphs.get::<Stream<'_>>(&name));
        found.extend(glyphs.map(|glyph| drawing(Kind::Glyph, glyph, &font)));
    }
    found
}

/// The names in an operand: a resource, or the colour space of a picture that is part of the instruction.
fn names(operand: &Object<'_>) -> Vec<Vec<u8>> {
    match operand {
        Object::Name(name) => vec![name.as_ref().to_vec()],
        Object::Stream(picture) => {
            let space = |key: &[u8]| picture.dict().get::<Name<'_>>(key);
            let spaces = [space(b"CS"), space(b"ColorSpace")].into_iter().flatten();
            spaces.map(|name| name.as_ref().to_vec()).collect()
        }
        _ => Vec::new(),
    }
}

/// Bytes of a text or a list.
fn length(operand: &Object<'_>) -> usize {
    match operand {
        Object::String(text) => text.as_ref().len(),
        Object::Array(items) => items.data().len(),
        _ => 0,
    }
}

fn id(stream: &Stream<'_>) -> (u32, i32) {
    let id = stream.obj_id();
    (id.obj_number, id.gen_number)
}

struct Count<'a> {
    /// Instructions of each form that is known, with all that it draws. While it is counted it is 0, because the
    /// renderer leaves out what contains itself. A form without resources has those of what draws it, so that the
    /// place of the list of forms among these is a part of the key.
    known: HashMap<((u32, i32), Option<usize>), u64>,
    /// Resources of all forms that are drawn.
    reached: Vec<Resources<'a>>,
    /// Names in instructions.
    names: HashSet<Vec<u8>>,
}

impl<'a> Count<'a> {
    /// Instructions that the forms drawn by a content add to it.
    fn forms(&mut self, content: &[u8], resources: &Resources<'a>, depth: u32) -> u64 {
        let mut all = 0_u64;
        let mut instructions = UntypedIter::new(content);
        while let Some(instruction) = instructions.next() {
            if instruction.operands().any(|it| length(it) > LONGEST_TEXT) {
                return u64::MAX;
            }
            for name in instruction.operands().flat_map(names) {
                if !self.names.contains(name.as_slice()) {
                    self.names.insert(name);
                }
            }
            if &**instruction.operator != b"Do" {
                continue;
            }
            let name = instruction.operands().next();
            let name = name.and_then(|object| object.clone().into_name());
            let drawn = name.and_then(|name: Name<'_>| resources.get_x_object(&name));
            let more = drawn.map_or(0, |form| self.form(&form, resources, depth));
            all = all.saturating_add(more);
        }
        all
    }

    fn form(&mut self, form: &Stream<'a>, around: &Resources<'a>, depth: u32) -> u64 {
        let dictionary = form.dict();
        let kind = dictionary.get::<Name<'_>>(b"Subtype".as_ref());
        if kind.is_none_or(|kind| kind.as_ref() != b"Form") || depth >= DEEPEST {
            return 0;
        }
        let own = dictionary.get::<Dict<'_>>(b"Resources".as_ref());
        let place = around.x_objects.data().as_ptr() as usize;
        let key = (id(form), own.is_none().then_some(place));
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        self.known.insert(key, 0);
        let resources = own.map_or_else(|| around.clone(), Resources::new);
        self.reached.push(resources.clone());
        let own = match dictionary.contains_key(b"Group".as_ref()) {
            true => GROUP,
            false => FORM,
        };
        let content = form.decoded_data().unwrap_or_default();
        let mut instructions = UntypedIter::new(&content);
        let mut count = own;
        while instructions.next().is_some() {
            count += 1;
        }
        let count = count.saturating_add(self.forms(&content, &resources, depth + 1));
        self.known.insert(key, count);
        count
    }
}

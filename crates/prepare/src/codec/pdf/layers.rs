//! Finds layers of a page that other programs show or hide on a screen because their own usage says so (PDF 32000-1,
//! 8.11.4.4). The renderer reads the default state only.

use std::collections::{HashMap, HashSet};

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, MaybeRef, Name, ObjRef, Object};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::xref::XRef;

use super::forms::{self, Used};

/// Most references to layers that are followed.
const MOST: usize = 1_000_000;

/// How deep expressions of visibility are followed; real ones have two or three levels.
const DEEPEST: usize = 16;

/// Whether a layer of the page has another state on a screen than by default.
pub(super) fn differ_on_a_screen(pdf: &Pdf, page: &Page<'_>) -> bool {
    let xref = pdf.xref();
    let catalog = xref.get::<Dict<'_>>(xref.root_id());
    let Some(layers) = catalog.and_then(|it| it.get::<Dict<'_>>(b"OCProperties".as_ref())) else {
        return false;
    };
    let defaults = layers.get::<Dict<'_>>(b"D".as_ref()).unwrap_or_default();
    let hidden = hidden(&layers, &defaults);
    let applied = applied(&defaults, xref);
    let is_applied = |layer: &ObjRef| applied.as_ref().is_none_or(|all| all.contains(layer));
    let mut usages = Usages {
        xref,
        known: HashMap::new(),
    };
    let all: HashSet<ObjRef> = list(&layers, b"OCGs").collect();
    let differs = |layer: &ObjRef| match usages.of(*layer) {
        // Other programs hide it even if nothing asks them to apply what it says.
        Some(false) => !hidden.contains(layer),
        Some(true) => hidden.contains(layer) && is_applied(layer),
        None => false,
    };
    let different: HashSet<ObjRef> = all.into_iter().filter(differs).collect();
    // What the page uses is only looked for if it matters.
    !different.is_empty()
        && forms::used(page)
            .and_then(|used| shown(page, &used))
            .is_none_or(|shown| !shown.is_disjoint(&different))
}

/// The layers that are hidden by default.
fn hidden(layers: &Dict<'_>, defaults: &Dict<'_>) -> HashSet<ObjRef> {
    let base = defaults.get::<Name<'_>>(b"BaseState".as_ref());
    let is_off = base.is_some_and(|base| base.as_ref() == b"OFF");
    let mut hidden: HashSet<ObjRef> = match is_off {
        true => list(layers, b"OCGs").collect(),
        false => HashSet::new(),
    };
    list(defaults, b"ON").for_each(|layer| {
        hidden.remove(&layer);
    });
    hidden.extend(list(defaults, b"OFF"));
    hidden
}

/// The layers whose usage for viewing is to be applied; `None` if that is not known, because there is too much to read.
fn applied(defaults: &Dict<'_>, xref: &XRef) -> Option<HashSet<ObjRef>> {
    let all = defaults.get::<Array<'_>>(b"AS".as_ref());
    let is_view = |name: Option<Name<'_>>| name.is_some_and(|name| name.as_ref() == b"View");
    let mut applied = HashSet::new();
    let (mut seen, mut left) = (HashSet::new(), MOST);
    // Each costs at least one, and the same one is not read again.
    for raw in all.iter().flat_map(Array::raw_iter) {
        left = left.checked_sub(1)?;
        if raw.as_obj_ref().is_some_and(|it| !seen.insert(it)) {
            continue;
        }
        let one = match raw {
            MaybeRef::Ref(reference) => xref.get::<Dict<'_>>(reference.into()),
            MaybeRef::NotRef(Object::Dict(one)) => Some(one),
            MaybeRef::NotRef(_) => None,
        };
        let Some(one) = one.filter(|one| is_view(one.get(b"Event".as_ref()))) else {
            continue;
        };
        let categories = one.get::<Array<'_>>(b"Category".as_ref());
        let mut categories = categories.iter().flat_map(Array::iter::<Name<'_>>);
        if categories.any(|name| is_view(Some(name))) {
            let layers: Vec<_> = list(&one, b"OCGs").collect();
            left = left.checked_sub(layers.len())?;
            applied.extend(layers);
        }
    }
    Some(applied)
}

/// What layers say of themselves. Many can refer to the same object, which is read once.
struct Usages<'a> {
    xref: &'a XRef,
    known: HashMap<(ObjRef, &'static [u8]), Option<bool>>,
}

impl<'a> Usages<'a> {
    /// Whether a layer is shown on a screen, if it says so.
    fn of(&mut self, layer: ObjRef) -> Option<bool> {
        self.at(layer, &[b"Usage", b"View", b"ViewState"])
    }

    fn at(&mut self, reference: ObjRef, path: &[&'static [u8]]) -> Option<bool> {
        let key = (reference, *path.first()?);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let object = self.xref.get::<Dict<'_>>(reference.into());
        let found = object.and_then(|object| self.within(&object, path));
        self.known.insert(key, found);
        found
    }

    fn within(&mut self, object: &Dict<'a>, path: &[&'static [u8]]) -> Option<bool> {
        let (key, rest) = path.split_first()?;
        match object.get_raw::<Object<'_>>(*key)? {
            MaybeRef::Ref(reference) if !rest.is_empty() => self.at(reference, rest),
            _ if rest.is_empty() => {
                let state = object.get::<Name<'_>>(*key)?;
                Some(state.as_ref() != b"OFF")
            }
            MaybeRef::NotRef(Object::Dict(inner)) => self.within(&inner, rest),
            _ => None,
        }
    }
}

/// The layers on which something of the page is: its instructions, what it draws, and its annotations. `None` if that is
/// not known, because there is too much to read.
fn shown(page: &Page<'_>, used: &Used<'_>) -> Option<HashSet<ObjRef>> {
    let mut groups = Vec::new();
    // Rules for several layers that have no object of their own.
    let mut rules: Vec<Dict<'_>> = Vec::new();
    for resources in &used.resources {
        let properties = resources.properties.entries();
        let named = properties.filter(|(name, _)| used.names.contains(name.as_ref()));
        groups.extend(named.filter_map(|(_, group)| match group {
            MaybeRef::Ref(group) => Some(group),
            MaybeRef::NotRef(Object::Dict(rule)) => {
                rules.push(rule);
                None
            }
            MaybeRef::NotRef(_) => None,
        }));
        for name in resources.x_objects.keys() {
            if used.names.contains(name.as_ref())
                && let Some(drawn) = resources.get_x_object(&name)
            {
                mark(drawn.dict(), &mut groups, &mut rules);
            }
        }
    }
    let annotations = page.raw().get::<Array<'_>>(b"Annots".as_ref());
    for annotation in annotations.iter().flat_map(Array::iter::<Dict<'_>>) {
        mark(&annotation, &mut groups, &mut rules);
        if let Some(drawn) = forms::appearance(&annotation) {
            mark(drawn.dict(), &mut groups, &mut rules);
        }
    }
    let mut all: HashSet<ObjRef> = groups.iter().copied().collect();
    let mut left = MOST;
    // Each can be a rule for several.
    let stored = all.clone().into_iter();
    let stored = stored.filter_map(|group| page.xref().get::<Dict<'_>>(group.into()));
    for rule in stored.chain(rules) {
        let layers: Vec<_> = list(&rule, b"OCGs").collect();
        left = left.checked_sub(layers.len())?;
        all.extend(layers);
        all.extend(rule.get_ref(b"OCGs".as_ref()));
        if let Some(expression) = rule.get::<Array<'_>>(b"VE".as_ref()) {
            operands(&expression, DEEPEST, &mut left, &mut all)?;
        }
    }
    Some(all)
}

/// Remembers the layer, or the rule for several, that something is on.
fn mark<'a>(of: &Dict<'a>, groups: &mut Vec<ObjRef>, rules: &mut Vec<Dict<'a>>) {
    match of.get_ref(b"OC".as_ref()) {
        Some(group) => groups.push(group),
        None => rules.extend(of.get::<Dict<'_>>(b"OC".as_ref())),
    }
}

/// The layers that an expression of visibility names (PDF 32000-1, 8.11.2.2); `None` if there are too many, or too deep.
fn operands(
    expression: &Array<'_>,
    depth: usize,
    left: &mut usize,
    all: &mut HashSet<ObjRef>,
) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    for item in expression.raw_iter() {
        *left = left.checked_sub(1)?;
        match item {
            MaybeRef::Ref(layer) => drop(all.insert(layer)),
            MaybeRef::NotRef(Object::Array(inner)) => operands(&inner, depth, left, all)?,
            MaybeRef::NotRef(_) => {}
        }
    }
    Some(())
}

fn list(of: &Dict<'_>, key: &[u8]) -> impl Iterator<Item = ObjRef> {
    let found = of.get::<Array<'_>>(key);
    let items: Vec<_> = found.iter().flat_map(Array::raw_iter).collect();
    items.into_iter().filter_map(|item| item.as_obj_ref())
}

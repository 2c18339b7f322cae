//! The ids of a drawing: which elements links lead to.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use roxmltree::{Document, Node, NodeId};

use super::conditions;
use super::names::href;
use super::reached::{self, State, Style};
use crate::style::{Matrix, fragment, safe, target, unescaped, words};

/// The ids that the addresses in a value or a sheet name.
fn links(text: &str) -> Vec<String> {
    let mut all = links_as_written(text);
    // The name of the function can be written with escapes too.
    if text.contains('\\') {
        all.append(&mut links_as_written(&unescaped(text)));
    }
    all
}

fn links_as_written(text: &str) -> Vec<String> {
    const START: &[u8] = b"url(";
    let windows = text.as_bytes().windows(START.len()).enumerate();
    let starts = windows.filter(|(_, found)| found.eq_ignore_ascii_case(START));
    let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    // Up to the next one, or each of many that are never closed would copy all that follows.
    let inside = starts.iter().zip(ends).filter_map(|(at, end)| {
        let rest = text.get(at + START.len()..end)?.trim_start();
        match rest.chars().next()? {
            quote @ ('"' | '\'') => rest.get(1..)?.split(quote).next(),
            _ => rest.split(')').next(),
        }
    });
    let ids = inside.filter_map(|link| fragment(&unescaped(link)).map(Cow::into_owned));
    ids.collect()
}

/// The identifiers, as they are written for the renderer, of all filters, masks and clip paths in the document.
pub(super) struct Targets<'a> {
    filters: BTreeSet<Cow<'a, str>>,
    masks: BTreeSet<Cow<'a, str>>,
    clips: BTreeSet<Cow<'a, str>>,
    /// The first element of each id, which is the one that browsers take, but the renderer takes the last.
    elements: HashMap<&'a str, NodeId>,
    /// The ids that something refers to.
    linked: HashSet<String>,
    /// Definitions that browsers take for missing.
    unreached: HashSet<NodeId>,
    /// What browsers know of filters.
    filtering: HashMap<NodeId, State>,
    /// The transforms of gradients and patterns, where style sheets state them.
    transforms: HashMap<NodeId, Matrix>,
    /// How many stops a gradient has. Counted once, because many can have the same template.
    stops: HashMap<NodeId, usize>,
}

impl<'a> Targets<'a> {
    pub(super) fn of(document: &'a Document<'_>) -> Self {
        let mut all = Self {
            filters: BTreeSet::new(),
            masks: BTreeSet::new(),
            clips: BTreeSet::new(),
            elements: HashMap::new(),
            linked: HashSet::new(),
            unreached: HashSet::new(),
            filtering: HashMap::new(),
            transforms: HashMap::new(),
            stops: HashMap::new(),
        };
        for node in document.descendants() {
            all.linked
                .extend(href(node).and_then(fragment).map(Cow::into_owned));
            // These are long, and contain none.
            let is_long = |name: &str| matches!(name, "d" | "href" | "points");
            let own = node.attributes().filter(|own| !is_long(own.name()));
            own.for_each(|own| all.linked.extend(links(own.value())));
            let is_sheet = node
                .parent()
                .is_some_and(|parent| parent.has_tag_name("style"));
            if let Some(text) = node.text().filter(|_| is_sheet && node.is_text()) {
                all.linked.extend(links(text));
            }
            if let Some(parent) = node.parent().filter(|_| node.tag_name().name() == "stop") {
                *all.stops.entry(parent.id()).or_default() += 1;
            }
            let Some(id) = node.attribute("id") else {
                continue;
            };
            if let Entry::Vacant(entry) = all.elements.entry(id) {
                entry.insert(node.id());
            } else {
                continue;
            }
            match node.tag_name().name() {
                "filter" => all.filters.insert(safe(id)),
                "mask" => all.masks.insert(safe(id)),
                "clipPath" => all.clips.insert(safe(id)),
                _ => continue,
            };
        }
        all
    }

    /// How many stops an element has itself.
    pub(super) fn stops(&self, node: Node<'_, '_>) -> usize {
        self.stops.get(&node.id()).copied().unwrap_or(0)
    }

    /// Finds out which definitions browsers take for missing, from the styles of elements.
    pub(super) fn find_unreached<'d, 'input: 'd>(
        &mut self,
        document: &'d Document<'input>,
        style: Style<'_, 'd, 'input>,
    ) {
        let is_wanted = |node: &Node<'_, '_>| {
            let id = node.attribute("id");
            (reached::has_box(*node) || is_filter(*node))
                && id.is_some_and(|id| self.linked.contains(id))
                && !self.repeats(*node)
        };
        let nodes = document.descendants();
        let wanted = nodes.filter_map(|node| match node.tag_name().name() {
            "feImage" => self.shown_by(node),
            _ => is_wanted(&node).then_some(node),
        });
        let states = reached::states(wanted, style);
        for (id, state) in states {
            match document.get_node(id).is_some_and(is_filter) {
                true => drop(self.filtering.insert(id, state)),
                false if !state.is_built => drop(self.unreached.insert(id)),
                false => {}
            }
        }
        for id in &self.unreached {
            let node = document.get_node(*id);
            if let Some(id) = node.and_then(|node| node.attribute("id")) {
                self.masks.remove(&*safe(id));
                self.clips.remove(&*safe(id));
            }
        }
    }

    /// Remembers the transform of a gradient or pattern that style sheets state.
    pub(super) fn transform_by(&mut self, node: Node<'_, '_>, matrix: Matrix) {
        self.transforms.insert(node.id(), matrix);
    }

    /// The transform of a gradient or pattern that style sheets state.
    pub(super) fn transform_of(&self, node: Node<'_, '_>) -> Option<Matrix> {
        self.transforms.get(&node.id()).copied()
    }

    /// What browsers know of a filter that something refers to.
    pub(super) fn filter_state(&self, node: Node<'_, '_>) -> Option<State> {
        self.filtering.get(&node.id()).copied()
    }

    /// Whether no link leads to the element in browsers: one before it has the same id, or it is a definition that they
    /// take for missing.
    pub(super) fn has_no_id(&self, node: Node<'_, '_>) -> bool {
        self.repeats(node) || self.misses(node) && is_definition(node.tag_name().name())
    }

    /// Whether browsers take this definition, or this element in a filter, for missing.
    pub(super) fn misses(&self, node: Node<'_, '_>) -> bool {
        self.unreached.contains(&node.id())
    }

    /// Whether the element is drawn, where it stands or where something refers to it, even if an element around it is
    /// hidden. `is_hidden` says whether it is hidden itself.
    pub(super) fn is_shown(
        &self,
        node: Node<'_, '_>,
        is_hidden: bool,
        is_shown_above: bool,
    ) -> bool {
        let id = node.attribute("id");
        let is_linked = id.is_some_and(|id| self.linked.contains(id)) && !self.misses(node);
        match node.tag_name().name() {
            "defs" => false,
            "symbol" => is_linked && !is_hidden,
            name if is_definition(name) => is_linked,
            _ => !is_hidden && (is_shown_above || is_linked) && conditions::are_met(node),
        }
    }

    /// Whether something refers to the element by its id.
    pub(super) fn is_linked(&self, node: Node<'_, '_>) -> bool {
        let id = node.attribute("id");
        id.is_some_and(|id| self.linked.contains(id)) && !self.repeats(node)
    }

    /// Whether an element before this one has the same id, so that no link leads to this one.
    pub(super) fn repeats(&self, node: Node<'_, '_>) -> bool {
        let first = node.attribute("id").and_then(|id| self.elements.get(id));
        first.is_some_and(|first| *first != node.id())
    }

    /// The element that a `use` shows, which is in the same document.
    pub(super) fn shown_by<'d, 'input>(&self, link: Node<'d, 'input>) -> Option<Node<'d, 'input>> {
        let id = self.elements.get(&*fragment(href(link)?)?)?;
        link.document().get_node(*id)
    }

    /// The element to which the first address of a value leads, in the same document.
    pub(super) fn linked_by<'d, 'input>(
        &self,
        value: &str,
        document: &'d Document<'input>,
    ) -> Option<Node<'d, 'input>> {
        let link = words(value).find_map(target)?;
        document.get_node(*self.elements.get(&*fragment(&link)?)?)
    }

    /// Whether a value of `fill` or `stroke` links to an element that is neither a gradient nor a pattern. Browsers then
    /// take the fallback.
    pub(super) fn paints_with_another(&self, value: &str, document: &Document<'_>) -> bool {
        value.starts_with("url(")
            && self.linked_by(value, document).is_some_and(|it| {
                !matches!(
                    it.tag_name().name(),
                    "linearGradient" | "radialGradient" | "pattern"
                )
            })
    }

    /// Whether a value links to an element that does not exist or has the wrong kind. Browsers then
    /// ignore the link, but the renderer would leave the whole element out.
    pub(super) fn lacks(&self, property: &str, value: &str) -> bool {
        let known = match property {
            "filter" => &self.filters,
            "mask" => &self.masks,
            "clip-path" => &self.clips,
            _ => return false,
        };
        let mut links = words(value).filter_map(target);
        links.any(|link| fragment(&link).is_some_and(|id| !known.contains(&safe(&id))))
    }
}

fn is_filter(node: Node<'_, '_>) -> bool {
    node.tag_name().name() == "filter"
}

/// Whether elements of this name are only drawn where others refer to them.
fn is_definition(name: &str) -> bool {
    matches!(
        name,
        "clipPath"
            | "filter"
            | "hatch"
            | "linearGradient"
            | "marker"
            | "mask"
            | "meshGradient"
            | "meshgradient"
            | "pattern"
            | "radialGradient"
    )
}

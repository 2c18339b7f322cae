//! The style sheets of a drawing, with their rules indexed for lookup.

use std::collections::{BTreeSet, HashMap};

use roxmltree::{Document, Node};

use super::font_face::FontFace;
use super::media::{media_holds, supports_hold};
use super::selector::{Key, MOST_PARTS, NESTED, Selector, parse_list};
use super::shorthands::{Declared, expand};
use super::syntax::{Item, items, nested, split, without_comments};
use super::variables::{unquote, url};
use super::viewport::Viewport;

/// Deepest nesting of rules such as `@media`, `@supports` and `@layer`, and of style rules in one
/// another.
const DEEPEST: u32 = 8;
/// What is noted if they are nested more deeply.
const TOO_DEEP: &str = "rules within very many others";
/// Longest list of selectors that nesting may produce, because it can double with each level.
const LONGEST_SELECTORS: usize = 1 << 16;
/// Longest text that nesting may produce for all selectors of a drawing.
const LONGEST_NESTED: usize = 1 << 22;
/// Most rules of a drawing, counted once for each of their selectors.
pub(crate) const MOST_RULES: usize = 100_000;
/// Most layers, because each name is looked for among those before it.
const MOST_LAYERS: usize = 10_000;

/// Selectors that match in browsers without any action of the reader, but never match here.
const LEFT_OUT: [(&str, &str); 6] = [
    (":any-link", "selector :any-link"),
    (":dir(", "selector :dir()"),
    (":has(", "selector :has()"),
    (":lang(", "selector :lang()"),
    (":link", "selector :link"),
    (":scope", "selector :scope"),
];

#[derive(Debug)]
pub(super) struct Rule {
    selector: Selector,
    /// Number of its layer; rules without a layer come after all layers.
    pub(super) layer: u32,
    pub(super) declarations: std::rc::Rc<Vec<Declared>>,
}

impl Rule {
    pub(super) fn specificity(&self) -> [u32; 3] {
        self.selector.specificity
    }
}

/// All rules whose conditions hold.
#[derive(Debug)]
pub(crate) struct Sheets {
    pub(crate) viewport: Viewport,
    rules: Vec<Rule>,
    by_key: HashMap<Key, Vec<usize>>,
    layers: Vec<String>,
    pub(crate) faces: Vec<FontFace>,
    /// Addresses of style sheets that were not read.
    pub(crate) left_out: Vec<String>,
    /// Names of `@keyframes`.
    pub(crate) keyframes: BTreeSet<String>,
    /// Rules that browsers support and this crate does not.
    pub(crate) rules_left_out: BTreeSet<&'static str>,
    /// Bytes of the selectors that nesting produced.
    nested: usize,
}

impl Sheets {
    pub(crate) fn read(document: &Document<'_>, viewport: Viewport) -> Self {
        let mut sheets = Self {
            viewport,
            rules: Vec::new(),
            by_key: HashMap::new(),
            layers: Vec::new(),
            faces: Vec::new(),
            left_out: Vec::new(),
            keyframes: BTreeSet::new(),
            rules_left_out: BTreeSet::new(),
            nested: 0,
        };
        for node in document.descendants() {
            sheets.read_node(node);
        }
        for (at, rule) in sheets.rules.iter().enumerate() {
            sheets
                .by_key
                .entry(rule.selector.key())
                .or_default()
                .push(at);
        }
        sheets
    }

    /// Whether there are more rules than are allowed; the rest of them is not read.
    pub(crate) fn is_full(&self) -> bool {
        self.rules.len() > MOST_RULES
            || self.layers.len() > MOST_LAYERS
            || self.nested > LONGEST_NESTED
    }

    fn read_node(&mut self, node: Node<'_, '_>) {
        if let Some(instruction) = node.pi().filter(|pi| pi.target == "xml-stylesheet") {
            let address = instruction
                .value
                .unwrap_or_default()
                .split("href=")
                .nth(1)
                .unwrap_or_default();
            let address = unquote(
                address
                    .split_inclusive(['"', '\''])
                    .take(2)
                    .collect::<String>()
                    .as_str(),
            )
            .to_string();
            if !address.starts_with('#') {
                self.left_out.push(address);
            }
        }
        if node.tag_name().name() == "link"
            && node
                .attribute("rel")
                .is_some_and(|rel| rel.contains("stylesheet"))
        {
            self.left_out
                .extend(node.attribute("href").map(str::to_string));
        }
        let is_css = node
            .attribute("type")
            .is_none_or(|kind| kind.is_empty() || kind.eq_ignore_ascii_case("text/css"));
        let holds = node
            .attribute("media")
            .is_none_or(|media| media_holds(media, self.viewport));
        if node.is_element() && node.tag_name().name() == "style" && is_css && holds {
            // Comments of XML are not part of the sheet.
            let letters = node.children().filter(Node::is_text);
            let text: String = letters.filter_map(|child| child.text()).collect();
            self.read_items(&without_comments(&text), u32::MAX, DEEPEST);
        }
    }

    fn read_items(&mut self, text: &str, layer: u32, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else {
            if !text.trim().is_empty() {
                self.rules_left_out.insert(TOO_DEEP);
            }
            return;
        };
        for item in items(text, depth + 1 == DEEPEST) {
            match item {
                Item::Rule { selectors, body } => self.add(selectors, body, layer, depth),
                Item::At {
                    name,
                    prelude,
                    body,
                } => self.read_at(name, prelude, body, layer, depth),
            }
        }
    }

    fn read_at(&mut self, name: &str, prelude: &str, body: &str, layer: u32, depth: u32) {
        match name.to_ascii_lowercase().as_str() {
            "media" if media_holds(prelude, self.viewport) => self.read_items(body, layer, depth),
            "supports" if supports_hold(prelude, self.viewport) => {
                self.read_items(body, layer, depth);
            }
            // A list of names is only allowed without a block.
            "layer" if body.is_empty() => {
                for name in prelude.split(',') {
                    self.layer(name.trim());
                }
            }
            "layer" if !prelude.contains(',') => {
                let layer = self.layer(prelude);
                self.read_items(body, layer, depth);
            }
            "import" => {
                let address = prelude.split_ascii_whitespace().next().unwrap_or_default();
                self.left_out
                    .push(url(address).unwrap_or_else(|| unquote(address)).to_string());
            }
            "font-face" => self.add_face(body),
            "keyframes" | "-webkit-keyframes" => {
                self.keyframes.insert(unquote(prelude).to_string());
            }
            "container" => {
                self.rules_left_out.insert("@container");
            }
            "scope" => {
                self.rules_left_out.insert("@scope");
            }
            "property" if body.contains("initial-value") => {
                self.rules_left_out.insert("@property");
            }
            _ => {}
        }
    }

    /// The number of a layer; layers are numbered in the order in which their names first appear.
    fn layer(&mut self, name: &str) -> u32 {
        if self.is_full() {
            return u32::MAX;
        }
        let known = self
            .layers
            .iter()
            .position(|known| known == name && !name.is_empty());
        let at = known.unwrap_or_else(|| {
            self.layers.push(name.to_string());
            self.layers.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX - 1)
    }

    fn add(&mut self, selectors: &str, body: &str, layer: u32, depth: u32) {
        for (word, name) in LEFT_OUT {
            if selectors.contains(word) {
                self.rules_left_out.insert(name);
            }
        }
        if self.is_full() {
            return;
        }
        let Some(parsed) = parse_list(selectors) else {
            if split(selectors, |byte| byte == b',').any(is_long) {
                self.rules_left_out.insert("selector of very many parts");
            }
            return;
        };
        let (own, inner) = nested(body);
        let declarations = std::rc::Rc::new(expand(&own));
        for selector in parsed {
            let declarations = std::rc::Rc::clone(&declarations);
            self.rules.push(Rule {
                selector,
                layer,
                declarations,
            });
        }
        self.add_nested(selectors, &inner, layer, depth);
    }

    /// Rules inside a rule (CSS Nesting 1): `&` stands for the selector of the outer rule.
    fn add_nested(&mut self, outer: &str, inner: &[Item<'_>], layer: u32, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else {
            if !inner.is_empty() {
                self.rules_left_out.insert(TOO_DEEP);
            }
            return;
        };
        for item in inner {
            match item {
                Item::Rule { selectors, body } => {
                    let outer = format!(":is({outer})");
                    let all = split(selectors, |byte| byte == b',').map(|one| {
                        if one.contains('&') {
                            one.replace('&', &outer)
                        } else {
                            format!("{outer} {one}")
                        }
                    });
                    let selectors = all.collect::<Vec<_>>().join(",");
                    self.nested = self.nested.saturating_add(selectors.len());
                    if selectors.len() > LONGEST_SELECTORS {
                        self.rules_left_out.insert("selector of very many parts");
                    } else {
                        self.add(&selectors, body, layer, depth);
                    }
                }
                Item::At {
                    name,
                    prelude,
                    body,
                } => {
                    let holds = match name.to_ascii_lowercase().as_str() {
                        "media" => media_holds(prelude, self.viewport),
                        "supports" => supports_hold(prelude, self.viewport),
                        _ => false,
                    };
                    if holds {
                        self.add(outer, body, layer, depth);
                    }
                }
            }
        }
    }

    fn add_face(&mut self, body: &str) {
        let find = |name: &str| {
            let mut all = super::syntax::declarations(body);
            all.find(|declaration| declaration.name.eq_ignore_ascii_case(name))
                .map(|found| found.value.to_string())
        };
        if let (Some(family), Some(source)) = (find("font-family"), find("src")) {
            let family = unquote(&family).to_string();
            self.faces.push(FontFace {
                family,
                source,
                declarations: body.to_string(),
            });
        }
    }

    /// The rules that select the element, with their positions.
    pub(super) fn matching(&self, node: Node<'_, '_>, steps: &mut u64) -> Vec<(usize, &Rule)> {
        let mut places: Vec<usize> = Vec::new();
        let mut look = |key: Key| places.extend(self.by_key.get(&key).into_iter().flatten());
        if self.rules.is_empty() {
            return Vec::new();
        }
        look(Key::Any);
        look(Key::Tag(node.tag_name().name().to_string()));
        if let Some(id) = node.attribute("id") {
            look(Key::Id(id.to_string()));
        }
        for class in node
            .attribute("class")
            .unwrap_or_default()
            .split_ascii_whitespace()
        {
            look(Key::Class(class.to_string()));
        }
        places.sort_unstable();
        places.dedup();
        let rules = places
            .into_iter()
            .filter_map(|at| Some((at, self.rules.get(at)?)));
        rules
            .filter(|(_, rule)| rule.selector.matches(node, steps))
            .collect()
    }
}

/// Whether a selector that is not understood may have more parts, or more of them in one another, than are
/// allowed.
fn is_long(selector: &str) -> bool {
    let (mut open, mut deepest) = (0u32, 0);
    for byte in selector.bytes() {
        match byte {
            b'(' => open += 1,
            b')' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    if deepest > NESTED {
        return true;
    }
    let starts = selector
        .bytes()
        .filter(|byte| byte.is_ascii_whitespace() || b"#.[:*>+~".contains(byte));
    starts.count() >= MOST_PARTS / 4
}

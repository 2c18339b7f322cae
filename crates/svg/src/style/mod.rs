//! The cascade (CSS Cascading 5): which declaration of each property an element takes.

mod escapes;
pub(crate) mod font_face;
mod functions;
mod lengths;
mod media;
mod nth;
mod properties;
mod references;
mod selector;
mod sheets;
mod shorthands;
mod spelling;
mod steps;
pub(super) mod syntax;
mod tokens;
mod transforms;
mod variables;
mod viewport;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use roxmltree::Node;

pub(crate) use escapes::unescaped;
pub(super) use lengths::Quantity;
pub(super) use properties::{Context, Property};
pub(super) use references::{fragment, is_safe, safe, target};
pub(super) use sheets::{MOST_RULES, Sheets};
use shorthands::Declared;
use steps::{charge_declarations, charge_text};
pub(super) use syntax::{function, words};
pub(super) use transforms::Matrix;
use variables::find_var;
pub(super) use variables::{Variables, commas, families, unquote};
pub(super) use viewport::Viewport;

use crate::color::CssColor;

/// The computed style of an element, and what its children inherit besides what the renderer
/// inherits itself.
pub(super) struct Computed {
    /// Values by property, in a form that the renderer reads.
    pub(super) values: BTreeMap<&'static str, (&'static Property, String)>,
    pub(super) inherited: Inherited,
    /// CSS functions that browsers support and this crate does not.
    pub(super) functions: BTreeSet<&'static str>,
    /// Links in values that lead out of the drawing.
    pub(super) links: BTreeSet<String>,
}

#[derive(Clone)]
pub(super) struct Inherited {
    pub(super) variables: Variables,
    pub(super) color: CssColor,
    /// The list of `font-family`, as it was written.
    pub(super) families: Option<Rc<str>>,
    pub(super) is_shown: bool,
    /// Whether the nearest `xml:space` keeps white space.
    pub(super) keeps_spaces: bool,
    /// The inherited values, by property, that are needed beyond what the renderer does with them.
    pub(super) values: Rc<BTreeMap<&'static str, Rc<str>>>,
}

/// What is noted if a colour depends on the scheme, because only those of a light one are known.
const DARK: &str = "color-scheme: dark";

/// What is noted if a value with variables would be too long.
const CUT: &str = "very long value of variables";

/// Inherited properties whose values are passed on to the children.
const KEPT: [&str; 11] = [
    "direction",
    "font-variant",
    "marker-end",
    "marker-mid",
    "marker-start",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-width",
    "text-transform",
    "white-space",
];

impl Inherited {
    pub(super) fn root() -> Self {
        Self {
            variables: Rc::default(),
            color: CssColor::BLACK,
            families: None,
            is_shown: true,
            keeps_spaces: false,
            values: Rc::default(),
        }
    }

    /// The inherited value of a property, if it is one that is passed on.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(AsRef::as_ref)
    }

    /// Takes away an inherited value.
    pub(super) fn forget(&mut self, name: &str) {
        if self.values.contains_key(name) {
            Rc::make_mut(&mut self.values).remove(name);
        }
    }

    fn keep(&mut self, values: &BTreeMap<&'static str, (&'static Property, String)>) {
        for (name, (property, value)) in values {
            let is_kept = KEPT.contains(name) || property.is_undrawn(value).is_some();
            if property.inherits && is_kept {
                Rc::make_mut(&mut self.values).insert(name, value.as_str().into());
            }
        }
    }
}

/// One declaration for one element, in its order of precedence: important ones, those of the `style`
/// attribute, those of the later layer, of the more specific selector, and the later one win.
struct Candidate<'a> {
    precedence: (bool, bool, u32, [u32; 3], usize),
    declared: Cow<'a, Declared>,
    /// Whether it is an attribute or stands in the attribute `style`.
    is_attribute: bool,
}

impl Candidate<'_> {
    /// Whether it is an attribute of its own: the `style` attribute precedes those and sheets.
    fn is_presentation(&self) -> bool {
        let (_, is_in_style, ..) = self.precedence;
        self.is_attribute && !is_in_style
    }
}

impl Sheets {
    /// Computes the style of an element from its attributes, the sheets and its `style` attribute.
    pub(super) fn compute(
        &self,
        node: Node<'_, '_>,
        parent: &Inherited,
        steps: &mut u64,
    ) -> Computed {
        let mut candidates = self.candidates(node, steps);
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.precedence));
        let mut own = BTreeMap::new();
        for Candidate { declared, .. } in &candidates {
            if declared.property.is_none() && !own.contains_key(&declared.name) {
                own.insert(declared.name.clone(), declared.value.clone());
            }
        }
        let mut is_cut = false;
        let variables = variables::inherit(&parent.variables, &own, steps, &mut is_cut);
        let mut computed = Computed {
            values: BTreeMap::new(),
            inherited: Inherited {
                variables,
                ..parent.clone()
            },
            functions: is_cut.then_some(CUT).into_iter().collect(),
            links: BTreeSet::new(),
        };
        // Colours can refer to the element's own `color`.
        let is_color = |property: &Property| property.name == "color";
        computed.take(&candidates, is_color, self.viewport, steps);
        if let Some((_, value)) = computed.values.get("color") {
            computed.inherited.color = CssColor::parse(value, parent.color).unwrap_or(parent.color);
        }
        computed.take(
            &candidates,
            |property| !is_color(property),
            self.viewport,
            steps,
        );
        computed.inherited.keep(&computed.values);
        let scheme = computed.inherited.value("color-scheme").unwrap_or_default();
        let has = |wanted: &str| words(scheme).any(|word| word.eq_ignore_ascii_case(wanted));
        if !has("dark") || has("light") {
            computed.functions.remove(DARK);
        }
        computed
    }

    fn candidates(&self, node: Node<'_, '_>, steps: &mut u64) -> Vec<Candidate<'_>> {
        let mut candidates = Vec::new();
        for attribute in node
            .attributes()
            .filter(|attribute| attribute.namespace().is_none())
        {
            if let Some(property) = Property::of_attribute(attribute.name()) {
                candidates.push(Candidate {
                    precedence: (false, false, 0, [0; 3], 0),
                    declared: Cow::Owned(Declared::of(property, attribute.value())),
                    is_attribute: true,
                });
            }
        }
        for (order, rule) in self.matching(node, steps) {
            if *steps == 0 {
                return Vec::new();
            }
            charge_declarations(steps, rule.declarations.len());
            for declared in rule.declarations.iter() {
                charge_text(steps, declared.value.len());
                let precedence = (
                    declared.is_important,
                    false,
                    rule.layer,
                    rule.specificity(),
                    order,
                );
                candidates.push(Candidate {
                    precedence,
                    declared: Cow::Borrowed(declared),
                    is_attribute: false,
                });
            }
        }
        if let Some(style) = node.attribute("style") {
            let style = syntax::without_comments(style);
            for (order, declared) in shorthands::expand(&style).into_iter().enumerate() {
                let precedence = (declared.is_important, true, u32::MAX, [0; 3], order);
                candidates.push(Candidate {
                    precedence,
                    declared: Cow::Owned(declared),
                    is_attribute: true,
                });
            }
        }
        // The later of two equal declarations wins, and the sort is stable.
        candidates.reverse();
        candidates
    }
}

impl Computed {
    /// Applies, for each of these properties, the first declaration that is understood.
    fn take(
        &mut self,
        candidates: &[Candidate<'_>],
        is_wanted: impl Fn(&Property) -> bool,
        viewport: Viewport,
        steps: &mut u64,
    ) {
        let mut settled: Vec<&str> = Vec::new();
        let mut is_all_settled = false;
        for candidate in candidates {
            let Some(property) = candidate.declared.property else {
                continue;
            };
            // Behind `all`, no earlier declaration counts but those of the two properties that it leaves alone.
            if property.is_all() && is_all_settled {
                continue;
            }
            if property.is_all() {
                let value = &candidate.declared.value;
                if let Some(wide) = self.wide(value, steps) {
                    let rest = Property::of_all().filter(|property| {
                        is_wanted(property) && !settled.contains(&property.name)
                    });
                    rest.for_each(|property| self.set(property, wide));
                    settled.extend(Property::of_all().map(|property| property.name));
                    is_all_settled = true;
                }
                continue;
            }
            if settled.contains(&property.name) || !is_wanted(property) {
                continue;
            }
            let context = Context {
                viewport,
                current: self.inherited.color,
                is_attribute: candidate.is_attribute,
                is_presentation: candidate.is_presentation(),
            };
            let value = &candidate.declared.value;
            if find_var(value).is_some() {
                // A value with variables counts even if it is not understood: CSS does not go back
                // to an earlier declaration.
                settled.push(property.name);
                let value = self.replace(value, steps).unwrap_or_default();
                let normal = property.normalize(&value, context);
                self.note(property, &value, normal.is_some());
                self.set(property, normal.as_deref().unwrap_or("unset"));
            } else {
                let normal = property.normalize(value, context);
                self.note(property, value, normal.is_some());
                if let Some(value) = normal {
                    settled.push(property.name);
                    self.set(property, &value);
                }
            }
        }
    }

    /// The value with its variables replaced.
    fn replace(&mut self, value: &str, steps: &mut u64) -> Option<String> {
        let mut is_cut = false;
        let made = variables::replace(value, &self.inherited.variables, steps, &mut is_cut);
        self.functions.extend(is_cut.then_some(CUT));
        made
    }

    /// The keyword that a value of `all` is; `None` if it is none, which is an error.
    fn wide(&mut self, value: &str, steps: &mut u64) -> Option<&'static str> {
        match find_var(value) {
            // As for other properties, a value with variables counts in any case.
            Some(_) => {
                let value = self.replace(value, steps).unwrap_or_default();
                Some(properties::wide(&value).unwrap_or("unset"))
            }
            None => properties::wide(value),
        }
    }

    /// Records what browsers would support and this crate does not.
    fn note(&mut self, property: &Property, value: &str, is_understood: bool) {
        if !is_understood {
            self.functions.extend(functions::not_understood(value));
            return;
        }
        // A layer without a picture adds nothing to the others.
        let is_drawn = |layer: &&str| !layer.trim().eq_ignore_ascii_case("none");
        if property.name == "mask" && commas(value).filter(is_drawn).nth(1).is_some() {
            self.functions.insert("mask with several layers");
        }
        if property.has_scheme(value) {
            self.functions.insert(DARK);
        }
        if let Some(target) = functions::outside(value).filter(|_| property.draws_links()) {
            self.links.insert(target.into());
        }
    }

    /// The value of a property, if the element has one of its own.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|(_, value)| value.as_str())
    }

    /// Takes away the values that apply to the element itself, not to what is in it.
    pub(super) fn keep_inherited(&mut self) {
        self.values.retain(|_, (property, _)| property.inherits);
    }

    /// Whether it says how to paint the inside or the outline.
    pub(super) fn has_paint(&self) -> bool {
        self.values.keys().any(|name| is_paint(name))
    }

    /// Takes away how the inside and the outline are painted.
    pub(super) fn drop_paint(&mut self) {
        self.values.retain(|name, _| !is_paint(name));
    }

    /// Hides the element with all that is in it.
    pub(super) fn hide(&mut self) {
        if let Some((_, value)) = self.values.get_mut("display") {
            *value = "none".into();
        }
    }

    /// Whether a style sheet overrides this attribute.
    pub(super) fn overrides(&self, node: Node<'_, '_>, attribute: &str) -> bool {
        let found = self.values.get(attribute);
        let is_root = node == node.document().root_element();
        found.is_some_and(|(property, _)| property.applies_to(node.tag_name().name(), is_root))
    }

    fn set(&mut self, property: &'static Property, value: &str) {
        // Browsers set it on every text, so that it is only inherited where that is asked for.
        let is_asked_for = matches!(value, "inherit" | "unset") && property.name == "white-space";
        let above = self.inherited.value(property.name);
        let above = above.filter(|_| is_asked_for).map(str::to_string);
        let value = match value {
            _ if is_asked_for => above.as_deref().unwrap_or("normal"),
            // It would otherwise be taken from the attribute.
            "unset" | "revert" | "revert-layer" | "initial" if property.name == "transform" => {
                "matrix(1 0 0 1 0 0)"
            }
            // So would the geometry; it is empty or 0 initially, or chosen by the renderer if it reads
            // no number.
            "unset" | "revert" | "revert-layer" | "initial" if property.is_geometry() => {
                match property.name {
                    "x" | "y" | "cx" | "cy" | "r" => "0",
                    "d" => "",
                    _ => "auto",
                }
            }
            // The renderer applies inheritance itself.
            "inherit" | "unset" | "revert" | "revert-layer" if property.inherits => return,
            "unset" | "revert" | "revert-layer" | "initial" if !property.inherits => return,
            "initial" => match property.initial() {
                Some(value) => value,
                None => return,
            },
            value => value,
        };
        self.values
            .insert(property.name, (property, value.to_string()));
    }
}

/// Whether a property says how the inside or the outline is painted.
fn is_paint(name: &str) -> bool {
    name.starts_with("fill") || name.starts_with("stroke") || name == "paint-order"
}

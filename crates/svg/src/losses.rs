//! Losses: what a drawing asks for but is not drawn.

use std::collections::BTreeSet;

/// What browsers would show of a drawing and its rewritten form does not contain, each thing once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Losses {
    /// Addresses of style sheets outside the drawing, which are not read.
    pub sheets: BTreeSet<String>,
    /// Addresses of other documents and pictures that the drawing refers to.
    pub linked: BTreeSet<String>,
    /// Font families that are not installed, with their replacements.
    pub fonts: BTreeSet<(String, String)>,
    /// Elements, properties, selectors and functions that are not drawn, by name.
    pub effects: BTreeSet<&'static str>,
    /// Whether a `foreignObject` is left out.
    pub has_html: bool,
    /// Whether a text has letters that no font has.
    pub lacks_letters: bool,
}

impl Losses {
    /// Adds the losses of another drawing, for example one that is embedded in this one.
    pub fn append(&mut self, mut other: Self) {
        self.sheets.append(&mut other.sheets);
        self.linked.append(&mut other.linked);
        self.fonts.append(&mut other.fonts);
        self.effects.append(&mut other.effects);
        self.has_html |= other.has_html;
        self.lacks_letters |= other.lacks_letters;
    }
}

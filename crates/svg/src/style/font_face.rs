//! `@font-face` (CSS Fonts 4, section 11).

use super::syntax::{declarations, words};
use super::variables::{commas, url};

/// A font that a drawing embeds or links to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontFace {
    pub(crate) family: String,
    pub(super) source: String,
    pub(super) declarations: String,
}

impl FontFace {
    /// The name of the family, as the drawing refers to it.
    #[must_use]
    pub fn family(&self) -> &str {
        &self.family
    }

    /// The addresses of the font, the preferred one first. That of an embedded font starts with
    /// `data:`.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        commas(&self.source).filter_map(|source| url(words(source).next()?))
    }

    /// The value of a descriptor such as `font-weight`.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        declarations(&self.declarations)
            .find(|declaration| declaration.name.eq_ignore_ascii_case(name))
            .map(|found| found.value)
    }
}

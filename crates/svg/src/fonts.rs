//! What this crate has to know about fonts. The caller knows which ones are installed.

/// The fonts that a renderer has.
pub trait Fonts {
    /// Resolves the requested families, in their order, to families that exist. `embedded` are the
    /// families that the drawing itself contains.
    fn resolve(&self, families: &[&str], embedded: &[String]) -> Resolved;

    /// Whether some font has every letter of the text.
    fn has_all(&self, text: &str) -> bool;
}

/// The families that are used for requested ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The value of `font-family` for the renderer.
    pub list: String,
    /// The first requested family and its replacement, if it is not installed.
    pub replaced: Option<(String, String)>,
}

//! Why a drawing cannot be rewritten.

/// A drawing that is refused, because rewriting it would take too long or too much of the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Elements inside elements, more levels than renderers accept.
    #[error("elements are nested too deeply: at most {allowed} levels are allowed")]
    TooDeep {
        /// The most levels that are allowed.
        allowed: u32,
    },
    /// Style sheets whose selectors take very long to match, or whose variables make very long values.
    #[error(
        "selectors, declarations and variables must take at most {allowed} steps, and they take more"
    )]
    TooManySteps {
        /// The most steps that are allowed.
        allowed: u64,
    },
    /// Style sheets with very many rules, layers, or selectors that come from nested rules.
    #[error("style sheets must have at most {allowed} rules, and they have more")]
    TooManyRules {
        /// The most rules that are allowed.
        allowed: usize,
    },
    /// Style sheets that give long values to many elements.
    #[error(
        "with the values of its style sheets, the drawing must have at most {allowed} bytes, and it has more"
    )]
    TooLong {
        /// The most bytes that are allowed.
        allowed: usize,
    },
}

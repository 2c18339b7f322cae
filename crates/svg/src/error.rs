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
    /// Style sheets whose selectors take very long to match.
    #[error("matching the selectors must take at most {allowed} steps, and it takes more")]
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
}

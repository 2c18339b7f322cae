//! What is done with sources whose results would share a name.

/// What to do with sources that would share a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnCollision {
    /// All of them fail.
    Error,
    /// Every result gets a suffix that follows from its source's own path alone, whether or not
    /// another would share its name today.
    Suffix,
}

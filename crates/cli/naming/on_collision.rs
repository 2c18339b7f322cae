//! What happens to sources whose results would share a name.

/// What happens to sources whose results would share a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnCollision {
    /// All of them fail.
    Error,
    /// Every result gets a suffix derived from the path of its source, whether or not its name is
    /// shared today: so names do not change when files come and go.
    Suffix,
}

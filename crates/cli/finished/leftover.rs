//! Data in a file that is not part of its picture.

/// Data in a file that is not part of its picture, such as metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leftover {
    /// What it is, in words.
    pub(crate) words: String,
    /// Whether it says where the picture was taken.
    pub(crate) names_a_place: bool,
}

impl Leftover {
    pub(super) fn new(words: &str) -> Self {
        Self {
            words: words.into(),
            names_a_place: false,
        }
    }

    pub(super) fn at_a_place(self, names_a_place: bool) -> Self {
        Self {
            names_a_place,
            ..self
        }
    }
}

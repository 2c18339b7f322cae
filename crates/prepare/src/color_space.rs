//! What a file says about its colours, for people.

use std::fmt;

/// What a file says about its colours.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColorSpace {
    /// Nothing; readers take gray and RGB for sRGB.
    Unspecified,
    /// It is sRGB, by a profile or by numbers.
    Srgb,
    /// Another colour space, with its name.
    Other(String),
    /// A profile that cannot be used, with the reason.
    Unusable(String),
}

impl fmt::Display for ColorSpace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unspecified => f.write_str("not stated"),
            Self::Srgb => f.write_str("sRGB"),
            Self::Other(name) => f.write_str(name),
            Self::Unusable(reason) => write!(f, "unusable profile: {reason}"),
        }
    }
}

#![doc = include_str!("../README.md")]

mod color;
mod document;
mod error;
mod fonts;
mod losses;
mod style;

pub use document::{Rewritten, has_free_pictures, has_text, is_plain, losses, rewrite};
pub use error::Error;
pub use fonts::{Fonts, Resolved};
pub use losses::Losses;
pub use style::font_face::FontFace;

pub use roxmltree;

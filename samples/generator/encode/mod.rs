//! Turns finished pixels into files, and wraps them with orientation tags and profiles.

use std::error::Error;

pub(crate) mod animation;
pub(crate) mod by_image;
pub(crate) mod exif;
pub(crate) mod icc;
pub(crate) mod jpeg;
pub(crate) mod png;
pub(crate) mod tiff;
pub(crate) mod webp;
pub(crate) mod wrapped;

/// A whole file, or why it could not be made.
pub(crate) type File = Result<Vec<u8>, Box<dyn Error>>;

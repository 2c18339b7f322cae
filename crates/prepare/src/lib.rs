//! Turns a picture of any format into one upright, square sRGB JPEG that is never over a byte cap.
//!
//! Each picture passes through the same nine stages, one module per stage: **probe, frame, plan,
//! decode, resize, orient, convert, flatten, fit**. [`Preparer`] runs them on one picture,
//! [`Batch`] on many in parallel. The caller chooses the sources and writes the results.
//!
//! ```
//! use avatar_prepare::{Limits, Preparer, Settings};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let picture = b"P6 2 2 255 \xff\0\0\xff\0\0\xff\0\0\xff\0\0";
//! let mut preparer = Preparer::new(Settings::default().with_edge(640)?, Limits::default());
//! let avatar = preparer.prepare(picture)?; // any format, recognised by its content
//! assert!(avatar.bytes().len() <= 150_000);
//! # Ok(())
//! # }
//! ```

#![warn(clippy::print_stderr, clippy::print_stdout)]
// Some helpers are used only by codecs that a build with fewer features leaves out.
#![cfg_attr(
    not(all(
        feature = "avif",
        feature = "heif",
        feature = "jpeg2000",
        feature = "jxl",
        feature = "pdf",
        feature = "psd",
        feature = "rare",
        feature = "raw",
        feature = "svg",
        feature = "tiff"
    )),
    allow(dead_code, unused_imports)
)]

mod area;
mod avatar;
mod batch;
mod codec;
mod color;
mod color_space;
mod cost;
mod difference;
mod error;
mod examine;
mod format;
mod frame;
mod framing;
mod guard;
mod inspection;
mod instant;
mod limits;
mod memory;
mod note;
mod note_codes;
mod orientation;
mod other_kind;
mod perceptual_hash;
mod pieces;
mod pixels;
mod plan;
mod preparer;
mod probe;
mod recipe;
mod rect;
mod reply;
mod settings;
mod source;
mod stages;

pub use area::{Area, Focus, PercentArea};
pub use avatar::{Avatar, Subsampling};
pub use batch::{Batch, Work};
pub use codec::exif::exif_names_a_place;
pub use codec::xmp::xmp_names_a_place;
pub use color_space::ColorSpace;
pub use cost::{Cost, Times};
pub use difference::{difference, largest_difference};
pub use error::{Code, Error, PictureError, SettingsError};
pub use examine::{Examination, examine};
pub use format::Format;
pub use frame::{FaceBox, Filling, Frame, Reason};
pub use framing::{Fit, Framing, Gravity, Mask, Padding};
pub use inspection::Inspection;
pub use limits::{Limit, LimitExceeded, Limits};
pub use memory::budget::{Budget, Permit};
pub use memory::needed::MemoryNeeded;
pub use note::Note;
pub use orientation::Orientation;
pub use other_kind::OtherKind;
pub use perceptual_hash::{NoPerceptualHash, PerceptualHash};
pub use pieces::Pieces;
pub use plan::Plan;
pub use preparer::{Prepared, Preparer};
pub use probe::Probe;
pub use rect::Rect;
pub use settings::{Background, ENGINE, Effort, Settings};
pub use source::{SharedBytes, Source};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! Any picture in; one upright, centre-cropped, square sRGB JPEG out, never over a byte cap.
//!
//! One picture's road is a straight line of verbs, and each verb is a module of its own:
//! **probe, plan, decode, crop, resize, orient, convert, flatten, fit**. Reading sources and
//! publishing results belong to the caller; [`Batch`] runs many pictures in parallel.
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

mod admission;
mod avatar;
mod batch;
mod bench;
mod budget;
mod chunks;
mod codec;
mod color;
mod contrast;
mod convert;
mod cost;
mod crop;
mod decode;
mod difference;
mod error;
mod exif;
mod fit;
mod flatten;
mod footprint;
mod format;
mod frames;
mod guard;
mod light;
mod limits;
mod orient;
mod plan;
mod planes;
mod preparer;
mod probe;
mod raster;
mod reduce;
mod resize;
mod score;
mod settings;
mod source;
mod square;
mod ycbcr;

pub use avatar::{Avatar, Note, Subsampling};
pub use batch::{Batch, Work};
pub use budget::{Budget, Permit};
pub use cost::{Cost, Times};
pub use crop::Rect;
pub use difference::difference;
pub use error::{Code, Error, LimitExceeded, PictureError, SettingsError};
pub use format::Format;
pub use limits::{Limit, Limits};
pub use orient::Orientation;
pub use plan::Plan;
pub use preparer::Preparer;
pub use probe::Probe;
pub use settings::{Background, ENGINE, Effort, Settings};
pub use source::Source;

//! Finds faces in a picture: pixels in, boxes with scores and landmarks out.
//!
//! ```
//! use avatar_faces::Detector;
//!
//! # fn main() -> Result<(), avatar_faces::Error> {
//! let (width, height) = (640, 480);
//! let pixels = vec![200; width as usize * height as usize * 3]; // red, green, blue, row by row
//! let mut detector = Detector::new();
//! for face in detector.detect(&pixels, width, height)? {
//!     println!("{:.0} x {:.0} at {:.0}, {:.0}", face.width, face.height, face.x, face.y);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`Detector::detect`] reduces the picture to [`LOOK`] pixels on its longer side and runs one small neural network
//! over it. Only if that finds nothing and the picture is larger does it look again at [`SECOND_LOOK`] pixels.
//! Faces of about 10 to 300 pixels on a side *of the reduced picture* can be found: in a look of 320 pixels those
//! are faces of 3 % of the longer side and up.
//!
//! # What it is not
//!
//! It says where faces are, never whose: there is no recognition, no age, sex or mood, and nothing to compare faces by.
//! Nothing is stored, and nothing leaves the machine; the crate does not open files or connections.
//! Like every detector it makes mistakes. It misses faces that are small, covered, turned upside down or badly lit, finds
//! some in dogs, statues and patterns, and has learnt from photographs that do not show all people equally often.
//!
//! # The same everywhere
//!
//! The same pixels give the same faces, bit for bit, on every machine with IEEE 754 arithmetic: sums run in a fixed order,
//! multiplications and additions are never fused, and no function of a system's mathematical library is called.
//!
//! # Where the numbers come from
//!
//! The network is YuNet, version 2023mar (MIT, © 2020 Shiqi Yu): 53,104 weights, part of this crate, see `weights/NOTICE`.
//! [`OVERLAP`] is what OpenCV's detector uses, which runs the same network; the thresholds were chosen on labelled
//! photographs, 69 with 127 faces and 45 that tempt a detector.

#![forbid(unsafe_code)]

mod boxes;
mod detector;
mod error;
mod exponential;
mod layers;
mod network;
mod reduce;
mod weights;

pub use boxes::{Face, OVERLAP, SECOND_THRESHOLD, THRESHOLD};
pub use detector::{Detector, LOOK, SECOND_LOOK};
pub use error::{Error, MAX_SIDE};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

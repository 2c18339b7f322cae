//! A JPEG decoder that decodes only what a crop and a target size need, and a JPEG encoder that
//! finds the best file under a byte cap.
//!
//! [`Decoder::new`] reads the headers. [`Decoder::decode`] returns the planes of a crop rectangle,
//! with every component already reduced to N/8 of its stored resolution by an exact reduction in
//! the DCT domain. Whatever the crop and the reduction do not need is skipped instead of decoded.
//! The caller converts colours, resizes to the exact size and turns upright. The encoder is in
//! [`encode`].
//!
//! ```
//! use avatar_jpeg::{Decoder, Rect, Request, Scratch};
//!
//! # fn square(bytes: &[u8]) -> Result<(), avatar_jpeg::Error> {
//! let decoder = Decoder::new(bytes)?;
//! let (width, height) = (decoder.header().width, decoder.header().height);
//! let side = width.min(height);
//! let crop = Rect::new((width - side) / 2, (height - side) / 2, side, side);
//! let planes = decoder.decode(&Request::new(crop, (640, 640)), &mut Scratch::new())?;
//! for plane in &planes.planes {
//!     println!("{}x{} samples, the crop is {:?}", plane.width, plane.height, plane.crop);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! References to tables, figures and clauses (A.3.3, K.3, ...) are to ITU-T Recommendation T.81.

pub mod bt601;
mod decode;
pub mod encode;
mod error;
mod huffman;
mod instructions;
mod marker;
mod planes;
mod zigzag;

pub use decode::{
    Component, Decoder, Header, Icc, Limits, LosslessShare, Plan, Process, ReadAt, Request, Scratch,
};
pub use encode::{Encoder, Fitter};
pub use error::{Error, LimitKind};
pub use instructions::Instructions;
pub use planes::{ColorModel, CropRect, Eighths, Plane, Planes, Rect};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! A decoder of HEVC still pictures: the intra pictures of ITU-T H.265, as HEIF files contain them.
//!
//! [`Description::of_sets`] says what a picture is like before it is decoded. [`Decoder::read_set`] reads the parameter sets, and [`Decoder::decode`] the units of one picture. It returns the
//! samples as they are coded: YCbCr planes in the coded depth and chroma format. The caller reads the container and
//! converts colours.
//!
//! Supported are all tools that intra pictures have in version 1 (Main, Main 10, Main Still Picture) and those of the
//! format range extensions up to 12 bits, with 4:0:0, 4:2:0, 4:2:2 and 4:4:4, except extended precision and aligned
//! bypass bits. What is predicted from other pictures fails as unsupported.
//!
//! ```
//! use avatar_hevc::{Decoder, Error, Filters};
//!
//! # fn decode(sets: &[&[u8]], units: &[&[u8]]) -> Result<(), Error> {
//! let mut decoder = Decoder::new();
//! for set in sets {
//!     decoder.read_set(set)?;
//! }
//! let picture = decoder.decode(units, Filters::All)?;
//! println!("{:?} luma samples of {} bits", picture.size, picture.depths[0]);
//! # Ok(())
//! # }
//! ```
//!
//! References to clauses, tables and equations are to ITU-T Recommendation H.265.

mod bits;
mod blocks;
mod border;
mod cabac;
mod contexts;
mod deblock;
mod decoder;
mod description;
mod error;
mod intra;
mod levels;
mod map;
mod near;
mod offsets;
mod picture;
mod quantizer;
mod residual;
mod sample;
mod scan;
mod sets;
mod slice;
mod transform;
mod tree;
mod unit;
mod unit_kind;
mod walk;

pub use decoder::{Decoder, Filters};
pub use description::Description;
pub use error::Error;
pub use picture::{Picture, Samples};
pub use unit_kind::UnitKind;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

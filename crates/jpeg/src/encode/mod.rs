//! The encoder: finds the best JPEG under a byte cap.
//!
//! A picture is transformed once for each chroma sampling ([`Picture`], forward DCT). A trial then
//! only quantises, counts symbols and adds up bits, which gives the exact size with optimal Huffman
//! tables, except for stuffed bytes. Only a file that may fit is written, which also counts the
//! stuffed bytes. [`Fitter`] searches for the quality whose file fills the cap; [`Encoder`] encodes
//! at a given quality.
//!
//! ```
//! use avatar_jpeg::encode::{FitOptions, Fitter, Picture};
//!
//! let rgb: Vec<u8> = (0..96 * 96 * 3).map(|i| (i * i / 977 % 256) as u8).collect();
//! let picture = Picture::from_rgb(96, 96, &rgb)?;
//! let options = FitOptions { max_bytes: 4_000, quality: 5..=92, ..FitOptions::default() };
//! let fitted = Fitter::new().fit(&picture, &options)?;
//! assert!(fitted.bytes.len() <= 4_000);
//! println!("quality {}, {:?}, {} trials", fitted.quality, fitted.sampling, fitted.trials);
//! # Ok::<(), avatar_jpeg::encode::FitError>(())
//! ```
//!
//! Bytes are the same on every run and machine: integers and plain `f32` additions,
//! multiplications, divisions and square roots in a fixed order, no transcendental functions.

mod baseline;
mod bits;
mod chroma;
mod coefficients;
mod color;
mod dc_trellis;
mod deringing;
mod encoder;
mod error;
mod fit;
mod forward;
mod frame;
mod headers;
mod huffman;
mod masking;
mod mean;
mod picture;
mod price;
mod progressive;
mod quantizer;
mod refinement;
mod sampling;
mod script;
mod search;
mod size_model;
mod spectrum;
mod symbols;
mod tables;
mod tokens;
mod trellis;
mod trial;
mod zigzag;

pub use encoder::Encoder;
pub use error::{EncodeError, FitError};
pub use fit::{FitOptions, Fitted, Fitter};
pub use picture::Picture;
pub use sampling::{Effort, Sampling};

//! Writes JPEGs with every feature of the syntax from known coefficients, decodes them bit by bit as T.81 says, and compares
//! what `avatar-jpeg` makes of them. For tests and fuzz targets: it panics on what it does not expect.
//!
//! A crate because the tests themselves are compiled without optimisation, with which this took a fifth of their time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "only tests use it"
)]

pub mod arithmetic;
pub mod check;
mod coder;
mod huffman;
pub mod parts;
pub mod random;
pub mod reference;
pub mod scan;
pub mod transform;
pub mod writer;

//! Helps the tests of this target.
#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod check;
pub(crate) mod coder;
pub(crate) mod corpus;
pub(crate) mod huffman;
pub(crate) mod reference;
pub(crate) mod transform;
pub(crate) mod writer;

//! Decode only the part of a JPEG that a crop and a target size need.

pub mod encode;

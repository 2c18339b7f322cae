//! Parameter sets (ITU-T H.265, clause 7.3.2).

mod picture;
mod profile;
pub(crate) mod references;
mod scaling;
mod sequence;
mod vui;

pub(crate) use picture::{Deblocking, Pps};
pub(crate) use sequence::Sps;

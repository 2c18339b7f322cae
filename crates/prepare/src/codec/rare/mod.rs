//! Formats that few files have today; the feature `rare` brings them.

pub(super) mod c_source;
pub(super) mod dds;
pub(super) mod extras;
pub(super) mod icns;
pub(super) mod pcx;
pub(super) mod pfm;
pub(super) mod sgi;
pub(super) mod sun;
mod texture;

//! What finished pictures must be: for the checks of an upload, and of files of any origin.

mod contents;
mod exif;
pub(crate) mod fault;
pub(crate) mod jpeg;
mod leftover;
mod png;

pub(crate) use contents::leftovers;
pub(crate) use fault::Fault;

//! Sources and results in object stores and on HTTP servers: addresses on the command line, listings
//! and manifests, and what a prefix of results remembers. `avatar-stores` makes the requests.

pub(crate) mod address;
pub(crate) mod listing;
pub(crate) mod manifest;
pub(crate) mod manifest_place;
pub(crate) mod mark;
mod merge;
pub(crate) mod results;
pub(crate) mod segment;

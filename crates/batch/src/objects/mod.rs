//! Sources and results in object stores and on HTTP servers: addresses on the command line, listings
//! and manifests, and what a prefix of results remembers. `avatar-stores` makes the requests.

pub mod address;
pub mod listing;
pub mod manifest;
pub mod manifest_place;
pub mod mark;
mod merge;
pub mod results;
pub mod segment;

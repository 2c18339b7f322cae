//! Results in tars (`--pack`): how a tar is written, what its members are called, and the index of each
//! tar, which says what is in it and of which sources.

mod in_folder;
pub(crate) mod in_store;
pub(crate) mod index;
pub(crate) mod key;
mod layout;
mod named;
pub(crate) mod packed;
pub(crate) mod place;
pub(crate) mod tar;

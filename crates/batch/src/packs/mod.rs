//! Results in tars (`--pack`): how a tar is written, what its members are called, and the index of each
//! tar, which says what is in it and of which sources.

mod in_folder;
pub mod in_store;
pub mod index;
pub mod key;
mod layout;
mod named;
pub mod packed;
pub mod place;
pub mod tar;

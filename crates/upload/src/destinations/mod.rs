//! Destinations that need no network.

mod folder;
mod memory;

pub use folder::Folder;
pub use memory::Memory;

//! Serves pages to a browser on this machine only.
//!
//! Any website can send requests to a port of this machine, and so can any program. Therefore the
//! server listens on loopback only, [`gate`] refuses what is not from its own page, and every
//! answer tells the browser to load nothing from elsewhere.

mod announce;
mod answer;
mod browser;
mod files;
mod gate;
mod in_memory;
mod reply;
mod server;
mod token;

pub(crate) use announce::{Announcement, cannot_listen};
pub(crate) use answer::{Answer, answer, nothing_here, read, work};
pub(crate) use browser::open;
pub(crate) use files::{File, PAGE, SCRIPT, STYLE, page_files};
pub use in_memory::InMemory;
pub(crate) use reply::{Refused, json, picture};
pub(crate) use server::{Server, bounded};
pub(crate) use token::random_digits;

//! Serves pages to a browser on this machine, and to nobody else.
//!
//! Any website can send requests to a port of this machine, and so can any program. Therefore the
//! server listens on loopback only, [`gate`] refuses what is not from its own page, and every
//! answer tells the browser to load nothing from elsewhere.

mod browser;
mod gate;
mod reply;
mod server;
mod token;

pub(crate) use browser::open;
pub(crate) use reply::{Refused, asset, json, picture};
pub(crate) use server::Server;

//! What all destinations share that speak HTTP: one request and its outcome. Its errors never
//! contain addresses or bodies, which can hold secrets.

mod address;
mod certificate;
mod exchange;
mod phase;
mod picture;
mod refused;
mod retry_after;
mod tls;
mod trouble;

pub(crate) use address::{Parts, is_number};
pub(crate) use exchange::{Client, Exchange, Request, harmless, question};
pub(crate) use phase::Phase;
pub(crate) use picture::{Allowed, fetch};
pub(crate) use refused::{transport, with_headers};

//! What all destinations share that speak HTTP: one request and its outcome. Its errors never
//! contain addresses or bodies, which can hold secrets.

mod address;
mod body;
mod certificate;
mod client;
mod described;
mod exchange;
mod failure;
mod names;
mod phase;
mod picture;
mod refused;
mod retry_after;
mod tls;

pub(crate) use address::{Fault, Parts, is_number};
pub(crate) use client::Service;
pub(crate) use exchange::{Exchange, Request};
pub(crate) use phase::Phase;
pub(crate) use picture::{Allowed, LONGEST_PICTURE, fetch};
pub(crate) use refused::{as_question, transport, unanswered, with_headers};
pub(crate) use reqwest::Method;

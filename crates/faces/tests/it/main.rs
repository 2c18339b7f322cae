//! The detector from outside.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod drawn;
mod input;
mod picture;

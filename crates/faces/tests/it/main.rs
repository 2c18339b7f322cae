//! Tests of the detector through its public interface.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod drawn;
mod input;
mod picture;

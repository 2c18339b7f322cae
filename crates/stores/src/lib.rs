//! Reads pictures from object stores and HTTP servers, and publishes results in object stores.
//!
//! Three things make a program that works on files work on objects: an [`Address`] names a bucket
//! and a key, a [`Store`] is one opened bucket, and [`Stores::run`] carries many items through
//! requests at once, within a budget of memory. All retries and timeouts are in this crate. Which
//! requests an item needs is decided by the caller, in [`Steps`]. This crate does not look inside
//! pictures.

#![warn(clippy::print_stderr, clippy::print_stdout)]
#![cfg_attr(not(feature = "services"), allow(dead_code))]

#[cfg(not(feature = "services"))]
mod absent;
mod address;
#[cfg(feature = "services")]
mod answers;
mod body;
#[cfg(feature = "services")]
mod classify;
#[cfg(feature = "services")]
mod client;
mod error;
#[cfg(feature = "services")]
mod fetch;
mod key;
#[cfg(feature = "services")]
mod listed;
mod object;
#[cfg(feature = "services")]
mod open;
mod profile;
mod reader;
#[cfg(feature = "services")]
mod requests;
mod room;
mod said;
mod secrets;
mod steps;
#[cfg(feature = "services")]
mod store;
mod stores;
#[cfg(feature = "services")]
mod understood;

#[cfg(not(feature = "services"))]
use absent as store;
#[cfg(not(feature = "services"))]
pub use absent::understood;
pub use address::{Address, AddressError, Scheme};
pub use body::Body;
pub use error::{Kind, StoreError};
pub use key::fault_of_key;
pub use object::{Head, Mode, Object, Put};
pub use reader::ObjectReader;
pub use said::{Asked, Said, Understood};
pub use secrets::secrets;
pub use steps::{Answer, Get, Got, Step, Steps};
pub use store::Store;
pub use stores::{Loads, Stores};
#[cfg(feature = "services")]
pub use understood::understood;

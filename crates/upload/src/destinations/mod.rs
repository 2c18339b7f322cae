//! The destinations, one module each.

mod folder;
mod green_api;
mod memory;

pub use folder::Folder;
pub use green_api::{
    Address, AddressError, ClientError, DEFAULT_ADDRESS, GreenAccount, GreenApi, IdError, Phase,
    Product, UnknownProduct, check_id, classify,
};
pub use memory::Memory;

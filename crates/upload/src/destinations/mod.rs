//! The destinations, one module each. `http` holds what those that speak HTTP share.

mod folder;
mod green_api;
mod http;
mod http_put;
mod memory;
mod row;
mod whatsapp_cloud;

pub use folder::Folder;
pub use green_api::{
    Address, AddressError, DEFAULT_ADDRESS, GreenAccount, GreenApi, IdError, Product,
    UnknownProduct, answered, check_id,
};
pub use http_put::{HttpPut, PlaceError, PutPlace, put_answered};
pub use memory::Memory;
pub use whatsapp_cloud::{
    CloudAccount, CloudError, GRAPH_ADDRESS, WhatsappCloud, graph_answered, graph_set,
};

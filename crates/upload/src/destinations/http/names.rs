//! Looks up names of hosts, with an error of its own: the HTTP client's does not tell a name that
//! was not found from a connection that failed.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A name was not found.
#[derive(Debug, thiserror::Error)]
#[error("its name was not found (DNS)")]
pub(super) struct NotFound;

/// Looks up names as the system does.
#[derive(Debug)]
pub(super) struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The client replaces the port by that of the address.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found: Vec<SocketAddr> = found.map_err(|_| NotFound)?.collect();
            if found.is_empty() {
                return Err(NotFound.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

//! The address of a server of GREEN-API. It is checked before any request, because requests contain
//! the token in their path.

use crate::destinations::http::{Fault, Parts};

/// Hosts of the vendor, and everything below them.
const HOSTS: [&str; 2] = ["green-api.com", "greenapi.com"];

/// The vendor's host for accounts without one of their own.
pub const DEFAULT_ADDRESS: &str = "https://api.green-api.com";

/// Why an address is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// It is not an address.
    #[error("it must be an address like {DEFAULT_ADDRESS}")]
    Form,
    /// It names a port that does not exist.
    #[error("its port must be a number from 1 to 65535")]
    Port,
    /// It is not encrypted, so the token could be read on the way.
    #[error("it must start with https://; http is for this machine only")]
    Insecure,
    /// It has a part that an address must not have here.
    #[error("it must end after the host or with /v3, got {found}")]
    Extra {
        /// The part that was found.
        found: &'static str,
    },
    /// It is not a host of GREEN-API; a typing mistake would send the token to a stranger.
    #[error("{found} is not a host of GREEN-API ({})", HOSTS.join(", "))]
    Stranger {
        /// The host that was found.
        found: String,
    },
}

/// The address of a server, with or without `/v3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    base: String,
    host: String,
    /// One name for all hosts of the vendor, because they serve the same accounts; otherwise the
    /// host.
    service: String,
    local: bool,
}

impl Address {
    /// Checks an address; any host that is not the vendor's must be named in `allowed`.
    ///
    /// # Errors
    /// [`AddressError`] says what is wrong with it.
    pub fn new(text: &str, allowed: &[String]) -> Result<Self, AddressError> {
        let parts = Parts::exact(text).map_err(|fault| match fault {
            Fault::Port => AddressError::Port,
            Fault::Form | Fault::Rewritten => AddressError::Form,
        })?;
        let local = parts.is_local();
        if !parts.is_safe() {
            return Err(AddressError::Insecure);
        }
        if let Some(found) = extra(&parts) {
            return Err(AddressError::Extra { found });
        }
        let ours = parts.is_among(&HOSTS);
        if !ours && !local && !parts.is_one_of(allowed) {
            return Err(AddressError::Stranger { found: parts.host });
        }
        let base = parts.base().trim_end_matches('/').to_string();
        let host = parts.host;
        let service = if ours { HOSTS[0].into() } else { host.clone() };
        Ok(Self {
            base,
            host,
            service,
            local,
        })
    }

    /// The host, with its port if that is not the usual one.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The host, or one name for all hosts of the vendor.
    pub(super) fn service(&self) -> &str {
        &self.service
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.local
    }

    /// The address with `/v3` at its end, added if it is missing.
    pub(super) fn with_v3(mut self) -> Self {
        if !self.base.ends_with("/v3") {
            self.base.push_str("/v3");
        }
        self
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }
}

fn extra(parts: &Parts) -> Option<&'static str> {
    if parts.has_user {
        return Some("a user");
    }
    if parts.query.is_some() {
        return Some("a query");
    }
    if parts.has_fragment {
        return Some("a fragment");
    }
    let path = parts.path.trim_end_matches('/');
    (!path.is_empty() && path != "/v3").then_some("a path")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_vendor_and_this_machine() {
        for (text, host) in [
            ("https://api.green-api.com", "api.green-api.com"),
            ("https://1101.API.greenapi.com/", "1101.api.greenapi.com"),
            (
                "https://3100.api.green-api.com/v3",
                "3100.api.green-api.com",
            ),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://[::1]:8080", "[::1]:8080"),
            ("http://localhost", "localhost"),
        ] {
            assert_eq!(Address::new(text, &[]).unwrap().host(), host, "{text}");
        }
        for (text, wrong) in [
            ("api.green-api.com", "it must be an address"),
            (
                "https://api.green-api.com:99999",
                "its port must be a number from 1 to 65535",
            ),
            (r"https://api.green-api.com\v3", "it must be an address"),
            ("http://api.green-api.com", "it must start with https"),
            ("ftp://127.0.0.1", "it must start with https"),
            (
                "https://me@api.green-api.com",
                "it must end after the host or with /v3, got a user",
            ),
            (
                "https://api.green-api.com?x",
                "it must end after the host or with /v3, got a query",
            ),
            (
                "https://api.green-api.com#x",
                "it must end after the host or with /v3, got a fragment",
            ),
            (
                "https://api.green-api.com/v4",
                "it must end after the host or with /v3, got a path",
            ),
            ("https://api.green-api.co", "api.green-api.co is not a host"),
            (
                "https://evilgreen-api.com",
                "evilgreen-api.com is not a host",
            ),
            (
                "https://green-api.com.evil.net",
                "green-api.com.evil.net is not",
            ),
            ("http://127.0.0.1.evil.net", "it must start with https"),
        ] {
            let error = Address::new(text, &[]).unwrap_err().to_string();
            assert!(error.starts_with(wrong), "{text}: {error}");
        }
        let allowed = ["gate.example".to_string()];
        assert!(Address::new("https://gate.example", &allowed).is_ok());
        let with_port = ["gate.example:8443".to_string()];
        assert!(Address::new("https://gate.example:8443", &with_port).is_ok());
        assert!(Address::new("https://gate.example", &with_port).is_err());
        assert!(Address::new("https://other.example", &allowed).is_err());
    }
}

//! Splits an address into its parts, so that it can be checked before anything is sent there.

use std::net::IpAddr;

use hyper::Uri;

/// The parts of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) scheme: String,
    /// The host's name in lower case, without the port.
    pub(crate) name: String,
    /// The host with its port, if the address names one.
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) has_user: bool,
    pub(crate) has_fragment: bool,
}

impl Parts {
    /// Splits a whole address; `None` if it is not a valid one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        // The parser drops a fragment without a word.
        let (address, fragment) = text.split_once('#').unzip();
        let address = address.unwrap_or(text);
        let uri: Uri = address.parse().ok()?;
        let name = uri.host()?.to_ascii_lowercase();
        let host = match uri.port_u16() {
            Some(port) => format!("{name}:{port}"),
            None => name.clone(),
        };
        Some(Self {
            scheme: uri.scheme_str()?.to_ascii_lowercase(),
            has_user: uri.authority()?.as_str().contains('@'),
            name,
            host,
            path: uri.path().into(),
            query: uri.query().map(Into::into),
            has_fragment: fragment.is_some(),
        })
    }

    /// Whether it is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        let literal = self.name.trim_start_matches('[').trim_end_matches(']');
        self.name == "localhost" || literal.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// Whether it is this domain or below it.
    pub(crate) fn is_below(&self, domain: &str) -> bool {
        let below = self.name.strip_suffix(domain);
        below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
    }

    /// Whether nobody else can read what is sent to it: it uses `https`, or it is this machine.
    pub(crate) fn is_safe(&self) -> bool {
        self.scheme == "https" || self.scheme == "http" && self.is_local()
    }

    /// Whether its host is one of these domains or a subdomain.
    pub(crate) fn is_among(&self, domains: &[&str]) -> bool {
        domains.iter().any(|domain| self.is_below(domain))
    }

    /// Whether its host is one of these, which can include a port.
    pub(crate) fn is_one_of(&self, hosts: &[String]) -> bool {
        let own = [&self.name, &self.host];
        let mut named = hosts.iter().flat_map(|host| own.map(|own| (host, own)));
        named.any(|(host, own)| host.eq_ignore_ascii_case(own))
    }

    /// The address without user, query and fragment.
    pub(crate) fn base(&self) -> String {
        format!("{}://{}{}", self.scheme, self.host, self.path)
    }

    /// The last segment of the path.
    pub(crate) fn last_segment(&self) -> &str {
        let path = self.path.trim_end_matches('/');
        path.rsplit('/').next().unwrap_or_default()
    }
}

/// Whether a text is an account number in the form that vendors use. This is checked because it
/// becomes part of an address.
pub(crate) fn is_number(id: &str) -> bool {
    (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}

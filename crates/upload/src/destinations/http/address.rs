//! Splits an address into its parts, so that it can be checked before anything is sent there.

use std::net::IpAddr;

use hyper::Uri;
use reqwest::Url;

/// Why an address cannot be called. It does not repeat the address, which can contain secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not a whole address.
    Form,
    /// It names a port that does not exist.
    Port,
    /// Another address would be called than the one that is written.
    Rewritten,
}

/// The parts of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) scheme: String,
    /// The host's name in lower case, without the port.
    pub(crate) name: String,
    /// The host with its port, if the address names one that is not the usual one of its scheme: both
    /// spellings are one server.
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) has_user: bool,
    pub(crate) has_fragment: bool,
}

impl Parts {
    /// Splits a whole address; `None` if it is not a valid one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }

    /// Splits an address that is called exactly as it is written. The client that calls it folds
    /// `/../` and `\`, and encodes some characters. Then the journal would name another file than
    /// the one that is written, and two of its names could be one file.
    pub(crate) fn exact(text: &str) -> Result<Self, Fault> {
        let parts = Self::parse(text)?;
        let called = Url::parse(without_fragment(text)).map_err(|_| Fault::Rewritten)?;
        let is_same = called.host_str().map(plain_name).as_ref() == Some(&parts.name)
            && called.path() == parts.path
            && called.query() == parts.query.as_deref();
        is_same.then_some(parts).ok_or(Fault::Rewritten)
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let address = without_fragment(text);
        let uri: Uri = address.parse().map_err(|_| Fault::Form)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(Fault::Form);
        };
        // A dot at the end of a name says that it is whole, as all are here.
        let name = plain_name(authority.host());
        let scheme = scheme.to_ascii_lowercase();
        let port = port(authority.as_str(), authority.host())?;
        let host = match port.filter(|port| usual_port(&scheme) != Some(*port)) {
            Some(port) => format!("{name}:{port}"),
            None => name.clone(),
        };
        Ok(Self {
            scheme,
            has_user: authority.as_str().contains('@'),
            name,
            host,
            path: uri.path().into(),
            query: uri.query().map(Into::into),
            has_fragment: address.len() < text.trim().len(),
        })
    }

    /// Whether it is an address of a page or a file, as browsers fetch them.
    pub(crate) fn is_web(&self) -> bool {
        ["https", "http"].contains(&self.scheme.as_str())
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
        let usual = self.with_usual_port();
        let own = [Some(&self.name), Some(&self.host), usual.as_ref()];
        let mut own = own.into_iter().flatten();
        own.any(|own| hosts.iter().any(|host| host.eq_ignore_ascii_case(own)))
    }

    /// The host with its usual port; `None` if it has another one.
    pub(crate) fn with_usual_port(&self) -> Option<String> {
        let port = usual_port(&self.scheme).filter(|_| self.host == self.name);
        port.map(|port| format!("{}:{port}", self.name))
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

/// The name of a host in lower case, without a dot at its end.
fn plain_name(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

/// The port that is called if an address names none.
fn usual_port(scheme: &str) -> Option<u16> {
    match scheme {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    }
}

/// The parser of addresses drops a fragment without a word, so it is cut off before.
fn without_fragment(text: &str) -> &str {
    let text = text.trim();
    text.split_once('#').map_or(text, |(address, _)| address)
}

/// The port that is named. The parser takes one that is not a number as none, and the usual port
/// would be called.
fn port(authority: &str, host: &str) -> Result<Option<u16>, Fault> {
    let after_user = authority.rsplit_once('@');
    let after_user = after_user.map_or(authority, |(_, rest)| rest);
    let rest = after_user.strip_prefix(host);
    let Some(named) = rest.ok_or(Fault::Form)?.strip_prefix(':') else {
        return Ok(None);
    };
    let is_number = named.bytes().all(|byte| byte.is_ascii_digit());
    let port = named.parse().ok().filter(|port| is_number && *port > 0);
    port.map(Some).ok_or(Fault::Port)
}

/// Whether a text is an account number in the form that vendors use. This is checked because it
/// becomes part of an address. With zeros before it, one account would have two names.
pub(crate) fn is_number(id: &str) -> bool {
    let is_long_enough = (1..=20).contains(&id.len());
    is_long_enough && id.bytes().all(|byte| byte.is_ascii_digit()) && !id.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_numbers_that_exist() {
        for (address, wanted) in [
            ("https://a.example/x", Ok("a.example")),
            ("https://a.example:1/x", Ok("a.example:1")),
            ("https://a.example:65535/x", Ok("a.example:65535")),
            ("https://me:pw@a.example:80/x", Ok("a.example:80")),
            ("http://[::1]:80/x", Ok("[::1]")),
            ("https://a.example:443/x", Ok("a.example")),
            ("https://a.example:0443/x", Ok("a.example")),
            ("http://[::1]:443/x", Ok("[::1]:443")),
            ("http://[::1]/x", Ok("[::1]")),
            ("https://a.example:0/x", Err(Fault::Port)),
            ("https://a.example:65536/x", Err(Fault::Port)),
            ("https://a.example:99999/x", Err(Fault::Port)),
            ("https://a.example:/x", Err(Fault::Port)),
            ("https://me:pw@a.example:99999/x", Err(Fault::Port)),
            ("a.example", Err(Fault::Form)),
            ("https://A.example.:443/x", Ok("a.example")),
            ("https://a.example./x", Ok("a.example")),
        ] {
            let found = Parts::parse(address).map(|parts| parts.host);
            assert_eq!(found, wanted.map(String::from), "{address}");
        }
        assert_eq!(Parts::of("https://a.example:99999/x"), None);
    }
}

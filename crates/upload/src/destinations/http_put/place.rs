//! A place for one file: its address, whose query is a secret, and the credential it takes.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::key;
use super::place_error::PlaceError;
use crate::destination::{Access, FILE_SERVER, Scope, Target};
use crate::destinations::http::Parts;
use crate::payload;
use crate::secret::Secret;

/// Ends of the hosts of Azure's object store, in its public and national clouds.
const AZURE: [&str; 3] = [
    ".blob.core.windows.net",
    ".blob.core.usgovcloudapi.net",
    ".blob.core.chinacloudapi.cn",
];

/// One file on a server, with the credential to write it.
#[derive(Debug, Clone)]
pub struct PutPlace {
    parts: Parts,
    query: Option<Secret>,
    /// Value of the header `Authorization`, if any.
    authorization: Option<Secret>,
    pub(super) create_only: bool,
    /// The address at which the same file can be read, if it is another one.
    reader: Option<Box<PutPlace>>,
    /// The target, once it was asked for: its hash takes long.
    target: OnceLock<Target>,
}

impl PutPlace {
    /// A file at `url`.
    ///
    /// # Errors
    /// [`PlaceError`] says what is wrong with the address, without repeating it.
    pub fn new(url: &str) -> Result<Self, PlaceError> {
        let mut parts = Parts::exact(url)?;
        if !parts.is_safe() {
            return Err(PlaceError::Insecure);
        }
        if parts.has_user || parts.has_fragment {
            return Err(PlaceError::Extra);
        }
        if parts.path.ends_with('/') || parts.last_segment().is_empty() {
            return Err(PlaceError::Folder);
        }
        let query = parts.query.take().filter(|query| !query.is_empty());
        let query = query.map(|query| Secret::opaque(&query).map_err(|_| PlaceError::Form));
        Ok(Self {
            query: query.transpose()?,
            parts,
            authorization: None,
            create_only: false,
            reader: None,
            target: OnceLock::new(),
        })
    }

    /// Sends a user name and a password (Basic).
    #[must_use]
    pub fn with_password(mut self, user: &str, password: &Secret) -> Self {
        let pair = format!("{user}:{}", password.reveal());
        let value = format!("Basic {}", STANDARD.encode(pair));
        self.authorization = Secret::opaque_header(&value);
        self
    }

    /// Sends a bearer token.
    #[must_use]
    pub fn with_token(mut self, token: &Secret) -> Self {
        self.authorization = Secret::opaque_header(&format!("Bearer {}", token.reveal()));
        self
    }

    /// Creates the file and never replaces one with other content.
    #[must_use]
    pub fn create_only(mut self, create_only: bool) -> Self {
        self.create_only = create_only;
        self
    }

    /// Reads the file at another address than it is written to, because a signed address allows one
    /// HTTP method only.
    ///
    /// # Errors
    /// [`PlaceError`] says what is wrong with the address, without repeating it.
    pub fn read_at(mut self, url: &str) -> Result<Self, PlaceError> {
        self.reader = Some(Box::new(Self::new(url)?));
        Ok(self)
    }

    /// The address without its secrets, for messages.
    #[must_use]
    pub fn redacted_url(&self) -> String {
        let query = self.query.as_ref().map_or("", |_| "?***");
        format!("{}{query}", self.parts.base())
    }

    /// The values of a signed query and the credential, all of which are masked as secrets.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        let query = self.query.as_ref().map_or("", Secret::reveal);
        let values = query.split('&').filter_map(|field| field.split_once('='));
        let values = values.filter_map(|(_, value)| Secret::opaque(value).ok());
        let authorization = self.authorization.as_ref();
        let credential = authorization.and_then(|value| {
            let (_, credential) = value.reveal().split_once(' ')?;
            Secret::opaque(credential).ok()
        });
        let whole = self.query.iter().cloned().chain(credential);
        let mut secrets: Vec<Secret> = whole.chain(values).collect();
        secrets.extend(self.reader.iter().flat_map(|reader| reader.secrets()));
        secrets
    }

    pub(super) fn url(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{}", self.parts.base(), query.reveal()),
            None => self.parts.base(),
        }
    }

    /// The place as the journal knows it. Two spellings of one address are one place; a query that is more than a
    /// signature says which place it is. With such a query, the first call takes about a millisecond.
    #[must_use]
    pub fn target(&self) -> Target {
        let target = || self.quick_target().stored();
        self.target.get_or_init(target).clone()
    }

    /// The same with a fingerprint of the query, from which a short query can be found by trying: to tell places apart
    /// in memory, not to be stored.
    #[must_use]
    pub fn quick_target(&self) -> Target {
        let scope = Scope {
            service: FILE_SERVER.into(),
            host: self.parts.host.clone(),
            id: String::new(),
        };
        let query = self.query.as_ref().map_or("", Secret::reveal);
        let slot = key::quick_slot(&self.parts, query);
        Target { scope, slot }
    }

    /// The place as earlier journals knew it: with the usual port if it was written, and by its path as written,
    /// without a query.
    pub(super) fn former_targets(&self) -> Vec<Target> {
        let own = self.quick_target();
        let path = self.parts.path.trim_start_matches('/');
        let hosts = [Some(self.parts.host.clone()), self.parts.with_usual_port()];
        let former = hosts.into_iter().flatten().map(|host| Target {
            scope: Scope {
                host,
                ..own.scope.clone()
            },
            slot: path.into(),
        });
        former.filter(|it| *it != own).collect()
    }

    /// Those that are names of this place alone. A path stood for all its queries; with the query, the times of sends
    /// had the fingerprint.
    pub(super) fn own_former_targets(&self) -> Vec<Target> {
        let quick = self.quick_target();
        match quick.slot.contains('?') {
            true => vec![quick],
            false => self.former_targets(),
        }
    }

    pub(super) fn access(&self) -> Access {
        let text = |secret: &Option<Secret>| {
            let text = secret.as_ref().map_or("", Secret::reveal);
            text.to_string()
        };
        let (query, authorization) = (text(&self.query), text(&self.authorization));
        let only = if self.create_only { "create" } else { "" };
        let host = &self.parts.host;
        // Without a credential of its own, or with a signature, an address is refused by itself.
        let credential = match self.authorization {
            Some(_) => payload::fingerprint(&[host, &authorization]),
            None => payload::fingerprint(&[&self.parts.base(), &query]),
        };
        Access {
            endpoint: host.clone(),
            fingerprint: payload::fingerprint(&[&self.parts.base(), &query, &authorization, only]),
            credential,
        }
    }

    /// Whether it is a file in Azure's object store, which wants to be told the type of each new object.
    pub(super) fn is_azure(&self) -> bool {
        let query = self.query.as_ref().map_or("", Secret::reveal);
        let mut hosts = AZURE.iter();
        hosts.any(|host| self.parts.name.ends_with(host)) || key::is_shared_access(query)
    }

    pub(super) fn authorization(&self) -> Option<(&'static str, String)> {
        let value = self.authorization.as_ref()?;
        Some(("Authorization", value.reveal().to_string()))
    }

    /// The address at which a person can look at the file; `None` if it contains a secret.
    pub(super) fn link(&self) -> Option<String> {
        self.query.is_none().then(|| self.parts.base())
    }

    /// How the file can be read.
    pub(super) fn reading(&self) -> Reading<'_> {
        match (&self.reader, &self.query) {
            (Some(reader), _) => Reading::Elsewhere(reader),
            (None, Some(_)) => Reading::Never,
            (None, None) => Reading::Here,
        }
    }
}

/// How the file of a place can be read.
pub(super) enum Reading<'a> {
    /// At the same address.
    Here,
    Elsewhere(&'a PutPlace),
    /// Not at all: the address is signed for one method only.
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_never_repeated() {
        for (url, wanted) in [
            ("https://files.example/a/logo.jpg", None),
            ("https://files.example/a/logo.jpg?X-Sig=0123456789", None),
            ("http://127.0.0.1:8080/logo.jpg", None),
            ("http://files.example/logo.jpg", Some(PlaceError::Insecure)),
            (
                "https://me:secret@files.example/logo.jpg",
                Some(PlaceError::Extra),
            ),
            ("https://files.example/logo.jpg#x", Some(PlaceError::Extra)),
            ("https://files.example/", Some(PlaceError::Folder)),
            ("https://files.example/a/", Some(PlaceError::Folder)),
            ("logo.jpg", Some(PlaceError::Form)),
            ("https://files.example:8443/logo.jpg", None),
            (
                "https://files.example:99999/logo.jpg",
                Some(PlaceError::Port),
            ),
            ("https://files.example:/logo.jpg", Some(PlaceError::Port)),
            ("https://files.example/a%20b/%C3%A4.jpg?s=%27%2F+~", None),
            (
                "https://files.example/a..b/.hidden/l.jpg?p=/../0123456789",
                None,
            ),
            (
                r"https://files.example/a\logo.jpg",
                Some(PlaceError::Rewritten),
            ),
            (
                "https://files.example/./logo.jpg",
                Some(PlaceError::Rewritten),
            ),
            (
                "https://files.example/a/../logo.jpg",
                Some(PlaceError::Rewritten),
            ),
            (
                "https://files.example/a/%2e%2E/logo.jpg",
                Some(PlaceError::Rewritten),
            ),
            (
                "https://files.example/logo.jpg?s='0123456789'",
                Some(PlaceError::Rewritten),
            ),
        ] {
            assert_eq!(PutPlace::new(url).err(), wanted, "{url}");
        }
        let error = PutPlace::new("https://files.example/l.jpg?s='0123456789'").unwrap_err();
        assert_eq!(
            error.to_string(),
            "url must be written as it is called: without \\ and the parts . and .., and with \
             other signs in the form %27"
        );
        let place = PutPlace::new("https://files.example/l.jpg?X-Sig=0123456789").unwrap();
        assert_eq!(place.redacted_url(), "https://files.example/l.jpg?***");
        assert!(!format!("{place:?}").contains("0123456789"), "{place:?}");
        let named = place.with_password("user", &Secret::opaque("pass-word").unwrap());
        let value = named.authorization().unwrap().1;
        assert_eq!(value, "Basic dXNlcjpwYXNzLXdvcmQ=");
    }
}

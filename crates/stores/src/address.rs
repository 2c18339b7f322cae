//! The address of an object, of a bucket or of a prefix in it.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::key::fault_of_key;

/// The kind of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Amazon S3, or a service that speaks its protocol.
    S3,
    /// Google Cloud Storage.
    Gs,
    /// Azure Blob Storage.
    Az,
    /// An HTTP server, without encryption.
    Http,
    /// An HTTP server.
    Https,
}

/// Every scheme with the start of its addresses.
const SCHEMES: [(Scheme, &str); 5] = [
    (Scheme::S3, "s3://"),
    (Scheme::Gs, "gs://"),
    (Scheme::Az, "az://"),
    (Scheme::Http, "http://"),
    (Scheme::Https, "https://"),
];

impl Scheme {
    fn start(self) -> &'static str {
        let row = SCHEMES.iter().find(|(scheme, _)| *scheme == self);
        row.map_or("", |(_, start)| start)
    }

    /// Whether it is an HTTP server, which is read only.
    #[must_use]
    pub fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }
}

/// Why a text is no address.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AddressError {
    /// There is no bucket, container or host.
    #[error("it names no bucket")]
    NoBucket,
    /// It holds a user or a password.
    #[error("it holds a user or a password")]
    Credentials,
    /// Its path cannot be the name of an object.
    #[error("its path is not the name of an object")]
    BadKey,
    /// An address without encryption leads to another machine.
    #[error("it is not encrypted")]
    NotEncrypted,
}

/// The address of an object, or of all objects whose keys start with a prefix.
///
/// [`Display`](fmt::Display) leaves out the query, because that of a pre-signed address is a secret.
///
/// ```
/// use avatar_stores::Address;
///
/// let address = Address::parse("s3://in/pictures/a b.jpg").unwrap()?;
/// assert_eq!((address.bucket(), address.key()), ("in", "pictures/a b.jpg"));
/// let signed = Address::parse("https://in.example.com/a%20b.jpg?X-Amz-Signature=0").unwrap()?;
/// assert_eq!(signed.to_string(), "https://in.example.com/a b.jpg");
/// assert!(Address::parse("pictures/a.jpg").is_none());
/// # Ok::<(), avatar_stores::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    scheme: Scheme,
    bucket: String,
    key: String,
    query: Option<String>,
}

impl Address {
    /// Parses an address; `None` for a text that does not start like one.
    ///
    /// # Errors
    /// If it names no bucket, holds credentials, or leads to another machine without encryption.
    #[must_use]
    pub fn parse(text: &str) -> Option<Result<Self, AddressError>> {
        let is_start = |start: &str| {
            let head = text.get(..start.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(start))
        };
        let (scheme, start) = SCHEMES.into_iter().find(|(_, start)| is_start(start))?;
        let rest = text.get(start.len()..).unwrap_or_default();
        Some(match scheme.is_http() {
            true => Self::of_url(scheme, text),
            false => Self::of_bucket(scheme, rest),
        })
    }

    fn of_bucket(scheme: Scheme, rest: &str) -> Result<Self, AddressError> {
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.contains('@') {
            return Err(AddressError::Credentials);
        }
        if bucket.is_empty() {
            return Err(AddressError::NoBucket);
        }
        Self::checked(scheme, bucket.into(), key.into(), None)
    }

    fn of_url(scheme: Scheme, text: &str) -> Result<Self, AddressError> {
        let url = Url::parse(text).map_err(|_| AddressError::NoBucket)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Credentials);
        }
        let host = url.host_str().ok_or(AddressError::NoBucket)?;
        if scheme == Scheme::Http && !is_loopback(host) {
            return Err(AddressError::NotEncrypted);
        }
        let bucket = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.into(),
        };
        // An encoded separator would become another path when it is decoded.
        let path = url.path();
        if path.to_ascii_lowercase().contains("%2f") {
            return Err(AddressError::BadKey);
        }
        let key = percent_decode_str(path.strip_prefix('/').unwrap_or(path)).decode_utf8();
        let key = key.map_err(|_| AddressError::BadKey)?.into_owned();
        Self::checked(scheme, bucket, key, url.query().map(Into::into))
    }

    fn checked(
        scheme: Scheme,
        bucket: String,
        key: String,
        query: Option<String>,
    ) -> Result<Self, AddressError> {
        let name = key.strip_suffix('/').unwrap_or(&key);
        if !name.is_empty() && fault_of_key(name).is_some() {
            return Err(AddressError::BadKey);
        }
        Ok(Self {
            scheme,
            bucket,
            key,
            query,
        })
    }

    /// The kind of the store.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The bucket or container; the host and port of an HTTP server.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// The key, or a prefix of keys; decoded, without a slash in front.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The query of an HTTP address, which can be a secret.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// Whether it ends like a folder, or names a whole bucket.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.key.is_empty() || self.key.ends_with('/')
    }

    /// The address of another key of the same bucket, without a query.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self {
            scheme: self.scheme,
            bucket: self.bucket.clone(),
            key: key.into(),
            query: None,
        }
    }

    /// The address of what has this path below this prefix.
    #[must_use]
    pub fn join(&self, relative: &str) -> Self {
        match self.key.trim_end_matches('/') {
            "" => self.with_key(relative),
            prefix => self.with_key(&format!("{prefix}/{relative}")),
        }
    }

    /// The path of a key below this prefix; `None` if it is not below it.
    #[must_use]
    pub fn relative<'a>(&self, key: &'a str) -> Option<&'a str> {
        match self.key.trim_end_matches('/') {
            "" => Some(key),
            prefix => key.strip_prefix(prefix)?.strip_prefix('/'),
        }
    }

    /// Whether both are in the same bucket.
    #[must_use]
    pub fn shares_bucket(&self, other: &Self) -> bool {
        (self.scheme, &self.bucket) == (other.scheme, &other.bucket)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}/{}", self.scheme.start(), self.bucket, self.key)
    }
}

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address = host.parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

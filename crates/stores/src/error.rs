//! Why a request failed, with a stable code and what to try.

/// What went wrong; each has a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The bucket or container does not exist.
    NoSuchBucket,
    /// The object does not exist.
    NoSuchObject,
    /// The credentials do not allow it.
    AccessDenied,
    /// The credentials are wrong.
    BadCredentials,
    /// There are no credentials.
    NoCredentials,
    /// The credentials, or a pre-signed address, are no longer valid.
    ExpiredCredentials,
    /// The clock of this machine is wrong.
    ClockSkew,
    /// The bucket is in another region.
    WrongRegion,
    /// The service asks for fewer requests, also after all retries.
    SlowDown,
    /// The service failed, also after all retries.
    ServerError,
    /// No connection could be made.
    Unreachable,
    /// The service did not answer in time.
    NoAnswer,
    /// Less arrived than was announced, also after all retries.
    IncompleteBody,
    /// The service does not say where the body ends.
    LengthUnknown,
    /// The object is larger than allowed.
    TooLarge,
    /// The object was created or changed meanwhile.
    Conflict,
    /// The service cannot do this.
    NotSupported,
    /// The name cannot be that of an object.
    BadKey,
    /// Anything else.
    Other,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::NoSuchBucket,
        Self::NoSuchObject,
        Self::AccessDenied,
        Self::BadCredentials,
        Self::NoCredentials,
        Self::ExpiredCredentials,
        Self::ClockSkew,
        Self::WrongRegion,
        Self::SlowDown,
        Self::ServerError,
        Self::Unreachable,
        Self::NoAnswer,
        Self::IncompleteBody,
        Self::LengthUnknown,
        Self::TooLarge,
        Self::Conflict,
        Self::NotSupported,
        Self::BadKey,
        Self::Other,
    ];

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// What to try.
    #[must_use]
    pub fn hint(self) -> &'static str {
        self.row().1
    }

    fn row(self) -> (&'static str, &'static str) {
        match self {
            Self::NoSuchBucket => (
                "no_such_bucket",
                "check the name of the bucket, its region and the endpoint",
            ),
            Self::NoSuchObject => (
                "no_such_object",
                "check the key; the object may have been deleted meanwhile",
            ),
            Self::AccessDenied => (
                "access_denied",
                "allow these credentials to list and read IN, and to list, read and write OUT",
            ),
            Self::BadCredentials => (
                "bad_credentials",
                "check the variables and files that hold the credentials",
            ),
            Self::NoCredentials => (
                "no_credentials",
                "set the variables of the service, see docs/stores.md",
            ),
            Self::ExpiredCredentials => (
                "expired_credentials",
                "renew the credentials or the pre-signed addresses, and run the same command again",
            ),
            Self::ClockSkew => ("clock_skew", "set the clock of this machine"),
            Self::WrongRegion => ("wrong_region", "set AWS_REGION to the region of the bucket"),
            Self::SlowDown => (
                "slow_down",
                "run the same command again later, or with fewer machines at once",
            ),
            Self::ServerError => ("server_error", "run the same command again later"),
            Self::Unreachable => ("unreachable", "check the network and the endpoint"),
            Self::NoAnswer => (
                "no_answer",
                "check the network, and run the same command again",
            ),
            Self::IncompleteBody => ("incomplete_body", "run the same command again"),
            Self::LengthUnknown => (
                "unknown_length",
                "let the server send Content-Length or a chunked body, or download the file with another program",
            ),
            Self::TooLarge => (
                "limit_exceeded",
                "raise the limit of bytes per file if you trust it",
            ),
            Self::Conflict => (
                "conflict",
                "another program wrote it; run the same command again",
            ),
            Self::NotSupported => (
                "not_supported",
                "the service lacks what this needs; of HTTP servers, read single addresses",
            ),
            Self::BadKey => ("bad_name", "rename the object"),
            Self::Other => ("store_error", "check the address and the endpoint"),
        }
    }
}

/// Why a request failed. Neither its text nor anything else in it holds credentials or queries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct StoreError {
    kind: Kind,
    place: String,
    what: String,
    status: Option<u16>,
}

impl StoreError {
    pub(crate) fn new(kind: Kind, place: impl std::fmt::Display, what: impl Into<String>) -> Self {
        Self {
            kind,
            place: place.to_string(),
            what: what.into(),
            status: None,
        }
    }

    pub(crate) fn with_status(self, status: Option<u16>) -> Self {
        Self { status, ..self }
    }

    /// Whether the server does not allow requests of this kind at all (405), so that another form of it is refused too.
    #[must_use]
    pub fn is_method_refused(&self) -> bool {
        self.status == Some(405)
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What happened, without the address.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What to try.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        let is_of = |start: &str| self.place.starts_with(start);
        match self.kind {
            Kind::NoCredentials if is_of("s3://") => {
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SKIP_SIGNATURE=true for public buckets"
            }
            Kind::NoCredentials if is_of("gs://") => {
                "set GOOGLE_APPLICATION_CREDENTIALS to a file with a key, or GOOGLE_SKIP_SIGNATURE=true for public buckets"
            }
            Kind::NoCredentials if is_of("az://") => {
                "set AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN"
            }
            kind => kind.hint(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_credentials_name_the_variables_of_their_service() {
        for (place, variable) in [
            ("s3://b/in", "AWS_ACCESS_KEY_ID"),
            ("gs://b/in", "GOOGLE_APPLICATION_CREDENTIALS"),
            ("az://b/in", "AZURE_STORAGE_ACCOUNT_NAME"),
            ("https://b/in", "docs/stores.md"),
        ] {
            let error = StoreError::new(Kind::NoCredentials, place, "");
            assert!(error.hint().contains(variable), "{place}: {}", error.hint());
        }
    }
}

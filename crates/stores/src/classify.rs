//! What an error of the client means. Its text is never passed on, because it can hold addresses
//! with signatures: only the status and the code of the service are.

use std::error::Error as _;
use std::fmt::Display;

use object_store::Error;
use object_store::client::{HttpError, HttpErrorKind};

use crate::answers::NoEnd;
use crate::error::{Kind, StoreError};

/// Codes of services, of which several mean the same.
const CODES: [(&str, Kind); 18] = [
    ("NoSuchBucket", Kind::NoSuchBucket),
    ("ContainerNotFound", Kind::NoSuchBucket),
    ("InvalidBucketName", Kind::NoSuchBucket),
    ("InvalidResourceName", Kind::NoSuchBucket),
    ("NoSuchKey", Kind::NoSuchObject),
    ("BlobNotFound", Kind::NoSuchObject),
    ("InvalidAccessKeyId", Kind::BadCredentials),
    ("SignatureDoesNotMatch", Kind::BadCredentials),
    ("InvalidToken", Kind::BadCredentials),
    ("AuthenticationFailed", Kind::BadCredentials),
    ("ExpiredToken", Kind::ExpiredCredentials),
    ("TokenRefreshRequired", Kind::ExpiredCredentials),
    ("RequestTimeTooSkewed", Kind::ClockSkew),
    ("PermanentRedirect", Kind::WrongRegion),
    ("AuthorizationHeaderMalformed", Kind::WrongRegion),
    ("SlowDown", Kind::SlowDown),
    ("ServerBusy", Kind::SlowDown),
    ("KeyTooLongError", Kind::BadKey),
];

/// The error of a request for `place`.
pub(crate) fn classify(error: &Error, place: impl Display) -> StoreError {
    let text = error.to_string();
    let code = code(&text);
    let status = status(&text);
    let known = code.and_then(|code| CODES.iter().find(|(known, _)| *known == code));
    let kind = match (known, transport(error)) {
        (Some((_, kind)), _) => *kind,
        (None, Some(kind)) => kind,
        (None, None) => by_status(error, status, &text),
    };
    StoreError::new(kind, place, sentence(kind, status, code)).with_status(status)
}

fn by_status(error: &Error, status: Option<u16>, text: &str) -> Kind {
    match (error, status) {
        // Some say so for folders, which the client takes for an object that is missing.
        (_, Some(405)) => Kind::NotSupported,
        (Error::NotFound { .. }, _) | (_, Some(404 | 410)) => Kind::NoSuchObject,
        (Error::AlreadyExists { .. } | Error::Precondition { .. }, _) => Kind::Conflict,
        // The answer for a pre-signed address has no code of its own.
        (_, Some(401 | 403)) if text.contains("Request has expired") => Kind::ExpiredCredentials,
        (Error::PermissionDenied { .. }, _) | (_, Some(403)) => Kind::AccessDenied,
        (Error::Unauthenticated { .. }, _) | (_, Some(401)) => Kind::BadCredentials,
        (_, Some(429 | 503)) => Kind::SlowDown,
        (_, Some(301 | 307 | 308)) => Kind::WrongRegion,
        (Error::InvalidPath { .. }, _) => Kind::BadKey,
        (Error::NotSupported { .. } | Error::NotImplemented { .. }, _) | (_, Some(501)) => {
            Kind::NotSupported
        }
        (_, Some(500..)) => Kind::ServerError,
        _ if text.contains("without LOCATION") => Kind::WrongRegion,
        _ if is_about_credentials(text) => Kind::NoCredentials,
        _ => Kind::Other,
    }
}

fn is_about_credentials(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [
        "credential",
        "instance metadata",
        "169.254.169.254",
        "token",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// What broke the connection, if that is the cause.
fn transport(error: &Error) -> Option<Kind> {
    // Without credentials in the environment, the client asks the machine's metadata service.
    let text = error.to_string();
    if text.contains("169.254.169.254") || text.contains("metadata.google.internal") {
        return Some(Kind::NoCredentials);
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<HttpError>() {
            if error
                .source()
                .is_some_and(<dyn std::error::Error>::is::<NoEnd>)
            {
                return Some(Kind::LengthUnknown);
            }
            return Some(match error.kind() {
                HttpErrorKind::Connect => Kind::Unreachable,
                HttpErrorKind::Timeout => Kind::NoAnswer,
                HttpErrorKind::Interrupted | HttpErrorKind::Decode => Kind::IncompleteBody,
                _ => Kind::Unreachable,
            });
        }
        cause = error.source();
    }
    None
}

/// Whether an error says that there is no such object. The client also takes a request that is not allowed for that.
pub(crate) fn is_absent(error: &Error) -> bool {
    // The text of the cause has the address with escapes, so that no name of an object looks like a status.
    matches!(error, Error::NotFound { source, .. } if status(&source.to_string()) != Some(405))
}

/// The status in the text of an error.
fn status(text: &str) -> Option<u16> {
    let (_, rest) = text.split_once("status code: ")?;
    rest.get(..3)?.parse().ok()
}

/// The code of the service in the body of its answer: letters only, so that it holds no secret.
fn code(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    let is_word = code.len() < 60 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_word.then_some(code)
}

fn sentence(kind: Kind, status: Option<u16>, code: Option<&str>) -> String {
    let what = match kind {
        Kind::NoSuchBucket => "the bucket does not exist",
        Kind::NoSuchObject => "the object does not exist",
        Kind::AccessDenied => "access is denied",
        Kind::BadCredentials => "the credentials are refused",
        Kind::NoCredentials => "no credentials were found",
        Kind::ExpiredCredentials => "the credentials have expired",
        Kind::ClockSkew => "the clock of this machine differs too much from that of the service",
        Kind::WrongRegion => "the bucket is in another region",
        Kind::SlowDown => "the service asks for fewer requests",
        Kind::ServerError => "the service failed",
        Kind::Unreachable => "no connection could be made",
        Kind::NoAnswer => "the service did not answer in time",
        Kind::IncompleteBody => "the connection ended before all bytes were there",
        Kind::LengthUnknown => {
            "the answer does not say where it ends, so that a cut one would look whole"
        }
        Kind::TooLarge => "the object is too large",
        Kind::Conflict => "the object was created or changed meanwhile",
        Kind::NotSupported => "the service does not support the request",
        Kind::BadKey => "the name is not allowed for an object",
        Kind::Other => "the request failed",
    };
    match (status, code) {
        (Some(status), Some(code)) => format!("{what} (HTTP {status}, {code})"),
        (Some(status), None) => format!("{what} (HTTP {status})"),
        (None, Some(code)) => format!("{what} ({code})"),
        (None, None) => what.into(),
    }
}

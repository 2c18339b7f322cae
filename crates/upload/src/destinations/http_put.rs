//! HTTP PUT: pre-signed addresses of object stores, and WebDAV. The query of an address is a
//! secret. Whether the file there has changed is recognised by its size and `ETag`, or by its bytes
//! if there is no `ETag`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::http::{self, Client, Exchange, Parts, Request};
use crate::destination::{Access, Destination, Scope, Shown, Spacing, Target};
use crate::payload::{self, Payload};
use crate::redact::Redactor;
use crate::secret::Secret;
use crate::speed::Speed;
use crate::verdict::{Action, Then, Verdict};

const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);

/// What follows when it remains unknown whether a picture arrived.
const LATER: Then = Then::Defer(HALF_AN_HOUR);

/// Most bytes of an answer that are read.
const LONGEST_ANSWER: usize = 64 * 1024;
const LONGEST_PICTURE: usize = 10_000_000;

const AGAIN: &str = "run the same command again later";

/// Why an address cannot be used. Errors do not repeat it, because it can contain secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// It is not an address.
    #[error("url must be an address like https://files.example/avatars/logo.jpg")]
    Form,
    /// It is not encrypted, so the secret could be read on the way.
    #[error("url must start with https://; http is for this machine only")]
    Insecure,
    /// It has a part that an address must not have here.
    #[error("url must have neither a user nor a fragment; a user goes into user")]
    Extra,
    /// It names a folder, not a file.
    #[error("url must name a file, not a folder")]
    Folder,
}

/// One file on a server, with the credential to write it.
#[derive(Debug, Clone)]
pub struct PutPlace {
    name: String,
    parts: Parts,
    query: Option<Secret>,
    /// Value of the header `Authorization`, if any.
    authorization: Option<Secret>,
    create_only: bool,
    /// The address at which the same file can be read, if it is another one.
    reader: Option<Box<PutPlace>>,
}

impl PutPlace {
    /// A file at `url`; `name` is the caller's name for it.
    ///
    /// # Errors
    /// [`PlaceError`] says what is wrong with the address, without repeating it.
    pub fn new(name: impl Into<String>, url: &str) -> Result<Self, PlaceError> {
        let mut parts = Parts::of(url).ok_or(PlaceError::Form)?;
        match parts.scheme.as_str() {
            "https" => {}
            "http" if parts.is_local() => {}
            _ => return Err(PlaceError::Insecure),
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
            name: name.into(),
            query: query.transpose()?,
            parts,
            authorization: None,
            create_only: false,
            reader: None,
        })
    }

    /// Sends a user name and a password (Basic).
    #[must_use]
    pub fn with_password(mut self, user: &str, password: &Secret) -> Self {
        let pair = format!("{user}:{}", password.reveal());
        let value = format!("Basic {}", base64(pair.as_bytes()));
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
        self.reader = Some(Box::new(Self::new("", url)?));
        Ok(self)
    }

    /// The address without its secrets, for messages.
    #[must_use]
    pub fn redacted_url(&self) -> String {
        let query = self.query.as_ref().map_or("", |_| "?***");
        format!("{}{query}", self.parts.base())
    }

    /// The values of a signed query and the credential, all of which are masked as secrets.
    fn secrets(&self) -> Vec<Secret> {
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

    fn url(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{}", self.parts.base(), query.reveal()),
            None => self.parts.base(),
        }
    }

    fn target(&self) -> Target {
        let scope = Scope {
            service: "http-put".into(),
            host: self.parts.host.clone(),
            id: String::new(),
        };
        let slot = self.parts.path.trim_start_matches('/').into();
        Target { scope, slot }
    }
}

/// The files of a run, by name.
pub struct HttpPut {
    places: HashMap<String, PutPlace>,
    client: Client,
    redactor: Redactor,
}

impl HttpPut {
    /// A destination for these files.
    #[must_use]
    pub fn new(places: Vec<PutPlace>, speed: Speed) -> Self {
        let redactor = Redactor::new(places.iter().flat_map(PutPlace::secrets));
        let places = places.into_iter();
        Self {
            places: places.map(|place| (place.name.clone(), place)).collect(),
            client: Client::new(speed),
            redactor,
        }
    }

    fn place(&self, name: &str) -> Result<&PutPlace, Verdict> {
        self.places.get(name).ok_or_else(|| {
            let text = format!("no account is called {name}");
            let hint = "add it to the accounts file";
            Verdict::new(Action::Fail, "no_account", text, hint)
        })
    }

    fn ask(&self, place: &PutPlace, verb: &'static str, most: usize) -> Exchange {
        let mut headers = vec![("Accept", "image/*".to_string())];
        headers.extend(authorization(place));
        self.client.ask(&Request {
            verb,
            url: &place.url(),
            headers,
            body: None,
            most,
        })
    }

    /// The bytes of the file; `None` if the server says that it does not exist.
    fn bytes(&self, place: &PutPlace) -> Result<Option<Vec<u8>>, Verdict> {
        let place = place.reader.as_deref().unwrap_or(place);
        let exchange = self.ask(place, "GET", LONGEST_PICTURE + 1);
        match exchange.status {
            200 if exchange.has_status(200) && exchange.body.len() <= LONGEST_PICTURE => {
                Ok(Some(exchange.body))
            }
            404 | 410 => Ok(None),
            _ => Err(self.unanswered(&exchange)),
        }
    }

    /// What an answer to a question means if it says nothing about the file.
    fn unanswered(&self, exchange: &Exchange) -> Verdict {
        let verdict = http::question(exchange);
        verdict.unwrap_or_else(|| http::harmless(self.verdict(exchange)))
    }

    fn verdict(&self, exchange: &Exchange) -> Verdict {
        if let Some(verdict) = http::transport(exchange, 1, LATER) {
            return verdict;
        }
        let status = exchange.status;
        let (action, code, text, hint) = meaning(status);
        let host = exchange.redirected_to.as_deref();
        let host = host.map_or_else(String::new, |host| {
            format!(", to {}", self.redactor.text(host))
        });
        let words = words(&exchange.body, &self.redactor);
        let text = format!("{text}{host}{words} (status {status})");
        let mut verdict = Verdict::new(action, code, text, hint);
        if matches!(verdict.action, Action::Wait { .. } | Action::Verify { .. }) {
            verdict.no_sooner = exchange.retry_after;
        }
        verdict
    }

    /// With `create_only` the file exists already: applied if it has the same bytes, otherwise
    /// refused.
    fn there_already(&self, place: &PutPlace, payload: &Payload, verdict: Verdict) -> Verdict {
        match self.bytes(place) {
            Ok(Some(bytes)) if bytes == payload.bytes() => {
                let mut verdict = Verdict::applied(link(place));
                verdict.text = "applied, it was there already".into();
                verdict
            }
            _ => verdict,
        }
    }
}

/// What an HTTP status means for a send.
fn meaning(status: u16) -> (Action, &'static str, &'static str, &'static str) {
    let later = |most| Action::Wait { most, then: LATER };
    let verify = |resends, then| Action::Verify { resends, then };
    match status {
        300..=399 => (
            Action::StopEndpoint,
            "redirected",
            "the server redirects, which is never followed",
            "put the final address into url if you trust it",
        ),
        401 => (
            Action::StopCredential,
            "bad_token",
            "the credential is not accepted",
            "check user and token",
        ),
        403 => (
            Action::Refuse,
            "forbidden",
            "the server does not allow it",
            "check the address: a signed one may have expired",
        ),
        404 | 409 => (
            Action::Fail,
            "no_folder",
            "the server has no such folder",
            "make the folder there, or correct url",
        ),
        405 | 501 => (
            Action::Refuse,
            "wrong_address",
            "nothing can be put there",
            "check url",
        ),
        408 => (
            verify(1, LATER),
            "request_timeout",
            "the server waited too long",
            AGAIN,
        ),
        412 => (
            Action::Refuse,
            "exists",
            "something else is there already",
            "remove it, or leave out create_only",
        ),
        413 => (
            Action::Refuse,
            "too_large",
            "the picture is too large for the server",
            "lower --max-bytes",
        ),
        423 => (later(4), "locked", "somebody has locked the file", AGAIN),
        429 => (
            later(4),
            "too_many_requests",
            "the server refused: too often",
            AGAIN,
        ),
        507 => (
            Action::Defer(HALF_AN_HOUR),
            "server_full",
            "the server has no space left",
            "make room there",
        ),
        400..=499 => (
            Action::Refuse,
            "client_error",
            "the server refused the request",
            "see the message",
        ),
        500..=599 => (
            verify(2, LATER),
            "server_error",
            "the server had a fault",
            AGAIN,
        ),
        _ => (
            verify(0, Then::Fail),
            "unexpected_answer",
            "the answer is none of those to a PUT",
            "check that url leads to a server that takes files",
        ),
    }
}

/// The server's own description of an error: the code of an object store, or one line of text.
fn words(body: &[u8], redactor: &Redactor) -> String {
    let text = String::from_utf8_lossy(body);
    let between = |open: &str, close: &str| {
        let (_, rest) = text.split_once(open)?;
        Some(rest.split_once(close)?.0.to_string())
    };
    let code = between("<Code>", "</Code>");
    let is_plain = !text.trim_start().starts_with('<') && !text.contains('\u{fffd}');
    let plain = || is_plain.then(|| text.lines().next().unwrap_or_default().to_string());
    let words = code.or_else(plain).unwrap_or_default();
    match redactor.text(words.trim()) {
        words if words.is_empty() => words,
        words => format!(": {words}"),
    }
}

fn authorization(place: &PutPlace) -> Option<(&'static str, String)> {
    let value = place.authorization.as_ref()?;
    Some(("Authorization", value.reveal().to_string()))
}

/// The address for people; `None` if it contains a secret.
fn link(place: &PutPlace) -> Option<String> {
    place.query.is_none().then(|| place.parts.base())
}

impl Destination for HttpPut {
    fn target(&self, account: &str) -> Option<Target> {
        self.places.get(account).map(PutPlace::target)
    }

    fn access(&self, account: &str) -> Access {
        let Some(place) = self.places.get(account) else {
            return Access::default();
        };
        let secret = |secret: &Option<Secret>| {
            let text = secret.as_ref().map_or("", Secret::reveal);
            text.to_string()
        };
        let (query, authorization) = (secret(&place.query), secret(&place.authorization));
        let only = if place.create_only { "create" } else { "" };
        Access {
            endpoint: place.parts.host.clone(),
            fingerprint: payload::fingerprint(&[&place.parts.base(), &query, &authorization, only]),
        }
    }

    fn spacing(&self, _: &str) -> Spacing {
        Spacing::NONE
    }

    fn request(&self, account: &str) -> String {
        let place = self.places.get(account);
        place.map_or_else(String::new, |place| format!("PUT {}", place.redacted_url()))
    }

    /// A file server has no accounts that could be not ready.
    fn ready(&self, account: &str) -> Result<(), Verdict> {
        self.place(account).map(drop)
    }

    fn shown(&self, account: &str) -> Result<Shown, Verdict> {
        let place = self.place(account)?;
        // An address that is signed for PUT refuses other methods.
        if place.reader.is_some() {
            let bytes = self.bytes(place)?;
            let named = bytes.map(|bytes| Shown::Bytes(payload::sha256(&bytes)));
            return Ok(named.unwrap_or(Shown::Nothing));
        }
        if place.query.is_some() {
            return Ok(Shown::Untold);
        }
        let exchange = self.ask(place, "HEAD", 0);
        match exchange.status {
            404 | 410 => return Ok(Shown::Nothing),
            403 | 405 | 501 => return Ok(Shown::Untold),
            200 => {}
            _ => return Err(self.unanswered(&exchange)),
        }
        let size = exchange.header("content-length");
        match (exchange.header("etag"), size) {
            (Some(etag), Some(size)) if !etag.starts_with("W/") => {
                let hash = payload::fingerprint(&[etag]);
                Ok(Shown::Version(format!("{size} bytes, etag {hash}")))
            }
            _ => {
                let bytes = self.bytes(place)?;
                let named = bytes.map(|bytes| Shown::Bytes(payload::sha256(&bytes)));
                Ok(named.unwrap_or(Shown::Nothing))
            }
        }
    }

    fn fetch(&self, account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        let place = self.place(account)?;
        match (&place.query, &place.reader) {
            (Some(_), None) => Ok(None),
            _ => self.bytes(place),
        }
    }

    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        let place = match self.place(account) {
            Ok(place) => place,
            Err(verdict) => return verdict,
        };
        let mut headers = vec![("Content-Type", payload.content_type().to_string())];
        headers.extend(authorization(place));
        if place.create_only {
            headers.push(("If-None-Match", "*".into()));
        }
        let exchange = self.client.send(&Request {
            verb: "PUT",
            url: &place.url(),
            headers,
            body: Some(Arc::from(payload.bytes())),
            most: LONGEST_ANSWER,
        });
        let is_done =
            matches!(exchange.status, 200 | 201 | 204) && exchange.phase == http::Phase::Answered;
        if is_done {
            return Verdict::applied(link(place));
        }
        let verdict = self.verdict(&exchange);
        match verdict.code {
            "exists" => self.there_already(place, payload, verdict),
            _ => verdict,
        }
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 for one header.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4 {
            let at = (bits >> (18 - 6 * index)) as usize & 63;
            let digit = ALPHABET.get(at).copied().unwrap_or(b'A');
            text.push(if index <= chunk.len() {
                digit.into()
            } else {
                '='
            });
        }
    }
    text
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
        ] {
            assert_eq!(PutPlace::new("a", url).err(), wanted, "{url}");
        }
        let place = PutPlace::new("a", "https://files.example/l.jpg?X-Sig=0123456789").unwrap();
        assert_eq!(place.redacted_url(), "https://files.example/l.jpg?***");
        assert!(!format!("{place:?}").contains("0123456789"), "{place:?}");
        assert_eq!(base64(b"user:pass"), "dXNlcjpwYXNz");
        assert_eq!(base64(b"a"), "YQ==");
    }
}

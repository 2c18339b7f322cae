//! HTTP PUT: pre-signed addresses of object stores, and WebDAV. The query of an address is a
//! secret. Whether the file there has changed is recognised by its size and `ETag`, or by its bytes
//! if there is no `ETag`.

mod meaning;
mod place;

use std::sync::Arc;

pub use place::{PlaceError, PutPlace};

use super::accounts::Accounts;
use super::http::{self, Client, Exchange, Method, Phase, Request};
use crate::destination::{Access, Destination, Shown, Spacing, Target};
use crate::payload::{self, Payload};
use crate::redact::Redactor;
use crate::speed::Speed;
use crate::verdict::Verdict;
use meaning::{LATER, meaning, words};
use place::Reading;

/// Most bytes of an answer that are read.
const LONGEST_ANSWER: usize = 64 * 1024;
const LONGEST_PICTURE: usize = 10_000_000;

/// The status for a file that exists, although it was only to be created.
const TAKEN: u16 = 412;

/// The files of a run, by name.
pub struct HttpPut {
    places: Accounts<PutPlace>,
    client: Client,
    redactor: Redactor,
}

impl HttpPut {
    /// A destination for these files.
    #[must_use]
    pub fn new(places: Vec<PutPlace>, speed: Speed) -> Self {
        let redactor = Redactor::new(places.iter().flat_map(PutPlace::secrets));
        Self {
            places: Accounts::new(places, |place| &place.name),
            client: Client::new(speed),
            redactor,
        }
    }

    fn ask(&self, place: &PutPlace, verb: Method, most: usize) -> Exchange {
        let mut headers = vec![("Accept", "image/*".to_string())];
        headers.extend(place.authorization());
        self.client.ask(&Request {
            verb,
            url: &place.url(),
            headers,
            body: None,
            most,
            asks_first: false,
        })
    }

    /// The bytes of the file; `None` if the server says that it does not exist.
    fn bytes(&self, place: &PutPlace) -> Result<Option<Vec<u8>>, Verdict> {
        let exchange = self.ask(place, Method::GET, LONGEST_PICTURE + 1);
        match exchange.status {
            200 if exchange.has_status(200) && exchange.body.len() <= LONGEST_PICTURE => {
                Ok(Some(exchange.body))
            }
            404 | 410 => Ok(None),
            _ => Err(self.unanswered(&exchange)),
        }
    }

    fn shown_bytes(&self, place: &PutPlace) -> Result<Shown, Verdict> {
        let bytes = self.bytes(place)?;
        let named = bytes.map(|bytes| Shown::Bytes(payload::sha256(&bytes)));
        Ok(named.unwrap_or(Shown::Nothing))
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
        let words = words(&exchange.body, &self.redactor);
        let text = format!("{text}{words} (status {status})");
        let verdict = Verdict::new(action, code, text, hint);
        http::with_headers(verdict, exchange, &self.redactor)
    }

    /// The verdict on a place with `create_only` that already holds a file. It is checked because
    /// many servers ignore `If-None-Match` and would replace the file. `None` if there is no file,
    /// or if the server does not say.
    fn taken(&self, place: &PutPlace, payload: &Payload) -> Option<Verdict> {
        let held = match place.reading() {
            Reading::Here => self.bytes(place),
            Reading::Elsewhere(reader) => self.bytes(reader),
            Reading::Never => return None,
        };
        match held {
            Ok(None) => None,
            Ok(Some(bytes)) if bytes == payload.bytes() => {
                let mut verdict = Verdict::applied(place.link());
                verdict.text = "applied, it was there already".into();
                Some(verdict)
            }
            Ok(Some(_)) => {
                let (action, code, text, hint) = meaning(TAKEN);
                Some(Verdict::new(action, code, text, hint))
            }
            // A server that accepts files but shows none is only asked, by a header, not to replace
            // anything.
            Err(verdict) if ["forbidden", "wrong_address"].contains(&verdict.code) => None,
            Err(verdict) => Some(verdict),
        }
    }

    /// The verdict after a successful PUT. For `create_only` it says whether something may have
    /// been replaced.
    fn put(place: &PutPlace, status: u16) -> Verdict {
        let mut verdict = Verdict::applied(place.link());
        if !place.create_only {
            return verdict;
        }
        if matches!(place.reading(), Reading::Never) {
            verdict.text = "applied; whether it replaced a file is not known".into();
            verdict.hint = "add read_url, the address at which the file can be read";
        } else if status == 204 {
            verdict.text = "applied, and the server says that it replaced something that came in \
                            between"
                .into();
            verdict.hint = "the server ignores create_only";
        }
        verdict
    }
}

impl Destination for HttpPut {
    fn target(&self, account: &str) -> Option<Target> {
        self.places.find(account).map(PutPlace::target)
    }

    fn access(&self, account: &str) -> Access {
        let place = self.places.find(account);
        place.map(PutPlace::access).unwrap_or_default()
    }

    fn spacing(&self, _: &str) -> Spacing {
        Spacing::NONE
    }

    fn request(&self, account: &str) -> String {
        let place = self.places.find(account);
        place.map_or_else(String::new, |place| format!("PUT {}", place.redacted_url()))
    }

    /// A file server has no accounts, so it is always ready.
    fn ready(&self, account: &str) -> Result<(), Verdict> {
        self.places.get(account).map(drop)
    }

    fn shown(&self, account: &str) -> Result<Shown, Verdict> {
        let place = self.places.get(account)?;
        match place.reading() {
            Reading::Elsewhere(reader) => return self.shown_bytes(reader),
            Reading::Never => return Ok(Shown::Untold),
            Reading::Here => {}
        }
        let exchange = self.ask(place, Method::HEAD, 0);
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
            _ => self.shown_bytes(place),
        }
    }

    fn fetch(&self, account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        let place = self.places.get(account)?;
        match place.reading() {
            Reading::Here => self.bytes(place),
            Reading::Elsewhere(reader) => self.bytes(reader),
            Reading::Never => Ok(None),
        }
    }

    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        let place = match self.places.get(account) {
            Ok(place) => place,
            Err(verdict) => return verdict,
        };
        let mut headers = vec![("Content-Type", payload.content_type().to_string())];
        headers.extend(place.authorization());
        if place.create_only {
            if let Some(verdict) = self.taken(place, payload) {
                return verdict;
            }
            headers.push(("If-None-Match", "*".into()));
        }
        let exchange = self.client.send(&Request {
            verb: Method::PUT,
            url: &place.url(),
            headers,
            body: Some(Arc::from(payload.bytes())),
            most: LONGEST_ANSWER,
            asks_first: false,
        });
        match (exchange.phase, exchange.status) {
            (Phase::Answered, status @ (200 | 201 | 204)) => Self::put(place, status),
            (Phase::Answered, TAKEN) => {
                let verdict = self.taken(place, payload);
                verdict.unwrap_or_else(|| self.verdict(&exchange))
            }
            _ => self.verdict(&exchange),
        }
    }
}

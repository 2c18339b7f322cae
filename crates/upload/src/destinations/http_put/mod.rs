//! HTTP PUT: pre-signed addresses of object stores, and WebDAV. The query of an address is a
//! secret. Whether the file there has changed is recognised by its size and `ETag`, or by its bytes
//! if there is no `ETag`.

mod key;
mod place;
mod place_error;
mod statuses;
mod success;

use std::sync::Arc;

pub use place::PutPlace;
pub use place_error::PlaceError;

use super::http::{self, Exchange, Method, Phase, Request, Service};
use crate::destination::{Access, Destination, Shown, Spacing, Target};
use crate::payload::{self, Payload};
use crate::time_scale::TimeScale;
use crate::verdict::Verdict;
use place::Reading;
use statuses::of_status;
pub use statuses::put_answered;
use success::says_otherwise;

/// Most bytes of an answer that are read.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The status for a file that exists, although it was only to be created.
const TAKEN: u16 = 412;

/// A file on a server.
pub struct HttpPut {
    place: PutPlace,
    service: Arc<Service>,
}

impl HttpPut {
    /// Destinations for these files, in the same order.
    #[must_use]
    pub fn of(places: Vec<PutPlace>, speed: TimeScale) -> Vec<Self> {
        let service = Service::new(places.iter().flat_map(PutPlace::secrets), speed);
        let of = |place| Self {
            place,
            service: Arc::clone(&service),
        };
        places.into_iter().map(of).collect()
    }

    fn ask(&self, place: &PutPlace, verb: Method, most: usize) -> Exchange {
        let mut headers = vec![("Accept", "image/*".to_string())];
        headers.extend(place.authorization());
        self.service.client.ask(&Request {
            verb,
            url: &place.url(),
            headers,
            body: None,
            most,
            asks_first: false,
        })
    }

    /// The bytes of the file.
    fn held(&self) -> Result<Held, Verdict> {
        let place = match self.place.reading() {
            Reading::Here => &self.place,
            Reading::Elsewhere(reader) => reader,
            Reading::Never => return Ok(Held::Unknown),
        };
        let exchange = self.ask(place, Method::GET, http::LONGEST_PICTURE + 1);
        match exchange.status {
            200 if exchange.has_status(200) && exchange.body.len() <= http::LONGEST_PICTURE => {
                Ok(Held::File(exchange.body))
            }
            404 | 410 => Ok(Held::Nothing),
            _ => Err(self.unanswered(&exchange)),
        }
    }

    fn shown_bytes(&self) -> Result<Shown, Verdict> {
        Ok(match self.held()? {
            Held::Nothing => Shown::Nothing,
            Held::File(bytes) => Shown::Bytes(payload::sha256(&bytes)),
            Held::Unknown => Shown::Untold,
        })
    }

    /// What an answer to a question means if it says nothing about the file.
    fn unanswered(&self, exchange: &Exchange) -> Verdict {
        http::unanswered(exchange, || self.verdict(exchange))
    }

    fn verdict(&self, exchange: &Exchange) -> Verdict {
        if let Some(verdict) = http::transport(exchange) {
            return verdict;
        }
        let redactor = &self.service.redactor;
        let verdict = put_answered(exchange.status, &exchange.body, redactor);
        http::with_headers(verdict, exchange, redactor)
    }

    /// For `create_only`: makes sure that there is no file, because many servers ignore
    /// `If-None-Match` and would replace it. Returns false if the server does not say; the header
    /// is all that protects the file then.
    ///
    /// # Errors
    /// The verdict on a place that holds a file, or that could not be asked now.
    fn is_free(&self, payload: &Payload) -> Result<bool, Verdict> {
        match self.held() {
            Ok(Held::Nothing) => Ok(true),
            Ok(Held::Unknown) => Ok(false),
            Ok(Held::File(bytes)) if bytes == payload.bytes() => {
                let mut verdict = Verdict::applied(self.place.link());
                verdict.text = "applied, it was there already".into();
                Err(verdict)
            }
            Ok(Held::File(_)) => Err(of_status(TAKEN).verdict()),
            // A server can accept files and show none.
            Err(verdict) if ["forbidden", "wrong_address"].contains(&verdict.code) => Ok(false),
            Err(verdict) => Err(verdict),
        }
    }

    /// The verdict after a successful PUT. For `create_only` it says whether something was or may
    /// have been replaced.
    fn put(&self, status: u16, was_free: bool) -> Verdict {
        let mut verdict = Verdict::applied(self.place.link());
        if self.place.create_only && !was_free {
            verdict.code = "may_have_replaced";
            verdict.text = "applied; whether it replaced a file is not known".into();
            verdict.hint = "add read_url, the address at which the file can be read";
        } else if self.place.create_only && status == 204 {
            verdict.code = "has_replaced";
            verdict.text = "applied, and the server says that it replaced something that came in \
                            between"
                .into();
            verdict.hint = "the server ignores create_only";
        }
        verdict
    }
}

/// What a place holds.
enum Held {
    Nothing,
    File(Vec<u8>),
    /// The server does not say.
    Unknown,
}

impl Destination for HttpPut {
    fn target(&self) -> Target {
        self.place.target()
    }

    fn former_targets(&self) -> Vec<Target> {
        self.place.former_targets()
    }

    fn own_former_targets(&self) -> Vec<Target> {
        self.place.own_former_targets()
    }

    fn access(&self) -> Access {
        self.place.access()
    }

    fn spacing(&self) -> Spacing {
        Spacing::NONE
    }

    fn request(&self) -> String {
        format!("PUT {}", self.place.redacted_url())
    }

    /// A file server has no accounts, so it is always ready.
    fn ready(&self) -> Result<(), Verdict> {
        Ok(())
    }

    fn shown(&self) -> Result<Shown, Verdict> {
        if !matches!(self.place.reading(), Reading::Here) {
            return self.shown_bytes();
        }
        let exchange = self.ask(&self.place, Method::HEAD, 0);
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
            _ => self.shown_bytes(),
        }
    }

    fn fetch(&self) -> Result<Option<Vec<u8>>, Verdict> {
        Ok(match self.held()? {
            Held::File(bytes) => Some(bytes),
            Held::Nothing | Held::Unknown => None,
        })
    }

    /// File servers keep files as they are.
    fn keeps_bytes(&self) -> bool {
        true
    }

    fn send(&self, payload: &Payload) -> Verdict {
        let place = &self.place;
        let mut headers = vec![("Content-Type", payload.content_type().to_string())];
        headers.extend(place.authorization());
        if place.is_azure() {
            headers.push(("x-ms-blob-type", "BlockBlob".into()));
        }
        let mut was_free = true;
        if place.create_only {
            match self.is_free(payload) {
                Ok(known) => was_free = known,
                Err(verdict) => return verdict,
            }
            headers.push(("If-None-Match", "*".into()));
        }
        let exchange = self.service.client.send(&Request {
            verb: Method::PUT,
            url: &place.url(),
            headers,
            body: Some(Arc::from(payload.bytes())),
            most: LONGEST_ANSWER,
            asks_first: false,
        });
        match (exchange.phase, exchange.status) {
            (Phase::Answered, 200) if says_otherwise(&exchange.body) => self.verdict(&exchange),
            (Phase::Answered, status @ (200 | 201 | 204)) => self.put(status, was_free),
            (Phase::Answered, TAKEN) => {
                let taken = self.is_free(payload).err();
                taken.unwrap_or_else(|| self.verdict(&exchange))
            }
            _ => self.verdict(&exchange),
        }
    }
}

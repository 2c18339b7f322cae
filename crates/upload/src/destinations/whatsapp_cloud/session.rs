//! The resumable upload: open a session, send the bytes from an offset on, and receive a handle for
//! them.

use serde_json::Value;

use super::{CloudAccount, LONGEST_ANSWER, WhatsappCloud};
use crate::destinations::http::{Exchange, Method, Phase, Request};
use crate::destinations::row::{AGAIN, LATER, row};
use crate::payload::Payload;
use crate::verdict::{Action, Verdict};

/// How often an upload that broke is continued.
const MOST_RESUMES: u32 = 3;

impl WhatsappCloud {
    /// Uploads the bytes and returns the handle by which the service knows them.
    pub(super) fn upload(&self, payload: &Payload) -> Result<String, Verdict> {
        let session = self.open(payload)?;
        let mut offset = 0;
        for resumes in 0.. {
            let exchange = self.put(&session, payload, offset);
            if let Some(handle) = text(&exchange, "h") {
                return Ok(handle);
            }
            let is_cut = exchange.phase != Phase::Answered || exchange.status >= 500;
            if !is_cut || resumes == MOST_RESUMES {
                return Err(self.verdict(&exchange));
            }
            offset = self.offset(&session, payload)?;
        }
        Err(unfinished())
    }

    /// Opens a session for a file of this name, length and type.
    fn open(&self, payload: &Payload) -> Result<String, Verdict> {
        let (name, length) = (payload.file_name(), payload.bytes().len());
        let kind = payload.content_type();
        let query = format!("file_name={name}&file_length={length}&file_type={kind}");
        let exchange = self.service.client.send(&Request {
            verb: Method::POST,
            url: &self
                .account
                .url(&format!("{}/uploads?{query}", self.account.app)),
            // The client leaves the length of an empty body out, and strict gateways ask for it.
            headers: vec![self.account.bearer(), ("Content-Length", "0".into())],
            body: Some(Vec::new().into()),
            most: LONGEST_ANSWER,
            asks_first: false,
        });
        let id = text(&exchange, "id").filter(|id| is_session(id));
        id.ok_or_else(|| self.verdict(&exchange))
    }

    fn put(&self, session: &str, payload: &Payload, offset: usize) -> Exchange {
        let rest = payload.bytes().get(offset..).unwrap_or_default();
        self.service.client.send(&Request {
            verb: Method::POST,
            url: &self.account.url(session),
            headers: vec![
                oauth(&self.account),
                ("file_offset", offset.to_string()),
                ("Content-Type", "application/octet-stream".into()),
            ],
            body: Some(rest.into()),
            most: LONGEST_ANSWER,
            asks_first: true,
        })
    }

    /// The offset from which the session needs the bytes. If it has all of them but its answer with
    /// the handle was lost, the handle cannot be asked for again: the next attempt opens another
    /// session.
    fn offset(&self, session: &str, payload: &Payload) -> Result<usize, Verdict> {
        let exchange = self.service.client.ask(&Request {
            verb: Method::GET,
            url: &self.account.url(session),
            headers: vec![oauth(&self.account)],
            body: None,
            most: LONGEST_ANSWER,
            asks_first: false,
        });
        let json: Value = serde_json::from_slice(&exchange.body).unwrap_or_default();
        let offset = json.get("file_offset").filter(|_| exchange.has_status(200));
        let offset = offset.and_then(|offset| {
            let text = offset.as_str().and_then(|text| text.parse().ok());
            offset.as_u64().or(text)
        });
        let offset = offset.and_then(|offset| usize::try_from(offset).ok());
        match offset {
            Some(offset) if offset < payload.bytes().len() => Ok(offset),
            Some(_) => Err(unfinished()),
            None => Err(self.verdict(&exchange)),
        }
    }
}

fn unfinished() -> Verdict {
    let action = Action::Wait {
        most: 3,
        then: LATER,
    };
    let text = "the service lost the upload before the picture was set";
    row("upload_lost", action, text, AGAIN).verdict()
}

/// The header with the token in the form that the resumable upload requires.
fn oauth(account: &CloudAccount) -> (&'static str, String) {
    ("Authorization", format!("OAuth {}", account.token.reveal()))
}

/// Whether this can be the id of a session. It becomes part of an address, so it must not change
/// where that leads.
fn is_session(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":-_=?&.%+".contains(&byte);
    id.starts_with("upload:") && id.bytes().all(is_plain)
}

/// The text under a key of an answer with status 200.
fn text(exchange: &Exchange, key: &str) -> Option<String> {
    if !exchange.has_status(200) {
        return None;
    }
    let json: Value = serde_json::from_slice(&exchange.body).ok()?;
    let text = json.get(key)?.as_str().filter(|text| !text.is_empty())?;
    Some(text.into())
}

//! Records of requests and answers, and what tests ask about them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Part;

/// One request.
#[derive(Debug, Clone)]
pub struct Record {
    /// When its head had arrived, by the server's clock.
    pub arrived: Duration,
    /// When the answer began to be sent; the client cannot have it sooner.
    pub replied: Duration,
    /// When it was answered.
    pub answered: Duration,
    /// The verb.
    pub verb: String,
    /// The path, including the token.
    pub path: String,
    /// The account it names.
    pub id: String,
    /// The method it names, in lower case.
    pub method: String,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// How long its body was.
    pub length: usize,
    /// SHA-256 of its body.
    pub sha256: String,
    /// The parts of its form.
    pub parts: Vec<Part>,
    /// The status answered, 0 for none.
    pub status: u16,
    /// The server's decision, as a word.
    pub verdict: String,
}

impl Record {
    /// Whether it carried a picture.
    #[must_use]
    pub fn is_post(&self) -> bool {
        self.verb == "POST" && self.method == "setprofilepicture"
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, wanted: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether it names this method, in any case.
    #[must_use]
    pub fn asks(&self, method: &str) -> bool {
        self.method.eq_ignore_ascii_case(method)
    }

    /// The record as JSON, with the token masked.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "arrived": self.arrived.as_secs_f64(),
            "replied": self.replied.as_secs_f64(),
            "answered": self.answered.as_secs_f64(),
            "verb": self.verb,
            "path": masked(&self.path),
            "id": self.id,
            "method": self.method,
            "length": self.length,
            "sha256": self.sha256,
            "status": self.status,
            "verdict": self.verdict,
            "parts": self.parts.iter().map(part).collect::<Vec<_>>(),
        })
    }
}

fn part(part: &Part) -> Value {
    json!({
        "name": part.name, "filename": part.filename, "content_type": part.content_type,
        "length": part.length, "sha256": part.sha256,
    })
}

/// The path without the token after the method.
pub(crate) fn masked(path: &str) -> String {
    let Some((base, call)) = path.split_once("/waInstance") else {
        return path.into();
    };
    let mut segments = call.splitn(3, '/');
    match (segments.next(), segments.next(), segments.next()) {
        (Some(id), Some(method), Some(_)) => format!("{base}/waInstance{id}/{method}/***"),
        _ => path.into(),
    }
}

/// All requests of a server so far.
#[derive(Debug, Clone, Default)]
pub struct Records(pub Vec<Record>);

impl Records {
    /// Requests that carried a picture, of one account or of all.
    #[must_use]
    pub fn posts(&self, id: Option<&str>) -> Vec<&Record> {
        let of = |record: &&Record| record.is_post() && id.is_none_or(|id| record.id == id);
        self.0.iter().filter(of).collect()
    }

    /// The shortest time between the arrivals of two pictures of one account.
    #[must_use]
    pub fn shortest_spacing(&self) -> Option<Duration> {
        self.pairs()
            .map(|(first, next)| next.arrived.saturating_sub(first.arrived))
            .min()
    }

    /// Whether an account ever got a picture before the last one was answered.
    #[must_use]
    pub fn overlaps(&self) -> bool {
        self.pairs()
            .any(|(first, next)| next.arrived < first.answered)
    }

    /// Whether all bodies that were sent to an account are the same, byte for byte.
    #[must_use]
    pub fn bodies_are_equal(&self) -> bool {
        self.pairs()
            .all(|(first, next)| first.sha256 == next.sha256)
    }

    /// Pictures of one account that follow one another.
    fn pairs(&self) -> impl Iterator<Item = (&Record, &Record)> {
        self.0.iter().enumerate().filter_map(|(index, first)| {
            let is_next = |next: &&Record| next.is_post() && next.id == first.id;
            let next = self.0.get(index + 1..)?.iter().find(is_next)?;
            first.is_post().then_some((first, next))
        })
    }
}

//! One delivery as programs and people read it.

use avatar_upload::{Entry, Status, display_time};
use serde::Serialize;

use super::hints::in_flags;
use super::row::AccountRow;
use super::services;

/// Version of the records; within one, keys and codes keep their meaning.
pub(super) const SCHEMA: u32 = 1;

/// One delivery; part of the documented records. It contains no token.
#[derive(Debug, Serialize)]
pub(super) struct DeliveryRecord<'a> {
    event: &'static str,
    schema: u32,
    account: &'a str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_instance: Option<&'a str>,
    host: &'a str,
    picture: &'a str,
    sha256: &'a str,
    status: &'a str,
    code: &'a str,
    message: &'a str,
    hint: &'a str,
    shown: Option<&'a str>,
    not_before: Option<String>,
    sends: u32,
}

impl<'a> DeliveryRecord<'a> {
    /// An entry of the journal under a status.
    pub(super) fn of(entry: &'a Entry, status: &'a str) -> Self {
        Self {
            event: "delivery",
            schema: SCHEMA,
            account: &entry.account,
            id: entry.target.id(),
            id_instance: services::id_instance(&entry.target),
            host: &entry.target.scope.host,
            picture: &entry.picture,
            sha256: &entry.sha256,
            status,
            code: &entry.code,
            message: &entry.message,
            hint: in_flags(&entry.hint),
            shown: entry.link.as_deref(),
            not_before: entry.not_before.map(display_time),
            sends: entry.sends,
        }
    }

    /// A delivery that was rejected before it began: code, message and hint.
    pub(super) fn rejected(
        row: &'a AccountRow,
        picture: &'a str,
        [code, message, hint]: [&'a str; 3],
    ) -> Self {
        Self {
            event: "delivery",
            schema: SCHEMA,
            account: &row.label,
            id: row.recorded_id.clone(),
            id_instance: services::written_id_instance(row),
            host: "",
            picture,
            sha256: "",
            status: "rejected",
            code,
            message,
            hint,
            shown: None,
            not_before: None,
            sends: 0,
        }
    }
}

/// The name of a status in records and lines.
pub(super) fn status_name(status: Status) -> &'static str {
    match status {
        Status::Applied => "applied",
        Status::UpToDate => "up_to_date",
        Status::Rejected => "rejected",
        Status::Deferred => "deferred",
        Status::Unknown => "unknown",
        Status::NotStarted => "not_started",
    }
}

/// Whether the account shows the picture, or did before another one was sent.
pub(super) fn is_good(status: &str) -> bool {
    matches!(status, "applied" | "up_to_date" | "replaced")
}

/// The line that people read of an entry.
pub(super) fn line(entry: &Entry, status: &str) -> String {
    let id = entry.target.id();
    let mut line = format!("{status} {} -> {} ({id})", entry.picture, entry.account);
    if !is_good(status) {
        line.push_str(&format!(": {} [{}]", entry.message, entry.code));
    } else if entry.message != "applied" {
        line.push_str(&format!(": {}", entry.message));
    }
    if let Some(time) = entry.not_before {
        line.push_str(&format!(", not before {}", display_time(time)));
    }
    line
}

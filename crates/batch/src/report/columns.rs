//! What the tables and sentences of reports consist of.

/// Columns of a CSV report: the keys of a record that hold one value or a list, in the order of
/// the documents.
pub(super) const PICTURES: [&str; 27] = [
    "source",
    "output",
    "status",
    "code",
    "message",
    "hint",
    "format",
    "width",
    "height",
    "orientation",
    "size",
    "bytes",
    "quality",
    "subsampling",
    "background",
    "progressive",
    "trials",
    "headroom",
    "score",
    "ms",
    "memory",
    "notes",
    "flags",
    "change",
    "since",
    "preset",
    "key",
];

/// Columns of a table of deliveries, in the order of the documents.
pub(super) const DELIVERIES: [&str; 13] = [
    "account",
    "id",
    "id_instance",
    "host",
    "picture",
    "sha256",
    "status",
    "code",
    "message",
    "hint",
    "shown",
    "not_before",
    "sends",
];

/// The keys of the numbers in a summary of deliveries.
pub(super) const STATUSES: [&str; 6] = [
    "applied",
    "up_to_date",
    "rejected",
    "deferred",
    "unknown",
    "not_started",
];

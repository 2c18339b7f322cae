//! Parses the parts of a form strictly, and records what each contains.

use sha2::{Digest, Sha256};

/// One part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `name` of its disposition.
    pub name: String,
    /// `filename` of its disposition.
    pub filename: Option<String>,
    /// Its `Content-Type`.
    pub content_type: Option<String>,
    /// Names of its headers, in order.
    pub head: Vec<String>,
    /// Length of its content in bytes.
    pub length: usize,
    /// SHA-256 of its content.
    pub sha256: String,
    pub(crate) bytes: Vec<u8>,
}

/// The boundary in the `Content-Type` of a request.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    parameter(rest, "boundary").filter(|boundary| !boundary.is_empty())
}

/// Splits a body into its parts; a malformed one has none.
pub(crate) fn parts(body: &[u8], boundary: &str) -> Vec<Part> {
    let opening = format!("--{boundary}");
    let separator = format!("\r\n--{boundary}");
    let mut found = Vec::new();
    let Some(mut rest) = find(body, opening.as_bytes()).map(|at| &body[at + opening.len()..])
    else {
        return found;
    };
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let Some(end) = find(part, separator.as_bytes()) else {
            break;
        };
        found.extend(one(&part[..end]));
        rest = &part[end + separator.len()..];
    }
    found
}

fn one(part: &[u8]) -> Option<Part> {
    let end = find(part, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&part[..end]).into_owned();
    let bytes = part[end + 4..].to_vec();
    let lines: Vec<(&str, &str)> = head
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .collect();
    let line = |wanted: &str| {
        let line = lines
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        line.map(|(_, value)| value.trim())
    };
    let disposition = line("content-disposition")?;
    Some(Part {
        name: parameter(disposition, "name")?,
        filename: parameter(disposition, "filename"),
        content_type: line("content-type").map(str::to_string),
        head: lines.iter().map(|(name, _)| (*name).to_string()).collect(),
        length: bytes.len(),
        sha256: sha256(&bytes),
        bytes,
    })
}

/// A parameter of a header, quoted or not.
fn parameter(text: &str, wanted: &str) -> Option<String> {
    text.split(';').find_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        let is_it = name.trim().eq_ignore_ascii_case(wanted);
        is_it.then(|| value.trim().trim_matches('"').to_string())
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

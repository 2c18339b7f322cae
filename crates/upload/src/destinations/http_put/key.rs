//! The names under which a place is known: one place has one, however its address is written.

use std::collections::BTreeSet;

use crate::destinations::http::Parts;
use crate::payload;

/// How the names of parameters begin that sign an address, in small letters. They change each time it is signed,
/// and the place stays the same.
const SIGNING: [&str; 5] = ["x-amz-", "x-goog-", "x-oss-", "x-cos-", "x-obs-"];

/// Parameters that belong to a signature, if there is one: services use common words here.
const WORDS: [&str; 8] = [
    "awsaccesskeyid",
    "googleaccessid",
    "ossaccesskeyid",
    "accesskeyid",
    "key-pair-id",
    "policy",
    "expires",
    "security-token",
];

/// Parameters that are nothing but a signature, and the name of the operation that S3's own libraries add.
const ALWAYS: [&str; 3] = ["sig", "signature", "x-id"];

/// Parameters of a shared access signature of Azure, which always has `sv` and `sig`.
const SHARED_ACCESS: [&str; 27] = [
    "sv", "ss", "srt", "sr", "sp", "st", "se", "spr", "sip", "si", "sig", "sdd", "ses", "skoid",
    "sktid", "skt", "ske", "sks", "skv", "saoid", "suoid", "scid", "rscc", "rscd", "rsce", "rscl",
    "rsct",
];

/// Which of the usual signatures a query has.
struct Signature {
    has_words: bool,
    is_shared_access: bool,
    is_of_cos: bool,
}

impl Signature {
    fn of(names: &BTreeSet<String>) -> Self {
        let has = |name: &str| names.contains(name);
        Self {
            has_words: has("signature") || has("sig"),
            is_shared_access: has("sv") && has("sig"),
            is_of_cos: has("q-signature"),
        }
    }

    /// Whether a parameter belongs to the signature, so that it says nothing about the place.
    fn contains(&self, name: &str) -> bool {
        SIGNING.iter().any(|prefix| name.starts_with(prefix))
            || ALWAYS.contains(&name)
            || self.is_of_cos && name.starts_with("q-")
            || self.has_words && WORDS.contains(&name)
            || self.is_shared_access && SHARED_ACCESS.contains(&name)
    }
}

/// Whether a query is a shared access signature of Azure.
pub(super) fn is_shared_access(query: &str) -> bool {
    Signature::of(&names(query)).is_shared_access
}

fn names(query: &str) -> BTreeSet<String> {
    fields(query)
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect()
}

fn fields(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let fields = query.split('&').filter(|field| !field.is_empty());
    fields.map(|field| field.split_once('=').unwrap_or((field, "")))
}

/// The path of the file, and a fingerprint of what its query says besides the signature: that can be a secret, but it
/// can also name the file.
pub(super) fn quick_slot(parts: &Parts, query: &str) -> String {
    let path = plain(parts.path.trim_start_matches('/'));
    let signature = Signature::of(&names(query));
    let mut rest: Vec<String> = fields(query)
        .filter(|(name, _)| !signature.contains(&name.to_ascii_lowercase()))
        .map(|(name, value)| format!("{}={}", plain(name), plain(value)))
        .collect();
    if rest.is_empty() {
        return path;
    }
    rest.sort();
    format!("{path}?{}", payload::fingerprint(&[&rest.join("&")]))
}

/// A text in which signs are encoded only where that has a meaning: `%61` is `a`, and `%c3` is `%C3`.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        plain.push_str(before);
        let byte = after
            .get(..2)
            // The parser of numbers also accepts a sign.
            .filter(|digits| digits.bytes().all(|it| it.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                plain.push(char::from(byte));
                after.get(2..).unwrap_or_default()
            }
            Some(byte) => {
                plain.push_str(&format!("%{byte:02X}"));
                after.get(2..).unwrap_or_default()
            }
            None => {
                plain.push('%');
                after
            }
        };
    }
    plain + rest
}

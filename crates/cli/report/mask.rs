//! What may be shown of a text into which a token can have slipped by mistake. Words of servers are
//! the business of [`avatar_upload::Redactor`].

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use avatar_upload::{Secret, check_id};

/// Stands where a token stood.
const MASK: &str = "***";

/// Hexadecimal digits of every token that was seen so far; hashes have 32, 40 or 64.
const TOKEN_DIGITS: usize = 50;

/// How often a text may have been escaped.
const MOST_ESCAPES: usize = 3;

/// Tokens that were read, in lower case. They are the process's, so that nothing that is shown
/// depends on who was told of them.
static KNOWN: RwLock<BTreeSet<String>> = RwLock::new(BTreeSet::new());

/// From now on this token is masked; what is too short for one would tear texts apart, and the
/// number of an account is none.
pub(crate) fn learn(token: &str) {
    let token = token.trim().to_ascii_lowercase();
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    let is_token = Secret::new(&token).is_ok() && check_id(&token).is_err();
    if is_token {
        known.insert(token);
    }
}

/// The text, with a mask for each word that holds a known token in any spelling, and for what has
/// the form of one.
pub(crate) fn text(text: &str) -> String {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    let mut shown = String::with_capacity(text.len());
    for piece in text.split_inclusive(is_gap) {
        let word = piece.trim_end_matches(is_gap);
        let plain = plain(word);
        match known.iter().any(|token| plain.contains(token)) {
            true => shown.push_str(MASK),
            false => shown.push_str(&without_digits(word)),
        }
        shown.push_str(piece.get(word.len()..).unwrap_or_default());
    }
    shown
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || "\"'`,;()<>".contains(c)
}

/// A word in lower case, without escapes.
fn plain(word: &str) -> String {
    let mut plain = word.to_ascii_lowercase();
    for _ in 0..MOST_ESCAPES {
        plain = unescaped(&plain);
    }
    plain
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (c, length) = escape(rest).unwrap_or((first, first.len_utf8()));
        plain.push(c.to_ascii_lowercase());
        rest = rest.get(length..).unwrap_or_default();
    }
    plain
}

/// The ASCII character that the escape at the start of `rest` stands for, and the escape's length.
fn escape(rest: &str) -> Option<(char, usize)> {
    ["%", "\\\\u00", "\\u00"].into_iter().find_map(|prefix| {
        let digits = rest.strip_prefix(prefix)?.get(..2)?;
        let value = u8::from_str_radix(digits, 16).ok();
        let value = value.filter(u8::is_ascii)?;
        Some((value.into(), prefix.len() + digits.len()))
    })
}

/// A mask for each run of exactly as many hexadecimal digits as tokens have.
fn without_digits(word: &str) -> String {
    let mut shown = String::with_capacity(word.len());
    for piece in word.split_inclusive(|c: char| !c.is_ascii_hexdigit()) {
        let digits = piece.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
        shown.push_str(match digits.len() {
            TOKEN_DIGITS => MASK,
            _ => digits,
        });
        shown.push_str(piece.get(digits.len()..).unwrap_or_default());
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tokens_go_in_every_spelling() {
        let token = "nobodys-Token_of_the-mask";
        assert_eq!(text(token), token);
        learn("short");
        learn(token);
        let encoded: String = token.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let json: String = token
            .bytes()
            .map(|byte| format!("\\u00{byte:02X}"))
            .collect();
        let twice = encoded.replace('%', "%25");
        for form in [token, &token.to_uppercase(), &encoded, &twice, &json] {
            let shown = text(&format!("a short \"x/{form}.jpg\", é"));
            assert_eq!(shown, "a short \"***\", é", "{form}");
        }
    }

    #[test]
    fn what_looks_like_a_token_goes_too() {
        let digits = |count| "0aF".repeat(22).get(..count).unwrap().to_string();
        let token = digits(TOKEN_DIGITS);
        let shown = text(&format!("https://{token}.example x{token}"));
        assert_eq!(shown, "https://***.example x***");
        for name in [32, 40, 49, 51, 64].map(digits) {
            assert_eq!(text(&name), name);
        }
        let name = "IMG20240131123456789012345.ppm";
        assert_eq!(text(name), name);
    }
}

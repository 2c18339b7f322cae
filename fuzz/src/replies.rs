//! What services answer: no text gives a token away, and nothing that is not understood is a success.

use avatar_upload::{Action, Redactor, Secret, Verdict};

use super::Choices;

const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789-_";
/// Characters around the token; none can be part of an escape or of a token.
const AROUND: &[u8] = b" ,.\"{}[]:/?!()<>\n\t~";
/// Levels of escapes that are undone.
const LEVELS: usize = 3;

/// A token in any spelling never comes out.
pub fn redacted(input: &[u8]) {
    let mut choices = Choices(input);
    let length = 12 + choices.below(40);
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
    let token: String = (0..length).map(|_| letter(choices.next())).collect();
    let Ok(secret) = Secret::new(&token) else {
        return;
    };
    let (before, kind) = (choices.below(64), choices.next());
    let around = |byte: u8| char::from(AROUND[usize::from(byte) % AROUND.len()]);
    let mut text: String = (0..before).map(|_| around(choices.next())).collect();
    for character in token.chars() {
        let spelling = if kind & 0x80 == 0 {
            kind
        } else {
            choices.next()
        };
        text.push_str(&spelled(character, spelling % 8));
    }
    text.extend(choices.0.iter().take(64).map(|&byte| around(byte)));
    let redactor = Redactor::new([secret]);
    for out in [
        redactor.text(&text),
        redactor.own(&text),
        redactor.link(&text),
        redactor.bytes(text.as_bytes()),
    ] {
        assert!(!gives_away(&out, &token), "{text:?} becomes {out:?}");
    }
}

fn spelled(character: char, how: u8) -> String {
    let code = u32::from(character);
    match how {
        1 => format!("%{code:02x}"),
        2 => format!("%25{code:02X}"),
        3 => format!("\\u{code:04x}"),
        4 => format!("&#{code};"),
        5 => format!("&#x{code:x};"),
        6 => format!("\\x{code:02X}"),
        7 => character.to_ascii_uppercase().to_string(),
        _ => character.to_string(),
    }
}

/// Whether a text contains the token, in capitals or not, after any number of escapes are undone.
fn gives_away(text: &str, token: &str) -> bool {
    let token = token.to_ascii_lowercase();
    let mut plain = text.to_string();
    for _ in 0..=LEVELS {
        if plain.to_ascii_lowercase().contains(&token) {
            return true;
        }
        plain = undone(&plain);
    }
    false
}

/// The text with one level of escapes undone.
fn undone(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match escape(rest) {
            Some((character, length)) => {
                plain.push(character);
                rest = &rest[length..];
            }
            None => {
                plain.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    plain
}

/// The character of an escape at the start of a text, and the length of the escape.
fn escape(text: &str) -> Option<(char, usize)> {
    let digits = |start: usize, count: usize| {
        let number = u32::from_str_radix(text.get(start..start + count)?, 16).ok()?;
        Some((char::from_u32(number)?, start + count))
    };
    if text.starts_with('%') {
        return digits(1, 2);
    }
    if text.starts_with("\\u") {
        return digits(2, 4);
    }
    if text.starts_with("\\x") {
        return digits(2, 2);
    }
    let (number, _) = text.strip_prefix("&#")?.split_once(';')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    Some((char::from_u32(code)?, number.len() + 3))
}

/// A status, and the body of an answer: the same verdict every time, and a success only as
/// documented.
pub fn verdict(input: &[u8]) {
    let Some((status, body)) = input.split_first_chunk::<2>() else {
        return;
    };
    let status = u16::from_le_bytes(*status) % 700;
    let redactor = Redactor::default();
    let green = avatar_upload::answered(status, body, &redactor);
    let again = avatar_upload::answered(status, body, &redactor);
    // How long to wait depends on the date, for a quota of the month.
    assert_eq!((green.code, &green.text), (again.code, &again.text));
    checked(&green);
    if matches!(green.action, Action::Applied { .. }) {
        let json = serde_json::from_slice::<serde_json::Value>(body).unwrap_or_default();
        let said = json.get("setProfilePicture");
        assert_eq!(
            (status, said),
            (200, Some(&true.into())),
            "applied without being told so"
        );
    }
    for refused in [
        avatar_upload::graph_answered(status, body, &redactor),
        avatar_upload::put_answered(status, body, &redactor),
    ] {
        checked(&refused);
        assert!(!refused.is_applied(), "an error that counts as applied");
    }
    let set = avatar_upload::graph_set(status, body, &redactor);
    checked(&set);
    if set.is_applied() {
        let json = serde_json::from_slice::<serde_json::Value>(body).unwrap_or_default();
        let said = json.get("success");
        assert_eq!(
            (status, said),
            (200, Some(&true.into())),
            "applied without being told so"
        );
    }
}

fn checked(verdict: &Verdict) {
    assert!(!verdict.code.is_empty() && !verdict.text.is_empty());
    assert!(
        !verdict.text.contains(char::is_control),
        "{:?}",
        verdict.text
    );
}

//! The one redactor: every text of a server passes it before it is shown, kept or put in an error.

use crate::secret::Secret;

/// Longest text that is kept of a server's words.
const LONGEST: usize = 300;

/// Characters of them that are looked at: what a token spelled at length is masked by is short.
const LOOKED_AT: usize = 16 * LONGEST;

/// Stands where a secret stood; none of its characters can be part of a token.
const MASK: &str = "***";

/// Fewest characters of a token that count when a text ends inside it.
const SHORTEST_HEAD: usize = 6;

/// Runs of hexadecimal digits as long as this are taken for credentials.
const HEX_RUN: usize = 32;

/// Takes credentials out of texts: known tokens in every spelling, the segments of paths where
/// tokens stand, and long runs of hexadecimal digits.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    secrets: Vec<Secret>,
}

impl Redactor {
    /// Knows these tokens literally.
    #[must_use]
    pub fn new(secrets: Vec<Secret>) -> Self {
        Self { secrets }
    }

    /// The text without credentials and control characters, cut to 300 characters.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let start = first(text, LOOKED_AT);
        // Escapes end in letters, which could complete a token: mask again after escaping.
        let plain = self.mask(&escaped(&self.mask(start)));
        match first(&plain, LONGEST) {
            whole if whole.len() == plain.len() && start.len() == text.len() => plain,
            shown => format!("{shown}…"),
        }
    }

    /// The bytes of an answer as such a text.
    #[must_use]
    pub fn bytes(&self, bytes: &[u8]) -> String {
        self.text(&String::from_utf8_lossy(bytes))
    }

    fn mask(&self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let hidden = self.hidden(rest);
            if hidden > 0 {
                masked.push_str(MASK);
                rest = rest.get(hidden..).unwrap_or_default();
                continue;
            }
            let kept = after_method(rest).unwrap_or(first.len_utf8());
            masked.push_str(rest.get(..kept).unwrap_or_default());
            rest = rest.get(kept..).unwrap_or_default();
            if kept > first.len_utf8() {
                let segment = rest.find(ends_segment).unwrap_or(rest.len());
                if segment > 0 {
                    masked.push_str(MASK);
                }
                rest = rest.get(segment..).unwrap_or_default();
            }
        }
        masked
    }

    /// How many bytes at the start of `rest` are a credential.
    fn hidden(&self, rest: &str) -> usize {
        let known = self.secrets.iter().map(|secret| spelled(secret, rest));
        known.max().unwrap_or(0).max(hex_run(rest))
    }
}

/// So many characters of a text, or all.
fn first(text: &str, count: usize) -> &str {
    let end = text.char_indices().nth(count).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Bytes at the start of `rest` that spell the token, in any case, with any character percent
/// encoded (also twice) or as a JSON escape; a head of it counts where the text ends.
fn spelled(secret: &Secret, rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    for (index, wanted) in secret.reveal().bytes().enumerate() {
        let Some(tail) = bytes.get(at..).filter(|tail| !tail.is_empty()) else {
            return if index >= SHORTEST_HEAD { at } else { 0 };
        };
        let Some(length) = character(tail, wanted) else {
            return 0;
        };
        at += length;
    }
    at
}

/// Length of a spelling of `wanted` at the start of `tail`.
fn character(tail: &[u8], wanted: u8) -> Option<usize> {
    let forms = [("", 0), ("%", 2), ("%25", 2), ("\\u00", 2), ("\\\\u00", 2)];
    forms.into_iter().find_map(|(prefix, digits)| {
        let value = tail.strip_prefix(prefix.as_bytes())?;
        let is_it = match value.get(..digits)? {
            [] => value.first()?.eq_ignore_ascii_case(&wanted),
            hex => {
                let hex = std::str::from_utf8(hex).ok()?;
                u8::from_str_radix(hex, 16)
                    .ok()?
                    .eq_ignore_ascii_case(&wanted)
            }
        };
        is_it.then_some(prefix.len() + digits.max(1))
    })
}

fn hex_run(rest: &str) -> usize {
    let run = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    if run >= HEX_RUN { run } else { 0 }
}

/// Length of `/waInstance<digits>/<method>/` or `/partner/<method>/` at the start of `rest`:
/// a token follows it.
fn after_method(rest: &str) -> Option<usize> {
    let instance = strip_ignoring_case(rest, "/waInstance");
    let method = match instance {
        Some(tail) => tail
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .strip_prefix('/'),
        None => strip_ignoring_case(rest, "/partner/"),
    }?;
    let end = method.find(ends_segment)?;
    let tail = method.get(end..)?.strip_prefix('/')?;
    Some(rest.len() - tail.len())
}

fn strip_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(tail)
}

fn ends_segment(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "/?#\"'<>&\\,;)}".contains(c)
}

fn escaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            plain.extend(c.escape_default());
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "fa4eb0cafe-TOKEN_x7";

    fn redactor() -> Redactor {
        Redactor::new(vec![Secret::new(TOKEN).unwrap()])
    }

    #[test]
    fn every_spelling_goes() {
        let encoded: String = TOKEN.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let twice = encoded.replace('%', "%25");
        let json: String = TOKEN
            .bytes()
            .map(|byte| format!("\\u00{byte:02X}"))
            .collect();
        for form in [
            TOKEN.into(),
            TOKEN.to_uppercase(),
            TOKEN.to_lowercase(),
            encoded.to_uppercase(),
            encoded,
            twice,
            json,
        ] {
            let text = format!("see <{form}> there");
            assert_eq!(redactor().text(&text), "see <***> there", "{form}");
        }
        assert_eq!(redactor().text("cut at fa4eb0caf"), "cut at ***");
    }

    #[test]
    fn tokens_nobody_told_of_go_too() {
        for (text, wanted) in [
            (
                r#"{"path":"/waInstance1101/getSettings/s3cr3t","message":"no"}"#,
                r#"{"path":"/waInstance1101/getSettings/***","message":"no"}"#,
            ),
            (
                "Cannot GET /v3/WAINSTANCE7/x/abc?y=1",
                "Cannot GET /v3/WAINSTANCE7/x/***?y=1",
            ),
            (
                "/partner/createInstance/gac.123",
                "/partner/createInstance/***",
            ),
            (
                "id 0123456789abcdef0123456789ABCDEF, 31 is 0123456789abcdef0123456789abcde",
                "id ***, 31 is 0123456789abcdef0123456789abcde",
            ),
        ] {
            assert_eq!(redactor().text(text), wanted);
        }
    }

    #[test]
    fn control_characters_and_length() {
        assert_eq!(redactor().text("a\r\n\u{1b}[2J"), r"a\r\n\u{1b}[2J");
        assert_eq!(redactor().text(&"é".repeat(400)).chars().count(), 301);
    }

    #[test]
    fn no_text_lets_a_token_through() {
        let mut random = fastrand::Rng::with_seed(7);
        let pieces = [
            "\n",
            "%",
            "25",
            "\\u00",
            "/waInstance1/m/",
            "n",
            "***",
            "é",
            "\u{1b}",
            "\"",
        ];
        for _ in 0..20_000 {
            let token: String = (0..random.usize(8..20))
                .map(|_| if random.bool() { 'n' } else { 'r' })
                .collect();
            let redactor = Redactor::new(vec![Secret::new(&token).unwrap()]);
            let mut text = String::new();
            for _ in 0..random.usize(1..8) {
                let cut = random.usize(0..=token.len());
                match random.usize(0..4) {
                    0 => text.push_str(&token),
                    1 => text.push_str(&token[..cut]),
                    2 => text.push_str(&token[cut..]),
                    _ => text.push_str(pieces[random.usize(0..pieces.len())]),
                }
            }
            let shown = redactor.text(&text).to_ascii_lowercase();
            assert!(!shown.contains(&token), "{text:?} with {token}");
        }
    }
}

//! Masks credentials in texts. Every text of a server passes through here before it is printed,
//! stored or put into an error, and so do messages of the program itself.

use std::collections::HashMap;
use std::ops::Range;

use crate::secret::Secret;

/// Longest text of a server that is kept, in characters.
const LONGEST: usize = 300;

/// Longest address that is kept, in characters; the signed addresses of messengers are long.
const LONGEST_LINK: usize = 2_000;

/// Characters of a text that are examined. More than are kept, because masking shortens the text: a
/// token that is spelled with escapes becomes three characters.
const LOOKED_AT: usize = 16 * LONGEST;

/// Replaces a secret; none of its characters can be part of a token.
const MASK: &str = "***";

/// If a text ends inside a secret, at least so many characters of it must be there to be masked.
const HEAD: usize = 6;

/// Runs of at least so many hexadecimal digits in a text of a server are treated as credentials.
const HEX_RUN: usize = 32;

/// Hexadecimal digits of a token of GREEN-API. In texts of this program only runs of exactly this
/// length are treated as credentials, because hashes, which have 32, 40 or 64 digits, must stay
/// readable.
const TOKEN_DIGITS: usize = 50;

/// Levels of escapes that are undone in search of secrets.
const MOST_ESCAPES: usize = 3;

/// Masks credentials in texts: known secrets in every spelling, the segments of paths in which
/// tokens are sent, and long runs of hexadecimal digits. Secrets are looked up by their first
/// characters, so that thousands cost no more time than one.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    secrets: HashMap<[u8; HEAD], Vec<Secret>>,
}

impl Redactor {
    /// A redactor that masks these secrets.
    #[must_use]
    pub fn new(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let mut redactor = Self::default();
        secrets
            .into_iter()
            .for_each(|secret| redactor.learn(secret));
        redactor
    }

    /// Masks this secret from now on.
    pub fn learn(&mut self, secret: Secret) {
        let head = head(secret.reveal().bytes());
        let known = head.map(|head| self.secrets.entry(head).or_default());
        if let Some(known) = known.filter(|known| !known.contains(&secret)) {
            known.push(secret);
        }
    }

    /// A server's text without credentials and control characters, cut to 300 characters.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        self.cut(text, LONGEST)
    }

    /// An address that a server gave, masked where it holds a credential.
    #[must_use]
    pub fn link(&self, address: &str) -> String {
        self.cut(address, LONGEST_LINK)
    }

    /// A text of this program with credentials masked; it is not shortened, and hashes in it stay.
    #[must_use]
    pub fn own(&self, text: &str) -> String {
        self.mask(text, |digits| digits == TOKEN_DIGITS)
    }

    fn cut(&self, text: &str, most: usize) -> String {
        let start = first(text, LOOKED_AT);
        let is_run = |digits| digits >= HEX_RUN;
        // An escape ends in a letter or digit, which could complete a token: mask again after
        // escaping.
        let plain = self.mask(&escaped(&self.mask(start, is_run)), is_run);
        match first(&plain, most) {
            whole if whole.len() == plain.len() && start.len() == text.len() => plain,
            shown => format!("{shown}…"),
        }
    }

    /// Like [`text`](Self::text), from the bytes of an answer.
    #[must_use]
    pub fn bytes(&self, bytes: &[u8]) -> String {
        self.text(&String::from_utf8_lossy(bytes))
    }

    fn mask(&self, text: &str, is_run: impl Fn(usize) -> bool) -> String {
        let mut found = Vec::new();
        let mut units = units(text);
        for _ in 0..=MOST_ESCAPES {
            self.find(&units, &is_run, &mut found);
            let plain = unescaped(&units);
            if plain.len() == units.len() {
                break;
            }
            units = plain;
        }
        found.sort_by_key(|range| range.start);
        let mut masked = String::with_capacity(text.len());
        let mut done = 0;
        for range in found {
            if range.start >= done {
                masked.push_str(text.get(done..range.start).unwrap_or_default());
                if range.start > done || done == 0 {
                    masked.push_str(MASK);
                }
            }
            done = done.max(range.end);
        }
        masked.push_str(text.get(done..).unwrap_or_default());
        masked
    }

    /// Adds the ranges of `units` that are credentials.
    fn find(&self, units: &[Unit], is_run: &impl Fn(usize) -> bool, found: &mut Vec<Range<usize>>) {
        let mut at = 0;
        while let Some(rest) = units.get(at..).filter(|rest| !rest.is_empty()) {
            let hidden = self.known(rest).max(hex_run(rest, at, units, is_run));
            found.extend(covered(rest.get(..hidden)));
            if let Some(before) = after_method(rest) {
                let segment = rest.get(before..).unwrap_or_default();
                let end = segment.iter().position(|unit| ends_segment(unit.c));
                found.extend(covered(segment.get(..end.unwrap_or(segment.len()))));
            }
            at += hidden.max(1);
        }
    }

    /// How many units at the start of `rest` are a known secret; if the text ends inside a secret,
    /// its first part counts.
    fn known(&self, rest: &[Unit]) -> usize {
        let ascii = |unit: &Unit| u8::try_from(unit.c).ok();
        let Some(head) = head(rest.iter().map_while(ascii)) else {
            return 0;
        };
        let known = self.secrets.get(&head).into_iter().flatten();
        let matches = known.map(|secret| {
            let wanted = secret
                .reveal()
                .bytes()
                .map(|byte| byte.to_ascii_lowercase());
            let same = wanted
                .zip(rest)
                .take_while(|(byte, unit)| unit.c == char::from(*byte));
            let same = same.count();
            let is_whole = same == secret.reveal().len() || same == rest.len();
            if is_whole { same } else { 0 }
        });
        matches.max().unwrap_or(0)
    }
}

/// The first characters of a secret, in lower case.
fn head(bytes: impl Iterator<Item = u8>) -> Option<[u8; HEAD]> {
    let head: Vec<u8> = bytes
        .take(HEAD)
        .map(|byte| byte.to_ascii_lowercase())
        .collect();
    head.try_into().ok()
}

/// A character in lower case, and the bytes of the text that stand for it.
#[derive(Debug, Clone, Copy)]
struct Unit {
    c: char,
    start: usize,
    end: usize,
}

/// The range of bytes that units stand for; `None` for no units.
fn covered(units: Option<&[Unit]>) -> Option<Range<usize>> {
    let units = units?;
    Some(units.first()?.start..units.last()?.end)
}

/// The characters of a text without invisible ones, which could be put between those of a token to
/// hide it.
fn units(text: &str) -> Vec<Unit> {
    let seen = text.char_indices().filter(|(_, c)| !is_invisible(*c));
    seen.map(|(start, c)| Unit {
        c: c.to_ascii_lowercase(),
        start,
        end: start + c.len_utf8(),
    })
    .collect()
}

/// Characters without a width, and those that change the direction of what follows.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The same units with one level of escapes undone.
fn unescaped(units: &[Unit]) -> Vec<Unit> {
    let mut plain = Vec::with_capacity(units.len());
    let mut rest = units;
    while let Some(first) = rest.first() {
        let (c, length) = escape(rest).unwrap_or((first.c, 1));
        let end = rest.get(length - 1).map_or(first.end, |last| last.end);
        plain.push(Unit {
            c: c.to_ascii_lowercase(),
            start: first.start,
            end,
        });
        rest = rest.get(length..).unwrap_or_default();
    }
    plain
}

/// The ASCII character that the escape at the start of `rest` stands for, and the escape's length.
fn escape(rest: &[Unit]) -> Option<(char, usize)> {
    const SHAPES: [(&str, u32, &str); 6] = [
        ("%", 16, ""),
        ("\\u{", 16, "}"),
        ("\\u", 16, ""),
        ("\\x", 16, ""),
        ("&#x", 16, ";"),
        ("&#", 10, ";"),
    ];
    if starts_with(rest, "\\\\") {
        return Some(('\\', 2));
    }
    SHAPES.into_iter().find_map(|(prefix, radix, suffix)| {
        let tail = rest
            .get(prefix.len()..)
            .filter(|_| starts_with(rest, prefix))?;
        let most = match (prefix, suffix) {
            ("\\u", _) => 4,
            (_, "") => 2,
            _ => 8,
        };
        let digits = tail
            .iter()
            .take(most)
            .take_while(|unit| unit.c.is_digit(radix));
        let digits: String = digits.map(|unit| unit.c).collect();
        let is_whole = suffix.is_empty().then_some(digits.len() == most);
        let is_ended = starts_with(tail.get(digits.len()..)?, suffix);
        if !is_whole.unwrap_or(is_ended) {
            return None;
        }
        let value = u32::from_str_radix(&digits, radix).ok()?;
        let value = char::from_u32(value).filter(char::is_ascii)?;
        Some((value, prefix.len() + digits.len() + suffix.len()))
    })
}

fn starts_with(units: &[Unit], text: &str) -> bool {
    let mut units = units.iter();
    text.chars()
        .all(|c| units.next().is_some_and(|unit| unit.c == c))
}

/// Length of the run of hexadecimal digits that begins at `at`, if `is_run` accepts it.
fn hex_run(rest: &[Unit], at: usize, units: &[Unit], is_run: &impl Fn(usize) -> bool) -> usize {
    let before = at.checked_sub(1).and_then(|before| units.get(before));
    if before.is_some_and(|unit| unit.c.is_ascii_hexdigit()) {
        return 0;
    }
    let run = rest
        .iter()
        .take_while(|unit| unit.c.is_ascii_hexdigit())
        .count();
    if is_run(run) { run } else { 0 }
}

/// Length of `/waInstance<digits>/<method>/` or `/partner/<method>/` at the start of `rest`:
/// a token follows it.
fn after_method(rest: &[Unit]) -> Option<usize> {
    let mut at = if starts_with(rest, "/wainstance") {
        let digits = rest
            .iter()
            .skip(11)
            .take_while(|unit| unit.c.is_ascii_digit());
        11 + digits.count()
    } else if starts_with(rest, "/partner") {
        8
    } else {
        return None;
    };
    if rest.get(at)?.c != '/' {
        return None;
    }
    at += 1;
    let method = rest.get(at..)?;
    let end = method.iter().position(|unit| ends_segment(unit.c))?;
    let is_followed = end > 0 && method.get(end)?.c == '/';
    is_followed.then_some(at + end + 1)
}

fn ends_segment(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "/?#\"'<>&\\,;)}".contains(c)
}

/// The first `count` characters of a text, or all.
fn first(text: &str, count: usize) -> &str {
    let end = text.char_indices().nth(count).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Replaces control characters and invisible ones by escapes, because they could fake or erase
/// lines on a terminal.
fn escaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_control() => plain.extend(c.escape_default()),
            _ if is_invisible(c) => plain.extend(c.escape_unicode()),
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "fa4eb0cafe-TOKEN_x7";

    fn redactor() -> Redactor {
        Redactor::new([Secret::new(TOKEN).unwrap()])
    }

    #[test]
    fn every_spelling_goes() {
        let encoded: String = TOKEN.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let twice = encoded.replace('%', "%25");
        let json: String = TOKEN
            .bytes()
            .map(|byte| format!("\\u00{byte:02X}"))
            .collect();
        let entities: String = TOKEN.bytes().map(|byte| format!("&#{byte};")).collect();
        let hex_entities: String = TOKEN.bytes().map(|byte| format!("&#x{byte:x};")).collect();
        let hex: String = TOKEN.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
        let json_twice = json.replace('\\', "\\\\");
        let hidden: String = TOKEN
            .chars()
            .flat_map(|c| [c, '\u{202e}', '\u{200b}'])
            .collect();
        for form in [
            entities,
            hex_entities,
            hex,
            json_twice,
            hidden.trim_end_matches(['\u{202e}', '\u{200b}']).into(),
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
        assert_eq!(redactor().text("a\u{202e}gpj.exe"), r"a\u{202e}gpj.exe");
        assert_eq!(redactor().text(&"é".repeat(400)).chars().count(), 301);
        let address = format!(
            "https://pps.whatsapp.net/v/1_n.jpg?oh={}",
            "01_Zz".repeat(80)
        );
        assert_eq!(redactor().link(&address), address);
    }

    #[test]
    fn hashes_stay_in_our_own_words() {
        let redactor = redactor();
        let digits = |count| "0aF".repeat(22).get(..count).unwrap().to_string();
        let token = digits(TOKEN_DIGITS);
        let own = redactor.own(&format!("https://{token}.example x{token}"));
        assert_eq!(own, "https://***.example x***");
        for name in [32, 40, 49, 51, 64].map(digits) {
            assert_eq!(redactor.own(&name), name);
        }
        let long = "é ".repeat(4_000);
        assert_eq!(redactor.own(&long), long);
        assert_eq!(redactor.own(&format!("x/{TOKEN}.jpg")), "x/***.jpg");
    }

    #[test]
    fn thousands_of_secrets_cost_no_more_than_one() {
        let secrets =
            (0..20_000).map(|number| Secret::new(&format!("secret-{number:09}")).unwrap());
        let many = Redactor::new(secrets);
        let text = "a line that a server says of secret-000019999 ".repeat(100);
        let start = std::time::Instant::now();
        for _ in 0..20 {
            assert!(!many.own(&text).contains("secret-0"));
        }
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
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
            let redactor = Redactor::new([Secret::new(&token).unwrap()]);
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

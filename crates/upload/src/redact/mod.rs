//! Masks credentials in texts. Every text of a server passes through here before it is printed,
//! stored or put into an error, and so do messages of the program itself.

mod spellings;
mod token_like;
mod units;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::secret::Secret;
use spellings::spellings;
use token_like::{after_method, ends_segment, hex_run};
use units::{Unit, covered, escaped, joined, unescaped, units};

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

/// Masks credentials in texts: known secrets in every usual spelling, the segments of paths in which
/// tokens are sent, and long runs of hexadecimal digits. Secrets are looked up by their first
/// characters, so that thousands cost no more time than one.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    secrets: HashMap<[u8; HEAD], HashSet<Secret>>,
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
        for spelled in spellings(&secret).into_iter().chain([secret]) {
            if let Some(head) = head(spelled.reveal().bytes()) {
                self.secrets.entry(head).or_default().insert(spelled);
            }
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
            self.find_known(&joined(&units), &mut found);
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

    /// Adds the ranges of `units` that are known secrets.
    fn find_known(&self, units: &[Unit], found: &mut Vec<Range<usize>>) {
        let mut at = 0;
        while let Some(rest) = units.get(at..).filter(|rest| !rest.is_empty()) {
            let hidden = self.known(rest);
            found.extend(covered(rest.get(..hidden)));
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

/// The first `count` characters of a text, or all.
fn first(text: &str, count: usize) -> &str {
    let end = text.char_indices().nth(count).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

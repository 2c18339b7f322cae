//! The SHA-256 of results by their BLAKE3 hash. Rows of a store hold the second, and the journal of
//! deliveries the first: with both, a result that was sent before is not fetched to find that out.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use avatar_batch::files::append::append;

/// Hexadecimal digits of either hash.
const DIGITS: usize = 64;

/// What is known, and the file where it is kept.
#[derive(Debug)]
pub(super) struct Digests {
    known: Mutex<HashMap<String, String>>,
    /// Nothing is written without one.
    file: Option<PathBuf>,
}

impl Digests {
    /// Reads a file of one pair a line. What is not a pair is left out: those results are fetched.
    pub(super) fn read(file: PathBuf, only_look: bool) -> Self {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let known = text.lines().filter_map(|line| {
            let (hash, sha256) = line.split_once(' ')?;
            (is_hash(hash) && is_hash(sha256)).then(|| (hash.into(), sha256.into()))
        });
        Self {
            known: Mutex::new(known.collect()),
            file: (!only_look).then_some(file),
        }
    }

    /// The SHA-256 of what has this BLAKE3 hash.
    pub(super) fn find(&self, hash: &str) -> Option<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(hash).cloned()
    }

    /// Remembers a pair. If it cannot be written, the next run fetches the result again.
    pub(super) fn add(&self, hash: &str, sha256: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = known.insert(hash.into(), sha256.into()).is_none();
        if let Some(file) = self.file.as_ref().filter(|_| is_new) {
            // The first line end closes what a killed run left.
            let _ = append(file, format!("\n{hash} {sha256}\n").as_bytes());
        }
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

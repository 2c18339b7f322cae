//! Results of a store, which are fetched into memory when the turn of their delivery comes. Nothing is
//! kept on the disk, and few are in memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use avatar_batch::args::presets::Preset;
use avatar_batch::files::fingerprint::Hash;
use avatar_batch::hints;
use avatar_stores::{Get, Got, Object, Store, StoreError, Stores};
use avatar_upload::{Action, Contents, Payload, Verdict};

use super::digests::Digests;
use super::finished::{not_valid, validate};

/// Pictures in memory between the question which one it is and its sending. A delivery that waits longer
/// than so many others fetches its picture again.
const KEPT: usize = 8;

/// Most bytes of all of them together. Results are far smaller, but a store can hold anything under their
/// names.
const KEPT_BYTES: usize = 16 << 20;

/// Fetches results of one store.
#[derive(Debug)]
pub(super) struct Fetcher {
    stores: Stores,
    store: Store,
    /// The largest result that is accepted, in bytes.
    largest: u64,
    digests: Digests,
    /// By key, the oldest first.
    recent: Mutex<VecDeque<(String, Payload)>>,
}

impl Fetcher {
    pub(super) fn new((stores, store): (Stores, Store), largest: u64, digests: Digests) -> Self {
        Self {
            stores,
            store,
            largest,
            digests,
            recent: Mutex::default(),
        }
    }

    /// Fetches a result. `hash` is what its row says.
    fn fetch(&self, object: &Object, hash: Option<&str>) -> Result<Payload, Verdict> {
        let get = Get::whole(&self.store, object);
        let got = self.stores.get(&get, self.largest);
        let bytes = match got.map_err(|error| failed(&error))? {
            Got::Body(body) => body.into_bytes(),
            Got::Unchanged => return Err(not_valid("it was not fetched")),
        };
        let found = Hash::of(&bytes).to_string();
        if hash.is_some_and(|hash| hash != found) {
            return Err(not_valid("it is not what was written"));
        }
        let payload = Payload::new(bytes).map_err(|error| not_valid(error.to_string()))?;
        self.digests.add(&found, payload.sha256());
        Ok(payload)
    }

    fn keep(&self, key: &str, payload: Payload) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.push_back((key.into(), payload));
        let bytes = |recent: &VecDeque<(String, Payload)>| -> usize {
            recent
                .iter()
                .map(|(_, payload)| payload.bytes().len())
                .sum()
        };
        while recent.len() > KEPT || bytes(&recent) > KEPT_BYTES {
            if recent.pop_front().is_none() {
                break;
            }
        }
    }

    fn take(&self, key: &str) -> Option<Payload> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let place = recent.iter().position(|(known, _)| known == key)?;
        recent.remove(place).map(|(_, payload)| payload)
    }
}

fn failed(error: &StoreError) -> Verdict {
    let text = format!("it could not be fetched: {}", error.what());
    Verdict::new(
        Action::Fail,
        error.kind().code(),
        text,
        hints::of_store(error),
    )
}

/// One result.
#[derive(Debug)]
pub(super) struct Fetched {
    fetcher: Arc<Fetcher>,
    object: Object,
    /// What its row says.
    hash: Option<String>,
    sha256: OnceLock<String>,
    preset: &'static Preset,
}

impl Fetched {
    pub(super) fn new(
        fetcher: Arc<Fetcher>,
        object: Object,
        hash: Option<String>,
        preset: &'static Preset,
    ) -> Self {
        let known = hash.as_ref().and_then(|hash| fetcher.digests.find(hash));
        Self {
            fetcher,
            object,
            hash,
            sha256: known.map(OnceLock::from).unwrap_or_default(),
            preset,
        }
    }
}

impl Contents for Fetched {
    fn sha256(&self) -> &str {
        self.sha256.get().map_or("", String::as_str)
    }

    fn fetch(&self) -> Result<(), Verdict> {
        if self.sha256.get().is_none() {
            let payload = self.fetcher.fetch(&self.object, self.hash.as_deref())?;
            self.sha256.get_or_init(|| payload.sha256().into());
            self.fetcher.keep(&self.object.key, payload);
        }
        Ok(())
    }

    fn load(&self) -> Result<Payload, Verdict> {
        let payload = match self.fetcher.take(&self.object.key) {
            Some(payload) => payload,
            None => self.fetcher.fetch(&self.object, self.hash.as_deref())?,
        };
        validate(payload.bytes(), self.preset)?;
        Ok(payload)
    }
}

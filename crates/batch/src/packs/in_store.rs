//! Tars and their indexes below a prefix of a store.

use std::sync::atomic::AtomicBool;

use avatar_stores::{
    Address, Answer, Get, Got, Kind, Loads, Mode, Object, Put, Step, Steps, Store, StoreError,
    Stores,
};

use super::index::{Head, Index, There, damaged};
use crate::error::CliError;
use crate::failure::Failure;
use crate::files::fingerprint::Hash;
use crate::objects::mark;

/// Indexes are read with this many requests at a time.
const AT_ONCE: usize = 16;
/// Memory of indexes that are being read, and the largest that is read, in bytes.
const LARGEST: u64 = 1 << 30;

/// A prefix of a store.
pub struct InStore<'a> {
    pub stores: &'a Stores,
    pub store: Store,
    pub out: Address,
    /// The header `Cache-Control` of tars.
    pub cache_control: Option<String>,
}

impl InStore<'_> {
    /// The bytes of a small object below the prefix; none if there is none.
    pub(super) fn bytes(&self, relative: &str) -> Result<Option<Vec<u8>>, CliError> {
        let key = self.out.join(relative).key().to_string();
        let Some(head) = self
            .stores
            .head(&self.store, &key)
            .map_err(|error| CliError::refused(&error))?
        else {
            return Ok(None);
        };
        let get = Get::whole(&self.store, &head.object);
        match self
            .stores
            .get(&get, LARGEST)
            .map_err(|error| CliError::refused(&error))?
        {
            Got::Body(body) => Ok(Some(body.into_bytes())),
            Got::Unchanged => Ok(None),
        }
    }

    /// The request that writes an object below the prefix.
    pub(super) fn put(
        &self,
        relative: &str,
        bytes: Vec<u8>,
        mode: Mode,
        content_type: &'static str,
    ) -> Put {
        Put {
            store: self.store.clone(),
            key: self.out.join(relative).key().into(),
            bytes: bytes.into(),
            mode,
            content_type,
            cache_control: None,
            metadata: Vec::new(),
        }
    }

    /// Writes an index and then its tar.
    pub(super) fn write(&self, path: &str, index: &Index, tar: Vec<u8>) -> Result<(), Failure> {
        // Its name has the hash of the tar, so only the same index can be there.
        let put = self.put(path, index.text(), Mode::Overwrite, "application/x-ndjson");
        self.stores
            .put(put)
            .map_err(|error| Failure::from(&error))?;
        let mut put = Put {
            cache_control: self.cache_control.clone(),
            metadata: vec![(mark::NAME, mark_of(&index.head))],
            ..self.put(&index.head.tar, tar, Mode::Create, "application/x-tar")
        };
        let Err(error) = self.stores.put(put.clone()) else {
            return Ok(());
        };
        let is_unconditional = error.kind() == Kind::NotSupported && !error.is_method_refused();
        if error.kind() != Kind::Conflict && !is_unconditional {
            return Err(Failure::from(&error));
        }
        // Another run was faster, the answer to the first try was lost, or the service knows no conditions.
        let head = self.stores.head(&self.store, &put.key);
        match head.map_err(|error| Failure::from(&error))? {
            Some(head) if is_of(&index.head, &head) => Ok(()),
            Some(_) => Err(Failure::tar_in_the_way(
                &self.out.join(&index.head.tar).to_string(),
            )),
            None if is_unconditional => {
                put.mode = Mode::Overwrite;
                let written = self.stores.put(put);
                written.map(drop).map_err(|error| Failure::from(&error))
            }
            None => Err(Failure::from(&error)),
        }
    }

    /// What `keep` keeps of each index below a folder, and of what is in the place of its tar.
    pub(super) fn indexes<T>(
        &self,
        below: &str,
        keep: impl Fn(Index, There) -> T,
    ) -> Result<Vec<T>, CliError> {
        let key = self.out.join(below).key().to_string();
        let listed = self.stores.list(&self.store, &key);
        let listed = listed
            .map_err(|error| CliError::refused(&error))?
            .into_iter();
        let listed = listed.filter(|object| object.key.ends_with(".ndjson"));
        looked_at(self, listed.collect(), keep)
    }

    /// The names of the objects directly below the prefix.
    pub(super) fn names(&self) -> Result<Vec<String>, CliError> {
        let listed = self.stores.list(&self.store, self.out.key());
        let listed = listed
            .map_err(|error| CliError::refused(&error))?
            .into_iter();
        let names = listed.filter_map(|object| Some(self.out.relative(&object.key)?.to_string()));
        Ok(names.filter(|name| !name.contains('/')).collect())
    }

    /// Deletes objects below the prefix, if that is allowed.
    pub(super) fn delete(&self, paths: &[String]) {
        let keys = paths.iter().map(|path| self.out.join(path).key().into());
        let keys: Vec<String> = keys.collect();
        if !keys.is_empty() {
            drop(self.stores.delete(&self.store, &keys));
        }
    }

    /// The size and the hash of a tar; none if it is not there.
    pub(super) fn digest(&self, tar: &str) -> Result<Option<(u64, Hash)>, String> {
        let key = self.out.join(tar).key().to_string();
        let what = |error: StoreError| error.what().to_string();
        let Some(head) = self.stores.head(&self.store, &key).map_err(what)? else {
            return Ok(None);
        };
        let mut reader = self.stores.reader(&self.store, &key).map_err(what)?;
        let hash = Hash::of_reader(&mut reader).map_err(|error| error.to_string())?;
        Ok(Some((head.object.size, hash)))
    }
}

/// What the metadata of a tar say.
fn mark_of(head: &Head) -> String {
    format!("v=1 pack={}", head.hash)
}

/// Whether an object is the tar of an index.
fn is_of(head: &Head, found: &avatar_stores::Head) -> bool {
    found.object.size == head.bytes && found.metadata.get(mark::NAME) == Some(&mark_of(head))
}

/// Whether an object can be a copy of that tar which lost its metadata.
fn may_be(head: &Head, found: &avatar_stores::Head) -> bool {
    found.object.size == head.bytes && !found.metadata.contains_key(mark::NAME)
}

/// An index that is being read, and what is in the place of its tar.
struct Looked {
    object: Object,
    index: Option<Index>,
    there: There,
    error: Option<StoreError>,
}

/// Reads indexes of a store, and asks for their tars.
fn looked_at<T>(
    place: &InStore<'_>,
    listed: Vec<Object>,
    keep: impl Fn(Index, There) -> T,
) -> Result<Vec<T>, CliError> {
    let items = listed.into_iter().map(|object| Looked {
        object,
        index: None,
        there: There::Absent,
        error: None,
    });
    let loads = Loads {
        at_once: AT_ONCE,
        memory: LARGEST,
        ahead: LARGEST,
        largest: LARGEST,
    };
    let mut all = Vec::new();
    let stop = AtomicBool::new(false);
    let stores = place.stores;
    stores.run(items, &Looking(place), loads, &stop, |item| {
        all.push(match (item.error, item.index) {
            (Some(error), _) => Err(CliError::refused(&error)),
            (None, Some(index)) => Ok(keep(index, item.there)),
            (None, None) => Err(damaged(&place.store.address(&item.object.key).to_string())),
        });
    });
    all.into_iter().collect()
}

struct Looking<'a>(&'a InStore<'a>);

impl Steps for Looking<'_> {
    type Item = Looked;

    fn next(&self, item: &mut Looked, answer: Answer) -> Step {
        let place = self.0;
        match answer {
            Answer::None => return Step::Get(Get::whole(&place.store, &item.object)),
            Answer::Got(Ok(Got::Body(body))) => {
                item.index = Index::parse(body.bytes());
                if let Some(index) = &item.index {
                    let key = place.out.join(&index.head.tar).key().to_string();
                    return Step::Head(place.store.clone(), key);
                }
            }
            Answer::Head(Ok(found)) => {
                item.there = match (&found, &item.index) {
                    (None, _) | (_, None) => There::Absent,
                    (Some(found), Some(index)) if is_of(&index.head, found) => There::Same,
                    (Some(found), Some(index)) if may_be(&index.head, found) => There::Unmarked,
                    _ => There::Other,
                };
            }
            Answer::Got(Err(error)) | Answer::Head(Err(error)) => item.error = Some(error),
            _ => {}
        }
        Step::Ready
    }
}

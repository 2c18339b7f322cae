//! Objects as they are listed, found and written, and the memory for their bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::store::Store;

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its whole key.
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// Names its content: its ETag, or its size and the time of its last change.
    pub version: String,
}

/// What is known of an object without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The object.
    pub object: Object,
    /// The metadata that were stored with it, by their names in lower case.
    pub metadata: BTreeMap<String, String>,
}

/// When an object may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// If there is none of this key.
    Create,
    /// If it still has this version.
    Replace(String),
    /// Always.
    Overwrite,
}

/// An object to write.
#[derive(Debug, Clone)]
pub struct Put {
    /// Where.
    pub store: Store,
    /// Its whole key.
    pub key: String,
    /// Its content.
    pub bytes: Bytes,
    /// When it may be written.
    pub mode: Mode,
    /// Such as `image/jpeg`.
    pub content_type: &'static str,
    /// The header `Cache-Control`.
    pub cache_control: Option<String>,
    /// Stored with it, by names of letters only.
    pub metadata: Vec<(&'static str, String)>,
}

/// Permits are units of this many bytes.
const UNIT: u64 = 64 << 10;

/// The memory for bodies.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    semaphore: Arc<Semaphore>,
    units: u32,
}

impl Room {
    pub(crate) fn new(bytes: u64) -> Self {
        let units = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX);
        let units = units.clamp(1, (Semaphore::MAX_PERMITS as u64).min(1 << 30) as u32);
        Self {
            semaphore: Arc::new(Semaphore::new(units as usize)),
            units,
        }
    }

    /// Waits for room. What is larger than all of it gets all of it, and is alone.
    pub(crate) async fn take(&self, bytes: u64) -> Option<OwnedSemaphorePermit> {
        let semaphore = Arc::clone(&self.semaphore);
        semaphore.acquire_many_owned(self.units(bytes)).await.ok()
    }

    /// Takes what `permit` lacks for this many bytes, without waiting. Returns false if others have
    /// it.
    pub(crate) fn grow(&self, permit: &mut Option<OwnedSemaphorePermit>, bytes: u64) -> bool {
        let has = permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let lacks = u64::from(self.units(bytes)).saturating_sub(has as u64);
        let Some(lacks) = u32::try_from(lacks).ok().filter(|lacks| *lacks > 0) else {
            return true;
        };
        let more = Arc::clone(&self.semaphore).try_acquire_many_owned(lacks);
        match (more, permit) {
            (Ok(more), Some(permit)) => permit.merge(more),
            (Ok(more), permit) => *permit = Some(more),
            (Err(_), _) => return false,
        }
        true
    }

    fn units(&self, bytes: u64) -> u32 {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        units.clamp(1, self.units)
    }
}

/// Starts a version that is no ETag.
pub(crate) const TIME: &str = "time:";

/// Whether a version can be sent as an ETag.
pub(crate) fn is_etag(version: &str) -> bool {
    !version.is_empty() && !version.starts_with(TIME)
}

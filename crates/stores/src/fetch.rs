//! Fetches the bytes of an object, within the memory for bodies.

use std::ops::Range;

use futures_util::TryStreamExt;
use object_store::{Error, GetOptions, GetRange, GetResult};

use crate::address::Address;
use crate::answers::LengthUnknown;
use crate::body::Body;
use crate::classify::classify;
use crate::error::{Kind, StoreError};
use crate::object::Piece;
use crate::requests::version;
use crate::room::{Room, Share};
use crate::steps::{Get, Got};
use crate::store::Store;

/// The memory that is taken for the start of a body whose length is not known.
const FIRST: u64 = 1 << 20;

/// What came of reading a body whose length is not known.
enum Unmeasured {
    Whole(Vec<u8>),
    /// Other bodies have the memory that the rest would need.
    NoRoom,
}

/// One request, with the memory for its answer.
struct Fetch<'a> {
    place: Address,
    room: &'a Room,
    limit: u64,
    permit: Option<Share>,
}

impl Store {
    /// The bytes of an object. `room` is their memory, and `limit` the most that is accepted.
    pub(crate) async fn get(&self, get: &Get, room: &Room, limit: u64) -> Result<Got, StoreError> {
        let mut fetch = Fetch {
            place: self.address(&get.key),
            room,
            limit,
            permit: None,
        };
        if let Some(size) = get.size.filter(|_| get.start.is_none()) {
            fetch.check(size)?;
            fetch.permit = room.take(size).await;
        }
        let Some(found) = self.ask(get).await? else {
            return Ok(Got::Unchanged);
        };
        let of = version(&found.meta);
        if found.extensions.get::<LengthUnknown>().is_none() {
            let bytes = fetch.measured(get, found).await?;
            return Ok(Got::Body(Body::new(bytes, of, fetch.permit)));
        }
        // Given back first: who waits for more while holding some could wait for ever.
        drop(fetch.permit.take());
        fetch.permit = room.take(FIRST.min(limit)).await;
        if let Unmeasured::Whole(bytes) = fetch.unmeasured(found).await? {
            return Ok(Got::Body(Body::new(bytes, of, fetch.permit)));
        }
        // Asked for once more, with memory for the largest that is accepted.
        drop(fetch.permit.take());
        fetch.permit = room.take(limit).await;
        let Some(found) = self.ask(get).await? else {
            return Ok(Got::Unchanged);
        };
        let of = version(&found.meta);
        match fetch.unmeasured(found).await? {
            Unmeasured::Whole(bytes) => Ok(Got::Body(Body::new(bytes, of, fetch.permit))),
            Unmeasured::NoRoom => Err(fetch.too_large("more")),
        }
    }

    /// Bytes of an object. The service must support ranges.
    pub(crate) async fn piece(&self, key: &str, range: Range<u64>) -> Result<Piece, StoreError> {
        let place = self.address(key);
        let failed = |error| classify(&error, place.clone());
        let options = GetOptions {
            range: Some(GetRange::Bounded(range.clone())),
            ..GetOptions::default()
        };
        let found = self.inner.get_opts(&self.path(key)?, options).await;
        let found = found.map_err(failed)?;
        if found.extensions.get::<LengthUnknown>().is_some() || found.range.start != range.start {
            let what = "the service does not send parts of it";
            return Err(StoreError::new(Kind::NotSupported, &place, what));
        }
        let (size, version) = (found.meta.size, version(&found.meta));
        let length = found.range.end - found.range.start;
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        let mut pieces = found.into_stream();
        while let Some(piece) = pieces.try_next().await.map_err(failed)? {
            bytes.extend_from_slice(&piece);
        }
        if bytes.is_empty() || bytes.len() as u64 != length {
            let what = format!("{} of {length} bytes arrived", bytes.len());
            return Err(StoreError::new(Kind::IncompleteBody, &place, what));
        }
        Ok(Piece {
            bytes,
            size,
            version,
        })
    }

    /// The start of the answer; `None` if the object still has the version that was named.
    async fn ask(&self, get: &Get) -> Result<Option<GetResult>, StoreError> {
        let options = GetOptions {
            if_none_match: get.unless.clone(),
            range: get.start.map(|length| GetRange::Bounded(0..length)),
            ..GetOptions::default()
        };
        match self.inner.get_opts(&self.path(&get.key)?, options).await {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotModified { .. }) => Ok(None),
            Err(error) => Err(classify(&error, self.address(&get.key))),
        }
    }
}

impl Fetch<'_> {
    fn too_large(&self, found: &str) -> StoreError {
        let what = format!("it has {found} bytes; the limit is {}", self.limit);
        StoreError::new(Kind::TooLarge, &self.place, what)
    }

    fn check(&self, size: u64) -> Result<(), StoreError> {
        match size > self.limit {
            true => Err(self.too_large(&size.to_string())),
            false => Ok(()),
        }
    }

    /// Reads a body of a known length.
    async fn measured(&mut self, get: &Get, found: GetResult) -> Result<Vec<u8>, StoreError> {
        let size = found.range.end.saturating_sub(found.range.start);
        self.check(size)?;
        if get.size.is_none_or(|listed| size > listed) && get.start.is_none() {
            // Given back first: who waits for more while holding some could wait for ever.
            drop(self.permit.take());
            self.permit = self.room.take(size).await;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        let mut pieces = found.into_stream();
        let failed = |error| classify(&error, &self.place);
        while let Some(piece) = pieces.try_next().await.map_err(failed)? {
            bytes.extend_from_slice(&piece);
        }
        if bytes.len() as u64 == size {
            return Ok(bytes);
        }
        let what = format!("{} of {size} bytes arrived", bytes.len());
        Err(StoreError::new(Kind::IncompleteBody, &self.place, what))
    }

    /// Reads a body of an unknown length, and takes memory as it grows.
    async fn unmeasured(&mut self, found: GetResult) -> Result<Unmeasured, StoreError> {
        let mut bytes = Vec::new();
        let mut pieces = found.into_stream();
        // The rest of a cut body cannot be asked for, because its length is unknown.
        let cut = |_| {
            let what = "the connection ended before all bytes were there";
            StoreError::new(Kind::IncompleteBody, &self.place, what)
        };
        while let Some(piece) = pieces.try_next().await.map_err(cut)? {
            bytes.extend_from_slice(&piece);
            let length = bytes.len() as u64;
            if length > self.limit {
                return Err(self.too_large(&format!("more than {}", self.limit)));
            }
            if !self.room.grow(&mut self.permit, length) {
                return Ok(Unmeasured::NoRoom);
            }
        }
        Ok(Unmeasured::Whole(bytes))
    }
}

//! What can be asked of a bucket.

use std::collections::BTreeMap;
use std::time::SystemTime;

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{
    Attribute, AttributeValue, Attributes, Error, GetOptions, GetRange, GetResult, ObjectMeta,
    ObjectStoreExt, PutMode, PutOptions, PutPayload, UpdateVersion,
};

use crate::address::{Address, Scheme};
use crate::body::Body;
use crate::classify::classify;
use crate::error::{Kind, StoreError};
use crate::object::{Head, Mode, Object, Put, Room, TIME, is_etag};
use crate::steps::{Get, Got};
use crate::store::Store;

impl Store {
    /// Every object below a prefix, in the order of their keys.
    pub(crate) async fn list(&self, prefix: &str) -> Result<Vec<Object>, StoreError> {
        let path = self.path(prefix)?;
        let found = self.inner.list(Some(&path)).map_ok(object);
        let found: Result<Vec<Object>, _> = found.try_collect().await;
        let place = self.address(prefix);
        let mut found = found.map_err(|error| match classify(&error, &place) {
            // A listing of nothing is empty, so what is missing is the bucket.
            error if error.kind() == Kind::NoSuchObject => {
                StoreError::new(Kind::NoSuchBucket, &place, "the bucket does not exist")
            }
            error => error,
        })?;
        found.sort_by(|one, two| one.key.cmp(&two.key));
        Ok(found)
    }

    /// What is known of an object; `None` if there is none.
    pub(crate) async fn head(&self, key: &str) -> Result<Option<Head>, StoreError> {
        let options = GetOptions {
            head: true,
            ..GetOptions::default()
        };
        match self.inner.get_opts(&self.path(key)?, options).await {
            Ok(found) => Ok(Some(Head {
                metadata: metadata(&found.attributes),
                object: object(found.meta),
            })),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(classify(&error, self.address(key))),
        }
    }

    /// The bytes of an object. `room` is their memory, and `limit` the most that is accepted.
    pub(crate) async fn get(&self, get: &Get, room: &Room, limit: u64) -> Result<Got, StoreError> {
        let place = self.address(&get.key);
        let too_large = |size: u64| {
            let what = format!("it has {size} bytes; the limit is {limit}");
            StoreError::new(Kind::TooLarge, &place, what)
        };
        let mut permit = None;
        if let Some(size) = get.size.filter(|_| get.start.is_none()) {
            if size > limit {
                return Err(too_large(size));
            }
            permit = room.take(size).await;
        }
        let options = GetOptions {
            if_none_match: get.unless.clone(),
            range: get.start.map(|length| GetRange::Bounded(0..length)),
            ..GetOptions::default()
        };
        let found = match self.inner.get_opts(&self.path(&get.key)?, options).await {
            Ok(found) => found,
            Err(Error::NotModified { .. }) => return Ok(Got::Unchanged),
            Err(error) => return Err(classify(&error, &place)),
        };
        let size = found.range.end.saturating_sub(found.range.start);
        if size > limit {
            return Err(too_large(size));
        }
        if get.size.is_none_or(|listed| size > listed) && get.start.is_none() {
            // Given back first: who waits for more while holding some could wait for ever.
            drop(permit.take());
            permit = room.take(size).await;
        }
        let version = version(&found.meta);
        let bytes = self.read(found, size, &place).await?;
        Ok(Got::Body(Body::new(bytes, version, permit)))
    }

    async fn read(
        &self,
        found: GetResult,
        size: u64,
        place: &Address,
    ) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        let mut pieces = found.into_stream();
        while let Some(piece) = pieces
            .try_next()
            .await
            .map_err(|error| classify(&error, place))?
        {
            bytes.extend_from_slice(&piece);
        }
        if bytes.len() as u64 == size {
            return Ok(bytes);
        }
        let what = format!("{} of {size} bytes arrived", bytes.len());
        Err(StoreError::new(Kind::IncompleteBody, place, what))
    }

    /// Writes an object, whole or not at all; returns its version.
    pub(crate) async fn put(put: Put) -> Result<String, StoreError> {
        let store = &put.store;
        let place = store.address(&put.key);
        let path = store.path(&put.key)?;
        let mode = mode(&put, &path).await?;
        let mut attributes = Attributes::new();
        attributes.insert(Attribute::ContentType, put.content_type.into());
        if let Some(value) = put.cache_control {
            attributes.insert(Attribute::CacheControl, value.into());
        }
        for (name, value) in put.metadata {
            attributes.insert(
                Attribute::Metadata(name.into()),
                AttributeValue::from(value),
            );
        }
        let options = PutOptions {
            mode,
            attributes,
            ..PutOptions::default()
        };
        let payload = PutPayload::from(put.bytes);
        let done = store.inner.put_opts(&path, payload, options).await;
        let done = done.map_err(|error| classify(&error, &place))?;
        Ok(done.e_tag.map(quoted).unwrap_or_default())
    }
}

/// The condition of a write.
async fn mode(put: &Put, path: &Path) -> Result<PutMode, StoreError> {
    let version = match &put.mode {
        Mode::Create => return Ok(PutMode::Create),
        Mode::Overwrite => return Ok(PutMode::Overwrite),
        // What is no ETag cannot be a condition.
        Mode::Replace(version) if !is_etag(version) => return Ok(PutMode::Overwrite),
        Mode::Replace(version) => version,
    };
    let place = put.store.address(&put.key);
    if place.scheme() != Scheme::Gs {
        return Ok(PutMode::Update(UpdateVersion {
            e_tag: Some(version.clone()),
            version: None,
        }));
    }
    // Google's condition is a number that listings do not hold, so the object is asked for it.
    let found = put.store.inner.head(path).await;
    let found = found.map_err(|error| classify(&error, &place))?;
    if self::version(&found) == *version {
        return Ok(PutMode::Update(UpdateVersion {
            e_tag: found.e_tag,
            version: found.version,
        }));
    }
    let what = "the object was changed meanwhile";
    Err(StoreError::new(Kind::Conflict, place, what))
}

fn metadata(attributes: &Attributes) -> BTreeMap<String, String> {
    let all = attributes.iter().filter_map(|(name, value)| match name {
        Attribute::Metadata(name) => Some((name.to_ascii_lowercase(), value.to_string())),
        _ => None,
    });
    all.collect()
}

fn object(meta: ObjectMeta) -> Object {
    Object {
        version: version(&meta),
        key: meta.location.into(),
        size: meta.size,
    }
}

fn version(meta: &ObjectMeta) -> String {
    meta.e_tag.clone().map(quoted).unwrap_or_else(|| {
        let mut time = i128::from(meta.last_modified.timestamp_millis());
        // Some HTTP servers tell neither: then no version equals another, so that a change is never
        // missed.
        if time <= 0 {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            time = -now.map_or(0, |now| now.as_nanos().cast_signed());
        }
        format!("{TIME}{time}:{}", meta.size)
    })
}

/// An ETag as HTTP writes it; Azure's listings leave out the quotes.
fn quoted(e_tag: String) -> String {
    match e_tag.starts_with('"') || e_tag.starts_with("W/") || e_tag.is_empty() {
        true => e_tag,
        false => format!("\"{e_tag}\""),
    }
}

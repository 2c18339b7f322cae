//! What can be asked of a bucket.

use std::collections::BTreeMap;
use std::time::SystemTime;

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{
    Attribute, AttributeValue, Attributes, GetOptions, ObjectMeta, ObjectStoreExt, PutMode,
    PutOptions, PutPayload, UpdateVersion,
};

use crate::address::Scheme;
use crate::classify::{classify, is_absent};
use crate::error::{Kind, StoreError};
use crate::key::restored;
use crate::object::{Head, Mode, Object, Put, TIME, is_etag};
use crate::store::Store;

impl Store {
    /// Every object below a prefix, in the order of their keys.
    pub(crate) async fn list(&self, prefix: &str) -> Result<Vec<Object>, StoreError> {
        let path = self.prefix(prefix)?;
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
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(classify(&error, self.address(key))),
        }
    }

    /// Removes objects; it is no error if one is not there.
    pub(crate) async fn delete(&self, keys: &[String]) -> Result<(), StoreError> {
        let paths: Result<Vec<Path>, _> = keys.iter().map(|key| self.path(key)).collect();
        let paths = stream::iter(paths?.into_iter().map(Ok)).boxed();
        let mut deleted = self.inner.delete_stream(paths);
        while let Some(deleted) = deleted.next().await {
            match deleted {
                Ok(_) => {}
                Err(error) if is_absent(&error) => {}
                Err(error) => return Err(classify(&error, self.address(""))),
            }
        }
        Ok(())
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
        let payload = PutPayload::from_bytes(put.bytes);
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
        key: restored(meta.location.into()),
        size: meta.size,
    }
}

/// What names the content of an object: its ETag, or its size and time.
pub(crate) fn version(meta: &ObjectMeta) -> String {
    meta.e_tag.clone().map(quoted).unwrap_or_else(|| {
        let mut time = i128::from(meta.last_modified.timestamp_millis());
        // Some HTTP servers report neither: then no version equals another, so that a change is never
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

//! Opens buckets, with the credentials of the environment.

use std::env;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use url::Url;

use crate::address::{Address, Scheme, is_loopback};
use crate::classify::classify;
use crate::client::Connectors;
use crate::error::StoreError;
use crate::profile;
use crate::store::Store;

/// Opens the bucket of an address. Nothing is sent.
pub(crate) fn open(address: &Address, connectors: &Connectors) -> Result<Store, StoreError> {
    let opened = match address.scheme() {
        Scheme::S3 => s3(address.bucket(), connectors),
        Scheme::Gs => gs(address.bucket(), connectors),
        Scheme::Az => az(address.bucket(), connectors),
        Scheme::Http | Scheme::Https => http(address, connectors),
    };
    match opened {
        Ok(inner) => Ok(Store::new(inner, address.with_key(""))),
        Err(Unopened::NoClient(error)) => Err(error),
        Err(Unopened::Refused(error)) => Err(classify(&error, address)),
    }
}

type Opened = Result<Arc<dyn ObjectStore>, Unopened>;

/// Why a bucket could not be opened.
enum Unopened {
    NoClient(StoreError),
    /// By what the variables say.
    Refused(object_store::Error),
}

impl From<StoreError> for Unopened {
    fn from(error: StoreError) -> Self {
        Self::NoClient(error)
    }
}

impl From<object_store::Error> for Unopened {
    fn from(error: object_store::Error) -> Self {
        Self::Refused(error)
    }
}

fn s3(bucket: &str, connectors: &Connectors) -> Opened {
    let mut builder = AmazonS3Builder::from_env();
    let has = |key: AmazonS3ConfigKey| builder.get_config_value(&key).is_some();
    let has_region = has(AmazonS3ConfigKey::Region) || has(AmazonS3ConfigKey::DefaultRegion);
    let has_keys = has(AmazonS3ConfigKey::AccessKeyId)
        || [
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        ]
        .iter()
        .any(|name| env::var_os(name).is_some())
        || env::var_os("AWS_CONTAINER_CREDENTIALS_FULL_URI").is_some();
    let profile = profile::current();
    if let (Some(id), Some(secret), false) = (profile.key_id, profile.secret, has_keys) {
        builder = builder
            .with_access_key_id(id)
            .with_secret_access_key(secret);
        if let Some(token) = profile.token {
            builder = builder.with_token(token);
        }
    }
    if let (Some(region), false) = (profile.region, has_region) {
        builder = builder.with_region(region);
    }
    let endpoint = [AmazonS3ConfigKey::S3Endpoint, AmazonS3ConfigKey::Endpoint]
        .iter()
        .find_map(|key| builder.get_config_value(key));
    let plain = allows_plain(endpoint.as_deref(), "AWS_ALLOW_HTTP");
    let store = builder
        .with_bucket_name(bucket)
        .with_allow_http(plain)
        .with_retry(connectors.retries())
        .with_http_connector(connectors.get(plain)?)
        .build()?;
    Ok(Arc::new(store))
}

fn gs(bucket: &str, connectors: &Connectors) -> Opened {
    let endpoint = env::var("GOOGLE_BASE_URL").ok();
    let plain = allows_plain(endpoint.as_deref(), "GOOGLE_ALLOW_HTTP");
    let store = GoogleCloudStorageBuilder::from_env()
        .with_bucket_name(bucket)
        .with_retry(connectors.retries())
        .with_http_connector(connectors.get(plain)?)
        .build()?;
    Ok(Arc::new(store))
}

fn az(container: &str, connectors: &Connectors) -> Opened {
    let builder = MicrosoftAzureBuilder::from_env();
    let is_emulator = builder.get_config_value(&AzureConfigKey::UseEmulator);
    let is_emulator = is_emulator.is_some_and(|value| value == "true");
    let endpoint = builder.get_config_value(&AzureConfigKey::Endpoint);
    let plain = is_emulator || allows_plain(endpoint.as_deref(), "AZURE_ALLOW_HTTP");
    let store = builder
        .with_container_name(container)
        .with_allow_http(plain)
        .with_retry(connectors.retries())
        .with_http_connector(connectors.get(plain)?)
        .build()?;
    Ok(Arc::new(store))
}

/// An HTTP server. Its address keeps the query, so that a pre-signed one can be fetched.
fn http(address: &Address, connectors: &Connectors) -> Opened {
    let plain = address.scheme() == Scheme::Http;
    let scheme = if plain { "http" } else { "https" };
    let query = address.query().map(|query| format!("?{query}"));
    let url = format!(
        "{scheme}://{}/{}",
        address.bucket(),
        query.unwrap_or_default()
    );
    let store = HttpBuilder::new()
        .with_url(url)
        .with_retry(connectors.retries())
        .with_http_connector(connectors.get(plain)?)
        .build()?;
    Ok(Arc::new(store))
}

/// Whether connections without encryption are allowed: to this machine, or if the user says so.
fn allows_plain(endpoint: Option<&str>, variable: &str) -> bool {
    let url = endpoint.and_then(|endpoint| Url::parse(endpoint).ok());
    let host = url.as_ref().and_then(Url::host_str);
    let wanted = env::var(variable).is_ok_and(|value| ["1", "true"].contains(&value.as_str()));
    wanted || host.is_some_and(is_loopback)
}

//! What an answer of a service means, without a connection: for programs that try answers which no real service
//! gives when it is wanted.

use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::address::{Address, Scheme};
use crate::answers::Service;
use crate::classify::classify;
use crate::error::{Kind, StoreError};
use crate::object::Put;
use crate::room::Room;
use crate::said::{Asked, Said, Understood};
use crate::steps::{Get, Got};
use crate::store::Store;

/// What the answer to a request for `address` means. Nothing is sent, and no variable is read. A second request,
/// such as for the rest of a listing, gets no answer.
///
/// # Errors
/// As the request would have it, or if the status is none of HTTP.
pub fn understood(
    address: &Address,
    asked: Asked,
    said: &Said<'_>,
) -> Result<Understood, StoreError> {
    let status = StatusCode::from_u16(said.status)
        .map_err(|_| StoreError::new(Kind::Other, address, "the status is none of HTTP"))?;
    let inner = opened(address, said, status).map_err(|error| classify(&error, address))?;
    let store = Store::new(inner, address.with_key(""));
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().build();
    let none = |_| StoreError::new(Kind::Other, address, "no runtime can be made");
    runtime
        .map_err(none)?
        .block_on(ask(store, address.key(), asked))
}

async fn ask(store: Store, key: &str, asked: Asked) -> Result<Understood, StoreError> {
    Ok(match asked {
        Asked::List => Understood::Listed(store.list(key).await?),
        Asked::Head => Understood::Head(store.head(key).await?),
        Asked::Get(most) => {
            let get = Get {
                store: store.clone(),
                key: key.into(),
                size: None,
                unless: None,
                start: None,
            };
            match store.get(&get, &Room::new(most, most), most).await? {
                Got::Unchanged => Understood::Unchanged,
                Got::Body(body) => Understood::Got(body.into_bytes()),
            }
        }
        Asked::Put(mode) => {
            let put = Put {
                key: key.into(),
                bytes: Bytes::from_static(b"\xff\xd8\xff\xd9"),
                mode,
                content_type: "image/jpeg",
                cache_control: None,
                metadata: Vec::new(),
                store,
            };
            Understood::Put(Store::put(put).await?)
        }
        Asked::Delete => {
            store.delete(&[key.into()]).await?;
            Understood::Deleted
        }
    })
}

/// Gives the first request one answer, and the others none. Stores make several clients; clones share the answer.
#[derive(Debug, Clone)]
struct Once {
    answer: (StatusCode, HeaderMap, Bytes),
    is_given: Arc<AtomicBool>,
}

impl Once {
    /// The answer, with those headers that HTTP allows.
    fn of(said: &Said<'_>, status: StatusCode) -> Self {
        let headers = said.head.iter().filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_str(value).ok()?))
        });
        Self {
            answer: (status, headers.collect(), Bytes::copy_from_slice(said.body)),
            is_given: Arc::default(),
        }
    }
}

/// There is one answer only.
#[derive(Debug, thiserror::Error)]
#[error("no further answer")]
struct NoMore;

type Answered<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

impl HttpService for Once {
    fn call<'this, 'answer>(&'this self, _: HttpRequest) -> Answered<'answer>
    where
        'this: 'answer,
        Self: 'answer,
    {
        if self.is_given.swap(true, Ordering::SeqCst) {
            let none = HttpError::new(HttpErrorKind::Connect, NoMore);
            return Box::pin(ready(Err(none)));
        }
        let (status, headers, body) = &self.answer;
        let mut response = HttpResponse::new(body.clone().into());
        *response.status_mut() = *status;
        *response.headers_mut() = headers.clone();
        Box::pin(ready(Ok(response)))
    }
}

impl HttpConnector for Once {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Service(self.clone())))
    }
}

fn opened(
    address: &Address,
    said: &Said<'_>,
    status: StatusCode,
) -> object_store::Result<Arc<dyn ObjectStore>> {
    let (bucket, connector) = (address.bucket(), Once::of(said, status));
    let retries = RetryConfig {
        max_retries: 0,
        ..RetryConfig::default()
    };
    Ok(match address.scheme() {
        Scheme::S3 => {
            let builder = AmazonS3Builder::new().with_bucket_name(bucket);
            let builder = builder.with_region("us-east-1").with_skip_signature(true);
            let builder = builder.with_retry(retries).with_http_connector(connector);
            Arc::new(builder.build()?)
        }
        Scheme::Gs => {
            let builder = GoogleCloudStorageBuilder::new().with_bucket_name(bucket);
            let builder = builder.with_skip_signature(true).with_retry(retries);
            Arc::new(builder.with_http_connector(connector).build()?)
        }
        Scheme::Az => {
            let builder = MicrosoftAzureBuilder::new().with_container_name(bucket);
            let builder = builder.with_account("account").with_skip_signature(true);
            let builder = builder.with_retry(retries).with_http_connector(connector);
            Arc::new(builder.build()?)
        }
        Scheme::Http | Scheme::Https => {
            let query = address.query().map(|query| format!("?{query}"));
            let url = format!("https://{bucket}/{}", query.unwrap_or_default());
            let builder = HttpBuilder::new().with_url(url).with_retry(retries);
            Arc::new(builder.with_http_connector(connector).build()?)
        }
    })
}

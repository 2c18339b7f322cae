//! The HTTP service below the client. It changes answers that the client would misread: keys in
//! listings, and bodies whose length is not announced.

use std::future::Future;
use std::pin::Pin;

use object_store::client::{
    HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use reqwest::Method;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, HeaderValue, TRANSFER_ENCODING};

use crate::listed::Listing;

/// Marks an answer whose body ends where the encoding of the transfer says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LengthUnknown;

/// In place of a length that is not known. The client needs one, and asks for the bytes up to it when
/// a body was cut.
const SOME_LENGTH: HeaderValue = HeaderValue::from_static("4611686018427387904");

/// The body ends where the connection ends, so that a cut one would look whole.
#[derive(Debug, thiserror::Error)]
#[error("the answer has neither a length nor an end")]
pub(crate) struct NoEnd;

/// An HTTP client whose answers are corrected before `object_store` reads them.
#[derive(Debug, Clone)]
pub(crate) struct Service<C>(pub(crate) C);

/// The answer to a request, to come.
pub(crate) type Answered<'a> =
    Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

impl<C: HttpService> HttpService for Service<C> {
    fn call<'this, 'answer>(&'this self, request: HttpRequest) -> Answered<'answer>
    where
        'this: 'answer,
        Self: 'answer,
    {
        Box::pin(async move {
            let listing = listing(&request);
            let is_get = request.method() == Method::GET;
            let answer = self.0.call(request).await?;
            match listing {
                Some(listing) if answer.status().is_success() => rewritten(answer, listing).await,
                None if is_get && answer.status().is_success() => with_length(answer),
                _ => Ok(answer),
            }
        })
    }
}

/// The kind of listing that a request asks for.
fn listing(request: &HttpRequest) -> Option<Listing> {
    if request.method().as_str() == "PROPFIND" {
        return Some(Listing::Addresses);
    }
    let query = request.uri().query().unwrap_or_default();
    let has = |wanted: &str| query.split('&').any(|part| part == wanted);
    match request.method() == Method::GET {
        true if has("list-type=2") => Some(Listing::Keys),
        true if has("comp=list") => Some(Listing::Names),
        _ => None,
    }
}

async fn rewritten(answer: HttpResponse, listing: Listing) -> Result<HttpResponse, HttpError> {
    let (mut parts, body) = answer.into_parts();
    // A listing that was cut is asked for again.
    let cut = |error| HttpError::new(HttpErrorKind::Interrupted, error);
    let bytes = body.bytes().await.map_err(cut)?;
    let body = match std::str::from_utf8(&bytes) {
        Ok(text) => listing.with_kept_keys(text).into_bytes().into(),
        Err(_) => bytes,
    };
    parts.headers.remove(CONTENT_LENGTH);
    Ok(HttpResponse::from_parts(
        parts,
        HttpResponseBody::from(body),
    ))
}

/// Gives an answer a length that has none.
fn with_length(mut answer: HttpResponse) -> Result<HttpResponse, HttpError> {
    if answer.headers().contains_key(CONTENT_LENGTH) {
        return Ok(answer);
    }
    let codings = answer.headers().get(TRANSFER_ENCODING);
    let codings = codings.and_then(|it| it.to_str().ok()).unwrap_or_default();
    // Only a chunked body says where it ends.
    if !codings.to_ascii_lowercase().contains("chunked") {
        return Err(HttpError::new(HttpErrorKind::Unknown, NoEnd));
    }
    // A range says its length itself.
    if !answer.headers().contains_key(CONTENT_RANGE) {
        answer.extensions_mut().insert(LengthUnknown);
    }
    answer.headers_mut().insert(CONTENT_LENGTH, SOME_LENGTH);
    Ok(answer)
}

//! The addresses of the page, and what answers there.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use super::allowance::too_large;
use super::page;
use super::receive::receive;
use super::service::Service;
use crate::web::{Answer, Refused, answer, json, nothing_here, page_files, picture, read, work};

/// The name of a file, as JSON in ASCII.
const NAME: &str = "x-name";

/// All addresses. Whoever asks was checked before.
pub(super) fn routes(service: Arc<Service>) -> Router {
    page_files(Router::new(), &page::FILES)
        .route("/api/start", get(start))
        .route("/api/batches", post(begin))
        .route("/api/batches/{id}/files", post(file))
        .route("/api/batches/{id}/make", post(make))
        .route("/api/batches/{id}/since/{run}/{from}", get(since))
        .route("/api/batches/{id}/pictures/{row}", get(result))
        .route("/api/batches/{id}/zip", post(zip))
        .route("/api/batches/{id}/copy", post(copy))
        .route("/api/batches/{id}/end", post(end))
        .route("/zip/{ticket}", get(download))
        .route("/review/{id}/", any(review))
        .route("/review/{id}/{*rest}", any(review))
        .fallback(async || nothing_here())
        .with_state(service)
}

type Shared = State<Arc<Service>>;

async fn start(State(service): Shared) -> Answer {
    answer(move || Ok(service.start())).await
}

async fn begin(State(service): Shared) -> Answer {
    answer(move || service.begin()).await
}

async fn file(
    State(service): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let batch = service.batch(&id)?;
    let name = headers.get(NAME).map_or(&b""[..], |name| name.as_bytes());
    let name: String = read(name)?;
    let length = headers.get(CONTENT_LENGTH);
    let length: Option<u64> = length.and_then(|it| it.to_str().ok()?.parse().ok());
    let most = service.allowance.bounds.file;
    if length.is_some_and(|length| length > most) {
        return Err(too_large(most));
    }
    let stored = receive(batch, Arc::clone(&service.allowance), name, body).await?;
    Ok(json(StatusCode::OK, &stored))
}

async fn make(State(service): Shared, Path(id): Path<String>, body: Bytes) -> Answer {
    let choice = read(&body)?;
    answer(move || service.make(&id, &choice)).await
}

async fn since(
    State(service): Shared,
    Path((id, run, from)): Path<(String, u32, usize)>,
) -> Answer {
    answer(move || service.since(&id, run, from)).await
}

async fn result(State(service): Shared, Path((id, row)): Path<(String, usize)>) -> Answer {
    Ok(picture(work(move || service.picture(&id, row)).await?))
}

async fn zip(State(service): Shared, Path(id): Path<String>, body: Bytes) -> Answer {
    let wanted = read(&body)?;
    answer(move || service.zip(&id, &wanted)).await
}

async fn copy(State(service): Shared, Path(id): Path<String>) -> Answer {
    answer(move || service.copy_approved(&id)).await
}

async fn end(State(service): Shared, Path(id): Path<String>) -> Answer {
    answer(move || service.end(&id)).await
}

async fn download(State(service): Shared, Path(ticket): Path<String>) -> Answer {
    service.download(&ticket)
}

/// Hands a request on to the review of a batch, with its address below `/review/ID`.
async fn review(State(service): Shared, request: Request) -> Response {
    match reviewed(&service, request).await {
        Ok(response) => response,
        Err(refused) => refused.into_response(),
    }
}

async fn reviewed(service: &Service, request: Request) -> Answer {
    let (mut parts, body) = request.into_parts();
    let below = parts.uri.path().strip_prefix("/review/");
    let (id, rest) = below
        .and_then(|it| it.split_once('/'))
        .ok_or_else(nothing_here)?;
    let pages = service.review(id)?;
    let rest: Result<Uri, _> = format!("/{rest}").parse();
    parts.uri = rest.map_err(|_| nothing_here())?;
    // They hold the parts of the outer address, which would be taken for parts of the inner one.
    parts.extensions.clear();
    let request = Request::from_parts(parts, body);
    let answered = TowerToHyperService::new(pages).call(request).await;
    answered.map_err(|never| -> Refused { match never {} })
}

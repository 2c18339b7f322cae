//! The addresses of a review, and what answers there.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;

use super::entry::Entry;
use super::failed::{Failed, failures};
use super::page;
use super::service::Service;
use crate::web::{Answer, answer, nothing_here, page_files, picture, read, work};

/// What the page shows beside a picture, as JSON.
const ABOUT: HeaderName = HeaderName::from_static("x-picture");

/// All addresses. Whoever asks was checked before.
pub(super) fn routes(service: Arc<Service>) -> Router {
    page_files(Router::new(), &page::FILES)
        .route("/api/now", get(now))
        .route("/api/pictures", get(pictures))
        .route("/api/pictures/{id}", get(detail))
        .route("/api/pictures/{id}/result", get(result))
        .route("/api/pictures/{id}/source", get(source))
        .route("/api/pictures/{id}/preview", post(preview))
        .route("/api/decide", post(decide))
        .route("/api/approve", post(approve))
        .route("/api/undo", post(undo))
        .route("/api/retry", post(retry))
        .fallback(async || nothing_here())
        .with_state(service)
}

/// The list of a folder.
#[derive(Serialize)]
struct List {
    out: String,
    revision: String,
    /// The name of the action that would be taken back next.
    undo: Option<String>,
    pictures: Vec<Entry>,
    /// Sources without a result.
    failed: Vec<Failed>,
}

async fn now(State(service): State<Arc<Service>>) -> Answer {
    answer(move || service.now()).await
}

async fn pictures(State(service): State<Arc<Service>>) -> Answer {
    answer(move || {
        // Before the rest, so that a change meanwhile is noticed.
        let revision = service.revision();
        let decisions = service.decisions()?;
        let all = service.all()?;
        let current = all.all.iter().filter(|known| known.former.is_none());
        let current: Vec<_> = current.collect();
        Ok(List {
            out: service.out.display().to_string(),
            revision,
            undo: Service::next_undo(&decisions),
            pictures: service.entries(&current, &decisions),
            failed: failures(&all),
        })
    })
    .await
}

async fn detail(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Answer {
    answer(move || service.detail(&id)).await
}

async fn result(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Answer {
    Ok(picture(work(move || service.result(&id)).await?))
}

async fn source(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Answer {
    let (bytes, placed) = work(move || service.whole(&id)).await?;
    let about = serde_json::json!({ "placed": placed }).to_string();
    Ok(with_about(picture(bytes), &about))
}

async fn preview(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let wanted = read(&body)?;
    let made = work(move || service.preview(&id, &wanted)).await?;
    Ok(match made {
        Some(made) => with_about(picture(made.bytes), &made.about),
        // A newer one is under way.
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

async fn decide(State(service): State<Arc<Service>>, body: Bytes) -> Answer {
    let change = read(&body)?;
    answer(move || service.decide(&change)).await
}

async fn approve(State(service): State<Arc<Service>>, body: Bytes) -> Answer {
    let wanted = read(&body)?;
    answer(move || service.approve_clean(&wanted)).await
}

async fn retry(State(service): State<Arc<Service>>, body: Bytes) -> Answer {
    let again = read(&body)?;
    answer(move || service.retry_failed(&again)).await
}

async fn undo(State(service): State<Arc<Service>>, body: Bytes) -> Answer {
    let name: String = read(&body)?;
    answer(move || service.undo(&name)).await
}

fn with_about(mut response: Response, about: &str) -> Response {
    if let Ok(about) = HeaderValue::from_str(about) {
        response.headers_mut().insert(ABOUT, about);
    }
    response
}

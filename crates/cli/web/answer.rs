//! Answers requests without holding up others.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::reply::{Refused, json};

/// The answer to a request, or its refusal.
pub(crate) type Answer = Result<Response, Refused>;

/// Reads the JSON of a request.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| {
        let message = format!("the request is not understood: {error}");
        Refused::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong_request", message)
    })
}

/// Answers with the outcome of some work in JSON.
pub(crate) async fn answer<T: Serialize + Send + 'static>(
    each: impl FnOnce() -> Result<T, Refused> + Send + 'static,
) -> Answer {
    Ok(json(StatusCode::OK, &work(each).await?))
}

/// Does some work beside the other requests: reading files and preparing pictures must not hold them
/// up.
pub(crate) async fn work<T: Send + 'static>(
    each: impl FnOnce() -> Result<T, Refused> + Send + 'static,
) -> Result<T, Refused> {
    let done = tokio::task::spawn_blocking(each).await;
    done.unwrap_or_else(|_| {
        let message = "this request failed; the others go on";
        Err(Refused::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "failed",
            message,
        ))
    })
}

/// The refusal of an address that leads nowhere.
pub(crate) fn nothing_here() -> Refused {
    let message = "there is nothing at this address";
    Refused::new(StatusCode::NOT_FOUND, "not_found", message)
}

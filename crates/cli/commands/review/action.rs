//! Names what a person does at once, so that it can be taken back at once.

use axum::http::StatusCode;

use crate::web::Refused;

/// Starts the name of every action of a review.
pub(super) const REVIEW: &str = "review ";

/// Digits of a key.
const DIGITS: usize = 16;

/// The name of the action with this key. The page makes the keys, so that an action that it sends
/// again, because the answer was lost, is recognised.
pub(super) fn action(key: &str) -> Result<String, Refused> {
    if key.len() == DIGITS && key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(format!("{REVIEW}{key}"));
    }
    let message = format!("the key of an action must be {DIGITS} hexadecimal digits");
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Err(Refused::new(status, "wrong_request", message))
}

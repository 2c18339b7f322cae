//! Turns a panic during the work on one picture into an error of that picture.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::Error;

/// Runs `work`. After [`Error::Panicked`], everything that `work` may have changed must be thrown
/// away.
pub(crate) fn guarded<T, E: From<Error>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let message = message(payload.as_ref());
        Err(Error::Panicked { message }.into())
    })
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a message").into()
}

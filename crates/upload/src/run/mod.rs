//! Delivers pictures: a few at a time, each step by step.

mod backoff;
mod deliver;
mod forecast;
mod queue;
mod scopes;
mod task;
mod values;

pub use forecast::{Forecast, Known};
pub use values::{Compare, Delivery, Event, Finished, Outcome, Run, RunOptions, Status, Stop};

//! Runs deliveries: `deliver` many of them on a few threads, `task` the steps of one.

mod backoff;
mod deliver;
mod forecast;
mod queue;
mod scopes;
mod task;
mod values;

pub use forecast::{Forecast, Known};
pub use values::{
    Compare, Comparison, Delivery, Event, Finished, Outcome, Run, RunOptions, Status, Stop,
};

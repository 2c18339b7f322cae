//! The task of delivering one picture to one account.

mod act;
mod first;
mod known;
mod look_again;
mod outcome;
mod questions;
mod send;
mod state;
mod steps;
mod uncertain;

pub(crate) use outcome::{never_begun, not_reached};
pub(crate) use state::{Step, Task};

//! The task of delivering one picture to one account.

mod act;
mod doubt;
mod first;
mod outcome;
mod send;
mod state;
mod steps;

pub(crate) use outcome::{never_begun, unknown_account};
pub(crate) use state::{Step, Task};

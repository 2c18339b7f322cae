//! `avatar-prep IN... OUT`: prepares pictures.

mod batch;
mod chosen;
mod dry_run;
mod empty;
mod guard;
mod history;
mod known;
mod passes;
mod plan_order;
mod recorder;
mod removed;
mod run;
mod sample;
mod stream;
mod watch;
mod work;

pub(crate) use run::run;
pub(crate) use watch::check;

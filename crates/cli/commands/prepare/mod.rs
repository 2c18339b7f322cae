//! `avatar-prep IN... OUT`: prepares pictures.

mod batch;
mod dry_run;
mod guard;
mod known;
mod passes;
mod recorder;
mod run;
mod sample;
mod stream;
mod watch;
mod work;

pub(crate) use run::run;
pub(crate) use watch::check;

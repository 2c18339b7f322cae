//! One line that changes while a command runs. On a terminal it stands below the lines that are
//! printed meanwhile; elsewhere there is none.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// The line, while there is one. It belongs to the process, because so does the terminal.
static LINE: Mutex<Option<ProgressBar>> = Mutex::new(None);

const TICK: Duration = Duration::from_millis(200);

fn line() -> MutexGuard<'static, Option<ProgressBar>> {
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins the line, if standard error is a terminal.
pub(crate) fn begin() {
    if io::stderr().is_terminal() {
        let style = ProgressStyle::with_template("{spinner} {wide_msg}");
        let bar = ProgressBar::new_spinner();
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.enable_steady_tick(TICK);
        *line() = Some(bar);
    }
}

/// Whether there is a line now.
pub(crate) fn is_shown() -> bool {
    line().is_some()
}

/// Changes the line.
pub(crate) fn show(text: String) {
    if let Some(bar) = &*line() {
        bar.set_message(text);
    }
}

/// Takes the line away.
pub(crate) fn end() {
    if let Some(bar) = line().take() {
        bar.finish_and_clear();
    }
}

/// Prints while the line is out of the way.
pub(super) fn above<T>(print: impl FnOnce() -> T) -> T {
    match &*line() {
        Some(bar) => bar.suspend(print),
        None => print(),
    }
}

//! One line that changes while a command runs. On a terminal it stays below the printed lines;
//! elsewhere it does not exist.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// The line, if there is one. It is global, because the process has only one terminal.
static LINE: Mutex<Option<ProgressBar>> = Mutex::new(None);

const TICK: Duration = Duration::from_millis(200);

fn line() -> MutexGuard<'static, Option<ProgressBar>> {
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins the line, if standard error is a terminal.
pub fn begin() {
    if io::stderr().is_terminal() {
        let style = ProgressStyle::with_template("{spinner} {wide_msg}");
        let bar = ProgressBar::new_spinner();
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.enable_steady_tick(TICK);
        *line() = Some(bar);
    }
}

/// Whether there is a line now.
pub fn is_shown() -> bool {
    line().is_some()
}

/// Changes the line.
pub fn show(text: String) {
    if let Some(bar) = &*line() {
        bar.set_message(text);
    }
}

/// Removes the line.
pub fn end() {
    if let Some(bar) = line().take() {
        bar.finish_and_clear();
    }
}

/// Hides the line while something is printed.
pub(super) fn above<T>(print: impl FnOnce() -> T) -> T {
    match &*line() {
        Some(bar) => bar.suspend(print),
        None => print(),
    }
}

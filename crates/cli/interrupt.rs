//! Ctrl-C: the first lets the pictures in flight finish, the second ends the process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError};

use crate::publish::PUBLISHING;
use crate::{Exit, console};

/// A flag that turns true when the run shall stop; one for the whole process.
pub(crate) fn stop_flag() -> Arc<AtomicBool> {
    static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    Arc::clone(STOP.get_or_init(install))
}

fn install() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    let installed = ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::SeqCst) {
            // No temporary file is left behind: wait for the few milliseconds that one may exist.
            let _idle = PUBLISHING.write().unwrap_or_else(PoisonError::into_inner);
            std::process::exit(Exit::Interrupted as i32);
        }
        console::print_interrupted();
    });
    if installed.is_err() {
        // Without a handler Ctrl-C ends the process at once, as everywhere else.
        console::print_warning("Ctrl-C will not wait for the pictures in flight");
    }
    stop
}

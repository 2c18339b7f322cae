//! Ctrl-C: the first lets pictures in flight finish, the second ends the process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, RwLockWriteGuard, TryLockError};
use std::time::{Duration, Instant};

use crate::exit::Exit;
use crate::files::publish::PUBLISHING;
use crate::files::temporary;
use crate::report::console;

/// The flag of this process that becomes true when the run should stop.
pub fn stop_flag() -> Arc<AtomicBool> {
    static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    Arc::clone(STOP.get_or_init(install))
}

fn install() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    let installed = ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::SeqCst) {
            let _idle = wait_for_publishers();
            temporary::remove_all();
            std::process::exit(Exit::Interrupted as i32);
        }
        console::print_interrupted();
    });
    if installed.is_err() {
        // Without a handler Ctrl-C ends the process at once, as in any program.
        console::print_warning("Ctrl-C will not wait for pictures in flight");
    }
    stop
}

/// Waits until no temporary file exists, so that none is left behind. One exists for milliseconds
/// only, unless its disk hangs.
fn wait_for_publishers() -> Option<RwLockWriteGuard<'static, ()>> {
    let deadline = Instant::now() + Duration::from_secs(1);
    while Instant::now() < deadline {
        match PUBLISHING.try_write() {
            Ok(idle) => return Some(idle),
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
    None
}

//! Memory that is really used, compared with estimates and limits. The allocator counts it, so this is a separate target.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr
)]

mod batches; // several pictures at a time
mod estimates; // of every format, effort and framing
mod headers; // before there is an estimate
mod jxl; // lossy JPEG XL, by its frames
mod lies; // sizes that are not true
mod pictures; // one of each layout of each format
#[path = "../it/written_tiff.rs"]
mod written_tiff;

use std::process::Command;

use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Whether this is the only test of its process, since the allocator counts for all threads. If it is not, the test is
/// run in a process of its own first, and has to pass there.
pub(crate) fn is_alone() -> bool {
    const ALONE: &str = "AVATAR_PREP_MEMORY_TEST";
    let thread = std::thread::current();
    let test = thread.name().expect("a test's thread bears its name");
    // With one thread for all tests, that is the main one.
    if std::env::var_os(ALONE).is_some() || test == "main" {
        return true;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads", "2"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("1 passed"), "{told}{text}");
    eprint!("{text}");
    false
}

/// The most that was allocated at once while `work` ran, beside what was before, in bytes.
pub(crate) fn peak<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let result = work();
    let most = MEMORY.peak_usage().saturating_sub(before);
    (result, most as u64)
}

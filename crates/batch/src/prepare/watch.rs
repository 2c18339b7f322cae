//! `--watch`: keeps preparing new and changed pictures until interrupted.
//!
//! Each pass is a run over all inputs, in which up-to-date results cost next to nothing. So a missed
//! or repeated event does no harm, and every guarantee of a run holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::passes::{DEBOUNCE, Run};
use crate::args::Options;
use crate::error::CliError;
use crate::exit::Exit;
use crate::files::publish;
use crate::interrupt;
use crate::made::Made;
use crate::naming::{self, Target, places};

/// Under constant changes a pass starts after this long.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How often a wait checks for an interrupt.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Refuses options that make no sense together with watching.
pub(super) fn check(options: &Options, inputs: &[PathBuf], output: &Path) -> Result<(), CliError> {
    if !options.watch {
        return Ok(());
    }
    let is_stream = output == Path::new("-") || inputs.iter().any(|input| input == Path::new("-"));
    let (other, hint) = if options.dry_run {
        ("--dry-run", "drop one of them")
    } else if !options.reports.is_empty() {
        (
            "--report",
            "a report is written at the end of a run: use --json",
        )
    } else if !options.sheets.is_empty() {
        ("--sheet", "a sheet is written at the end of a run")
    } else if options.upload.after_preparing {
        ("--upload", "run avatar-prep upload OUT separately")
    } else if is_stream {
        ("a stream", "name folders")
    } else if matches!(naming::target(inputs, output)?, Target::File(_)) {
        ("a single result", "choose a folder for the results")
    } else {
        return Ok(());
    };
    Err(CliError::usage(
        format!("--watch cannot be combined with {other}"),
        hint,
    ))
}

/// Prepares what exists, then what arrives.
pub(super) fn run(run: &mut Run<'_>, inputs: &[PathBuf], out: &Path) -> Result<Made, CliError> {
    let stop = interrupt::stop_flag();
    // Watching starts before the first pass, so that no change falls between the two.
    let watching = Watching::begin(inputs, out)?;
    let mut made = run.pass()?;
    let mut unsettled = false;
    while made.exit != Exit::Interrupted && watching.wait(&stop, unsettled) {
        let (next, later) = run.next_pass()?;
        unsettled = later;
        if next.exit != Exit::AllDone {
            made = next;
        }
    }
    Ok(made)
}

/// Events of the inputs.
struct Watching {
    /// Dropping it would end the events.
    _watcher: RecommendedWatcher,
    changes: Receiver<()>,
}

impl Watching {
    fn begin(inputs: &[PathBuf], out: &Path) -> Result<Self, CliError> {
        let (sender, changes) = channel();
        let out = places::resolve(out);
        let see = move |event: notify::Result<Event>| see(&event, &out, &sender);
        let mut watcher = notify::recommended_watcher(see).map_err(|error| failed(&error))?;
        for input in inputs {
            let (folder, mode) = match input.parent() {
                _ if input.is_dir() => (input.as_path(), RecursiveMode::Recursive),
                Some(folder) if folder != Path::new("") => (folder, RecursiveMode::NonRecursive),
                _ => (Path::new("."), RecursiveMode::NonRecursive),
            };
            let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
            watcher
                .watch(&folder, mode)
                .map_err(|error| failed(&error))?;
        }
        Ok(Self {
            _watcher: watcher,
            changes,
        })
    }

    /// Waits until something changed and no more changes follow; false once it is time to stop.
    fn wait(&self, stop: &AtomicBool, mut changed: bool) -> bool {
        let mut last = Instant::now();
        let mut first = last;
        while !stop.load(Ordering::Relaxed) {
            match self.changes.recv_timeout(POLL_INTERVAL) {
                Ok(()) => {
                    last = Instant::now();
                    if !changed {
                        first = last;
                    }
                    changed = true;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
            }
            if changed && (last.elapsed() >= DEBOUNCE || first.elapsed() >= LONGEST_WAIT) {
                return true;
            }
        }
        false
    }
}

/// Whether it is a temporary file of this program, in any folder of results.
fn is_own(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    name.starts_with(publish::PREFIX.as_bytes()) && name.ends_with(publish::SUFFIX.as_bytes())
}

/// Passes on events that may have changed a source: not reads, and nothing in `out`.
fn see(event: &notify::Result<Event>, out: &Path, changes: &Sender<()>) {
    let is_change = match event {
        Ok(event) => {
            let closed = EventKind::Access(AccessKind::Close(AccessMode::Write));
            let changes = !event.kind.is_access() || event.kind == closed;
            let outside = |path: &PathBuf| !path.starts_with(out) && !is_own(path);
            event.need_rescan() || (changes && event.paths.iter().any(outside))
        }
        // Lost events may have been anything.
        Err(_) => true,
    };
    if is_change {
        // Fails once the run has ended, when nothing waits any more.
        let _ = changes.send(());
    }
}

fn failed(error: &notify::Error) -> CliError {
    CliError::environment(
        format!("could not watch the inputs: {error}"),
        "raise the limit on watches (on Linux fs.inotify.max_user_watches), or run from a timer",
    )
}

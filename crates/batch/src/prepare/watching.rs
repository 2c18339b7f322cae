//! Notices that watched inputs changed: by notifications of the operating system, and where these say nothing by looking.
//!
//! A watch belongs to a folder, not to its path. If another folder is at the path, or a link to a folder
//! is new, the watches are made again. Nothing is notified of what other machines write on a network
//! drive, nor of what changes behind some links. So everything is looked at again after a while, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::passes::DEBOUNCE;
use crate::error::CliError;
use crate::files::publish;
use crate::naming::places;
use crate::report::console;

/// Under constant changes a pass starts after this long.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How often a wait checks for an interrupt.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// How often it is checked whether the watched folders are still at their paths.
const PLACES_INTERVAL: Duration = Duration::from_secs(1);

/// Without any notification, a pass starts after this long.
const LONGEST_SILENCE: Duration = Duration::from_secs(60);

/// The silence lasts at least this many times as long as the last pass, so that passes over very many
/// files do not keep a machine busy.
const SILENCE_PER_PASS: u32 = 20;

/// What a notification means.
enum Change {
    /// A source may be new or different.
    Source,
    /// Something is new that is not watched.
    Watches,
    /// Something cannot be watched, with the reason.
    Unwatched(String),
}

/// A folder that is watched: its path, and what tells it from another at the same path.
#[derive(PartialEq, Eq)]
struct Place(PathBuf, (u64, u64));

/// The watched inputs.
pub(super) struct Watching<'a> {
    inputs: &'a [PathBuf],
    out: PathBuf,
    /// Dropping it ends the notifications.
    watcher: Option<RecommendedWatcher>,
    places: Vec<Option<Place>>,
    /// Whether the watches have to be made again.
    is_stale: bool,
    /// Whether a warning was printed of what cannot be watched.
    has_warned: bool,
    /// When the last wait ended.
    since: Instant,
    sender: Sender<Change>,
    changes: Receiver<Change>,
}

impl<'a> Watching<'a> {
    pub(super) fn begin(inputs: &'a [PathBuf], out: &Path) -> Result<Self, CliError> {
        let (sender, changes) = channel();
        let mut watching = Self {
            inputs,
            out: places::resolve(out),
            watcher: None,
            places: Vec::new(),
            is_stale: false,
            has_warned: false,
            since: Instant::now(),
            sender,
            changes,
        };
        watching.watch().map_err(|error| {
            CliError::environment(
                format!("could not watch the inputs: {error}"),
                RAISE_THE_LIMIT,
            )
        })?;
        Ok(watching)
    }

    /// Waits until something changed and no more changes follow, or for the longest silence; false once
    /// it is time to stop.
    pub(super) fn wait(&mut self, stop: &AtomicBool, mut changed: bool) -> bool {
        let silence = LONGEST_SILENCE.max(self.since.elapsed() * SILENCE_PER_PASS);
        let start = Instant::now();
        let (mut first, mut last, mut looked) = (start, start, start);
        while !stop.load(Ordering::Relaxed) {
            let mut is_news = false;
            // The sender is kept, so an error only means that the time is over.
            if let Ok(change) = self.changes.recv_timeout(POLL_INTERVAL) {
                self.note(change);
                is_news = true;
            }
            if looked.elapsed() >= PLACES_INTERVAL {
                looked = Instant::now();
                let is_moved = !self.is_stale && places_of(self.inputs) != self.places;
                self.is_stale |= is_moved;
                is_news |= is_moved;
            }
            if is_news {
                last = Instant::now();
                first = if changed { first } else { last };
                changed = true;
            }
            let is_over = last.elapsed() >= DEBOUNCE || first.elapsed() >= LONGEST_WAIT;
            if changed && is_over || start.elapsed() >= silence {
                self.renew();
                self.since = Instant::now();
                return true;
            }
        }
        false
    }

    fn note(&mut self, change: Change) {
        match change {
            Change::Source => {}
            Change::Watches => self.is_stale = true,
            Change::Unwatched(error) => self.warn(&error),
        }
    }

    /// Makes the watches again if they have to be. A pass follows, so nothing is missed meanwhile.
    fn renew(&mut self) {
        if std::mem::take(&mut self.is_stale)
            && let Err(error) = self.watch()
        {
            self.warn(&error.to_string());
        }
    }

    fn watch(&mut self) -> notify::Result<()> {
        // The former watches count towards the limit of the system.
        self.watcher = None;
        self.places = places_of(self.inputs);
        let roots: Vec<PathBuf> = self.inputs.iter().map(|input| root(input)).collect();
        let (out, sender) = (self.out.clone(), self.sender.clone());
        let mut watcher = notify::recommended_watcher(move |event| {
            if let Some(change) = change(&event, &out, &roots) {
                // Fails once the run has ended, when nothing waits any more.
                let _ = sender.send(change);
            }
        })?;
        for (folder, mode) in self.inputs.iter().map(|input| watched(input)) {
            if folder.is_dir() {
                watcher.watch(&folder, mode)?;
            }
        }
        self.watcher = Some(watcher);
        Ok(())
    }

    /// Says once that some changes are found late.
    fn warn(&mut self, error: &str) {
        if !std::mem::replace(&mut self.has_warned, true) {
            console::print_warning(&format!(
                "some folders are not watched: {error}; what changes there is found after a minute \
                 or more; {RAISE_THE_LIMIT}"
            ));
        }
    }
}

const RAISE_THE_LIMIT: &str =
    "raise the limit on watches (on Linux fs.inotify.max_user_watches), or run from a timer";

/// The folder to watch for an input: itself, or the one that holds it.
fn watched(input: &Path) -> (PathBuf, RecursiveMode) {
    let (folder, mode) = match input.is_dir() {
        true => (input, RecursiveMode::Recursive),
        false => (publish::folder(input), RecursiveMode::NonRecursive),
    };
    let canonical = fs::canonicalize(folder);
    (canonical.unwrap_or_else(|_| folder.to_path_buf()), mode)
}

/// The path of an input in notifications.
fn root(input: &Path) -> PathBuf {
    let (folder, mode) = watched(input);
    match (mode, input.file_name()) {
        (RecursiveMode::NonRecursive, Some(name)) => folder.join(name),
        _ => folder,
    }
}

fn places_of(inputs: &[PathBuf]) -> Vec<Option<Place>> {
    let place = |input: &PathBuf| {
        let (folder, _) = watched(input);
        let found = fs::metadata(&folder).ok()?;
        Some(Place(folder, number(&found)))
    };
    inputs.iter().map(place).collect()
}

/// Tells apart two folders that are at one path one after the other.
#[cfg(unix)]
fn number(folder: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (folder.dev(), folder.ino())
}

#[cfg(not(unix))]
fn number(folder: &fs::Metadata) -> (u64, u64) {
    let made = folder.created().ok();
    let made = made.and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
    made.map_or((0, 0), |it| (it.as_secs(), it.subsec_nanos().into()))
}

/// What a notification means; none if no source can have changed by it: reads, and what this program
/// writes.
fn change(event: &notify::Result<Event>, out: &Path, roots: &[PathBuf]) -> Option<Change> {
    let event = match event {
        Ok(event) => event,
        Err(error) => return Some(Change::Unwatched(error.to_string())),
    };
    // Notifications were lost, also those of new folders.
    if event.need_rescan() {
        return Some(Change::Watches);
    }
    let closed = EventKind::Access(AccessKind::Close(AccessMode::Write));
    if event.kind.is_access() && event.kind != closed {
        return None;
    }
    let mut paths = event.paths.iter();
    let mut outside = paths.clone().filter(|path| !is_own(path, out, roots));
    outside.next()?;
    let may_move = matches!(
        event.kind,
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))
    );
    let is_new_place = |path: &PathBuf| roots.contains(path) || is_link_to_folder(path);
    match may_move && paths.any(is_new_place) {
        true => Some(Change::Watches),
        false => Some(Change::Source),
    }
}

fn is_link_to_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|it| it.is_symlink()) && path.is_dir()
}

/// Whether this program writes a path: its temporary files, in any folder of results, and what is in `out`.
/// As in every run, what is in an input below `out` is a source all the same.
fn is_own(path: &Path, out: &Path, roots: &[PathBuf]) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let is_temporary =
        name.starts_with(publish::PREFIX.as_bytes()) && name.ends_with(publish::SUFFIX.as_bytes());
    let is_source = |root: &PathBuf| root.starts_with(out) && path.starts_with(root);
    is_temporary || path.starts_with(out) && !roots.iter().any(is_source)
}

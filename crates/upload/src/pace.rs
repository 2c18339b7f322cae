//! When a scope may be called next, and what was sent last to each of its slots. All processes of a
//! user share this: there is one small file for each scope and slot in a folder of the user. The
//! file of a slot is locked while a process works on the slot.
//!
//! The folder belongs to the user and not to a folder of results, because the service counts all
//! calls of an account, whatever results they send. A lock ends with its process.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::PathBuf;
use std::time::Duration;

use fs4::fs_std::FileExt;

use crate::destination::{Scope, Target};
use crate::{clock, payload};

/// A deferral beyond this is taken for an error in the file: the longest real one is a quota that
/// ends with the month.
pub(crate) const LONGEST_DEFERRAL: Duration = Duration::from_secs(32 * 86_400);

/// A pause between two sends beyond this is taken for an error in the file.
const LONGEST_SPACING: Duration = Duration::from_secs(20 * 60);

/// Keeps the times of scopes and the sends of slots.
#[derive(Debug)]
pub struct Pacer {
    folder: PathBuf,
}

/// When a scope may be called; times since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Times {
    /// No send before this time.
    pub(crate) send: Duration,
    /// No request at all before this time.
    pub(crate) deferred: Duration,
    /// Code of the reason for the deferral.
    pub(crate) code: String,
}

/// What was sent to a slot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sent {
    /// SHA-256 of the last picture that was applied or may have been; empty if there is none.
    pub(crate) last: String,
    /// Whether it is certain that this picture was applied.
    pub(crate) applied: bool,
    /// Number of sends so far, with any outcome.
    pub(crate) sends: u64,
}

impl Sent {
    /// Whether another picture than this one was sent last.
    pub(crate) fn last_was_another(&self, sha256: &str) -> bool {
        !self.last.is_empty() && self.last != sha256
    }

    /// Whether this picture was applied, and none was sent after it.
    pub(crate) fn shows(&self, sha256: &str) -> bool {
        self.applied && self.last == sha256
    }
}

/// The right to work on a slot, until it is dropped.
pub(crate) struct Lease<'a> {
    pacer: &'a Pacer,
    scope: Scope,
    file: File,
    pub(crate) times: Times,
    pub(crate) sent: Sent,
}

impl Pacer {
    /// Keeps the times in this folder; creates it if it is missing.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// Reads the times from this folder and never writes; if the folder is missing, there are no
    /// times.
    #[must_use]
    pub fn look(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// Whether the last picture that was sent is another one than that with this SHA-256; sends
    /// from all folders of results count.
    #[must_use]
    pub fn last_was_another(&self, target: &Target, sha256: &str) -> bool {
        self.sent(target).last_was_another(sha256)
    }

    fn scope_file(&self, Scope { service, host, id }: &Scope) -> PathBuf {
        self.named("scope", &format!("{service} {host} {id}"))
    }

    fn slot_file(&self, target: &Target) -> PathBuf {
        let Scope { service, host, id } = &target.scope;
        self.named("slot", &format!("{service} {host} {id} {}", target.slot))
    }

    fn named(&self, kind: &str, key: &str) -> PathBuf {
        let hash = payload::sha256(key.as_bytes());
        let digits = hash.get(..32).unwrap_or(&hash);
        self.folder.join(format!("{kind}-{digits}"))
    }

    /// When a scope may be called. Takes no lock: a line is always replaced by one of the same
    /// length in a single write, so a reader never sees half of one.
    pub(crate) fn times(&self, scope: &Scope) -> Times {
        let text = fs::read_to_string(self.scope_file(scope)).unwrap_or_default();
        times(&text, clock::now()).times
    }

    /// What was sent to a slot.
    pub(crate) fn sent(&self, target: &Target) -> Sent {
        let text = fs::read_to_string(self.slot_file(target)).unwrap_or_default();
        sent(&text)
    }

    /// Locks a slot; `None` while another process has it.
    pub(crate) fn enter(&self, target: &Target) -> io::Result<Option<Lease<'_>>> {
        let mut file = open(self.slot_file(target))?;
        if !FileExt::try_lock_exclusive(&file)? {
            return Ok(None);
        }
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        Ok(Some(Lease {
            pacer: self,
            scope: target.scope.clone(),
            file,
            times: self.settled_times(&target.scope)?,
            sent: sent(&text),
        }))
    }

    /// The times of a scope. Times from a clock that was ahead of the present one are adjusted and
    /// written back; otherwise every reader would adjust them again, and the pause would never end.
    fn settled_times(&self, scope: &Scope) -> io::Result<Times> {
        let text = fs::read_to_string(self.scope_file(scope)).unwrap_or_default();
        match times(&text, clock::now()) {
            Found {
                times,
                is_adjusted: false,
            } => Ok(times),
            _ => self.change(scope, |_| {}),
        }
    }

    /// Changes the times of a scope durably, under a lock, so that no other process changes them
    /// meanwhile.
    fn change(&self, scope: &Scope, change: impl FnOnce(&mut Times)) -> io::Result<Times> {
        let mut file = open(self.scope_file(scope))?;
        FileExt::lock_exclusive(&file)?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let mut times = times(&text, clock::now()).times;
        change(&mut times);
        let line = format!(
            "{:020} {:020} {:<32.32} {:020}\n",
            times.send.as_millis(),
            times.deferred.as_millis(),
            or_dash(&times.code),
            clock::now().as_millis(),
        );
        replace(&mut file, &line)?;
        Ok(times)
    }
}

impl Lease<'_> {
    /// Reserves the next send of the scope, so that no other send starts within `spacing` of it. If
    /// another slot has reserved it, returns how long to wait.
    pub(crate) fn reserve(&mut self, spacing: Duration) -> io::Result<Result<(), Duration>> {
        if spacing.is_zero() {
            return Ok(Ok(()));
        }
        let now = clock::now();
        let mut wait = Duration::ZERO;
        self.times = self.pacer.change(&self.scope, |times| {
            wait = times.send.saturating_sub(now);
            if wait.is_zero() {
                times.send = now + spacing;
            }
        })?;
        Ok(if wait.is_zero() { Ok(()) } else { Err(wait) })
    }

    /// Allows no send of the scope before `until`.
    pub(crate) fn space(&mut self, until: Duration) -> io::Result<()> {
        let later = |times: &mut Times| times.send = times.send.max(until);
        self.times = self.pacer.change(&self.scope, later)?;
        Ok(())
    }

    /// Defers everything for the scope until then.
    pub(crate) fn rest(&mut self, until: Duration, code: &str) -> io::Result<()> {
        self.times = self.pacer.change(&self.scope, |times| {
            times.deferred = until;
            times.code = code.into();
        })?;
        Ok(())
    }

    /// Writes durably what was sent. All lines have the same length, so that a crash never leaves
    /// half of one.
    pub(crate) fn keep(&mut self, sent: Sent) -> io::Result<()> {
        let line = format!(
            "{:<64.64} {:020} {:<8}\n",
            or_dash(&sent.last),
            sent.sends,
            if sent.applied { APPLIED } else { "-" }
        );
        replace(&mut self.file, &line)?;
        self.sent = sent;
        Ok(())
    }
}

/// Last word of a line if its picture was applied.
const APPLIED: &str = "applied";

fn open(path: PathBuf) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false);
    options.open(path)
}

fn replace(file: &mut File, line: &str) -> io::Result<()> {
    file.rewind()?;
    file.write_all(line.as_bytes())?;
    file.sync_data()
}

/// A dash for an empty field: fields are separated by spaces, so an empty one would be lost.
fn or_dash(field: &str) -> &str {
    if field.is_empty() { "-" } else { field }
}

fn words(text: &str) -> Vec<&str> {
    text.lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect()
}

fn sent(text: &str) -> Sent {
    let words = words(text);
    let word = |index: usize| words.get(index).filter(|word| **word != "-").copied();
    Sent {
        last: word(0).unwrap_or_default().into(),
        sends: word(1).and_then(|word| word.parse().ok()).unwrap_or(0),
        applied: word(2) == Some(APPLIED),
    }
}

/// Times that were read from a file.
struct Found {
    times: Times,
    /// Whether they were written under a clock that was ahead of the present one and had to be
    /// adjusted.
    is_adjusted: bool,
}

/// If the clock was set back since the times were written, the pause that is left is as long as it
/// was then, and never longer than one that could be written now.
fn times(text: &str, now: Duration) -> Found {
    let words = words(text);
    let word = |index: usize| words.get(index).filter(|word| **word != "-").copied();
    let time = |index: usize| {
        let millis = word(index).and_then(|word| word.parse().ok());
        millis.map(Duration::from_millis)
    };
    let ahead = time(3).unwrap_or_default().saturating_sub(now);
    let held = |index: usize, longest: Duration| {
        let time = time(index).unwrap_or_default().saturating_sub(ahead);
        time.min(now.saturating_add(longest))
    };
    let times = Times {
        send: held(0, LONGEST_SPACING),
        deferred: held(1, LONGEST_DEFERRAL),
        code: word(2).unwrap_or_default().into(),
    };
    let as_written = (time(0).unwrap_or_default(), time(1).unwrap_or_default());
    Found {
        is_adjusted: as_written != (times.send, times.deferred),
        times,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(id: &str) -> Target {
        let scope = Scope {
            service: "s".into(),
            host: "h".into(),
            id: id.into(),
        };
        let slot = String::new();
        Target { scope, slot }
    }

    #[test]
    fn sends_are_kept_and_one_process_at_a_time_has_a_slot() {
        let folder = tempfile::tempdir().unwrap();
        let pacer = Pacer::open(folder.path().join("deep/pace")).unwrap();
        let mut lease = pacer.enter(&target("1")).unwrap().unwrap();
        assert_eq!(
            (&lease.times, &lease.sent),
            (&Times::default(), &Sent::default())
        );
        let sent = Sent {
            last: "5ec".into(),
            applied: true,
            sends: 7,
        };
        lease.keep(sent.clone()).unwrap();
        assert!(pacer.enter(&target("1")).unwrap().is_none(), "taken");
        assert!(
            pacer.enter(&target("2")).unwrap().is_some(),
            "another one is free"
        );
        drop(lease);
        assert_eq!(pacer.sent(&target("1")), sent);
        assert_eq!(pacer.enter(&target("1")).unwrap().unwrap().sent, sent);
        assert!(sent.last_was_another("0") && !sent.last_was_another("5ec"));
        assert!(sent.shows("5ec") && !sent.shows("0"));
    }

    #[test]
    fn slots_of_a_scope_take_turns() {
        let folder = tempfile::tempdir().unwrap();
        let pacer = Pacer::open(folder.path()).unwrap();
        let slot = |slot: &str| Target {
            slot: slot.into(),
            ..target("1")
        };
        let mut one = pacer.enter(&slot("one")).unwrap().unwrap();
        let mut two = pacer.enter(&slot("two")).unwrap().unwrap();
        let spacing = Duration::from_secs(11);
        assert_eq!(one.reserve(spacing).unwrap(), Ok(()));
        let wait = two.reserve(spacing).unwrap().unwrap_err();
        assert!(
            wait > Duration::from_secs(10) && wait <= spacing,
            "{wait:?}"
        );
        assert_eq!(two.reserve(Duration::ZERO).unwrap(), Ok(()));
        one.rest(clock::now() + spacing, "quota").unwrap();
        assert_eq!(pacer.times(&target("1").scope).code, "quota");
    }

    #[test]
    fn a_wrong_clock_does_not_lock_a_scope_for_years() {
        let now = Duration::from_secs(1_000_000_000);
        let found = times("99999999999999999 99999999999999999 quota", now);
        assert_eq!(found.times.send, now + LONGEST_SPACING);
        assert_eq!(found.times.deferred, now + LONGEST_DEFERRAL);
        assert!(found.is_adjusted);
        let nothing = times("", now);
        assert_eq!(
            (nothing.times, nothing.is_adjusted),
            (Times::default(), false)
        );
        assert!(!sent("5ec 3 0\nplied \n").applied);
    }

    #[test]
    fn a_clock_that_was_set_back_leaves_pauses_as_they_were() {
        let now = Duration::from_secs(1_000_000_000);
        let ahead = now + Duration::from_secs(10 * 86_400);
        let in_ = |time: Duration, seconds| (time + Duration::from_secs(seconds)).as_millis();
        let line = |time| {
            format!(
                "{} {} quota {}",
                in_(time, 11),
                in_(time, 1800),
                in_(time, 0)
            )
        };
        for (written, is_adjusted) in [(now, false), (ahead, true)] {
            let found = times(&line(written), now);
            assert_eq!(found.times.send, now + Duration::from_secs(11));
            assert_eq!(found.times.deferred, now + Duration::from_secs(1800));
            assert_eq!(found.is_adjusted, is_adjusted);
        }
        // Written under a clock that was behind: the pause is over.
        let behind = now - Duration::from_secs(10 * 86_400);
        assert!(times(&line(behind), now).times.deferred < now);
    }

    #[test]
    fn a_pause_from_a_wrong_clock_passes() {
        let folder = tempfile::tempdir().unwrap();
        let pacer = Pacer::open(folder.path()).unwrap();
        let forever = "99999999999999999 99999999999999999 quota\n";
        fs::write(pacer.scope_file(&target("1").scope), forever).unwrap();
        let first = pacer.enter(&target("1")).unwrap().unwrap().times;
        let second = pacer.enter(&target("1")).unwrap().unwrap().times;
        assert_eq!(
            first.send.as_millis(),
            second.send.as_millis(),
            "no later than it was"
        );
    }
}

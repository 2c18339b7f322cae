//! When a scope may be called next, and what was sent last to each of its slots. All processes of a
//! user share this: there is one small file for each scope and slot in a folder of the user. The
//! file of a slot is locked while a process works on the slot.
//!
//! The folder belongs to the user and not to a folder of results, because the service counts all
//! calls of an account, whatever results they send. A lock ends with its process.

mod folder;
mod former;
mod kept;
mod lease;

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;

use fs4::fs_std::FileExt;

pub(crate) use kept::{LONGEST_DEFERRAL, Sent, Times};
pub(crate) use lease::Lease;

use crate::clock;
use crate::destination::{Scope, Target};
use folder::{Folder, open, replace};
use kept::{Found, sent, times};

/// Keeps the times of scopes and the sends of slots.
#[derive(Debug)]
pub struct Pacer {
    folder: Folder,
}

impl Pacer {
    /// Keeps the times in this folder; creates it if it is missing.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let path = folder.into();
        fs::create_dir_all(&path)?;
        let folder = Folder { path };
        Ok(Self { folder })
    }

    /// Reads the times from this folder and never writes; if the folder is missing, there are no
    /// times.
    #[must_use]
    pub fn look(folder: impl Into<PathBuf>) -> Self {
        let path = folder.into();
        let folder = Folder { path };
        Self { folder }
    }

    /// A unique name of the folder, which is stored in it. If the name under a path changes, it is
    /// another folder, for example in another container.
    ///
    /// # Errors
    /// If it can be neither read nor written.
    pub fn identity(&self) -> io::Result<String> {
        let mut file = open(self.folder.path.join("identity"))?;
        FileExt::lock_exclusive(&file)?;
        let mut name = String::new();
        file.read_to_string(&mut name)?;
        if name.is_empty() {
            name = format!("{:032x}", fastrand::u128(..));
            replace(&mut file, &name)?;
        }
        Ok(name)
    }

    /// Whether the last picture that was sent is another one than that with this SHA-256; sends
    /// from all folders of results count.
    #[must_use]
    pub fn last_was_another(&self, target: &Target, sha256: &str) -> bool {
        self.sent(target).last_was_another(sha256)
    }

    /// When a target may be called. Takes no lock: a line is always replaced by one of the same
    /// length in a single write, so a reader never sees half of one.
    pub(crate) fn times(&self, target: &Target) -> Times {
        let of = |scope: &Scope| {
            let text = fs::read_to_string(self.folder.scope(scope)).unwrap_or_default();
            times(&text, clock::now()).times
        };
        of(&target.scope).with(of(&own(target)))
    }

    /// What was sent to a slot.
    pub(crate) fn sent(&self, target: &Target) -> Sent {
        let text = fs::read_to_string(self.folder.slot(target)).unwrap_or_default();
        sent(&text)
    }

    /// Locks a slot; `None` while another process has it.
    pub(crate) fn enter(&self, target: &Target) -> io::Result<Option<Lease<'_>>> {
        let mut file = open(self.folder.slot(target))?;
        if !FileExt::try_lock_exclusive(&file)? {
            return Ok(None);
        }
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        Ok(Some(Lease {
            folder: &self.folder,
            scope: target.scope.clone(),
            own: own(target),
            file,
            times: self.settled_times(target)?,
            sent: sent(&text),
        }))
    }

    /// The times of a scope. Times from a clock that was ahead of the present one are adjusted and
    /// written back; otherwise every reader would adjust them again, and the pause would never end.
    fn settled_times(&self, target: &Target) -> io::Result<Times> {
        let times = self.settled(&target.scope)?;
        let own = own(target);
        match own == target.scope {
            true => Ok(times),
            false => Ok(times.with(self.settled(&own)?)),
        }
    }

    fn settled(&self, scope: &Scope) -> io::Result<Times> {
        let text = fs::read_to_string(self.folder.scope(scope)).unwrap_or_default();
        match times(&text, clock::now()) {
            Found {
                times,
                is_adjusted: false,
            } => Ok(times),
            _ => self.folder.change(scope, |_| {}),
        }
    }
}

/// The slot of a target as a scope of its own: what is deferred for the slot is deferred for no other. A scope with
/// one slot is that slot.
fn own(target: &Target) -> Scope {
    let mut own = target.scope.clone();
    if !target.slot.is_empty() {
        own.id = format!("{} {}", own.id, target.slot);
    }
    own
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::kept::LONGEST_SPACING;
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
        // One slot is put off alone, or all of the scope.
        one.defer(clock::now() + spacing, "locked").unwrap();
        let codes = || ["one", "two"].map(|name| pacer.times(&slot(name)).code);
        assert_eq!(codes(), ["locked", ""]);
        one.defer_scope(clock::now() + 2 * spacing, "quota")
            .unwrap();
        assert_eq!(codes(), ["quota", "quota"]);
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
        fs::write(pacer.folder.scope(&target("1").scope), forever).unwrap();
        let first = pacer.enter(&target("1")).unwrap().unwrap().times;
        let second = pacer.enter(&target("1")).unwrap().unwrap().times;
        assert_eq!(
            first.send.as_millis(),
            second.send.as_millis(),
            "no later than it was"
        );
    }
}

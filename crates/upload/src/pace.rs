//! When an account may be called next, agreed between all processes of a user: one small file per
//! account in a folder of the user's, locked while the account is called.
//!
//! The folder belongs to the user and not to the results, because the service counts the calls of
//! an account, from whichever folder they come. A lock ends with its process.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::PathBuf;
use std::time::Duration;

use fs4::fs_std::FileExt;

use crate::destination::AccountKey;
use crate::{clock, payload};

/// Longest time that an account is left alone and that is believed: quotas end with the month.
pub(crate) const LONGEST_DEFERRAL: Duration = Duration::from_secs(32 * 86_400);

/// Longest time between two sends that is believed.
const LONGEST_SPACING: Duration = Duration::from_secs(20 * 60);

/// Keeps the times of accounts.
#[derive(Debug)]
pub struct Pacer {
    folder: PathBuf,
}

/// When an account may be called; times since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Times {
    /// No send before that.
    pub(crate) send: Duration,
    /// Nothing at all before that.
    pub(crate) deferred: Duration,
    /// Why.
    pub(crate) code: String,
    /// SHA-256 of the picture that was sent last, of those that may have been applied; empty if
    /// none was.
    pub(crate) last: String,
    /// Whether that one was applied for certain.
    pub(crate) applied: bool,
    /// Sends so far, whatever came of them.
    pub(crate) sends: u64,
}

impl Times {
    /// Whether another picture than this one was sent last.
    pub(crate) fn last_was_another(&self, sha256: &str) -> bool {
        !self.last.is_empty() && self.last != sha256
    }

    /// Whether this picture was applied, and none was sent after it.
    pub(crate) fn shows(&self, sha256: &str) -> bool {
        self.applied && self.last == sha256
    }
}

/// The right to call an account, until it is dropped.
pub(crate) struct Lease {
    file: File,
    pub(crate) times: Times,
}

impl Pacer {
    /// Keeps times in this folder, making it if need be.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// Reads times from this folder and writes none; where it is not there, no account has any.
    #[must_use]
    pub fn look(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// Whether another picture than the one of this SHA-256 was sent last, from whichever folder.
    #[must_use]
    pub fn last_was_another(&self, key: &AccountKey, sha256: &str) -> bool {
        self.peek(key).last_was_another(sha256)
    }

    fn file(&self, key: &AccountKey) -> PathBuf {
        let name = payload::sha256(format!("{} {} {}", key.service, key.host, key.id).as_bytes());
        self.folder.join(name.get(..32).unwrap_or(&name))
    }

    /// What was written last, without taking the account: lines are replaced by lines of the same
    /// length, in one write.
    pub(crate) fn peek(&self, key: &AccountKey) -> Times {
        let text = fs::read_to_string(self.file(key)).unwrap_or_default();
        parse(&text, clock::now()).times
    }

    /// Takes an account; none while another process has it.
    pub(crate) fn enter(&self, key: &AccountKey) -> io::Result<Option<Lease>> {
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(self.file(key))?;
        if !FileExt::try_lock_exclusive(&file)? {
            return Ok(None);
        }
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let Found { times, is_adjusted } = parse(&text, clock::now());
        let mut lease = Lease { file, times };
        if is_adjusted {
            // Else it would be adjusted again by every reader and never be over.
            lease.keep(lease.times.clone())?;
        }
        Ok(Some(lease))
    }
}

impl Lease {
    /// Writes the times durably. All lines have one length, so that a crash leaves no half of one.
    pub(crate) fn keep(&mut self, times: Times) -> io::Result<()> {
        let line = format!(
            "{:020} {:020} {:<32.32} {:<64.64} {:020} {:020} {:<8}\n",
            times.send.as_millis(),
            times.deferred.as_millis(),
            or_dash(&times.code),
            or_dash(&times.last),
            times.sends,
            clock::now().as_millis(),
            if times.applied { APPLIED } else { "-" }
        );
        self.file.rewind()?;
        self.file.write_all(line.as_bytes())?;
        self.file.sync_data()?;
        self.times = times;
        Ok(())
    }
}

/// The last word of a line whose picture was applied.
const APPLIED: &str = "applied";

/// Fields are words, so that an empty one needs a word too.
fn or_dash(field: &str) -> &str {
    if field.is_empty() { "-" } else { field }
}

/// Times as they stand in a file.
struct Found {
    times: Times,
    /// Whether they come from a clock that was ahead of this one, and hold differently now.
    is_adjusted: bool,
}

/// Where the clock was set back since they were written, as much of a pause is left as there was
/// then; and never more than what could be written now.
fn parse(text: &str, now: Duration) -> Found {
    // Behind it may lie the end of a longer line from before.
    let line = text.lines().next().unwrap_or_default();
    let fields: Vec<&str> = line.split_whitespace().collect();
    let word = |index: usize| fields.get(index).filter(|word| **word != "-").copied();
    let number = |index: usize| word(index).and_then(|word| word.parse().ok());
    let time = |index: usize| number(index).map(Duration::from_millis);
    let ahead = time(5).unwrap_or_default().saturating_sub(now);
    let held = |index: usize, longest: Duration| {
        let time = time(index).unwrap_or_default().saturating_sub(ahead);
        time.min(now.saturating_add(longest))
    };
    let times = Times {
        send: held(0, LONGEST_SPACING),
        deferred: held(1, LONGEST_DEFERRAL),
        code: word(2).unwrap_or_default().into(),
        last: word(3).unwrap_or_default().into(),
        applied: word(6) == Some(APPLIED),
        sends: number(4).unwrap_or(0),
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

    fn key(id: &str) -> AccountKey {
        AccountKey {
            service: "s".into(),
            host: "h".into(),
            id: id.into(),
        }
    }

    #[test]
    fn times_are_kept_and_one_process_at_a_time_has_an_account() {
        let folder = tempfile::tempdir().unwrap();
        let pacer = Pacer::open(folder.path().join("deep/pace")).unwrap();
        let mut lease = pacer.enter(&key("1")).unwrap().unwrap();
        assert_eq!(lease.times, Times::default());
        let times = Times {
            send: clock::now() + Duration::from_secs(11),
            deferred: Duration::ZERO,
            code: String::new(),
            last: "5ec".into(),
            applied: true,
            sends: 7,
        };
        let times = Times {
            send: Duration::from_millis(times.send.as_millis() as u64),
            ..times
        };
        lease.keep(times.clone()).unwrap();
        assert!(pacer.enter(&key("1")).unwrap().is_none(), "taken");
        assert!(
            pacer.enter(&key("2")).unwrap().is_some(),
            "another one is free"
        );
        drop(lease);
        assert_eq!(pacer.peek(&key("1")), times);
        assert_eq!(pacer.enter(&key("1")).unwrap().unwrap().times, times);
        assert!(times.last_was_another("0") && !times.last_was_another("5ec"));
        assert!(times.shows("5ec") && !times.shows("0"));
    }

    #[test]
    fn a_wrong_clock_does_not_lock_an_account_for_years() {
        let now = Duration::from_secs(1_000_000_000);
        let found = parse("99999999999999999 99999999999999999 quota", now);
        assert_eq!(found.times.send, now + LONGEST_SPACING);
        assert_eq!(found.times.deferred, now + LONGEST_DEFERRAL);
        assert!(found.is_adjusted);
        let older = parse("0 0 - 5ec 3 0\nplied \n", now);
        assert!(!older.times.applied && older.times.last == "5ec");
        let older = parse("0 0 - 5ec 3 0\napplied \n", now);
        assert!(!older.times.shows("5ec"));
        let nothing = parse("", now);
        assert_eq!(
            (nothing.times, nothing.is_adjusted),
            (Times::default(), false)
        );
    }

    #[test]
    fn a_clock_that_was_set_back_leaves_pauses_as_they_were() {
        let now = Duration::from_secs(1_000_000_000);
        let ahead = now + Duration::from_secs(10 * 86_400);
        let in_ = |time: Duration, seconds| (time + Duration::from_secs(seconds)).as_millis();
        let line = |time| {
            format!(
                "{} {} quota - 3 {}",
                in_(time, 11),
                in_(time, 1800),
                in_(time, 0)
            )
        };
        for (written, is_adjusted) in [(now, false), (ahead, true)] {
            let found = parse(&line(written), now);
            assert_eq!(found.times.send, now + Duration::from_secs(11));
            assert_eq!(found.times.deferred, now + Duration::from_secs(1800));
            assert_eq!((found.times.sends, found.is_adjusted), (3, is_adjusted));
        }
        // Written by a clock that was behind: it is over.
        let behind = now - Duration::from_secs(10 * 86_400);
        assert!(parse(&line(behind), now).times.deferred < now);
    }

    #[test]
    fn a_pause_from_a_wrong_clock_passes() {
        let folder = tempfile::tempdir().unwrap();
        let pacer = Pacer::open(folder.path()).unwrap();
        let forever = "99999999999999999 99999999999999999 quota - 1\n";
        fs::write(pacer.file(&key("1")), forever).unwrap();
        let first = pacer.enter(&key("1")).unwrap().unwrap().times;
        let second = pacer.enter(&key("1")).unwrap().unwrap().times;
        assert_eq!(
            first.send.as_millis(),
            second.send.as_millis(),
            "no later than it was"
        );
    }
}

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

use crate::{AccountKey, calendar, payload};

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
    /// Sends so far, whatever came of them.
    pub(crate) sends: u64,
}

impl Times {
    /// Whether another picture than this one was sent last.
    pub(crate) fn last_was_another(&self, sha256: &str) -> bool {
        !self.last.is_empty() && self.last != sha256
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

    fn file(&self, key: &AccountKey) -> PathBuf {
        let name = payload::sha256(format!("{} {} {}", key.service, key.host, key.id).as_bytes());
        self.folder.join(name.get(..32).unwrap_or(&name))
    }

    /// What was written last, without taking the account: lines are replaced by lines of the same
    /// length, in one write.
    pub(crate) fn peek(&self, key: &AccountKey) -> Times {
        let text = fs::read_to_string(self.file(key)).unwrap_or_default();
        parse(&text, calendar::now())
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
        let times = parse(&text, calendar::now());
        Ok(Some(Lease { file, times }))
    }
}

impl Lease {
    /// Writes the times durably. All lines have one length, so that a crash leaves no half of one.
    pub(crate) fn keep(&mut self, times: Times) -> io::Result<()> {
        let line = format!(
            "{:020} {:020} {:<32.32} {:<64.64} {:020}\n",
            times.send.as_millis(),
            times.deferred.as_millis(),
            or_dash(&times.code),
            or_dash(&times.last),
            times.sends
        );
        self.file.rewind()?;
        self.file.write_all(line.as_bytes())?;
        self.file.sync_data()?;
        self.times = times;
        Ok(())
    }
}

/// Fields are words, so that an empty one needs a word too.
fn or_dash(field: &str) -> &str {
    if field.is_empty() { "-" } else { field }
}

/// Times that no run can have written come from a clock that was wrong: they hold no longer than
/// what could have been written now.
fn parse(text: &str, now: Duration) -> Times {
    let mut fields = text.split_whitespace();
    let mut time = |longest: Duration| {
        let field = fields.next().unwrap_or("0");
        let millis = field.parse().unwrap_or(0);
        Duration::from_millis(millis).min(now.saturating_add(longest))
    };
    let (send, deferred) = (time(LONGEST_SPACING), time(LONGEST_DEFERRAL));
    let mut word = || {
        fields
            .next()
            .filter(|word| *word != "-")
            .unwrap_or_default()
    };
    Times {
        send,
        deferred,
        code: word().into(),
        last: word().into(),
        sends: word().parse().unwrap_or(0),
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
            send: calendar::now() + Duration::from_secs(11),
            deferred: Duration::ZERO,
            code: String::new(),
            last: "5ec".into(),
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
    }

    #[test]
    fn a_wrong_clock_does_not_lock_an_account_for_years() {
        let now = Duration::from_secs(1_000_000_000);
        let times = parse("99999999999999999 99999999999999999 quota", now);
        assert_eq!(times.send, now + LONGEST_SPACING);
        assert_eq!(times.deferred, now + LONGEST_DEFERRAL);
        assert_eq!(parse("", now), Times::default());
    }
}

//! The file of decisions, `OUT/.avatar-prep/decisions.sqlite`. Decisions cannot be made again by the
//! program, so unlike the cache the file is never rebuilt or deleted.
//!
//! Rows are only added. So a decision can be taken back by adding the one before it again, and two
//! programs that decide at the same time notice each other.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use super::column::PathColumn;
use super::decision::{Decision, Decisions, Recorded, Verdict};
use super::error::StateError;
use super::{snapshot, tables};
use crate::error::CliError;
use crate::files::STATE_FOLDER;

const FILE: &str = "decisions.sqlite";

/// The version of the tables that this program writes and reads.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE decision (
    number INTEGER PRIMARY KEY AUTOINCREMENT, root NOT NULL, source NOT NULL,
    source_hash BLOB NOT NULL, verdict TEXT NOT NULL, seen TEXT, options TEXT, by TEXT NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX decision_source ON decision (source, number);
PRAGMA user_version = 1;
";

const COLUMNS: &str = "number, root, source, source_hash, verdict, seen, options, by, at";

/// The outcome of recording a decision.
#[derive(Debug, PartialEq, Eq)]
pub enum Recording {
    Done(Recorded),
    /// Another program decided about the same source meanwhile; nothing was recorded.
    Stale(Recorded),
}

/// The file of decisions, open for writing.
pub struct DecisionFile {
    database: Connection,
}

impl DecisionFile {
    /// Opens the file of decisions about the results in `out`; creates it if there is none.
    pub fn open(out: &Path) -> Result<Self, CliError> {
        let folder = out.join(STATE_FOLDER);
        let opened = fs::create_dir_all(&folder).map_err(StateError::from);
        let opened = opened.and_then(|()| connect(&folder.join(FILE)));
        let database = opened.map_err(|error| refused(out, &error))?;
        Ok(Self { database })
    }

    /// Records a decision. `latest` is the number of the decision about this source that the person
    /// knew, zero if there was none.
    pub fn record(&mut self, latest: i64, decision: Decision) -> Result<Recording, StateError> {
        let behavior = TransactionBehavior::Immediate;
        let change = self.database.transaction_with_behavior(behavior)?;
        let recording = insert(&change, latest, decision)?;
        change.commit()?;
        Ok(recording)
    }

    /// Records several decisions, each with the number as for [`record`](Self::record). Stale ones
    /// are left out; of the others, all are recorded or none. The disk is waited for only once.
    pub fn record_all(
        &mut self,
        all: impl IntoIterator<Item = (i64, Decision)>,
    ) -> Result<Vec<Recording>, StateError> {
        let behavior = TransactionBehavior::Immediate;
        let change = self.database.transaction_with_behavior(behavior)?;
        let recorded = all
            .into_iter()
            .map(|(latest, decision)| insert(&change, latest, decision))
            .collect::<Result<_, _>>()?;
        change.commit()?;
        Ok(recorded)
    }
}

/// The decisions about the results in `out`; writes nothing. None at all if there is no file.
pub fn decisions(out: &Path) -> Result<Decisions, CliError> {
    let path = out.join(STATE_FOLDER).join(FILE);
    if !path.exists() {
        return Ok(Decisions::default());
    }
    let read = |address: &str| {
        let database = tables::open_again(Path::new(address), snapshot::FLAGS)?;
        match version(&database)? {
            0 => Ok(Decisions::default()),
            VERSION => all(&database),
            found => Err(later(found)),
        }
    };
    let found = snapshot::of(&path, read);
    found
        .map(|(all, _)| all)
        .map_err(|error| refused(out, &error))
}

/// Adds a decision, unless there is another one about its source than the person knew.
fn insert(change: &Connection, latest: i64, decision: Decision) -> Result<Recording, StateError> {
    let source = decision.source.as_path();
    let query = format!(
        "SELECT {COLUMNS} FROM decision WHERE source = ?1 AND root = ?2 \
         ORDER BY number DESC LIMIT 1"
    );
    let root = decision.root.as_path();
    let key = params![PathColumn(source), PathColumn(root)];
    let found = change.query_row(&query, key, read).optional()?;
    if let Some(found) = found.filter(|found| found.number != latest) {
        return Ok(Recording::Stale(found));
    }
    change.execute(
        "INSERT INTO decision (root, source, source_hash, verdict, seen, options, by, at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            PathColumn(root),
            PathColumn(source),
            decision.source_hash,
            decision.verdict.as_str(),
            decision.seen,
            decision.options,
            decision.by,
            decision.at,
        ],
    )?;
    let number = change.last_insert_rowid();
    Ok(Recording::Done(Recorded { number, decision }))
}

fn connect(path: &PathBuf) -> Result<Connection, StateError> {
    let mut database = Connection::open(path)?;
    database.busy_timeout(tables::BUSY)?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    // A decision that was confirmed to a person must survive a power failure.
    database.pragma_update(None, "synchronous", "FULL")?;
    let change = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    match version(&change)? {
        0 => change.execute_batch(TABLES)?,
        VERSION => {}
        found => return Err(later(found)),
    }
    change.commit()?;
    Ok(database)
}

fn version(database: &Connection) -> rusqlite::Result<i64> {
    database.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn later(found: i64) -> StateError {
    StateError::Version {
        found,
        known: VERSION,
    }
}

fn all(database: &Connection) -> Result<Decisions, StateError> {
    let query = format!("SELECT {COLUMNS} FROM decision ORDER BY number");
    let mut statement = database.prepare(&query)?;
    let rows = statement.query_map([], read)?;
    Ok(Decisions::new(rows.collect::<Result<Vec<_>, _>>()?))
}

fn read(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    let verdict: String = row.get(4)?;
    // An unknown word must never count as an approval.
    let verdict = Verdict::parse(&verdict).unwrap_or(Verdict::Undecided);
    Ok(Recorded {
        number: row.get(0)?,
        decision: Decision {
            root: row.get::<_, PathColumn<PathBuf>>(1)?.0,
            source: row.get::<_, PathColumn<PathBuf>>(2)?.0,
            source_hash: row.get(3)?,
            verdict,
            seen: row.get(5)?,
            options: row.get(6)?,
            by: row.get(7)?,
            at: row.get(8)?,
        },
    })
}

fn refused(out: &Path, error: &StateError) -> CliError {
    let path = out.join(STATE_FOLDER).join(FILE);
    let hint = match error {
        StateError::Version { .. } => "it was written by a later version: use that version",
        error if error.is_damage() => {
            "it is damaged: restore it from a backup, or delete it; then no picture is approved"
        }
        _ => "check its folder, permissions and free space",
    };
    let message = match error {
        StateError::Database(error) => error.to_string(),
        error => error.to_string(),
    };
    let message = format!(
        "could not use the decisions in {}: {message}",
        path.display()
    );
    CliError::environment(message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::fingerprint::Hash;

    fn approved(source: &str) -> Decision {
        Decision {
            root: "/in".into(),
            source: source.into(),
            source_hash: Hash::of(source.as_bytes()),
            verdict: Verdict::Approved,
            seen: Some("cover".into()),
            options: Some("focus = \"50,20\"\n".into()),
            by: "review".into(),
            at: 12,
        }
    }

    #[test]
    fn what_is_recorded_is_read_again_and_a_stale_decision_is_refused() {
        let out = tempfile::tempdir().expect("a folder");
        assert!(
            decisions(out.path())
                .expect("none")
                .history(Path::new("a"))
                .is_empty()
        );
        let mut file = DecisionFile::open(out.path()).expect("a new file");
        let first = file.record(0, approved("a")).expect("recorded");
        let Recording::Done(first) = first else {
            panic!("{first:?}");
        };
        // Someone who has not seen the first one.
        let stale = file.record(0, approved("a")).expect("answered");
        assert_eq!(stale, Recording::Stale(first.clone()));
        let second = Decision {
            verdict: Verdict::Rejected,
            ..approved("a")
        };
        assert!(matches!(
            file.record(first.number, second),
            Ok(Recording::Done(_))
        ));
        assert!(matches!(
            file.record(0, approved("b")),
            Ok(Recording::Done(_))
        ));
        // The log of the open database is read too.
        let found = decisions(out.path()).expect("readable");
        let history = found.history(Path::new("a"));
        assert_eq!(history.first(), Some(&first));
        assert_eq!(history.len(), 2);
        let options = found.options(Path::new("/moved"), Path::new("b"), Hash::of(b"b"));
        assert_eq!(options, Some("focus = \"50,20\"\n"));
    }

    #[test]
    fn a_damaged_file_is_refused_and_kept() {
        let out = tempfile::tempdir().expect("a folder");
        let folder = out.path().join(STATE_FOLDER);
        fs::create_dir(&folder).expect("created");
        fs::write(folder.join(FILE), [7; 5000]).expect("written");
        for error in [
            decisions(out.path()).err(),
            DecisionFile::open(out.path()).err(),
        ] {
            let error = error.expect("an error");
            assert!(error.hint.contains("damaged"), "{}", error.hint);
        }
        assert_eq!(fs::read(folder.join(FILE)).expect("kept"), [7; 5000]);
    }
}

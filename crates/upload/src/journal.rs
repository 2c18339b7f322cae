//! The journal of deliveries: what was sent to whom and with which outcome, written durably before
//! and after each attempt. It owns the tables that start with `upload_`. The program never removes
//! or replaces the file, because without it everything would be sent again.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use crate::clock;
use crate::destination::{Scope, Shown, Target};

/// Version of the tables; a journal of an older version is brought up to this one.
const SCHEMA: i64 = 2;

const BUSY: Duration = Duration::from_secs(10);

const SCHEMA_TABLE: &str = "CREATE TABLE upload_schema (version INTEGER NOT NULL);";

const DELIVERIES: &str = "
CREATE TABLE upload_delivery (
    service TEXT NOT NULL, host TEXT NOT NULL, id TEXT NOT NULL, slot TEXT NOT NULL,
    sha256 TEXT NOT NULL, account TEXT NOT NULL, picture TEXT NOT NULL, state TEXT NOT NULL,
    sends INTEGER NOT NULL, before TEXT, link TEXT, code TEXT NOT NULL, message TEXT NOT NULL,
    hint TEXT NOT NULL, not_before INTEGER, refused_by TEXT, updated INTEGER NOT NULL,
    PRIMARY KEY (service, host, id, slot, sha256)
);";

const EVENTS: &str = "
CREATE TABLE upload_event (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, service TEXT NOT NULL, host TEXT NOT NULL,
    id TEXT NOT NULL, slot TEXT NOT NULL, sha256 TEXT NOT NULL, state TEXT NOT NULL,
    code TEXT NOT NULL
);";

/// Statements that bring tables of version 1 up to date: it had no slots, and stored what an
/// account showed as an address only.
fn from_1() -> String {
    format!(
        "ALTER TABLE upload_delivery RENAME TO upload_delivery_1;
         ALTER TABLE upload_event ADD COLUMN slot TEXT NOT NULL DEFAULT '';
         {DELIVERIES}
         INSERT INTO upload_delivery SELECT service, host, id, '', sha256, account, picture,
             state, sends, NULL, shown, code, message, hint, not_before, NULL, updated
             FROM upload_delivery_1;
         DROP TABLE upload_delivery_1;
         UPDATE upload_schema SET version = 2;"
    )
}

const COLUMNS: &str = "service, host, id, slot, sha256, account, picture, state, sends, before, \
                       link, code, message, hint, not_before, refused_by, updated";

const SAME_SLOT: &str = "service = ?1 AND host = ?2 AND id = ?3 AND slot = ?4";

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It will be sent.
    Planned,
    /// An attempt began. If this is the last state, its outcome is unknown.
    Sending,
    /// The account shows it.
    Applied,
    /// It was applied, or may have been, and then another picture was applied.
    Replaced,
    /// It failed, and someone must act.
    Rejected,
    /// It is to be sent later, in another run.
    Deferred,
    /// It is not known whether it was applied.
    Unknown,
}

/// Names of the states, as they are stored and printed.
const STATES: [(State, &str); 7] = [
    (State::Planned, "planned"),
    (State::Sending, "sending"),
    (State::Applied, "applied"),
    (State::Replaced, "replaced"),
    (State::Rejected, "rejected"),
    (State::Deferred, "deferred"),
    (State::Unknown, "unknown"),
];

impl State {
    /// The name of the state, as it is stored and printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        let found = STATES.iter().find(|(state, _)| *state == self);
        found.map_or("unknown", |(_, name)| name)
    }

    /// A state that only a later version of the program knows counts as [`State::Unknown`], so that
    /// it is verified before anything is sent.
    fn of(name: &str) -> Self {
        let found = STATES.iter().find(|(_, known)| *known == name);
        found.map_or(Self::Unknown, |(state, _)| *state)
    }
}

/// One picture for one target. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where the picture is sent.
    pub target: Target,
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// The account's name in the accounts file.
    pub account: String,
    /// The picture's name.
    pub picture: String,
    /// State of the delivery.
    pub state: State,
    /// Sends so far, over all runs.
    pub sends: u32,
    /// What the target showed before the first send.
    pub before: Shown,
    /// An address at which a person can look at the picture.
    pub link: Option<String>,
    /// Stable code of the cause of the state.
    pub code: String,
    /// One sentence about the cause.
    pub message: String,
    /// What a person can try.
    pub hint: String,
    /// No attempt before this time, as the time since 1970.
    pub not_before: Option<Duration>,
    /// Fingerprint of the [`Access`](crate::Access) with which it was refused: it is not sent again
    /// until that changes.
    pub refused_by: Option<String>,
    /// When the entry changed last, as the time since 1970.
    pub updated: Duration,
}

/// The journal cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// SQLite reported an error.
    #[error("the journal of uploads could not be used")]
    Database(#[from] rusqlite::Error),
    /// The file is damaged.
    #[error("the journal of uploads is damaged")]
    Damaged,
    /// A later version of this program wrote it.
    #[error("the journal of uploads has version {found}, this program knows {SCHEMA}")]
    Version {
        /// The version of the journal.
        found: i64,
    },
}

impl JournalError {
    /// Whether the file itself is damaged, rather than busy, full or out of reach.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match self {
            Self::Damaged => true,
            Self::Database(error) => matches!(
                error.sqlite_error_code(),
                Some(DatabaseCorrupt | NotADatabase)
            ),
            Self::Version { .. } => false,
        }
    }
}

/// The journal of deliveries of one folder of results.
#[derive(Debug)]
pub struct Journal {
    database: Mutex<Connection>,
}

impl Journal {
    /// Opens the database at `path`; creates it and its tables if they are missing.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be used.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let mut database = Connection::open(path)?;
        database.busy_timeout(BUSY)?;
        database.pragma_update(None, "journal_mode", "WAL")?;
        // Look for damage first: what a damaged journal says must not decide what is sent.
        let verdict: String = database.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(JournalError::Damaged);
        }
        database.pragma_update(None, "foreign_keys", true)?;
        let change =
            database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        match has_tables(&change)?.then(|| version(&change)).transpose()? {
            Some(Some(1)) => change.execute_batch(&from_1())?,
            Some(Some(found)) if found != SCHEMA => return Err(JournalError::Version { found }),
            Some(Some(_)) => {}
            _ => {
                change.execute_batch(&[SCHEMA_TABLE, DELIVERIES, EVENTS].concat())?;
                change.execute("INSERT INTO upload_schema VALUES (?1)", [SCHEMA])?;
            }
        }
        change.commit()?;
        Ok(Self {
            database: Mutex::new(database),
        })
    }

    /// Opens a database for reading only, by its SQLite address, such as
    /// `file:state.sqlite?mode=ro`; `None` if it has no deliveries.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be used.
    pub fn look(address: &str) -> Result<Option<Self>, JournalError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let database = Connection::open_with_flags(address, flags)?;
        database.busy_timeout(BUSY)?;
        if !has_tables(&database)? {
            return Ok(None);
        }
        match version(&database)? {
            None => Ok(None),
            Some(SCHEMA) => Ok(Some(Self {
                database: Mutex::new(database),
            })),
            Some(1) => Self::copy_of(&database).map(Some),
            Some(found) => Err(JournalError::Version { found }),
        }
    }

    /// A copy in memory of an older journal, which can be brought up to date without touching it.
    fn copy_of(older: &Connection) -> Result<Self, JournalError> {
        let mut database = Connection::open_in_memory()?;
        let backup = rusqlite::backup::Backup::new(older, &mut database)?;
        backup.run_to_completion(1_000, Duration::ZERO, None)?;
        drop(backup);
        database.execute_batch(&from_1())?;
        Ok(Self {
            database: Mutex::new(database),
        })
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The delivery of these bytes to this target.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be read.
    pub fn find(&self, target: &Target, sha256: &str) -> Result<Option<Entry>, JournalError> {
        let query =
            format!("SELECT {COLUMNS} FROM upload_delivery WHERE {SAME_SLOT} AND sha256 = ?5");
        let Scope { service, host, id } = &target.scope;
        let key = params![service, host, id, target.slot, sha256];
        let found = self.database().query_row(&query, key, entry).optional()?;
        Ok(found)
    }

    /// Every delivery, by account.
    ///
    /// # Errors
    /// [`JournalError`] if they cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>, JournalError> {
        let query = format!(
            "SELECT {COLUMNS} FROM upload_delivery ORDER BY account, service, host, id, slot, updated"
        );
        let database = self.database();
        let mut statement = database.prepare(&query)?;
        let entries = statement.query_map([], entry)?.collect::<Result<_, _>>()?;
        Ok(entries)
    }

    /// Writes an entry and the time of the change. If it was applied, other entries of the same
    /// target that were applied, or may have been, become [`State::Replaced`]: the target cannot
    /// show them any more, and whether it ever did cannot be found out.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be written.
    pub fn write(&self, entry: &Entry) -> Result<(), JournalError> {
        let Entry { target, sha256, .. } = entry;
        let Scope { service, host, id } = &target.scope;
        let slot = &target.slot;
        let now = millis(clock::now());
        let mut database = self.database();
        // The commit must be on the disk before the attempt begins that it announces. A state
        // `planned` may be lost, because the next run plans the same again.
        let durable = match entry.state {
            State::Planned => "NORMAL",
            _ => "FULL",
        };
        database.pragma_update(None, "synchronous", durable)?;
        let change = database.transaction()?;
        if entry.state == State::Applied {
            change.execute(
                &format!(
                    "UPDATE upload_delivery SET state = 'replaced' WHERE {SAME_SLOT} \
                     AND sha256 <> ?5 AND state IN ('applied', 'sending', 'unknown')"
                ),
                params![service, host, id, slot, sha256],
            )?;
        }
        change.execute(
            &format!("INSERT OR REPLACE INTO upload_delivery ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"),
            params![
                service, host, id, slot, sha256, entry.account, entry.picture, entry.state.name(),
                entry.sends, entry.before.to_text(), entry.link, entry.code, entry.message,
                entry.hint, entry.not_before.map(millis), entry.refused_by, now
            ],
        )?;
        change.execute(
            "INSERT INTO upload_event (at, service, host, id, slot, sha256, state, code) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![now, service, host, id, slot, sha256, entry.state.name(), entry.code],
        )?;
        change.commit()?;
        Ok(())
    }
}

fn has_tables(database: &Connection) -> Result<bool, JournalError> {
    let query = "SELECT 1 FROM sqlite_master WHERE name = 'upload_schema'";
    let found = database.query_row(query, [], |_| Ok(())).optional()?;
    Ok(found.is_some())
}

/// The version of the tables; `None` if there are none yet.
fn version(database: &Connection) -> Result<Option<i64>, JournalError> {
    let query = "SELECT version FROM upload_schema";
    Ok(database.query_row(query, [], |row| row.get(0)).optional()?)
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn time(millis: i64) -> Duration {
    Duration::from_millis(millis.try_into().unwrap_or(0))
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let state: String = row.get("state")?;
    let before: Option<String> = row.get("before")?;
    let not_before: Option<i64> = row.get("not_before")?;
    let scope = Scope {
        service: row.get("service")?,
        host: row.get("host")?,
        id: row.get("id")?,
    };
    let slot = row.get("slot")?;
    Ok(Entry {
        target: Target { scope, slot },
        sha256: row.get("sha256")?,
        account: row.get("account")?,
        picture: row.get("picture")?,
        state: State::of(&state),
        sends: row.get("sends")?,
        before: Shown::from_text(before.as_deref()),
        link: row.get("link")?,
        code: row.get("code")?,
        message: row.get("message")?,
        hint: row.get("hint")?,
        not_before: not_before.map(time),
        refused_by: row.get("refused_by")?,
        updated: time(row.get("updated")?),
    })
}

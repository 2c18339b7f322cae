//! The journal of deliveries is a separate file, which the program never removes; earlier versions
//! also stored results in it.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use fake_green_api::{Config, Fake, Product};
use rusqlite::Connection;

use super::{ID, TOKEN, upload, with_account};
use crate::support::{Said, folder, ppm, said};

const JOURNAL: &str = "out/.avatar-prep/state.sqlite";
const CACHE: &str = "out/.avatar-prep/cache.sqlite";

/// Results that were made here and delivered for good, not as a rehearsal.
struct Delivered {
    folder: tempfile::TempDir,
    fake: Fake,
}

impl Delivered {
    fn new() -> Self {
        let fake = Fake::start(Config::default()).unwrap();
        fake.account(ID, TOKEN, Product::Whatsapp);
        let source = ppm(300, 300, |x, y| [x as u8, y as u8, 99]);
        let delivered = Self {
            folder: folder(&[("in/logo.ppm", &source)]),
            fake,
        };
        assert_eq!(delivered.prepare().code, 0);
        delivered.expect_up_to_date();
        delivered
    }

    fn prepare(&self) -> Said {
        let mut command = with_account(self.folder.path(), &self.fake.url());
        said(&command.args(["-v", "in", "out"]).output().unwrap())
    }

    fn upload(&self) -> Said {
        said(
            &upload(self.folder.path(), &self.fake.url())
                .output()
                .unwrap(),
        )
    }

    /// Whatever runs follow, the picture is sent once.
    #[track_caller]
    fn expect_up_to_date(&self) {
        let said = self.upload();
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(self.fake.records().posts(None).len(), 1, "{}", said.stderr);
    }

    fn open(&self, name: &str) -> Connection {
        Connection::open(self.folder.path().join(name)).unwrap()
    }

    /// Puts the results into the file of the journal, as earlier versions had it.
    fn put_together(&self) {
        let cache = self.folder.path().join(CACHE);
        let journal = self.open(JOURNAL);
        let path = cache.to_str().unwrap();
        journal
            .execute("ATTACH DATABASE ?1 AS cache", [path])
            .unwrap();
        for (name, sql) in tables(&journal, "cache") {
            let insert = format!("INSERT INTO main.{name} SELECT * FROM cache.{name}");
            journal.execute_batch(&format!("{sql}; {insert}")).unwrap();
        }
        journal.execute_batch("DETACH DATABASE cache").unwrap();
        drop(journal);
        fs::remove_file(cache).unwrap();
    }
}

/// Names and definitions of the tables in a database.
fn tables(database: &Connection, schema: &str) -> Vec<(String, String)> {
    let query = format!("SELECT name, sql FROM {schema}.sqlite_master WHERE type = 'table'");
    let mut statement = database.prepare(&query).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// Every delivery and every change of one, as text.
fn deliveries(path: &Path) -> Vec<String> {
    let database = Connection::open(path).unwrap();
    let mut all = Vec::new();
    for table in ["upload_schema", "upload_delivery", "upload_event"] {
        let mut statement = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let value = |n| row.get::<_, rusqlite::types::Value>(n);
            (0..columns).map(value).collect::<Result<Vec<_>, _>>()
        });
        all.extend(
            rows.unwrap()
                .map(|row| format!("{table} {:?}", row.unwrap())),
        );
    }
    all
}

#[test]
fn results_leave_the_journals_file_and_no_delivery_is_lost() {
    let delivered = Delivered::new();
    let journal = delivered.folder.path().join(JOURNAL);
    let before = deliveries(&journal);
    assert!(before.len() > 2, "{before:?}");
    delivered.put_together();
    // Neither an upload nor `--status` needs the results to be moved out of the journal first.
    delivered.expect_up_to_date();
    let mut verify = with_account(delivered.folder.path(), "");
    let verified = said(&verify.args(["verify", "out"]).output().unwrap());
    assert_eq!(verified.stderr, "1 intact\n");
    assert!(!delivered.folder.path().join(CACHE).exists());
    let prepared = delivered.prepare();
    assert!(
        prepared.stderr.contains("1 up to date"),
        "{}",
        prepared.stderr
    );
    let names: Vec<String> = tables(&delivered.open(JOURNAL), "main")
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert!(
        names.iter().all(|name| name.starts_with("upload_")),
        "{names:?}"
    );
    assert_eq!(deliveries(&journal), before);
    delivered.expect_up_to_date();
    let again = delivered.prepare();
    assert!(again.stderr.contains("1 up to date"), "{}", again.stderr);
}

/// Whenever the run that takes the results out is killed, the next one ends it.
#[test]
fn a_kill_while_results_leave_the_journals_file_costs_nothing() {
    let delivered = Delivered::new();
    let journal = delivered.folder.path().join(JOURNAL);
    let before = deliveries(&journal);
    for delay in (0..60).step_by(3) {
        if delivered.folder.path().join(CACHE).exists() {
            // Where the kill came before the tables were dropped.
            let database = delivered.open(JOURNAL);
            for (name, _) in tables(&database, "main") {
                if name.starts_with("prepare_") {
                    database
                        .execute_batch(&format!("DROP TABLE {name}"))
                        .unwrap();
                }
            }
            drop(database);
            delivered.put_together();
        }
        let mut command = with_account(delivered.folder.path(), "");
        command
            .args(["in", "out"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(deliveries(&journal), before, "killed after {delay} ms");
        let said = delivered.prepare();
        assert!(
            said.stderr.contains("1 up to date"),
            "{delay} ms: {}",
            said.stderr
        );
        assert_eq!(deliveries(&journal), before, "killed after {delay} ms");
    }
    delivered.expect_up_to_date();
}

#[test]
fn a_damaged_journal_is_never_replaced() {
    let delivered = Delivered::new();
    let journal = delivered.folder.path().join(JOURNAL);
    let database = delivered.open(JOURNAL);
    let query = "SELECT rootpage FROM sqlite_master WHERE name = 'upload_delivery'";
    let page: i64 = database.query_row(query, [], |row| row.get(0)).unwrap();
    drop(database);
    let mut page_lost = fs::read(&journal).unwrap();
    page_lost[(page as usize - 1) * 4096..][..4096].fill(0);
    for damaged in [page_lost, vec![7; 9000]] {
        fs::write(&journal, &damaged).unwrap();
        let said = delivered.upload();
        assert_eq!(said.code, 2, "{}", said.stderr);
        assert!(
            said.stderr.starts_with("error: the journal of uploads"),
            "{}",
            said.stderr
        );
        assert!(
            said.stderr
                .contains("hint: restore .avatar-prep/state.sqlite from a backup"),
            "{}",
            said.stderr
        );
        assert_eq!(delivered.fake.records().posts(None).len(), 1);
        // Pictures are made all the same, also where nothing is known of them.
        let prepared = delivered.prepare();
        assert!(
            prepared.stderr.contains("1 up to date"),
            "{}",
            prepared.stderr
        );
        fs::remove_file(delivered.folder.path().join(CACHE)).unwrap();
        let prepared = delivered.prepare();
        assert!(prepared.stderr.contains("1 done"), "{}", prepared.stderr);
        assert_eq!(fs::read(&journal).unwrap(), damaged, "as it was");
    }
}

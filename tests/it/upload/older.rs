//! What earlier versions wrote on the disk, and what this one writes of secrets: no delivery is lost, nothing is sent
//! twice, and no query or password can be found by trying.

use std::fs;
use std::path::{Path, PathBuf};

use fake_green_api::{Product, script};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::files::{Server, another, deliver, delivered, list, put};
use super::{ID, Stage, picture, rehearsal_token};
use crate::support::{folder, said, write};

/// The first digits of the SHA-256 of `pw=Sommer2026&user=bob`, which version 2 stored.
const QUICK: &str = "5d62465141e6fbf8";

fn quick(text: &str, digits: usize) -> String {
    let hash = Sha256::digest(text.as_bytes());
    let text: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    text[..digits].into()
}

fn journal(files: &Path) -> PathBuf {
    files.join("out/.avatar-prep/state.sqlite")
}

/// One text of the journal.
fn stored(files: &Path, column: &str) -> String {
    let database = Connection::open(journal(files)).unwrap();
    let query = format!("SELECT {column} FROM upload_delivery");
    database.query_row(&query, [], |row| row.get(0)).unwrap()
}

/// Whether any file of the journal or of the times, or the name of one, has a text.
fn is_anywhere(files: &Path, text: &str) -> bool {
    let all = walkdir::WalkDir::new(files).into_iter().flatten();
    let mut kept = all.filter(|it| it.path().strip_prefix(files).unwrap() != Path::new("a.csv"));
    kept.any(|it| {
        let bytes = fs::read(it.path()).unwrap_or_default();
        it.path().to_string_lossy().contains(text) || String::from_utf8_lossy(&bytes).contains(text)
    })
}

fn is_slow_hash(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Takes the journal and the times of sends back to what version 2 wrote for this place.
fn make_version_2(files: &Path, host: &str) {
    let database = Connection::open(journal(files)).unwrap();
    for table in ["upload_delivery", "upload_event"] {
        let change = format!("UPDATE {table} SET slot = 's1.jpg?{QUICK}'");
        assert!(database.execute(&change, []).unwrap() > 0);
    }
    database
        .execute("UPDATE upload_schema SET version = 2", [])
        .unwrap();
    let pace = files.join("state/avatar-prep/pace");
    let older = format!("http-put {host}  s1.jpg?{QUICK}");
    let slots = fs::read_dir(&pace).unwrap().flatten();
    let slots: Vec<_> = slots
        .filter(|it| it.file_name().to_string_lossy().starts_with("slot-"))
        .collect();
    assert_eq!(slots.len(), 1);
    let older = pace.join(format!("slot-{}", quick(&older, 32)));
    fs::rename(slots[0].path(), older).unwrap();
}

#[test]
fn a_journal_with_quick_hashes_loses_nothing() {
    for kept in ["both", "journal", "times"] {
        let server = Server::start();
        let files = folder(&[("out/logo.jpg", picture())]);
        let path = "/s1.jpg?user=bob&pw=Sommer2026";
        let url = format!("http://{}{path}", server.host);
        list(files.path(), &[put("site", &url, "logo.jpg")]);
        assert_eq!(delivered(files.path(), &[])[0]["status"], "applied");
        let slot = stored(files.path(), "slot");
        assert!(
            is_slow_hash(slot.strip_prefix("s1.jpg?").unwrap()),
            "{slot}"
        );
        assert!(!is_anywhere(files.path(), QUICK));
        make_version_2(files.path(), &server.host);
        assert!(is_anywhere(files.path(), QUICK));
        match kept {
            "journal" => fs::remove_dir_all(files.path().join("state")).unwrap(),
            "times" => fs::remove_dir_all(files.path().join("out/.avatar-prep")).unwrap(),
            _ => {}
        }
        // A look changes nothing, and the account was renamed meanwhile.
        list(files.path(), &[put("renamed", &url, "logo.jpg")]);
        let plan = delivered(files.path(), &["--dry-run"]);
        assert_eq!(plan[0]["status"], "up_to_date", "{kept}");
        let again = delivered(files.path(), &[]);
        assert_eq!(again[0]["status"], "up_to_date", "{kept}");
        assert_eq!(server.puts().len(), 1, "{kept}");
        assert!(!is_anywhere(files.path(), QUICK), "{kept}");
        if kept != "times" {
            assert_eq!(stored(files.path(), "slot"), slot, "{kept}");
        }
        // Another file of the same address is none of this, and another picture is sent.
        let other = url.replace("Sommer", "Winter");
        list(files.path(), &[put("site", &other, "logo.jpg")]);
        assert_eq!(
            delivered(files.path(), &[])[0]["status"],
            "applied",
            "{kept}"
        );
        write(&files.path().join("out/logo.jpg"), &another());
        list(files.path(), &[put("site", &url, "logo.jpg")]);
        assert_eq!(
            delivered(files.path(), &[])[0]["status"],
            "applied",
            "{kept}"
        );
        assert_eq!(server.file(path).unwrap(), another(), "{kept}");
    }
}

/// A refusal is known by a hash of the address and the password.
#[test]
fn a_password_cannot_be_tried_from_a_refusal() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture())]);
    let url = format!("http://{}/a.jpg", server.host);
    let row = |token: &str| format!("site,http-put,{url},me,{token},,logo.jpg\n");
    list(files.path(), &[row("OTHER_TOKEN")]);
    server.script("/a.jpg", &[(401, "")]);
    assert_eq!(deliver(files.path(), &[]).code, 1);
    // `me:another-token` in base64.
    let quick = quick(&format!("{url}\0\0Basic bWU6YW5vdGhlci10b2tlbg==\0"), 16);
    let refused = stored(files.path(), "refused_by");
    assert!(is_slow_hash(&refused), "{refused}");
    // As version 2 had it.
    let database = Connection::open(journal(files.path())).unwrap();
    let older = format!(
        "UPDATE upload_delivery SET refused_by = '{quick}'; UPDATE upload_schema SET version = 2"
    );
    database.execute_batch(&older).unwrap();
    drop(database);
    let again = deliver(files.path(), &[]);
    assert!(
        again.stderr.contains("(in an earlier run)"),
        "{}",
        again.stderr
    );
    assert_eq!(server.puts().len(), 1);
    assert_eq!(stored(files.path(), "refused_by"), refused);
    assert!(!is_anywhere(files.path(), &quick));
    // With another password it is sent.
    list(files.path(), &[row("GREEN_API_TOKEN")]);
    assert_eq!(deliver(files.path(), &[]).code, 0);
    assert_eq!(server.puts().len(), 2);
}

/// An entry that named another messenger was corrected: it is the same account, with its pauses and its picture.
#[test]
fn a_corrected_messenger_is_the_same_account() {
    let stage = Stage::new("ok*9");
    stage.expect(&[], (0, 1));
    let token = rehearsal_token(ID);
    stage.fake.account(ID, &token, Product::Telegram);
    stage
        .fake
        .script(ID, "setProfilePicture", script("ok*9").unwrap());
    let run = |args: &[&str]| {
        let mut command = stage.command();
        command.env("GREEN_API_PRODUCT", "telegram");
        said(&command.args(args).output().unwrap())
    };
    let plan = run(&["--dry-run"]);
    assert!(plan.stderr.ends_with("1 up to date\n"), "{}", plan.stderr);
    let again = run(&[]);
    assert!(again.stderr.ends_with("1 up to date\n"), "{}", again.stderr);
    assert_eq!(stage.fake.records().posts(None).len(), 1);
    write(&stage.path().join("out/logo.jpg"), &another());
    assert_eq!(run(&[]).code, 0);
    let records = stage.fake.records();
    let spacing = records.shortest_spacing().unwrap();
    assert_eq!(records.posts(None).len(), 2);
    assert!(spacing >= std::time::Duration::from_secs(10), "{spacing:?}");
}

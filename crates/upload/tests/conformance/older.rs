//! Journals of earlier versions: nothing in them is lost.

use avatar_upload::{Journal, Scope, Shown, State, Target};

/// As version 1 wrote it: an account has one place, and what it shows is an address.
const VERSION_1: &str = "
CREATE TABLE upload_schema (version INTEGER NOT NULL);
INSERT INTO upload_schema VALUES (1);
CREATE TABLE upload_delivery (
    service TEXT NOT NULL, host TEXT NOT NULL, id TEXT NOT NULL, sha256 TEXT NOT NULL,
    account TEXT NOT NULL, picture TEXT NOT NULL, state TEXT NOT NULL, sends INTEGER NOT NULL,
    before TEXT, shown TEXT, code TEXT NOT NULL, message TEXT NOT NULL, hint TEXT NOT NULL,
    not_before INTEGER, updated INTEGER NOT NULL,
    PRIMARY KEY (service, host, id, sha256)
);
CREATE TABLE upload_event (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, service TEXT NOT NULL, host TEXT NOT NULL,
    id TEXT NOT NULL, sha256 TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL
);
INSERT INTO upload_delivery VALUES ('green-api/max', 'green-api.com', '3100', 'aa', 'brand',
    'a.jpg', 'sending', 1, 'https://i.oneme.ru/i', NULL, 'sending', 'being sent', '', NULL, 7);
INSERT INTO upload_delivery VALUES ('green-api/whatsapp', 'green-api.com', '1101', 'bb', 'shop',
    'b.jpg', 'applied', 2, '', 'https://pps.whatsapp.net/v/1_n.jpg', 'applied', 'applied', '', 9, 8);
INSERT INTO upload_event VALUES (1, 8, 'green-api/whatsapp', 'green-api.com', '1101', 'bb',
    'applied', 'applied');";

#[test]
fn an_earlier_journal_is_read_and_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.sqlite");
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch(VERSION_1).unwrap();
    drop(database);
    let before = std::fs::read(&path).unwrap();
    let address = format!("file:{}?mode=ro", path.display());
    let look = Journal::look(&address).unwrap().unwrap();
    check(&look);
    drop(look);
    assert_eq!(
        std::fs::read(&path).unwrap(),
        before,
        "a look changes nothing"
    );
    for _ in 0..2 {
        check(&Journal::open(&path).unwrap());
    }
    check(&Journal::look(&address).unwrap().unwrap());
}

fn check(journal: &Journal) {
    let entries = journal.entries().unwrap();
    let [brand, shop] = &entries[..] else {
        panic!("{entries:?}")
    };
    assert_eq!((brand.state, brand.sends), (State::Sending, 1));
    assert_eq!(brand.before, Shown::Untold, "the picture itself settles it");
    assert_eq!((shop.state, shop.sends), (State::Applied, 2));
    assert_eq!(
        shop.link.as_deref(),
        Some("https://pps.whatsapp.net/v/1_n.jpg")
    );
    let scope = Scope {
        service: "green-api/max".into(),
        host: "green-api.com".into(),
        id: "3100".into(),
    };
    let slot = String::new();
    let found = journal.find(&Target { scope, slot }, "aa").unwrap();
    assert_eq!(found.as_ref(), Some(brand));
}

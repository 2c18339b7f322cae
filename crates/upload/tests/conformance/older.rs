//! Journals of earlier versions: nothing in them is lost.

use std::sync::Arc;
use std::time::Duration;

use avatar_upload::{
    Destination, Entry, Folder, Forecast, HttpPut, Journal, Known, PutPlace, Scope, Shown, State,
    Status, Target, TimeScale,
};

use crate::harness::{Account, Harness, delivery, payload};
use crate::services::Files;

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

/// An entry of an earlier version: the picture was applied there.
fn applied(account: &str, host: &str, target: &Target) -> Entry {
    let mut target = target.clone();
    target.scope.host = host.into();
    Entry {
        target,
        sha256: payload("picture").sha256().into(),
        account: account.into(),
        picture: "demo.jpg".into(),
        state: State::Applied,
        sends: 1,
        before: Shown::Nothing,
        link: None,
        code: "applied".into(),
        message: "applied".into(),
        hint: String::new(),
        not_before: None,
        refused_by: None,
        updated: Duration::ZERO,
    }
}

/// What a person put in the place of a delivered picture stays there, although the place has another name now.
#[test]
fn a_folder_is_known_by_its_path_as_it_was_written() {
    for (account, is_known) in [("demo", true), ("another", false)] {
        let root = tempfile::tempdir().unwrap();
        let shown = root.path().join("shown");
        std::fs::create_dir(&shown).unwrap();
        std::fs::write(shown.join("demo.jpg"), "a person's").unwrap();
        let written = root.path().join("./shown/../shown");
        let folder: Account = Arc::new(Folder::new(&written, "demo").unwrap());
        let harness = Harness::new();
        let entry = applied(account, &written.display().to_string(), &folder.target());
        harness.journal.write(&entry).unwrap();
        let known = Known {
            journal: Some(&harness.journal),
            pacer: &harness.pacer,
            resend: false,
        };
        let forecast = known
            .forecast_for(&*folder, "demo", Some(&entry.sha256))
            .unwrap();
        assert_eq!(forecast == Forecast::UpToDate, is_known, "{account}");
        let delivery = delivery(&folder, "demo", payload("picture"));
        let run = harness.deliver(vec![delivery], false);
        let file = std::fs::read(shown.join("demo.jpg")).unwrap();
        assert_eq!(file == b"a person's", is_known, "{account}");
        let found = (run.outcomes[0].status, run.outcomes[0].entry.code.as_str());
        let wanted = match is_known {
            true => (Status::Rejected, "shows_otherwise"),
            false => (Status::Applied, "compared"),
        };
        assert_eq!(found, wanted, "{account}");
        let own = harness
            .journal
            .find(&folder.target(), &entry.sha256)
            .unwrap();
        assert_eq!(own.map(|own| own.sends), Some(1), "{account}");
    }
}

/// The same for addresses: with the port, and by the path as it was written. A file that a person removed stays away.
#[test]
fn an_address_is_known_as_it_was_written() {
    let place = |url: &str| {
        let place = PutPlace::new(url).unwrap();
        HttpPut::of(vec![place], TimeScale::REAL).remove(0)
    };
    let former = place("https://h.example/%61.jpg?file=first-one").former_targets();
    let names: Vec<_> = former
        .iter()
        .map(|it| (it.scope.host.as_str(), it.slot.as_str()))
        .collect();
    assert_eq!(
        names,
        [("h.example", "%61.jpg"), ("h.example:443", "%61.jpg")]
    );
    let files = Files::start();
    let file: Account = Arc::new(place(&format!("{}/%64emo.jpg", files.server.url())));
    let mut entry = applied("demo", &file.target().scope.host, &file.target());
    entry.target.slot = "%64emo.jpg".into();
    let harness = Harness::new();
    harness.journal.write(&entry).unwrap();
    let run = harness.deliver(vec![delivery(&file, "demo", payload("picture"))], false);
    let found = (run.outcomes[0].status, run.outcomes[0].entry.code.as_str());
    assert_eq!(found, (Status::Rejected, "shows_nothing"));
    assert_eq!(files.server.count("PUT", ""), 0);
}

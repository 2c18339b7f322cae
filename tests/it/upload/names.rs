//! One account has one name: in the journal, in the times of sends, in lists and in records.

use std::fs;

use serde_json::Value;

use super::files::{Server, another, deliver, delivered, list, put, shown};
use super::{ID, picture, upload};
use crate::support::{folder, said, write};

/// The path of a folder is relative to the accounts file, and two projects can have folders of the same name.
#[test]
fn a_folder_is_the_same_wherever_the_program_is_started() {
    let files = folder(&[("a/out/logo.jpg", picture()), ("b/out/logo.jpg", picture())]);
    for project in ["a", "b"] {
        let project = files.path().join(project);
        list(&project, &[shown("demo", "shown", "logo.jpg")]);
        fs::create_dir(project.join("shown")).unwrap();
        let mut command = upload(&project, "");
        command.env("XDG_STATE_HOME", files.path().join("state"));
        let said = said(&command.args(["--accounts", "a.csv"]).output().unwrap());
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(fs::read(project.join("shown/demo.jpg")).unwrap(), picture());
    }
    // Another path to the same file is no second account.
    let rows = [
        shown("demo", "shown", "logo.jpg"),
        shown("x", "../b/./shown", "logo.jpg"),
    ];
    let project = files.path().join("b");
    list(&project, &rows);
    let text = fs::read_to_string(project.join("a.csv"))
        .unwrap()
        .replace("x,", "demo,");
    fs::write(project.join("a.csv"), text).unwrap();
    let twice = deliver(&project, &[]);
    assert_eq!(
        (twice.code, twice.stderr.contains("is listed twice")),
        (2, true),
        "{}",
        twice.stderr
    );
}

/// A journal of an earlier version names the folder as the accounts file did.
#[test]
fn a_relative_folder_in_an_older_journal_leads_to_no_second_delivery() {
    let files = folder(&[("out/logo.jpg", picture())]);
    list(files.path(), &[shown("demo", "shown", "logo.jpg")]);
    fs::create_dir(files.path().join("shown")).unwrap();
    assert_eq!(deliver(files.path(), &[]).code, 0);
    let journal = files.path().join("out/.avatar-prep/state.sqlite");
    let journal = rusqlite::Connection::open(journal).unwrap();
    let older = "UPDATE upload_delivery SET host = 'shown'";
    assert_eq!(journal.execute(older, []).unwrap(), 1);
    drop(journal);
    fs::remove_dir_all(files.path().join("state")).unwrap();
    let path = files.path().join("shown/demo.jpg");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    let again = delivered(files.path(), &[]);
    assert_eq!(again[0]["status"], "up_to_date");
    assert_eq!(
        fs::metadata(&path).unwrap().modified().unwrap(),
        before,
        "it was not written again"
    );
}

#[test]
fn one_account_has_one_name() {
    let files = folder(&[("out/logo.jpg", picture())]);
    let signed = "?X-Amz-Date=1&X-Amz-Signature=0123456789abcdef";
    for (one, other) in [
        (format!("a,,{ID},,,\n"), format!("b,green-api,{ID},,,\n")),
        (format!("a,,{ID},,,\n"), format!("{ID},,{ID},,,\n")),
        (
            "a,http-put,,https://h.example:443/a.jpg,,\n".into(),
            "b,http-put,,https://H.example/%61.jpg,,\n".into(),
        ),
        (
            "a,http-put,,https://h.example/a.jpg,,\n".into(),
            format!("b,http-put,,https://h.example/a.jpg{signed},,\n"),
        ),
        (
            "a,http-put,,https://h.example./a.jpg,,\n".into(),
            "b,http-put,,https://h.example/a.jpg,,\n".into(),
        ),
        (
            "a,http-put,,https://h.example/u?file=first&g=%7E,,\n".into(),
            "b,http-put,,https://h.example/u?g=~&file=first,,\n".into(),
        ),
    ] {
        let head = "name,service,id_instance,url,token_env,picture\n";
        let text = format!("{head}{one}{other}");
        write(&files.path().join("a.csv"), text.as_bytes());
        let said = deliver(files.path(), &["--dry-run"]);
        let found = (said.code, said.stderr.contains(" is listed twice"));
        assert_eq!(found, (2, true), "{text}{}", said.stderr);
    }
}

#[test]
fn the_query_says_which_file_and_a_signature_does_not() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture())]);
    let go = |query: &str| {
        list(
            files.path(),
            &[put(
                "site",
                &format!("http://{}/up?{query}", server.host),
                "logo.jpg",
            )],
        );
        let records = delivered(files.path(), &[]);
        records[0]["status"].as_str().unwrap().to_string()
    };
    assert_eq!(go("file=first.jpg"), "applied");
    assert_eq!(go("file=other.jpg"), "applied");
    assert_eq!(server.file("/up?file=other.jpg").unwrap(), picture());
    for signature in [
        "X-Amz-Date=2&X-Amz-Signature=fedcba9876543210&x-id=PutObject",
        "sv=2026-01-01&sp=cw&se=2027-01-01&sig=fedcba9876543210",
        "GoogleAccessId=me&Expires=99&Signature=fedcba9876543210",
        "sig=fedcba9876543210",
    ] {
        assert_eq!(
            go(&format!("file=first.jpg&{signature}")),
            "up_to_date",
            "{signature}"
        );
    }
    assert_eq!(server.puts().len(), 2);
    // Common words are no signature by themselves.
    assert_eq!(go("file=first.jpg&sp=1"), "applied");
    assert_eq!(go("file=first.jpg&sp=2"), "applied");
}

/// A query can hold a password, and whoever has its hash can test passwords.
#[test]
fn no_hash_of_a_query_is_shown() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture())]);
    let url = format!("http://{}/s1.jpg?user=bob&pw=Sommer2026", server.host);
    list(files.path(), &[put("site", &url, "logo.jpg")]);
    let mut texts = String::new();
    for args in [
        &["--dry-run", "--json"][..],
        &["--check", "--json"],
        &["--json", "--report", "r.csv", "--report", "r.json"],
        &["--status", "--json"],
        &[],
    ] {
        let said = deliver(files.path(), args);
        assert_eq!(said.code, 0, "{args:?}: {}", said.stderr);
        texts.push_str(&said.stdout);
        texts.push_str(&said.stderr);
    }
    for report in ["r.csv", "r.json"] {
        texts.push_str(&fs::read_to_string(files.path().join(report)).unwrap());
    }
    assert!(texts.contains(r#""id":"s1.jpg?***""#), "{texts}");
    // The hash of `pw=Sommer2026&user=bob`.
    assert!(!texts.contains("5d62465141e6fbf8"), "{texts}");
}

#[test]
fn an_encoded_sign_has_two_digits() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture())]);
    let paths = ["%+fz.jpg", "%0fz.jpg"];
    let url = |path: &str| format!("http://{}/{path}", server.host);
    let rows = [
        put("one", &url(paths[0]), "logo.jpg"),
        put("two", &url(paths[1]), "logo.jpg"),
    ];
    list(files.path(), &rows);
    let records = delivered(files.path(), &[]);
    assert!(
        records.iter().all(|it| it["status"] == "applied"),
        "{records:?}"
    );
    for path in paths {
        assert!(server.file(&format!("/{path}")).is_some(), "{path}");
    }
}

/// Records of one account have one id, and the names of this run.
#[test]
fn records_name_the_account_as_it_is_called_now() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture()), ("out/other.jpg", picture())]);
    let url = format!("http://{}/a%62.jpg", server.host);
    let ids = |records: &[Value]| {
        let id = |it: &Value| it["id"].as_str().unwrap().to_string();
        records.iter().map(id).collect::<Vec<_>>()
    };
    fs::create_dir(files.path().join("shown")).unwrap();
    let rows =
        |site: &str, picture: &str| [put(site, &url, picture), shown("demo", "shown", picture)];
    let mut all = Vec::new();
    for (site, picture, args) in [
        ("old", "gone.jpg", &[][..]),
        ("old", "logo.jpg", &["--check"]),
        ("old", "logo.jpg", &["--dry-run"]),
        ("old", "logo.jpg", &["--senders", "1"]),
        ("new", "other.jpg", &["--senders", "1"]),
    ] {
        list(files.path(), &rows(site, picture));
        let records = delivered(files.path(), args);
        all.push(ids(&records));
        if site == "new" {
            let found =
                ["account", "picture", "status"].map(|key| records[0][key].as_str().unwrap());
            assert_eq!(found, ["new", "other.jpg", "up_to_date"]);
        }
    }
    for found in all {
        assert_eq!(found, ["ab.jpg", "demo"]);
    }
}

/// One place is one account in the status, however it was called.
#[test]
fn the_status_shows_what_was_tried_last_under_the_present_name() {
    let server = Server::start();
    let files = folder(&[("out/logo.jpg", picture()), ("out/other.jpg", &another())]);
    let url = |path: &str| format!("http://{}/{path}", server.host);
    server.script("/a.jpg", &[(413, "")]);
    let middle = put("middle", &url("b.jpg"), "logo.jpg");
    list(
        files.path(),
        &[put("zeta", &url("a.jpg"), "logo.jpg"), middle.clone()],
    );
    assert_eq!(deliver(files.path(), &[]).code, 1);
    list(
        files.path(),
        &[put("alpha", &url("a.jpg"), "other.jpg"), middle],
    );
    assert_eq!(deliver(files.path(), &[]).code, 0);
    let mut command = super::with_account(files.path(), "");
    let said = said(
        &command
            .args(["upload", "out", "--status"])
            .output()
            .unwrap(),
    );
    let lines: Vec<&str> = said
        .stdout
        .lines()
        .filter(|line| !line.starts_with("  "))
        .collect();
    assert_eq!(
        lines,
        [
            "applied other.jpg -> alpha (a.jpg)",
            "applied logo.jpg -> middle (b.jpg)"
        ]
    );
}

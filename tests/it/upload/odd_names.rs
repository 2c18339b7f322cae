//! Names of pictures that are no text, and numbers of accounts that are written in other ways.

#[cfg(target_os = "linux")]
use super::files::{Server, another, deliver, delivered, list, put};
use super::{ID, picture, upload};
use crate::support::{folder, said, write};

/// With zeros before it, or rounded, a number would be that of another account, or a second name of one.
#[test]
fn a_number_is_written_in_one_way() {
    let files = folder(&[("out/logo.jpg", picture())]);
    let entry = |id: &str| {
        format!(
            "[[account]]\nname = \"logo\"\nid_instance = {id}\ntoken_env = \"GREEN_API_TOKEN\"\n"
        )
    };
    for (id, wanted) in [
        (
            "\"01101000001\"",
            "id_instance must be a number of 1 to 20 digits without zeros before it",
        ),
        (
            "11010000012345678901.0",
            "id_instance must be a text, a whole number, true or false",
        ),
    ] {
        write(&files.path().join("a.toml"), entry(id).as_bytes());
        let mut command = upload(files.path(), "");
        command.args(["--accounts", "a.toml", "--dry-run"]);
        let said = said(&command.output().unwrap());
        let found = (said.code, said.stderr.contains(wanted));
        assert_eq!(found, (2, true), "{id}: {}", said.stderr);
    }
    write(&files.path().join("a.toml"), entry(ID).as_bytes());
    let mut command = upload(files.path(), "");
    command.args(["--accounts", "a.toml", "--dry-run"]);
    let said = said(&command.output().unwrap());
    assert!(!said.stderr.contains("id_instance"), "{}", said.stderr);
}

/// A name that is no text is told from every other, and an account gets it by its encoded form only.
#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf_8_are_told_apart() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let server = Server::start();
    let files = folder(&[]);
    let other = another();
    for (name, bytes) in [
        (&b"caf\xe9.jpg"[..], picture()),
        (b"caf\xe8.jpg", &other[..]),
    ] {
        write(
            &files.path().join("out").join(OsStr::from_bytes(name)),
            bytes,
        );
    }
    let url = |name: &str| format!("http://{}/{name}.jpg", server.host);
    // What people see of such a name elsewhere is the name of neither.
    list(files.path(), &[put("caf\u{fffd}", &url("a"), "")]);
    let none = deliver(files.path(), &[]);
    assert_eq!((none.code, server.puts().len()), (2, 0), "{}", none.stderr);
    for name in ["E9", "E8"] {
        let line = format!("no account for not UTF-8: caf%{name}.jpg\n");
        assert!(none.stderr.contains(&line), "{}", none.stderr);
    }
    let rows = [
        put("one", &url("one"), "not UTF-8: caf%E9.jpg"),
        put("not UTF-8: caf%E8", &url("two"), ""),
        put("three", &url("three"), "caf\u{fffd}.jpg"),
    ];
    list(files.path(), &rows);
    let mut found: Vec<_> = delivered(files.path(), &[])
        .iter()
        .map(|it| ["picture", "status"].map(|key| it[key].as_str().unwrap().to_string()))
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ["caf\u{fffd}.jpg", "rejected"],
            ["not UTF-8: caf%E8.jpg", "applied"],
            ["not UTF-8: caf%E9.jpg", "applied"],
        ]
    );
    assert_eq!(server.file("/one.jpg").unwrap(), picture());
    assert_eq!(server.file("/two.jpg").unwrap(), other);
}

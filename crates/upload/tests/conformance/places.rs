//! Places in folders: what is one place, and what another process holds.

use std::fs::{self, File};
use std::sync::Arc;

use avatar_upload::{Folder, Status};
use fs4::fs_std::FileExt;

use crate::harness::{Account, Harness, delivery, payload};

/// Delivers one picture to the account `demo` of a folder; returns the status and the code.
fn deliver(harness: &Harness, folder: &std::path::Path) -> (Status, String) {
    let account: Account = Arc::new(Folder::new(folder, "demo").unwrap());
    let run = harness.deliver(vec![delivery(&account, "demo", payload("picture"))], false);
    let outcome = &run.outcomes[0];
    (outcome.status, outcome.entry.code.clone())
}

#[test]
#[cfg(target_os = "linux")]
fn folders_whose_names_are_not_utf_8_are_several_places() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let root = tempfile::tempdir().unwrap();
    let harness = Harness::new();
    for name in [&b"d\xff"[..], b"d\xfe", b"d%FF", "d\u{fffd}".as_bytes()] {
        let folder = root.path().join(OsStr::from_bytes(name));
        fs::create_dir(&folder).unwrap();
        assert_eq!(deliver(&harness, &folder).0, Status::Applied, "{name:?}");
        assert_eq!(fs::read(folder.join("demo.jpg")).unwrap(), b"picture");
        assert_eq!(deliver(&harness, &folder).0, Status::UpToDate, "{name:?}");
    }
}

/// The run must not wait in the destination, where nothing can stop it.
#[test]
fn a_file_that_another_process_writes_is_left_for_later() {
    let folder = tempfile::tempdir().unwrap();
    let held = File::create(folder.path().join(".demo.tmp")).unwrap();
    FileExt::lock_exclusive(&held).unwrap();
    let (status, code) = deliver(&Harness::new(), folder.path());
    assert_eq!((status, code.as_str()), (Status::Deferred, "in_use"));
    assert!(!folder.path().join("demo.jpg").exists());
    drop(held);
    assert_eq!(deliver(&Harness::new(), folder.path()).0, Status::Applied);
}

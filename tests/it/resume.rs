//! Finished results are skipped, by size and time or by content; and the cache survives.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use rusqlite::Connection;
use serde_json::Value;

use crate::support::{
    Numbers, avatar_prep, decode, folder, jpeg, ppm, records, run, said, tree, write,
};

const CACHE: &str = "out/.avatar-prep/cache.sqlite";

fn picture(color: u8) -> Vec<u8> {
    ppm(8, 8, |_, _| [color; 3])
}

/// `count` pictures that are old enough for their times to be trusted.
fn settled(count: u8) -> tempfile::TempDir {
    let folder = folder(&[]);
    for n in 0..count {
        write(&folder.path().join(format!("in/{n}.ppm")), &picture(n));
        age(&folder.path().join(format!("in/{n}.ppm")));
    }
    folder
}

/// Sets the time of the last change to an hour ago, to the second.
fn age(path: &Path) {
    let file = File::options().append(true).open(path).unwrap();
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    let then = Duration::from_secs(now.as_secs() / 3600 * 3600 - 3600);
    file.set_modified(SystemTime::UNIX_EPOCH + then).unwrap();
}

/// How many were made and how many were up to date.
fn counts(folder: &Path, args: &[&str]) -> (u64, u64) {
    let (code, records) = records(folder, &[args, &["in", "out"]].concat());
    assert_eq!(code, 0, "{records:?}");
    let summary = records.last().unwrap();
    (
        summary["ok"].as_u64().unwrap(),
        summary["up_to_date"].as_u64().unwrap(),
    )
}

#[test]
fn the_second_run_makes_nothing_and_says_what_is_there() {
    let folder = settled(3);
    let (_, first) = records(folder.path(), &["-j", "1", "in", "out"]);
    let written = |name: &str| {
        fs::metadata(folder.path().join(name))
            .unwrap()
            .modified()
            .unwrap()
    };
    let before = written("out/1.jpg");
    let (code, second) = records(folder.path(), &["-j", "1", "in", "out"]);
    assert_eq!((code, written("out/1.jpg")), (0, before));
    for (made, skipped) in first.iter().zip(&second).take(3) {
        assert_eq!(skipped["status"], "skipped");
        assert_eq!(skipped["code"], "up_to_date");
        let same = [
            "source",
            "output",
            "format",
            "width",
            "height",
            "orientation",
            "size",
            "bytes",
        ];
        for key in same.iter().chain(&["quality", "subsampling", "notes"]) {
            assert_eq!(made[key], skipped[key], "{key}");
        }
    }
    assert_eq!(second[3]["bytes"], 0, "nothing was written");
    let said = run(folder.path(), &["in", "out"]);
    assert_eq!(said.stderr, "3 up to date in T s\n");
}

#[test]
fn what_changed_is_made_again() {
    let folder = settled(3);
    let at = |name: &str| folder.path().join(name);
    assert_eq!(counts(folder.path(), &[]), (3, 0));
    // Another time, the same content: the content decides, and then the new time is known.
    File::options()
        .append(true)
        .open(at("in/0.ppm"))
        .unwrap()
        .set_modified(SystemTime::now())
        .unwrap();
    assert_eq!(counts(folder.path(), &[]), (0, 3));
    write(&at("in/1.ppm"), &picture(77));
    assert_eq!(counts(folder.path(), &[]), (1, 2));
    fs::remove_file(at("out/2.jpg")).unwrap();
    assert_eq!(counts(folder.path(), &[]), (1, 2));
    let mut result = fs::read(at("out/2.jpg")).unwrap();
    *result.last_mut().unwrap() ^= 1;
    fs::write(at("out/2.jpg"), &result).unwrap();
    assert_eq!(counts(folder.path(), &[]), (1, 2));
    assert_ne!(fs::read(at("out/2.jpg")).unwrap(), result);
    assert_eq!(counts(folder.path(), &[]), (0, 3));
}

#[test]
fn settings_that_change_bytes_count_and_others_do_not() {
    let folder = settled(2);
    assert_eq!(counts(folder.path(), &[]), (2, 0));
    assert_eq!(
        counts(folder.path(), &["-j", "1", "--limit-side", "1000"]),
        (0, 2)
    );
    for settings in [
        ["--size", "7"],
        ["--max-bytes", "149kB"],
        ["--quality", "41..90"],
        ["--background", "black"],
        ["--effort", "fast"],
        ["--min-size", "2"],
        ["--enlarge", "--enlarge-limit=100"],
    ] {
        assert_eq!(counts(folder.path(), &settings), (2, 0), "{settings:?}");
        assert_eq!(counts(folder.path(), &settings), (0, 2), "{settings:?}");
    }
    assert_eq!(counts(folder.path(), &[]), (2, 0));
    assert_eq!(counts(folder.path(), &["--force"]), (2, 0));
}

/// A change that leaves size and time as they were cannot be noticed by them, so the time of a file
/// that has just been written is not trusted.
#[test]
fn a_time_is_believed_once_it_is_past() {
    let folder = settled(2);
    let at = |name: &str| folder.path().join(name);
    let now = SystemTime::now();
    let stamp = |path: &Path| {
        File::options()
            .append(true)
            .open(path)
            .unwrap()
            .set_modified(now)
            .unwrap();
    };
    stamp(&at("in/0.ppm"));
    assert_eq!(counts(folder.path(), &[]), (2, 0));
    for name in ["in/0.ppm", "in/1.ppm"] {
        write(&at(name), &picture(200));
    }
    stamp(&at("in/0.ppm"));
    age(&at("in/1.ppm"));
    // The second has its old time again. That it was written shows where the system keeps that time apart.
    let made = if cfg!(unix) { (2, 0) } else { (1, 1) };
    assert_eq!(counts(folder.path(), &[]), made);
}

/// What size, times and number prove to be the same is not even read: a wrong hash of it is not noticed.
#[test]
fn what_has_not_changed_is_not_read() {
    let folder = settled(2);
    assert_eq!(counts(folder.path(), &[]), (2, 0));
    let forget = || {
        let cache = Connection::open(folder.path().join(CACHE)).unwrap();
        let forget = "UPDATE prepare_output SET source_hash = zeroblob(32)";
        assert_eq!(cache.execute(forget, []).unwrap(), 2);
    };
    forget();
    assert_eq!(counts(folder.path(), &[]), (0, 2));
    write(&folder.path().join("in/1.ppm"), &picture(1));
    age(&folder.path().join("in/1.ppm"));
    let made = u64::from(cfg!(unix));
    assert_eq!(
        counts(folder.path(), &[]),
        (made, 2 - made),
        "this one is read"
    );
}

#[test]
fn a_moved_source_is_known_by_its_content() {
    let folder = settled(2);
    assert_eq!(counts(folder.path(), &[]), (2, 0));
    fs::rename(folder.path().join("in"), folder.path().join("moved")).unwrap();
    let (_, records) = records(folder.path(), &["moved", "out"]);
    assert_eq!(records[2]["up_to_date"], 2);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_unicode_are_remembered() {
    use std::os::unix::ffi::OsStrExt;
    let folder = folder(&[]);
    let name = std::ffi::OsStr::from_bytes(b"in/caf\xe9.ppm");
    write(&folder.path().join(name), &picture(5));
    assert_eq!(counts(folder.path(), &[]), (1, 0));
    assert_eq!(counts(folder.path(), &[]), (0, 1));
    assert_eq!(run(folder.path(), &["verify", "out"]).code, 0);

    let out = std::ffi::OsStr::from_bytes(b"caf\xe9");
    let into_it = || {
        said(
            &avatar_prep(folder.path())
                .arg("in")
                .arg(out)
                .output()
                .unwrap(),
        )
    };
    assert_eq!(into_it().code, 0);
    let again = into_it();
    assert!(
        again.stderr.starts_with("1 up to date in "),
        "{}",
        again.stderr
    );
}

#[test]
fn one_file_leaves_nothing_beside_it() {
    let folder = folder(&[("a.ppm", &picture(1))]);
    assert_eq!(run(folder.path(), &["a.ppm", "b.jpg"]).code, 0);
    assert!(!folder.path().join(".avatar-prep").exists());
}

/// Everything in the folder of the state.
fn kept(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let folder = folder.join("out/.avatar-prep");
    let read = |name: String| (name.clone(), fs::read(folder.join(name)).unwrap());
    tree(&folder).into_iter().map(read).collect()
}

#[test]
fn a_damaged_cache_is_replaced() {
    let folder = settled(4);
    assert_eq!(counts(folder.path(), &[]), (4, 0));
    let mut numbers = Numbers(1);
    let garbage: Vec<u8> = (0..9000).map(|_| numbers.next() as u8).collect();
    fs::write(folder.path().join(CACHE), &garbage).unwrap();
    // Left by a rebuild that was killed.
    fs::write(folder.path().join(format!("{CACHE}.new")), &garbage).unwrap();
    fs::remove_file(folder.path().join("in/3.ppm")).unwrap();
    let said = run(folder.path(), &["in", "out"]);
    assert_eq!(said.code, 0);
    let wanted = "warning: out/.avatar-prep/cache.sqlite was damaged and has been replaced; 4 results will be remade\n";
    assert!(said.stderr.starts_with(wanted), "{}", said.stderr);
    assert_eq!(
        tree(&folder.path().join("out")),
        ["0.jpg", "1.jpg", "2.jpg", "3.jpg"]
    );
    let left = kept(folder.path()).into_iter().map(|(name, _)| name);
    let left: Vec<String> = left.filter(|name| !name.contains("cache.sqlite")).collect();
    assert_eq!(left, ["holder", "lock"]);
    assert_eq!(counts(folder.path(), &[]), (0, 3));
    // 3.jpg has no source any more, and is known all the same.
    assert_eq!(run(folder.path(), &["verify", "out"]).stderr, "4 intact\n");
}

/// After a damaged cache, `verify` says the same as after a lost one.
#[test]
fn a_damaged_cache_does_not_make_foreign_pictures_results() {
    let folder = settled(4);
    assert_eq!(counts(folder.path(), &[]), (4, 0));
    let foreign = jpeg(8, 8, |x, y| [x as u8, y as u8, 99]);
    for name in ["0.jpg", "mine.jpg", "deep/mine.jpg"] {
        write(&folder.path().join("out").join(name), &foreign);
    }
    // So that the first picture is not remade over the one that replaced its result.
    fs::remove_file(folder.path().join("in/0.ppm")).unwrap();
    let verified = || run(folder.path(), &["verify", "out"]);
    let wanted = "3 intact, 1 changed, 2 foreign\n";
    let said = verified().stderr;
    assert!(said.contains(wanted), "{said}");
    fs::write(folder.path().join(CACHE), [7; 9000]).unwrap();
    let said = run(folder.path(), &["in", "out"]);
    assert_eq!(said.code, 0);
    assert!(
        said.stderr.contains("; 3 results will be remade\n"),
        "{}",
        said.stderr
    );
    let said = verified();
    assert!(
        said.stderr.contains("3 intact, 3 foreign\n"),
        "{}",
        said.stderr
    );
    assert_eq!(said.code, 1);
}

/// A damaged page in the middle is as bad as a damaged header, in a folder of any name.
#[test]
fn a_cache_with_a_damaged_page_is_replaced() {
    let folder = settled(2);
    let out = "50% ?#; out";
    assert_eq!(run(folder.path(), &["-q", "in", out]).code, 0);
    let path = folder.path().join(out).join(".avatar-prep/cache.sqlite");
    let database = Connection::open(&path).unwrap();
    let query = "SELECT rootpage FROM sqlite_master WHERE name = 'prepare_root'";
    let page: i64 = database.query_row(query, [], |row| row.get(0)).unwrap();
    drop(database);
    let mut bytes = fs::read(&path).unwrap();
    bytes[(page as usize - 1) * 4096..][..4096].fill(0);
    fs::write(&path, bytes).unwrap();
    let said = run(folder.path(), &["in", out]);
    assert!(
        said.stderr.contains("2 results will be remade"),
        "{}",
        said.stderr
    );
    assert_eq!(run(folder.path(), &["verify", out]).stderr, "2 intact\n");
}

#[test]
fn a_later_versions_state_is_not_touched() {
    let folder = settled(1);
    assert_eq!(counts(folder.path(), &[]), (1, 0));
    let database = Connection::open(folder.path().join(CACHE)).unwrap();
    database
        .execute("UPDATE prepare_schema SET version = 99", [])
        .unwrap();
    drop(database);
    for args in [
        &["in", "out"][..],
        &["-n", "in", "out"],
        &["verify", "out"],
        &["clean", "out"],
    ] {
        let said = run(folder.path(), args);
        assert_eq!(said.code, 2, "{args:?}");
        assert!(
            said.stderr
                .contains("the cache has version 99; this program knows 6"),
            "{}",
            said.stderr
        );
    }
}

#[test]
fn looking_writes_nothing_even_where_a_run_was_killed() {
    let folder = settled(2);
    assert_eq!(counts(folder.path(), &[]), (2, 0));
    // As a killed run leaves it: with a write-ahead log that was not merged.
    let database = Connection::open(folder.path().join(CACHE)).unwrap();
    database
        .execute(
            "UPDATE prepare_output SET bytes = 1 WHERE output = '0.jpg'",
            [],
        )
        .unwrap();
    let saved = kept(folder.path());
    assert!(
        saved
            .iter()
            .any(|(name, bytes)| name.ends_with("-wal") && !bytes.is_empty())
    );
    let (code, records) = records(folder.path(), &["-n", "in", "out"]);
    let statuses: Vec<&Value> = records.iter().map(|record| &record["status"]).collect();
    assert_eq!(
        (code, statuses[0], statuses[1]),
        (0, &"planned".into(), &"skipped".into()),
        "the log counts"
    );
    assert_eq!(run(folder.path(), &["verify", "out"]).code, 1);
    assert_eq!(run(folder.path(), &["clean", "out"]).code, 0);
    assert_eq!(kept(folder.path()), saved);
}

#[test]
fn a_state_that_somebody_else_holds_is_not_passed_over() {
    let folder = settled(1);
    assert_eq!(counts(folder.path(), &[]), (1, 0));
    let database = Connection::open(folder.path().join(CACHE)).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let said = run(folder.path(), &["in", "out"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("is locked"), "{}", said.stderr);
    drop(database);
    // A lock that cannot be opened.
    let lock = folder.path().join("out/.avatar-prep/lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    let said = run(folder.path(), &["--force", "in", "out"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    let wanted = "error: out may be in use: could not open the lock out/.avatar-prep/lock: ";
    assert!(said.stderr.starts_with(wanted), "{}", said.stderr);
}

/// Files of one archive can have one size and one time. Their names can be swapped, and those of their folders.
#[cfg(unix)]
#[test]
fn sources_that_swap_their_names_are_made_again() {
    let folder = folder(&[]);
    let at = |path: &str| folder.path().join(path);
    for (path, shade) in [("a/x", 0), ("b/x", 200), ("c", 50), ("d", 150)] {
        write(&at(&format!("in/{path}.ppm")), &picture(shade));
        age(&at(&format!("in/{path}.ppm")));
    }
    let shade = |path: &str| {
        let bytes = fs::read(at(&format!("out/{path}.jpg"))).unwrap();
        decode(&bytes).at(0, 0)[0]
    };
    let shades = || ["a/x", "b/x", "c", "d"].map(shade);
    let swap = |one: &str, other: &str| {
        for (from, to) in [(one, "apart"), (other, one), ("apart", other)] {
            fs::rename(at(from), at(to)).unwrap();
        }
    };
    assert_eq!(
        (counts(folder.path(), &[]), shades()),
        ((4, 0), [0, 200, 50, 150])
    );
    swap("in/c.ppm", "in/d.ppm");
    assert_eq!(
        (counts(folder.path(), &[]), shades()),
        ((2, 2), [0, 200, 150, 50])
    );
    swap("in/a", "in/b");
    assert_eq!(
        (counts(folder.path(), &[]), shades()),
        ((2, 2), [200, 0, 150, 50])
    );
    // A copy has other numbers and times of change, and the same content.
    for path in ["a/x", "b/x", "c", "d"] {
        let path = at(&format!("in/{path}.ppm"));
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        write(&path, &bytes);
        age(&path);
    }
    assert_eq!(counts(folder.path(), &[]), (0, 4));
}

//! Which picture belongs to which account: by its source, by its own name, or by the name of the
//! account. Nothing is guessed, and nothing that is named is ignored.

use serde_json::Value;

use super::{ID, Stage, picture};
use crate::support::{Said, avatar_prep, jpeg, png, ppm, said, write};

const OTHER: &str = "1101000002";

/// Two accounts and their pictures, with nothing prepared.
fn stage(accounts: [(&str, &str); 2]) -> Stage {
    let stage = Stage::new("");
    std::fs::remove_dir_all(stage.path().join("out")).unwrap();
    stage.enlist(OTHER, "");
    stage.list(accounts);
    stage
}

/// Runs the binary as a rehearsal, with the accounts of `a.csv`.
fn go(stage: &Stage, args: &[&str]) -> Said {
    let mut command = avatar_prep(stage.path());
    command.env("XDG_STATE_HOME", stage.path().join("state"));
    command.args(args).args(["--accounts", "a.csv"]);
    command.args(["--speed", "20", "--rehearse", &stage.fake.url()]);
    said(&command.output().unwrap())
}

fn upload(stage: &Stage, args: &[&str]) -> Said {
    go(stage, &[&["upload", "out"], args].concat())
}

/// What an account shows is this result.
#[track_caller]
fn shows(stage: &Stage, id: &str, result: &str) {
    let wanted = std::fs::read(stage.path().join("out").join(result)).unwrap();
    assert!(stage.fake.avatar(id) == Some(wanted), "{id}: {result}");
}

/// A source of one shade, without a picture's extension or with one.
fn source(stage: &Stage, name: &str, shade: u8) {
    let path = stage.path().join("in").join(name);
    let bytes = match name.ends_with(".ppm") {
        true => ppm(300, 300, |x, y| [x as u8, shade, y as u8]),
        false => png(300, 300, |x, y| [x as u8, shade, y as u8, 255]),
    };
    write(&path, &bytes);
}

#[test]
fn a_name_ends_where_that_of_its_result_does() {
    let stage = stage([(ID, "acme.com"), (OTHER, "solo.org")]);
    source(&stage, "acme.com", 0);
    source(&stage, "acme.ppm", 120);
    source(&stage, "solo.org", 240);
    let said = go(&stage, &["in", "out/", "--upload"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    shows(&stage, ID, "acme.com.jpg");
    shows(&stage, OTHER, "solo.org.jpg");
    // Without what the run knows, and without a cache.
    for forget in [false, true] {
        if forget {
            std::fs::remove_dir_all(stage.path().join("out/.avatar-prep")).unwrap();
        }
        let said = upload(&stage, &["--dry-run"]);
        for pair in [
            format!("acme.com.jpg -> n{ID}"),
            format!("solo.org.jpg -> n{OTHER}"),
        ] {
            assert!(said.stderr.contains(&pair), "{forget}: {}", said.stderr);
        }
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
}

#[test]
fn two_results_that_a_name_fits_are_refused() {
    let stage = stage([(ID, "logo.png"), (OTHER, "logo.png.jpg")]);
    write(&stage.path().join("out/logo.jpg"), picture());
    let other = jpeg(300, 300, |x, y| [255 - y as u8, x as u8, 40]);
    write(&stage.path().join("out/logo.png.jpg"), &other);
    let said = upload(&stage, &[]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    let wanted = format!("account n{ID} matches logo.jpg and logo.png.jpg");
    assert!(said.stderr.contains(&wanted), "{}", said.stderr);
    stage.list([(ID, "logo"), (OTHER, "logo.png.jpg")]);
    let said = upload(&stage, &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    shows(&stage, ID, "logo.jpg");
    shows(&stage, OTHER, "logo.png.jpg");
}

/// A result of another source, from an earlier run, has the name that this one's result would have.
#[test]
fn a_source_gets_what_was_made_of_it() {
    let stage = stage([(ID, "logo.png"), (OTHER, "./logo.ppm")]);
    source(&stage, "logo.ppm", 0);
    let first = go(&stage, &["in", "out"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    source(&stage, "logo.ppm", 120);
    source(&stage, "logo.png", 240);
    let both = ["in", "out", "--on-collision", "suffix", "--upload"];
    let dry = go(&stage, &[&both[..], &["--dry-run"]].concat());
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    assert!(!dry.stderr.contains(" logo.jpg ->"), "{}", dry.stderr);
    let run = go(&stage, &[&both[..], &["--json"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let records: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for (id, name) in [(ID, "in/logo.png"), (OTHER, "in/logo.ppm")] {
        let made = records.iter().find(|record| record["source"] == name);
        let made = made.unwrap()["output"].as_str().unwrap();
        let result = made.strip_prefix("out/").unwrap();
        assert_ne!(result, "logo.jpg");
        shows(&stage, id, result);
    }

    // Later it is known of what each was made, and that logo.jpg was replaced.
    let said = upload(&stage, &["--dry-run"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(!said.stderr.contains("logo.jpg ->"), "{}", said.stderr);
    assert!(stage.path().join("out/logo.jpg").exists());
    std::fs::remove_file(stage.path().join("out/logo.jpg")).unwrap();
    let said = upload(&stage, &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.ends_with("2 up to date\n"), "{}", said.stderr);
}

/// The name of an account does not match an older result either.
#[test]
fn what_an_earlier_run_called_so_is_not_sent() {
    let stage = stage([(ID, ""), (OTHER, "logo.ppm")]);
    let accounts = format!("name,id_instance,picture\nlogo,{ID},\nn,{OTHER},logo.jpg\n");
    write(&stage.path().join("a.csv"), accounts.as_bytes());
    source(&stage, "logo.ppm", 0);
    assert_eq!(go(&stage, &["in", "out"]).code, 0);
    source(&stage, "logo.ppm", 120);
    let both = ["in", "out", "--name", "{stem}-{size}.jpg", "--upload"];
    let said = go(&stage, &both);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let wanted = format!("no picture for account logo ({ID})\nrejected logo.jpg -> n: ");
    assert!(said.stderr.contains(&wanted), "{}", said.stderr);
    assert!(stage.fake.records().posts(None).is_empty());
}

/// Another source has the result's name: what is there was not made of this one.
#[test]
fn a_source_that_failed_gets_nothing_of_another() {
    let stage = stage([(ID, "logo.png"), (OTHER, "logo.ppm")]);
    source(&stage, "logo.ppm", 0);
    write(&stage.path().join("in/logo.png"), b"no picture at all");
    let said = go(&stage, &["in", "out", "--upload"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let wanted = format!("rejected logo.jpg -> n{ID}: ");
    assert!(said.stderr.contains(&wanted), "{}", said.stderr);
    assert!(said.stderr.contains("[source_failed]"), "{}", said.stderr);
    assert_eq!(
        (stage.fake.pictures(ID), stage.fake.pictures(OTHER)),
        (0, 1)
    );
}

/// For a source that could not be read, no older result is sent.
#[cfg(unix)]
#[test]
fn a_source_that_is_out_of_reach_gets_nothing_old() {
    let stage = stage([(ID, "deep/logo.png"), (OTHER, "other.ppm")]);
    source(&stage, "deep/logo.png", 0);
    source(&stage, "other.ppm", 120);
    assert_eq!(go(&stage, &["in", "out"]).code, 0);
    // A link to itself is found, and is nothing that can be opened.
    let path = stage.path().join("in/deep/logo.png");
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("logo.png", &path).unwrap();
    let said = go(&stage, &["in", "out", "--upload"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("[source_failed]"), "{}", said.stderr);
    assert_eq!(
        (stage.fake.pictures(ID), stage.fake.pictures(OTHER)),
        (0, 1)
    );
}

#[test]
fn a_picture_that_fits_two_accounts_by_name_is_refused() {
    let stage = Stage::new("");
    std::fs::remove_file(stage.path().join("out/logo.jpg")).unwrap();
    stage.enlist(OTHER, "");
    write(&stage.path().join(format!("out/{OTHER}.jpg")), picture());
    let accounts = format!("name,id_instance\n{OTHER},{ID}\nx,{OTHER}\n");
    write(&stage.path().join("a.csv"), accounts.as_bytes());
    let said = stage.expect(&["--accounts", "a.csv"], (2, 0));
    let wanted = format!("{OTHER}.jpg matches the accounts {OTHER} ({ID}) and x ({OTHER})");
    assert!(said.stderr.contains(&wanted), "{}", said.stderr);
    // Both may ask for it.
    stage.list([(ID, OTHER), (OTHER, OTHER)]);
    stage.expect(&["--accounts", "a.csv"], (0, 2));
}

#[cfg(unix)]
#[test]
fn what_is_no_result_is_not_there() {
    let stage = stage([(ID, "logo.png"), (OTHER, "")]);
    for name in ["out/logo.jpg", "else/x.jpg", "out/.hid/x.jpg"] {
        write(&stage.path().join(name), picture());
    }
    let link = stage.path().join("out/link.jpg");
    std::os::unix::fs::symlink("logo.jpg", link).unwrap();
    let absolute = stage.path().join("out/logo.jpg");
    for named in [
        "link.jpg",
        "../else/x.jpg",
        ".hid/x.jpg",
        absolute.to_str().unwrap(),
    ] {
        stage.list([(ID, "logo.png"), (OTHER, named)]);
        for args in [&["--dry-run"][..], &[]] {
            let said = upload(&stage, args);
            assert_eq!(said.code, 1, "{named}: {}", said.stderr);
            assert!(said.stderr.contains("[no_picture]"), "{}", said.stderr);
        }
    }
    assert_eq!(
        (stage.fake.pictures(ID), stage.fake.pictures(OTHER)),
        (1, 0)
    );
}

#[test]
fn nothing_but_missing_pictures_is_an_end_too() {
    let stage = stage([(ID, "gone.png"), (OTHER, "gone.ppm")]);
    write(&stage.path().join("out/logo.jpg"), picture());
    let said = upload(&stage, &["--json"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let records: Vec<Value> = said
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let codes: Vec<_> = records.iter().map(|record| &record["code"]).collect();
    assert_eq!(
        codes,
        ["no_picture".into(), "no_picture".into(), Value::Null].each_ref()
    );
    let summary = records.last().unwrap();
    assert_eq!(summary["event"], "upload_summary");
    assert_eq!(summary["rejected"], 2);
    let dry = upload(&stage, &["--dry-run"]);
    assert_eq!(dry.code, 1, "{}", dry.stderr);
    assert!(dry.stderr.ends_with("2 rejected\n"), "{}", dry.stderr);
    // A folder without results is probably a typing mistake, and no state folder is created in it.
    let nowhere = go(&stage, &["upload", "nowhere"]);
    assert_eq!(nowhere.code, 2, "{}", nowhere.stderr);
    assert!(
        nowhere.stderr.contains("nowhere does not exist"),
        "{}",
        nowhere.stderr
    );
    assert!(!stage.path().join("nowhere").exists());
}

/// Names that look like tokens and are none: cameras and content-addressed stores write them.
#[test]
fn long_names_and_hashes_are_names() {
    let stage = Stage::new("");
    let md5 = [
        "d41d8cd98f00b204e9800998ecf8427e",
        "9e107d9d372bb6826bd81d3542a419d6",
    ];
    let camera = "IMG20240131123456789012345";
    let deep = format!("{}/{}", "long".repeat(40), "name".repeat(40));
    let names = [md5[0], md5[1], camera, &deep];
    let mut csv = String::from("name,id_instance,picture\n");
    for (number, name) in names.into_iter().enumerate() {
        let id = (2000 + number).to_string();
        stage.enlist(&id, "");
        let bytes = jpeg(300, 300, |x, y| [x as u8, y as u8, number as u8 * 50]);
        write(&stage.path().join(format!("out/{name}.jpg")), &bytes);
        // One is found by the name of its account.
        let picture = format!("{name}.ppm");
        let picture = if number == 1 { "" } else { &picture };
        csv.push_str(&format!("{name},{id},{picture}\n"));
    }
    write(&stage.path().join("a.csv"), csv.as_bytes());
    let said = stage.expect(&["--accounts", "a.csv"], (0, 4));
    for (number, name) in names.into_iter().enumerate() {
        let line = format!("applied {name}.jpg -> {name} ({})", 2000 + number);
        assert!(said.stderr.contains(&line), "{line}: {}", said.stderr);
        shows(&stage, &(2000 + number).to_string(), &format!("{name}.jpg"));
    }
}

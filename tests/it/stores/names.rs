//! Keys that are no paths: each is read or fails by itself, and nothing ends the run.

use super::{BUCKET, Bucket, Fate, Ran};
use crate::support::{folder, jpeg};

/// The record of the source whose address ends like this.
#[track_caller]
fn record<'a>(ran: &'a Ran, end: &str) -> &'a serde_json::Value {
    let found = ran
        .files()
        .find(|it| it["source"].as_str().unwrap().ends_with(end));
    found.unwrap_or_else(|| panic!("{end} is not in {:#?}", ran.records))
}

/// Puts keys of every kind below `in/`; returns those that cannot be asked for.
fn fill(bucket: &Bucket) -> [&'static str; 6] {
    let picture = |red: u8| jpeg(60, 60, move |x, _| [red, x as u8, 2]);
    let odd = [
        "a//b.jpg",
        "a/./c.jpg",
        "a/../d.jpg",
        "/e.jpg",
        "f.jpg/",
        "a//b//",
    ];
    for (red, key) in (0..).zip(odd) {
        bucket.put(
            &format!("in/{}", key.replace("..", "%2E%2E")),
            &picture(red),
        );
    }
    for (red, key) in (9..).zip(["f.jpg", "%20g.jpg%20", "avatar-prep-key:00.jpg", "a/b.jpg"]) {
        bucket.put(&format!("in/{key}"), &picture(red));
    }
    for key in ["in/", "in/empty/", "in/a//"] {
        bucket.put(key, b"");
    }
    odd
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_key_that_cannot_be_asked_for_fails_by_itself() {
    // The server refuses control characters, so its listing gets one.
    let bucket = Bucket::disturbed(|request, _| match request.path.contains("list-type") {
        true => Fate::Change(|head, body| {
            let body = String::from_utf8_lossy(body);
            let body = body.replace("<Key>in/a/b.jpg<", "<Key>in/a&#x1;&#10;b.jpg<");
            let head = head
                .lines()
                .filter(|line| !line.to_lowercase().starts_with("content-len"));
            let head: Vec<&str> = head.collect();
            let length = body.len();
            format!(
                "{}\r\nContent-Length: {length}\r\n\r\n{body}",
                head.join("\r\n")
            )
            .into_bytes()
        }),
        false => Fate::Pass,
    });
    let odd = fill(&bucket);
    let files = folder(&[]);
    let input = format!("s3://{BUCKET}/in/");
    for out in ["out", &format!("s3://{BUCKET}/out/")] {
        let ran = bucket.run(files.path(), &[&input, out]);
        assert_eq!(ran.code, 1, "{} {:#?}", ran.stderr, ran.records);
        for key in odd.into_iter().chain(["a\u{1}\nb.jpg"]) {
            let failed = record(&ran, &format!("/in/{key}"));
            assert_eq!(failed["code"], "bad_name", "{failed}");
            let hint = failed["hint"].as_str().unwrap();
            assert!(hint.contains("copy the object to another key"), "{hint}");
        }
        for key in ["/in/f.jpg", "/in/ g.jpg ", "/in/avatar-prep-key:00.jpg"] {
            assert_eq!(record(&ran, key)["status"], "ok", "{key}");
        }
        assert_eq!(record(&ran, "/in/empty/")["code"], "not_a_picture");
        assert_eq!(
            (ran.count("status", "ok"), ran.count("code", "bad_name")),
            (3, 7)
        );
        assert_eq!(ran.files().count(), 12, "{:#?}", ran.records);
    }
    // Each result is of its own object, not of one whose key is alike.
    let plain = bucket.ask("GET", "in/f.jpg", b"").1;
    std::fs::create_dir(files.path().join("local")).unwrap();
    std::fs::write(files.path().join("local/f.jpg"), plain).unwrap();
    assert_eq!(
        crate::support::run(files.path(), &["local", "wanted", "-q"]).code,
        0
    );
    let read = |path: &str| std::fs::read(files.path().join(path)).unwrap();
    assert!(read("out/f.jpg") == read("wanted/f.jpg"));
    assert!(bucket.ask("GET", "out/f.jpg", b"").1 == read("wanted/f.jpg"));
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn keys_that_are_one_name_for_a_folder_collide_and_name_each_other() {
    let bucket = Bucket::start();
    let picture = jpeg(60, 60, |x, _| [1, x as u8, 2]);
    let long = format!("in/{}.jpg", "k".repeat(300));
    for key in [
        "in/j.jpg",
        "in/J.jpg",
        "in/%C3%A9.jpg",
        "in/e%CC%81.jpg",
        "in/z.jpg",
        &long,
    ] {
        bucket.put(key, &picture);
    }
    let files = folder(&[]);
    let input = format!("s3://{BUCKET}/in/");
    let ran = bucket.run(files.path(), &[&input, "out"]);
    assert_eq!(ran.count("code", "collision"), 4, "{:#?}", ran.records);
    assert_eq!(ran.count("code", "bad_name"), 1, "{:#?}", ran.records);
    assert_eq!(ran.count("status", "ok"), 1);
    let failed = record(&ran, "/in/j.jpg");
    let (message, hint) = (failed["message"].as_str().unwrap(), &failed["hint"]);
    assert!(message.contains("in/J.jpg"), "{message}");
    assert!(
        hint.as_str().unwrap().contains("--on-collision suffix"),
        "{hint}"
    );
    // What is only refused by its name is not fetched.
    let seen = bucket.take_seen();
    assert!(
        seen.iter().all(|it| !it.path.ends_with("/J.jpg")),
        "{seen:?}"
    );
    let ran = bucket.run(files.path(), &[&input, "out", "--on-collision", "suffix"]);
    assert_eq!(ran.count("status", "ok"), 5, "{:#?}", ran.records);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn an_odd_line_of_a_list_fails_by_itself() {
    let bucket = Bucket::start();
    bucket.put("in/a.jpg", &jpeg(60, 60, |x, _| [1, x as u8, 2]));
    let list = format!(
        "in/a.jpg\nin//b.jpg\ns3://{BUCKET}/in/./c.jpg\nin/folder/\n\
         https://example.com/a%2Fb.jpg?sig=hush\nhttps://example.com//d.jpg?sig=hush\n"
    );
    let inventory = format!("\"{BUCKET}\",\"in/a.jpg\"\n\"{BUCKET}\",\"in//b.jpg\"\n");
    let files = folder(&[
        ("list", list.as_bytes()),
        ("inventory", inventory.as_bytes()),
    ]);
    let address = format!("s3://{BUCKET}/in/");
    let ran = bucket.run(files.path(), &["--from", "list", &address, "out"]);
    assert_eq!(
        ran.count("status", "ok"),
        1,
        "{} {:#?}",
        ran.stderr,
        ran.records
    );
    assert_eq!(ran.count("code", "bad_name"), 4, "{:#?}", ran.records);
    assert_eq!(ran.count("code", "not_a_picture"), 1);
    assert!(!format!("{:?}", ran.records).contains("hush"));
    let ran = bucket.run(files.path(), &["--from", "inventory", "out2"]);
    let counts = (ran.count("status", "ok"), ran.count("code", "bad_name"));
    assert_eq!(counts, (1, 1), "{} {:#?}", ran.stderr, ran.records);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn addresses_that_differ_in_the_query_only_collide_with_a_hint_that_works() {
    let bucket = Bucket::start();
    bucket.put("in/a.jpg", &jpeg(60, 60, |x, _| [1, x as u8, 2]));
    let address = format!("http://{}/{BUCKET}/in/a.jpg", bucket.proxy);
    let list = format!("{address}?X-Amz-Signature=1\n{address}?X-Amz-Signature=2\n");
    let files = folder(&[("list", list.as_bytes())]);
    let ran = bucket.run(files.path(), &["--from", "list", "out"]);
    assert_eq!(ran.count("code", "collision"), 2, "{:#?}", ran.records);
    let failed = ran.files().next().unwrap();
    assert!(
        failed["message"]
            .as_str()
            .unwrap()
            .contains("with another query"),
        "{failed}"
    );
    let hint = failed["hint"].as_str().unwrap();
    let name = hint.split('\'').nth(1).unwrap();
    assert!(name.contains("{query}"), "{hint}");
    let args = ["--from", "list", "out", "--name", name];
    let ran = bucket.run(files.path(), &args);
    assert_eq!(
        (ran.code, ran.count("status", "ok")),
        (0, 2),
        "{:#?}",
        ran.records
    );
    // Both stay up to date, and neither is taken for a former result of the other.
    let again = bucket.run(files.path(), &args);
    assert_eq!(again.count("code", "up_to_date"), 2, "{:#?}", again.records);
    let cleaned = crate::support::run(files.path(), &["clean", "out", "--delete"]);
    assert_eq!(cleaned.code, 0, "{}", cleaned.stderr);
    assert_eq!(crate::support::tree(&files.path().join("out")).len(), 2);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn suffixes_keep_apart_addresses_that_differ_in_the_query_only() {
    let bucket = Bucket::start();
    bucket.put("in/a.jpg", &jpeg(60, 60, |x, _| [1, x as u8, 2]));
    bucket.put("in/b.jpg", &jpeg(60, 60, |x, _| [9, x as u8, 2]));
    let address = |name: &str, query: u8| {
        format!(
            "http://{}/{BUCKET}/in/{name}.jpg?X-Amz-Signature={query}\n",
            bucket.proxy
        )
    };
    let both = address("a", 1) + &address("a", 2) + &address("b", 1);
    let renewed = address("a", 1) + &address("a", 2) + &address("b", 2);
    let files = folder(&[("list", both.as_bytes()), ("renewed", renewed.as_bytes())]);
    let root = files.path();
    for out in ["out", &format!("s3://{BUCKET}/out/")] {
        let run = |list: &str, more: &[&str]| {
            let args = ["--from", list, out, "--on-collision", "suffix"];
            bucket.run(root, &[&args[..], more].concat())
        };
        let first = run("list", &["--report", "first.json"]);
        assert_eq!(first.count("status", "ok"), 3, "{:#?}", first.records);
        let report = std::fs::read_to_string(root.join("first.json")).unwrap();
        let outputs: Vec<&str> = first
            .files()
            .map(|it| it["output"].as_str().unwrap())
            .collect();
        for output in &outputs {
            assert!(report.contains(output), "{output} {report}");
            assert_eq!(outputs.iter().filter(|it| it == &output).count(), 1);
        }
        // Each is known again; a new signature gives no other name to what nothing else is like.
        let again = run("renewed", &[]);
        let names = |ran: &super::Ran| -> Vec<String> {
            let mut names: Vec<String> = ran.files().map(|it| it["output"].to_string()).collect();
            names.sort();
            names
        };
        assert_eq!(again.count("code", "up_to_date"), 3, "{:#?}", again.records);
        assert_eq!(names(&again), names(&first));
        let checked = bucket.run(root, &["verify", out]);
        assert_eq!(checked.code, 0, "{:?}", checked.records);
        assert_eq!(checked.records.last().unwrap()["intact"], 3);
        // Shares give the same names, and each picture to one of them.
        let shares = [
            run("list", &["--shard", "1/2", "--force"]),
            run("list", &["--shard", "2/2", "--force"]),
        ];
        let mut all: Vec<String> = shares.iter().flat_map(names).collect();
        all.sort();
        assert_eq!(all, names(&first));
    }
}

/// A key is UTF-8; a name that is not is told from others, and no other key is made of it.
#[cfg(target_os = "linux")]
#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_name_that_is_no_key_fails_by_itself() {
    use std::os::unix::ffi::OsStrExt;

    let bucket = Bucket::start();
    let files = folder(&[("in/b.jpg", &jpeg(60, 60, |x, _| [x as u8, 1, 2]))]);
    let odd = std::ffi::OsStr::from_bytes(b"caf\xe9.jpg");
    let picture = jpeg(60, 60, |x, _| [x as u8, 9, 2]);
    crate::support::write(&files.path().join("in").join(odd), &picture);
    let ran = bucket.run(files.path(), &["in", &format!("s3://{BUCKET}/out/")]);
    assert_eq!(ran.code, 1, "{} {:#?}", ran.stderr, ran.records);
    let failed = ran.files().find(|it| it["status"] == "failed").unwrap();
    let wanted =
        "the result would have no usable name: it is not UTF-8, and the keys of objects are";
    assert_eq!(
        (&failed["code"], &failed["message"]),
        (&"bad_name".into(), &wanted.into())
    );
    assert_eq!(ran.count("status", "ok"), 1);
}

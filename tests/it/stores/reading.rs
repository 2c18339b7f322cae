//! Sources in a store, results in a folder.

use super::{BUCKET, Bucket, Fate, fill, same_files};
use crate::support::{folder, jpeg};

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn objects_become_what_files_would_become() {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 9);
    let picture = jpeg(90, 90, |x, _| [x as u8, 1, 2]);
    bucket.put("in/bare", &picture);
    bucket.put("in/notes", b"no picture at all");
    bucket.put("in/with.jpg", &picture);
    bucket.put("in/with.jpg.toml", b"gravity = \"north\"");
    bucket.put("other/z.jpg", &picture);
    let files = folder(&[]);
    let root = files.path();
    for (name, bytes) in bucket.objects("in/") {
        if !name.starts_with("with") {
            crate::support::write(&root.join("in").join(name), &bytes);
        }
    }
    let address = format!("s3://{BUCKET}/in/");
    let ran = bucket.run(root, &[&address, "out", "--size", "50"]);
    assert_eq!(ran.count("status", "ok"), count + 1, "{}", ran.stderr);
    assert_eq!(ran.count("code", "not_a_picture"), 1);
    // Options that would be ignored are an error.
    assert_eq!(ran.count("code", "bad_sidecar"), 1);
    let bare = format!("s3://{BUCKET}/in/bare");
    assert!(
        ran.files()
            .any(|it| it["source"] == *bare && it["output"] == "out/bare.jpg")
    );
    let local = crate::support::run(root, &["in", "local", "--size", "50", "-q"]);
    assert_eq!(local.code, 0, "{}", local.stderr);
    same_files(&root.join("out"), &root.join("local"));
    // The second run fetches no picture; what changed is made again.
    bucket.take_seen();
    bucket.put("in/a/0.png", &picture);
    let again = bucket.run(root, &[&address, "out", "--size", "50"]);
    assert_eq!(again.count("status", "ok"), 1);
    assert_eq!(again.count("code", "up_to_date"), count);
    let gets = bucket.take_seen();
    let gets = gets.iter().filter(|it| it.path.ends_with("g"));
    assert_eq!(
        gets.map(|it| it.path.clone()).collect::<Vec<_>>(),
        [format!("/{BUCKET}/in/a/0.png")]
    );
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_list_of_addresses_is_read_without_listing() {
    let bucket = Bucket::start();
    let picture = jpeg(90, 90, |x, _| [x as u8, 1, 2]);
    for key in ["in/a b.jpg", "in/c+d.jpg", "in/e.jpg"] {
        bucket.put(&key.replace(' ', "%20").replace('+', "%2B"), &picture);
    }
    const SIGNATURE: &str = "SIGNATUREofNOBODYinPARTICULAR";
    let list = format!(
        "in/a b.jpg\r\ns3://{BUCKET}/in/a b.jpg\nin/missing.jpg\n\
         http://{0}/{BUCKET}/in/e.jpg?X-Amz-Signature={SIGNATURE}\n",
        bucket.proxy
    );
    let inventory =
        format!("\"{BUCKET}\",\"in/a+b.jpg\",\"9\"\n\"{BUCKET}\",\"in/c%2Bd.jpg\",\"9\"\n");
    let files = folder(&[
        ("list", list.as_bytes()),
        ("inventory", inventory.as_bytes()),
    ]);
    let address = format!("s3://{BUCKET}/in/");
    let args = ["--from", "list", &address, "out", "--report", "r.json"];
    let ran = bucket.run(files.path(), &args);
    let report = std::fs::read_to_string(files.path().join("r.json")).unwrap();
    let records = format!("{:?}", ran.records);
    for text in [&ran.stderr, &report, &records] {
        assert!(!text.contains(SIGNATURE), "{text}");
    }
    assert_eq!(ran.count("status", "ok"), 2, "{records}");
    assert_eq!(ran.count("code", "no_such_object"), 1);
    assert!(ran.files().any(|it| it["output"] == "out/a b.jpg"));
    assert!(
        bucket
            .take_seen()
            .iter()
            .all(|it| !it.path.contains("list-type"))
    );
    let again = bucket.run(files.path(), &args);
    assert_eq!(again.count("code", "up_to_date"), 2);
    let args = ["--from", "inventory", "out2"];
    let ran = bucket.run(files.path(), &args);
    assert_eq!(
        (ran.code, ran.count("status", "ok")),
        (0, 2),
        "{}",
        ran.stderr
    );
    let wanted = format!("out2/{BUCKET}/in/c+d.jpg");
    assert!(ran.files().any(|it| it["output"] == *wanted));
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_signature_for_get_is_enough_in_every_run() {
    let bucket = Bucket::disturbed(|request, _| match request.verb.as_str() {
        "HEAD" => Fate::Answer(403, ""),
        _ => Fate::Pass,
    });
    bucket.put("in/a.jpg", &jpeg(60, 60, |x, _| [x as u8, 1, 2]));
    let proxy = &bucket.proxy;
    let list = format!("http://{proxy}/{BUCKET}/in/a.jpg?X-Amz-Signature=0123456789abcdef\n");
    let files = folder(&[("list", list.as_bytes())]);
    let args = ["--from", "list", "out"];
    let first = bucket.run(files.path(), &args);
    assert_eq!(first.count("status", "ok"), 1, "{:?}", first.records);
    let again = bucket.run(files.path(), &args);
    assert_eq!(again.count("code", "up_to_date"), 1, "{:?}", again.records);
    assert!(bucket.take_seen().iter().any(|it| it.verb == "HEAD"));
}

#[test]
fn what_makes_no_sense_with_stores_is_refused() {
    let files = folder(&[("in/a.txt", b"no")]);
    for (args, word) in [
        (&["s3://b/in/", "out", "--watch"][..], "--watch"),
        (&["in", "https://example.com/out/"], "HTTP server"),
        (&["in", "s3://b/out.jpg"], "prefix"),
        (&["in", "s3://b/out/", "--sheet", "s.html"], "--sheet"),
        (&["in", "s3://b/out/", "--upload"], "--upload"),
        (&["s3://b/in/", "out", "--name", "{hash}.jpg"], "{hash}"),
        (&["http://example.com/a.jpg", "out"], "not encrypted"),
        (&["https://me:secret@example.com/a.jpg", "out"], "password"),
        (&["s3:///in", "out"], "no bucket"),
        (&["s3://b/../in", "out"], "name of an object"),
        (&["only"], "missing argument: OUT"),
        (&["--from", "missing", "out"], "missing"),
        (&["in", "out", "--shard", "env"], "JOB_COMPLETION_INDEX"),
    ] {
        let said = crate::support::run(files.path(), args);
        assert_eq!(said.code, 2, "{args:?}: {}", said.stderr);
        assert!(said.stderr.contains(word), "{args:?}: {}", said.stderr);
        assert!(!said.stderr.contains("me:secret"), "{}", said.stderr);
    }
}

#[test]
fn an_address_never_becomes_a_folder() {
    let picture = jpeg(60, 60, |x, _| [x as u8, 1, 2]);
    let files = folder(&[("in/a.jpg", &picture)]);
    for (args, word) in [
        (&["open", "--no-open", "s3://b/a/"][..], "OUT of open"),
        (&["review", "--no-open", "s3://b/a/"], "OUT of review"),
        (&["clean", "az://b/a/"], "OUT of clean"),
        (&["upload", "https://example.com/a/?sig=hush"], "upload"),
        (&["in", "out", "--sheet", "s3://b/s.html"], "--sheet"),
        (&["in", "out", "--report", "s3://b/r.json"], "--report"),
        (&["in", "gcs://b/out"], "not a kind of store"),
        (&["FTP://b/in", "out"], "not a kind of store"),
    ] {
        let said = crate::support::run(files.path(), args);
        assert_eq!(said.code, 2, "{args:?}: {}", said.stderr);
        assert!(said.stderr.contains(word), "{args:?}: {}", said.stderr);
        assert!(!said.stderr.contains("hush"), "{}", said.stderr);
    }
    let all = std::fs::read_dir(files.path()).unwrap();
    let names: Vec<_> = all.map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names, ["in"], "no folder, not even one without files");
}

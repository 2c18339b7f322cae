//! Lists of sources that are themselves in a store.

use super::{BUCKET, Bucket, fill, same_files};
use crate::support::folder;

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_list_in_a_store_is_read_like_one_in_a_file() {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 12);
    let keys: Vec<String> = bucket.objects("in/").into_keys().collect();
    let list: String = keys.iter().map(|key| format!("in/{key}\r\n")).collect();
    bucket.put("lists/keys.txt", list.as_bytes());
    let files = folder(&[("keys.txt", list.as_bytes())]);
    let root = files.path();
    let input = format!("s3://{BUCKET}/in/");
    let stored = format!("s3://{BUCKET}/lists/keys.txt");
    let signed = format!(
        "http://{}/{BUCKET}/lists/keys.txt?X-Amz-Signature=SIGNATUREofNOBODY",
        bucket.proxy
    );
    let prepare = |list: &str, out: &str, more: &[&str]| {
        let args = [&["--from", list, &input, out, "--size", "50"], more].concat();
        bucket.run(root, &args)
    };
    let local = prepare("keys.txt", "local", &[]);
    assert_eq!(local.count("status", "ok"), count, "{}", local.stderr);
    for (list, out) in [(&*stored, "stored"), (&signed, "signed")] {
        bucket.take_seen();
        let ran = prepare(list, out, &[]);
        assert_eq!(
            ran.count("status", "ok"),
            count,
            "{} {:?}",
            ran.stderr,
            ran.records
        );
        assert!(!format!("{:?} {}", ran.records, ran.stderr).contains("SIGNATUREofNOBODY"));
        let seen = bucket.take_seen();
        assert!(
            !seen.iter().any(|it| it.path.contains("list-type")),
            "{seen:?}"
        );
        same_files(&root.join("local"), &root.join(out));
    }
    // Three shares cover everything once.
    let shares: Vec<usize> = (1..=3)
        .map(|share| {
            let ran = prepare(&stored, "shares", &["--shard", &format!("{share}/3")]);
            assert_eq!(ran.code, 0, "{} {:?}", ran.stderr, ran.records);
            ran.count("status", "ok")
        })
        .collect();
    assert_eq!(shares.iter().sum::<usize>(), count, "{shares:?}");
    same_files(&root.join("local"), &root.join("shares"));
}

/// More than a quarter of the memory, with a line that lies in two parts.
#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_long_list_in_a_store_is_read_in_parts() {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 12);
    let keys: Vec<String> = bucket.objects("in/").into_keys().collect();
    let mut list = "\n".repeat((4 << 20) - 3);
    keys.iter()
        .for_each(|key| list.push_str(&format!("in/{key}\n")));
    list.push_str(&"\r\n".repeat(8 << 20));
    bucket.put("keys.txt", list.as_bytes());
    let files = folder(&[]);
    let (input, list) = (
        format!("s3://{BUCKET}/in/"),
        format!("s3://{BUCKET}/keys.txt"),
    );
    let shares: Vec<usize> = (1..=2)
        .map(|share| {
            let shard = format!("{share}/2");
            let args = [
                "--from", &list, "--memory", "64MiB", "--shard", &shard, &input, "out",
            ];
            let ran = bucket.run(files.path(), &args);
            assert_eq!(ran.code, 0, "{} {:?}", ran.stderr, ran.records);
            ran.count("status", "ok")
        })
        .collect();
    assert_eq!(shares.iter().sum::<usize>(), count, "{shares:?}");
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_list_in_a_store_that_cannot_be_used_ends_the_run() {
    let bucket = Bucket::start();
    bucket.put("bad.txt", b"s3://\n");
    bucket.put("large.txt", &vec![b'a'; 20 << 20]);
    let files = folder(&[]);
    let input = format!("s3://{BUCKET}/in/");
    for (list, more, wanted) in [
        ("missing.txt", &[][..], "[no_such_object]"),
        ("bad.txt", &[], "bad.txt:1"),
        (
            "large.txt",
            &["--memory", "64MiB"],
            "large.txt:1: a line of more than 65536 bytes",
        ),
        ("", &[], "must be one object"),
    ] {
        let list = format!("s3://{BUCKET}/{list}");
        let args = [&["--from", &*list, &*input, "out"], more].concat();
        let ran = bucket.run(files.path(), &args);
        let text = format!("{:?} {}", ran.records, ran.stderr);
        assert!(ran.code == 2 && text.contains(wanted), "{list} {text}");
    }
    let args = ["--from", "ftp://host/list", &input, "out"];
    assert_eq!(bucket.run(files.path(), &args).code, 2);
}

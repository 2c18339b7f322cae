//! Tars in a store: `--pack`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::{BUCKET, Bucket, Fate, Ran, fill};
use crate::packs::{path_of, samples};
use crate::support::{Killer, Numbers, folder};

fn pack(bucket: &Bucket, out: &str, args: &[&str]) -> Ran {
    let files = folder(&[]);
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/{out}"));
    let size: &[&str] = match args.contains(&"--size") {
        true => &[],
        false => &["--size", "60"],
    };
    bucket.run(
        files.path(),
        &[size, args, &[input.as_str(), &out]].concat(),
    )
}

/// Asserts that tars hold these results, each once.
#[track_caller]
fn assert_holds(tars: &BTreeMap<String, Vec<u8>>, wanted: &BTreeMap<String, Vec<u8>>) {
    let found = samples(tars).into_iter();
    let found: BTreeMap<String, Vec<u8>> = found
        .map(|(key, (picture, _))| (path_of(&key), picture))
        .collect();
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        wanted.keys().collect::<Vec<_>>()
    );
    assert!(found == *wanted);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_tar_is_one_request_and_is_remembered() {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 11);
    assert_eq!(pack(&bucket, "plain/", &[]).code, 0);
    let wanted = bucket.objects("plain/");
    bucket.take_seen();
    let first = pack(&bucket, "out/", &["--pack", "4"]);
    assert_eq!(
        (first.code, first.count("status", "ok")),
        (0, count),
        "{}",
        first.stderr
    );
    let puts = |end: &str| {
        bucket
            .take_seen()
            .iter()
            .filter(|it| it.verb == "PUT" && it.path.ends_with(end))
            .count()
    };
    assert_eq!(puts(".tar"), 3);
    let tars = bucket.objects("out/");
    assert_eq!(
        tars.keys().collect::<Vec<_>>(),
        ["000000.tar", "000001.tar", "000002.tar"]
    );
    assert_holds(&tars, &wanted);
    for args in [&["--pack", "4"][..], &["--pack", "4", "--dry-run"]] {
        let again = pack(&bucket, "out/", args);
        assert_eq!(
            (again.code, again.count("code", "up_to_date")),
            (0, count),
            "{}",
            again.stderr
        );
    }
    let seen = bucket.take_seen();
    assert!(
        !seen
            .iter()
            .any(|it| it.verb == "PUT" || it.path.contains("/in/a")),
        "{seen:?}"
    );
    let refused = pack(&bucket, "out/", &[]);
    assert!(
        refused.code == 2 && refused.stderr.contains("holds tars"),
        "{}",
        refused.stderr
    );
    let refused = pack(&bucket, "plain/", &["--pack", "4"]);
    assert!(
        refused.code == 2 && refused.stderr.contains("not packed"),
        "{}",
        refused.stderr
    );
    let refused = pack(&bucket, "out/", &["--pack", "4", "--shard", "1/2"]);
    assert!(
        refused.code == 2 && refused.stderr.contains("two tars"),
        "{}",
        refused.stderr
    );
    // The sources of a deleted tar are packed again, and a changed one fails.
    bucket.ask("DELETE", "out/000001.tar", b"");
    let verified = bucket.run(
        folder(&[]).path(),
        &["verify", &format!("s3://{BUCKET}/out/")],
    );
    assert_eq!(
        (verified.code, &verified.records[0]["status"]),
        (1, &"missing".into())
    );
    assert_eq!(
        pack(&bucket, "out/", &["--pack", "4"]).count("status", "ok"),
        4
    );
    assert_holds(&bucket.objects("out/"), &wanted);
    bucket.put("in/a/0.png", &bucket.ask("GET", "in/a/6.png", b"").1);
    let changed = pack(&bucket, "out/", &["--pack", "4"]);
    assert_eq!(
        (changed.code, changed.count("code", "packed")),
        (1, 1),
        "{}",
        changed.stderr
    );
    // A copy of a tar can lack its metadata: its bytes decide.
    let whole = &tars["000002.tar"];
    bucket.put("out/000002.tar", whole);
    let known = pack(&bucket, "out/", &["--pack", "4"]);
    assert_eq!(
        known.count("code", "up_to_date"),
        count - 1,
        "{}",
        known.stderr
    );
    let mut other = whole.clone();
    other[600] ^= 1;
    bucket.put("out/000002.tar", &other);
    let refused = pack(&bucket, "out/", &["--pack", "4"]);
    assert!(
        refused.code == 2 && refused.stderr.contains("000002.tar is not the tar"),
        "{}",
        refused.stderr
    );
    bucket.put("out/000002.tar", whole);
    // What stands in the place of a tar is never replaced.
    bucket.put("out/000001.tar", b"something else");
    let refused = pack(&bucket, "out/", &["--pack", "4"]);
    assert!(
        refused.code == 2 && refused.stderr.contains("000001.tar is not the tar"),
        "{}",
        refused.stderr
    );
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_tar_that_cannot_be_written_fails_its_pictures_only() {
    let bucket =
        Bucket::disturbed(
            |request, before| match request.path.ends_with("out/000001.tar") {
                true if request.verb == "PUT" => {
                    Fate::Answer(403, "<Error><Code>AccessDenied</Code></Error>")
                }
                // The answer to the first try is lost, so that the second finds its own tar.
                false
                    if request.path.ends_with("out/000000.tar")
                        && request.verb == "PUT"
                        && before == 0 =>
                {
                    Fate::Forget
                }
                _ => Fate::Pass,
            },
        );
    let count = fill(&bucket, "in/", 10);
    assert_eq!(pack(&bucket, "plain/", &[]).code, 0);
    let ran = pack(&bucket, "out/", &["--pack", "4", "-j", "1"]);
    assert_eq!(
        (
            ran.code,
            ran.count("code", "access_denied"),
            ran.count("status", "ok")
        ),
        (1, 4, count - 4)
    );
    assert!(
        ran.files()
            .filter(|it| it["status"] == "failed")
            .all(|it| it["output"].is_null())
    );
    let tars = bucket.objects("out/");
    assert_eq!(
        tars.keys().collect::<Vec<_>>(),
        ["000000.tar", "000002.tar"]
    );
    assert_eq!(samples(&tars).len(), count - 4);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_tar_of_more_than_a_mebibyte_arrives_whole() {
    let bucket = Bucket::disturbed(|request, _| {
        match request.verb == "PUT" && request.path.ends_with("stalled/000000.tar") {
            true => Fate::Stall(403),
            false => Fate::Pass,
        }
    });
    for index in 0..10_u32 {
        let mut numbers = Numbers(u64::from(index) + 1);
        let noise: Vec<u8> = (0..640 * 640).map(|_| numbers.below(256) as u8).collect();
        let picture = [&b"P5 640 640 255 "[..], &noise].concat();
        bucket.put(&format!("in/{index}.pgm"), &picture);
    }
    assert_eq!(pack(&bucket, "plain/", &["--size", "640"]).code, 0);
    let ran = pack(&bucket, "out/", &["--pack", "10", "--size", "640"]);
    assert_eq!(ran.count("status", "ok"), 10, "{}", ran.stderr);
    let tars = bucket.objects("out/");
    assert!(tars["000000.tar"].len() > 1 << 20);
    assert_holds(&tars, &bucket.objects("plain/"));
    // The body of the answer never comes.
    let args = ["--pack", "10", "--size", "640", "--store-timeout", "1s"];
    let ran = pack(&bucket, "stalled/", &args);
    assert_eq!(
        (ran.code, ran.count("code", "no_answer")),
        (1, 10),
        "{:?} {}",
        ran.records,
        ran.stderr
    );
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn shares_that_are_killed_pack_nothing_twice() {
    let bucket = Bucket::start();
    fill(&bucket, "in/", 14);
    let start = Instant::now();
    assert_eq!(pack(&bucket, "plain/", &[]).code, 0);
    let mut killer = Killer::new(7, start.elapsed());
    let wanted = bucket.objects("plain/");
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/out/"));
    let files = folder(&[]);
    let mut round = 0;
    while killer.wants(6) {
        round += 1;
        let share = format!("{}/2", 2 - round % 2);
        let args = [
            "-q", "--pack", "2", "--size", "60", "--shard", &share, &input, &out,
        ];
        let before = bucket.objects("out/");
        let child = bucket.command(files.path(), &args).spawn().unwrap();
        killer.end(child);
        std::thread::sleep(Duration::from_millis(50));
        let after = bucket.objects("out/");
        assert!(
            before
                .iter()
                .all(|(name, tar)| after.get(name) == Some(tar))
        );
        samples(&after);
    }
    for share in ["1/2", "2/2"] {
        let last = pack(&bucket, "out/", &["--pack", "2", "--shard", share]);
        assert_eq!(last.code, 0, "{}", last.stderr);
    }
    assert_holds(&bucket.objects("out/"), &wanted);
    let verified = bucket.run(files.path(), &["verify", &out]);
    assert_eq!(verified.code, 0, "{:?}", verified.records);
}

//! Results in a store.

use std::collections::BTreeSet;

use super::{BUCKET, Bucket, Fate, fill};
use crate::support::{folder, jpeg};

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn an_unchanged_object_is_never_written_twice() {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 9);
    let files = folder(&[]);
    let args = [
        &format!("s3://{BUCKET}/in/"),
        &format!("s3://{BUCKET}/out/"),
        "--size",
        "50",
        "--cache-control",
        "max-age=9",
    ];
    let plan = bucket.run(files.path(), &[&args[..], &["--dry-run"]].concat());
    assert_eq!(plan.count("status", "planned"), count, "{}", plan.stderr);
    assert_eq!(bucket.take_puts().len(), 0);
    let first = bucket.run(files.path(), &args);
    assert_eq!(
        (first.code, first.count("change", "new")),
        (0, count),
        "{}",
        first.stderr
    );
    let seen = bucket.take_seen();
    let put = seen.iter().find(|it| it.verb == "PUT").unwrap();
    let head = put.head.to_ascii_lowercase();
    assert!(
        head.contains("cache-control: max-age=9") && head.contains("image/jpeg"),
        "{head}"
    );
    // In a folder, the same.
    let local = bucket.run(files.path(), &[args[0], "out", "--size", "50"]);
    assert_eq!(local.code, 0);
    for (name, bytes) in bucket.objects("out/") {
        assert!(
            std::fs::read(files.path().join("out").join(&name)).unwrap() == bytes,
            "{name}"
        );
    }
    bucket.take_puts();
    let again = bucket.run(files.path(), &args);
    assert_eq!(again.count("code", "up_to_date"), count);
    assert_eq!(
        again.files().next().unwrap()["width"],
        first.files().next().unwrap()["width"]
    );
    assert_eq!(bucket.take_puts().len(), 0);
    // Without the rows, the objects themselves are asked.
    let state = bucket
        .ask("GET", "?list-type=2&prefix=out/.avatar-prep", b"")
        .1;
    let state = String::from_utf8(state).unwrap();
    for rest in state.split("<Key>").skip(1) {
        bucket.ask("DELETE", rest.split("</Key>").next().unwrap(), b"");
    }
    let lost = bucket.run(files.path(), &args);
    assert_eq!(lost.count("code", "up_to_date"), count);
    assert_eq!(bucket.take_puts().len(), 0);
    // A source that changed, a result that is gone, and other settings.
    bucket.put("in/a/0.png", &jpeg(99, 70, |x, y| [x as u8, y as u8, 9]));
    bucket.ask("DELETE", "out/b/c/1.jpg", b"");
    let changed = bucket.run(files.path(), &args);
    assert_eq!(changed.count("status", "ok"), 2);
    let out = |name: &str| format!("/{BUCKET}/out/{name}");
    assert_eq!(bucket.take_puts(), [out("a/0.jpg"), out("b/c/1.jpg")]);
    let other = [args[0], args[1], "--size", "40"];
    assert_eq!(
        bucket.run(files.path(), &other).count("change", "changed"),
        count
    );
    // Results above the sources, as with folders.
    let above = [
        &format!("s3://{BUCKET}/in/b/"),
        &format!("s3://{BUCKET}/in/"),
    ];
    let ran = bucket.run(files.path(), &above.map(String::as_str));
    assert!(ran.count("status", "ok") > 0, "{}", ran.stderr);
    assert!(
        bucket.objects("in/").contains_key("c/1.jpg"),
        "{}",
        ran.stderr
    );
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn foreign_objects_stay_and_verify_finds_what_is_wrong() {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 4);
    bucket.put("out/a/0.jpg", b"of somebody else");
    let files = folder(&[]);
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/out"));
    let ran = bucket.run(files.path(), &[&input, &out]);
    assert_eq!(
        (ran.code, ran.count("code", "foreign_output")),
        (1, 1),
        "{}",
        ran.stderr
    );
    assert_eq!(bucket.objects("out/")["a/0.jpg"], b"of somebody else");
    let ran = bucket.run(files.path(), &[&input, &out, "--overwrite"]);
    assert_eq!(
        (ran.code, ran.count("status", "ok")),
        (0, 1),
        "{}",
        ran.stderr
    );
    let checked = bucket.run(files.path(), &["verify", &out]);
    assert_eq!(checked.records[0]["intact"], count, "{:?}", checked.records);
    // A result that another program changed is not replaced either.
    let mut bytes = bucket.objects("out/")["a/2.jpg"].clone();
    *bytes.last_mut().unwrap() ^= 1;
    bucket.put("out/a/2.jpg", &bytes);
    bucket.ask("DELETE", "out/b/c/1.jpg", b"");
    bucket.put("out/x.txt", b"x");
    let checked = bucket.run(files.path(), &["verify", &out]);
    let found = |status: &str| {
        checked
            .records
            .iter()
            .filter(|it| it["status"] == status)
            .count()
    };
    assert_eq!(
        (found("changed"), found("missing"), found("foreign")),
        (1, 1, 1)
    );
    let ran = bucket.run(files.path(), &[&input, &out]);
    assert_eq!(ran.count("code", "foreign_output"), 1);
    assert_eq!(ran.count("status", "ok"), 1);
    assert_eq!(bucket.objects("out/")["a/2.jpg"], bytes);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn shares_are_exact_and_list_nothing_they_do_not_need() {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 40);
    let files = folder(&[]);
    let keys: String = bucket
        .objects("in/")
        .keys()
        .map(|key| format!("in/{key}\n"))
        .collect();
    std::fs::write(files.path().join("keys"), keys).unwrap();
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/out/"));
    let args = [
        "--from", "keys", "--shard", "env", "--json", "--size", "40", &input, &out,
    ];
    bucket.take_seen();
    let shares: Vec<_> = (0..16)
        .map(|index| {
            let mut command = bucket.command(files.path(), &args);
            command.env("JOB_COMPLETION_INDEX", index.to_string());
            command.env("JOB_COMPLETIONS", "16");
            let piped = std::process::Stdio::piped();
            command.stdout(piped).spawn().unwrap()
        })
        .collect();
    let mut made = Vec::new();
    for share in shares {
        let output = share.wait_with_output().unwrap();
        assert!(output.status.success());
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            if record["event"] == "file" {
                assert_eq!(record["status"], "ok", "{record}");
                made.push(record["source"].as_str().unwrap().to_string());
            }
        }
    }
    let distinct: BTreeSet<&String> = made.iter().collect();
    assert_eq!((made.len(), distinct.len()), (count, count));
    assert_eq!(bucket.objects("out/").len(), count);
    let seen = bucket.take_seen();
    let lists = seen.iter().filter(|it| it.path.contains("list-type"));
    let own = |path: &str| path.contains("-of-16") && path.contains("avatar-prep");
    let (own, others): (Vec<_>, Vec<_>) = lists.partition(|it| own(&it.path));
    assert_eq!((own.len(), others.len()), (16, 0));
    // A whole run takes over what the shares made.
    let whole = bucket.run(files.path(), &["--size", "40", &input, &out]);
    assert_eq!(whole.count("code", "up_to_date"), count, "{}", whole.stderr);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn two_runs_at_once_agree() {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 12);
    let files = folder(&[]);
    let args = [
        &format!("s3://{BUCKET}/in/"),
        &format!("s3://{BUCKET}/out/"),
        "--size",
        "50",
        "-q",
    ];
    let start = || bucket.command(files.path(), &args).spawn().unwrap();
    let mut runs = [start(), start()];
    for run in &mut runs {
        assert!(run.wait().unwrap().success());
    }
    assert_eq!(bucket.objects("out/").len(), count);
    let checked = bucket.run(files.path(), &["verify", args[1]]);
    assert_eq!(checked.records[0]["intact"], count, "{:?}", checked.records);
}

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn an_answer_that_is_lost_does_not_lose_the_result() {
    let bucket = Bucket::disturbed(|request, before| {
        let is_picture = request.verb == "PUT" && request.path.ends_with(".jpg");
        match is_picture && before == 0 && request.path.contains("/out/") {
            true => Fate::Forget,
            false => Fate::Pass,
        }
    });
    let count = fill(&bucket, "in/", 4);
    let files = folder(&[]);
    let args = [
        &format!("s3://{BUCKET}/in/"),
        &format!("s3://{BUCKET}/out/"),
        "-q",
    ];
    let ran = bucket.run(files.path(), &args);
    assert_eq!(ran.count("status", "ok"), count, "{}", ran.stderr);
    assert_eq!(bucket.objects("out/").len(), count);
    // Each was written, its answer was lost, the second try was refused, and the object told that it
    // is this result.
    let seen = bucket.take_seen();
    let verbs = |key: &str| -> Vec<String> {
        let of_key = seen.iter().filter(|it| it.path.ends_with(key));
        of_key.map(|it| it.verb.clone()).collect()
    };
    for key in bucket.objects("out/").keys() {
        assert_eq!(
            verbs(&format!("/out/{key}")),
            ["PUT", "PUT", "HEAD"],
            "{key}"
        );
    }
    let second = seen
        .iter()
        .filter(|it| it.verb == "PUT" && it.path.ends_with(".jpg"));
    let conditional = |it: &&super::Request| it.head.to_lowercase().contains("if-none-match: *");
    assert_eq!(second.filter(conditional).count(), 2 * count);
    // Its version is known as well, so that the next run asks no result.
    let again = bucket.run(files.path(), &args);
    assert_eq!(again.count("code", "up_to_date"), count, "{}", again.stderr);
    let seen = bucket.take_seen();
    assert!(
        seen.iter().all(|it| it.verb != "HEAD" && it.verb != "PUT"),
        "{seen:?}"
    );
    let checked = bucket.run(files.path(), &["verify", args[1]]);
    assert_eq!(checked.records[0]["intact"], count, "{:?}", checked.records);
    assert_eq!(checked.records[0]["by_metadata"], 0);
}

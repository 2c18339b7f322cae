//! Sixteen processes with the variables of each service that starts arrays of tasks, over one manifest,
//! with the arguments of the examples.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use super::{BUCKET, Bucket, fill, python};
use crate::support::{folder, root};

const SHARES: u32 = 16;

/// Starts all shares at once; asserts that together they made every picture, each once.
fn assert_union(bucket: &Bucket, out: &str, count: usize, share: impl Fn(u32) -> Command) {
    let started: Vec<_> = (0..SHARES)
        .map(|number| {
            let mut command = share(number);
            command.env("AVATAR_PREP_JSON", "true");
            command.env("AVATAR_PREP_SIZE", "40");
            command.stdout(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut made = Vec::new();
    for child in started {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{out}: {:?}", output.status);
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            if record["event"] == "file" {
                assert_eq!(record["status"], "ok", "{record}");
                made.push(record["source"].as_str().unwrap().to_string());
            }
        }
    }
    let distinct: BTreeSet<&String> = made.iter().collect();
    assert_eq!((made.len(), distinct.len()), (count, count), "{out}");
    assert_eq!(bucket.objects(out).len(), count, "{out}");
}

/// The arguments of a job, with what the service puts in their place.
fn arguments(words: &[serde_json::Value], replaced: &[(&str, &str)]) -> Vec<String> {
    let word = |word: &serde_json::Value| {
        let word = word.as_str().unwrap();
        let known = replaced.iter().find(|(name, _)| *name == word);
        known.map_or(word, |(_, value)| value).to_string()
    };
    words.iter().map(word).collect()
}

/// The job of Kubernetes, as JSON.
fn kubernetes_job() -> serde_json::Value {
    let script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
    let output = Command::new(python())
        .args(["-c", script])
        .arg(root().join("examples/kubernetes/job.yaml"))
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A bucket with pictures, and a folder with their manifest.
fn filled() -> (Bucket, usize, tempfile::TempDir) {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 40);
    let keys = bucket.objects("in/").into_keys();
    let keys: String = keys.map(|key| format!("in/{key}\n")).collect();
    let files = folder(&[("keys.txt", keys.as_bytes())]);
    (bucket, count, files)
}

#[test]
#[cfg_attr(
    not(all(moto, yaml)),
    ignore = "needs moto[server] and PyYAML, see CONTRIBUTING.md"
)]
fn the_shares_of_each_service_are_exact() {
    let (bucket, count, files) = filled();
    let input = format!("s3://{BUCKET}/in/");
    let job = kubernetes_job();
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    let out = format!("s3://{BUCKET}/kubernetes/");
    let replaced = [
        ("/manifest/keys.txt", "keys.txt"),
        ("$(IN)", &input),
        ("$(OUT)", &out),
    ];
    let args = arguments(container["args"].as_array().unwrap(), &replaced);
    assert_union(&bucket, "kubernetes/", count, |number| {
        let mut command = started(&bucket, files.path(), &args);
        command.env("JOB_COMPLETION_INDEX", number.to_string());
        for variable in container["env"].as_array().unwrap() {
            if let ("JOB_COMPLETIONS", Some(value)) = (
                variable["name"].as_str().unwrap(),
                variable["value"].as_str(),
            ) {
                command.env("JOB_COMPLETIONS", value);
            }
        }
        command
    });

    let definition = std::fs::read(root().join("examples/batch/job-definition.json")).unwrap();
    let definition: serde_json::Value = serde_json::from_slice(&definition).unwrap();
    let words = definition["containerProperties"]["command"].as_array();
    let out = format!("s3://{BUCKET}/batch/");
    let replaced = [
        ("Ref::manifest", "keys.txt"),
        ("Ref::in", &input),
        ("Ref::out", &out),
    ];
    let args = arguments(words.unwrap(), &replaced);
    assert_union(&bucket, "batch/", count, |number| {
        let mut command = started(&bucket, files.path(), &args);
        command
            .env("AWS_BATCH_JOB_ARRAY_INDEX", number.to_string())
            .env("AWS_BATCH_JOB_ARRAY_SIZE", SHARES.to_string());
        command
    });
}

/// The script itself runs, with the variables that Slurm sets.
#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn the_shares_of_the_script_of_slurm_are_exact() {
    let (bucket, count, files) = filled();
    let bin = files.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    let program = env!("CARGO_BIN_EXE_avatar-prep");
    std::os::unix::fs::symlink(program, bin.join("avatar-prep")).unwrap();
    let script = root().join("examples/slurm/avatar-prep.sbatch");
    let (input, out) = (
        format!("s3://{BUCKET}/in/"),
        format!("s3://{BUCKET}/slurm/"),
    );
    assert_union(&bucket, "slurm/", count, |number| {
        let program = started(&bucket, files.path(), &[]);
        let mut command = Command::new("bash");
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
            .current_dir(files.path())
            .arg(&script)
            .args(["keys.txt", &input, &out])
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
            .env("SLURM_CPUS_PER_TASK", "1")
            .env("SLURM_MEM_PER_NODE", "512")
            .env("SLURM_ARRAY_TASK_ID", number.to_string())
            .env("SLURM_ARRAY_TASK_COUNT", SHARES.to_string())
            .env("SLURM_ARRAY_TASK_MIN", "0")
            .env("SLURM_ARRAY_TASK_MAX", (SHARES - 1).to_string())
            .env("SLURM_ARRAY_TASK_STEP", "1");
        command
    });
}

/// What became of each source.
fn codes(ran: &super::Ran) -> BTreeMap<String, String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("ok").to_string();
    let all = ran.files();
    all.map(|it| (text(&it["source"]), text(&it["code"])))
        .collect()
}

/// A share holds only its own keys and those that claim their names: collisions across shares are
/// found all the same, also where a result would replace a source.
#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn shares_find_collisions_with_keys_of_other_shares() {
    let bucket = Bucket::start();
    let mut keys = Vec::new();
    for (index, key) in [
        "a/logo.png",
        "a/logo.jpg",
        "a/Photo.jpg",
        "a/photo.JPG",
        "a/caf\u{e9}.jpg",
        "a/cafe\u{301}.jpg",
        "b/one.jpg",
        "b/two.jpg",
        "c/three.png",
        "c/three.jpg ",
        "c/four.png",
        "d/five.jpg",
    ]
    .iter()
    .enumerate()
    {
        let color = |x: u32, y: u32| [(x * 7) as u8, (y * 5) as u8, index as u8];
        let bytes = crate::support::jpeg(60, 60, color);
        let encoded = percent_encoded(key);
        bucket.put(&format!("in/{encoded}"), &bytes);
        keys.push(format!("in/{key}\n"));
    }
    let files = folder(&[("keys.txt", keys.concat().as_bytes())]);
    let input = format!("s3://{BUCKET}/in/");
    for (collisions, out) in [("error", "in"), ("prefer", "in"), ("error", "out")] {
        let out = format!("s3://{BUCKET}/{out}/");
        let args = [
            "--dry-run",
            "--on-collision",
            collisions,
            "--from",
            "keys.txt",
            &input,
            &out,
        ];
        let whole = codes(&bucket.run(files.path(), &args));
        assert_eq!(whole.len(), keys.len());
        assert!(whole.values().any(|code| code != "ok"), "{whole:?}");
        let mut shares = BTreeMap::new();
        for number in 1..=5 {
            let share = format!("{number}/5");
            let args = [&args[..], &["--shard", &share]].concat();
            let found = codes(&bucket.run(files.path(), &args));
            let before = shares.len();
            shares.extend(found.clone());
            assert_eq!(shares.len(), before + found.len(), "{share} repeats");
        }
        assert_eq!(shares, whole, "{collisions} {out}");
    }
}

fn percent_encoded(key: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.".contains(&byte);
    let bytes = key.bytes();
    bytes
        .map(|byte| match is_plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

/// A pipe cannot be read twice: nothing of it is lost.
#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_manifest_can_be_a_pipe() {
    let (bucket, count, files) = filled();
    let (input, out) = (format!("s3://{BUCKET}/in/"), format!("s3://{BUCKET}/pipe/"));
    let mut made = 0;
    for (share, from) in [("1/2", "/dev/stdin"), ("2/2", "-")] {
        let args = [
            "--size", "40", "-q", "--from", from, "--shard", share, &input, &out,
        ];
        let mut command = bucket.command(files.path(), &args);
        command.stdin(std::fs::File::open(files.path().join("keys.txt")).unwrap());
        if share == "1/2" {
            let mut cat = Command::new("cat");
            let cat = cat.arg(files.path().join("keys.txt"));
            command.stdin(cat.stdout(Stdio::piped()).spawn().unwrap().stdout.unwrap());
        }
        made += super::ran(command).count("status", "ok");
    }
    assert_eq!(made, count);
}

fn started(bucket: &Bucket, folder: &Path, args: &[String]) -> Command {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    bucket.command(folder, &args)
}

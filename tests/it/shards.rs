//! Shards of one folder: every file is prepared exactly once, without a coordinator.

use std::collections::BTreeMap;

use crate::support::{avatar_prep, folder, ppm, records, run, tree, write};

fn many(count: u32) -> tempfile::TempDir {
    let folder = folder(&[]);
    for n in 0..count {
        let picture = ppm(4, 4, |_, _| [n as u8; 3]);
        write(
            &folder.path().join(format!("in/{}/{n}.ppm", n % 7)),
            &picture,
        );
    }
    write(&folder.path().join("in/notes.txt"), b"no picture");
    write(&folder.path().join("in/3/broken.gif"), b"GIF89a, no more");
    folder
}

#[test]
fn sixteen_shards_cover_everything_exactly_once() {
    let folder = many(100);
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut sizes = Vec::new();
    for k in 1..=16 {
        let (_, records) = records(folder.path(), &["--shard", &format!("{k}/16"), "in", "out"]);
        sizes.push(records.len() - 1);
        for record in records.iter().filter(|record| record["event"] == "file") {
            *seen
                .entry(record["source"].as_str().unwrap().into())
                .or_default() += 1;
        }
    }
    assert_eq!(seen.len(), 102, "{sizes:?}");
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    assert!(sizes.iter().all(|size| *size < 20), "{sizes:?}");
    assert_eq!(tree(&folder.path().join("out")).len(), 100);
    assert_eq!(
        run(folder.path(), &["verify", "out"]).stderr,
        "100 intact\n"
    );
    // An unsharded run uses the results of sixteen shards, and a shard those of an unsharded run.
    let (_, whole) = records(folder.path(), &["in", "out"]);
    assert_eq!(whole.last().unwrap()["up_to_date"], 100);
    let (_, shard) = records(folder.path(), &["--shard", "1/2", "in", "out"]);
    let shard = shard.last().unwrap();
    assert_eq!(shard["ok"], 0);
    assert!(shard["up_to_date"].as_u64().unwrap() > 30);
}

#[test]
fn shards_work_side_by_side() {
    let folder = many(60);
    let start = |k: u32| {
        let shard = format!("{k}/4");
        let args = ["-q", "--shard", &shard, "in", "out"];
        avatar_prep(folder.path()).args(args).spawn().unwrap()
    };
    let children: Vec<_> = (1..=4).map(start).collect();
    for mut child in children {
        let code = child.wait().unwrap().code();
        assert!(matches!(code, Some(0 | 1)), "{code:?}");
    }
    assert_eq!(run(folder.path(), &["verify", "out"]).stderr, "60 intact\n");
}

/// Collisions are seen across shards, and shards never change: both are part of the contract.
#[test]
fn shares_and_names_do_not_depend_on_the_shard() {
    let p = ppm(4, 4, |_, _| [1; 3]);
    let folder = folder(&[("in/a.ppm", &p), ("in/a.pnm", &p), ("in/b.ppm", &p)]);
    let mut where_is = BTreeMap::new();
    for k in 1..=8 {
        let (_, records) = records(
            folder.path(),
            &["-n", "--shard", &format!("{k}/8"), "in", "out"],
        );
        for record in records.iter().filter(|record| record["event"] == "file") {
            where_is.insert(
                record["source"].as_str().unwrap().to_string(),
                (k, record["code"].clone()),
            );
        }
    }
    assert_eq!(where_is["in/a.ppm"].1, "collision");
    assert_eq!(where_is["in/a.pnm"].1, "collision");
    let first = blake3::hash(b"b.ppm").as_bytes()[..8].try_into().unwrap();
    assert_eq!(where_is["in/b.ppm"].0, u64::from_le_bytes(first) % 8 + 1);
    for shard in ["0/4", "5/4", "1", "a/b", "1/0", "-1/4", "1/2/3"] {
        assert_eq!(
            run(folder.path(), &["--shard", shard, "in", "out"]).code,
            2,
            "{shard}"
        );
    }
}

/// What shards replaced is known after they are merged, and what they took up again counts again.
#[test]
fn replaced_results_are_known_after_a_merge() {
    let folder = many(12);
    let sharded = |name: &str| {
        for k in ["1/2", "2/2"] {
            run(folder.path(), &["--shard", k, "--name", name, "in", "out"]);
        }
    };
    let whole = |name: &str| {
        let (_, found) = records(folder.path(), &["--name", name, "in", "out"]);
        let last = found.last().unwrap();
        ["ok", "up_to_date"].map(|key| last[key].as_u64().unwrap())
    };
    let leftovers = || {
        let (_, found) = records(folder.path(), &["clean", "out"]);
        let names = found.iter().filter_map(|it| it["output"].as_str());
        let mut names: Vec<String> = names.map(String::from).collect();
        names.sort();
        names
    };
    let named = |end: &str| {
        let mut names: Vec<String> = (0..12).map(|n| format!("{n}{end}")).collect();
        names.sort();
        names
    };
    assert_eq!(whole("{stem}.jpg"), [12, 0]);
    sharded("{stem}-x.jpg");
    assert_eq!(whole("{stem}-x.jpg"), [0, 12], "merged");
    assert_eq!(leftovers(), named(".jpg"));
    // Shards that use the former names again make nothing, and claim these results.
    sharded("{stem}.jpg");
    assert_eq!(whole("{stem}.jpg"), [0, 12], "merged");
    assert_eq!(leftovers(), named("-x.jpg"));
    assert_eq!(run(folder.path(), &["clean", "out", "--delete"]).code, 0);
    assert_eq!(tree(&folder.path().join("out")), named(".jpg"));
    assert_eq!(whole("{stem}.jpg"), [0, 12]);
}

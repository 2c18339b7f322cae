//! Reads tars: with a reader of its own, and with other programs.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use super::{scene, tars};
use crate::support::run;

/// The members of a tar, by a reader of its own: ustar headers, and long names as pax records.
pub(super) fn members(tar: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut long = None;
    let text = |bytes: &[u8]| {
        let end = bytes
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(bytes.len());
        String::from_utf8(bytes[..end].to_vec()).unwrap()
    };
    assert_eq!(tar.len() % 512, 0);
    while tar[at] != 0 {
        let header = &tar[at..at + 512];
        let number = |range: std::ops::Range<usize>| {
            usize::from_str_radix(text(&header[range]).trim(), 8).unwrap()
        };
        let sum: usize = header.iter().map(|byte| usize::from(*byte)).sum();
        let own: usize = header[148..156].iter().map(|byte| usize::from(*byte)).sum();
        assert_eq!(number(148..156), sum - own + 8 * 32);
        assert_eq!(&header[257..265], b"ustar\x0000");
        assert_eq!(
            [
                number(100..108),
                number(108..116),
                number(116..124),
                number(136..148)
            ],
            [0o644, 0, 0, 0]
        );
        let size = number(124..136);
        let content = &tar[at + 512..at + 512 + size];
        at += 512 + size.next_multiple_of(512);
        if header[156] == b'x' {
            let record = std::str::from_utf8(content).unwrap();
            let (length, rest) = record.split_once(' ').unwrap();
            assert_eq!(length.parse::<usize>().unwrap(), record.len());
            long = Some(rest.strip_prefix("path=").unwrap().trim_end().to_string());
            continue;
        }
        assert_eq!(header[156], b'0');
        let (name, prefix) = (text(&header[..100]), text(&header[345..500]));
        let name = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}/{name}")
        };
        found.push((long.take().unwrap_or(name), content.to_vec()));
    }
    assert!(tar[at..].iter().all(|byte| *byte == 0) && tar.len() - at == 1024);
    found
}

/// Every sample below a folder of tars: its picture and its record, by its key. No key is there twice.
pub(crate) fn samples(tars: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, (Vec<u8>, Value)> {
    let mut all = BTreeMap::new();
    for (name, tar) in tars {
        for pair in members(tar).chunks(2) {
            let [(jpg, picture), (json, record)] = pair else {
                panic!("{name} ends in the middle of a sample")
            };
            let key = jpg.strip_suffix(".jpg").unwrap();
            assert_eq!(json.strip_suffix(".json"), Some(key));
            assert!(!key.contains('.'), "{key}");
            let record: Value = serde_json::from_slice(record).unwrap();
            assert_eq!(record["key"], *key);
            assert_eq!(record["output"], *name);
            assert_eq!(record["bytes"], picture.len());
            let before = all.insert(key.to_string(), (picture.clone(), record));
            assert!(before.is_none(), "{key} is in two tars");
        }
    }
    all
}

/// The path of the result that has this key.
pub(crate) fn path_of(key: &str) -> String {
    key.replace("%2E", ".") + ".jpg"
}

/// Groups members as WebDataset does: by the part of a name before its first dot.
const READ: &str = r#"
import json, re, sys, tarfile
keys = []
for name in sys.argv[1:]:
    found = {}
    for member in tarfile.open(name, "r|"):
        key, end = re.match(r"^((?:.*/|)[^.]+)[.]([^/]*)$", member.name).groups()
        assert member.isreg() and (member.mode, member.mtime, member.uid) == (0o644, 0, 0)
        tar = tarfile.open(name)
        found.setdefault(key, {})[end] = tar.extractfile(member.name).read()
    for key, sample in found.items():
        record = json.loads(sample["json"])
        assert set(sample) == {"jpg", "json"} and record["key"] == key and record["bytes"] == len(sample["jpg"])
    keys += found
print(json.dumps(sorted(keys)))
"#;

/// Reads samples with WebDataset itself.
const READ_WITH_WEBDATASET: &str = r#"
import json, sys, webdataset
keys = []
for sample in webdataset.WebDataset(sys.argv[1:], shardshuffle=False):
    record = json.loads(sample["json"])
    assert record["key"] == sample["__key__"] and record["bytes"] == len(sample["jpg"])
    keys.append(sample["__key__"])
print(json.dumps(sorted(keys)))
"#;

/// Asserts that a script finds every sample.
fn finds_all(script: &str) {
    let scene = scene(9);
    assert_eq!(
        run(scene.path(), &["-q", "--pack", "5", "in", "out"]).code,
        1
    );
    let tars = tars(&scene.path().join("out"));
    let python = std::env::var("AVATAR_PREP_PYTHON");
    let python = python.unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/target/python/bin/python").into()
    });
    let mut command = Command::new(python);
    command
        .args(["-c", script])
        .current_dir(scene.path().join("out"));
    let said = command.args(tars.keys()).output().unwrap();
    let keys: Vec<String> = serde_json::from_slice(&said.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&said.stderr)));
    assert_eq!(keys, samples(&tars).into_keys().collect::<Vec<_>>());
}

#[test]
#[cfg_attr(not(terminal), ignore = "needs a Python with pty, see CONTRIBUTING.md")]
fn other_programs_read_the_tars() {
    finds_all(READ);
}

#[test]
#[cfg_attr(not(webdataset), ignore = "needs webdataset, see CONTRIBUTING.md")]
fn webdataset_reads_the_tars() {
    finds_all(READ_WITH_WEBDATASET);
}

//! `avatar-prep open`: the real binary, asked by requests as programs send them, and by a real
//! browser.

mod accessible; // the page for people without a mouse
mod names; // hostile names, names that are taken
mod page; // the page in a real browser
mod requests; // what is answered, made and given back
mod transfer; // limits, aborted uploads, what is left behind
mod verdicts; // what a review changes of what is given back

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::served::{Answer, Served};
use crate::support::{avatar_prep, folder, run, tree};

/// A page that takes pictures, and the name of its batch.
pub(crate) struct Open {
    pub(crate) served: Served,
    pub(crate) batch: String,
}

impl Open {
    /// Opens a page in `folder`; its temporary files are below `folder/tmp`.
    pub(crate) fn start(folder: &Path, args: &[&str]) -> Self {
        std::fs::create_dir_all(folder.join("tmp")).unwrap();
        let mut command = avatar_prep(folder);
        command.env("TMPDIR", folder.join("tmp"));
        let served = Served::with(command, &[&["open"], args].concat());
        let batch = begin(&served);
        Self { served, batch }
    }

    /// The address of the batch, and what follows.
    fn path(&self, rest: &str) -> String {
        format!("/api/batches/{}/{rest}", self.batch)
    }

    /// Sends a file.
    fn put(&self, name: &str, bytes: &[u8]) -> Answer {
        let name = ascii(name);
        let path = self.path("files");
        self.served.post_bytes(&path, &[("x-name", &name)], bytes)
    }

    /// Sends a file that is taken; returns its name there.
    #[track_caller]
    pub(crate) fn drop_file(&self, name: &str, bytes: &[u8]) -> String {
        let answer = self.put(name, bytes);
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.json()["name"].as_str().unwrap().into()
    }

    /// Makes the pictures and waits for the end.
    #[track_caller]
    pub(crate) fn make(&self, choice: &Value) -> Value {
        let answer = self.served.post(&self.path("make"), choice);
        assert_eq!(answer.status, 200, "{}", answer.json());
        let start = Instant::now();
        loop {
            let now = self.served.get(&self.path("since/0/0")).json();
            if now["phase"] == "done" {
                return now;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "{now:#}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The files of the zip of all results, or of those that are approved.
    fn zip(&self, is_approved: bool) -> BTreeMap<String, Vec<u8>> {
        let offered = self.offer(is_approved).json();
        let address = offered["address"].as_str().unwrap();
        let answer = self.served.get(&format!("/{address}"));
        assert_eq!(answer.status, 200);
        assert_eq!(offered["bytes"], answer.body.len());
        let files = unzipped(&answer.body);
        assert_eq!(offered["pictures"], files.len());
        files
    }

    fn offer(&self, is_approved: bool) -> Answer {
        let wanted = json!({"is_approved": is_approved});
        self.served.post(&self.path("zip"), &wanted)
    }
}

/// Starts a batch and returns its name.
fn begin(served: &Served) -> String {
    let begun = served.post("/api/batches", &json!(null)).json();
    begun.as_str().unwrap().into()
}

/// A size and no platform.
pub(crate) fn sized(edge: u32) -> Value {
    json!({"platform": null, "size": edge, "is_framed": false})
}

/// JSON in ASCII.
fn ascii(text: &str) -> String {
    let escape = |c: char| {
        let mut units = [0; 2];
        let units = c.encode_utf16(&mut units).iter();
        units.map(|it| format!("\\u{it:04x}")).collect::<String>()
    };
    let json = json!(text).to_string();
    let parts = json.chars().map(|c| match c.is_ascii() && !c.is_control() {
        true => c.to_string(),
        false => escape(c),
    });
    parts.collect()
}

/// The files of a zip, read by its directory; checks what the headers say twice.
fn unzipped(zip: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let half = |at: usize| usize::from(u16::from_le_bytes(zip[at..at + 2].try_into().unwrap()));
    let word = |at: usize| u32::from_le_bytes(zip[at..at + 4].try_into().unwrap()) as usize;
    let end = zip.len() - 22;
    assert_eq!(zip[end..end + 4], *b"PK\x05\x06");
    assert_eq!(
        word(end + 16) + word(end + 12),
        end,
        "the directory is last"
    );
    let mut at = word(end + 16);
    let mut files = BTreeMap::new();
    for _ in 0..half(end + 10) {
        assert_eq!(zip[at..at + 4], *b"PK\x01\x02");
        let (length, start) = (half(at + 28), word(at + 42));
        let name = &zip[at + 46..at + 46 + length];
        assert_eq!(zip[start..start + 4], *b"PK\x03\x04");
        // Version, flags, method, time, checksum, sizes, length of the name.
        assert_eq!(zip[start + 4..start + 30], zip[at + 6..at + 32]);
        assert_eq!((half(at + 8), half(at + 10)), (1 << 11, 0), "UTF-8, stored");
        let content = start + 30 + length;
        assert_eq!(zip[start + 30..content], *name);
        let content = &zip[content..content + word(at + 24)];
        assert_eq!(crc32fast::hash(content) as usize, word(at + 16));
        let name = String::from_utf8(name.to_vec()).unwrap();
        assert!(files.insert(name, content.to_vec()).is_none(), "twice");
        at += 46 + length;
    }
    files
}

/// Every file below a folder that is not hidden, with its bytes.
fn results(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = tree(folder).into_iter();
    let shown = names.filter(|name| !name.starts_with('.'));
    let read = |name: String| {
        let bytes = std::fs::read(folder.join(&name)).unwrap();
        (name, bytes)
    };
    shown.map(read).collect()
}

/// The results of a run of the command line over the same files.
fn of_a_run(files: &[(&str, &[u8])], args: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let below: Vec<(String, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (format!("in/{name}"), *bytes))
        .collect();
    let below: Vec<(&str, &[u8])> = below.iter().map(|(name, it)| (&**name, *it)).collect();
    let folder = folder(&below);
    let said = run(folder.path(), &[args, &["in", "out"]].concat());
    assert!(said.code <= 1, "{}", said.stderr);
    results(&folder.path().join("out"))
}

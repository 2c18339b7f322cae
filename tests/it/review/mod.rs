//! `avatar-prep review`: the real binary, asked by requests as programs send them, and by a real
//! browser.

mod decisions; // what is recorded, who wins, undo
mod export; // decisions as rules
mod failures; // what could not be made
mod looks; // what an approval counts for
pub(crate) mod page; // the page in a real browser
mod remade; // previews, platforms, and what waits
mod requests; // which requests are answered
mod twins; // the same file in two input folders

use std::path::Path;

use serde_json::Value;

use crate::served::Served;
use crate::support::{folder, ppm, run};

/// A review that is served by the real binary until it is dropped.
pub(crate) type Review = Served;

impl Served {
    /// Reviews `out` in `folder`.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::by(folder, &["review", "out"])
    }

    /// The list entry of a result.
    pub(crate) fn entry(&self, output: &str) -> Value {
        let list = self.get("/api/pictures").json();
        let all = list["pictures"].as_array().unwrap();
        let found = all.iter().find(|it| it["output"] == output);
        found
            .unwrap_or_else(|| panic!("{output} is not in {list:#}"))
            .clone()
    }
}

/// A wide picture: red on the left, green in the middle, blue on the right.
pub(crate) fn thirds() -> Vec<u8> {
    ppm(600, 200, |x, _| match x / 200 {
        0 => [200, 30, 30],
        1 => [30, 160, 30],
        _ => [30, 30, 200],
    })
}

/// A folder with prepared pictures: `in/NAME` for each, and `out`.
pub(crate) fn prepared(pictures: &[(&str, &[u8])]) -> tempfile::TempDir {
    let named: Vec<(String, &[u8])> = pictures
        .iter()
        .map(|(name, bytes)| (format!("in/{name}"), *bytes))
        .collect();
    let named: Vec<(&str, &[u8])> = named
        .iter()
        .map(|(name, bytes)| (&**name, *bytes))
        .collect();
    let folder = folder(&named);
    let said = run(folder.path(), &["in", "out"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    folder
}

/// The mean colour of a result.
fn mean(folder: &Path, result: &str) -> [f64; 3] {
    let bytes = std::fs::read(folder.join(result)).unwrap();
    crate::support::decode(&bytes).mean()
}

/// Which channel is the strongest.
fn strongest(mean: [f64; 3]) -> usize {
    (0..3).max_by(|a, b| mean[*a].total_cmp(&mean[*b])).unwrap()
}

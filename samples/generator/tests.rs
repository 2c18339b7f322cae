//! Keeps the list, the table and the committed files equal.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::catalog::{Expected, SETS, Set};
use crate::{generate, table};

const MOST_BYTES: u64 = 1_500_000;

/// The codes that an error of a single picture can have.
const CODES: [&str; 5] = [
    "unrecognized_format",
    "unsupported",
    "malformed",
    "truncated",
    "limit_exceeded",
];

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn listed() -> BTreeSet<String> {
    SETS.iter()
        .flat_map(|set| {
            set.samples()
                .map(|sample| format!("{}/{}", set.folder, sample.file))
        })
        .collect()
}

/// Every file under both folders of samples, relative to `root`, with `/` between folders.
fn present(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders: Vec<_> = SETS.iter().map(|set| root.join(set.folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let inside = path.strip_prefix(root).expect("it was found there");
                let parts: Vec<_> = inside
                    .iter()
                    .map(|part| part.to_str().expect("names are UTF-8"))
                    .collect();
                found.insert(parts.join("/"));
            }
        }
    }
    found
}

#[test]
fn the_files_are_those_listed() {
    assert_eq!(present(home()), listed());
}

#[test]
fn the_page_is_the_one_generated() {
    let page = fs::read_to_string(home().join("README.md")).expect("the page is there");
    assert_eq!(page.replace("\r\n", "\n"), table::readme());
}

#[test]
fn generating_again_gives_the_same_bytes() {
    let scratch = std::env::temp_dir().join(format!("samples-{}", std::process::id()));
    fs::create_dir_all(&scratch).expect("the scratch folder can be made");
    generate(&scratch).expect("the samples can be made");
    for file in listed() {
        let (committed, fresh) = (fs::read(home().join(&file)), fs::read(scratch.join(&file)));
        assert!(
            committed.expect("committed") == fresh.expect("made"),
            "{file} differs from the one committed"
        );
    }
    fs::remove_dir_all(&scratch).expect("the scratch folder can be removed");
}

#[test]
fn all_together_are_small() {
    let bytes: u64 = listed()
        .iter()
        .map(|file| fs::metadata(home().join(file)).expect("it is there").len())
        .sum();
    assert!(bytes < MOST_BYTES, "{bytes} bytes of samples");
}

#[test]
fn no_two_pictures_would_become_one_file() {
    let mut outputs = BTreeSet::new();
    for sample in SETS.iter().flat_map(Set::samples) {
        let output = Path::new(sample.file)
            .with_extension("jpg")
            .to_string_lossy()
            .to_lowercase();
        assert!(outputs.insert(output), "{} collides", sample.file);
    }
}

#[test]
fn expectations_are_possible() {
    for sample in SETS.iter().flat_map(Set::samples) {
        match sample.expected {
            Expected::Square(edge) => assert!((1..=640).contains(&edge), "{}", sample.file),
            Expected::Code(code) => assert!(CODES.contains(&code), "{}", sample.file),
        }
    }
}

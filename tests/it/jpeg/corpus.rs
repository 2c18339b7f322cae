//! The corpus of test pictures, if there is one.

use std::path::{Path, PathBuf};

/// JPEGs with a frame header that the manifest lists at least.
const LEAST: usize = 100;

/// A JPEG of the corpus.
pub(crate) struct Picture {
    /// Path inside the corpus.
    pub(crate) name: String,
    /// The manifest's description of process and sampling.
    pub(crate) kind: String,
    /// Stored width and height.
    pub(crate) size: (u32, u32),
    pub(crate) bytes: Vec<u8>,
}

impl Picture {
    /// Whether the decoder's processes cover it and nothing about it is known to be damaged.
    pub(crate) fn is_sound(&self) -> bool {
        let covered = ["baseline", "extended", "progressive"]
            .iter()
            .any(|process| self.kind.starts_with(process));
        let damaged =
            self.name.starts_with("bad/") && !self.name.starts_with("bad/wrong-extension/");
        covered && self.kind.contains(" 8-bit") && !damaged
    }
}

/// Where the corpus is. Tests that need it carry `cfg_attr(not(corpus), ignore = …)`, which build.rs decides.
fn folder() -> PathBuf {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    std::env::var_os("AVATAR_PREP_CORPUS").map_or(default, PathBuf::from)
}

/// Every JPEG of the corpus, damaged ones too.
pub(crate) fn jpegs() -> Vec<Picture> {
    let folder = folder();
    let manifest =
        std::fs::read_to_string(folder.join("MANIFEST.tsv")).expect("a readable manifest");
    let mut pictures = Vec::new();
    for line in manifest.lines().skip(1) {
        let fields: Vec<_> = line.split('\t').collect();
        if fields[2] == "JPEG" {
            let bytes = std::fs::read(folder.join(fields[0]))
                .unwrap_or_else(|e| panic!("{}: {e}", fields[0]));
            let number = |field: &str| field.parse().unwrap_or(0);
            let size = (number(fields[3]), number(fields[4]));
            pictures.push(Picture {
                name: fields[0].to_owned(),
                kind: fields[6].to_owned(),
                size,
                bytes,
            });
        }
    }
    assert!(
        pictures.len() >= LEAST,
        "only {} JPEGs in the corpus, expected {LEAST}",
        pictures.len()
    );
    pictures
}

/// The JPEGs that must decode.
pub(crate) fn sound_jpegs() -> Vec<Picture> {
    jpegs().into_iter().filter(Picture::is_sound).collect()
}

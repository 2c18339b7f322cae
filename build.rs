//! Finds out what this machine has for the tests, so that a test which cannot run here is reported as ignored, with the
//! reason, and never as passed. The program itself does not depend on any of it.
//!
//! Cargo runs this again when one of the variables below changes. After installing something or putting the corpus
//! in place, `touch build.rs`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for variable in ["AVATAR_PREP_CORPUS", "AVATAR_PREP_PYTHON", "PATH"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let corpus = env::var_os("AVATAR_PREP_CORPUS");
    let corpus = corpus.map_or_else(|| root.join("../shared/corpus"), PathBuf::from);
    let python = env::var_os("AVATAR_PREP_PYTHON");
    let python = python.map_or_else(|| root.join("target/python/bin/python"), PathBuf::from);

    has("corpus", corpus.join("MANIFEST.tsv").exists());
    has("cases", corpus.join("../cases/expected.json").exists());
    has("judgement", corpus.join("../judgement/README.md").exists());
    has(
        "vendor_client",
        runs(&python, &["-c", "import whatsapp_api_client_python"]),
    );
    has("wsgidav", runs(&python, &["-c", "import wsgidav, cheroot"]));
    has("moto", runs(&python, &["-c", "import moto.server"]));
    has("webdataset", runs(&python, &["-c", "import webdataset"]));
    has("azurite", runs("azurite-blob", &["--version"]));
    has("yaml", runs(&python, &["-c", "import yaml"]));
    has(
        "kubernetes",
        runs(&python, &["-c", "import kubernetes_validate"]),
    );
    has("pillow", runs(&python, &["-c", "import PIL.Image"]));
    has("curl", runs("curl", &["--version"]));
    has("djpeg", runs("djpeg", &["-version"]));
    has("ffmpeg", runs("ffmpeg", &["-version"]));
    has("systemd", runs("systemd-analyze", &["--version"]));
    has("chromium", runs("chromium", &["--version"]));
    has("terminal", runs(&python, &["-c", "import pty"]));
    has(
        "powershell_grammar",
        runs(
            &python,
            &["-c", "import tree_sitter, tree_sitter_powershell"],
        ),
    );
    has("zsh", runs("zsh", &["--version"]));
    has("fish", runs("fish", &["--version"]));
    has("mounts", runs("unshare", &["--mount", "true"]));
    has("man", runs("man", &["--version"]));
}

/// Sets `cfg(name)` for the tests if it is there.
fn has(name: &str, is_there: bool) {
    println!("cargo::rustc-check-cfg=cfg({name})");
    if is_there {
        println!("cargo::rustc-cfg={name}");
    }
}

fn runs(program: impl AsRef<Path>, args: &[&str]) -> bool {
    let mut command = Command::new(program.as_ref());
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

//! What packages and releases are made of.

use std::collections::BTreeSet;
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::support::{folder, root};

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

fn manifest() -> toml::Table {
    read("Cargo.toml").parse().unwrap()
}

/// The names of the files of a package, from its list in the manifest. Places that differ between distributions are
/// made equal, and the two forms of the licence as well.
fn listed(metadata: &toml::Value) -> BTreeSet<(String, String)> {
    let text = |value: &toml::Value| value.as_str().unwrap().trim_matches('/').to_string();
    let assets = metadata["assets"].as_array().unwrap().iter();
    let pairs = assets.map(|asset| match asset.as_array() {
        Some(parts) => (text(&parts[0]), text(&parts[1])),
        None => (text(&asset["source"]), text(&asset["dest"])),
    });
    let pairs = pairs.map(|(from, to)| (from, to.replace("vendor-completions", "site-functions")));
    pairs
        .filter(|(from, _)| !from.contains("LICENSE") && !from.ends_with("/copyright"))
        .filter(|(from, _)| !from.ends_with("/changelog.Debian.gz"))
        .collect()
}

#[test]
fn both_packages_have_the_same_files() {
    let metadata = &manifest()["package"]["metadata"];
    let deb = listed(&metadata["deb"]);
    assert_eq!(deb, listed(&metadata["generate-rpm"]));
    assert!(deb.len() >= 7, "{deb:?}");
}

/// Each name that cargo-binstall and the installers ask for is one that the release workflow builds.
#[test]
fn the_workflow_builds_every_target_of_the_release() {
    let dist: toml::Table = read("dist-workspace.toml").parse().unwrap();
    let targets = dist["dist"]["targets"].as_array().unwrap();
    let workflow = read(".github/workflows/release.yml");
    let archives = job(&workflow, "archives");
    for target in targets {
        let target = target.as_str().unwrap();
        assert!(archives.contains(&format!("target: {target},")), "{target}");
    }
    assert_eq!(archives.matches("{ target: ").count(), targets.len());
    let version = dist["dist"]["cargo-dist-version"].as_str().unwrap();
    assert!(workflow.contains(&format!("DIST_VERSION: \"{version}\"")));
    let url = manifest()["package"]["metadata"]["binstall"]["pkg-url"].clone();
    assert_eq!(
        url.as_str(),
        Some("{ repo }/releases/download/v{ version }/avatar-prep-{ target }{ archive-suffix }")
    );
}

/// Wheels for every system of the archives (one C library on Linux), and no release before all of it is built.
#[test]
fn the_workflow_releases_wheels_and_an_image_with_the_archives() {
    let workflow = read(".github/workflows/release.yml");
    let targets = |name| -> BTreeSet<String> {
        let found = job(&workflow, name);
        let rows = found
            .lines()
            .filter_map(|line| line.trim().strip_prefix("- { target: "));
        let names = rows.filter_map(|row| row.split(',').next());
        names
            .filter(|name| !name.ends_with("musl"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(targets("wheels"), targets("archives"));
    assert_eq!(targets("wheels").len(), 5);
    let publish = job(&workflow, "publish");
    assert!(publish.contains("needs: [archives, packages, wheels, sdist, image]"));
    let image = job(&workflow, "image");
    let dockerfile = "file: examples/container/Dockerfile";
    assert!(image.contains(dockerfile) && image.contains("provenance: mode=max"));
    assert!(publish.find("imagetools create") < publish.find("gh release create"));
}

/// The lines of one job of a workflow.
fn job(workflow: &str, name: &str) -> String {
    let (_, rest) = workflow
        .split_once(&format!("\n  {name}:\n"))
        .unwrap_or_else(|| panic!("{name} is no job"));
    let lines = rest.lines();
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with("   "));
    lines.collect::<Vec<_>>().join("\n")
}

/// The texts for Homebrew, Scoop and the AUR name the version and the checksum of each archive.
#[test]
#[cfg_attr(not(terminal), ignore = "needs a Python with pty, see CONTRIBUTING.md")]
fn texts_for_package_managers_name_each_archive_with_its_checksum() {
    let archives = [
        (
            "avatar-prep-x86_64-unknown-linux-gnu.tar.gz",
            "avatar-prep.rb PKGBUILD",
        ),
        (
            "avatar-prep-aarch64-unknown-linux-gnu.tar.gz",
            "avatar-prep.rb PKGBUILD",
        ),
        ("avatar-prep-x86_64-apple-darwin.tar.gz", "avatar-prep.rb"),
        ("avatar-prep-aarch64-apple-darwin.tar.gz", "avatar-prep.rb"),
        ("avatar-prep-x86_64-pc-windows-msvc.zip", "avatar-prep.json"),
    ];
    let files = archives.map(|(name, _)| (name, name.as_bytes()));
    let folder = folder(&files);
    let python = std::env::var_os("AVATAR_PREP_PYTHON");
    let python = python.map_or_else(|| root().join("target/python/bin/python"), Into::into);
    let made = |from: &std::path::Path| {
        Command::new(&python)
            .arg(root().join("packaging/texts.py"))
            .arg("https://example.org/someone/avatar-prep/")
            .arg(from)
            .arg(folder.path().join("texts"))
            .output()
            .unwrap()
    };
    let output = made(folder.path());
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let version = env!("CARGO_PKG_VERSION");
    for (name, texts) in archives {
        let digest: String = Sha256::digest(name.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        for text in texts.split(' ') {
            let text = std::fs::read_to_string(folder.path().join("texts").join(text)).unwrap();
            let url = format!(
                "https://example.org/someone/avatar-prep/releases/download/v{version}/{name}"
            );
            let (_, after) = text
                .split_once(&url)
                .unwrap_or_else(|| panic!("{name}: {text}"));
            // The checksum follows its address.
            assert!(
                after
                    .trim_start_matches(['"', '\'', ',', ')', '\n', ' '])
                    .len()
                    > 64
            );
            let hash = after
                .split(|c: char| !c.is_ascii_hexdigit())
                .find(|word| word.len() == 64);
            assert_eq!(hash, Some(digest.as_str()), "{name}");
        }
    }
    let shell = Command::new("bash")
        .args(["-n", "texts/PKGBUILD"])
        .current_dir(folder.path())
        .status();
    assert!(shell.unwrap().success());
    let scoop = std::fs::read_to_string(folder.path().join("texts/avatar-prep.json")).unwrap();
    let scoop: serde_json::Value = serde_json::from_str(&scoop).unwrap();
    assert_eq!(scoop["version"], version);
    // An archive that is missing is an error, and no text without a checksum.
    std::fs::remove_file(folder.path().join(archives[4].0)).unwrap();
    assert!(!made(folder.path()).status.success());
}

//! Which crates are part of what, by `cargo tree`: the architecture as the linker sees it.

use std::collections::BTreeSet;
use std::process::Command;

use crate::support::root;

/// The crates that are linked into a package of this workspace, without those that only its build or tests need.
fn linked(package: &str, options: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--edges=normal,no-proc-macro",
        ])
        .args(["--prefix=none", "--format={p}", "--package", package])
        .args(options)
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names
        .filter(|name| !name.is_empty())
        .map(str::to_string)
        .collect()
}

/// What opens connections, runs tasks, keeps databases or reads command lines.
const OF_THE_OUTSIDE: [&str; 12] = [
    "axum",
    "clap",
    "hyper",
    "notify",
    "object_store",
    "reqwest",
    "ring",
    "rusqlite",
    "rustls",
    "socket2",
    "tokio",
    "walkdir",
];

#[test]
fn pictures_need_no_network_no_database_and_no_terminal() {
    for package in [
        "avatar-prepare",
        "avatar-jpeg",
        "avatar-hevc",
        "avatar-faces",
        "avatar-svg",
    ] {
        let crates = linked(package, &[]);
        for name in OF_THE_OUTSIDE {
            assert!(!crates.contains(name), "{package} contains {name}");
        }
    }
    // The names are right: the program has them.
    let program = linked("avatar-prep", &[]);
    for name in OF_THE_OUTSIDE {
        assert!(program.contains(name), "nothing is called {name}");
    }
}

#[test]
fn deliveries_and_stores_look_into_no_picture() {
    let decoders = [
        "avatar-hevc",
        "avatar-jpeg",
        "gif",
        "image",
        "jxl",
        "png",
        "resvg",
        "tiff",
        "zune-jpeg",
    ];
    for package in ["avatar-upload", "avatar-stores"] {
        let crates = linked(package, &[]);
        for name in decoders.into_iter().chain(["avatar-prepare"]) {
            assert!(!crates.contains(name), "{package} contains {name}");
        }
    }
    let prepare = linked("avatar-prepare", &[]);
    assert!(decoders.iter().all(|name| prepare.contains(*name)));
}

/// Each further crate is more code to trust: a number grows only with a reason in the manifest.
#[test]
fn the_libraries_stay_small() {
    for (package, options, most) in [
        ("avatar-faces", &[] as &[&str], 1),
        ("avatar-hevc", &[], 2),
        ("avatar-jpeg", &[], 4),
        ("avatar-svg", &[], 10),
        ("avatar-prepare", &["--no-default-features"], 54),
        ("avatar-prepare", &[], 176),
        ("avatar-stores", &["--no-default-features"], 36),
    ] {
        let crates = linked(package, options);
        assert!(
            crates.len() <= most,
            "{package} {options:?}: {}",
            crates.len()
        );
    }
    assert_eq!(
        linked("avatar-faces", &[]),
        BTreeSet::from(["avatar-faces".into()])
    );
}

/// Crates with code that is not Rust: the database and the cryptography of TLS. Pictures are decoded without any.
#[test]
fn only_two_crates_contain_c() {
    // Crates of other systems need not be on this machine.
    let compiler = Command::new("rustc").arg("-vV").output().unwrap();
    let compiler = String::from_utf8(compiler.stdout).unwrap();
    let host = compiler
        .lines()
        .find_map(|line| line.strip_prefix("host: "));
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version=1"])
        .args(["--filter-platform", host.unwrap()])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let program = linked("avatar-prep", &[]);
    let packages = metadata["packages"].as_array().unwrap();
    let links = packages.iter().filter(|it| !it["links"].is_null());
    let names: BTreeSet<&str> = links
        .filter_map(|it| it["name"].as_str())
        .filter(|name| program.contains(*name))
        .collect();
    // `rayon-core` links nothing: the key only keeps it from being there twice.
    assert_eq!(
        names,
        BTreeSet::from(["libsqlite3-sys", "rayon-core", "ring"])
    );
    let prepare = linked("avatar-prepare", &[]);
    let c: BTreeSet<&str> = names
        .into_iter()
        .filter(|it| prepare.contains(*it))
        .collect();
    assert_eq!(c, BTreeSet::from(["rayon-core"]));
}

/// Every crate of this project forbids unsafe code through the lints of the workspace, except for the one that calls
/// functions of C at two places.
#[test]
fn only_two_places_of_the_project_are_unsafe() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("\nunsafe_code = \"forbid\"\n"));
    let mut seen = Vec::new();
    for folder in std::fs::read_dir(root().join("crates")).unwrap() {
        let path = folder.unwrap().path().join("Cargo.toml");
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue; // cli belongs to the manifest above
        };
        seen.push(path.clone());
        if path.ends_with("heap/Cargo.toml") {
            assert!(text.contains("\nunsafe_code = \"deny\""));
            continue;
        }
        let inherits = text.contains("[lints]\nworkspace = true\n");
        let own = text.contains("\nunsafe_code = \"forbid\"\n");
        assert!(inherits || own, "{}", path.display());
    }
    let members = { manifest.lines() }.find(|line| line.starts_with("members = "));
    let members = members
        .unwrap()
        .split('"')
        .filter(|it| it.starts_with("crates/"));
    let own: Vec<_> = members
        .map(|it| root().join(it).join("Cargo.toml"))
        .collect();
    assert!(
        !own.is_empty() && own.iter().all(|it| seen.contains(it)),
        "{seen:?}"
    );
    let heap = std::fs::read_to_string(root().join("crates/heap/src/lib.rs")).unwrap();
    assert_eq!(heap.matches("unsafe {").count(), 2);
}

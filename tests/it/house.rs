//! Who may import whom, read from the sources and manifests: five rules, and no circles of
//! files.

mod imports; // reads them from the sources

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use imports::{House, Source};

/// The first part of a module's path.
fn top(module: &str) -> &str {
    module.split("::").next().unwrap()
}

fn cli() -> House {
    House::read("crates/cli", "lib.rs")
}

fn batch() -> House {
    House::read("crates/batch/src", "lib.rs")
}

fn prepare() -> House {
    House::read("crates/prepare/src", "lib.rs")
}

/// The manifests of all crates of this project, also of those that are workspaces of their own: by their folders.
fn manifests() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = |name: &str| ["target", "node_modules"].contains(&name);
    let below = ["crates", "fuzz", "samples"].iter().flat_map(|folder| {
        let walk = WalkDir::new(root.join(folder)).into_iter();
        walk.filter_entry(move |entry| !entry.file_name().to_str().is_some_and(built))
            .map(|entry| entry.unwrap().into_path())
    });
    let manifests = below.filter(|path| path.ends_with("Cargo.toml"));
    let mut all: BTreeMap<String, String> = manifests
        .map(|path| {
            let folder = path.parent().unwrap().strip_prefix(root).unwrap();
            let text = fs::read_to_string(&path).unwrap();
            (folder.to_str().unwrap().to_string(), text)
        })
        .collect();
    let whole = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let members = whole.split("members = [").nth(1).unwrap();
    for member in members
        .split(']')
        .next()
        .unwrap()
        .split('"')
        .skip(1)
        .step_by(2)
    {
        assert!(all.contains_key(member), "{member} is not read");
    }
    all.insert(String::new(), whole);
    all
}

#[test]
fn no_files_import_one_another() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut read = 0;
    for crate_folder in manifests().keys() {
        let sources = match crate_folder.as_str() {
            "" => "crates/cli".into(),
            "samples" => "samples/generator".into(),
            other => format!("{other}/src"),
        };
        let first = ["lib.rs", "main.rs"];
        let first = first
            .iter()
            .find(|name| root.join(&sources).join(name).exists());
        let circles = House::read(&sources, first.unwrap()).circles();
        assert!(circles.is_empty(), "{sources}: {circles:#?}");
        read += 1;
    }
    assert!(read >= 19, "{read}");
}

#[test]
fn the_root_is_above_all_and_commands_do_not_know_one_another() {
    let broken = cli().broken(|from, to| {
        let command = |module: &str| module.split("::").nth(1).map(str::to_string);
        to.is_empty()
            || from.is_empty() && top(to) != "commands"
            || top(to) == "commands" && !["", "commands"].contains(&top(from))
            || top(from) == "commands"
                && top(to) == "commands"
                && from != "commands"
                && command(from) != command(to)
    });
    assert_eq!(broken, []);
}

#[test]
fn of_the_commands_only_their_root_knows_the_run() {
    let run = ["avatar_batch".to_string(), "prepare".to_string()];
    let cli = cli();
    let knows = cli.files.iter().filter(|(_, source)| {
        source.imports.iter().any(|path| path.starts_with(&run))
            || source.code.contains("avatar_batch::prepare::")
    });
    let knows: Vec<String> = knows.map(|(module, _)| module.join("::")).collect();
    assert_eq!(knows, ["commands"]);
}

#[test]
fn no_part_of_a_batch_knows_the_run() {
    let broken =
        batch().broken(|from, to| to.is_empty() || top(to) == "prepare" && top(from) != "prepare");
    assert_eq!(broken, []);
}

#[test]
fn only_the_report_prints_and_it_knows_values_only() {
    let (cli, batch) = (cli(), batch());
    let writes = [
        "stdout()",
        "stderr()",
        "println!",
        "eprintln!",
        "print!",
        "eprint!",
    ];
    let prints = |source: &Source| writes.iter().any(|write| source.code.contains(write));
    let files = cli.files.iter().chain(&batch.files);
    let printers = files.filter(|(_, source)| prints(source));
    let tops: BTreeSet<&str> = printers
        .map(|(module, _)| module.first().map_or("", String::as_str))
        .collect();
    assert_eq!(tops, BTreeSet::from(["report"]));
    assert!(!cli.files.contains_key(&vec!["report".to_string()]));
    let broken = batch.broken(|from, to| {
        top(from) == "report" && ["args", "prepare", "naming", "state"].contains(&top(to))
    });
    assert_eq!(broken, []);
}

#[test]
fn state_files_and_naming_know_neither_options_nor_the_report() {
    let broken = batch().broken(|from, to| {
        ["files", "naming", "state"].contains(&top(from))
            && ["args", "prepare", "report"].contains(&top(to))
    });
    assert_eq!(broken, []);
}

#[test]
fn pictures_pass_down_from_the_preparer_to_plain_values() {
    // From the top down: each may import those below it.
    let floor = |module: &str| match module {
        "" => 0,
        "codec::table" => 3,
        "codec::contract" => 5,
        _ => match top(module) {
            "batch" | "difference" | "examine" => 0,
            "preparer" => 1,
            "inspection" | "stages" | "memory" => 2,
            "codec" => 4,
            "pixels" | "color" => 6,
            _ => 7,
        },
    };
    let broken = prepare().broken(|from, to| floor(from) > floor(to) && from != "codec");
    assert_eq!(broken, []);
}

/// The crates of this project that a manifest names, except for those that only tests use.
fn imported(manifest: &str) -> BTreeSet<&str> {
    let sections = manifest.split("\n[");
    let sections = sections.filter(|section| {
        let name = section.split(']').next().unwrap();
        name.ends_with("dependencies") && name != "dev-dependencies"
    });
    let lines = sections.flat_map(str::lines);
    let within = lines.filter(|line| line.contains("path = \"") && !line.starts_with('#'));
    within.filter_map(|line| line.split(' ').next()).collect()
}

#[test]
fn crates_import_only_those_below_them() {
    let allowed: &[(&str, &[&str])] = &[
        (
            "",
            &[
                "avatar-batch",
                "avatar-heap",
                "avatar-prepare",
                "avatar-stores",
                "avatar-upload",
            ],
        ),
        (
            "crates/batch",
            &[
                "avatar-heap",
                "avatar-prepare",
                "avatar-stores",
                "avatar-upload",
            ],
        ),
        (
            "crates/prepare",
            &[
                "avatar-faces",
                "avatar-hevc",
                "avatar-jpeg",
                "avatar-resample",
                "avatar-svg",
            ],
        ),
        ("crates/python", &["avatar-prep", "avatar-prepare"]),
        ("crates/slow-jpeg", &["avatar-jpeg"]),
        ("crates/wasm", &["avatar-prepare"]),
    ];
    let allowed: BTreeMap<&str, &[&str]> = allowed.iter().copied().collect();
    for (folder, manifest) in &manifests() {
        // Fuzz targets and the comparison of encoders are not part of any program.
        if ["fuzz", "crates/jpeg/yardsticks"].contains(&folder.as_str()) {
            continue;
        }
        let wanted = allowed.get(folder.as_str()).copied().unwrap_or_default();
        let wanted: BTreeSet<&str> = wanted.iter().copied().collect();
        assert_eq!(imported(manifest), wanted, "{folder:?}");
    }
}

#[test]
fn no_unit_test_stands_where_none_are_run() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates");
    let mut without = BTreeSet::new();
    for entry in WalkDir::new(&crates) {
        let path = entry.unwrap().into_path();
        let folder = path.strip_prefix(&crates).unwrap().iter().next();
        let Some(folder) = folder.map(|name| name.to_str().unwrap().to_string()) else {
            continue;
        };
        let manifest = fs::read_to_string(crates.join(&folder).join("Cargo.toml"));
        if !manifest.is_ok_and(|text| text.contains("\ntest = false")) {
            continue;
        }
        without.insert(folder);
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        if is_source
            && !path
                .iter()
                .any(|part| part == "tests" || part == "yardsticks")
        {
            let text = fs::read_to_string(&path).unwrap();
            assert!(!text.contains("#[test]"), "{} is not run", path.display());
        }
    }
    let named: Vec<&str> = without.iter().map(String::as_str).collect();
    assert_eq!(
        named,
        [
            "heap",
            "hevc",
            "prepare",
            "python",
            "resample",
            "slow-jpeg",
            "svg",
            "wasm"
        ]
    );
}

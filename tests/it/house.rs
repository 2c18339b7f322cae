//! Who may import whom, read from the sources and manifests: five rules, and no circles of
//! files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// The files of one crate by their module paths; the crate's root has the empty one.
struct House {
    files: BTreeMap<Vec<String>, Source>,
}

struct Source {
    code: String,
    /// Everything that is named by a path, as an absolute path where that is possible.
    imports: Vec<Vec<String>>,
    /// Names that are re-exported, and where they come from.
    exports: BTreeMap<String, Vec<String>>,
}

impl House {
    /// Reads `folder`, of which `root` is the crate's first file.
    fn read(folder: &str, root: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut texts = BTreeMap::new();
        for entry in WalkDir::new(&folder) {
            let path = entry.unwrap().into_path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let relative = path.strip_prefix(&folder).unwrap();
                texts.insert(module(relative, root), fs::read_to_string(&path).unwrap());
            }
        }
        assert!(!texts.is_empty(), "{} holds the crate", folder.display());
        let modules: BTreeSet<Vec<String>> = texts.keys().cloned().collect();
        let files = texts.into_iter().map(|(module, text)| {
            let source = Source::read(&module, &text, &modules);
            (module, source)
        });
        Self {
            files: files.collect(),
        }
    }

    /// The file to which a path leads, also through re-exported names; `None` outside of the crate.
    fn resolve(&self, path: &[String]) -> Option<Vec<String>> {
        let mut path = path.to_vec();
        for _ in 0..8 {
            let known = (0..=path.len()).rev().map(|length| &path[..length]);
            let module = known
                .into_iter()
                .find(|part| self.files.contains_key(*part))?;
            let module = module.to_vec();
            let exported = path.get(module.len()).and_then(|name| {
                let target = self.files[&module].exports.get(name)?;
                Some([target.as_slice(), &path[module.len() + 1..]].concat())
            });
            match exported {
                Some(next) => path = next,
                None => return Some(module),
            }
        }
        panic!("{path:?} is handed on in a circle");
    }

    /// Every import within the crate: from which file, to which.
    fn edges(&self) -> BTreeSet<(String, String)> {
        let mut edges = BTreeSet::new();
        for (module, source) in &self.files {
            for import in &source.imports {
                // Names of other crates start with their name.
                let Some(("crate", path)) = import.split_first().map(|(a, b)| (a.as_str(), b))
                else {
                    continue;
                };
                let target = self.resolve(path).unwrap();
                if target != *module {
                    edges.insert((module.join("::"), target.join("::")));
                }
            }
        }
        edges
    }

    /// Imports that a rule forbids.
    fn broken(&self, is_forbidden: impl Fn(&str, &str) -> bool) -> Vec<(String, String)> {
        let edges = self.edges().into_iter();
        edges.filter(|(from, to)| is_forbidden(from, to)).collect()
    }

    /// Files that import one another, directly or through others.
    fn circles(&self) -> Vec<BTreeSet<String>> {
        let mut next: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in self.edges() {
            next.entry(from).or_default().insert(to);
        }
        let reach = |from: &String| {
            let mut seen = BTreeSet::new();
            let mut open: Vec<&String> = next.get(from).into_iter().flatten().collect();
            while let Some(file) = open.pop() {
                if seen.insert(file.clone()) {
                    open.extend(next.get(file).into_iter().flatten());
                }
            }
            seen
        };
        let reached: BTreeMap<String, BTreeSet<String>> = next
            .keys()
            .map(|file| (file.clone(), reach(file)))
            .collect();
        let mut circles = BTreeSet::new();
        for (file, reaches) in &reached {
            if reaches.contains(file) {
                let back =
                    |other: &&String| reached.get(*other).is_some_and(|it| it.contains(file));
                circles.insert(reaches.iter().filter(back).cloned().collect());
            }
        }
        circles.into_iter().collect()
    }
}

fn module(relative: &Path, root: &str) -> Vec<String> {
    if relative == Path::new(root) {
        return Vec::new();
    }
    let path = match relative.file_name().unwrap() == "mod.rs" {
        true => relative.parent().unwrap().to_path_buf(),
        false => relative.with_extension(""),
    };
    let parts = path.iter().map(|part| part.to_str().unwrap().to_string());
    parts.collect()
}

impl Source {
    fn read(module: &[String], text: &str, modules: &BTreeSet<Vec<String>>) -> Self {
        let product = text.split("#[cfg(test)]\nmod ").next().unwrap();
        let code: String = product
            .lines()
            .map(|line| {
                let code = line.split("//").next().unwrap();
                format!("{code}\n")
            })
            .collect();
        let absolute = |path: Vec<String>| absolute(module, path, modules);
        let (mut imports, mut exports) = (Vec::new(), BTreeMap::new());
        let mut rest = String::new();
        for (index, piece) in statements(&code).into_iter().enumerate() {
            if index % 2 == 0 {
                rest.push_str(piece);
                continue;
            }
            let (visibility, tree) = piece.split_once("use ").unwrap();
            for (path, name) in leaves(tree.trim_end_matches(';')) {
                let path = absolute(path);
                match (visibility.trim().is_empty(), path.split_first()) {
                    (false, Some((first, target))) if first == "crate" => {
                        exports.insert(name, target.to_vec());
                    }
                    _ => imports.push(path),
                }
            }
        }
        for start in ["crate::", "super::"] {
            for (at, _) in rest.match_indices(start) {
                // A visibility such as `pub(in …)` is not an import.
                if rest[..at].ends_with("pub(in ") {
                    continue;
                }
                let before = rest[..at].chars().next_back();
                let path: String = rest[at..]
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || "_:".contains(*c))
                    .collect();
                let path = path.trim_end_matches(':').split("::").map(str::to_string);
                if !before.is_some_and(|c| c.is_alphanumeric() || "_:".contains(c)) {
                    imports.push(absolute(path.collect()));
                }
            }
        }
        Self {
            code,
            imports,
            exports,
        }
    }
}

/// The text in pieces; every second one is a `use` statement with its visibility.
fn statements(code: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = code;
    loop {
        let starts = rest.match_indices("use ").map(|(at, _)| at);
        let start = starts
            .filter_map(|at| {
                let line = rest[..at].rfind('\n').map_or(0, |end| end + 1);
                let before = rest[line..at].trim();
                (before.is_empty() || before.starts_with("pub")).then_some(line)
            })
            .next();
        let Some(start) = start else { break };
        let end = start + rest[start..].find(';').unwrap() + 1;
        pieces.extend([&rest[..start], &rest[start..end]]);
        rest = &rest[end..];
    }
    pieces.push(rest);
    pieces
}

/// Every path in a tree such as `a::{b, c::{self, d as e}}`, with its local name.
fn leaves(tree: &str) -> Vec<(Vec<String>, String)> {
    let tree = tree.trim();
    let Some((stem, branches)) = tree.split_once('{') else {
        let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
        let mut path: Vec<String> = path
            .split("::")
            .map(|part| part.trim().to_string())
            .collect();
        if path
            .last()
            .is_some_and(|last| last == "self" || last == "*")
            && path.len() > 1
        {
            path.pop();
        }
        let last = path.last().cloned().unwrap_or_default();
        let name = if name.is_empty() {
            last
        } else {
            name.trim().to_string()
        };
        return vec![(path, name)];
    };
    let branches = branches.strip_suffix('}').unwrap();
    let (mut depth, mut from, mut all) = (0, 0, Vec::new());
    for (at, c) in branches.char_indices().chain([(branches.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let branch = branches[from..at].trim();
                from = at + 1;
                if !branch.is_empty() {
                    all.extend(leaves(&format!("{stem}{branch}")));
                }
            }
            _ => {}
        }
    }
    all
}

/// The path from the crate, which starts with `crate`; that of another crate stays as it is.
fn absolute(module: &[String], path: Vec<String>, modules: &BTreeSet<Vec<String>>) -> Vec<String> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let first = path.first().map(String::as_str).unwrap_or_default();
    let child = [module, &[first.to_string()]].concat();
    let from_here =
        |base: &[String], rest: &[String]| [&["crate".to_string()], base, rest].concat();
    match first {
        "crate" => path,
        // From a module within the first file, it is that file itself.
        "super" => from_here(&module[..module.len().saturating_sub(ups)], &path[ups..]),
        "self" => from_here(module, &path[1..]),
        _ if modules.contains(&child) => from_here(module, &path),
        _ => path,
    }
}

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

//! Reads the files of a crate and what each of them imports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// The files of one crate by their module paths; the crate's root has the empty one.
pub(super) struct House {
    pub(super) files: BTreeMap<Vec<String>, Source>,
}

pub(super) struct Source {
    pub(super) code: String,
    /// Everything that is named by a path, as an absolute path where that is possible.
    pub(super) imports: Vec<Vec<String>>,
    /// Names that are re-exported, and where they come from.
    exports: BTreeMap<String, Vec<String>>,
}

impl House {
    /// Reads `folder`, of which `root` is the crate's first file.
    pub(super) fn read(folder: &str, root: &str) -> Self {
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
    pub(super) fn edges(&self) -> BTreeSet<(String, String)> {
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
    pub(super) fn broken(
        &self,
        is_forbidden: impl Fn(&str, &str) -> bool,
    ) -> Vec<(String, String)> {
        let edges = self.edges().into_iter();
        edges.filter(|(from, to)| is_forbidden(from, to)).collect()
    }

    /// Files that import one another, directly or through others.
    pub(super) fn circles(&self) -> Vec<BTreeSet<String>> {
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

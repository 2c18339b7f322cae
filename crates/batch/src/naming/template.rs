//! Templates for the names of results, such as `{dir}/{stem}.jpg`.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use avatar_prepare::Format;

use crate::files::STATE_FOLDER;
use crate::files::fingerprint::Hash;

/// Digits of a source's hash in a name: 128 bits, which no two files share by chance.
const HASH_DIGITS: usize = 32;

/// A placeholder in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Root,
    Preset,
    Dir,
    Stem,
    Ext,
    Hash,
    Size,
    Index,
    Query,
}

const FIELDS: [(&str, Field); 9] = [
    ("root", Field::Root),
    ("preset", Field::Preset),
    ("dir", Field::Dir),
    ("stem", Field::Stem),
    ("ext", Field::Ext),
    ("hash", Field::Hash),
    ("size", Field::Size),
    ("index", Field::Index),
    ("query", Field::Query),
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(Field),
}

/// A template. It yields relative paths that end in `.jpg` or `.jpeg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    parts: Vec<Part>,
}

/// The values of the placeholders for one picture.
pub struct Values<'a> {
    /// The source, relative to its input folder.
    pub relative: &'a Path,
    /// Its input folder, absolute.
    pub root: &'a Path,
    /// The platform that the result is for.
    pub preset: Option<&'a str>,
    /// BLAKE3 of the source, if the template [wants it](Name::wants_hash).
    pub hash: Option<Hash>,
    /// Edge asked for, in pixels.
    pub size: u32,
    /// Place among the pictures of the run, from 1.
    pub index: usize,
    /// Digits that stand for the query of the address.
    pub query: &'a str,
}

impl Default for Name {
    fn default() -> Self {
        let parts = [Part::Field(Field::Dir), Part::Text("/".into())];
        let name = [Part::Field(Field::Stem), Part::Text(".jpg".into())];
        Self {
            parts: parts.into_iter().chain(name).collect(),
        }
    }
}

impl Name {
    /// Parses a template; the error reads `must …, got …`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = Self {
            parts: parts(text)?,
        };
        name.check(text).map_err(|why| {
            format!("must {why}, got {text:?}; an example is {{dir}}/{{stem}}-{{size}}.jpg")
        })?;
        Ok(name)
    }

    fn check(&self, text: &str) -> Result<(), &'static str> {
        let lower = text.to_ascii_lowercase();
        let is_windows_drive = text.as_bytes().get(1) == Some(&b':');
        let inner: Vec<&str> = text.split('/').collect();
        if !(lower.ends_with(".jpg") || lower.ends_with(".jpeg")) {
            return Err("end in .jpg or .jpeg");
        }
        if text.starts_with('/') || text.contains('\\') || is_windows_drive {
            return Err("be a relative path with / between folders");
        }
        if inner.iter().any(|part| matches!(*part, "" | "." | "..")) {
            return Err("stay inside the folder and have no empty part");
        }
        // Some file systems do not tell case apart, and Windows leaves out dots and spaces at the end.
        let first = inner.first().map(|part| part.trim_end_matches(['.', ' ']));
        let is_state = first.is_some_and(|first| first.eq_ignore_ascii_case(STATE_FOLDER));
        if is_state || text.chars().any(char::is_control) {
            return Err("not name the folder .avatar-prep or contain control characters");
        }
        let tells_apart =
            |part: &Part| matches!(part, Part::Field(Field::Stem | Field::Hash | Field::Index));
        if !self.parts.iter().any(tells_apart) {
            return Err("contain {stem}, {hash} or {index}, so that pictures get different names");
        }
        Ok(())
    }

    /// Whether naming a result needs the hash of its source.
    pub fn wants_hash(&self) -> bool {
        self.parts.contains(&Part::Field(Field::Hash))
    }

    /// The template as it would be written.
    pub fn text(&self) -> String {
        let written = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Field(field) => {
                let row = FIELDS.iter().find(|(_, known)| known == field);
                row.map_or(String::new(), |(name, _)| format!("{{{name}}}"))
            }
        };
        self.parts.iter().map(written).collect()
    }

    /// Whether names contain that of the input folder.
    pub fn wants_root(&self) -> bool {
        self.parts.contains(&Part::Field(Field::Root))
    }

    /// Whether names depend on how many sources come before.
    pub fn wants_index(&self) -> bool {
        self.parts.contains(&Part::Field(Field::Index))
    }

    /// Whether names contain digits for the query of an address.
    pub fn wants_query(&self) -> bool {
        self.parts.contains(&Part::Field(Field::Query))
    }

    /// Whether naming a result needs its platform.
    pub fn wants_preset(&self) -> bool {
        self.parts.contains(&Part::Field(Field::Preset))
    }

    /// The path of a result, relative to the folder of results; none if the name of the source would
    /// lead out of it.
    pub fn fill(&self, values: &Values<'_>) -> Option<PathBuf> {
        let mut path = OsString::new();
        for part in &self.parts {
            match part {
                // A source without a folder leaves no slash behind.
                Part::Text(text) if path.is_empty() => path.push(text.trim_start_matches('/')),
                Part::Text(text) => path.push(text),
                Part::Field(field) => path.push(values.of(*field)),
            }
        }
        let is_inside = |part: Component<'_>| matches!(part, Component::Normal(_));
        let inside = Path::new(&path).components().all(is_inside);
        inside.then(|| Path::new(&path).components().collect())
    }
}

impl Values<'_> {
    fn of(&self, field: Field) -> OsString {
        match field {
            Field::Root => self.root.file_name().unwrap_or_default().into(),
            Field::Preset => self.preset.unwrap_or_default().into(),
            Field::Dir => self.relative.parent().unwrap_or(Path::new("")).into(),
            Field::Stem => split(self.relative).0,
            Field::Ext => split(self.relative).1.into(),
            Field::Hash => {
                let hash = self.hash.map(|hash| hash.to_string()).unwrap_or_default();
                hash.get(..HASH_DIGITS).unwrap_or_default().into()
            }
            Field::Size => self.size.to_string().into(),
            Field::Index => format!("{:06}", self.index).into(),
            Field::Query => self.query.into(),
        }
    }
}

/// The path of a result under the default template.
pub fn usual(relative: &Path) -> PathBuf {
    let (mut name, _) = split(relative);
    name.push(".jpg");
    relative.with_file_name(name)
}

/// The stem and the lower-case extension. An unknown extension is part of the stem.
fn split(relative: &Path) -> (OsString, String) {
    let extension = relative
        .extension()
        .and_then(|extension| extension.to_str());
    match extension.filter(|extension| Format::is_picture_extension(extension)) {
        Some(extension) => {
            let stem = relative.file_stem().unwrap_or_default();
            (stem.into(), extension.to_ascii_lowercase())
        }
        None => {
            let name = relative.file_name().unwrap_or_default();
            (name.into(), String::new())
        }
    }
}

fn parts(text: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (field, after) = after
            .split_once('}')
            .ok_or_else(|| format!("must close every {{ with a }}, got {text:?}"))?;
        let found = FIELDS.iter().find(|(name, _)| *name == field);
        let (_, field) = found.ok_or_else(|| unknown(text, field))?;
        parts.push(Part::Text(before.into()));
        parts.push(Part::Field(*field));
        rest = after;
    }
    parts.push(Part::Text(rest.into()));
    let is_stray = |part: &Part| matches!(part, Part::Text(text) if text.contains('}'));
    if parts.iter().any(is_stray) {
        return Err(format!("must open every }} with a {{, got {text:?}"));
    }
    parts.retain(|part| *part != Part::Text(String::new()));
    Ok(parts)
}

fn unknown(text: &str, field: &str) -> String {
    let names: Vec<String> = FIELDS
        .iter()
        .map(|(name, _)| format!("{{{name}}}"))
        .collect();
    format!(
        "must use only {}, got {{{field}}} in {text:?}",
        names.join(" ")
    )
}

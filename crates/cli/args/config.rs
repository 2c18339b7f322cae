//! Merges flags, variables, settings file, preset and defaults (the first of these that has a value
//! wins), and records where each value came from.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::flags::{FLAGS, Flag};
use super::options::Options;
use super::presets::{self, Preset};
use super::values;
use crate::error::CliError;

/// The settings file that is read from the working folder when none is named.
const DEFAULT_FILE: &str = "avatar-prep.toml";

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag,
    Variable(String),
    File(PathBuf),
    Preset(&'static str),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Preset(name) => write!(f, "preset {name}"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// The effective value of one flag.
pub(crate) struct Value {
    pub(crate) flag: &'static Flag,
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

/// All effective values: as text with their origin, and parsed.
pub(crate) struct Effective {
    pub(crate) values: Vec<Value>,
    pub(crate) options: Options,
}

/// Merges the layers. `typed` returns the text of a flag that was given on the command line. A
/// refused value can be a token by mistake, so before it is printed, `learn` is called with the
/// accounts file and masks the tokens it knows.
pub(super) fn merge(
    typed: impl Fn(&Flag) -> Option<String>,
    file: Option<&Path>,
    learn: impl Fn(Option<&Path>),
) -> Result<Effective, CliError> {
    let file = read_file(file)?;
    let refuse = |message: String, hint: &str| {
        learn(accounts(&typed, file.as_ref()).as_deref());
        CliError::usage(message, hint)
    };
    if let Some((path, key)) = file.as_ref().and_then(File::unknown_key) {
        let message = format!("{}: unknown key {key:?}", path.display());
        return Err(refuse(message, "avatar-prep config prints all keys"));
    }
    let mut options = Options::default();
    let mut values = Vec::with_capacity(FLAGS.len());
    let mut preset = None;
    for flag in FLAGS {
        let value = resolve(flag, &typed, file.as_ref(), preset)?;
        (flag.apply)(&mut options, &value.text).map_err(|why| {
            let place = match &value.origin {
                Origin::Flag => format!("--{}", flag.name),
                origin => format!("{} (from {origin})", flag.name),
            };
            refuse(format!("{place} {why}"), "see avatar-prep --help")
        })?;
        // `--for` comes first in the table, because it sets the defaults of the others.
        if flag.name == "for" {
            preset = presets::find(&value.text).ok().flatten();
        }
        values.push(value);
    }
    let (edge, min_edge) = (options.settings.edge(), options.settings.min_edge());
    if min_edge > edge {
        let message = format!("--min-size {min_edge} is larger than --size {edge}");
        return Err(CliError::usage(
            message,
            "lower --min-size, or raise --size",
        ));
    }
    Ok(Effective { values, options })
}

/// The accounts file that the layers name.
fn accounts(typed: impl Fn(&Flag) -> Option<String>, file: Option<&File>) -> Option<PathBuf> {
    let flag = FLAGS.iter().find(|flag| flag.name == "accounts")?;
    let value = resolve(flag, typed, file, None).ok()?;
    values::unless_none(&value.text).map(PathBuf::from)
}

fn resolve(
    flag: &'static Flag,
    typed: impl Fn(&Flag) -> Option<String>,
    file: Option<&File>,
    preset: Option<&'static Preset>,
) -> Result<Value, CliError> {
    let from_variable = || {
        let name = flag.variable();
        let text = std::env::var_os(&name).filter(|text| !text.is_empty())?;
        Some((text.to_string_lossy().into_owned(), Origin::Variable(name)))
    };
    let from_file = || {
        let File { path, table } = file?;
        Some(table.get(flag.name)?.as_text(flag, path))
    };
    let (text, origin) = if let Some(text) = typed(flag) {
        (text, Origin::Flag)
    } else if let Some(found) = from_variable() {
        found
    } else if let Some(found) = from_file() {
        found?
    } else if let Some((preset, text)) = preset.and_then(|p| Some((p, p.default_of(flag.name)?))) {
        (text, Origin::Preset(preset.name))
    } else {
        (flag.default.to_string(), Origin::Default)
    };
    Ok(Value { flag, text, origin })
}

struct File {
    path: PathBuf,
    table: toml::Table,
}

impl File {
    /// The first key that no flag has, and the file it is in.
    fn unknown_key(&self) -> Option<(&Path, &str)> {
        let is_unknown = |key: &&String| FLAGS.iter().all(|flag| flag.name != **key);
        let key = self.table.keys().find(is_unknown)?;
        Some((&self.path, key))
    }
}

/// Reads the named file, or the default one if it exists.
fn read_file(named: Option<&Path>) -> Result<Option<File>, CliError> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
            return Ok(None);
        }
        Err(error) => {
            let message = format!(
                "could not read the settings file {}: {error}",
                path.display()
            );
            return Err(CliError::environment(
                message,
                "check the file and its permissions",
            ));
        }
    };
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let message = format!("{}: invalid TOML: {}", path.display(), error.message());
        CliError::usage(
            message,
            "avatar-prep config prints a valid file to start from",
        )
    })?;
    Ok(Some(File {
        path: path.to_path_buf(),
        table,
    }))
}

trait AsText {
    fn as_text(&self, flag: &Flag, path: &Path) -> Result<(String, Origin), CliError>;
}

impl AsText for toml::Value {
    /// Numbers, switches and strings are parsed like flags.
    fn as_text(&self, flag: &Flag, path: &Path) -> Result<(String, Origin), CliError> {
        let text = match self {
            Self::String(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Boolean(switch) => switch.to_string(),
            other => {
                let message = format!(
                    "{}: {} must be a string, a number or true/false, got a TOML {}",
                    path.display(),
                    flag.name,
                    other.type_str()
                );
                return Err(CliError::usage(
                    message,
                    "write it as on the command line, in quotes",
                ));
            }
        };
        Ok((text, Origin::File(path.to_path_buf())))
    }
}

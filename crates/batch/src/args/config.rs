//! Merges flags, variables, settings file, preset and defaults (the first of these that has a value
//! wins), and records where each value came from.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::document::{self, Entry, Table};
use super::edges::check_edges;
use super::flags::{FLAGS, Flag};
use super::nearest::{nearest, suggestion};
use super::options::Options;
use super::origin::{Origin, Value, named};
use super::per_picture::PerPicture;
use super::presets::Preset;
use super::{rules, values};
use crate::error::CliError;

/// The settings file that is read from the working folder when none is named.
const DEFAULT_FILE: &str = "avatar-prep.toml";

/// All effective values, as text with their origin and parsed, and the rules for single pictures.
pub struct Effective {
    pub values: Vec<Value>,
    pub options: Options,
    /// With several platforms in `--for`, the options for each; otherwise empty.
    pub variants: Vec<Variant>,
    pub per_picture: PerPicture,
}

/// The options for one of several platforms.
pub struct Variant {
    pub preset: &'static Preset,
    pub options: Options,
}

impl Effective {
    /// Whether a flag, a variable or the settings file sets this option.
    pub fn is_set(&self, flag: &str) -> bool {
        let mut values = self.values.iter().filter(|value| value.flag.name == flag);
        values.any(|value| !matches!(value.origin, Origin::Preset(_) | Origin::Default))
    }

    /// How a message names the value of this option.
    pub fn named(&self, flag: &str) -> String {
        named(&self.values, flag, Value::named)
    }
}

/// Whether records are wanted, for errors that are found before all options are known. `typed` is whether the
/// command line has `--json`. A settings file that cannot be read says nothing about it.
pub fn wants_records(typed: bool, file: Option<&Path>) -> bool {
    let json = FLAGS.iter().find(|flag| flag.name == "json");
    let file = read_file(file).ok().flatten();
    let typed = |_: &Flag| typed.then(|| true.to_string());
    let value = json.and_then(|flag| resolve(flag, typed, file.as_ref(), None).ok());
    value.is_some_and(|value| value.text == "true")
}

/// Merges the layers. `typed` returns the text of a flag that was given on the command line. A
/// refused value can be a token by mistake, so before it is printed, `learn` is called with the
/// accounts file and masks the tokens it knows.
pub fn merge(
    typed: impl Fn(&Flag) -> Option<String>,
    file: Option<&Path>,
    learn: impl Fn(Option<&Path>),
) -> Result<Effective, CliError> {
    merge_with(typed, read_file(file)?.as_ref(), learn)
}

/// Checks the text of a settings file and the rules in it, with the defaults of everything else.
pub fn check(text: &str) -> Result<(), CliError> {
    let path = Path::new(DEFAULT_FILE);
    let file = File {
        table: document::parse(path, text)?,
        path: path.to_path_buf(),
    };
    merge_with(|_| None, Some(&file), |_| ()).map(drop)
}

fn merge_with(
    typed: impl Fn(&Flag) -> Option<String>,
    file: Option<&File>,
    learn: impl Fn(Option<&Path>),
) -> Result<Effective, CliError> {
    let refuse = |message: String, hint: &str| {
        learn(accounts(&typed, file).as_deref());
        CliError::usage(message, hint)
    };
    if let Some(entry) = file.and_then(File::unknown_key) {
        let message = format!("{}: unknown key {:?}", entry.place, entry.key);
        let all = FLAGS.iter().map(|flag| flag.name).chain([rules::KEY]);
        let near = nearest(&entry.key, all).map(|near| format!("did you mean {near}? "));
        let hint = format!(
            "{}keys are the long options of avatar-prep --help",
            near.unwrap_or_default()
        );
        return Err(refuse(message, &hint));
    }
    let layers = Layers {
        typed: &typed,
        file,
        refuse: &refuse,
    };
    let (options, values) = layers.options(None)?;
    let variants = match options.presets.as_slice() {
        [] | [_] => Vec::new(),
        several => several.to_vec(),
    };
    let variants = variants.into_iter().map(|preset| {
        let (options, _) = layers.options(Some(preset))?;
        Ok(Variant { preset, options })
    });
    let variants = variants.collect::<Result<Vec<_>, CliError>>()?;
    let rules = file.and_then(|file| file.entry(rules::KEY));
    let rules = rules.map(rules::read).transpose().inspect_err(|_| {
        learn(accounts(&typed, file).as_deref());
    })?;
    let per_picture = PerPicture::new(rules.unwrap_or_default(), &values);
    Ok(Effective {
        per_picture: per_picture.for_several(variants.len() > 1),
        values,
        options,
        variants,
    })
}

/// Where values come from.
struct Layers<'a> {
    typed: &'a dyn Fn(&Flag) -> Option<String>,
    file: Option<&'a File>,
    /// Makes the error of a value that is refused, with its hint.
    refuse: &'a dyn Fn(String, &str) -> CliError,
}

impl Layers<'_> {
    /// All values, with the defaults of `variant`, or of the platform of `--for` if it names only one.
    fn options(&self, variant: Option<&'static Preset>) -> Result<(Options, Vec<Value>), CliError> {
        let mut options = Options::default();
        let mut values = Vec::with_capacity(FLAGS.len());
        let mut preset = variant;
        for flag in FLAGS {
            let value = resolve(flag, self.typed, self.file, preset)?;
            (flag.apply)(&mut options, &value.text).map_err(|why| self.refused(&value, &why))?;
            // `--for` comes first in the table, because it sets the defaults of the others.
            if let ("for", None, [one]) = (flag.name, variant, options.presets.as_slice()) {
                preset = Some(one);
            }
            values.push(value);
        }
        if let Some(preset) = preset {
            self.check_size_for(&options, &values, preset)?;
        }
        check_edges(&options, &values, variant, |value| self.place(value))?;
        Ok((options, values))
    }

    fn refused(&self, value: &Value, why: &str) -> CliError {
        let place = self.place(value);
        let near = suggestion(why, &value.text);
        let hint = near.as_deref().unwrap_or("see avatar-prep --help");
        (self.refuse)(format!("{place} {why}"), hint)
    }

    /// How a message names a value: with the place where it is written.
    fn place(&self, value: &Value) -> String {
        let name = value.flag.name;
        let entry = self.file.and_then(|file| file.entry(name));
        match (&value.origin, entry) {
            (Origin::File(_), Some(entry)) => format!("{}: {name}", entry.value_place),
            _ => value.named(),
        }
    }

    /// Refuses an edge below the smallest one that a platform of `--for` takes, unless that is given too.
    fn check_size_for(
        &self,
        options: &Options,
        values: &[Value],
        preset: &Preset,
    ) -> Result<(), CliError> {
        let value = |name: &str| values.iter().find(|value| value.flag.name == name);
        let (edge, least, name) = (options.settings.edge(), preset.min_size, preset.name);
        let (Some(size), Some(Origin::Preset(_))) =
            (value("size"), value("min-size").map(|value| &value.origin))
        else {
            return Ok(());
        };
        if edge >= least {
            return Ok(());
        }
        let place = self.place(size);
        Err(CliError::usage(
            format!("{place} must be at least {least} for {name}, got {edge}"),
            "raise the size, or leave it out",
        ))
    }
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
        let file = file?;
        let text = file.entry(flag.name)?.text_for(flag);
        Some(text.map(|text| (text, Origin::File(file.path.clone()))))
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
    table: Table,
}

impl File {
    fn entry(&self, key: &str) -> Option<&Entry> {
        self.table.entries.iter().find(|entry| entry.key == key)
    }

    /// The first key that is neither an option nor `rule`.
    fn unknown_key(&self) -> Option<&Entry> {
        let is_known = |key: &str| key == rules::KEY || FLAGS.iter().any(|flag| flag.name == key);
        self.table
            .entries
            .iter()
            .find(|entry| !is_known(&entry.key))
    }
}

/// Most bytes of a settings file. Reading TOML takes fifty times its length, and rules ten times more.
pub const LONGEST: u64 = 4 << 20;

/// The text of a file; `None` if it is too long.
fn read_text(path: &Path) -> io::Result<Option<String>> {
    let mut text = String::new();
    fs::File::open(path)?
        .take(LONGEST + 1)
        .read_to_string(&mut text)?;
    Ok((text.len() as u64 <= LONGEST).then_some(text))
}

/// Reads the named file, or the default one if it exists.
fn read_file(named: Option<&Path>) -> Result<Option<File>, CliError> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let text = match read_text(path) {
        Ok(Some(text)) => text,
        Ok(None) => {
            return Err(CliError::usage(
                format!(
                    "{}: a settings file must have at most {LONGEST} bytes, got more",
                    path.display()
                ),
                "use globs, so that one rule is for many pictures",
            ));
        }
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
    Ok(Some(File {
        table: document::parse(path, &text)?,
        path: path.to_path_buf(),
    }))
}

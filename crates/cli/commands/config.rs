//! `avatar-prep config`: prints the effective settings as a settings file, for the run or for one
//! picture.

use std::path::{Path, PathBuf};

use avatar_batch::args::{Effective, Value, quoted};
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::files::{inputs, sidecars};
use avatar_batch::report::{console, mask};

/// Prints every effective value as a line of a settings file, and the rules.
pub(crate) fn run(effective: &Effective) -> Exit {
    let (own, common): (Vec<Value>, Vec<Value>) = effective
        .values
        .iter()
        .cloned()
        .partition(|value| differs(effective, value));
    let mut text = lines(&common);
    for value in own {
        text.push_str(&format!(
            "# {}: each platform has its own\n",
            value.flag.name
        ));
    }
    for rule in &effective.per_picture.rules {
        let place = &rule.place;
        let from = comment(&format!("file {}:{}", place.path.display(), place.line));
        text.push_str(&format!("\n{:<34} # {from}\n", "[[rule]]"));
        text.push_str(&format!("files = {}\n", list(&rule.files)));
        // Defaults of a platform are left out, because they follow from its name.
        let written = rule.choices.iter().filter(|it| it.preset.is_none());
        for choice in written {
            text.push_str(&format!(
                "{}\n",
                line(choice.flag.name, &choice.text, choice.flag.value)
            ));
        }
    }
    print(&text)
}

/// Whether an option has another value for each of several platforms. If it were in a settings file, it
/// would replace all of them.
fn differs(effective: &Effective, value: &Value) -> bool {
    let name = value.flag.name;
    let mut variants = effective.variants.iter();
    variants.any(|it| it.preset.default_of(name).is_some()) && !effective.is_set(name)
}

/// Prints the rules and the sidecar of one picture, and its values. Globs of rules are relative to
/// `input`, or, without one, to the folder that is most likely the input.
pub(crate) fn of_picture(
    effective: &Effective,
    file: &Path,
    input: Option<&Path>,
) -> Result<Exit, CliError> {
    if inputs::exists(file)?.is_dir() {
        let message = format!("{} is a folder", file.display());
        return Err(CliError::usage(message, "name one picture"));
    }
    let per_picture = &effective.per_picture;
    let (input, relative) = match input {
        Some(input) => (input.to_path_buf(), below(file, input)?),
        None => likely_input(effective, file),
    };
    let matching = per_picture.matching(&relative);
    let sidecar = sidecars::beside(file);
    let mut values = effective.values.clone();
    // This checks the values, also against each other.
    per_picture.options(&effective.options, &matching, sidecar.as_deref())?;
    per_picture.replace(&mut values, &matching, sidecar.as_deref())?;

    let folder = match input.as_os_str().is_empty() {
        true => ".".into(),
        false => input.display().to_string(),
    };
    let head = format!("{} in a run over {folder}", file.display());
    let mut text = format!("# {}\n", comment(&head));
    let rules = matching
        .iter()
        .filter_map(|index| per_picture.rules.get(*index));
    for rule in rules {
        let place = comment(&rule.place.to_string());
        text.push_str(&format!("# rule {place}, files = {}\n", list(&rule.files)));
    }
    if matching.is_empty() {
        text.push_str("# no rule\n");
    }
    match &sidecar {
        Some(path) => {
            let path = comment(&path.display().to_string());
            text.push_str(&format!("# sidecar {path}\n"));
        }
        None => text.push_str("# no sidecar\n"),
    }
    values.retain(|value| !differs(effective, value));
    text.push_str(&lines(&values));
    Ok(print(&text))
}

/// The path of a picture below the folder that a run is over.
fn below(file: &Path, input: &Path) -> Result<PathBuf, CliError> {
    if file == input {
        return Ok(file.file_name().map(PathBuf::from).unwrap_or_default());
    }
    let spelt = file.strip_prefix(input).map(Path::to_path_buf).ok();
    let real = || {
        let folder = std::fs::canonicalize(input).ok()?;
        let parent = file.parent().filter(|it| !it.as_os_str().is_empty());
        let parent = std::fs::canonicalize(parent.unwrap_or(Path::new("."))).ok()?;
        let below = parent.strip_prefix(folder).ok()?;
        Some(below.join(file.file_name()?))
    };
    spelt.or_else(real).ok_or_else(|| {
        let message = format!("{} is not in {}", file.display(), input.display());
        CliError::usage(message, "name the input folder that holds the picture")
    })
}

/// Guesses the input folder among the folders above the picture. It is the first folder of the
/// path, as in `avatar-prep in out` for `in/logos/a.png`, unless rules match only relative to
/// another one.
fn likely_input(effective: &Effective, file: &Path) -> (PathBuf, PathBuf) {
    let here = std::env::current_dir().unwrap_or_default();
    let file = file.strip_prefix(".").unwrap_or(file);
    let (base, inner) = match file.strip_prefix(&here) {
        Ok(inner) if file.is_absolute() => (here, inner),
        _ => (PathBuf::new(), file),
    };
    let mut folders: Vec<&Path> = inner.ancestors().skip(1).collect();
    // For a picture outside the working folder, the nearest folders come first.
    if inner.is_relative() {
        folders.reverse();
    }
    let all = folders.iter().filter_map(|folder| {
        let relative = inner.strip_prefix(folder).ok()?;
        Some((base.join(folder), relative.to_path_buf()))
    });
    let mut all: Vec<(PathBuf, PathBuf)> = all.collect();
    // The working folder itself is rarely the input.
    if inner.is_relative() && all.len() > 1 {
        all.swap(0, 1);
    }
    let matches = |(_, relative): &(PathBuf, PathBuf)| {
        let matching = effective.per_picture.matching(relative);
        !matching.is_empty()
    };
    let found = all.iter().position(matches).unwrap_or(0);
    let whole = || (base.clone(), inner.to_path_buf());
    all.get(found).cloned().unwrap_or_else(whole)
}

fn lines(values: &[Value]) -> String {
    let mut text = String::new();
    for Value {
        flag,
        text: value,
        origin,
    } in values
    {
        let line = line(flag.name, value, flag.value);
        let origin = comment(&origin.to_string());
        text.push_str(&format!("{line:<34} # {origin}\n"));
    }
    text
}

/// A line of a settings file; `form` is `None` for a switch.
fn line(name: &str, value: &str, form: Option<&str>) -> String {
    let value = &mask::text(value);
    let is_integer = value
        .parse::<i64>()
        .is_ok_and(|number| number.to_string() == *value);
    if is_integer || form.is_none() {
        return format!("{name} = {value}");
    }
    format!("{name} = {}", quoted(value))
}

/// Globs as a list of TOML.
fn list(globs: &[String]) -> String {
    let globs: Vec<String> = globs.iter().map(|glob| quoted(glob)).collect();
    format!("[{}]", globs.join(", "))
}

/// Text for a comment: a line break in the name of a file would end it.
fn comment(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

fn print(text: &str) -> Exit {
    match console::write_stdout(text.as_bytes()) {
        Ok(()) => Exit::AllDone,
        Err(_) => Exit::SomeFailed,
    }
}

//! `[[rule]]` tables of the settings file: options for the pictures whose paths match.

use std::path::Path;

use super::choice::{self, Choice};
use super::document::{Entry, Place, Table, Written};
use crate::error::CliError;
use crate::files::selection::Globs;

/// The key of the settings file that holds the rules.
pub(super) const KEY: &str = "rule";

/// The key of a rule that holds its globs.
const FILES: &str = "files";

/// Most rules. Each is tried for each picture, and takes ten kilobytes.
pub const MOST: usize = 50_000;

/// Options for the pictures that match its globs.
#[derive(Debug, Clone)]
pub struct Rule {
    pub place: Place,
    /// The globs as they are written in the file.
    pub files: Vec<String>,
    globs: Globs,
    pub choices: Vec<Choice>,
}

impl Rule {
    /// Whether the rule matches a picture, which is named by its path below the input folder.
    pub fn matches(&self, relative: &Path) -> bool {
        self.globs.match_file(relative)
    }
}

/// Reads the rules of a settings file from the entry with the key `rule`.
pub(super) fn read(entry: &Entry) -> Result<Vec<Rule>, CliError> {
    let Written::Tables(tables) = &entry.value else {
        return Err(CliError::usage(
            format!(
                "{}: rules must be tables, each under a line [[rule]]",
                entry.place
            ),
            "write [[rule]], files = \"logos/**\" and the options for these pictures below it",
        ));
    };
    if tables.len() > MOST {
        return Err(CliError::usage(
            format!(
                "{}: there must be at most {MOST} rules, got {}",
                entry.place,
                tables.len()
            ),
            "use globs, so that one rule is for many pictures, or sidecars",
        ));
    }
    tables.iter().map(rule).collect()
}

fn rule(table: &Table) -> Result<Rule, CliError> {
    let files = table.entries.iter().find(|entry| entry.key == FILES);
    let Some(files) = files else {
        return Err(CliError::usage(
            format!("{}: a rule must have the key files", table.place),
            "name the pictures below the input folder, such as files = \"logos/**\"",
        ));
    };
    let patterns = patterns(files)?;
    let globs = Globs::parse(&patterns).map_err(|why| {
        CliError::usage(
            format!("{}: files {why}", files.value_place),
            "globs are those of .gitignore, relative to the input folder",
        )
    })?;
    let others = table.entries.iter().filter(|entry| entry.key != FILES);
    Ok(Rule {
        place: table.place.clone(),
        globs,
        choices: choice::read(others, &[FILES])?,
        files: patterns,
    })
}

fn patterns(files: &Entry) -> Result<Vec<String>, CliError> {
    let patterns = match &files.value {
        Written::Text(pattern) => vec![pattern.clone()],
        Written::List(patterns) => patterns.clone(),
        _ => Vec::new(),
    };
    if patterns.is_empty() || patterns.iter().any(String::is_empty) {
        return Err(CliError::usage(
            format!(
                "{}: files must be a glob or a list of globs",
                files.value_place
            ),
            "write for example files = \"logos/**\" or files = [\"*.svg\", \"brand/*.png\"]",
        ));
    }
    Ok(patterns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_from_the_input_folder() {
        for (globs, path, wanted) in [
            (&["logos/**"][..], "logos/a.png", true),
            (&["logos/**"], "logos/deep/er/a.png", true),
            (&["logos/**"], "x/logos/a.png", false),
            (&["logos/**"], "logos.png", false),
            (&["logos/"], "x/logos/a.png", true),
            (&["**/logos/**"], "x/logos/a.png", true),
            (&["*.svg"], "a.svg", true),
            (&["*.svg"], "brand/new/a.svg", true),
            (&["*.svg"], "a.svgz", false),
            (&["/*.svg"], "a.svg", true),
            (&["/*.svg"], "brand/a.svg", false),
            (&["brand/*.png"], "brand/a.png", true),
            (&["brand/*.png"], "brand/new/a.png", false),
            (&["{a,b}/?.png"], "b/1.png", true),
            (&["[!a].png"], "a.png", false),
            (&["a.png"], "x/a.png", true),
            (&[r"\*.png"], "*.png", true),
            (&[r"\*.png"], "a.png", false),
            (&["*.png", "!old/*"], "old/a.png", false),
            (&["*.png", "!old/*"], "new/a.png", true),
        ] {
            let globs: Vec<String> = globs.iter().map(ToString::to_string).collect();
            let found = Globs::parse(&globs).unwrap().match_file(Path::new(path));
            assert_eq!(found, wanted, "{globs:?} {path}");
        }
        assert!(Globs::parse(&["{a".into()]).is_err());
    }
}

//! Selects files of the inputs: by globs of the command line, and by ignore files in the folders.

use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, Glob};

use crate::error::CliError;

/// Name of the ignore file, which applies to its folder and all below, with the rules of
/// `.gitignore`.
pub const IGNORE_FILE: &str = ".avatarprepignore";

/// Globs of the command line, with the rules of `.gitignore`, relative to the input folder.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    exclude: Globs,
    /// `None` accepts all files.
    include: Option<Globs>,
}

/// Globs and how they were written.
#[derive(Debug, Clone)]
pub struct Globs(Gitignore);

impl Default for Globs {
    fn default() -> Self {
        Self(Gitignore::empty())
    }
}

impl Globs {
    /// Parses a list of globs; the error reads `must …, got …`.
    pub fn parse(globs: &[String]) -> Result<Self, String> {
        Self::build(globs, false)
    }

    /// The same, but upper and lower case are equal.
    pub fn parse_in_any_case(globs: &[String]) -> Result<Self, String> {
        Self::build(globs, true)
    }

    fn build(globs: &[String], in_any_case: bool) -> Result<Self, String> {
        let mut builder = GitignoreBuilder::new("");
        builder
            .case_insensitive(in_any_case)
            .map_err(|error| error.to_string())?;
        for glob in globs {
            builder.add_line(None, glob).map_err(|error| {
                format!("must be globs like drafts/ or *.psd, got {glob:?}: {error}")
            })?;
        }
        let all = builder
            .build()
            .map_err(|error| format!("must be globs like drafts/ or *.psd: {error}"))?;
        Ok(Self(all))
    }

    /// Whether the globs match a file. The last matching glob decides; one with `!` excludes.
    pub fn match_file(&self, relative: &Path) -> bool {
        matches!(self.decide(relative, false), Some((true, _)))
    }

    /// The glob that decides on a path, and whether it matches.
    fn decide(&self, relative: &Path, is_dir: bool) -> Option<(bool, &str)> {
        decision(&self.0.matched_path_or_any_parents(relative, is_dir))
    }
}

impl Selection {
    /// Leaves out what these globs match.
    pub fn excluding(self, exclude: Globs) -> Self {
        Self { exclude, ..self }
    }

    /// Takes only what these globs match, if there are any.
    pub fn including(self, include: Globs) -> Self {
        let include = (!include.0.is_empty()).then_some(include);
        Self { include, ..self }
    }

    /// Why a path below an input folder is left out. A folder is never left out by `--include`,
    /// because it can contain files that are included.
    pub fn refusal(&self, relative: &Path, is_dir: bool) -> Option<String> {
        if let Some((true, glob)) = self.exclude.decide(relative, is_dir) {
            return Some(format!("left out by --exclude {glob}"));
        }
        let include = self.include.as_ref().filter(|_| !is_dir)?;
        match include.decide(relative, false) {
            Some((true, _)) => None,
            _ => Some("not matched by --include".into()),
        }
    }
}

/// The ignore files of the folders above the present file.
#[derive(Default)]
pub struct IgnoreFiles {
    /// From the input folder downwards.
    stack: Vec<(PathBuf, Gitignore)>,
}

impl IgnoreFiles {
    /// Reads the ignore file of a folder that is entered, and drops those of its sibling folders.
    pub fn enter(&mut self, folder: &Path) -> Result<(), CliError> {
        self.leave(folder);
        let path = folder.join(IGNORE_FILE);
        if !path.is_file() {
            return Ok(());
        }
        let (rules, error) = Gitignore::new(&path);
        if let Some(error) = error {
            return Err(CliError::usage(
                format!("{}: {error}", path.display()),
                "each line is a glob as in .gitignore; # starts a comment",
            ));
        }
        self.stack.push((folder.to_path_buf(), rules));
        Ok(())
    }

    fn leave(&mut self, path: &Path) {
        while self
            .stack
            .last()
            .is_some_and(|(folder, _)| !path.starts_with(folder))
        {
            self.stack.pop();
        }
    }

    /// Why a path is left out. The ignore file nearest to it decides.
    pub fn refusal(&mut self, path: &Path, is_dir: bool) -> Option<String> {
        self.leave(path);
        let decide = |(folder, rules): &(PathBuf, Gitignore)| {
            let (is_ignored, glob) = decision(&rules.matched(path, is_dir))?;
            let file = folder.join(IGNORE_FILE);
            Some((
                is_ignored,
                format!("left out by {glob} in {}", file.display()),
            ))
        };
        let (is_ignored, why) = self.stack.iter().rev().find_map(decide)?;
        is_ignored.then_some(why)
    }
}

/// The glob that decides on a path and whether it leaves it out; `None` if no glob matches.
fn decision<'a>(found: &Match<&'a Glob>) -> Option<(bool, &'a str)> {
    match found {
        Match::None => None,
        Match::Ignore(glob) => Some((true, glob.original())),
        Match::Whitelist(glob) => Some((false, glob.original())),
    }
}

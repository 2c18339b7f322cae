//! What the program was asked to do.

use std::path::{Path, PathBuf};

/// A command with its paths. All commands share the options.
pub(crate) enum Command {
    Prepare {
        inputs: Vec<PathBuf>,
        output: PathBuf,
    },
    /// Print the effective settings, or those of one picture in a run over a folder.
    Config {
        file: Option<PathBuf>,
        input: Option<PathBuf>,
    },
    Formats,
    /// Check the results in a folder.
    Verify(PathBuf),
    /// List the results that belong to no source any more, or delete them.
    Clean(PathBuf, Clean),
    /// Check pictures of any origin against platforms.
    Check(Vec<PathBuf>, CheckFormat),
    Presets,
    /// Take pictures in a browser and prepare them; into this folder, if one was named.
    Open(Option<PathBuf>, Page),
    /// Show the results in a folder in a browser, to approve and move them.
    Review(PathBuf, Review),
    /// Print the script that completes commands and options in this shell.
    Completions(String),
    /// Print the manual page, or write those of all commands into this folder.
    Manual(Option<PathBuf>),
    /// Deliver, check or list; with the folder of results or one picture, if one was named.
    Upload(Wish, Option<PathBuf>),
}

impl Command {
    /// The word that names it; none for a run.
    pub(crate) fn name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Prepare { .. } => return None,
            Self::Config { .. } => "config",
            Self::Formats => "formats",
            Self::Verify(_) => "verify",
            Self::Clean(..) => "clean",
            Self::Check(..) => "check",
            Self::Presets => "presets",
            Self::Open(..) => "open",
            Self::Review(..) => "review",
            Self::Completions(_) => "completions",
            Self::Manual(_) => "man",
            Self::Upload(..) => "upload",
        })
    }

    /// Whether the result goes to standard output.
    pub(crate) fn streams_a_picture(&self) -> bool {
        matches!(self, Self::Prepare { output, .. } if output == Path::new("-"))
    }

    /// The folder or file of results, if it must be on this machine, with the name of the command.
    pub(crate) fn local_results(&self) -> Option<(&Path, &'static str)> {
        match self {
            Self::Clean(out, _) => Some((out, "OUT of clean")),
            Self::Review(out, _) => Some((out, "OUT of review")),
            Self::Open(out, _) => Some((out.as_deref()?, "OUT of open")),
            _ => None,
        }
    }
}

/// How the outcome of a check is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CheckFormat {
    /// For people.
    Text,
    /// As annotations and a table for GitHub Actions.
    Github,
}

/// What to clean, and whether to delete it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clean {
    pub(crate) delete: bool,
    /// Also results whose source was prepared later with other settings under another name.
    pub(crate) other_settings: bool,
}

/// How to serve a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// The port on this machine; zero for a free one.
    pub(crate) port: u16,
    /// Whether to open the page in a browser.
    pub(crate) opens_browser: bool,
}

/// How to review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Review {
    pub(crate) page: Page,
    /// Write the decisions to this file and end.
    pub(crate) export: Option<PathBuf>,
}

/// What the upload should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    Deliver,
    Check,
    Status,
}

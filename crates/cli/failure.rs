//! Why a file has no result.

use std::io;
use std::path::Path;

use avatar_prepare::{Error, Format, Limit};

/// Why a file has no result: a stable code, a sentence and what to try.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) hint: String,
    pub(crate) format: Option<&'static str>,
}

impl Failure {
    pub(crate) fn unreadable(error: &io::Error) -> Self {
        Self {
            code: "io",
            message: format!("could not read it: {error}"),
            hint: "check that it exists and that you may read it".into(),
            format: None,
        }
    }

    pub(crate) fn unwritable(output: &Path, error: &io::Error) -> Self {
        Self {
            code: "io",
            message: format!("could not write {}: {error}", output.display()),
            hint: "check the folder, its permissions and the free space".into(),
            format: None,
        }
    }

    pub(crate) fn collision(output: &Path, other: &Path) -> Self {
        Self {
            code: "collision",
            message: format!(
                "would become {}, and so would {}",
                output.display(),
                other.display()
            ),
            hint: "rename one of them, or add --on-collision suffix".into(),
            format: None,
        }
    }

    pub(crate) fn bad_name(why: &str) -> Self {
        Self {
            code: "bad_name",
            message: format!("its result would have no usable name: {why}"),
            hint: "rename it, or choose other names with --name".into(),
            format: None,
        }
    }

    /// The same where another hint is better.
    pub(crate) fn bad_name_with(why: &str, hint: &str) -> Self {
        Self {
            hint: hint.into(),
            ..Self::bad_name(why)
        }
    }

    pub(crate) fn over_a_source(output: &Path) -> Self {
        Self {
            code: "collision",
            message: format!("would overwrite the source {}", output.display()),
            hint: "name another folder for the results".into(),
            format: None,
        }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            message = format!("{message}: {inner}");
            cause = inner.source();
        }
        Self {
            code: error.code().as_str(),
            message,
            hint: hint(error),
            format: error.format().map(Format::name),
        }
    }
}

/// The library's hint, with the flag where there is one.
fn hint(error: &Error) -> String {
    let flag = match error {
        Error::Limit(exceeded) => match exceeded.limit {
            Limit::EncodedBytes => "limit-bytes",
            Limit::Pixels => "limit-pixels",
            Limit::Side => "limit-side",
            Limit::Frames => "limit-frames",
            Limit::DecodedBytes => "limit-decoded",
            Limit::Memory => return "raise --memory, or ask for a smaller --size".into(),
            _ => return error.hint().into(),
        },
        Error::CapUnreachable { .. } => {
            return "raise --max-bytes, or lower the floor of --quality or --min-size".into();
        }
        Error::TimedOut { .. } => return "raise --timeout if you trust the file".into(),
        Error::OutOfMemory { .. } => return "free some memory, or lower --memory or --jobs".into(),
        Error::TooSmall { .. } => return "use a larger original, or lower --min-size".into(),
        _ => return error.hint().into(),
    };
    format!("raise --{flag} if you trust the file")
}

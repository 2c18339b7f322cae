//! Why one file has no result.

use std::io;
use std::path::Path;

use avatar_prepare::{Error, Format};
use avatar_stores::{Kind as StoreKind, StoreError};

use crate::hints;

/// Why one file has no result: a stable code, a sentence and what to try.
#[derive(Debug)]
pub struct Failure {
    pub code: &'static str,
    pub message: String,
    pub hint: String,
    pub format: Option<&'static str>,
}

impl Failure {
    pub fn unreadable(error: &io::Error) -> Self {
        Self {
            code: "io",
            message: format!("could not read it: {error}"),
            hint: hints::UNREADABLE.into(),
            format: None,
        }
    }

    pub fn unwritable(output: &Path, error: &io::Error) -> Self {
        Self {
            code: "io",
            message: format!("could not write {}: {error}", output.display()),
            hint: hints::UNWRITABLE.into(),
            format: None,
        }
    }

    pub fn collision(output: &Path, other: &Path) -> Self {
        Self {
            code: "collision",
            message: format!(
                "would become {}, as would {}",
                output.display(),
                other.display()
            ),
            hint: hints::COLLISION.into(),
            format: None,
        }
    }

    /// The same for sources of two input folders. `name` is the template of the run.
    pub fn collision_of_folders(output: &Path, other: &Path, same: bool, name: &str) -> Self {
        let hint = match same {
            false => format!("keep the folders of several IN apart: add --name '{{root}}/{name}'"),
            true => {
                "rename one of the folders, which have the same name, or read one of them at a time"
                    .into()
            }
        };
        Self {
            hint,
            ..Self::collision(output, other)
        }
    }

    /// The result belongs to a source that this run does not read.
    pub fn collision_of_runs(output: &Path, other: &Path) -> Self {
        Self {
            code: "collision",
            message: format!(
                "would replace {}, which was made of {}",
                output.display(),
                other.display()
            ),
            hint: hints::COLLISION_OF_RUNS.into(),
            format: None,
        }
    }

    /// The sidecar of a picture is wrong.
    pub fn bad_sidecar(message: String, hint: String) -> Self {
        Self {
            code: "bad_sidecar",
            message,
            hint,
            format: None,
        }
    }

    pub fn bad_name(why: &str) -> Self {
        Self {
            code: "bad_name",
            message: format!("the result would have no usable name: {why}"),
            hint: hints::BAD_NAME.into(),
            format: None,
        }
    }

    /// Like `bad_name`, with another hint.
    pub fn bad_name_with(why: &str, hint: &str) -> Self {
        Self {
            hint: hint.into(),
            ..Self::bad_name(why)
        }
    }

    /// An object has a key that cannot be asked for.
    pub fn bad_key(why: &str) -> Self {
        Self {
            code: StoreKind::BadKey.code(),
            message: format!("it cannot be read: {why}"),
            hint: hints::BAD_KEY.into(),
            format: None,
        }
    }

    pub fn foreign_output(output: &Path) -> Self {
        let output = output.display();
        Self::not_ours(format!(
            "would replace {output}, which avatar-prep did not make"
        ))
    }

    pub fn changed_output(output: &Path) -> Self {
        let output = output.display();
        Self::not_ours(format!(
            "would replace {output}, which another program changed after it was made"
        ))
    }

    fn not_ours(message: String) -> Self {
        Self {
            code: "foreign_output",
            message,
            hint: hints::FOREIGN_OUTPUT.into(),
            format: None,
        }
    }

    /// A result in a store is no longer what it was when the run began.
    pub fn changed_meanwhile() -> Self {
        Self {
            code: StoreKind::Conflict.code(),
            message: "the result changed during the run".into(),
            hint: StoreKind::Conflict.hint().into(),
            format: None,
        }
    }

    /// Something else has the name of a tar that is to be written.
    pub fn tar_in_the_way(tar: &str) -> Self {
        Self {
            code: StoreKind::Conflict.code(),
            message: format!("{tar} is there already, and this run did not write it"),
            hint:
                "move it away, let one run at a time pack a share, and run the same command again"
                    .into(),
            format: None,
        }
    }

    /// There is no memory for the next tar.
    pub fn no_room_for_a_tar() -> Self {
        Self {
            code: "out_of_memory",
            message: "there is no memory for the next tar".into(),
            hint: "free some memory, or use a smaller --pack or --jobs".into(),
            format: None,
        }
    }

    /// Its result is in a tar, and would come out differently now.
    pub fn packed(tar: &str, why: &str) -> Self {
        Self {
            code: "packed",
            message: format!("{why}, and {tar}, where it is packed, is never changed"),
            hint: format!(
                "delete {tar}, whose pictures are packed again then, or choose another OUT"
            ),
            format: None,
        }
    }

    pub fn over_a_source(output: &Path) -> Self {
        Self {
            code: "collision",
            message: format!("would overwrite the source {}", output.display()),
            hint: hints::ANOTHER_FOLDER.into(),
            format: None,
        }
    }
}

impl From<&StoreError> for Failure {
    fn from(error: &StoreError) -> Self {
        Self {
            code: error.kind().code(),
            message: error.what().into(),
            hint: hints::of_store(error).into(),
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
            hint: hints::of(error),
            format: error.format().map(Format::name),
        }
    }
}

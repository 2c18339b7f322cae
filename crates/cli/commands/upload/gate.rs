//! The gate before a delivery: a picture that a person should look at first is not sent until it is
//! approved.

use std::path::{Path, PathBuf};

use avatar_batch::args::Options;
use avatar_batch::error::CliError;
use avatar_batch::grave_flags::GRAVE_FLAGS;
use avatar_batch::made::Made;
use avatar_batch::report::console;
use avatar_batch::state::{self, Decisions, Known, Rows, Standing, Verdict};
use avatar_upload::path_text;

use super::places;

/// What an approval needs.
const HINT: &str =
    "look at it with avatar-prep review, which corrects and approves it, or send it with --yes";

/// Why a picture is not sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) hint: &'static str,
}

/// What is known of the results, and what people decided about them.
pub(super) struct Gate<'a> {
    rows: Rows,
    decisions: Decisions,
    made: Option<&'a Made>,
    output: &'a Path,
    part: PathBuf,
    sends_flagged: bool,
    needs_approval: bool,
    /// Whether a result must have a record: the flags of another are not known.
    needs_record: bool,
}

/// Refuses options that contradict each other.
pub(super) fn check(options: &Options) -> Result<(), CliError> {
    if options.upload.sends_flagged && options.upload.needs_approval {
        let message = "--yes cannot be combined with --require-approval";
        return Err(CliError::usage(message, "drop one of them"));
    }
    Ok(())
}

impl<'a> Gate<'a> {
    /// Reads what is known of the results at `output`. After a run that prepared them, `made` has
    /// their flags, also if they could not be stored.
    pub(super) fn open(
        options: &Options,
        output: &'a Path,
        made: Option<&'a Made>,
    ) -> Result<Self, CliError> {
        let whole = places::results(output);
        Ok(Self {
            rows: Rows::look(&whole)?,
            decisions: state::decisions(&whole)?,
            made,
            output,
            part: places::part(output),
            sends_flagged: options.upload.sends_flagged,
            needs_approval: options.upload.needs_approval,
            needs_record: false,
        })
    }

    /// For results in a store, about which nobody can have decided. `known` is what their rows say.
    pub(super) fn of_store(
        options: &Options,
        out: &'a Path,
        known: impl Iterator<Item = Known>,
    ) -> Self {
        Self {
            rows: Rows::of(known),
            decisions: Decisions::default(),
            made: None,
            output: out,
            part: PathBuf::new(),
            sends_flagged: options.upload.sends_flagged,
            needs_approval: options.upload.needs_approval,
            needs_record: true,
        }
    }

    /// Why a picture is not sent, if it is not. `picture` is relative to what was asked for.
    pub(super) fn refusal(&self, picture: &Path) -> Result<Option<Refusal>, CliError> {
        let path = places::result(self.output, picture);
        if self.made.is_some_and(|made| made.is_planned(&path)) {
            return Ok(None);
        }
        let known = match self.needs_record {
            true => self.rows.recorded(picture),
            false => self.rows.find(&self.part.join(picture), &path)?,
        };
        if known.is_none() && self.needs_record && !self.sends_flagged {
            return Ok(Some(Refusal {
                code: "not_approved",
                message: "there is no record of it, so its flags are not known".into(),
                hint: "prepare it again, or send it with --yes",
            }));
        }
        let mut flags = self.made.map_or(&[][..], |made| made.grave_flags(&path));
        let stored: Vec<String> = known.iter().flat_map(|it| it.details.flags()).collect();
        let stored: Vec<String> = stored.into_iter().filter(|flag| is_grave(flag)).collect();
        if flags.is_empty() {
            flags = &stored;
        }
        let standing = known
            .as_ref()
            .map_or(Standing::Undecided, |known| self.decisions.of(known));
        let is_held = self.needs_approval || !flags.is_empty() && !self.sends_flagged;
        Ok(match standing {
            Standing::Approved => None,
            Standing::Rejected => Some(Refusal {
                code: "rejected_by_person",
                message: "a person rejected it".into(),
                hint: "prepare it otherwise, or approve it",
            }),
            standing if is_held => Some(Refusal {
                code: "not_approved",
                message: why(flags, standing),
                hint: HINT,
            }),
            standing => {
                warn(&path, standing);
                None
            }
        })
    }
}

fn is_grave(flag: &str) -> bool {
    GRAVE_FLAGS.contains(&flag)
}

fn why(flags: &[String], standing: Standing) -> String {
    let flagged = match flags {
        [] => "it is not approved".into(),
        flags => format!("it has the flag {} and is not approved", flags.join(", ")),
    };
    match void(standing) {
        Some(void) => format!("{flagged}: {void}"),
        None => flagged,
    }
}

/// Why an earlier decision does not count any more.
fn void(standing: Standing) -> Option<String> {
    match standing {
        Standing::SourceChanged(verdict) => {
            let verdict = match verdict {
                Verdict::Rejected => "rejected",
                Verdict::Approved | Verdict::Undecided => "approved",
            };
            Some(format!(
                "it was {verdict}, and its source has changed since"
            ))
        }
        Standing::LookChanged => {
            Some("it was approved, and the square shows something else since".into())
        }
        Standing::Undecided | Standing::Approved | Standing::Rejected => None,
    }
}

fn warn(path: &Path, standing: Standing) {
    if let Some(void) = void(standing) {
        console::print_warning(&format!("{}: {void}", path_text(path)));
    }
}

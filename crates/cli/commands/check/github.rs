//! A check for a workflow of GitHub Actions: an annotation for each fault, and a table for the
//! summary of the job.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use std::path::PathBuf;

use avatar_batch::error::CliError;
use avatar_batch::files::append::append;
use avatar_batch::report::{console, markdown};

use super::checked::Checked;
use super::record::Summary;
use super::text::merged;

/// The variable that names the file for the summary of the job.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Prints an annotation for each fault of a file.
pub(super) fn annotate(checked: &Checked) {
    let file = property(&checked.file.display().to_string());
    for (fault, presets) in merged(checked) {
        let whom = match presets.is_empty() {
            true => String::new(),
            false => format!(" ({})", presets.join(", ")),
        };
        let title = property(&format!("avatar-prep: {}{whom}", fault.code));
        let message = data(&format!("{}; {}", fault.message, fault.hint));
        console::print_table(&format!("::error file={file},title={title}::{message}"));
    }
}

/// Appends the table to the summary of the job, or prints it if no job runs. Returns whether that
/// succeeded.
pub(super) fn table(all: &[Checked], summary: &Summary) -> Result<bool, CliError> {
    let mut rows = Vec::new();
    for checked in all {
        for (fault, presets) in merged(checked) {
            let file = checked.file.display().to_string();
            let whom = match presets.is_empty() {
                true => "all".to_string(),
                false => presets.join(", "),
            };
            rows.push([file, whom, fault.message.clone(), fault.code.to_string()]);
        }
    }
    let text = markdown::of_check(&summary.sentence(), &rows);
    match std::env::var_os(SUMMARY).filter(|path| !path.is_empty()) {
        Some(path) => {
            let path = PathBuf::from(path);
            append(&path, text.as_bytes()).map_err(|error| {
                let message = format!("could not write {SUMMARY} ({}): {error}", path.display());
                CliError::environment(message, "check the variable and the file")
            })?;
            Ok(true)
        }
        None => Ok(console::write_stdout(text.as_bytes()).is_ok()),
    }
}

/// The text of a message: `%` and line breaks would end or change it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, in which colons and commas end it, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_end_its_command() {
        assert_eq!(data("50 %\r\n::error::x"), "50 %25%0D%0A::error::x");
        assert_eq!(property("a,b:c%.jpg"), "a%2Cb%3Ac%25.jpg");
    }
}

//! A report file, JSON, CSV, HTML or Markdown, that appears when the run ends.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::columns::PICTURES;
use super::record::{FileRecord, Removed};
use super::summary::Summary;
use super::{html, markdown, own};
use crate::error::CliError;
use crate::files::foreign::refuse_foreign;
use crate::files::publish;
use crate::files::publish::publish_from;

/// What a report is written as.
pub(super) enum Form {
    Json,
    Csv,
    Html(html::Problems),
    Markdown(markdown::Problems),
}

/// A report being written: an unnamed file, which disappears with the process.
pub(super) struct ReportFile {
    path: PathBuf,
    form: Form,
    body: BufWriter<File>,
    is_empty: bool,
    /// The first error while it was written.
    error: Option<io::Error>,
}

impl ReportFile {
    /// Starts a report. A file at `path` stays until the end.
    pub(super) fn create(path: &Path, byte_order_mark: bool) -> Result<Self, CliError> {
        let form = form(path)?;
        let started = tempfile::tempfile_in(publish::folder(path)).and_then(|file| {
            let mut report = Self {
                path: path.to_path_buf(),
                form,
                body: BufWriter::new(file),
                is_empty: true,
                error: None,
            };
            report.begin(byte_order_mark)?;
            Ok(report)
        });
        started.map_err(|error| {
            let message = format!("could not write the report {}: {error}", path.display());
            CliError::environment(message, "check that its folder exists and is writable")
        })
    }

    fn begin(&mut self, byte_order_mark: bool) -> io::Result<()> {
        match self.form {
            Form::Json => self.body.write_all(b"{\"schema\":1,\"files\":["),
            Form::Csv => {
                if byte_order_mark {
                    self.body.write_all("\u{feff}".as_bytes())?;
                }
                self.row(PICTURES.map(str::to_string))
            }
            Form::Html(_) | Form::Markdown(_) => Ok(()),
        }
    }

    /// Adds one file. After an error nothing more is written.
    pub(super) fn add(&mut self, record: &FileRecord) {
        if self.error.is_none() {
            self.error = self.write(record).err();
        }
    }

    fn write(&mut self, record: &FileRecord) -> io::Result<()> {
        match &mut self.form {
            Form::Html(problems) => html::add(&mut self.body, problems, record),
            Form::Markdown(problems) => {
                problems.add(record);
                Ok(())
            }
            Form::Json => {
                let separator = if self.is_empty { "\n" } else { ",\n" };
                self.is_empty = false;
                self.body.write_all(separator.as_bytes())?;
                Ok(serde_json::to_writer(&mut self.body, record)?)
            }
            Form::Csv => {
                let record = serde_json::to_value(record)?;
                self.row(PICTURES.map(|column| record.get(column).map(cell).unwrap_or_default()))
            }
        }
    }

    /// Completes the report and moves it to its path. A report that lacks a file stays unwritten. An
    /// error is a sentence that names the report and the reason.
    pub(super) fn finish(self, summary: &Summary, removed: &[Removed]) -> Result<(), String> {
        let path = self.path.clone();
        let finished = self.complete(summary, removed);
        finished.map_err(|error| format!("could not write the report {}: {error}", path.display()))
    }

    fn complete(mut self, summary: &Summary, removed: &[Removed]) -> io::Result<()> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let mut head = String::new();
        match self.form {
            Form::Json => {
                self.body.write_all(b"\n],\"removed\":")?;
                serde_json::to_writer(&mut self.body, removed)?;
                self.body.write_all(b",\"summary\":")?;
                serde_json::to_writer(&mut self.body, summary)?;
                self.body.write_all(b"}\n")?;
            }
            Form::Csv => {}
            Form::Html(problems) => {
                head = html::head(summary, &problems, removed);
                self.body.write_all(html::FOOT.as_bytes())?;
            }
            Form::Markdown(problems) => head = problems.text(summary, removed),
        }
        let mut body = self
            .body
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        body.rewind()?;
        let mut whole = head.as_bytes().chain(BufReader::new(body));
        publish_from(&self.path, &mut whole).map(drop)
    }

    fn row(&mut self, cells: [String; PICTURES.len()]) -> io::Result<()> {
        let mut row = csv::Writer::from_writer(Vec::new());
        row.write_record(cells)?;
        let row = row.into_inner().map_err(csv::IntoInnerError::into_error)?;
        self.body.write_all(&row)
    }
}

pub(super) fn form(path: &Path) -> Result<Form, CliError> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.unwrap_or_default().to_ascii_lowercase().as_str() {
        "json" => Ok(Form::Json),
        "csv" => Ok(Form::Csv),
        "html" => Ok(Form::Html(html::Problems::default())),
        "md" => Ok(Form::Markdown(markdown::Problems::default())),
        _ => {
            let message = format!(
                "--report must end in .json, .csv, .html or .md, got {}",
                path.display()
            );
            Err(CliError::usage(message, "the extension chooses the format"))
        }
    }
}

/// Refuses a report in place of a file that is no report of this program.
pub(super) fn check(path: &Path) -> Result<(), CliError> {
    let form = form(path)?;
    refuse_foreign("--report", path, |head| form.is_own(head))
}

impl Form {
    /// Whether a file begins like a report of this form, of pictures or of deliveries, also one of an
    /// earlier version.
    fn is_own(&self, head: &[u8]) -> bool {
        let text = String::from_utf8_lossy(head);
        let begins = |starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
        match self {
            Self::Json => begins(&[
                "{\"schema\":1,\"files\":[",
                "{\"schema\":1,\"deliveries\":[",
            ]),
            Self::Csv => own::is_table(&text),
            Self::Html(_) => {
                begins(&["<!doctype html>"]) && text.contains("<title>avatar-prep</title>")
            }
            Self::Markdown(_) => own::is_markdown(&text),
        }
    }
}

/// The text of a cell, on one line, because many tools read CSV line by line.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.replace(['\r', '\n'], " "),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

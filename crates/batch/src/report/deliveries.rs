//! Writes deliveries into report files: alone, or after the pictures that the same run prepared.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::columns::{DELIVERIES, STATUSES};
use super::file::{self, Form, cell, form};
use super::record::SCHEMA;
use super::{html, markdown};
use crate::error::CliError;
use crate::files::publish::publish;

/// What a report file already contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Nothing, because the command only delivers.
    Alone,
    /// The pictures that the command prepared.
    BesidePictures,
}

/// Refuses a report that cannot be written, or would replace a file that is no report, before the run begins.
pub fn check(path: &Path, existing: Existing) -> Result<(), CliError> {
    files(path, existing)?
        .iter()
        .try_for_each(|it| file::check(it))?;
    match path.parent() {
        Some(folder) if folder != Path::new("") && !folder.is_dir() => {
            Err(refused(path, &ErrorKind::NotFound.into()))
        }
        _ => Ok(()),
    }
}

/// The files that a report is written to.
pub fn files(path: &Path, existing: Existing) -> Result<Vec<PathBuf>, CliError> {
    let is_table = matches!(form(path)?, Form::Csv);
    let beside = (is_table && existing == Existing::BesidePictures).then(|| beside(path));
    Ok([path.to_path_buf()].into_iter().chain(beside).collect())
}

/// The deliveries of a run: their records, each a JSON object, and the summary.
pub struct Deliveries<'a> {
    pub records: &'a [String],
    pub summary: &'a str,
}

/// Writes the deliveries. In a report of pictures they are appended, in JSON as `deliveries` and
/// `upload_summary`. Beside a CSV table of pictures they get a file of their own, because their
/// columns are different.
pub fn write(
    path: &Path,
    deliveries: &Deliveries<'_>,
    existing: Existing,
    byte_order_mark: bool,
) -> Result<(), CliError> {
    let form = form(path)?;
    let report = match existing {
        Existing::Alone => Ok(None),
        Existing::BesidePictures => fs::read_to_string(path).map(Some),
    };
    let written = report.and_then(|report| {
        let report = report.as_deref();
        match form {
            Form::Csv => {
                let path = report.map_or(path.into(), |_| beside(path));
                publish(&path, &deliveries.table(byte_order_mark)?)
            }
            Form::Json => publish(path, deliveries.list(report)?.as_bytes()),
            Form::Html(_) => {
                let rows = deliveries.rows(|_| true);
                let page = html::with_deliveries(report, &deliveries.sentence(), &rows);
                publish(path, page.as_bytes())
            }
            Form::Markdown(_) => {
                let rows = deliveries.rows(|status| !["applied", "up_to_date"].contains(&status));
                let text = markdown::with_deliveries(report, &deliveries.sentence(), &rows);
                publish(path, text.as_bytes())
            }
        }
    });
    written.map(drop).map_err(|error| refused(path, &error))
}

fn refused(path: &Path, error: &io::Error) -> CliError {
    let message = format!("could not write the report {}: {error}", path.display());
    CliError::environment(message, "check that its folder exists and is writable")
}

/// `run.csv` becomes `run.deliveries.csv`.
fn beside(path: &Path) -> PathBuf {
    path.with_extension("deliveries.csv")
}

impl Deliveries<'_> {
    fn list(&self, report: Option<&str>) -> io::Result<String> {
        let head = match report {
            None => format!("{{\"schema\":{SCHEMA}"),
            Some(report) => {
                let head = report.trim_end().strip_suffix('}');
                head.ok_or(ErrorKind::InvalidData)?.into()
            }
        };
        let (records, summary) = (self.records.join(",\n"), self.summary);
        Ok(format!(
            "{head},\"deliveries\":[\n{records}\n],\"upload_summary\":{summary}}}\n"
        ))
    }

    fn values(&self) -> impl Iterator<Item = Value> {
        self.records
            .iter()
            .filter_map(|record| serde_json::from_str(record).ok())
    }

    fn table(&self, byte_order_mark: bool) -> io::Result<Vec<u8>> {
        let mark = if byte_order_mark { "\u{feff}" } else { "" };
        let mut table = csv::Writer::from_writer(Vec::from(mark));
        table.write_record(DELIVERIES)?;
        for record in self.values() {
            table.write_record(DELIVERIES.map(|key| text(&record, key)))?;
        }
        table.into_inner().map_err(csv::IntoInnerError::into_error)
    }

    /// Account, picture, status and reason of the deliveries with a wanted status.
    fn rows(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<[String; 4]> {
        let rows = self.values().map(|record| {
            let why = format!("{} [{}]", text(&record, "message"), text(&record, "code"));
            let [account, picture, status] =
                ["account", "picture", "status"].map(|key| text(&record, key));
            [account, picture, status, why]
        });
        rows.filter(|[_, _, status, _]| is_wanted(status)).collect()
    }

    /// The number of deliveries with each status.
    fn sentence(&self) -> String {
        let summary: Value = serde_json::from_str(self.summary).unwrap_or_default();
        let counts =
            STATUSES.map(|key| (key, summary.get(key).and_then(Value::as_u64).unwrap_or(0)));
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        let parts: Vec<_> = counts
            .map(|(key, count)| format!("{count} {}", key.replace('_', " ")))
            .collect();
        parts.join(", ")
    }
}

fn text(record: &Value, key: &str) -> String {
    record.get(key).map(cell).unwrap_or_default()
}

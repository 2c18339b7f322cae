//! The report as Markdown, for the summary of a CI job: counts, what failed, what changed.

use super::record::{FileRecord, Removed, Status};
use super::summary::Summary;
use super::tally;

/// Most rows of a table: more would not help in a summary.
const MOST: usize = 50;

/// The rows that need attention.
#[derive(Default)]
pub(super) struct Problems {
    failed: Vec<[String; 3]>,
    warned: Vec<[String; 2]>,
}

impl Problems {
    pub(super) fn add(&mut self, record: &FileRecord) {
        let source = cell(&record.title());
        if record.status == Status::Failed {
            let code = record.code.unwrap_or_default();
            let message = cell(record.message.as_deref().unwrap_or_default());
            let since = match &record.since {
                Some(since) if record.is_known_failure => since.clone(),
                _ => "new".into(),
            };
            self.failed
                .push([source, format!("{message} `{code}`"), since]);
        } else if !record.warnings.is_empty() {
            self.warned
                .push([source, cell(&record.warnings.join("; "))]);
        }
    }

    /// The whole report.
    pub(super) fn text(&self, summary: &Summary, removed: &[Removed]) -> String {
        let mut text = format!("## avatar-prep\n\n{}\n", tally::sentence(summary));
        table(
            &mut text,
            "Failed",
            ["source", "why", "since"],
            &self.failed,
        );
        table(&mut text, "With warnings", ["source", "note"], &self.warned);
        let removed: Vec<_> = removed
            .iter()
            .map(|it| [cell(&it.source), cell(&it.output)])
            .collect();
        table(
            &mut text,
            "Source gone",
            ["source", "result that is left"],
            &removed,
        );
        for next in &summary.next {
            text.push_str(&format!("\n- next: {}\n", cell(next)));
        }
        text
    }
}

/// Appends a table of deliveries to the text; without a text, makes a new one.
pub(super) fn with_deliveries(text: Option<&str>, sentence: &str, rows: &[[String; 4]]) -> String {
    let mut text = match text {
        Some(text) => format!("{text}\n### Deliveries\n\n{sentence}\n"),
        None => format!("## avatar-prep\n\n{sentence}\n"),
    };
    let rows: Vec<_> = rows
        .iter()
        .map(|row| row.each_ref().map(|it| cell(it)))
        .collect();
    let head = ["account", "picture", "status", "why"];
    table(&mut text, "Not delivered", head, &rows);
    text
}

/// The faults that a check found: file, platforms, message and code.
pub fn of_check(sentence: &str, rows: &[[String; 4]]) -> String {
    let mut text = format!("## avatar-prep check\n\n{}\n", cell(sentence));
    let rows: Vec<_> = rows
        .iter()
        .map(|row| row.each_ref().map(|it| cell(it)))
        .collect();
    let head = ["file", "platforms", "why", "code"];
    table(&mut text, "Faults", head, &rows);
    text
}

fn table<const N: usize>(text: &mut String, title: &str, head: [&str; N], rows: &[[String; N]]) {
    if rows.is_empty() {
        return;
    }
    text.push_str(&format!("\n### {title}: {}\n\n", rows.len()));
    text.push_str(&format!(
        "| {} |\n|{}\n",
        head.join(" | "),
        " --- |".repeat(N)
    ));
    for row in rows.iter().take(MOST) {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    if rows.len() > MOST {
        text.push_str(&format!("\nand {} more\n", rows.len() - MOST));
    }
}

/// Text that cannot end a cell or become markup.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => cell.push(' '),
            '|' | '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' => cell.extend(['\\', c]),
            c => cell.push(c),
        }
    }
    cell
}

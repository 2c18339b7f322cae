//! The report as one HTML file, without scripts or external resources.

use std::io::{self, Write};

use super::bytes::display_bytes;
use super::markup::escape;
use super::record::{Change, FileRecord, Removed, Status};
use super::summary::Summary;
use super::tally;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:70em;\
    padding:0 1em;color:#222;background:#fff}table{border-collapse:collapse;width:100%}\
    th,td{text-align:left;vertical-align:top;padding:.3em .6em;border-bottom:1px solid #ddd;\
    overflow-wrap:anywhere}th{background:#f4f4f4}.failed{color:#a00}.warned{color:#850}\
    code{background:#f4f4f4}\
    @media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}th,code{background:#262626}\
    th,td{border-color:#3a3a3a}.failed{color:#f88}.warned{color:#fc6}}";

/// Ends the page.
pub(super) const FOOT: &str = "</table>\n</body>\n</html>\n";

/// The rows that need attention, which come first.
#[derive(Default)]
pub(super) struct Problems {
    failed: String,
    warned: String,
}

/// Adds one file: to the table of all, and to those of failures or warnings.
pub(super) fn add(
    body: &mut impl Write,
    problems: &mut Problems,
    record: &FileRecord,
) -> io::Result<()> {
    let source = escape(&record.title());
    if record.status == Status::Failed {
        let message = escape(record.message.as_deref().unwrap_or_default());
        let code = escape(record.code.unwrap_or_default());
        let hint = escape(record.hint.as_deref().unwrap_or_default());
        let since = match &record.since {
            Some(since) if record.is_known_failure => escape(since),
            _ => "new".into(),
        };
        problems.failed.push_str(&format!(
            "<tr><td>{source}</td><td>{message} <code>{code}</code><br>{hint}</td><td>{since}</td></tr>\n"
        ));
    } else if !record.warnings.is_empty() {
        let notes = escape(&record.warnings.join("; "));
        let row = format!("<tr><td>{source}</td><td>{notes}</td></tr>\n");
        problems.warned.push_str(&row);
    }
    body.write_all(row(record, &source).as_bytes())
}

fn row(record: &FileRecord, source: &str) -> String {
    let (class, status) = match (record.status, record.change) {
        (Status::Failed, _) => ("failed", "failed"),
        (_, _) if !record.warnings.is_empty() => ("warned", "made, with a warning"),
        (_, Some(Change::New)) => ("", "new"),
        (_, Some(Change::Changed)) => ("", "changed"),
        (_, Some(Change::Same)) => ("", "same"),
        (Status::Skipped, None) => ("", "skipped"),
        (Status::Ok | Status::Planned, None) => ("", "made"),
    };
    let output = escape(record.output.as_deref().unwrap_or_default());
    let size = record
        .size
        .map(|size| format!("{size} px"))
        .unwrap_or_default();
    let bytes = record.bytes.map(display_bytes).unwrap_or_default();
    let message = record.message.iter().chain(&record.notes);
    let notes: Vec<String> = message.map(|note| escape(note)).collect();
    let notes = notes.join("<br>");
    format!(
        "<tr><td>{source}</td><td class=\"{class}\">{status}</td><td>{output}</td><td>{size}</td>\
         <td>{bytes}</td><td>{notes}</td></tr>\n"
    )
}

/// The page up to the rows of the table of all files.
pub(super) fn head(summary: &Summary, problems: &Problems, removed: &[Removed]) -> String {
    let mut head = begin(&tally::sentence(summary));
    for next in &summary.next {
        head.push_str(&format!("<p>next: {}</p>\n", escape(next)));
    }
    let gone: String = removed
        .iter()
        .map(|it| {
            let (source, output) = (escape(&it.source), escape(&it.output));
            format!("<tr><td>{source}</td><td>{output}</td></tr>\n")
        })
        .collect();
    for (title, columns, rows) in [
        ("Failed", "<th>source<th>why<th>since", &problems.failed),
        ("With warnings", "<th>source<th>note", &problems.warned),
        ("Source gone", "<th>source<th>result that is left", &gone),
    ] {
        if !rows.is_empty() {
            head.push_str(&format!(
                "<h2>{title}</h2>\n<table>\n<tr>{columns}</tr>\n{rows}</table>\n"
            ));
        }
    }
    head.push_str(
        "<h2>All files</h2>\n<table>\n\
         <tr><th>source<th>status<th>result<th>edge<th>size<th>notes</tr>\n",
    );
    head
}

/// The page up to its first heading.
fn begin(sentence: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>avatar-prep</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>avatar-prep</h1>\n<p>{}</p>\n",
        escape(sentence)
    )
}

/// Appends a table of deliveries to the page; without a page, makes a new one.
pub(super) fn with_deliveries(page: Option<&str>, sentence: &str, rows: &[[String; 4]]) -> String {
    let body = page.and_then(|page| page.strip_suffix(FOOT));
    let mut page = match body {
        Some(body) => format!(
            "{body}</table>\n<h2>Deliveries</h2>\n<p>{}</p>\n",
            escape(sentence)
        ),
        None => begin(sentence),
    };
    page.push_str("<table>\n<tr><th>account<th>picture<th>status<th>why</tr>\n");
    for row in rows {
        let cells = row.each_ref().map(|cell| escape(cell));
        page.push_str(&format!("<tr><td>{}</td></tr>\n", cells.join("</td><td>")));
    }
    page + FOOT
}

//! The printer: records to standard output, everything for people to standard error.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use serde::Serialize;

use super::bytes::display_bytes;
use super::display::{Color, Display};
use super::record::{EXCLUDED, FileRecord, SCHEMA, Stages, Status, UP_TO_DATE};
use super::summary::Summary;
use super::{live, mask};
use crate::error::{CliError, Kind};

/// Bytes that a pipe takes as one piece: `PIPE_BUF` of Linux, pipe(7).
const PIECE: usize = 4096;

/// Shows the progress of a run.
pub struct Console {
    json: bool,
    quiet: bool,
    strict: bool,
    every_file: bool,
    notes: bool,
    /// Whether failures that are known are only counted.
    only_new_failures: bool,
    colored: bool,
    bar: ProgressBar,
    failed: u64,
    /// Lines that wait to be printed together.
    held: Option<Vec<u8>>,
}

impl Console {
    pub fn new(display: Display, files: u64) -> Self {
        let terminal = io::stderr().is_terminal();
        let bar = if terminal && !display.quiet {
            bar(files)
        } else {
            ProgressBar::hidden()
        };
        Self {
            json: display.json,
            quiet: display.quiet,
            strict: display.strict,
            every_file: display.verbose || !terminal,
            notes: display.verbose,
            only_new_failures: display.only_new_failures,
            colored: colored(display.color),
            bar,
            failed: 0,
            held: None,
        }
    }

    /// Shows one file. An error means that standard output is closed.
    pub fn file(&mut self, record: &FileRecord) -> io::Result<()> {
        if record.status == Status::Failed {
            self.failed += 1;
            self.bar.set_message(format!("{} failed", self.failed));
        }
        self.bar.inc(1);
        if self.json {
            return match &mut self.held {
                Some(held) => add_waiting(held, record),
                None => print_json(record),
            };
        }
        let is_failure = record.status == Status::Failed;
        if self.only_new_failures && record.is_known_failure && !self.notes {
            return Ok(());
        }
        let is_warning = !record.warnings.is_empty();
        // A run in which everything is up to date prints one line.
        let is_known = [Some(UP_TO_DATE), Some(EXCLUDED)].contains(&record.code);
        let is_news = !is_known || self.notes;
        // What makes the exit code 1 is printed in quiet runs, too.
        let fails_run = is_failure || self.strict && record.has_new_warning();
        if fails_run || is_news && !self.quiet && (is_warning || self.every_file) {
            let lines = self.lines(record);
            self.bar.suspend(|| write_stderr(&lines));
        }
        Ok(())
    }

    /// From now on, records for programs wait for [`release`](Self::release): a call of the system for
    /// each takes longer than making it.
    pub fn hold(&mut self) {
        self.held.get_or_insert_default();
    }

    /// Prints the records that wait. An error means that standard output is closed.
    pub fn release(&mut self) -> io::Result<()> {
        match self.held.take() {
            Some(lines) if !lines.is_empty() => live::above(|| write_stdout(&lines)),
            _ => Ok(()),
        }
    }

    pub fn summary(&self, summary: &Summary) -> io::Result<()> {
        self.bar.finish_and_clear();
        if self.json {
            return print_json(summary);
        }
        if !self.quiet {
            write_stderr(&format!("{}\n", self.summary_line(summary)));
            write_stderr(&prediction(summary));
            for line in &summary.next {
                write_stderr(&format!("next: {line}\n"));
            }
        }
        Ok(())
    }

    fn lines(&self, record: &FileRecord) -> String {
        let source = printable(&record.title());
        let message = printable(record.message.as_deref().unwrap_or_default());
        let mut lines = match record.status {
            Status::Ok => format!(
                "{} {source} -> {}\n",
                self.word("ok", AnsiColor::Green),
                result(record)
            ),
            Status::Planned => format!(
                "{} {source} -> {}\n",
                self.word("would make", AnsiColor::Cyan),
                result(record)
            ),
            Status::Skipped => format!(
                "{} {source}: {message}\n",
                self.word("skipped", AnsiColor::Yellow)
            ),
            Status::Failed => {
                let code = record.code.unwrap_or_default();
                let hint = record.hint.as_deref().unwrap_or_default();
                let word = self.word("failed", AnsiColor::Red);
                format!("{word} {source}: {message} [{code}]\n  hint: {hint}\n")
            }
        };
        if let Some(stages) = record.stages.as_ref().filter(|_| self.notes) {
            lines.push_str(&format!("  took: {}\n", times(stages)));
        }
        let notes = match self.notes {
            true => notes(record),
            false => record.warnings.iter().collect(),
        };
        let notes = notes.into_iter();
        lines.extend(notes.map(|note| format!("  note: {}\n", printable(note))));
        lines
    }

    fn summary_line(&self, summary: &Summary) -> String {
        let known = match self.only_new_failures {
            true => summary.failed_before,
            false => 0,
        };
        let mut parts = Vec::new();
        for (count, word) in [
            (summary.ok, "done"),
            (summary.planned, "would be made"),
            (summary.failed - known, "failed"),
            (known, "failed as before"),
            (summary.up_to_date, "up to date"),
            (summary.skipped - summary.up_to_date, "skipped"),
            (summary.not_started, "not started"),
            (summary.warnings, "with warnings"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {word}"));
            }
        }
        if parts.is_empty() {
            return "no pictures found".into();
        }
        let seconds = summary.ms / 1e3;
        let interrupted = if summary.interrupted {
            "interrupted: "
        } else {
            ""
        };
        format!("{interrupted}{} in {seconds:.1} s", parts.join(", "))
    }

    fn word(&self, word: &str, color: AnsiColor) -> String {
        let style = if self.colored {
            color.on_default().bold()
        } else {
            Style::new()
        };
        format!("{style}{word}{style:#}")
    }
}

/// The notes for people. An enlarged picture has two notes for programs, of which the second says all
/// that the first does.
fn notes(record: &FileRecord) -> Vec<&String> {
    let has = |code: &str| record.flags.iter().any(|flag| flag == code);
    let hidden = has("low_resolution").then_some("enlarged");
    let all = record.notes.iter().enumerate();
    let shown = all.filter(|(index, _)| {
        let flag = record.flags.get(*index).map(String::as_str);
        flag.is_none() || flag != hidden
    });
    shown.map(|(_, note)| note).collect()
}

fn result(record: &FileRecord) -> String {
    let mut text = printable(record.output.as_deref().unwrap_or_default());
    if let Some(size) = record.size {
        text.push_str(&format!("  {size}x{size}"));
    }
    if let (Some(quality), Some(subsampling)) = (record.quality, &record.subsampling) {
        text.push_str(&format!("  q{quality} {subsampling}"));
    }
    if let Some(bytes) = record.bytes {
        text.push_str(&format!("  {}", display_bytes(bytes)));
    }
    if let Some(score) = record.score {
        text.push_str(&format!("  score {score:.1}"));
    }
    text
}

/// The milliseconds of each stage that took any.
fn times(stages: &Stages) -> String {
    let stages = stages.list().into_iter().filter(|(_, ms)| *ms >= 0.05);
    let parts: Vec<_> = stages.map(|(name, ms)| format!("{name} {ms:.1}")).collect();
    match parts.is_empty() {
        true => "no time".into(),
        false => format!("{} ms", parts.join(", ")),
    }
}

fn prediction(summary: &Summary) -> String {
    match (summary.predicted_bytes, summary.predicted_ms) {
        (Some(bytes), Some(ms)) => {
            let bytes = display_bytes(bytes);
            let seconds = ms / 1e3;
            format!("estimated from a sample: {bytes} in {seconds:.1} s\n")
        }
        _ => String::new(),
    }
}

fn bar(files: u64) -> ProgressBar {
    let template = "{wide_bar} {pos}/{len} files  {rate}  {eta} left  {msg}";
    let style = ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key(
            "rate",
            |state: &ProgressState, text: &mut dyn std::fmt::Write| {
                let _ = write!(text, "{:.0}/s", state.per_sec());
            },
        );
    let bar = ProgressBar::new(files).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn colored(color: Color) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stderr().is_terminal() && !refused,
    }
}

fn print_json(record: &impl Serialize) -> io::Result<()> {
    let mut line = Vec::new();
    add_line(&mut line, record)?;
    live::above(|| write_stdout(&line))
}

/// Adds a record to those that wait, after printing them if there would be more than what a pipe takes as one
/// piece: lines of several processes on a pipe stay whole then, and what waits stays small.
fn add_waiting(held: &mut Vec<u8>, record: &FileRecord) -> io::Result<()> {
    let before = held.len();
    add_line(held, record)?;
    if before > 0 && held.len() > PIECE {
        let last = held.split_off(before);
        let waiting = std::mem::replace(held, last);
        live::above(|| write_stdout(&waiting))?;
    }
    Ok(())
}

fn add_line(lines: &mut Vec<u8>, record: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *lines, record)?;
    lines.push(b'\n');
    Ok(())
}

/// Writes to standard output, such as a picture.
pub fn write_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// A closed or full standard error is ignored: the run matters more.
fn write_stderr(text: &str) {
    live::above(|| {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    });
}

/// Escapes control characters in names and foreign messages, which could forge or clear lines.
fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let escaped = c.is_control().then(|| c.escape_default());
            let plain = escaped.is_none().then_some(c);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect()
}

/// Why a command could not start or go on; part of the result contract.
#[derive(Debug, Serialize)]
struct ErrorRecord<'a> {
    event: &'static str,
    schema: u32,
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    message: &'a str,
    hint: &'a str,
}

/// Prints why a command could not start or go on: for people, and with `json` for programs, too.
pub fn print_error(error: &CliError, json: bool, color: Color) {
    let style = if colored(color) {
        AnsiColor::Red.on_default().bold()
    } else {
        Style::new()
    };
    let message = mask::text(&error.to_string());
    if json {
        // A closed standard output cannot be reported anywhere.
        let _ = print_json(&ErrorRecord {
            event: "error",
            schema: SCHEMA,
            kind: error.kind,
            code: error.code,
            message: &message,
            hint: &error.hint,
        });
    }
    write_stderr(&format!(
        "{style}error:{style:#} {}\n  hint: {}\n",
        printable(&message),
        error.hint
    ));
}

/// Prints a line for people.
pub fn print_line(text: &str) {
    write_stderr(&format!("{}\n", printable(text)));
}

/// Prints a line of what was asked for, such as a table, to standard output.
pub fn print_table(text: &str) {
    // A closed standard output is no reason to fail.
    let _ = write_stdout(format!("{}\n", printable(text)).as_bytes());
}

/// Prints a record for programs. An error means that standard output is closed.
pub fn print_record(record: &impl Serialize) -> io::Result<()> {
    print_json(record)
}

pub fn print_interrupted() {
    write_stderr("finishing the pictures in flight; Ctrl-C or SIGTERM again stops at once\n");
}

pub fn print_warning(text: &str) {
    write_stderr(&format!("warning: {}\n", printable(&mask::text(text))));
}

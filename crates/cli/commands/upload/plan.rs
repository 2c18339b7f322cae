//! `--dry-run`: what a delivery that began now would do with each picture, according to the journal
//! and the pacer. No service is asked and nothing is written.

use std::path::Path;
use std::time::Duration;

use avatar_upload::{Contents, Destination, Forecast, Known, Many, Pacer, Target, display_time};
use serde::Serialize;

use super::finished::Finished;
use super::matching::Matched;
use super::record::SCHEMA;
use super::report::{self, Reporter};
use super::row::Row;
use super::{pacing, places, services, state};
use crate::args::Options;
use crate::error::CliError;
use crate::exit::Exit;
use crate::made::Made;
use crate::report::console;

/// One line of a plan; part of the documented records.
#[derive(Debug, Serialize)]
struct PlanRecord<'a> {
    event: &'static str,
    schema: u32,
    account: &'a str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_instance: Option<&'a str>,
    picture: String,
    /// Empty for a picture that is not made yet.
    sha256: &'a str,
    status: &'static str,
    code: &'a str,
    not_before: Option<String>,
    request: String,
}

/// Prints what would be done; returns the exit code that the run would have, as far as it can be
/// foreseen.
pub(super) fn tell(
    options: &Options,
    output: &Path,
    matched: &Matched,
    destination: &Many,
    made: Option<&Made>,
    reporter: &Reporter<'_>,
) -> Result<Exit, CliError> {
    let (journal, _copy) = state::look(options, output)?;
    let pacer = Pacer::look(pacing::folder(options, &places::folder(output)));
    let known = Known {
        journal: journal.as_ref(),
        pacer: &pacer,
        resend: options.upload.resend,
    };
    let mut tally = Tally {
        rejected: matched.never_sent(),
        ..Tally::default()
    };
    for (row, picture) in &matched.pairs {
        let is_planned = made.is_some_and(|it| it.is_planned(&places::result(output, picture)));
        let contents = match is_planned {
            true => Ok(None),
            false => finished(row, &places::root(output).join(picture))?.map(Some),
        };
        match contents {
            Ok(contents) => {
                let forecast = one(
                    (options, reporter),
                    row,
                    picture,
                    destination,
                    contents.as_ref(),
                    &known,
                )?;
                tally.add(forecast.as_ref());
            }
            Err(why) => {
                reporter.unreadable(row, picture, &why);
                tally.rejected += 1;
            }
        }
    }
    Ok(tally.tell(options))
}

fn finished(row: &Row, path: &Path) -> Result<Result<Finished, String>, CliError> {
    Ok(Finished::open(path.into(), services::preset(row)?))
}

/// Prints the plan for one picture; `None` if it would be rejected. `contents` is `None` for a
/// picture that is not made yet.
fn one(
    (options, reporter): (&Options, &Reporter<'_>),
    row: &Row,
    picture: &Path,
    destination: &Many,
    contents: Option<&Finished>,
    known: &Known<'_>,
) -> Result<Option<Forecast>, CliError> {
    let sha256 = contents.map(Finished::sha256);
    let Some(target) = destination.target(&row.label) else {
        return Ok(None);
    };
    let forecast = known.forecast(&target, &destination.access(&row.label), sha256);
    let forecast = forecast.map_err(|error| state::no_journal(&error))?;
    if let (Forecast::Send, Some(Err(verdict))) = (&forecast, contents.map(Finished::load)) {
        let why = [verdict.code, &verdict.text, verdict.hint];
        reporter.rejected(row, &report::shown(picture), why);
        return Ok(None);
    }
    let line = PlanRecord::new(
        destination,
        (row, &target),
        picture,
        sha256.unwrap_or_default(),
        &forecast,
    );
    reporter.print(&line);
    let is_silent = options.json || options.quiet && forecast == Forecast::UpToDate;
    if !is_silent {
        console::print_line(&line.text());
    }
    Ok(Some(forecast))
}

impl<'a> PlanRecord<'a> {
    fn new(
        destination: &Many,
        (row, target): (&'a Row, &'a Target),
        picture: &Path,
        sha256: &'a str,
        forecast: &'a Forecast,
    ) -> Self {
        let (status, code, until) = match forecast {
            Forecast::Send => ("send", "", None),
            Forecast::Verify => ("verify", "", None),
            Forecast::UpToDate => ("up_to_date", "", None),
            Forecast::Refused { code } => ("rejected", code.as_str(), None),
            Forecast::Deferred { until, code } => ("deferred", code.as_str(), Some(*until)),
        };
        Self {
            event: "plan",
            schema: SCHEMA,
            account: &row.label,
            id: target.id(),
            id_instance: services::id_instance(target),
            picture: report::shown(picture),
            sha256,
            status,
            code,
            not_before: until.map(display_time),
            request: destination.request(&row.label),
        }
    }

    fn text(&self) -> String {
        let (whom, request) = (
            format!("{} -> {}", self.picture, self.account),
            &self.request,
        );
        match self.status {
            "send" if self.sha256.is_empty() => {
                format!("would send {whom} {request}, once it is made")
            }
            "send" => format!("would send {whom} {request}"),
            "verify" => format!("would verify {whom}, and send it if an earlier attempt failed"),
            "rejected" => {
                let hint = "change the picture or the account's entry, or use --resend";
                format!(
                    "rejected {whom}: refused before [{}]\n  hint: {hint}",
                    self.code
                )
            }
            status => match &self.not_before {
                Some(time) => format!("{status} {whom}: not before {time} [{}]", self.code),
                None => format!("{status} {whom}"),
            },
        }
    }
}

/// How many pictures have each plan.
#[derive(Debug, Default)]
struct Tally {
    send: usize,
    verify: usize,
    up_to_date: usize,
    deferred: usize,
    rejected: usize,
    earliest: Option<Duration>,
}

impl Tally {
    fn add(&mut self, forecast: Option<&Forecast>) {
        match forecast {
            Some(Forecast::Send) => self.send += 1,
            Some(Forecast::Verify) => self.verify += 1,
            Some(Forecast::UpToDate) => self.up_to_date += 1,
            Some(Forecast::Deferred { until, .. }) => {
                self.deferred += 1;
                self.earliest = Some(self.earliest.map_or(*until, |it| it.min(*until)));
            }
            Some(Forecast::Refused { .. }) | None => self.rejected += 1,
        }
    }

    fn tell(&self, options: &Options) -> Exit {
        if !options.json && !options.quiet {
            console::print_line(&self.line());
        }
        match (self.rejected, self.deferred) {
            (0, 0) => Exit::AllDone,
            (0, _) => Exit::Deferred,
            _ => Exit::SomeFailed,
        }
    }

    fn line(&self) -> String {
        let counts = [
            (self.send, "to send"),
            (self.verify, "to verify"),
            (self.up_to_date, "up to date"),
            (self.rejected, "rejected"),
            (self.deferred, "deferred"),
        ];
        let some = counts.into_iter().filter(|(count, _)| *count > 0);
        let mut parts: Vec<String> = some
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        parts.extend(
            self.earliest
                .map(|it| format!("not before {}", display_time(it))),
        );
        parts.join(", ")
    }
}

//! `--dry-run`: what a delivery that began now would do with each picture, according to the journal
//! and the pacer. No service is asked and nothing is written.

use std::path::Path;
use std::sync::Arc;

use avatar_batch::args::Options;
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::made::Made;
use avatar_batch::report::console;
use avatar_upload::{Contents, Destination, Forecast, Known, Pacer, Target, display_time};
use serde::Serialize;

use super::finished::Open;
use super::hints::in_flags;
use super::matching::Matched;
use super::record::SCHEMA;
use super::report::{self, Reporter};
use super::row::AccountRow;
use super::{pacing, places, services, state, tally};

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
pub(super) fn print(
    options: &Options,
    output: &Path,
    matched: &Matched,
    destinations: &[Arc<dyn Destination>],
    made: Option<&Made>,
    (reporter, opened): (&Reporter<'_>, &Open<'_>),
) -> Result<Exit, CliError> {
    let (journal, _copy) = state::look(options, output)?;
    let pacer = Pacer::look(pacing::folder(options, &places::folder(output)));
    let known = Known {
        journal: journal.as_ref(),
        pacer: &pacer,
        resend: options.upload.resend,
    };
    let mut forecasts = Vec::new();
    let mut rejected = matched.never_sent();
    for ((row, picture), destination) in matched.pairs.iter().zip(destinations) {
        let is_planned = made.is_some_and(|it| it.is_planned(&places::result(output, picture)));
        let contents = match is_planned {
            true => None,
            false => Some(opened(picture, services::preset(row)?)),
        };
        // An object is fetched into memory, because its hash shows whether it was sent before.
        if let Some(Ok(contents)) = &contents
            && let Err(verdict) = contents.fetch()
        {
            let why = [verdict.code, &verdict.text, in_flags(verdict.hint)];
            reporter.rejected(row, &report::shown(picture), why);
            rejected += 1;
            continue;
        }
        let forecast = match contents.transpose() {
            Ok(contents) => one(
                (options, reporter),
                row,
                picture,
                &**destination,
                contents.as_deref(),
                &known,
            )?,
            Err(why) => {
                reporter.unreadable(row, picture, &why);
                None
            }
        };
        rejected += usize::from(forecast.is_none());
        forecasts.extend(forecast);
    }
    Ok(summary(options, &forecasts, rejected))
}

/// Prints how many pictures have each plan; returns the exit code.
fn summary(options: &Options, forecasts: &[Forecast], rejected: usize) -> Exit {
    let count = |is: fn(&Forecast) -> bool| forecasts.iter().filter(|it| is(it)).count();
    let rejected = rejected + count(|it| matches!(it, Forecast::Refused { .. }));
    let deferred = count(|it| matches!(it, Forecast::Deferred { .. }));
    let counts = [
        (count(|it| *it == Forecast::Send), "to send"),
        (count(|it| *it == Forecast::Verify), "to verify"),
        (count(|it| *it == Forecast::UpToDate), "up to date"),
        (rejected, "rejected"),
        (deferred, "deferred"),
    ];
    let times = forecasts.iter().filter_map(|forecast| match forecast {
        Forecast::Deferred { until, .. } => Some(*until),
        _ => None,
    });
    if !options.json && !options.quiet {
        let earliest = times.min().map(display_time);
        console::print_line(&tally::line(&counts, earliest.as_deref()));
    }
    tally::exit(rejected, deferred)
}

/// Prints the plan for one picture; `None` if it would be rejected. `contents` is `None` for a
/// picture that is not made yet.
fn one(
    (options, reporter): (&Options, &Reporter<'_>),
    row: &AccountRow,
    picture: &Path,
    destination: &dyn Destination,
    contents: Option<&dyn Contents>,
    known: &Known<'_>,
) -> Result<Option<Forecast>, CliError> {
    let sha256 = contents.map(Contents::sha256);
    let target = destination.target();
    let forecast = known.forecast_for(destination, &row.label, sha256);
    let forecast = forecast.map_err(|error| state::no_journal(&error))?;
    if let (Forecast::Send, Some(Err(verdict))) = (&forecast, contents.map(Contents::load)) {
        let why = [verdict.code, &verdict.text, in_flags(verdict.hint)];
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
        destination: &dyn Destination,
        (row, target): (&'a AccountRow, &'a Target),
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
            request: destination.request(),
        }
    }

    fn text(&self) -> String {
        let whom = format!("{} -> {}", self.picture, self.account);
        let request = &self.request;
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

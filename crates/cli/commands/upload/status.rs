//! `upload --status`: what is known of deliveries so far, without asking a service.

use std::path::Path;

use avatar_batch::args::Options;
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::report::console;
use avatar_upload::{Pacer, State};

use super::{pacing, places, report, state};

/// Prints what each account shows and what was tried last; with `--verbose`, all deliveries.
pub(super) fn print(options: &Options, output: &Path) -> Result<Exit, CliError> {
    let (journal, _copy) = state::look(options, output)?;
    let entries = journal.map_or(Ok(Vec::new()), |journal| journal.entries());
    let entries = entries.map_err(|error| state::no_journal(&error))?;
    if entries.is_empty() && !options.json {
        console::print_table("nothing was uploaded from here");
    }
    let pacer = Pacer::look(pacing::folder(options, &places::folder(output)));
    // One place can have been known by several names: it is one account, under the last of them.
    let mut accounts: Vec<_> = entries
        .chunk_by(|one, next| one.target == next.target)
        .collect();
    accounts.sort_by_key(|entries| entries.last().map(|it| it.account.clone()));
    for account in accounts {
        let newest = account.iter().max_by_key(|entry| entry.updated);
        for entry in account {
            let shows = matches!(entry.state, State::Applied);
            let state = match entry.state {
                State::Applied if pacer.last_was_another(&entry.target, &entry.sha256) => {
                    State::Replaced
                }
                state => state,
            };
            if shows || newest == Some(entry) || options.verbose {
                report::table(options, entry, state.name());
            }
        }
    }
    Ok(Exit::AllDone)
}

//! Writes the framings that were decided as rules, for other folders and other machines.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use avatar_batch::args::{LONGEST_SETTINGS, MOST_RULES, Options, quoted};
use avatar_batch::error::CliError;
use avatar_batch::exit::Exit;
use avatar_batch::files::fingerprint::Hash;
use avatar_batch::files::foreign::refuse_foreign;
use avatar_batch::files::publish::publish;
use avatar_batch::report::console;
use avatar_batch::state::{self, Known};

/// The first line of an exported file, by which a later export recognises it.
const TITLE: &str = "# Framings decided with avatar-prep review.";

/// Writes the decisions about the results in `out` to `file`.
pub(super) fn run(options: &Options, out: &Path, file: &Path) -> Result<Exit, CliError> {
    refuse_foreign("--export", file, |head| head.starts_with(TITLE.as_bytes()))?;
    let decisions = state::decisions(out)?;
    let mut rules: BTreeMap<String, String> = BTreeMap::new();
    let (mut changed, mut unnamed) = (0, 0);
    let mut ambiguous = BTreeSet::new();
    for (_, known) in state::known(out, |known| known, |known: &Known| known.at)? {
        let Some(origin) = known.origin else { continue };
        let path = origin.root.join(&origin.source);
        let history = decisions.history(&origin.source);
        if !history.iter().any(|it| it.decision.options.is_some()) {
            continue;
        }
        let hash = Hash::of_file(&path).unwrap_or(origin.hash);
        let Some(chosen) = decisions.options(&origin.root, &origin.source, hash) else {
            changed += u32::from(
                decisions
                    .current(&origin.root, &origin.source, hash)
                    .is_none(),
            );
            continue;
        };
        match origin.source.to_str() {
            Some(name) => {
                let before = rules.insert(glob(name), chosen.into());
                if before.is_some_and(|before| before != chosen) {
                    ambiguous.insert(glob(name));
                }
            }
            None => unnamed += 1,
        }
    }
    // A rule cannot name the input folder.
    rules.retain(|glob, _| !ambiguous.contains(glob));
    let mut text = format!(
        "{TITLE} Use this file with --config, or copy its\n\
         # rules into avatar-prep.toml.\n"
    );
    for (glob, chosen) in &rules {
        text.push_str(&format!("\n[[rule]]\nfiles = {}\n{chosen}", quoted(glob)));
    }
    check(rules.len(), text.len())?;
    publish(file, text.as_bytes()).map_err(|error| {
        let message = format!("could not write {}: {error}", file.display());
        CliError::environment(message, "check the folder, its permissions and free space")
    })?;
    for (count, why) in [
        (changed, "left out: the source has changed since"),
        (unnamed, "left out: the name is not Unicode"),
        (
            u32::try_from(ambiguous.len()).unwrap_or(u32::MAX),
            "left out: several input folders have a file of this name, framed differently",
        ),
    ] {
        if count > 0 {
            console::print_warning(&format!("{count} {why}"));
        }
    }
    if !options.quiet && !options.json {
        let count = rules.len();
        console::print_line(&format!("{count} rules written to {}", file.display()));
    }
    Ok(Exit::AllDone)
}

/// Refuses rules that no settings file may have.
fn check(rules: usize, length: usize) -> Result<(), CliError> {
    if rules <= MOST_RULES && length as u64 <= LONGEST_SETTINGS {
        return Ok(());
    }
    let message = format!(
        "a settings file must have at most {MOST_RULES} rules in {LONGEST_SETTINGS} bytes, got {rules} in {length}"
    );
    let hint = "keep the decisions in OUT, or review and export the pictures in several folders";
    Err(CliError::environment(message, hint))
}

/// A glob that matches this path below the input folder and nothing else.
fn glob(name: &str) -> String {
    let name = name.replace(std::path::MAIN_SEPARATOR, "/");
    let mut glob = String::from("/");
    for c in name.chars() {
        if "*?[]{}\\!# ".contains(c) {
            glob.push('\\');
        }
        glob.push(c);
    }
    glob
}

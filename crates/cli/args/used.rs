//! Which flags each command uses. Its help, its manual page and its completions list these and no others; others are
//! accepted, because one settings file and one set of variables serve all commands, but a typed one gives a warning.

use avatar_batch::args::flags::{FLAGS, Flag, Group};

pub(super) fn by_verify(flag: &Flag) -> bool {
    let all = [
        "jobs",
        "memory",
        "store-timeout",
        "json",
        "quiet",
        "limit-bytes",
    ];
    all.contains(&flag.name)
}

/// A check has no time limit: `--timeout` is for the whole way of a picture.
pub(super) fn by_check(flag: &Flag) -> bool {
    let others = [
        "for",
        "jobs",
        "exclude",
        "include",
        "allow-empty",
        "json",
        "quiet",
        "verbose",
    ];
    flag.group == Group::Limits && flag.name != "timeout" || others.contains(&flag.name)
}

pub(super) fn by_clean(flag: &Flag) -> bool {
    ["dry-run", "json", "quiet"].contains(&flag.name)
}

pub(super) fn by_open(flag: &Flag) -> bool {
    by_a_page(flag.name) || ["json", "quiet"].contains(&flag.name)
}

/// Whether the runs of the page that `open` serves use the flag of this name. Of the run and the report, each flag is
/// named here, so that a new one does not make a page write, fetch or name anything that it should not: names are
/// reserved for the usual results, `{dir}/{stem}.jpg`.
pub(crate) fn by_a_page(name: &str) -> bool {
    let others = [
        "jobs",
        "memory",
        "force",
        "exclude",
        "include",
        "overwrite",
        "color",
    ];
    let is_of_pictures = |flag: &Flag| matches!(flag.group, Group::Picture | Group::Limits);
    others.contains(&name) || flag(name).is_some_and(is_of_pictures)
}

/// A result that is made again has the settings of its run, but the limits of the review.
pub(super) fn by_review(flag: &Flag) -> bool {
    let others = ["jobs", "memory", "overwrite", "json", "quiet"];
    flag.group == Group::Limits || others.contains(&flag.name)
}

pub(super) fn by_upload(flag: &Flag) -> bool {
    let others = [
        "dry-run",
        "store-timeout",
        "json",
        "report",
        "csv-bom",
        "quiet",
        "verbose",
        "limit-bytes",
    ];
    flag.group == Group::Upload && flag.name != "upload" || others.contains(&flag.name)
}

fn flag(name: &str) -> Option<&'static Flag> {
    FLAGS.iter().find(|flag| flag.name == name)
}

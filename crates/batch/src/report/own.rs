//! Recognises the reports of this program, also of earlier versions, by how they begin.

use super::columns::{DELIVERIES, PICTURES, STATUSES};

/// The columns after which the table of an earlier version ended.
const FORMER_LAST: [&str; 3] = ["notes", "since", "preset"];

/// Whether a table has the columns of a report, of pictures or of deliveries.
pub(super) fn is_table(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().next().unwrap_or_default();
    let pictures = PICTURES.join(",");
    // An earlier version had no flags.
    let is_of_pictures = [pictures.replace(",flags,", ","), pictures]
        .iter()
        .any(|all| {
            let rest = all.strip_prefix(header);
            let last = header.rsplit(',').next().unwrap_or_default();
            rest == Some("")
                || rest.is_some_and(|rest| rest.starts_with(',')) && FORMER_LAST.contains(&last)
        });
    is_of_pictures || header == DELIVERIES.join(",")
}

/// Whether a text is a report of pictures, of deliveries or of a check. Its heading alone can be one of notes
/// that a person has written; the sentence below it is not.
pub(super) fn is_markdown(text: &str) -> bool {
    let below = |heading: &str| {
        let text = text.strip_prefix(heading)?.strip_prefix("\n\n")?;
        text.split_once('\n')
    };
    let of_run = below("## avatar-prep").is_some_and(|(sentence, rest)| match sentence {
        // Of a dry run of deliveries, nothing is counted.
        "" => rest.is_empty() || rest.starts_with("\n### Not delivered: "),
        sentence => is_of_pictures(sentence) || is_of_deliveries(sentence),
    });
    of_run || below("## avatar-prep check").is_some_and(|(sentence, _)| is_of_check(sentence))
}

/// As in `12 files: 3 new, 9 same, in 1.2 s`.
fn is_of_pictures(sentence: &str) -> bool {
    let sentence = sentence.strip_suffix(" (interrupted)").unwrap_or(sentence);
    let parts = counted(sentence).and_then(|rest| rest.strip_prefix("files: "));
    let time = parts.and_then(|parts| parts.strip_suffix(" s")?.rsplit_once(", in "));
    time.is_some_and(|(_, time)| time.parse::<f64>().is_ok())
}

/// As in `3 applied, 1 not started`.
fn is_of_deliveries(sentence: &str) -> bool {
    let words = STATUSES.map(|status| status.replace('_', " "));
    let is_count = |part: &str| counted(part).is_some_and(|word| words.iter().any(|it| it == word));
    sentence.split(", ").all(is_count)
}

/// As in `12 ok, 2 failed (1 gps, 1 too\_small) for slack, github`.
fn is_of_check(sentence: &str) -> bool {
    let rest = counted(sentence).and_then(|rest| rest.strip_prefix("ok"));
    rest.is_some_and(|rest| {
        let failed = rest.strip_prefix(", ").and_then(counted);
        rest.is_empty()
            || rest.starts_with(" for ")
            || failed.is_some_and(|it| it.starts_with("failed ("))
    })
}

/// What follows a number and a space.
fn counted(text: &str) -> Option<&str> {
    let (number, rest) = text.split_once(' ')?;
    number.parse::<u64>().is_ok().then_some(rest)
}

//! The `next:` lines below a summary.

use super::summary::Summary;
use crate::hints;

/// What to do next, the most frequent failure first.
pub(super) fn next(summary: &Summary) -> Vec<String> {
    let mut codes: Vec<_> = summary.codes.iter().collect();
    codes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let line = |(code, count): (&&'static str, &u64)| {
        hints::for_all(code).map(|hint| format!("{count} {code}: {hint}"))
    };
    let mut lines: Vec<String> = codes.into_iter().filter_map(line).collect();
    // The hint of a single file was already printed with it.
    if summary.files() == 1 {
        lines.clear();
    }
    if summary.not_started > 0 {
        lines.push("run the same command again: finished files are skipped".into());
    }
    if summary.planned > 0 {
        lines.push("run again without --dry-run".into());
    }
    lines
}

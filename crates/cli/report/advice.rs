//! What to do next, in one line for each kind of failure.

use super::record::Summary;

/// Codes of failures and what to do about all files that have them; the rest explains itself.
const ADVICE: [(&str, &str); 12] = [
    (
        "collision",
        "rename them, or run again with --on-collision suffix",
    ),
    (
        "cap_unreachable",
        "raise --max-bytes, lower the floor of --quality, or make --size smaller",
    ),
    ("too_small", "use larger originals, or lower --min-size"),
    (
        "limit_exceeded",
        "if you trust them, raise the limit that each names",
    ),
    (
        "io",
        "check the permissions and the free space, and run the same command again",
    ),
    (
        "out_of_memory",
        "free some memory, or lower --memory or --jobs, and run the same command again",
    ),
    ("truncated", "copy or download them again"),
    ("malformed", "export them again from their sources"),
    ("unsupported", "convert them to PNG or JPEG first"),
    (
        "unrecognized_format",
        "check whether they are pictures at all",
    ),
    ("bad_name", "rename them, or choose other names with --name"),
    ("panicked", "report them as a bug, please"),
];

/// The lines, the most frequent failure first.
pub(crate) fn next(summary: &Summary) -> Vec<String> {
    let mut codes: Vec<_> = summary.codes.iter().collect();
    codes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let line = |(code, count): (&&'static str, &u64)| {
        let advice = ADVICE.iter().find(|(known, _)| known == code);
        advice.map(|(_, advice)| format!("{count} {code}: {advice}"))
    };
    let mut lines: Vec<String> = codes.into_iter().filter_map(line).collect();
    // One file has said so itself.
    if summary.files() == 1 {
        lines.clear();
    }
    if summary.not_started > 0 {
        lines.push("run the same command again: what is done is skipped".into());
    }
    if summary.planned > 0 {
        lines.push("run it without --dry-run".into());
    }
    lines
}

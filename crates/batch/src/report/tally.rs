//! The counts of a run as one sentence, for reports.

use super::summary::Summary;

/// As in `12 files: 3 new, 1 changed, 7 same, 1 failed (1 as before), 2 with warnings, in 1.2 s`.
pub(super) fn sentence(summary: &Summary) -> String {
    let failed = match summary.failed_before {
        0 => "failed".into(),
        known => format!("failed ({known} as before)"),
    };
    let changes = summary.changes;
    let counts = [
        (changes.new, "new".to_string()),
        (changes.changed, "changed".into()),
        (changes.same, "same".into()),
        (changes.removed.unwrap_or(0), "whose source is gone".into()),
        (summary.failed, failed),
        (summary.warnings, "with warnings".into()),
        (summary.skipped - summary.up_to_date, "skipped".into()),
        (summary.not_started, "not started".into()),
    ];
    let parts = counts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let ended = if summary.interrupted {
        " (interrupted)"
    } else {
        ""
    };
    format!(
        "{} files: {}, in {:.1} s{ended}",
        summary.files(),
        parts.join(", "),
        summary.ms / 1e3
    )
}

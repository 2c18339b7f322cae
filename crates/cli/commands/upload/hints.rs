//! Hints of the library in the words of the command line: they name flags.

use avatar_upload::hints;

const IN_FLAGS: [(&str, &str); 5] = [
    (hints::SMALLER, "lower --max-bytes"),
    (
        hints::SIMILAR,
        "look at the account; --resend sends the picture",
    ),
    (hints::SAME, "--resend sends it anyway"),
    (
        hints::REFUSED_BEFORE,
        "change the picture or the account's entry, or send it again with --resend",
    ),
    (
        hints::UNKNOWN,
        "look at the account; run the same command to verify again, or with --resend to send again",
    ),
];

/// What to print for a hint of the library.
pub(super) fn in_flags(hint: &str) -> &str {
    let found = IN_FLAGS.iter().find(|(known, _)| *known == hint);
    found.map_or(hint, |(_, own)| own)
}

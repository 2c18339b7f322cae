//! Hints for people who cannot change the command line.

/// What to do about failures whose usual hint names flags.
const FOR_PAGE: [(&str, &str); 8] = [
    (
        "too_small",
        "use a larger original, or choose another platform or a smaller size",
    ),
    (
        "cap_unreachable",
        "choose a platform that accepts larger files, or a smaller size",
    ),
    (
        "limit_exceeded",
        "make the picture smaller with another program, and drop it again",
    ),
    (
        "timed_out",
        "close other programs and make the pictures again, or save it in another format",
    ),
    (
        "out_of_memory",
        "close other programs, and make the pictures again",
    ),
    (
        "foreign_output",
        "another file has the name of the result: move it away, and make the pictures again",
    ),
    ("collision", "rename the file, and drop it again"),
    ("bad_name", "rename the file, and drop it again"),
];

/// The hint of a failure with this code, without flags where possible.
pub(super) fn for_page(code: Option<&str>, usual: &str) -> String {
    if !usual.contains("--") {
        return usual.into();
    }
    let own = FOR_PAGE.iter().find(|(known, _)| Some(*known) == code);
    match own {
        Some((_, hint)) => (*hint).into(),
        None => format!("whoever started avatar-prep can change it: {usual}"),
    }
}

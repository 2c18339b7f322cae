//! What a user can do about a failure, in the words of the command line.
//!
//! The libraries have hints of their own, but they cannot name flags. So the hint for every failed
//! picture and store is chosen here: for one file by its error, for many files by their common code. Notes
//! get theirs here, too.

use avatar_prepare::{Error, Limit, Note, Settings};
use avatar_stores::{Kind, StoreError};

pub(crate) const UNREADABLE: &str = "check that the file exists and is readable";
pub(crate) const UNWRITABLE: &str = "check the folder, its permissions and the free space";
pub(crate) const COLLISION: &str = "rename one of them, or add --name '{dir}/{stem}-{ext}.jpg', or --on-collision prefer or suffix";
/// For names that differ in more than their extensions, of which no source is preferred.
pub(crate) const COLLISION_OF_STEMS: &str =
    "rename one of them, or add --name '{dir}/{stem}-{ext}.jpg', or --on-collision suffix";
/// For names of which some collide with the extension in the name, too, such as `x.jpg` and `x.JPG`.
pub(crate) const COLLISION_OF_EXTENSIONS: &str =
    "rename one of them, or add --on-collision prefer or suffix";
/// For names that differ in case only, and of which no source is preferred.
pub(crate) const COLLISION_OF_CASE: &str = "rename one of them, or add --on-collision suffix";
/// For one file that is given twice: every name is the same.
pub(crate) const COLLISION_WITH_ITSELF: &str = "name each file once";
/// For addresses of which only the query differs.
pub(crate) const COLLISION_OF_QUERIES: &str = "add --name '{dir}/{stem}-{query}.jpg', whose {query} is made of what follows the question mark";
/// For a source of an earlier run.
pub(crate) const COLLISION_OF_RUNS: &str = "choose another folder for the results, name both inputs in one run with --name '{root}/{dir}/{stem}.jpg', or add --overwrite if only the new one is wanted";
pub(crate) const BAD_NAME: &str = "rename it, or choose other names with --name";
pub(crate) const BAD_KEY: &str = "copy the object to another key, without empty parts, . and .., control characters and / at the end";
pub(crate) const FOREIGN_OUTPUT: &str =
    "move that file away, choose another folder for the results, or add --overwrite";
/// No advice to lower `--min-size`: who uploads would be refused there.
const TOO_SMALL: &str = "use larger originals, or add --too-small enlarge; each file names the --enlarge-limit that it needs";
pub(crate) const ANOTHER_FOLDER: &str = "choose another folder for the results";

/// What to do about one picture.
pub(crate) fn of(error: &Error) -> String {
    match error {
        Error::Limit(exceeded) => of_limit(exceeded.limit).unwrap_or_else(|| error.hint()),
        Error::CapUnreachable { .. } => {
            "raise --max-bytes, lower the floor of --quality, or use a smaller --size and --min-size"
        }
        Error::TimedOut { .. } => "raise --timeout if you trust the file",
        Error::OutOfMemory { .. } => "free some memory, or lower --memory or --jobs",
        Error::TooSmall {
            found,
            allowed,
            enlarged_to,
        } => return too_small(*found, *allowed, *enlarged_to),
        _ => error.hint(),
    }
    .into()
}

/// What to do about a picture over a limit, if an option changes the limit.
pub fn of_limit(limit: Limit) -> Option<&'static str> {
    match limit {
        Limit::EncodedBytes => Some("raise --limit-bytes if you trust the file"),
        Limit::Pixels => Some("raise --limit-pixels if you trust the file"),
        Limit::Side => Some("raise --limit-side if you trust the file"),
        Limit::Frames => Some("raise --limit-frames if you trust the file"),
        Limit::DecodedBytes => Some("raise --limit-decoded if you trust the file"),
        Limit::Memory => Some("raise --memory, or use a smaller --size"),
        _ => None,
    }
}

/// What to do about a failure of a store.
pub fn of_store(error: &StoreError) -> &'static str {
    match error.kind() {
        Kind::TooLarge => "raise --limit-bytes if you trust the file",
        Kind::NotSupported => {
            "the service lacks what this needs; for HTTP servers, list the addresses with --from"
        }
        Kind::BadKey => "rename the object, or choose other names with --name",
        _ => error.hint(),
    }
}

/// A note, with the flag that changes what it says where there is one.
pub(crate) fn noted(note: &Note) -> String {
    match note {
        Note::SmallerThanAsked { .. } => format!("{note}; --enlarge enlarges it"),
        Note::LogoCut => format!("{note}; --fit auto shows it whole"),
        _ => note.to_string(),
    }
}

fn too_small(found: u32, allowed: u32, enlarged_to: Option<u32>) -> String {
    let larger = format!("use an original of at least {allowed} pixels");
    match enlarged_to.map(|edge| edge.div_ceil(found.max(1))) {
        None => format!("{larger}, or add --too-small enlarge"),
        Some(factor) if f64::from(factor) <= Settings::MAX_ENLARGED => {
            format!("{larger}, or raise --enlarge-limit to {factor}")
        }
        Some(_) => larger,
    }
}

/// What to do about all files that failed with one code. Codes that are not listed have no common
/// hint, because each file differs.
const FOR_ALL: [(&str, &str); 13] = [
    (
        "collision",
        "rename them, or run again with --on-collision suffix, or for several IN --name '{root}/{dir}/{stem}.jpg'",
    ),
    (
        "foreign_output",
        "move these files away, choose another folder for the results, or add --overwrite",
    ),
    (
        "cap_unreachable",
        "raise --max-bytes, lower the floor of --quality, or use a smaller --size and --min-size",
    ),
    ("too_small", TOO_SMALL),
    (
        "limit_exceeded",
        "do what the hint of each says: some name a limit that can be raised",
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
    ("unrecognized_format", "check that they are pictures"),
    ("bad_name", "rename them, or choose other names with --name"),
    ("panicked", "please report them as a bug"),
];

/// The hint for all files that failed with this code.
pub(crate) fn for_all(code: &str) -> Option<&'static str> {
    let found = FOR_ALL.iter().find(|(known, _)| *known == code);
    found.map(|(_, hint)| *hint)
}

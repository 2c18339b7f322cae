//! Whether records are wanted by a command line that could not be parsed. The parser says it of all others.

use std::ffi::OsString;
use std::path::Path;

use avatar_batch::args::config;
use avatar_batch::args::flags::FLAGS;
use avatar_batch::args::variables;

/// Whether the error of these words, which are the name of the program and its arguments, is printed as a record
/// too: if `--json` is among them, or set by a variable or the settings file. Not if the last path is `-`, because
/// whoever reads standard output expects a picture there.
pub(crate) fn wants_records(words: &[OsString]) -> bool {
    let (mut json, mut file, mut last_path) = (false, None, None);
    let mut rest = words.iter().skip(1);
    while let Some(word) = rest.next() {
        let Some(text) = word.to_str() else { continue };
        match text.split_once('=') {
            _ if text == "--" => break,
            _ if text == "--json" => json = true,
            _ if text == "--config" => file = rest.next().cloned(),
            Some(("--config", value)) => file = Some(value.into()),
            _ if takes_next(text) => drop(rest.next()),
            _ if text == "-" || !text.starts_with('-') => last_path = Some(text),
            _ => {}
        }
    }
    let last_path = rest
        .next_back()
        .and_then(|word| word.to_str())
        .or(last_path);
    let file =
        file.or_else(|| std::env::var_os(variables::CONFIG).filter(|value| !value.is_empty()));
    last_path != Some("-") && config::wants_records(json, file.as_deref().map(Path::new))
}

/// Whether the next word is the value of this one.
pub(super) fn takes_next(word: &str) -> bool {
    let mut with_value = FLAGS.iter().filter(|flag| flag.value.is_some());
    with_value.any(|flag| {
        let is_short = flag.short.is_some_and(|short| word == format!("-{short}"));
        is_short || word.strip_prefix("--") == Some(flag.name)
    })
}

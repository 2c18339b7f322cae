//! Environment variables: an unknown one of this program is refused, like an unknown key of the
//! settings file.

use super::flags::{FLAGS, Flag};
use super::nearest::nearest;
use crate::error::CliError;

const PREFIX: &str = "AVATAR_PREP_";

/// The settings file.
pub const CONFIG: &str = "AVATAR_PREP_CONFIG";

/// Variables of the tests and measurements, with paths of what they need.
const OF_THE_TESTS: [&str; 3] = [
    "AVATAR_PREP_CORPUS",
    "AVATAR_PREP_LIVE",
    "AVATAR_PREP_PYTHON",
];

/// Refuses a variable of this program that belongs to no flag, because a misspelt one would
/// silently have no effect.
pub fn check() -> Result<(), CliError> {
    let known: Vec<String> = FLAGS.iter().map(Flag::variable).collect();
    let is_known = |name: &str| {
        name == CONFIG || OF_THE_TESTS.contains(&name) || known.iter().any(|it| it == name)
    };
    let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    let mut unknown: Vec<String> = names
        .filter(|name| name.starts_with(PREFIX) && !is_known(name))
        .collect();
    unknown.sort();
    let Some(name) = unknown.first() else {
        return Ok(());
    };
    let hint = match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => {
            format!("did you mean {near}? every option has a variable, see avatar-prep --help")
        }
        None => "every option has a variable, see avatar-prep --help".into(),
    };
    Err(CliError::usage(format!("unknown variable {name}"), hint))
}

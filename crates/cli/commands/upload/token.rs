//! Reads a token from a variable, a private file or the system's keyring. Never from the command
//! line, which other users of the machine can see.

use std::path::{Path, PathBuf};
use std::process::Command;

use avatar_batch::args::UploadOptions;
use avatar_batch::error::CliError;
use avatar_batch::report::{console, mask};

use super::encoding::utf8;
use super::row::AccountRow;

/// Largest file with a token that is read, in bytes.
const LONGEST: u64 = 4096;

/// The value of a variable; `None` if it is not set or empty.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
}

/// Where a token is.
enum TokenPlace {
    Variable(String),
    File(PathBuf),
    Keyring(String),
}

/// Every token place that an account's entry names; only one is allowed. A value that is not a
/// place is probably the token itself.
fn places(row: &AccountRow) -> Result<Vec<TokenPlace>, Misplaced> {
    let text = |key: &str| row.value(key).map(String::from);
    let mut places = Vec::new();
    if let Some(token) = row.value("token") {
        places.push(match token.split_once(':') {
            Some(("env", name)) => TokenPlace::Variable(name.into()),
            Some(("file", path)) => TokenPlace::File(row.folder.join(path)),
            Some(("keyring", name)) => TokenPlace::Keyring(name.into()),
            _ => return Err(Misplaced),
        });
    }
    places.extend(text("token_env").map(TokenPlace::Variable));
    places.extend(row.path("token_file").map(TokenPlace::File));
    places.extend(text("token_keyring").map(TokenPlace::Keyring));
    Ok(places)
}

/// The token is written where its place should be.
struct Misplaced;

/// Whether an account's entry says where its token is.
pub(super) fn is_named(row: &AccountRow) -> bool {
    places(row).map_or(true, |places| !places.is_empty())
}

/// The tokens of an account that can be read without asking the keyring, even if its entry is
/// wrong.
pub(super) fn known(row: &AccountRow) -> Vec<String> {
    let places = places(row).unwrap_or_default().into_iter();
    let tokens = places.filter_map(|place| match place {
        TokenPlace::Variable(name) => variable(&name),
        TokenPlace::File(path) => content(&path).ok(),
        TokenPlace::Keyring(_) => None,
    });
    tokens.collect()
}

/// The token of an account; in a run that sends nothing, a made-up one if there is none yet.
pub(super) fn of(row: &AccountRow, options: &UploadOptions) -> Result<String, CliError> {
    match places(row) {
        // The keyring is not asked twice.
        Ok(places) if options.sends_nothing && matches!(*places, [TokenPlace::Keyring(_)]) => {
            existing(row, Ok(places)).or_else(|_| Ok(without(row)))
        }
        Ok(places) if options.sends_nothing && is_absent(&places) => Ok(without(row)),
        places => existing(row, places),
    }
}

/// A made-up token for a run that sends nothing.
fn without(row: &AccountRow) -> String {
    console::print_warning(&format!(
        "account {}: its token is not there; this is a dry run, so it goes on without it",
        row.label
    ));
    "0".repeat(LENGTH)
}

/// Digits of a token of GREEN-API.
const LENGTH: usize = 50;

/// Whether a place of a token is named, and nothing is in it.
fn is_absent(places: &[TokenPlace]) -> bool {
    match places {
        [TokenPlace::Variable(name)] => variable(name).is_none(),
        [TokenPlace::File(path)] => path.symlink_metadata().is_err(),
        _ => false,
    }
}

/// The token in its place. Errors do not repeat the name of a variable or file, because it can be
/// the token itself by mistake.
fn existing(
    row: &AccountRow,
    places: Result<Vec<TokenPlace>, Misplaced>,
) -> Result<String, CliError> {
    let found = match places {
        Ok(places) => match places.as_slice() {
            [TokenPlace::Variable(name)] => variable(name).ok_or((
                "the variable that holds its token is not set".into(),
                "set the variable that the accounts file names, with env:NAME or token_env, to the token",
            )),
            [TokenPlace::File(path)] => from_file(path).map_err(|why| (why, FILE)),
            [TokenPlace::Keyring(name)] => from_keyring(name).map_err(|why| (why, KEYRING)),
            _ => Err((
                "it needs exactly one of token_env, token_file, token_keyring".into(),
                "say where its token is: one of these keys, or apiTokenInstance with env:NAME, file:PATH or keyring:NAME",
            )),
        },
        Err(Misplaced) => Err((
            "an accounts file must not contain the token itself".into(),
            "put the token into an environment variable or a private file, and write env:NAME or file:PATH",
        )),
    };
    let token = found.map_err(|(why, hint): (String, &str)| {
        let message = format!("account {}: {why}", row.label);
        CliError::usage(message, hint)
    })?;
    mask::learn(&token);
    Ok(token)
}

const FILE: &str = "name a file that contains only the token; chmod 600 makes it private";
const KEYRING: &str = "store the token under the service avatar-prep and this account";

/// The name of a file may be the token itself, by mistake; its folder is not.
fn from_file(path: &Path) -> Result<String, String> {
    private(path).map_err(|why| {
        let folder = path.parent().filter(|folder| folder.is_dir());
        let folder = folder.map_or_else(String::new, |it| format!(", in {}", it.display()));
        format!("token_file: {why}{folder}")
    })
}

fn private(path: &Path) -> Result<String, String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(format!(
                "other users may read it (mode {mode:o}); it must be 600"
            ));
        }
    }
    content(path)
}

fn content(path: &Path) -> Result<String, String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is not a file".into());
    }
    if metadata.len() > LONGEST {
        return Err("it is too long for a token".into());
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    utf8(&bytes).map(String::from).map_err(String::from)
}

/// Reads a token from the keyring with the system's own program. The crate `keyring` would bring a
/// client of D-Bus for the same answer.
fn from_keyring(name: &str) -> Result<String, String> {
    let mut command = if cfg!(target_os = "macos") {
        let mut command = Command::new("security");
        command.args([
            "find-generic-password",
            "-w",
            "-s",
            "avatar-prep",
            "-a",
            name,
        ]);
        command
    } else {
        let mut command = Command::new("secret-tool");
        command.args(["lookup", "service", "avatar-prep", "account", name]);
        command
    };
    let output = command
        .output()
        .map_err(|error| format!("the keyring could not be read: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_string();
    if !output.status.success() || text.is_empty() {
        return Err("the keyring has no token under the name in token_keyring".into());
    }
    Ok(text)
}

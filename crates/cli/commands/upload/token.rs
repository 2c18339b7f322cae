//! Reads a token from a variable, a private file or the system's keyring. Never from the command
//! line, which other users of the machine can see.

use std::path::Path;
use std::process::Command;

use super::list;
use super::row::Row;
use crate::error::CliError;
use crate::report::mask;

/// Largest file with a token that is read, in bytes.
const LONGEST: u64 = 4096;

/// The value of a variable; `None` if it is not set or empty.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
}

/// Whether an account's entry says where its token is.
pub(super) fn is_named(row: &Row) -> bool {
    given(row.token.as_deref()).is_some()
        || given(row.token_env.as_deref()).is_some()
        || given_path(row).is_some()
        || given(row.token_keyring.as_deref()).is_some()
}

/// Splits the value of `token`, such as `env:NAME`, into the kind of place and its name.
fn place(row: &Row) -> Option<(&str, &str)> {
    given(row.token.as_deref())?.split_once(':')
}

/// The tokens of an account that can be read without asking the keyring, even if its entry is
/// wrong.
pub(super) fn known(row: &Row) -> Vec<String> {
    let (kind, name) = place(row).unwrap_or_default();
    let named = |wanted| (kind == wanted).then_some(name);
    let variables = given(row.token_env.as_deref())
        .into_iter()
        .chain(named("env"));
    let files = given_path(row)
        .into_iter()
        .chain(named("file").map(Path::new));
    let in_files = files.filter_map(|path| content(path).ok());
    variables.filter_map(variable).chain(in_files).collect()
}

/// The token of an account. Errors do not repeat the name of a variable or file, because it can be
/// the token itself by mistake.
pub(super) fn of(row: &Row) -> Result<String, CliError> {
    let refuse = |why: &str, hint: &str| {
        let message = format!("account {}: {why}", row.label);
        CliError::usage(message, hint)
    };
    if let Some(text) = given(row.token.as_deref()) {
        let mut row = row.clone();
        row.token = None;
        match text.split_once(':') {
            Some(("env", name)) => row.token_env = Some(name.into()),
            Some(("file", path)) => row.token_file = Some(path.into()),
            Some(("keyring", name)) => row.token_keyring = Some(name.into()),
            _ => {
                return Err(refuse(
                    "a token does not stand in an accounts file",
                    "put it into a variable or a private file and write env:NAME or file:PATH",
                ));
            }
        }
        return of(&row);
    }
    let places = (
        given(row.token_env.as_deref()),
        given_path(row),
        given(row.token_keyring.as_deref()),
    );
    let token = match places {
        (Some(name), None, None) => variable(name).ok_or_else(|| {
            refuse(
                "the variable that token_env names is not set",
                "set it to the token of the account; the file names the variable only",
            )
        }),
        (None, Some(path), None) => from_file(path).map_err(|why| {
            // The name may be the token itself, by mistake; the folder is not.
            let folder = path.parent().filter(|folder| folder.is_dir());
            let folder = folder.map_or_else(String::new, |it| format!(", in {}", it.display()));
            refuse(
                &format!("token_file: {why}{folder}"),
                "name a file that holds nothing but the token; chmod 600 makes it private",
            )
        }),
        (None, None, Some(name)) => from_keyring(name).map_err(|why| {
            refuse(
                &why,
                "store the token under the service avatar-prep and this account",
            )
        }),
        _ => Err(refuse(
            "it needs exactly one of token_env, token_file, token_keyring",
            "say where its token is",
        )),
    }?;
    mask::learn(&token);
    Ok(token)
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn given_path(row: &Row) -> Option<&Path> {
    let path = row.token_file.as_deref();
    path.filter(|path| !path.as_os_str().is_empty())
}

fn from_file(path: &Path) -> Result<String, String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(format!(
                "others may read it (mode {mode:o}); allowed is 600"
            ));
        }
    }
    content(path)
}

fn content(path: &Path) -> Result<String, String> {
    let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is no file".into());
    }
    if metadata.len() > LONGEST {
        return Err("it is too long for a token".into());
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    list::utf8(&bytes).map(String::from).map_err(String::from)
}

/// Reads a token from the keyring with the system's own program.
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
        .map_err(|error| format!("the keyring could not be asked: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_string();
    if !output.status.success() || text.is_empty() {
        return Err("the keyring has no token under the name in token_keyring".into());
    }
    Ok(text)
}

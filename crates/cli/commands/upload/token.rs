//! Where a token comes from: a variable, a private file, or the keyring of the system. Never from
//! the command line, which others can read.

use std::path::Path;
use std::process::Command;

use super::accounts::Row;
use crate::error::CliError;
use crate::report::mask;

/// Most bytes of a file with a token.
const LONGEST: u64 = 4096;

/// A variable that is set to something.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
}

/// The tokens of an account that can be had without asking anybody, also where its entry is wrong.
pub(super) fn known(row: &Row) -> Vec<String> {
    let in_variable = given(row.token_env.as_deref()).and_then(variable);
    let in_file = given_path(row).and_then(|path| content(path).ok());
    in_variable.into_iter().chain(in_file).collect()
}

/// The token of an account, as text. A token that stands where the name of its place belongs is not
/// repeated.
pub(super) fn of(row: &Row) -> Result<String, CliError> {
    let refuse = |why: &str, hint: &str| {
        let message = format!("account {}: {why}", row.label);
        CliError::usage(message, hint)
    };
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
            refuse(
                &format!("token_file: {why}"),
                "chmod 600 makes a file private",
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
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

/// Asks the tool of the system, which needs no library here.
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

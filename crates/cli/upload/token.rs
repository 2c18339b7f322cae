//! Where a token comes from: a variable, a private file, or the keyring of the system. Never from
//! the command line, which others can read.

use std::path::Path;
use std::process::Command;

use super::accounts::{self, Row};
use crate::usage::UsageError;

/// A variable that is set to something.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
}

/// The token of an account, as text.
pub(super) fn of(row: &Row) -> Result<String, UsageError> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let file = row
        .token_file
        .as_deref()
        .filter(|path| !path.as_os_str().is_empty());
    // A token that stands where the name of its place belongs is not repeated.
    let refuse = |why: String, hint: &str| {
        let message = format!("account {}: {why}", row.name);
        UsageError::new(accounts::masked(&message), hint)
    };
    match (given(&row.token_env), file, given(&row.token_keyring)) {
        (Some(name), None, None) => variable(&name).ok_or_else(|| {
            refuse(
                format!("the variable {name} is not set"),
                "set it to the token of the account; the file names the variable only",
            )
        }),
        (None, Some(path), None) => from_file(path).map_err(|why| {
            refuse(
                format!("{}: {why}", path.display()),
                "chmod 600 makes a file private",
            )
        }),
        (None, None, Some(name)) => from_keyring(&name).map_err(|why| {
            refuse(
                why,
                "store the token under the service avatar-prep and this account",
            )
        }),
        _ => Err(refuse(
            "it needs exactly one of token_env, token_file, token_keyring".into(),
            "say where its token is",
        )),
    }
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
    if metadata.len() > 4096 {
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
        return Err(format!("the keyring has no token for {name}"));
    }
    Ok(text)
}

//! Which picture is for whom: one picture per account, nothing guessed.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::accounts::Row;
use crate::usage::UsageError;

/// Who gets what, and what is left over.
pub(super) struct Matched {
    pub(super) pairs: Vec<(Row, PathBuf)>,
    pub(super) accounts: Vec<Row>,
    pub(super) pictures: Vec<PathBuf>,
}

/// The results in a folder, relative to it and sorted; or the one picture that was named.
pub(super) fn pictures(output: &Path) -> Vec<PathBuf> {
    if output.is_file() {
        return output.file_name().map(PathBuf::from).into_iter().collect();
    }
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    let entries = WalkDir::new(output)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(visible);
    let files = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file());
    let relative = files.filter_map(|entry| {
        entry
            .path()
            .strip_prefix(output)
            .map(Path::to_path_buf)
            .ok()
    });
    relative
        .filter(|path| path.extension().is_some_and(|extension| extension == "jpg"))
        .collect()
}

/// Finds the picture of each account: the one that it names, else the one whose name is its name
/// or its number. A single account of the environment takes the only picture there is.
pub(super) fn matched(
    rows: Vec<Row>,
    pictures: &[PathBuf],
    single: bool,
) -> Result<Matched, UsageError> {
    if single {
        return only(rows, pictures);
    }
    let mut matched = Matched {
        pairs: Vec::new(),
        accounts: Vec::new(),
        pictures: Vec::new(),
    };
    for row in rows {
        let fitting: Vec<&PathBuf> = pictures
            .iter()
            .filter(|picture| fits(&row, picture))
            .collect();
        match fitting.as_slice() {
            [] => matched.accounts.push(row),
            [picture] => matched.pairs.push((row, (*picture).clone())),
            [first, second, ..] => {
                let message = format!(
                    "account {} fits {} and {}",
                    row.name,
                    first.display(),
                    second.display()
                );
                return Err(UsageError::new(
                    message,
                    "one account shows one picture: name it with picture = \"…\"",
                ));
            }
        }
    }
    let taken = |picture: &&PathBuf| matched.pairs.iter().any(|(_, taken)| taken == *picture);
    matched.pictures = pictures
        .iter()
        .filter(|picture| !taken(picture))
        .cloned()
        .collect();
    Ok(matched)
}

fn only(rows: Vec<Row>, pictures: &[PathBuf]) -> Result<Matched, UsageError> {
    let [picture] = pictures else {
        let message = format!(
            "{} pictures for one account, which shows one",
            pictures.len()
        );
        return Err(UsageError::new(
            message,
            "name one picture, or many accounts with --accounts",
        ));
    };
    let pairs = rows.into_iter().map(|row| (row, picture.clone())).collect();
    Ok(Matched {
        pairs,
        accounts: Vec::new(),
        pictures: Vec::new(),
    })
}

/// `picture` is the path of the source or of the result; their names differ by the extension.
fn fits(row: &Row, picture: &Path) -> bool {
    match row.picture.as_deref().filter(|named| !named.is_empty()) {
        Some(named) => {
            let named = Path::new(named);
            named == picture || named.with_extension("jpg") == picture
        }
        None => {
            let stem = picture.file_stem().unwrap_or_default();
            stem == row.name.as_str() || stem == row.id_instance.as_str()
        }
    }
}

//! Which account gets which picture: one picture per account, and never a guess. [`Results`] knows
//! the pictures to choose from.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use avatar_batch::error::CliError;
use avatar_batch::made::Made;
use avatar_upload::{path_of_text, path_text};

use super::gate::{Gate, Refusal};
use super::results::{Results, composed};
use super::row::AccountRow;
use super::{places, services};

/// Which account gets which picture, and what is left over.
#[derive(Default)]
pub(super) struct Matched {
    pub(super) pairs: Vec<(AccountRow, PathBuf)>,
    pub(super) accounts: Vec<AccountRow>,
    /// Accounts that name a picture which does not exist.
    pub(super) missing: Vec<AccountRow>,
    pub(super) pictures: Vec<PathBuf>,
    /// Accounts whose picture was made by an earlier run and could not be remade in this one.
    pub(super) stale: Vec<(AccountRow, PathBuf)>,
    /// Accounts whose picture may not be sent without approval.
    pub(super) held: Vec<(AccountRow, PathBuf, Refusal)>,
    /// Accounts whose picture was made by an earlier run from a source that is not among those of this one.
    pub(super) gone: Vec<(AccountRow, PathBuf)>,
    /// Accounts without a result because its source failed in this run, at least for their platform.
    pub(super) failed: Vec<AccountRow>,
}

impl Matched {
    /// Whether there is nothing to send or to reject.
    pub(super) fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.never_sent() == 0
    }

    /// Deliveries that are rejected before they begin.
    pub(super) fn never_sent(&self) -> usize {
        let withheld = self.stale.len() + self.gone.len() + self.held.len();
        self.missing.len() + withheld + self.failed.len()
    }

    /// Moves accounts whose picture the gate refuses to `held`.
    pub(super) fn hold(&mut self, gate: &Gate<'_>) -> Result<(), CliError> {
        let (mut open, mut held) = (Vec::new(), Vec::new());
        for (row, picture) in self.pairs.drain(..) {
            match gate.refusal(&picture)? {
                Some(refusal) => held.push((row, picture, refusal)),
                None => open.push((row, picture)),
            }
        }
        (self.pairs, self.held) = (open, held);
        Ok(())
    }

    /// Moves accounts whose picture is older than its source to `stale`, those whose picture has no source any
    /// more to `gone`, and those whose source failed in this run, or failed for their platform, to `failed`.
    pub(super) fn withhold(&mut self, output: &Path, made: &Made, results: &Results) {
        let is_gone = |(_, picture): &mut (AccountRow, PathBuf)| results.is_gone(picture);
        self.gone.extend(self.pairs.extract_if(.., is_gone));
        let is_stale = |(row, picture): &mut (AccountRow, PathBuf)| {
            row.picture().is_some_and(|named| made.has_failed(&named))
                || made.is_stale(&places::result(output, picture))
        };
        self.stale.extend(self.pairs.extract_if(.., is_stale));
        let has_failed = |row: &mut AccountRow| {
            let platform = services::preset(row).ok().map(|preset| preset.name);
            match row.picture() {
                Some(named) => made.has_failed_for(&named, platform),
                None => made.has_failed_under([&row.name, &row.id], platform),
            }
        };
        for rows in [&mut self.missing, &mut self.accounts] {
            self.failed.extend(rows.extract_if(.., has_failed));
        }
    }
}

/// Finds the picture of each account: the one that its entry names, otherwise the one whose file
/// name is the account's name or number. The single account of the environment gets the only
/// picture there is.
pub(super) fn matched(
    rows: Vec<AccountRow>,
    results: &Results,
    single: bool,
) -> Result<Matched, CliError> {
    if single {
        return only(rows, results);
    }
    let mut matcher = Matcher {
        results,
        by_stem: by_stem(results.asked()),
        taken: HashMap::new(),
        matched: Matched::default(),
    };
    for row in rows {
        match row.picture() {
            Some(named) => matcher.by_name(row, &named)?,
            None => matcher.by_stem(row)?,
        }
    }
    let Matcher { taken, matched, .. } = matcher;
    let left = results.asked().iter();
    let left = left.filter(|picture| !taken.contains_key(picture.as_path()));
    Ok(Matched {
        pictures: left.cloned().collect(),
        ..matched
    })
}

struct Matcher<'a> {
    results: &'a Results,
    by_stem: HashMap<String, BTreeSet<&'a Path>>,
    /// Pictures that have an account, with its name if the picture was matched by name.
    taken: HashMap<&'a Path, Option<String>>,
    matched: Matched,
}

impl<'a> Matcher<'a> {
    /// Matches an account with the picture that its entry names; several accounts may name one
    /// picture.
    fn by_name(&mut self, row: AccountRow, named: &Path) -> Result<(), CliError> {
        let mut all = self.results.named(named);
        let platform = services::preset(&row)?.name;
        // A result that is named itself is meant, whatever it was made for.
        all.retain(|path| is_itself(path, named) || self.results.suits(path, platform));
        let asked = |path: &&Path| self.results.among_asked(path);
        match (all.as_slice(), all.iter().find_map(asked)) {
            ([], _) => self.matched.missing.push(row),
            (_, None) => self.matched.accounts.push(row),
            ([_], Some(picture)) => {
                self.taken.entry(picture).or_insert(None);
                self.matched.pairs.push((row, picture.into()));
            }
            ([first, second, ..], Some(_)) => return Err(ambiguous(&row, first, second)),
        }
        Ok(())
    }

    /// Matches an account with the picture that has its name or number; such a picture can belong
    /// to one account only.
    fn by_stem(&mut self, row: AccountRow) -> Result<(), CliError> {
        let stems = [&row.name, &row.id];
        let found = stems.map(|stem| self.by_stem.get(&composed(&path_of_text(stem))));
        let found = found.into_iter().flatten();
        let platform = services::preset(&row)?.name;
        let found = found.flatten().copied();
        let found = found.filter(|path| self.results.suits_asked(path, platform));
        let found: BTreeSet<&'a Path> = found.collect();
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (None, _) => self.matched.accounts.push(row),
            (Some(first), Some(second)) => return Err(ambiguous(&row, first, second)),
            (Some(picture), None) => {
                let whose = format!("{} ({})", row.label, row.id);
                if let Some(other) = self.taken.get(picture).and_then(Option::as_ref) {
                    return Err(shared(picture, other, &whose));
                }
                self.taken.insert(picture, Some(whose));
                self.matched.pairs.push((row, picture.into()));
            }
        }
        Ok(())
    }
}

/// Whether `named` is the path of this result, with or without its extension.
fn is_itself(path: &Path, named: &Path) -> bool {
    path == named || path.with_extension("") == named
}

/// The results by their names without extension. Some systems write `é` as one character and some as two: both forms
/// are one name.
fn by_stem(pictures: &[PathBuf]) -> HashMap<String, BTreeSet<&Path>> {
    let mut by_stem: HashMap<_, BTreeSet<_>> = HashMap::new();
    for picture in pictures {
        let stem = picture.file_stem().unwrap_or_default();
        by_stem
            .entry(composed(Path::new(stem)))
            .or_default()
            .insert(picture.as_path());
    }
    by_stem
}

fn ambiguous(row: &AccountRow, first: &Path, second: &Path) -> CliError {
    let (first, second) = (path_text(first), path_text(second));
    CliError::usage(
        format!("account {} matches {first} and {second}", row.label),
        "one account shows one picture: name the result with picture = \"…\", without its .jpg, or its platform with preset = \"…\"",
    )
}

fn shared(picture: &Path, first: &str, second: &str) -> CliError {
    let picture = path_text(picture);
    CliError::usage(
        format!("{picture} matches the accounts {first} and {second}"),
        "say which account it is for with picture = \"…\"; several accounts may name it",
    )
}

/// An error unless there is exactly one picture for the single account, because an account shows
/// one.
pub(super) fn one_picture(count: usize) -> Result<(), CliError> {
    if count == 1 {
        return Ok(());
    }
    Err(CliError::usage(
        format!("{count} pictures for one account, which can show only one"),
        "name one picture, or list many accounts in a file and name it with --accounts",
    ))
}

fn only(rows: Vec<AccountRow>, results: &Results) -> Result<Matched, CliError> {
    let platforms = rows.iter().map(|row| Ok(services::preset(row)?.name));
    let platforms = platforms.collect::<Result<Vec<_>, CliError>>()?;
    let suits = |path: &&PathBuf| platforms.iter().all(|it| results.suits_asked(path, it));
    let pictures: Vec<&PathBuf> = results.asked().iter().filter(suits).collect();
    one_picture(pictures.len())?;
    let Some(picture) = pictures.first() else {
        return Ok(Matched::default());
    };
    let pairs = rows.into_iter().map(|row| (row, (*picture).clone()));
    let pairs = pairs.collect();
    Ok(Matched {
        pairs,
        ..Matched::default()
    })
}

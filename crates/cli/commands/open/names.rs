//! Which names of results are taken, so that no picture replaces another.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::CliError;
use crate::files::fingerprint::Hash;
use crate::naming::{portable, template};
use crate::state;

/// Highest number that is added to a name.
const NUMBERS: u32 = 10_000;

/// A name that is the same for all sources whose results are one file on some system.
pub(super) type Key = OsString;

/// The names of results, and the content of the source of each.
#[derive(Default)]
pub(super) struct Names {
    taken: HashMap<Key, Owner>,
}

/// Who has a name.
struct Owner {
    content: Hash,
    /// How many pages have dropped it, and one for a result that exists.
    count: u32,
}

impl Names {
    /// The names of the results that are in `out` already.
    pub(super) fn of_folder(out: &Path) -> Result<Self, CliError> {
        let mut taken = HashMap::new();
        for reader in state::look(out)? {
            let all = reader.all(|known| {
                let source = known.origin.as_ref().map(|origin| origin.hash);
                let content = source.unwrap_or(known.hash);
                taken.insert(portable::fold(&known.output), Owner { content, count: 1 });
            });
            all.map_err(|error| {
                CliError::environment(error.to_string(), "prepare into the folder again")
            })?;
        }
        Ok(Self { taken })
    }

    /// Takes a name for a source with this content: the wanted one, or one with a number if another
    /// picture has it. `None` if all numbers are taken.
    pub(super) fn take(&mut self, wanted: &Path, content: Hash) -> Option<(PathBuf, Key)> {
        (1..NUMBERS).find_map(|number| {
            let name = numbered(wanted, number)?;
            let key = portable::fold(&template::usual(&name));
            let new = Owner { content, count: 0 };
            let owner = self.taken.entry(key.clone()).or_insert(new);
            let is_free = owner.content == content;
            owner.count += u32::from(is_free);
            is_free.then_some((name, key))
        })
    }

    /// Gives back a name that was taken once.
    pub(super) fn release(&mut self, key: &Key) {
        if let Some(owner) = self.taken.get_mut(key) {
            owner.count = owner.count.saturating_sub(1);
            if owner.count == 0 {
                self.taken.remove(key);
            }
        }
    }
}

fn numbered(path: &Path, number: u32) -> Option<PathBuf> {
    if number == 1 {
        return Some(path.to_path_buf());
    }
    let mut name = path.file_stem()?.to_os_string();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    Some(path.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_pictures_get_one_name() {
        let mut names = Names::default();
        let (one, other) = (Hash::of(b"1"), Hash::of(b"2"));
        let mut take = |name: &str, hash| {
            let taken = names.take(Path::new(name), hash);
            taken.map(|(name, _)| name.display().to_string())
        };
        assert_eq!(take("a/b.png", one).as_deref(), Some("a/b.png"));
        assert_eq!(take("a/b.png", one).as_deref(), Some("a/b.png"));
        assert_eq!(take("a/b.png", other).as_deref(), Some("a/b-2.png"));
        // One file on systems that ignore case, and another source of the same result.
        assert_eq!(take("a/B.PNG", other).as_deref(), Some("a/B-2.PNG"));
        assert_eq!(
            take("a/b.jpg", Hash::of(b"3")).as_deref(),
            Some("a/b-3.jpg")
        );
        // Composed and decomposed.
        assert_eq!(take("\u{e9}.png", one).as_deref(), Some("\u{e9}.png"));
        assert_eq!(
            take("e\u{301}.png", other).as_deref(),
            Some("e\u{301}-2.png")
        );
        assert_eq!(take("b.png", other).as_deref(), Some("b.png"));
    }

    #[test]
    fn a_name_is_free_again_when_all_have_given_it_back() {
        let mut names = Names::default();
        let (one, other) = (Hash::of(b"1"), Hash::of(b"2"));
        let wanted = Path::new("a.png");
        let (_, key) = names.take(wanted, one).expect("free");
        names.take(wanted, one).expect("the same picture");
        names.release(&key);
        let (name, _) = names.take(wanted, other).expect("a number");
        assert_eq!(name, Path::new("a-2.png"));
        names.release(&key);
        let (name, _) = names.take(wanted, Hash::of(b"3")).expect("free");
        assert_eq!(name, wanted);
    }
}

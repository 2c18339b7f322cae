//! Which names of results are taken, so that no picture replaces another.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use avatar_batch::error::CliError;
use avatar_batch::files::fingerprint::Hash;
use avatar_batch::naming::{portable, template};
use avatar_batch::state;

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
    /// How many pages have it now: one, or several files of one page.
    pages: u32,
    /// Whether there is a result with this name, also of an earlier page.
    is_result: bool,
}

impl Names {
    /// The names of the results that are in `out` already.
    pub(super) fn of_folder(out: &Path) -> Result<Self, CliError> {
        let mut taken = HashMap::new();
        for reader in state::look(out)? {
            let all = reader.all(|known| {
                let source = known.origin.as_ref().map(|origin| origin.hash);
                let content = source.unwrap_or(known.hash);
                let owner = Owner {
                    content,
                    pages: 0,
                    is_result: true,
                };
                taken.insert(portable::fold(&known.output), owner);
            });
            all.map_err(|error| {
                CliError::environment(error.to_string(), "prepare into the folder again")
            })?;
        }
        Ok(Self { taken })
    }

    /// Takes a name for a source with this content: the wanted one, or one with a number if another
    /// picture has it, or the same picture of another page, which can be made differently there.
    /// `None` if all numbers are taken.
    pub(super) fn take(
        &mut self,
        wanted: &Path,
        content: Hash,
        is_own: impl Fn(&Key) -> bool,
    ) -> Option<(PathBuf, Key)> {
        (1..NUMBERS).find_map(|number| {
            let name = numbered(wanted, number)?;
            let key = portable::fold(&template::usual(&name));
            let owner = self.taken.entry(key.clone()).or_insert(Owner {
                content,
                pages: 0,
                is_result: false,
            });
            let is_free = owner.content == content && (owner.pages == 0 || is_own(&key));
            owner.pages += u32::from(is_free);
            is_free.then_some((name, key))
        })
    }

    /// Gives back a name that was taken once. `is_result` is true if a result has it now.
    pub(super) fn release(&mut self, key: &Key, is_result: bool) {
        if let Some(owner) = self.taken.get_mut(key) {
            owner.pages = owner.pages.saturating_sub(1);
            owner.is_result |= is_result;
            if owner.pages == 0 && !owner.is_result {
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

    fn take(names: &mut Names, name: &str, content: &str, is_own: bool) -> (String, Key) {
        let content = Hash::of(content.as_bytes());
        let taken = names.take(Path::new(name), content, |_| is_own);
        let (name, key) = taken.expect("a name");
        (name.display().to_string(), key)
    }

    #[test]
    fn no_two_pictures_get_one_name() {
        let mut names = Names::default();
        let mut take = |name: &str, content| take(&mut names, name, content, true).0;
        assert_eq!(take("a/b.png", "1"), "a/b.png");
        assert_eq!(take("a/b.png", "1"), "a/b.png");
        assert_eq!(take("a/b.png", "2"), "a/b-2.png");
        // One file on systems that ignore case, and another source of the same result.
        assert_eq!(take("a/B.PNG", "2"), "a/B-2.PNG");
        assert_eq!(take("a/b.jpg", "3"), "a/b-3.jpg");
        // Composed and decomposed.
        assert_eq!(take("\u{e9}.png", "1"), "\u{e9}.png");
        assert_eq!(take("e\u{301}.png", "2"), "e\u{301}-2.png");
        assert_eq!(take("b.png", "2"), "b.png");
    }

    #[test]
    fn no_two_pages_share_a_result() {
        let mut names = Names::default();
        let (first, key) = take(&mut names, "a.png", "1", false);
        assert_eq!(first, "a.png");
        assert_eq!(take(&mut names, "a.png", "1", false).0, "a-2.png");
        // A later page can make the result of an earlier one again.
        names.release(&key, true);
        assert_eq!(take(&mut names, "a.png", "1", false).0, "a.png");
        assert_eq!(take(&mut names, "a.png", "2", false).0, "a-3.png");
    }

    #[test]
    fn a_name_without_a_result_is_free_again_when_all_have_given_it_back() {
        let mut names = Names::default();
        let (_, key) = take(&mut names, "a.png", "1", true);
        take(&mut names, "a.png", "1", true);
        names.release(&key, false);
        assert_eq!(take(&mut names, "a.png", "2", true).0, "a-2.png");
        names.release(&key, false);
        assert_eq!(take(&mut names, "a.png", "3", true).0, "a.png");
    }
}

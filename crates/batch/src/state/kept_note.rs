//! A note as the cache keeps it: `code`, a tab and its words; `!` is before the code of a warning.
//! Earlier versions kept the words only.

/// Written before the code of a warning.
const WARNING: char = '!';

/// A note about a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptNote<'a> {
    /// Empty if an earlier version kept the note.
    pub code: &'a str,
    pub words: &'a str,
    pub is_warning: bool,
}

impl<'a> KeptNote<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let (code, words) = text.split_once('\t').unwrap_or(("", text));
        let warning = code.strip_prefix(WARNING);
        Self {
            code: warning.unwrap_or(code),
            words,
            is_warning: warning.is_some(),
        }
    }

    /// The text to keep. The cache separates notes by line breaks.
    pub fn text(self) -> String {
        let Self { code, words, .. } = self;
        let words = words.replace(['\n', '\r'], " ");
        match self.is_warning {
            true => format!("{WARNING}{code}\t{words}"),
            false => format!("{code}\t{words}"),
        }
    }
}

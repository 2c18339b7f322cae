//! Losses: what a drawing asks for but is not drawn. They become notes.

use std::collections::BTreeSet;

use crate::Note;

/// Most names of one kind that get a note each, so that notes stay readable.
const MOST: usize = 8;
/// Most characters of a name in a note.
const LONGEST: usize = 80;

/// Losses of one drawing, each recorded once.
#[derive(Debug, Default)]
pub(super) struct Losses {
    pub(super) sheets: BTreeSet<String>,
    pub(super) linked: BTreeSet<String>,
    pub(super) embedded: BTreeSet<String>,
    /// Font families that are not installed, with their replacements.
    pub(super) fonts: BTreeSet<(String, String)>,
    pub(super) effects: BTreeSet<&'static str>,
    pub(super) has_html: bool,
    pub(super) lacks_letters: bool,
}

impl Losses {
    pub(super) fn append(&mut self, mut other: Self) {
        self.sheets.append(&mut other.sheets);
        self.linked.append(&mut other.linked);
        self.embedded.append(&mut other.embedded);
        self.fonts.append(&mut other.fonts);
        self.effects.append(&mut other.effects);
        self.has_html |= other.has_html;
        self.lacks_letters |= other.lacks_letters;
    }

    pub(super) fn into_notes(self) -> Vec<Note> {
        let mut notes = Vec::new();
        let sheets = self.sheets.into_iter().take(MOST);
        notes.extend(sheets.map(|address| Note::StyleSheetLeftOut {
            address: short(&address),
        }));
        let linked = self.linked.into_iter().take(MOST);
        notes.extend(linked.map(|address| Note::LinkedPictureLeftOut {
            address: short(&address),
        }));
        let embedded = self.embedded.into_iter().take(MOST);
        notes.extend(embedded.map(|reason| Note::EmbeddedPictureLeftOut { reason }));
        if self.has_html {
            notes.push(Note::HtmlLeftOut);
        }
        let effects = self.effects.into_iter();
        notes.extend(effects.map(|effect| Note::EffectLeftOut {
            effect: effect.into(),
        }));
        let fonts = self.fonts.into_iter().take(MOST);
        notes.extend(fonts.map(|(family, by)| Note::FontReplaced {
            family: short(&family),
            by,
        }));
        if self.lacks_letters {
            notes.push(Note::TextLeftOut);
        }
        notes
    }
}

/// A name without control characters, cut if it is too long.
fn short(name: &str) -> String {
    let mut clean: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST)
        .collect();
    if clean.chars().count() < name.chars().count() {
        clean.push('…');
    }
    clean
}

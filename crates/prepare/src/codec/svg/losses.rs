//! What a drawing asks for but is not drawn, as notes.

use std::collections::BTreeSet;

use crate::Note;

/// Most names of one kind that get a note each, so that notes stay readable.
const MOST: usize = 8;
/// Most characters of a name in a note.
const LONGEST: usize = 80;

/// Losses of one drawing, each recorded once.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// What is lost when the drawing is rewritten.
    pub(super) drawing: avatar_svg::Losses,
    /// Why embedded pictures are left out.
    pub(super) pictures: BTreeSet<String>,
}

impl Losses {
    pub(super) fn append(&mut self, mut other: Self) {
        self.drawing.append(other.drawing);
        self.pictures.append(&mut other.pictures);
    }

    pub(super) fn into_notes(self) -> Vec<Note> {
        let mut notes = Vec::new();
        let drawing = self.drawing;
        let sheets = drawing.sheets.into_iter().take(MOST);
        notes.extend(sheets.map(|address| Note::StyleSheetLeftOut {
            address: short(&address),
        }));
        let linked = drawing.linked.into_iter().take(MOST);
        notes.extend(linked.map(|address| Note::LinkedPictureLeftOut {
            address: short(&address),
        }));
        let pictures = self.pictures.into_iter().take(MOST);
        notes.extend(pictures.map(|reason| Note::EmbeddedPictureLeftOut { reason }));
        if drawing.has_html {
            notes.push(Note::HtmlLeftOut);
        }
        let effects = drawing.effects.into_iter();
        notes.extend(effects.map(|effect| Note::EffectLeftOut {
            effect: effect.into(),
        }));
        let fonts = drawing.fonts.into_iter().take(MOST);
        notes.extend(fonts.map(|(family, by)| Note::FontReplaced {
            family: short(&family),
            by,
        }));
        if drawing.lacks_letters {
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

//! The colours of an item, from its properties, and what is left out of its transparency.

use super::Items;
use super::properties::{Nclx, Property};
use crate::Note;
use crate::color::Color;

/// What to say of a picture that is read without transparency although tiles of it have some.
pub(super) fn transparency_left_out(items: &Items<'_>, item: u32) -> Option<Note> {
    let mut tiles = items.targets(b"dimg", item).iter();
    let has_some = tiles.any(|&tile| items.alpha(tile).is_some());
    has_some.then(|| Note::EmbeddedPictureLeftOut {
        reason: "the transparency of its tiles is incomplete or not supported".into(),
    })
}

/// What to say of a sequence that is read without the transparency of its frames.
#[cfg(feature = "heif")]
pub(super) fn frames_without_transparency() -> Note {
    Note::EmbeddedPictureLeftOut {
        reason: "the transparency of its frames is not supported".into(),
    }
}

/// The properties of an item, and after them what only the first tile of its grid says about
/// colours: some writers describe the tiles and not the whole.
pub(super) fn with_colors(items: &Items<'_>, item: u32) -> Vec<Property> {
    let mut properties: Vec<Property> = items.properties(item).cloned().collect();
    let is_silent = matches!(color(&properties), Color::Unspecified);
    let is_grid = items.kind(item) == Some(*b"grid");
    let first = items.targets(b"dimg", item).first().filter(|_| is_grid);
    let of_tile = first.into_iter().flat_map(|&tile| items.properties(tile));
    // A profile would take precedence over code points of the whole.
    let counts = |property: &&Property| match property {
        Property::Icc(_) => is_silent,
        Property::Nclx(_) => true,
        _ => false,
    };
    properties.extend(of_tile.filter(counts).cloned());
    properties
}

pub(super) fn nclx(properties: &[Property]) -> Option<Nclx> {
    properties.iter().find_map(|property| match property {
        Property::Nclx(nclx) => Some(*nclx),
        _ => None,
    })
}

/// The colour of an item; a profile takes precedence over code points.
pub(super) fn color(properties: &[Property]) -> Color {
    let icc = properties.iter().find_map(|property| match property {
        Property::Icc(icc) => Some(Color::of_profile(icc)),
        _ => None,
    });
    icc.unwrap_or_else(|| nclx(properties).map_or(Color::Unspecified, of_code_points))
}

/// The colour of an item, or if its properties say nothing, of its coded data.
pub(super) fn color_or(properties: &[Property], coded: impl FnOnce() -> Option<Nclx>) -> Color {
    match color(properties) {
        Color::Unspecified => coded().map_or(Color::Unspecified, of_code_points),
        stated => stated,
    }
}

fn of_code_points(nclx: Nclx) -> Color {
    Color::Cicp {
        primaries: u8::try_from(nclx.primaries).unwrap_or(2),
        transfer: u8::try_from(nclx.transfer).unwrap_or(2),
    }
}

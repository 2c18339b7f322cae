//! The colours of an item, from its properties.

use super::properties::{Nclx, Property};
use crate::color::Color;

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
    icc.unwrap_or_else(|| match nclx(properties) {
        Some(nclx) => Color::Cicp {
            primaries: u8::try_from(nclx.primaries).unwrap_or(2),
            transfer: u8::try_from(nclx.transfer).unwrap_or(2),
        },
        None => Color::Unspecified,
    })
}

//! Names the colour space of a file, for people.

use moxcms::{ColorProfile, ProfileText};

use super::profile::{is_srgb, named};
use crate::ColorSpace;
use crate::color::Color;

/// What a file says about its colours.
pub(crate) fn space(color: &Color) -> ColorSpace {
    match color {
        Color::Icc(icc) => of_profile(icc),
        Color::Unspecified => ColorSpace::Unspecified,
        Color::AdobeRgb => ColorSpace::Other("Adobe RGB (1998)".into()),
        Color::Lab => ColorSpace::Other("CIELAB".into()),
        Color::Cicp { .. } | Color::Gamma { .. } if color.colorimetry().is_none() => {
            ColorSpace::Srgb
        }
        Color::Cicp {
            primaries,
            transfer,
        } => ColorSpace::Other(format!("code points {primaries}/{transfer} of ITU-T H.273")),
        Color::Gamma { exponent, .. } => ColorSpace::Other(format!(
            "gamma {exponent:.5} with its own primaries or curve"
        )),
    }
}

fn of_profile(icc: &[u8]) -> ColorSpace {
    if icc.is_empty() {
        return ColorSpace::Unusable("it is incomplete or too large".into());
    }
    match ColorProfile::new_from_slice(&named(icc)) {
        Ok(profile) if is_srgb(&profile) => ColorSpace::Srgb,
        Ok(profile) => {
            let text = profile.description.as_ref().and_then(description);
            let text = text.map(|text| text.trim_matches(['\0', ' ']).to_string());
            let text = text.filter(|text| !text.is_empty());
            ColorSpace::Other(text.unwrap_or_else(|| "a profile without a name".into()))
        }
        Err(error) => ColorSpace::Unusable(error.to_string()),
    }
}

fn description(text: &ProfileText) -> Option<String> {
    match text {
        ProfileText::PlainString(text) => Some(text.clone()),
        ProfileText::Localizable(all) => all.first().map(|one| one.value.clone()),
        ProfileText::Description(one) => Some(one.ascii_string.clone()),
    }
}

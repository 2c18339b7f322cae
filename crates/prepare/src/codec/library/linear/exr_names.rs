//! The names of the channels of an OpenEXR, and which of them make up a picture.

use std::collections::HashSet;

/// Channels in whose company a channel Y is no picture: chroma, and the first of three directions or colours of CIE.
const BESIDE_Y: [&str; 10] = ["RY", "Ry", "rY", "ry", "BY", "By", "bY", "by", "X", "x"];

/// The names of the channels of a part. A file can have a million.
pub(super) struct Names(HashSet<String>);

impl FromIterator<String> for Names {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Self(names.into_iter().collect())
    }
}

impl Names {
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// The channel of this name, of which the last letter can be small, as some programs write it.
    pub(super) fn named(&self, name: &str) -> Option<String> {
        let (layer, letter) = name.split_at_checked(name.len().checked_sub(1)?)?;
        let small = format!("{layer}{}", letter.to_ascii_lowercase());
        let found = [name, &small].into_iter().find(|name| self.has(name));
        found.map(String::from)
    }

    /// Whether there are red, green and blue in capitals, which the library reads.
    pub(super) fn has_colors(&self, prefix: &str) -> bool {
        let mut colors = ["R", "G", "B"].iter();
        colors.all(|color| self.has(&format!("{prefix}{color}")))
    }

    /// The channels of red, green and blue whose names begin like this.
    pub(super) fn colors(&self, prefix: &str) -> Option<[String; 3]> {
        let channel = |color: &str| self.named(&format!("{prefix}{color}"));
        Some([channel("R")?, channel("G")?, channel("B")?])
    }

    /// The channel of luminance whose name begins like this, for each of the colours.
    pub(super) fn gray(&self, prefix: &str) -> Option<[String; 3]> {
        let luminance = self.named(&format!("{prefix}Y"))?;
        Some([luminance.clone(), luminance.clone(), luminance])
    }

    /// How the names of pictures in luminance only begin, in alphabetical order.
    pub(super) fn luminances(&self) -> Vec<String> {
        let prefixes = self
            .0
            .iter()
            .filter_map(|name| name.strip_suffix(['Y', 'y']));
        let is_gray = |prefix: &&str| {
            let is_part = BESIDE_Y
                .iter()
                .any(|other| self.has(&format!("{prefix}{other}")));
            (prefix.is_empty() || prefix.ends_with('.'))
                && !is_part
                && self.colors(prefix).is_none()
        };
        let mut found: Vec<String> = prefixes.filter(is_gray).map(String::from).collect();
        found.sort_unstable();
        found
    }

    /// How the names of a layer with colours begin, if this is its channel of red.
    pub(super) fn layer_of_red<'n>(&self, red: &'n str) -> Option<&'n str> {
        let prefix = red.strip_suffix(['R', 'r'])?;
        let is_layer = prefix.is_empty() || prefix.ends_with('.');
        (is_layer && self.colors(prefix).is_some()).then_some(prefix)
    }

    /// Whether channels of a layer, or those outside layers, make up a picture.
    pub(super) fn has_picture(&self) -> bool {
        let mut all = self.0.iter();
        all.any(|name| self.layer_of_red(name).is_some()) || !self.luminances().is_empty()
    }
}

//! Output settings, validated on construction and immutable afterwards.

use std::fmt;
use std::ops::RangeInclusive;

use crate::{Framing, SettingsError};

/// What shows behind transparent pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Background {
    /// One colour for all: sRGB red, green and blue, 0 to 255.
    Rgb([u8; 3]),
    /// White, or black if the visible pixels have clearly more contrast with black.
    Auto,
}

impl Background {
    /// Opaque white, the default.
    pub const WHITE: Self = Self::Rgb([255; 3]);
    /// Opaque black.
    pub const BLACK: Self = Self::Rgb([0; 3]);
}

impl fmt::Display for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rgb([r, g, b]) => write!(f, "#{r:02x}{g:02x}{b:02x}"),
            Self::Auto => f.write_str("auto"),
        }
    }
}

/// How much time may be spent on fidelity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Effort {
    /// JPEGs are decoded at the smallest reduction that covers the edge.
    Fast,
    /// JPEGs are decoded at 1.6 times the edge or more, which on photographs is hard to tell from a
    /// full decode.
    #[default]
    Balanced,
    /// Everything is decoded fully and resized in linear light.
    Best,
}

/// Version of everything that turns a source into bytes: results of the same source and settings
/// may differ between two values. The number after the plus sign counts changes between releases.
pub const ENGINE: &str = concat!(env!("CARGO_PKG_VERSION"), "+23");

/// What to make of each picture.
///
/// ```
/// use avatar_prepare::{Background, Settings};
/// # fn main() -> Result<(), avatar_prepare::SettingsError> {
/// let settings = Settings::default()
///     .with_edge(512)?
///     .with_max_bytes(100_000)?
///     .with_quality(50..=85)?
///     .with_background(Background::BLACK);
/// assert_eq!(settings.edge(), 512);
/// assert!(Settings::default().with_quality(90..=40).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Settings {
    edge: u32,
    min_edge: u32,
    max_bytes: u64,
    quality: RangeInclusive<u8>,
    background: Background,
    enlarge: bool,
    enlarge_to_min: bool,
    most_enlarged: Option<Hundredths>,
    effort: Effort,
    progressive: bool,
    score: bool,
    framing: Framing,
}

impl Default for Settings {
    /// 640 pixels, 150,000 bytes, quality 40 to 90, on white, never enlarged.
    fn default() -> Self {
        Self {
            edge: 640,
            min_edge: 1,
            max_bytes: 150_000,
            quality: 40..=90,
            background: Background::WHITE,
            enlarge: false,
            enlarge_to_min: false,
            most_enlarged: None,
            effort: Effort::Balanced,
            progressive: false,
            score: false,
            framing: Framing::default(),
        }
    }
}

impl Settings {
    /// Largest edge that can be asked for, in pixels.
    pub const MAX_EDGE: u32 = 8192;
    /// Smallest byte cap that can be asked for: less cannot hold a JPEG's headers.
    pub const MIN_MAX_BYTES: u64 = 1_000;
    /// Largest bound of enlargement that can be set, in result pixels per source pixel.
    pub const MAX_ENLARGED: f64 = 100.0;

    /// Sets the edge of the square, 1 to [`Self::MAX_EDGE`] pixels.
    ///
    /// # Errors
    /// [`SettingsError`] if `edge` is out of range.
    pub fn with_edge(mut self, edge: u32) -> Result<Self, SettingsError> {
        in_range("size", edge, 1..=Self::MAX_EDGE)?;
        self.edge = edge;
        Ok(self)
    }

    /// Sets the smallest edge that a result may have, 1 to [`Self::MAX_EDGE`] pixels. A picture
    /// that is too small for it fails as [`Error::TooSmall`](crate::Error::TooSmall). If the cap
    /// cannot be met, or only close to the quality floor, smaller edges are tried, down to this one
    /// or to a quarter of the planned edge, whichever is larger.
    ///
    /// # Errors
    /// [`SettingsError`] if `edge` is out of range.
    pub fn with_min_edge(mut self, edge: u32) -> Result<Self, SettingsError> {
        in_range("min-size", edge, 1..=Self::MAX_EDGE)?;
        self.min_edge = edge;
        Ok(self)
    }

    /// Sets the byte cap: no result is ever larger.
    ///
    /// # Errors
    /// [`SettingsError`] below [`Self::MIN_MAX_BYTES`].
    pub fn with_max_bytes(mut self, bytes: u64) -> Result<Self, SettingsError> {
        if bytes < Self::MIN_MAX_BYTES {
            let allowed = format!("at least {}", Self::MIN_MAX_BYTES);
            return Err(SettingsError {
                setting: "max-bytes",
                found: bytes.to_string(),
                allowed,
            });
        }
        self.max_bytes = bytes;
        Ok(self)
    }

    /// Sets the lowest and the highest JPEG quality (1 to 100, the usual scale of libjpeg).
    ///
    /// # Errors
    /// [`SettingsError`] if an end is out of range or the floor is above the ceiling.
    pub fn with_quality(mut self, quality: RangeInclusive<u8>) -> Result<Self, SettingsError> {
        let (floor, ceiling) = (*quality.start(), *quality.end());
        if floor < 1 || ceiling > 100 || floor > ceiling {
            return Err(SettingsError {
                setting: "quality",
                found: format!("{floor}..{ceiling}"),
                allowed: "floor..ceiling within 1..100, floor not above ceiling".into(),
            });
        }
        self.quality = quality;
        Ok(self)
    }

    /// Sets the colour behind transparent pixels.
    #[must_use]
    pub fn with_background(mut self, background: Background) -> Self {
        self.background = background;
        self
    }

    /// Allows a small picture to be enlarged to the edge; otherwise it gives a smaller square.
    #[must_use]
    pub fn with_enlarge(mut self, enlarge: bool) -> Self {
        self.enlarge = enlarge;
        self
    }

    /// Allows a picture below the smallest allowed edge to be enlarged to that edge; otherwise it fails
    /// as [`Error::TooSmall`](crate::Error::TooSmall).
    #[must_use]
    pub fn with_enlarge_to_min(mut self, enlarge: bool) -> Self {
        self.enlarge_to_min = enlarge;
        self
    }

    /// Sets by how much a picture may be enlarged at most, in result pixels per source pixel, from 1 to
    /// [`Self::MAX_ENLARGED`]; one that needs more fails as [`Error::TooSmall`](crate::Error::TooSmall).
    /// Without it there is no bound.
    ///
    /// # Errors
    /// [`SettingsError`] if `factor` is out of range.
    pub fn with_most_enlarged(mut self, factor: f64) -> Result<Self, SettingsError> {
        if !(1.0..=Self::MAX_ENLARGED).contains(&factor) {
            return Err(SettingsError {
                setting: "enlarge-limit",
                found: factor.to_string(),
                allowed: format!("a number from 1 to {}", Self::MAX_ENLARGED),
            });
        }
        self.most_enlarged = Some(Hundredths((factor * 100.0).round() as u32));
        Ok(self)
    }

    /// Sets how much time may be spent on fidelity.
    #[must_use]
    pub fn with_effort(mut self, effort: Effort) -> Self {
        self.effort = effort;
        self
    }

    /// Allows progressive files where they are smaller than baseline ones.
    #[must_use]
    pub fn with_progressive(mut self, progressive: bool) -> Self {
        self.progressive = progressive;
        self
    }

    /// Sets whether each result is scored against the square before encoding; see
    /// [`Avatar::score`](crate::Avatar::score).
    #[must_use]
    pub fn with_score(mut self, score: bool) -> Self {
        self.score = score;
        self
    }

    /// Sets which part of each picture the square shows.
    #[must_use]
    pub fn with_framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// Checks the smallest edge against the edge. Each is set alone, so no setter can do it.
    ///
    /// # Errors
    /// [`SettingsError`] if the smallest edge is above the edge: no result could have both.
    pub fn check_edges(&self) -> Result<(), SettingsError> {
        if self.min_edge <= self.edge {
            return Ok(());
        }
        Err(SettingsError {
            setting: "min-size",
            found: self.min_edge.to_string(),
            allowed: format!("at most size ({})", self.edge),
        })
    }

    /// Everything except the source that decides the bytes of a result, as lines of a name and a
    /// value: [`ENGINE`] and all settings. Equal recipes and equal sources give equal results, unless
    /// a [`Budget`](crate::Budget) is too small to compare smaller edges.
    ///
    /// ```
    /// use avatar_prepare::Settings;
    /// # fn main() -> Result<(), avatar_prepare::SettingsError> {
    /// let recipe = Settings::default().with_edge(512)?.recipe();
    /// assert!(recipe.contains("\nsize 512\n"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn recipe(&self) -> String {
        // Without `..`, so that no setting can be forgotten here.
        let Self {
            edge,
            min_edge,
            max_bytes,
            quality,
            background,
            enlarge,
            enlarge_to_min,
            most_enlarged,
            effort,
            progressive,
            // It does not change the result.
            score: _,
            framing,
        } = self;
        let (floor, ceiling) = (quality.start(), quality.end());
        let enlarges = match (enlarge, enlarge_to_min) {
            (true, _) => "true",
            (false, true) => "to min-size",
            (false, false) => "false",
        };
        let enlarge = match most_enlarged {
            Some(Hundredths(most)) if enlarges != "false" => format!("{enlarges} up to {most} %"),
            _ => enlarges.to_string(),
        };
        format!(
            "engine {ENGINE}\nsize {edge}\nmin-size {min_edge}\nmax-bytes {max_bytes}\n\
             quality {floor}..{ceiling}\nbackground {background}\n\
             enlarge {enlarge}\neffort {effort:?}\nprogressive {progressive}\n{}",
            framing.recipe()
        )
    }

    /// How much time may be spent on fidelity.
    #[must_use]
    pub fn effort(&self) -> Effort {
        self.effort
    }

    /// Edge of the square, in pixels.
    #[must_use]
    pub fn edge(&self) -> u32 {
        self.edge
    }

    /// Smallest edge a result may have, in pixels.
    #[must_use]
    pub fn min_edge(&self) -> u32 {
        self.min_edge
    }

    /// The byte cap.
    #[must_use]
    pub fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    /// Floor and ceiling of JPEG quality.
    #[must_use]
    pub fn quality(&self) -> RangeInclusive<u8> {
        self.quality.clone()
    }

    /// The colour behind transparent pixels.
    #[must_use]
    pub fn background(&self) -> Background {
        self.background
    }

    /// Result pixels per source pixel at most, if the picture is enlarged.
    pub(crate) fn enlarge_limit(&self) -> f64 {
        match self.most_enlarged {
            Some(Hundredths(most)) => f64::from(most) / 100.0,
            None => f64::INFINITY,
        }
    }

    /// Result pixels per source pixel at most, for a picture that is enlarged to the edge.
    pub(crate) fn most_enlarged(&self) -> f64 {
        match self.enlarge {
            true => self.enlarge_limit(),
            false => 1.0,
        }
    }

    /// Whether small pictures are enlarged.
    #[must_use]
    pub fn enlarge(&self) -> bool {
        self.enlarge
    }

    /// Whether pictures below the smallest allowed edge are enlarged to it.
    #[must_use]
    pub fn enlarge_to_min(&self) -> bool {
        self.enlarge_to_min
    }

    /// Whether progressive files are allowed.
    #[must_use]
    pub fn progressive(&self) -> bool {
        self.progressive
    }

    /// Whether results are scored.
    #[must_use]
    pub fn score(&self) -> bool {
        self.score
    }

    /// Which part of each picture the square shows.
    #[must_use]
    pub fn framing(&self) -> &Framing {
        &self.framing
    }
}

/// A factor in steps that can be compared exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Hundredths(u32);

fn in_range<T>(
    setting: &'static str,
    found: T,
    range: RangeInclusive<T>,
) -> Result<(), SettingsError>
where
    T: PartialOrd + Copy + std::fmt::Display,
{
    if range.contains(&found) {
        return Ok(());
    }
    Err(SettingsError {
        setting,
        found: found.to_string(),
        allowed: format!("{} to {}", range.start(), range.end()),
    })
}

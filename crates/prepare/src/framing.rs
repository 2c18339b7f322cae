//! Framing: which part of a picture the square shows.

use std::fmt;

use crate::SettingsError;
use crate::area::{Area, Focus, Hundredths, hundredths};

/// How a picture that is not square becomes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Fit {
    /// Fills the square and cuts the rest.
    #[default]
    Cover,
    /// Shows all content and pads the rest.
    Contain,
    /// Photographs cover; logos, cut-outs and drawings contain.
    Auto,
}

/// What decides where a square that cuts is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gravity {
    /// The faces in the picture, or what its metadata names as a face or focus.
    Face,
    /// Where edges and strong colours are densest.
    Subject,
    /// The middle.
    Center,
    /// The upper end of a tall picture.
    Top,
    /// The lower end of a tall picture.
    Bottom,
    /// The left end of a wide picture.
    Left,
    /// The right end of a wide picture.
    Right,
}

/// The part of the square that destinations show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mask {
    /// The inscribed circle.
    #[default]
    Circle,
    /// All of it.
    Square,
}

/// What fills the square beside a contained picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Padding {
    /// The background behind transparent pictures, the border's own colour or gradient beside
    /// opaque ones, a blurred copy where the border is uneven.
    #[default]
    Auto,
    /// One colour: sRGB red, green and blue, 0 to 255.
    Rgb([u8; 3]),
    /// The picture itself, enlarged and blurred.
    Blur,
}

/// Which part of each picture the square shows.
///
/// ```
/// use avatar_prepare::{Fit, Framing, Gravity, Settings};
///
/// let faces = Framing::default().with_fit(Fit::Auto).with_gravity(&[Gravity::Face]);
/// let settings = Settings::default().with_framing(faces);
/// assert_eq!(settings.framing().gravity(), [Gravity::Face, Gravity::Center]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Framing {
    fit: Fit,
    gravity: Vec<Gravity>,
    focus: Option<Focus>,
    area: Option<Area>,
    trim: bool,
    padding: Padding,
    margin: Hundredths,
    mask: Mask,
    is_whole: bool,
}

impl Default for Framing {
    /// The centre square, for a circular mask; 4 % margin where content is contained.
    fn default() -> Self {
        Self {
            fit: Fit::Cover,
            gravity: vec![Gravity::Center],
            focus: None,
            area: None,
            trim: false,
            padding: Padding::Auto,
            margin: 400,
            mask: Mask::Circle,
            is_whole: false,
        }
    }
}

impl Framing {
    /// Largest margin that can be asked for, in per cent of the edge.
    pub const MAX_MARGIN: f64 = 40.0;

    /// Shows the picture, or the part that [`with_area`](Self::with_area) names, to its edges in
    /// the middle of the square, with the background beside it; nothing is judged by its content.
    /// For thumbnails: [`Frame::placed`](crate::Frame::placed) says where in the square it lies.
    #[must_use]
    pub fn whole() -> Self {
        Self {
            is_whole: true,
            ..Self::default()
        }
    }

    /// Whether it is [`whole`](Self::whole).
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Sets how a picture becomes square.
    #[must_use]
    pub fn with_fit(mut self, fit: Fit) -> Self {
        self.fit = fit;
        self
    }

    /// Sets where a square that cuts is placed: by the first of the chain that finds something,
    /// otherwise in the middle.
    #[must_use]
    pub fn with_gravity(mut self, chain: &[Gravity]) -> Self {
        let always = |gravity: &&Gravity| !matches!(gravity, Gravity::Face | Gravity::Subject);
        let end = chain.iter().position(|gravity| always(&gravity));
        // A gravity after one that always finds something would never be used: drop it.
        self.gravity = chain
            .iter()
            .copied()
            .take(end.map_or(chain.len(), |end| end + 1))
            .collect();
        if end.is_none() {
            self.gravity.push(Gravity::Center);
        }
        self
    }

    /// Sets a point that the square is centred on as far as possible. It takes precedence over the
    /// gravity.
    #[must_use]
    pub fn with_focus(mut self, focus: Option<Focus>) -> Self {
        self.focus = focus;
        self
    }

    /// Sets the part of the upright picture that is used; everything else then applies to this part
    /// only.
    #[must_use]
    pub fn with_area(mut self, area: Option<Area>) -> Self {
        self.area = area;
        self
    }

    /// Sets whether uniform borders are cut off before anything else.
    #[must_use]
    pub fn with_trim(mut self, trim: bool) -> Self {
        self.trim = trim;
        self
    }

    /// Sets what fills the square beside a contained picture.
    #[must_use]
    pub fn with_padding(mut self, padding: Padding) -> Self {
        self.padding = padding;
        self
    }

    /// Sets the free space between contained content and the mask, in per cent of the edge.
    ///
    /// # Errors
    /// [`SettingsError`] outside 0 to [`Self::MAX_MARGIN`].
    pub fn with_margin(mut self, percent: f64) -> Result<Self, SettingsError> {
        if !(0.0..=Self::MAX_MARGIN).contains(&percent) {
            return Err(SettingsError {
                setting: "margin",
                found: percent.to_string(),
                allowed: format!("0 to {} per cent", Self::MAX_MARGIN),
            });
        }
        self.margin = hundredths("margin", percent)?;
        Ok(self)
    }

    /// Sets what destinations show of the square.
    #[must_use]
    pub fn with_mask(mut self, mask: Mask) -> Self {
        self.mask = mask;
        self
    }

    /// How a picture becomes square.
    #[must_use]
    pub fn fit(&self) -> Fit {
        self.fit
    }

    /// What a square that cuts is placed by; the last one always finds something.
    #[must_use]
    pub fn gravity(&self) -> &[Gravity] {
        &self.gravity
    }

    /// The point that the square is centred on instead of the gravity.
    #[must_use]
    pub fn focus(&self) -> Option<Focus> {
        self.focus
    }

    /// The part of the upright picture that is used; `None` for all of it.
    #[must_use]
    pub fn area(&self) -> Option<Area> {
        self.area
    }

    /// Whether uniform borders are cut off.
    #[must_use]
    pub fn trim(&self) -> bool {
        self.trim
    }

    /// What fills the square beside a contained picture.
    #[must_use]
    pub fn padding(&self) -> Padding {
        self.padding
    }

    /// Free space between contained content and the mask, in per cent of the edge.
    #[must_use]
    pub fn margin(&self) -> f64 {
        f64::from(self.margin) / 100.0
    }

    /// The part of the square that destinations show.
    #[must_use]
    pub fn mask(&self) -> Mask {
        self.mask
    }

    /// The settings that change results, as lines of a name and a value. Empty for the centre
    /// square, so that results of earlier versions stay up to date.
    pub(crate) fn recipe(&self) -> String {
        // Without `..`, so that nothing can be forgotten here.
        let Self {
            fit,
            gravity,
            focus,
            area,
            trim,
            padding,
            margin,
            mask,
            is_whole,
        } = self;
        let mut lines = String::new();
        let mut line = |name: &str, value: &dyn fmt::Debug| {
            lines.push_str(&format!("{name} {value:?}\n"));
        };
        if let Some(area) = area {
            line("crop", area);
        }
        if *is_whole {
            line("whole", is_whole);
        }
        if *trim {
            line("trim", trim);
        }
        if let (Some(focus), true) = (focus, *fit != Fit::Contain) {
            line("focus", focus);
        } else if *fit != Fit::Contain && gravity[..] != [Gravity::Center] {
            line("gravity", gravity);
        }
        if *fit != Fit::Cover {
            line("fit", fit);
            line("padding", padding);
            line("margin", margin);
        }
        // If neither faces nor content are fitted into the mask, it changes nothing.
        if *fit != Fit::Cover || gravity.contains(&Gravity::Face) {
            line("mask", mask);
        }
        lines
    }

    /// Whether the frame depends on pixels, not only on the size.
    pub(crate) fn needs_look(&self) -> bool {
        if self.is_whole {
            return false;
        }
        let searches = matches!(self.gravity.first(), Some(Gravity::Face | Gravity::Subject));
        self.fit != Fit::Cover || self.trim || (searches && self.focus.is_none())
    }
}

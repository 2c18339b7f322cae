//! Points and rectangles of the upright picture that are chosen from outside.

use std::fmt;

use crate::{Rect, SettingsError};

/// A length in per cent, in hundredths of one.
pub(crate) type Hundredths = u16;
const WHOLE: Hundredths = 10_000;

/// A point of the upright picture, in per cent of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Focus {
    x: Hundredths,
    y: Hundredths,
}

impl Focus {
    /// From 0,0 (the left upper corner) to 100,100.
    ///
    /// # Errors
    /// [`SettingsError`] outside these bounds.
    pub fn new(x: f64, y: f64) -> Result<Self, SettingsError> {
        Ok(Self {
            x: hundredths("focus", x)?,
            y: hundredths("focus", y)?,
        })
    }

    /// Across, in per cent of the width.
    #[must_use]
    pub fn x(self) -> f64 {
        f64::from(self.x) / 100.0
    }

    /// Down, in per cent of the height.
    #[must_use]
    pub fn y(self) -> f64 {
        f64::from(self.y) / 100.0
    }
}

impl fmt::Display for Focus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.x(), self.y())
    }
}

/// A rectangle of the upright picture that is all that may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// In pixels of the upright picture; the part outside the picture is ignored and noted.
    Pixels(Rect),
    /// Left, top, width and height in per cent of the upright picture, see [`Area::percent`].
    Percent(PercentArea),
}

/// A rectangle in per cent of a picture's sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PercentArea([Hundredths; 4]);

impl Area {
    /// From left, top, width and height in per cent.
    ///
    /// # Errors
    /// [`SettingsError`] if it is empty or leaves the picture.
    pub fn percent(x: f64, y: f64, width: f64, height: f64) -> Result<Self, SettingsError> {
        let [x, y] = [hundredths("crop", x)?, hundredths("crop", y)?];
        let [width, height] = [hundredths("crop", width)?, hundredths("crop", height)?];
        if width == 0 || height == 0 || x + width > WHOLE || y + height > WHOLE {
            return Err(SettingsError {
                setting: "crop",
                found: format!("{}%", Percents(&[x, y, width, height])),
                allowed: "a rectangle inside the picture, with a width and a height".into(),
            });
        }
        Ok(Self::Percent(PercentArea([x, y, width, height])))
    }

    /// Whether it is given in per cent.
    pub(crate) fn is_percent(self) -> bool {
        matches!(self, Self::Percent(_))
    }

    /// Whether the area reaches beyond a picture of this size.
    pub(crate) fn leaves(self, (width, height): (u32, u32)) -> bool {
        match self {
            Self::Pixels(rect) => {
                rect.x.saturating_add(rect.width) > width
                    || rect.y.saturating_add(rect.height) > height
            }
            Self::Percent(_) => false,
        }
    }

    /// The same in pixels of a picture; `None` where it lies outside.
    pub(crate) fn within(self, (width, height): (u32, u32)) -> Option<Rect> {
        let (left, top, right, bottom) = match self {
            Self::Pixels(rect) => (
                rect.x,
                rect.y,
                rect.x.saturating_add(rect.width),
                rect.y.saturating_add(rect.height),
            ),
            Self::Percent(PercentArea([x, y, w, h])) => {
                let part = |side: u32, share: Hundredths| {
                    let exact = u64::from(side) * u64::from(share);
                    ((exact + u64::from(WHOLE) / 2) / u64::from(WHOLE)) as u32
                };
                // At least a pixel.
                let left = part(width, x).min(width.saturating_sub(1));
                let top = part(height, y).min(height.saturating_sub(1));
                let right = part(width, x + w).max(left + 1);
                let bottom = part(height, y + h).max(top + 1);
                (left, top, right, bottom)
            }
        };
        let (right, bottom) = (right.min(width), bottom.min(height));
        (left < right && top < bottom).then(|| Rect {
            x: left,
            y: top,
            width: right - left,
            height: bottom - top,
        })
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pixels(Rect {
                x,
                y,
                width,
                height,
            }) => write!(f, "{x},{y},{width},{height}"),
            Self::Percent(PercentArea(values)) => write!(f, "{}%", Percents(values)),
        }
    }
}

/// Hundredths as per cent, with commas between.
struct Percents<'a>(&'a [Hundredths]);

impl fmt::Display for Percents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, value) in self.0.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{}", f64::from(*value) / 100.0)?;
        }
        Ok(())
    }
}

/// A percentage in hundredths, if it is one.
pub(crate) fn hundredths(setting: &'static str, percent: f64) -> Result<Hundredths, SettingsError> {
    if (0.0..=100.0).contains(&percent) {
        return Ok((percent * 100.0).round() as Hundredths);
    }
    Err(SettingsError {
        setting,
        found: percent.to_string(),
        allowed: "0 to 100 per cent".into(),
    })
}

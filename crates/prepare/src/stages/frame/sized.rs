//! Frames that depend only on the size of a picture, and what they share with those that depend on
//! pixels.

use super::circle::Point;
use super::place::Slide;
use crate::frame::{Filling, Frame, Reason};
use crate::framing::{Fit, Gravity};
use crate::{Error, Probe, Rect, Settings};

/// Longest side of a drawing in the parts of a unit in which its frames are given.
const FINE: u32 = 1 << 16;

/// The part of a picture that is used: the upright picture, or the part of it that the settings
/// name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    /// In pixels of the upright picture; for a drawing, in fractions of a unit.
    pub(crate) region: Rect,
    whole: (u32, u32),
    /// For a drawing, how many fractions make a unit.
    pub(crate) fineness: Option<u32>,
}

impl Field {
    /// # Errors
    /// [`Error::CropOutside`] if the settings name a part outside the picture.
    pub(crate) fn of(probe: &Probe, settings: &Settings) -> Result<Self, Error> {
        let upright = probe
            .orientation()
            .upright_size((probe.width(), probe.height()));
        let region = match settings.framing().area() {
            None => Rect::of_size(upright),
            Some(area) => area.within(upright).ok_or(Error::CropOutside {
                width: upright.0,
                height: upright.1,
            })?,
        };
        if !probe.is_scalable() {
            return Ok(Self {
                region,
                whole: upright,
                fineness: None,
            });
        }
        let fineness = (FINE / upright.0.max(upright.1)).max(1);
        let fine = |value: u32| value * fineness;
        // Per cent are taken of the finer size.
        let whole = (fine(upright.0), fine(upright.1));
        let in_percent = settings.framing().area().filter(|area| area.is_percent());
        let region = in_percent
            .and_then(|area| area.within(whole))
            .unwrap_or(Rect {
                x: fine(region.x),
                y: fine(region.y),
                width: fine(region.width),
                height: fine(region.height),
            });
        Ok(Self {
            region,
            whole,
            fineness: Some(fineness),
        })
    }
}

impl Field {
    /// Width and height, in the units of the region.
    pub(crate) fn size(&self) -> (u32, u32) {
        (self.region.width, self.region.height)
    }

    /// Whether it is the whole picture.
    pub(crate) fn is_whole(&self) -> bool {
        self.region == Rect::of_size(self.whole)
    }
}

/// The centre square. Drawings are centred in whole units, as they always were.
pub(crate) fn center(probe: &Probe, settings: &Settings) -> Result<Frame, Error> {
    let upright = probe
        .orientation()
        .upright_size((probe.width(), probe.height()));
    let square = Slide::of(Rect::of_size(upright)).centered();
    covering(square, Reason::Center, None, probe, settings)
}

/// The frame, if the size alone decides it; `None` if it depends on pixels.
pub(crate) fn of_size(probe: &Probe, settings: &Settings) -> Result<Option<Frame>, Error> {
    let framing = settings.framing();
    if framing.needs_look() {
        return Ok(None);
    }
    if framing.is_whole() {
        return whole(probe, settings).map(Some);
    }
    let is_plain = framing.area().is_none() && framing.focus().is_none();
    if is_plain && framing.gravity() == [Gravity::Center] {
        return center(probe, settings).map(Some);
    }
    let field = Field::of(probe, settings)?;
    let (square, by) = placed_by_size(field.region, field, settings);
    covering(square, by, field.fineness, probe, settings).map(Some)
}

/// All of the field, in the middle of a square with the background beside it.
fn whole(probe: &Probe, settings: &Settings) -> Result<Frame, Error> {
    let field = Field::of(probe, settings)?;
    let (width, height) = field.size();
    let longest = width.max(height);
    // The square is as large as the longer side, so that side decides whether it is too small.
    let edge = edge_of(longest, probe, settings)?;
    let scaled = |side: u32| {
        let exact = u64::from(side) * u64::from(edge) + u64::from(longest) / 2;
        ((exact / u64::from(longest.max(1))) as u32).clamp(1, edge)
    };
    let (across, down) = (scaled(width), scaled(height));
    Ok(Frame {
        fit: Fit::Contain,
        placed: Rect {
            x: (edge - across) / 2,
            y: (edge - down) / 2,
            width: across,
            height: down,
        },
        filling: (across != down).then_some(Filling::Transparent),
        ..filled(field.region, Reason::Asked, field.fineness, edge)
    })
}

/// The square for a focus or a side.
pub(super) fn placed_by_size(region: Rect, field: Field, settings: &Settings) -> (Rect, Reason) {
    let slide = Slide::of(region);
    if let Some(focus) = settings.framing().focus() {
        let point = Point {
            x: focus.x() / 100.0 * f64::from(field.whole.0),
            y: focus.y() / 100.0 * f64::from(field.whole.1),
        };
        return (slide.around(point), Reason::Focus);
    }
    let last = settings
        .framing()
        .gravity()
        .last()
        .copied()
        .unwrap_or(Gravity::Center);
    match slide.aligned(last) {
        Some(square) => (square, side(last)),
        None => (slide.centered(), Reason::Center),
    }
}

fn side(gravity: Gravity) -> Reason {
    match gravity {
        Gravity::Top => Reason::Top,
        Gravity::Bottom => Reason::Bottom,
        Gravity::Left => Reason::Left,
        Gravity::Right => Reason::Right,
        Gravity::Face | Gravity::Subject | Gravity::Center => Reason::Center,
    }
}

/// A frame that fills the square with `square`, a square of the upright picture.
pub(super) fn covering(
    square: Rect,
    by: Reason,
    fineness: Option<u32>,
    probe: &Probe,
    settings: &Settings,
) -> Result<Frame, Error> {
    let edge = edge_of(square.width, probe, settings)?;
    Ok(filled(square, by, fineness, edge))
}

/// A frame of this edge that is filled with `crop`.
fn filled(crop: Rect, by: Reason, fineness: Option<u32>, edge: u32) -> Frame {
    Frame {
        fit: Fit::Cover,
        by,
        crop,
        placed: Rect::of_size((edge, edge)),
        edge,
        filling: None,
        faces: Vec::new(),
        inside_mask: None,
        fineness,
        is_cut_logo: false,
        has_cut_face: false,
        is_small: false,
    }
}

/// The edge of a result that shows a square with this side, in pixels.
fn edge_of(side: u32, probe: &Probe, settings: &Settings) -> Result<u32, Error> {
    if probe.is_scalable() {
        return at_least(settings.edge(), settings);
    }
    if settings.enlarge() {
        return at_least(enlarged(side, settings.edge(), settings)?, settings);
    }
    let edge = settings.edge().min(side);
    let (least, most) = (settings.min_edge(), settings.edge());
    if settings.enlarge_to_min() && edge < least && least <= most {
        return enlarged(side, least, settings);
    }
    at_least(edge, settings)
}

/// `edge`, unless it is smaller than the settings allow.
fn at_least(edge: u32, settings: &Settings) -> Result<u32, Error> {
    if edge >= settings.min_edge() {
        return Ok(edge);
    }
    Err(Error::TooSmall {
        found: edge,
        allowed: settings.min_edge(),
        enlarged_to: None,
    })
}

/// `edge`, unless a square with this side would have to be enlarged too much for it.
fn enlarged(side: u32, edge: u32, settings: &Settings) -> Result<u32, Error> {
    let limit = settings.enlarge_limit();
    if limit * f64::from(side) >= f64::from(edge) {
        return Ok(edge);
    }
    Err(Error::TooSmall {
        found: side,
        allowed: (f64::from(edge) / limit).ceil() as u32,
        enlarged_to: Some(edge),
    })
}

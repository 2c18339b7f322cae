//! All arithmetic before any pixels: what to crop and how large to make it.

use crate::codec::Opened;
use crate::crop::center_square;
use crate::footprint;
use crate::{Effort, Error, Note, Orientation, Probe, Rect, Settings};

/// What will be done to one picture. Pure arithmetic; the rectangle lies inside the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    crop: Rect,
    edge: u32,
    orientation: Orientation,
    effort: Effort,
    bytes_needed: u64,
    bytes_compared: u64,
}

impl Plan {
    /// The centre square, in stored coordinates.
    #[must_use]
    pub fn crop(&self) -> Rect {
        self.crop
    }

    /// Edge of the result, in pixels.
    #[must_use]
    pub fn edge(&self) -> u32 {
        self.edge
    }

    /// How much time fidelity may take.
    #[must_use]
    pub fn effort(&self) -> Effort {
        self.effort
    }

    /// Memory that preparing it takes at most, in bytes: the encoded picture and everything that is
    /// made of it. Where the cap cannot be met at the planned edge it takes more, see
    /// [`bytes_compared`](Self::bytes_compared).
    #[must_use]
    pub fn bytes_needed(&self) -> u64 {
        self.bytes_needed
    }

    /// The same with what comparing results with the square takes.
    #[must_use]
    pub fn bytes_compared(&self) -> u64 {
        self.bytes_compared
    }

    /// The same with the memory that an opened picture needs.
    pub(crate) fn within(self, opened: &Opened<'_>, bytes: &[u8], settings: &Settings) -> Self {
        let (bytes_needed, bytes_compared) =
            footprint::bytes_needed(opened, bytes, &self, settings);
        Self {
            bytes_needed,
            bytes_compared,
            ..self
        }
    }

    /// The same for a square of `edge` pixels that is just the crop, perhaps reduced already.
    pub(crate) fn of_square(&self, edge: u32) -> Self {
        let crop = Rect {
            x: 0,
            y: 0,
            width: edge,
            height: edge,
        };
        Self {
            crop,
            ..self.clone()
        }
    }

    /// How the square is turned after resizing.
    #[must_use]
    pub fn orientation(&self) -> Orientation {
        self.orientation
    }
}

/// Plans the centre square of the upright picture and maps it back to stored coordinates:
/// centring in stored coordinates would pick other columns when the spare is odd.
pub(crate) fn plan(probe: &Probe, settings: &Settings) -> Result<Plan, Error> {
    let stored = (probe.width(), probe.height());
    let orientation = probe.orientation();
    let upright = center_square(orientation.upright_size(stored));
    let edge = if settings.enlarge() || probe.is_scalable() {
        settings.edge()
    } else {
        settings.edge().min(upright.width)
    };
    if edge < settings.min_edge() {
        return Err(Error::TooSmall {
            found: edge,
            allowed: settings.min_edge(),
        });
    }
    Ok(Plan {
        crop: orientation.stored_rect(upright, stored),
        edge,
        orientation,
        effort: settings.effort(),
        bytes_needed: 0,
        bytes_compared: 0,
    })
}

/// What the plan does otherwise than a user might expect.
pub(crate) fn notes(probe: &Probe, plan: &Plan, settings: &Settings) -> Vec<Note> {
    let mut notes: Vec<Note> = probe.note().cloned().into_iter().collect();
    if plan.edge < settings.edge() {
        notes.push(Note::SmallerThanAsked {
            edge: plan.edge,
            asked: settings.edge(),
        });
    }
    if plan.edge > plan.crop.width && !probe.is_scalable() {
        notes.push(Note::Enlarged {
            from: plan.crop.width,
        });
    }
    if probe.frames() > 1 {
        notes.push(Note::FirstFrame {
            frames: probe.frames(),
        });
    }
    notes
}

//! All arithmetic before any pixels: what to crop and how large to make it.

use crate::{Error, Note, Plan, Probe, Rect, Settings};

/// The largest centred square of an upright picture. An odd spare pixel stays on the right or at
/// the bottom, as the usual tools have it.
fn center_square((width, height): (u32, u32)) -> Rect {
    let edge = width.min(height);
    Rect {
        x: (width - edge) / 2,
        y: (height - edge) / 2,
        width: edge,
        height: edge,
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
        placed: Rect::of_size((edge, edge)),
        edge,
        orientation,
        effort: settings.effort(),
    })
}

/// What the plan does otherwise than a user might expect.
pub(crate) fn notes(probe: &Probe, plan: &Plan, settings: &Settings) -> Vec<Note> {
    let mut notes: Vec<Note> = probe.notes().to_vec();
    if plan.edge < settings.edge() {
        notes.push(Note::SmallerThanAsked {
            edge: plan.edge,
            asked: settings.edge(),
        });
    }
    if plan.size().0 > plan.crop.width && !probe.is_scalable() {
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

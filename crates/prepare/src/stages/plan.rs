//! The stage `plan`: calculates what to crop and how large to make it, before any pixels are
//! decoded.

use super::frame::Field;
use super::frame::look::LONGEST;
use crate::{Fit, Format, Frame, Note, Plan, Probe, Rect, Settings};

/// Plans a frame: its crop is mapped back to stored coordinates. If it were chosen in stored
/// coordinates, it would be one pixel off when an odd number of pixels is cut away.
pub(crate) fn plan(probe: &Probe, frame: &Frame, settings: &Settings) -> Plan {
    let orientation = probe.orientation();
    let crop = match frame.fineness {
        Some(_) => frame.crop,
        None => orientation.stored_rect(frame.crop, (probe.width(), probe.height())),
    };
    Plan {
        crop,
        placed: frame.placed,
        edge: frame.edge,
        orientation,
        effort: settings.effort(),
        fineness: frame.fineness,
        is_survey: false,
        mends: true,
    }
}

/// Plans to decode the whole field, at the scale at which its largest square fills the result, for
/// the look.
pub(crate) fn survey(probe: &Probe, field: &Field, settings: &Settings) -> Plan {
    let orientation = probe.orientation();
    let Rect { width, height, .. } = field.region;
    let (crop, reduced, whole) = match field.fineness {
        // A drawing is drawn again when its frame is known.
        Some(_) => (field.region, LONGEST, width.max(height)),
        None => {
            let stored = (probe.width(), probe.height());
            let crop = orientation.stored_rect(field.region, stored);
            (crop, settings.edge(), width.min(height))
        }
    };
    let scaled = |side: u32| {
        let exact = u64::from(side) * u64::from(reduced.min(whole)) + u64::from(whole) / 2;
        ((exact / u64::from(whole)) as u32).max(1)
    };
    Plan {
        crop,
        placed: Rect::of_size((scaled(width), scaled(height))),
        edge: settings.edge(),
        orientation,
        effort: settings.effort(),
        fineness: field.fineness,
        is_survey: true,
        mends: true,
    }
}

/// Notes about what the plan does.
pub(crate) fn notes(probe: &Probe, frame: &Frame, settings: &Settings) -> Vec<Note> {
    let mut notes: Vec<Note> = probe.notes().to_vec();
    resolution(&mut notes, probe, frame, settings);
    match (probe.frames(), probe.format()) {
        (..=1, _) => {}
        (pages, Format::Pdf) => notes.push(Note::FirstPage { pages }),
        (frames, _) => notes.push(Note::FirstFrame { frames }),
    }
    if frame.is_small {
        notes.push(Note::ContentSmall);
    }
    let upright = probe
        .orientation()
        .upright_size((probe.width(), probe.height()));
    let area = settings.framing().area();
    if area.is_some_and(|area| area.leaves(upright)) {
        notes.push(Note::CropClipped);
    }
    if frame.has_cut_face {
        notes.push(Note::FaceCut);
    }
    if frame.is_cut_logo {
        notes.push(Note::LogoCut);
    }
    if frame.fit == Fit::Cover && frame.inside_mask == Some(false) {
        notes.push(Note::FaceOutsideMask);
    }
    notes
}

/// Notes about pictures with fewer pixels than asked for.
fn resolution(notes: &mut Vec<Note>, probe: &Probe, frame: &Frame, settings: &Settings) {
    let (edge, asked) = (frame.edge, settings.edge());
    let (from, to) = (frame.crop.width, frame.placed.width);
    // Contained content is placed on whole pixels, which can make it a pixel larger than it is.
    let is_rounded = frame.fit == Fit::Contain && settings.most_enlarged() <= 1.0;
    let is_enlarged = to > from && !probe.is_scalable() && !is_rounded;
    if is_enlarged {
        notes.push(Note::Enlarged { from });
        notes.push(Note::FewPixels {
            from,
            edge: to,
            asked,
        });
    } else if edge < asked {
        notes.push(Note::SmallerThanAsked { edge, asked });
    }
}

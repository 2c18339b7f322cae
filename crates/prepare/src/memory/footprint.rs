//! How much memory a picture takes, from its header alone; an upper bound that a test holds against
//! real use. What decoding takes is each codec's to say.

use crate::codec::contract::{Footprint, Opened};
use crate::color::Color;
use crate::memory::admission::KEPT;
use crate::{Effort, MemoryNeeded, Plan, Rect, Settings};

/// Bytes of a worker's scratch memory that do not depend on the edge: profiles that are remembered,
/// the resizer's and the encoded buffer's kept megabyte, look-up tables.
const WORKER: u64 = 4 * KEPT as u64;

/// Bytes that fitting takes for each pixel of the square: coefficients and their quantised levels in
/// 16 bits for three full planes, the latter in vectors that grow by doubling, masks and prices.
/// Measured are 14 from 300 pixels on, and up to 21.4 below.
const FIT: u64 = 22;

/// Bytes of the finished square's three planes and what they are made from at 8 bits, for each pixel.
const FINISH: u64 = 8;

/// Bytes that comparing a result with its square takes for each pixel of the square: the metric holds
/// both and their means, variances and differences in three channels of 32 bits. Measured are 178.
const COMPARE: u64 = 200;

/// Bytes of a canvas and what is put on it, for each pixel of the square.
const FILL: u64 = 12;

/// Bytes that a look at a picture takes, with all that is derived from it, and the search for faces.
const LOOK: u64 = 16 << 20;

/// The memory that preparing an opened picture takes.
pub(crate) fn memory_needed(
    opened: &Opened<'_>,
    encoded: usize,
    plan: &Plan,
    settings: &Settings,
) -> MemoryNeeded {
    let footprint = opened.footprint(plan);
    let profile = match &opened.header.color {
        Color::Icc(profile) => profile.len() as u64,
        _ => 0,
    };
    // Scratch memory keeps the size that the largest result needed.
    let scratch = WORKER + FIT * square(settings.edge().into());
    let resizing = footprint.decoded + resizing(footprint, plan);
    let pixels = square(plan.edge().into());
    let finishing = (FINISH + 2 * footprint.pixel) * pixels;
    // Where the picture does not fill the square, it is put on a canvas of its own.
    let filling = match plan.placed() == Rect::of_size((plan.edge(), plan.edge())) {
        true => 0,
        false => FILL * pixels,
    };
    let stages = footprint.decoding.max(resizing).max(finishing + filling);
    let looking = match settings.framing().needs_look() {
        true => LOOK,
        false => 0,
    };
    let whole = looking + encoded as u64 + PROFILE * profile + scratch;
    let compared = whole + stages.max((FINISH + COMPARE) * pixels);
    let prepared = match settings.score() {
        true => compared,
        false => whole + stages,
    };
    MemoryNeeded { prepared, compared }
}

/// Copies of a profile: as read, as parsed, as remembered.
const PROFILE: u64 = 4;

/// Bytes that resizing takes beside the decoded picture. Between its two passes the picture has one
/// old side and one new; in linear light the crop is there a second time at 16 bits.
fn resizing(footprint: Footprint, plan: &Plan) -> u64 {
    let Footprint { pixel, size, .. } = footprint;
    let [old_width, old_height] = size;
    let (width, height) = plan.size();
    // Of a survey any part may be brought to all of the square.
    let least = if plan.is_survey { plan.edge() } else { 1 };
    let (width, height) = (u64::from(width.max(least)), u64::from(height.max(least)));
    let between = (old_width.max(width) * height).max(width * old_height.max(height)) * pixel;
    let finished = 2 * width * height * pixel;
    let crop = plan.crop();
    let light = match plan.effort() {
        Effort::Best => 2 * u64::from(crop.width) * u64::from(crop.height) * pixel,
        Effort::Fast | Effort::Balanced => 0,
    };
    between + finished + light
}

fn square(edge: u64) -> u64 {
    edge * edge
}

//! Estimates how much memory a picture takes, from its header alone. It is an upper bound, which a
//! test compares with real use. Each codec says how much decoding takes.

use crate::codec::contract::{Footprint, Header, Opened};
use crate::color::Color;
use crate::memory::admission::KEPT;
use crate::stages::frame::look::LONGEST;
use crate::{Effort, MemoryNeeded, Plan, Rect, Settings};

/// Bytes of a worker's scratch memory that do not depend on the edge: cached profiles, the megabyte
/// that the resizer and the buffer for files may keep, look-up tables.
const WORKER: u64 = 4 * KEPT as u64;

/// Bytes that the stage `fit` takes for each pixel of the square: coefficients and their quantised
/// levels in 16 bits for three full planes, the latter in vectors that grow by doubling, masks and
/// costs. Measured: 14 from 300 pixels on, and up to 21.4 below.
const FIT: u64 = 22;

/// Bytes for each pixel of the finished square's three planes, and of the 8-bit pixels from which
/// they are made.
const FINISH: u64 = 8;

/// Bytes that comparing a result with its square takes for each pixel of the square: the metric
/// holds both and their means, variances and differences in three channels of 32 bits. Measured:
/// 178.
const COMPARE: u64 = 200;

/// Bytes of a canvas and of the picture that is placed on it, for each pixel of the square.
const FILL: u64 = 12;

/// Bytes that a face search needs for any look, however small.
const LOOK: u64 = 2 << 20;

/// Bytes that a look needs for each of its pixels, including all that is derived from it. The
/// layers of the face network need the most. 45 bytes were measured at 320 × 320.
const LOOK_PIXEL: u64 = 64;

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
    let resizing = footprint.decoded + resizing(footprint, plan, opened.header.width.into());
    let pixels = square(plan.edge().into());
    let finishing = (FINISH + 2 * footprint.pixel) * pixels;
    // A picture that does not fill the square is placed on a canvas.
    let filling = match plan.placed() == Rect::of_size((plan.edge(), plan.edge())) {
        true => 0,
        false => FILL * pixels,
    };
    let stages = footprint.decoding.max(resizing).max(finishing + filling);
    let looking = match settings.framing().needs_look() {
        true => LOOK + LOOK_PIXEL * look_pixels(&opened.header),
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

/// Rows that `avatar-resample` turns at a time.
const STRIP: u64 = 1088;

/// Bytes of the rows that `avatar-resample` widens at a time, unless one row has more.
const WIDENED: u64 = 4 << 20;

/// Most rows that it widens at a time.
const WIDENED_ROWS: u64 = 256;

/// Copies of a profile in memory: as read, as parsed, and in the cache.
const PROFILE: u64 = 4;

/// Bytes that resizing takes besides the decoded picture. Between its two passes the picture has
/// one old side and one new one. In linear light there is a second copy of the crop in 16 bits.
fn resizing(footprint: Footprint, plan: &Plan, whole_width: u64) -> u64 {
    let Footprint { pixel, size, .. } = footprint;
    let [old_width, old_height] = size;
    let (width, height) = plan.size();
    // After a survey, any part of it may be enlarged to the whole square.
    let least = if plan.is_survey { plan.edge() } else { 1 };
    let (width, height) = (u64::from(width.max(least)), u64::from(height.max(least)));
    let between = (old_width.max(width) * height).max(width * old_height.max(height)) * pixel;
    let finished = 2 * width * height * pixel;
    let crop = plan.crop();
    let light = match plan.effort() {
        Effort::Best => 2 * u64::from(crop.width) * u64::from(crop.height) * pixel,
        Effort::Fast | Effort::Balanced => 0,
    };
    // Planes are resized one after the other, each through strips that are turned on their side; that is less
    // than what the other planes take here, if there are any.
    let turned = match pixel {
        1 => (old_width + width) * height.min(STRIP),
        // Of two or three bytes, they are widened in strips, as wide as the picture.
        2 | 3 => {
            let rows = height.min(WIDENED_ROWS);
            4 * (whole_width * rows).min(WIDENED / 4) + 4 * width * rows
        }
        _ => 0,
    };
    between + turned + finished + light
}

/// Most pixels of a look: not more than the picture has, and no side longer than the limit of a
/// look.
fn look_pixels(header: &Header) -> u64 {
    if header.is_scalable {
        return square(LONGEST.into());
    }
    let (width, height) = (u64::from(header.width), u64::from(header.height));
    let longest = width.max(height).max(1);
    let reduced = |side: u64| (side * u64::from(LONGEST)).div_ceil(longest).min(side);
    reduced(width) * reduced(height)
}

fn square(edge: u64) -> u64 {
    edge * edge
}

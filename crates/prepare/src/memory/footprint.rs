//! How much memory a picture takes, from its header alone; an upper bound that a test holds against
//! real use. What decoding takes is each codec's to say.

use crate::codec::contract::{Footprint, Opened};
use crate::codec::table;
use crate::color::Color;
use crate::memory::admission::KEPT;
use crate::plan::Plan;
use crate::{Effort, Settings};

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

/// The plan with the memory that an opened picture needs.
pub(crate) fn within(plan: &Plan, opened: &Opened<'_>, bytes: &[u8], settings: &Settings) -> Plan {
    let (bytes_needed, bytes_compared) = bytes_needed(opened, bytes, plan, settings);
    Plan {
        bytes_needed,
        bytes_compared,
        ..plan.clone()
    }
}

/// The memory of the whole road, in bytes: without and with a comparison at its end.
fn bytes_needed(opened: &Opened<'_>, bytes: &[u8], plan: &Plan, settings: &Settings) -> (u64, u64) {
    let footprint = table::footprint(bytes, &opened.header, plan);
    let profile = match &opened.header.color {
        Color::Icc(profile) => profile.len() as u64,
        _ => 0,
    };
    // Scratch memory keeps the size that the largest result needed.
    let scratch = WORKER + FIT * square(settings.edge().into());
    let resizing = footprint.decoded + resizing(footprint, plan);
    let pixels = square(plan.edge().into());
    let finishing = (FINISH + 2 * footprint.pixel) * pixels;
    let stages = footprint.decoding.max(resizing).max(finishing);
    let whole = bytes.len() as u64 + PROFILE * profile + scratch;
    let compared = whole + stages.max((FINISH + COMPARE) * pixels);
    match settings.score() {
        true => (compared, compared),
        false => (whole + stages, compared),
    }
}

/// Copies of a profile: as read, as parsed, as remembered.
const PROFILE: u64 = 4;

/// Bytes that resizing takes beside the decoded picture. Between its two passes the picture has one
/// old side and one new; in linear light the crop is there a second time at 16 bits.
fn resizing(footprint: Footprint, plan: &Plan) -> u64 {
    let Footprint { pixel, side, .. } = footprint;
    let edge = u64::from(plan.edge());
    let between = side.max(edge) * edge * pixel;
    let finished = square(edge) * pixel * 2;
    let light = match plan.effort() {
        Effort::Best => 2 * square(plan.crop().width.into()) * pixel,
        Effort::Fast | Effort::Balanced => 0,
    };
    between + finished + light
}

fn square(edge: u64) -> u64 {
    edge * edge
}

//! How much painting a page takes, and how much memory of what is painted: its instructions are followed as
//! the renderer follows them, but only counted. The renderer has no limits of its own, and keeps the outlines
//! and pictures of a whole page until the end.

use hayro::hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, Rect};

use super::counter::{Counter, Total};
use super::definitions::Odd;
use super::forms::Longest;
use crate::codec::painting::Load;
use crate::{Limit, LimitExceeded, Limits};

/// Most pixels that are painted, each time that one is; about 20 seconds.
const MOST: u64 = 20_000_000_000;
/// The same for large results: so many times the whole canvas.
const MOST_CANVASES: u64 = 5_000;

/// What is known of a page before it is painted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    pub(super) load: Load,
    /// Whether a gradient changes its colour exactly at an end beyond which it goes on.
    pub(super) changes_at_an_end: bool,
    pub(super) odd: Odd,
}

/// What painting a page on a canvas of this size takes. The count ends where the work is over the limit.
pub(super) fn load(
    page: &Page<'_>,
    longest: Longest,
    transform: Affine,
    (width, height): (u32, u32),
) -> Counted {
    let canvas = u64::from(width) * u64::from(height);
    let mut total = Total::new(MOST.max(MOST_CANVASES * canvas), longest);
    let target = Rect::new(0.0, 0.0, width.into(), height.into());
    let (cache, settings) = (InterpreterCache::new(), InterpreterSettings::default());
    let mut context = Context::new(transform, target, &cache, page.xref(), settings);
    let mut counter = Counter::of(&mut total, target);
    interpret_page(page, &mut context, &mut counter);
    Counted {
        load: Load {
            bytes: counter.bytes(),
            work: total.work,
            allowed: total.allowed,
        },
        changes_at_an_end: total.changes_at_an_end,
        odd: longest.odd,
    }
}

/// Refuses what takes too long, or more memory than a decoded picture may.
pub(super) fn check(load: &Load, limits: &Limits) -> Result<(), LimitExceeded> {
    load.check()?;
    match load.bytes > limits.decoded_bytes {
        true => Err(LimitExceeded {
            limit: Limit::DecodedBytes,
            found: load.bytes,
            allowed: limits.decoded_bytes,
        }),
        false => Ok(()),
    }
}

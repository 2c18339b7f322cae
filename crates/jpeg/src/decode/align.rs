//! Puts the restart intervals of a damaged scan back in their places (T.81, F.2.2.4).
//!
//! Restart markers are numbered modulo 8, so a number gives the place of its interval only up to
//! multiples of eight. How many intervals are missing at the end of the scan, and which ones are
//! damaged, decide the rest. Every possible assignment of places has a cost, and the cheapest one
//! is used.

/// A restart interval as it is found in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interval {
    /// Offset of its first byte, behind the marker.
    pub(crate) start: usize,
    /// The number of the restart marker before it.
    pub(crate) number: u8,
    /// Whether its data is one whole interval and nothing else, as far as is known.
    pub(crate) intact: bool,
}

/// What is known besides the intervals themselves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    /// Place of the interval before the found ones.
    pub(crate) place: u32,
    /// Whether that one is intact.
    pub(crate) intact: bool,
    /// Intervals in the undamaged scan.
    pub(crate) total: u32,
    /// Whether a marker ends the scan; if not, the file does.
    pub(crate) ended: bool,
    /// Whether some marker had the number that the standard requires.
    pub(crate) standard: bool,
}

/// Cost of an interval that does not belong to the scan: a copy of another one.
const EXTRA: f32 = 1.2;
/// Cost of a marker that appears by accident in damaged data.
const FRAGMENT: f32 = 0.7;
/// Cost of a marker whose number is wrong.
const MISNUMBERED: f32 = 3.3;
/// Cost of intervals missing between two that are intact. Less after a damaged one, because the
/// damage is where data was lost.
const GAP: f32 = 2.0;
const GAP_AT_DAMAGE: f32 = 1.0;
/// Cost of each interval of a gap, so that the shortest gap is preferred.
const GAP_LENGTH: f32 = 0.01;
/// Cost of intervals missing at the end of a scan that ends with a marker.
const MISSING_AT_END: f32 = 1.5;
/// The same if a multiple of eight is missing, because a gap elsewhere can be longer by that
/// number.
const GAP_IS_LONGER: f32 = 0.5;
/// Cost of a file whose numbers do not begin with 0.
const SHIFTED: f32 = 2.4;
/// Cost of a file whose numbers mean nothing, and of each of its intervals.
const UNNUMBERED: f32 = 3.0;
const UNNUMBERED_EACH: f32 = 0.8;

/// Number of assignments that are followed at the same time.
const WAYS: usize = 12;

/// How the numbers are interpreted.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Numbering {
    /// The marker before place 1 has this number.
    From(u8),
    /// Numbers mean nothing.
    None,
}

impl Numbering {
    /// How many places after `place` the interval with this number belongs, 0..=7.
    fn ahead(self, number: u8, place: u32) -> u32 {
        match self {
            Self::From(first) => {
                let expected = (place + 7 + u32::from(first)) % 8;
                (u32::from(number) + 8 - expected) % 8
            }
            Self::None => 0,
        }
    }

    fn cost(self, found: usize) -> f32 {
        match self {
            Self::From(0) => 0.0,
            Self::From(_) => SHIFTED,
            Self::None => UNNUMBERED + UNNUMBERED_EACH * found as f32,
        }
    }
}

/// An assignment of places to the intervals up to one of them.
#[derive(Debug, Clone, Copy)]
struct Way {
    cost: f32,
    /// Place of the last interval that has a place.
    place: u32,
    /// Whether that is the interval itself.
    placed: bool,
    /// Whether there is a gap up to here.
    gap: bool,
    /// Index of the assignment for the intervals before.
    parent: u8,
}

/// The place of every found interval; `None` for those that have none.
pub(crate) fn places(found: &[Interval], known: &Known) -> Vec<Option<u32>> {
    let mut ways = Vec::with_capacity(found.len() * WAYS);
    let shifts = if known.standard { 1 } else { 8 };
    let numberings = (0..shifts).map(Numbering::From).chain([Numbering::None]);
    let mut best: Option<(f32, Numbering, Vec<Option<u32>>)> = None;
    for numbering in numberings {
        let (cost, places) = cheapest(found, known, numbering, &mut ways);
        if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
            best = Some((cost, numbering, places));
        }
    }
    let Some((_, numbering, mut places)) = best else {
        return Vec::new();
    };
    widen_gap(&mut places, found, known);
    take_displaced(&mut places, found, known, numbering);
    places
}

/// The cheapest assignment with this numbering: its cost and its places.
fn cheapest(
    found: &[Interval],
    known: &Known,
    numbering: Numbering,
    ways: &mut Vec<Vec<Way>>,
) -> (f32, Vec<Option<u32>>) {
    ways.clear();
    let start = Way {
        cost: numbering.cost(found.len()),
        place: known.place,
        placed: true,
        gap: false,
        parent: 0,
    };
    let mut current = vec![start];
    let mut intact = known.intact;
    for one in found {
        current = follow(&current, one, intact, known.total, numbering);
        intact = one.intact;
        ways.push(current.clone());
    }
    let cost = |way: &Way| {
        let missing = known.total.saturating_sub(way.place + 1);
        way.cost
            + match missing {
                0 => 0.0,
                _ if !known.ended => 0.0,
                _ if missing.is_multiple_of(8) && way.gap => GAP_IS_LONGER,
                _ => MISSING_AT_END,
            }
    };
    let last = (current.iter().enumerate()).min_by(|a, b| cost(a.1).total_cmp(&cost(b.1)));
    let Some((mut index, way)) = last else {
        return (f32::INFINITY, vec![None; found.len()]);
    };
    let cost = cost(way);
    let mut places = vec![None; found.len()];
    for (place, ways) in places.iter_mut().zip(ways.iter()).rev() {
        let Some(way) = ways.get(index) else { break };
        *place = way.placed.then_some(way.place);
        index = usize::from(way.parent);
    }
    (cost, places)
}

/// Extends the cheapest assignments by one interval, which follows directly, follows after a gap,
/// or does not belong to the scan.
fn follow(
    ways: &[Way],
    next: &Interval,
    intact_before: bool,
    total: u32,
    numbering: Numbering,
) -> Vec<Way> {
    let mut all: Vec<Way> = Vec::with_capacity(3 * WAYS);
    for (parent, way) in (0..).zip(ways) {
        let mut add = |place: u32, placed, cost: f32| {
            if place < total {
                all.push(Way {
                    cost: way.cost + cost,
                    place,
                    placed,
                    gap: way.gap || place > way.place + 1,
                    parent,
                });
            }
        };
        let ahead = numbering.ahead(next.number, way.place + 1);
        let wrong = if ahead > 0 { MISNUMBERED } else { 0.0 };
        add(way.place + 1, true, wrong);
        if ahead > 0 {
            let gap = if intact_before { GAP } else { GAP_AT_DAMAGE };
            add(way.place + 1 + ahead, true, gap + GAP_LENGTH * ahead as f32);
        }
        add(way.place, false, if next.intact { EXTRA } else { FRAGMENT });
    }
    all.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let mut kept: Vec<Way> = Vec::with_capacity(WAYS);
    for way in all {
        if kept.len() < WAYS && kept.iter().all(|k| k.place != way.place) {
            kept.push(way);
        }
    }
    kept
}

/// Numbers repeat after eight: if eight or more intervals are missing at the end, they are really
/// missing at a gap.
fn widen_gap(places: &mut [Option<u32>], found: &[Interval], known: &Known) {
    let last = places.iter().rev().find_map(|place| *place);
    let missing = known.total.saturating_sub(last.unwrap_or(known.place) + 1) / 8 * 8;
    if missing == 0 || !known.ended {
        return;
    }
    let (mut before, mut intact) = (known.place, known.intact);
    // Index of the first interval after the gap, and how strong the evidence for it is.
    let mut best: Option<(usize, u8)> = None;
    for (index, (place, one)) in places.iter().zip(found).enumerate() {
        if let Some(place) = *place {
            let sign = match (place > before + 1, intact) {
                (true, false) => 3,
                (true, true) => 2,
                (false, false) => 1,
                (false, true) => 0,
            };
            if sign > best.map_or(0, |(_, sign)| sign) {
                best = Some((index, sign));
            }
            before = place;
            intact = true;
        }
        intact &= one.intact;
    }
    if let Some((from, _)) = best {
        for place in places.iter_mut().skip(from).flatten() {
            *place += missing;
        }
    }
}

/// Moves intervals that are out of order to the place of their number if it is free; otherwise
/// their number is wrong, and they go into the gap where they are.
fn take_displaced(
    places: &mut [Option<u32>],
    found: &[Interval],
    known: &Known,
    numbering: Numbering,
) {
    if numbering == Numbering::None {
        return;
    }
    let mut taken: std::collections::HashSet<u32> = places.iter().flatten().copied().collect();
    let mut before = known.place;
    for (place, one) in places.iter_mut().zip(found) {
        if let Some(place) = *place {
            before = place;
        } else if one.intact {
            let ahead = numbering.ahead(one.number, before + 1);
            let there = if ahead > 4 {
                (before + 1 + ahead).checked_sub(8)
            } else {
                Some(before + 1 + ahead)
            };
            // Intervals before the known place were decoded already.
            let free = |t: &u32| *t > known.place && *t < known.total && !taken.contains(t);
            *place = there.filter(free).or(Some(before + 1).filter(free));
            taken.extend(*place);
        }
    }
}

//! How each macroblock is predicted (RFC 6386, sections 10 and 11).

use super::bools::Bools;
use super::header::Header;
use super::mode_probabilities::SUBBLOCKS;

/// How a whole block of luma or chroma is predicted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Dc,
    Vertical,
    Horizontal,
    TrueMotion,
}

/// How a block of 4 x 4 is predicted, in the order of the tables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Dc,
    TrueMotion,
    Vertical,
    Horizontal,
    LeftDown,
    RightDown,
    VerticalRight,
    VerticalLeft,
    HorizontalDown,
    HorizontalUp,
}

#[derive(Clone, Copy)]
pub(super) enum Luma {
    Whole(Whole),
    Parts([[Part; 4]; 4]),
}

/// What comes before the coefficients of a macroblock.
pub(super) struct Modes {
    pub(super) segment: usize,
    pub(super) has_coefficients: bool,
    pub(super) luma: Luma,
    pub(super) chroma: Whole,
}

/// Modes next to the macroblock that comes next.
pub(super) struct Neighbors {
    above: Vec<[Part; 4]>,
    left: [Part; 4],
}

impl Neighbors {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            above: vec![[Part::Dc; 4]; columns],
            left: [Part::Dc; 4],
        }
    }

    pub(super) fn start_row(&mut self) {
        self.left = [Part::Dc; 4];
    }

    /// Reads the modes of a macroblock in this column.
    pub(super) fn read(&mut self, header: &mut Header<'_>, column: usize) -> Modes {
        let bits = &mut header.modes;
        let segment = header
            .segments
            .map_or(0, |[first, low, high]| match bits.bit(first) {
                true => 2 + usize::from(bits.bit(high)),
                false => usize::from(bits.bit(low)),
            });
        let has_coefficients = header
            .has_coefficients
            .is_none_or(|chance| !bits.bit(chance));
        let is_whole = bits.bit(145);
        let above = &mut self.above[column];
        let luma = if is_whole {
            let whole = whole_luma(bits);
            *above = [whole.part(); 4];
            self.left = [whole.part(); 4];
            Luma::Whole(whole)
        } else {
            Luma::Parts(parts(bits, above, &mut self.left))
        };
        let chroma = chroma(bits);
        Modes {
            segment,
            has_coefficients,
            luma,
            chroma,
        }
    }
}

impl Whole {
    /// The mode that it counts as beside blocks of 4 x 4.
    fn part(self) -> Part {
        match self {
            Self::Dc => Part::Dc,
            Self::Vertical => Part::Vertical,
            Self::Horizontal => Part::Horizontal,
            Self::TrueMotion => Part::TrueMotion,
        }
    }
}

fn whole_luma(bits: &mut Bools<'_>) -> Whole {
    match bits.bit(156) {
        false if bits.bit(163) => Whole::Vertical,
        false => Whole::Dc,
        true if bits.bit(128) => Whole::TrueMotion,
        true => Whole::Horizontal,
    }
}

fn chroma(bits: &mut Bools<'_>) -> Whole {
    if !bits.bit(142) {
        Whole::Dc
    } else if !bits.bit(114) {
        Whole::Vertical
    } else if bits.bit(183) {
        Whole::TrueMotion
    } else {
        Whole::Horizontal
    }
}

/// The modes of 16 blocks, each with the chances that its neighbours give it.
fn parts(bits: &mut Bools<'_>, above: &mut [Part; 4], left: &mut [Part; 4]) -> [[Part; 4]; 4] {
    left.each_mut().map(|left| {
        for above in above.iter_mut() {
            *left = part(bits, &SUBBLOCKS[*above as usize][*left as usize]);
            *above = *left;
        }
        *above
    })
}

/// One mode (section 11.2).
fn part(bits: &mut Bools<'_>, chances: &[u8; 9]) -> Part {
    let straight = [Part::Dc, Part::TrueMotion, Part::Vertical];
    for (mode, &chance) in straight.into_iter().zip(chances) {
        if !bits.bit(chance) {
            return mode;
        }
    }
    if !bits.bit(chances[3]) {
        if !bits.bit(chances[4]) {
            return Part::Horizontal;
        }
        return match bits.bit(chances[5]) {
            false => Part::RightDown,
            true => Part::VerticalRight,
        };
    }
    if !bits.bit(chances[6]) {
        return Part::LeftDown;
    }
    if !bits.bit(chances[7]) {
        return Part::VerticalLeft;
    }
    match bits.bit(chances[8]) {
        false => Part::HorizontalDown,
        true => Part::HorizontalUp,
    }
}

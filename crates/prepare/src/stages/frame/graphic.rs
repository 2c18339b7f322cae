//! Decides whether a picture is a photograph, which may be cut, or a logo, a cut-out or a drawing,
//! which is shown whole.

use super::border::{Border, Degree, Surface};
use super::look::{Look, apart, luma};

/// Share of transparent pixels that makes a cut-out.
const TRANSPARENT: f64 = 0.02;
/// Largest alpha of a pixel that counts as transparent, 2 %.
const INVISIBLE: u8 = 5;
/// Share of the border that must lie on one colour or gradient if nothing touches the border.
const FREE: f64 = 0.9;
/// The same if the content touches it.
const TOUCHED: f64 = 0.5;
/// How far border pixels may be from one colour or a linear gradient, in levels of 256.
const EVEN: f64 = 4.0;
/// How far they may be from a curved gradient, which has more freedom and must fit more closely.
const BENT: f64 = 2.0;
/// Share of a border that must have exactly one colour, and how far nearly all the rest may then be from it: JPEG
/// at quality 75 to 90 leaves ripples of 5 to 15 levels eight pixels around a drawing, and nothing beyond. A
/// photographed background has hardly two equal pixels side by side.
const STILL: f64 = 0.5;
const RIPPLED: f64 = 16.0;
const NEARLY_ALL: f64 = 0.98;
/// Share of exactly flat neighbourhoods of a drawing that touches its border.
const FLAT: f64 = 0.4;
/// Colour entropy that such a drawing stays under, in bits.
const FEW_COLORS: f64 = 2.5;
/// Share of exactly flat neighbourhoods from which a drawing may have a border of any kind, such as a line around it,
/// checks or the modules of a code.
const NEARLY_FLAT: f64 = 0.7;
/// A border darker than this can be plain darkness.
const DARK: u32 = 16;
/// A picture whose mean is darker than this can be mostly darkness.
const DIM: f64 = 64.0;
/// Share of flat neighbourhoods inside the content that distinguishes a drawing from an object in
/// the dark.
const DRAWN: f64 = 0.2;
/// Share of the content that lies within [`RIPPLED`] of one colour, for the same. Two photographs of night with an
/// even border have 0.25 and 0.35, letters 0.7 to 0.8.
const ONE_COLOR: f64 = 0.6;
/// How far from the border's surface content begins, in levels of 256.
pub(crate) const CONTENT: u8 = 10;

/// Why a picture is shown whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// Parts of it are transparent.
    Transparency,
    /// Its border is one colour or an even gradient.
    Border,
    /// It has few colours and large flat areas.
    Colors,
}

/// What was found out about a picture from its look.
pub(crate) struct Verdict {
    /// Why it is shown whole; `None` for a photograph.
    pub(crate) evidence: Option<Evidence>,
    /// What the border is made of.
    pub(crate) surface: Surface,
    /// The border's median colour.
    pub(crate) median: [u8; 3],
    /// Whether the border has that colour, except where content touches it.
    pub(crate) is_on_one_color: bool,
}

impl Verdict {
    /// The same for a picture that is shown whole for another reason.
    pub(crate) fn with(self, evidence: Evidence) -> Self {
        Self {
            evidence: Some(evidence),
            ..self
        }
    }

    /// Whether it is opaque, on one colour or an even gradient.
    pub(crate) fn is_even_and_opaque(&self) -> bool {
        self.evidence == Some(Evidence::Border)
    }
}

/// Judges a picture by its transparency, its border and its flat areas:
/// * a cut-out has transparent parts;
/// * a logo is on one colour or an even gradient, and so is an object on studio white, while a
///   photographed background has shades and noise;
/// * on black there must also be flat areas inside, or hardly more than one colour, otherwise it is an object in
///   the dark;
/// * a drawing that touches its border still has large flat areas of few colours; if nearly all of it is flat, the
///   border may be anything.
pub(crate) fn judge(look: &Look) -> Verdict {
    let rgb = look.over_white();
    let border = Border::of(look, &rgb);
    let base = base_of(&border);
    let is_lit = luma(border.median()) >= DARK;
    let evidence = if transparent(look) >= TRANSPARENT {
        Some(Evidence::Transparency)
    } else if base.is_even {
        let is_graphic = || {
            let content = base.surface.before(look, &rgb, CONTENT);
            is_drawn(look, &base.surface) || in_one_color(&rgb, &content) >= ONE_COLOR
        };
        (is_lit || is_graphic()).then_some(Evidence::Border)
    } else {
        let flat = flat(look, &rgb);
        let touches = base.share >= TOUCHED && is_lit && flat >= FLAT;
        let is_nearly_flat = flat >= NEARLY_FLAT && (is_lit || mean(&rgb) >= DIM);
        ((touches || is_nearly_flat) && entropy(&rgb) < FEW_COLORS).then_some(Evidence::Colors)
    };
    Verdict {
        evidence,
        surface: base.surface,
        median: border.median(),
        is_on_one_color: base.surface.is_one_color() && base.share >= TOUCHED,
    }
}

/// Whether a picture that was judged without evidence is filled by a photograph: it has hardly any flat areas.
pub(crate) fn is_photo(look: &Look) -> bool {
    flat(look, &look.over_white()) < FLAT / 4.0
}

/// Whether the content has flat areas, as drawings do and objects do not.
pub(crate) fn is_drawn(look: &Look, surface: &Surface) -> bool {
    let rgb = look.over_white();
    let content = surface.before(look, &rgb, CONTENT);
    flat_inside(look, &content, &ranges(look, &rgb)) >= DRAWN
}

/// Share of the content that is near to its most frequent colour: thin letters have no flat areas in a JPEG.
fn in_one_color(rgb: &[[u8; 3]], content: &[bool]) -> f64 {
    let pixels = || {
        rgb.iter()
            .zip(content)
            .filter(|(_, is_content)| **is_content)
    };
    let mut counts = vec![(0_u32, [0_u32; 3]); 4096];
    for (color, _) in pixels() {
        if let Some((count, sums)) = counts.get_mut(coarse(*color)) {
            *count += 1;
            for (sum, value) in sums.iter_mut().zip(color) {
                *sum += u32::from(*value);
            }
        }
    }
    let Some((count, sums)) = counts.into_iter().max_by_key(|(count, _)| *count) else {
        return 0.0;
    };
    let mean = sums.map(|sum| (sum / count.max(1)) as u8);
    let near = pixels().filter(|(color, _)| f64::from(apart(mean, **color)) <= RIPPLED);
    near.count() as f64 / pixels().count().max(1) as f64
}

/// The number of a colour at four bits a channel.
fn coarse(color: [u8; 3]) -> usize {
    let [r, g, b] = color.map(|value| usize::from(value >> 4));
    r << 8 | g << 4 | b
}

/// Share of exactly flat neighbourhoods.
fn flat(look: &Look, rgb: &[[u8; 3]]) -> f64 {
    let ranges = ranges(look, rgb);
    ranges.iter().filter(|range| **range == 0).count() as f64 / ranges.len().max(1) as f64
}

/// Mean lightness, 0 to 255.
fn mean(rgb: &[[u8; 3]]) -> f64 {
    let sum: u64 = rgb.iter().map(|color| u64::from(luma(*color))).sum();
    sum as f64 / rgb.len().max(1) as f64
}

/// The surface on which a border lies.
#[derive(Clone, Copy)]
struct Base {
    surface: Surface,
    /// Share of the border that lies on it.
    share: f64,
    /// Whether this is nearly the whole border.
    is_even: bool,
}

/// The simplest surface on which the border lies.
fn base_of(border: &Border) -> Base {
    let base = |degree: Degree, tolerance: f64| {
        let surface = border.surface(degree);
        let share = border.share(&surface, tolerance);
        Base {
            surface,
            share,
            is_even: share >= FREE,
        }
    };
    let mut flat = base(Degree::Flat, EVEN);
    flat.is_even |= border.share(&flat.surface, 1.0) >= STILL
        && border.share(&flat.surface, RIPPLED) >= NEARLY_ALL;
    if flat.is_even {
        return flat;
    }
    let plane = base(Degree::Plane, EVEN);
    if plane.is_even {
        return plane;
    }
    let curved = base(Degree::Curved, BENT);
    if curved.is_even {
        return curved;
    }
    if plane.share > flat.share {
        plane
    } else {
        flat
    }
}

/// The gradient on which the border of a picture lies that was judged to be on one. Whether it is even is not judged
/// again: there is more noise than in a look.
pub(crate) fn surface_of(look: &Look) -> Surface {
    let border = Border::of(look, &look.over_white());
    let plane = border.surface(Degree::Plane);
    match border.share(&plane, EVEN) >= FREE {
        true => plane,
        false => border.surface(Degree::Curved),
    }
}

/// Share of transparent pixels.
pub(crate) fn transparent(look: &Look) -> f64 {
    let hidden = look.pixels().iter().filter(|pixel| pixel[3] <= INVISIBLE);
    hidden.count() as f64 / look.pixels().len() as f64
}

/// Whether a pixel can be seen at all.
pub(crate) fn is_visible(pixel: [u8; 4]) -> bool {
    pixel[3] > INVISIBLE
}

/// For each pixel the largest spread of a channel among its neighbours and itself.
fn ranges(look: &Look, rgb: &[[u8; 3]]) -> Vec<u8> {
    let (width, height) = (look.width(), look.height());
    // First along the rows, then along the columns: lowest and highest of three each.
    let spans: Vec<[[u8; 2]; 3]> = rgb.iter().map(|color| color.map(|v| [v, v])).collect();
    let rows = widen(
        &spans,
        |index| {
            let x = index % width;
            [x > 0, x + 1 < width]
        },
        1,
    );
    let areas = widen(
        &rows,
        |index| {
            let y = index / width;
            [y > 0, y + 1 < height]
        },
        width,
    );
    let spread = |area: &[[u8; 2]; 3]| area.map(|[low, high]| high - low).into_iter().max();
    areas.iter().map(|area| spread(area).unwrap_or(0)).collect()
}

/// Joins every span with that of the element `step` before and behind it, where there is one.
fn widen(
    spans: &[[[u8; 2]; 3]],
    has_neighbors: impl Fn(usize) -> [bool; 2],
    step: usize,
) -> Vec<[[u8; 2]; 3]> {
    let join = |index: usize| {
        let [before, behind] = has_neighbors(index);
        let mut joined = spans[index];
        let before = before.then(|| spans[index - step]);
        let behind = behind.then(|| spans[index + step]);
        for neighbor in before.into_iter().chain(behind) {
            for (span, [low, high]) in joined.iter_mut().zip(neighbor) {
                *span = [span[0].min(low), span[1].max(high)];
            }
        }
        joined
    };
    (0..spans.len()).map(join).collect()
}

/// Share of nearly flat neighbourhoods among those wholly inside the content.
fn flat_inside(look: &Look, content: &[bool], ranges: &[u8]) -> f64 {
    let (width, height) = (look.width(), look.height());
    let (mut inside, mut flat) = (0_u32, 0_u32);
    for y in 1..height.saturating_sub(1) {
        for x in 1..width.saturating_sub(1) {
            let at = y * width + x;
            let cross = [at, at - 1, at + 1, at - width, at + width];
            if cross.iter().all(|&at| content[at]) {
                inside += 1;
                flat += u32::from(ranges[at] <= 2);
            }
        }
    }
    f64::from(flat) / f64::from(inside.max(1))
}

/// Shannon entropy of the colours at four bits a channel, in bits.
fn entropy(rgb: &[[u8; 3]]) -> f64 {
    let mut counts = vec![0_u32; 4096];
    for color in rgb {
        counts[coarse(*color)] += 1;
    }
    let total = rgb.len() as f64;
    let shares = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|&count| f64::from(count) / total);
    -shares.map(|share| share * share.log2()).sum::<f64>()
}

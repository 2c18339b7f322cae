//! Prediction of blocks of 4 x 4 luma samples (RFC 6386, section 12.3).

use super::modes::Part;
use super::neighborhood::{LEFT, Neighborhood};

/// The samples around a block, from the lowest on the left, over the corner, to the fourth beyond its
/// upper right corner.
type Edge = [u8; 13];

/// Places in the edge: left from the highest down, the corner, above from the left.
const CORNER: usize = 4;

#[inline(always)]
fn edge<const W: usize, const H: usize>(area: &Neighborhood<W, H>, (x, y): (usize, usize)) -> Edge {
    let at = LEFT + x;
    let mut edge = [0; 13];
    for (sample, row) in edge.iter_mut().zip(area.rows[y..][1..5].iter().rev()) {
        *sample = row[at];
    }
    edge[CORNER..].copy_from_slice(&area.rows[y][at..][..9]);
    edge
}

/// The mean of two samples from this place on.
#[inline(always)]
fn of_two(edge: &Edge, at: usize) -> u8 {
    (u16::from(edge[at]) + u16::from(edge[at + 1])).div_ceil(2) as u8
}

/// The mean around a sample, which counts twice.
#[inline(always)]
fn of_three([before, here, after]: [u8; 3]) -> u8 {
    ((u16::from(before) + 2 * u16::from(here) + u16::from(after) + 2) / 4) as u8
}

#[inline(always)]
fn around(edge: &Edge, at: usize) -> u8 {
    of_three([edge[at - 1], edge[at], edge[at + 1]])
}

/// Predicts the block that starts at this column and row.
#[inline(always)]
pub(super) fn predict<const W: usize, const H: usize>(
    area: &mut Neighborhood<W, H>,
    place: (usize, usize),
    mode: Part,
) {
    let rows = predicted(&edge(area, place), mode);
    for (row, predicted) in area.rows[1 + place.1..][..4].iter_mut().zip(rows) {
        row[LEFT + 1 + place.0..][..4].copy_from_slice(&predicted);
    }
}

fn predicted(edge: &Edge, mode: Part) -> [[u8; 4]; 4] {
    let by = |sample: fn(&Edge, usize, usize) -> u8| {
        std::array::from_fn(|y| std::array::from_fn(|x| sample(edge, x, y)))
    };
    match mode {
        Part::Dc => {
            let sum: u16 = edge[..4]
                .iter()
                .chain(&edge[5..9])
                .map(|&s| u16::from(s))
                .sum();
            [[((sum + 4) / 8) as u8; 4]; 4]
        }
        Part::TrueMotion => by(|edge, x, y| {
            let slope = i16::from(edge[3 - y]) - i16::from(edge[CORNER]);
            (slope + i16::from(edge[5 + x])).clamp(0, 255) as u8
        }),
        Part::Vertical => [std::array::from_fn(|x| around(edge, 5 + x)); 4],
        Part::Horizontal => std::array::from_fn(|y| {
            let below = edge[3usize.saturating_sub(y + 1)];
            [of_three([edge[4 - y], edge[3 - y], below]); 4]
        }),
        Part::LeftDown => {
            let means: [u8; 7] = std::array::from_fn(|at| {
                let last = edge[(7 + at).min(12)];
                of_three([edge[5 + at], edge[6 + at], last])
            });
            by_place(|x, y| means[x + y])
        }
        Part::RightDown => {
            let means: [u8; 7] = std::array::from_fn(|at| around(edge, 1 + at));
            by_place(|x, y| means[3 + x - y])
        }
        Part::VerticalRight => vertical_right(edge),
        Part::VerticalLeft => vertical_left(edge),
        Part::HorizontalDown => horizontal_down(edge),
        Part::HorizontalUp => horizontal_up(edge),
    }
}

#[inline(always)]
fn by_place(sample: impl Fn(usize, usize) -> u8) -> [[u8; 4]; 4] {
    std::array::from_fn(|y| std::array::from_fn(|x| sample(x, y)))
}

fn vertical_right(edge: &Edge) -> [[u8; 4]; 4] {
    let even: [u8; 4] = std::array::from_fn(|x| of_two(edge, 4 + x));
    let odd: [u8; 4] = std::array::from_fn(|x| around(edge, 4 + x));
    let (third, fourth) = (around(edge, 3), around(edge, 2));
    [
        even,
        odd,
        [third, even[0], even[1], even[2]],
        [fourth, odd[0], odd[1], odd[2]],
    ]
}

fn vertical_left(edge: &Edge) -> [[u8; 4]; 4] {
    let two: [u8; 4] = std::array::from_fn(|x| of_two(edge, 5 + x));
    let three: [u8; 6] = std::array::from_fn(|x| around(edge, 6 + x));
    [
        two,
        [three[0], three[1], three[2], three[3]],
        [two[1], two[2], two[3], three[4]],
        [three[1], three[2], three[3], three[5]],
    ]
}

fn horizontal_down(edge: &Edge) -> [[u8; 4]; 4] {
    let two: [u8; 4] = std::array::from_fn(|y| of_two(edge, 3 - y));
    let three: [u8; 4] = std::array::from_fn(|y| around(edge, 4 - y));
    let right = [around(edge, 5), around(edge, 6)];
    [
        [two[0], three[0], right[0], right[1]],
        [two[1], three[1], two[0], three[0]],
        [two[2], three[2], two[1], three[1]],
        [two[3], three[3], two[2], three[2]],
    ]
}

fn horizontal_up(edge: &Edge) -> [[u8; 4]; 4] {
    let two: [u8; 3] = std::array::from_fn(|y| of_two(edge, 2 - y));
    let three = [around(edge, 2), around(edge, 1)];
    let last = edge[0];
    let end = of_three([edge[1], last, last]);
    [
        [two[0], three[0], two[1], three[1]],
        [two[1], three[1], two[2], end],
        [two[2], end, last, last],
        [last; 4],
    ]
}

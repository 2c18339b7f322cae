//! How many pieces the renderer cuts the curves of a path into if there is a line along them.

/// A curve of any size, and the square of its units from its start to its farthest point. A curve of a few units, and
/// one of a hundred thousand, takes 18 microseconds and 2.6 kilobytes, one of ten million 300 milliseconds and 60
/// megabytes.
const CURVE: u64 = 3_600;
const SQUARE: f64 = 6e-7;
/// Bytes of a curve of any size while it is painted. A piece beyond takes one.
const BYTES: u64 = 2_600;
/// Curves of an arc.
const ARC: u64 = 4;

type Point = (f64, f64);

/// Pieces of a curve whose points are at most this far from its start.
pub(super) fn curve(size: f64) -> u64 {
    CURVE.saturating_add(beyond(size))
}

/// Bytes of such a curve while it is painted.
pub(super) fn bytes_of_curve(size: f64) -> u64 {
    BYTES.saturating_add(beyond(size))
}

/// How many of its pieces are for its size.
fn beyond(size: f64) -> u64 {
    match size.is_finite() {
        true => (size * size * SQUARE) as u64,
        false => u64::MAX,
    }
}

/// Pieces of the curves in the data of a path. The count ends above `most`.
pub(super) fn of_path(data: &str, most: u64) -> u64 {
    let (mut all, mut rest) = (0_u64, data);
    let (mut pen, mut letter) = (Pen::default(), b' ');
    let (mut numbers, mut given) = ([0.0; 7], 0);
    while let Some(first) = rest.chars().next().filter(|_| all <= most) {
        let (value, length) = match (letter, given, first) {
            // The flags of an arc can be written without anything between them and what follows.
            (b'a' | b'A', 3 | 4, '0' | '1') => (0.0, 1),
            _ => number(rest),
        };
        if length == 0 {
            if first.is_ascii_alphabetic() {
                (letter, given) = (first as u8, 0);
            }
            if matches!(first, 'z' | 'Z') {
                pen.draw(letter, numbers);
            }
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        rest = rest.get(length..).unwrap_or_default();
        if let Some(number) = numbers.get_mut(given) {
            *number = value;
        }
        given += 1;
        if given >= needed(letter) {
            all = all.saturating_add(pen.draw(letter, numbers));
            given = 0;
            letter = match letter {
                b'm' => b'l',
                b'M' => b'L',
                other => other,
            };
        }
    }
    all
}

/// Numbers that a letter of path data needs; 0 for what is none.
fn needed(letter: u8) -> usize {
    match letter.to_ascii_lowercase() {
        b'h' | b'v' => 1,
        b'l' | b'm' | b't' => 2,
        b'q' | b's' => 4,
        b'c' => 6,
        b'a' => 7,
        _ => 0,
    }
}

/// Where the path has come to.
#[derive(Default)]
struct Pen {
    at: Point,
    /// Where the current part of the path began.
    start: Point,
    /// The last control point of the curve before, which `S` and `T` mirror. With each of many `T` it is farther away.
    control: Point,
    /// The letter before, as a capital.
    before: u8,
}

impl Pen {
    /// Pieces of what a letter draws.
    fn draw(&mut self, letter: u8, numbers: [f64; 7]) -> u64 {
        let [a, b, c, d, e, f, g] = numbers;
        let base = if letter.is_ascii_lowercase() {
            self.at
        } else {
            (0.0, 0.0)
        };
        let point = |x: f64, y: f64| (base.0 + x, base.1 + y);
        let letter = letter.to_ascii_uppercase();
        let (control, end, pieces) = match letter {
            b'C' => {
                let (control, end) = (point(c, d), point(e, f));
                (control, end, self.curve([point(a, b), control, end]))
            }
            b'S' => {
                let (control, end) = (point(a, b), point(c, d));
                let first = self.mirrored(*b"CS");
                (control, end, self.curve([first, control, end]))
            }
            b'Q' => {
                let (control, end) = (point(a, b), point(c, d));
                (control, end, self.curve([control, end, end]))
            }
            b'T' => {
                let (control, end) = (self.mirrored(*b"QT"), point(a, b));
                (control, end, self.curve([control, end, end]))
            }
            b'A' => {
                let end = point(f, g);
                let pieces = ARC.saturating_mul(curve(radius((self.at, end), (a, b), c)));
                (end, end, pieces)
            }
            _ => {
                let end = match letter {
                    b'H' => (base.0 + a, self.at.1),
                    b'V' => (self.at.0, base.1 + a),
                    b'Z' => self.start,
                    b'L' | b'M' => point(a, b),
                    _ => self.at,
                };
                (end, end, 0)
            }
        };
        if letter == b'M' {
            self.start = end;
        }
        (self.control, self.at, self.before) = (control, end, letter);
        pieces
    }

    /// Where the control point of the curve before is mirrored to, if that was one of these kinds.
    fn mirrored(&self, kinds: [u8; 2]) -> Point {
        let (at, control) = (self.at, self.control);
        match kinds.contains(&self.before) {
            true => (2.0 * at.0 - control.0, 2.0 * at.1 - control.1),
            false => at,
        }
    }

    fn curve(&self, points: [Point; 3]) -> u64 {
        let sides = points.map(|it| [it.0 - self.at.0, it.1 - self.at.1]);
        // What is not finite must not be lost among numbers.
        let larger = |most: f64, side: f64| match side.is_finite() {
            true => most.max(side.abs()),
            false => f64::INFINITY,
        };
        curve(sides.into_iter().flatten().fold(0.0, larger))
    }
}

/// The larger radius of an arc. Radii that are too short for its ends are enlarged, see appendix B.2.5 of SVG 2.
fn radius((from, to): (Point, Point), (across, down): Point, rotation: f64) -> f64 {
    let (across, down) = (across.abs(), down.abs());
    if across == 0.0 || down == 0.0 {
        return 0.0; // a straight line
    }
    let half = ((from.0 - to.0) / 2.0, (from.1 - to.1) / 2.0);
    let (sin, cos) = rotation.to_radians().sin_cos();
    let x = (cos * half.0 + sin * half.1) / across;
    let y = (cos * half.1 - sin * half.0) / down;
    let factor = x.hypot(y);
    match factor.is_nan() {
        true => f64::INFINITY,
        false => across.max(down) * factor.max(1.0),
    }
}

/// The number that a text starts with, and its length in bytes; zero without one.
pub(super) fn number(text: &str) -> (f64, usize) {
    let bytes = text.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or(b' ');
    let digits = |mut end: usize| {
        while at(end).is_ascii_digit() {
            end += 1;
        }
        end
    };
    let start = usize::from(matches!(at(0), b'+' | b'-'));
    let mut end = digits(start);
    if at(end) == b'.' {
        end = digits(end + 1);
    }
    let mantissa = bytes.get(start..end).unwrap_or_default();
    if !mantissa.iter().any(u8::is_ascii_digit) {
        return (0.0, 0);
    }
    if matches!(at(end), b'e' | b'E') {
        let exponent = end + 1 + usize::from(matches!(at(end + 1), b'+' | b'-'));
        let after = digits(exponent);
        end = if after > exponent { after } else { end };
    }
    let value: Result<f64, _> = text.get(..end).unwrap_or_default().parse();
    (value.unwrap_or(0.0), end)
}

//! `color-mix()` (CSS Color 5).

use super::spaces::{Space, Triple};
use super::{CssColor, number};
use crate::style::syntax::{split, words};

/// Mixes the two colours in the arguments; `read` parses a colour.
pub(super) fn mix(arguments: &str, read: &dyn Fn(&str) -> Option<CssColor>) -> Option<CssColor> {
    let mut parts: Vec<&str> = split(arguments, |byte| byte == b',').collect();
    let (mut space, mut is_longer) = (Space::Oklab, false);
    if let Some(method) = parts.first().and_then(|first| first.strip_prefix("in ")) {
        let method = method.to_ascii_lowercase();
        let mut method = method.split_ascii_whitespace();
        space = Space::named(method.next()?).filter(|space| space.is_mixed_in())?;
        is_longer = method.next() == Some("longer");
        parts.remove(0);
    }
    let [first, second] = parts.as_slice() else {
        return None;
    };
    let ((first, p), (second, q)) = (part(first, read)?, part(second, read)?);
    let (p, q) = match (p, q) {
        (None, None) => (0.5, 0.5),
        (Some(p), None) => (p, 1.0 - p),
        (None, Some(q)) => (1.0 - q, q),
        (Some(p), Some(q)) => (p, q),
    };
    let sum = p + q;
    if sum <= 0.0 {
        return None;
    }
    let mut mixed = blend(space, is_longer, first, second, q / sum);
    mixed.alpha *= sum.min(1.0);
    Some(mixed)
}

/// A colour and its share.
fn part(text: &str, read: &dyn Fn(&str) -> Option<CssColor>) -> Option<(CssColor, Option<f64>)> {
    let mut color = Vec::new();
    let mut share = None;
    for word in words(text) {
        match word.ends_with('%') {
            true => share = Some(number(word, 1.0).filter(|share| (0.0..=1.0).contains(share))?),
            false => color.push(word),
        }
    }
    Some((read(&color.join(" "))?, share))
}

/// Interpolates from one colour to another by `share`; coordinates are weighted by opacity.
fn blend(space: Space, is_longer: bool, first: CssColor, second: CssColor, share: f64) -> CssColor {
    let (mut a, mut b) = (
        space.of_linear(first.linear),
        space.of_linear(second.linear),
    );
    if let Some(hue) = space.hue() {
        join_hues(&mut a, &mut b, hue, is_longer);
    }
    let alpha = first.alpha * (1.0 - share) + second.alpha * share;
    let mut mixed: Triple = [0.0; 3];
    for (at, (to, (a, b))) in mixed.iter_mut().zip(a.iter().zip(&b)).enumerate() {
        *to = if space.hue() == Some(at) {
            a * (1.0 - share) + b * share
        } else if alpha > 0.0 {
            (a * first.alpha * (1.0 - share) + b * second.alpha * share) / alpha
        } else {
            0.0
        };
    }
    CssColor {
        linear: space.to_linear(mixed),
        alpha,
    }
}

/// Shifts hues so that they differ by at most half a turn (or at least, for the longer way); a gray
/// takes the hue of the other colour.
fn join_hues(a: &mut Triple, b: &mut Triple, hue: usize, is_longer: bool) {
    let is_gray = |c: &Triple| {
        if hue == 0 {
            c[1].abs() < 1e-4
        } else {
            c[1] < 4e-6_f64.max(c[0] * 1e-5)
        }
    };
    let (gray_a, gray_b) = (is_gray(a), is_gray(b));
    let (Some(from), Some(to)) = (a.get_mut(hue), b.get_mut(hue)) else {
        return;
    };
    if gray_a {
        *from = *to;
    } else if gray_b {
        *to = *from;
    }
    let turn = *to - *from;
    if (turn.abs() > 180.0) != is_longer {
        match turn > 0.0 {
            true => *from += 360.0,
            false => *to += 360.0,
        }
    }
}

//! `viewBox`: which part of its coordinates a drawing shows (SVG 2, section 8.6), as browsers read it.

/// Left edge, top edge, width and height; `None` if it is written wrongly or a side is less than nothing, in which case
/// browsers ignore it.
pub(super) fn parse(text: &str) -> Option<[f64; 4]> {
    let (mut numbers, mut rest) = ([0.0; 4], text.trim_ascii_start());
    for (index, number) in numbers.iter_mut().enumerate() {
        let length = length(rest);
        let (written, after) = rest.split_at_checked(length)?;
        *number = written.parse().ok()?;
        let is_last = index == 3;
        rest = after.trim_ascii_start();
        if let Some(after) = rest.strip_prefix(',').filter(|_| !is_last) {
            rest = after.trim_ascii_start();
        }
    }
    let [.., width, height] = numbers;
    let fits = |number: &f64| number.abs() <= f64::from(f32::MAX);
    let is_valid = width >= 0.0 && height >= 0.0 && numbers.iter().all(fits);
    (rest.is_empty() && is_valid).then_some(numbers)
}

/// Whether it has no area.
pub(super) fn is_empty(text: &str) -> bool {
    // Browsers keep single precision, in which the least numbers are nothing.
    parse(text).is_some_and(|[.., width, height]| width as f32 == 0.0 || height as f32 == 0.0)
}

/// The length of the number that a text begins with; 0 if there is none. A digit must follow a point and an exponent.
fn length(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let from = |at: usize| text.get(at..).unwrap_or_default();
    let sign = usize::from(text.starts_with(['+', '-']));
    let whole = digits(from(sign));
    let mut end = sign + whole;
    if let Some(fraction) = from(end).strip_prefix('.') {
        match digits(fraction) {
            0 => return 0,
            count => end += 1 + count,
        }
    }
    if end == sign {
        return 0;
    }
    if let Some(exponent) = from(end).strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        match digits(exponent.get(sign..).unwrap_or_default()) {
            0 => return 0,
            count => end += 1 + sign + count,
        }
    }
    end
}

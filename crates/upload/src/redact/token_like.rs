//! Finds unknown tokens by their form or their position.

use super::units::{Unit, starts_with};

/// Length of the run of hexadecimal digits that begins at `at`, if `is_run` accepts it.
pub(super) fn hex_run(
    rest: &[Unit],
    at: usize,
    units: &[Unit],
    is_run: &impl Fn(usize) -> bool,
) -> usize {
    let before = at.checked_sub(1).and_then(|before| units.get(before));
    if before.is_some_and(|unit| unit.c.is_ascii_hexdigit()) {
        return 0;
    }
    let run = rest
        .iter()
        .take_while(|unit| unit.c.is_ascii_hexdigit())
        .count();
    if is_run(run) { run } else { 0 }
}

/// Length of `/waInstance<digits>/<method>/` or `/partner/<method>/` at the start of `rest`:
/// a token follows it.
pub(super) fn after_method(rest: &[Unit]) -> Option<usize> {
    let mut at = if starts_with(rest, "/wainstance") {
        let digits = rest
            .iter()
            .skip(11)
            .take_while(|unit| unit.c.is_ascii_digit());
        11 + digits.count()
    } else if starts_with(rest, "/partner") {
        8
    } else {
        return None;
    };
    if rest.get(at)?.c != '/' {
        return None;
    }
    at += 1;
    let method = rest.get(at..)?;
    let end = method.iter().position(|unit| ends_segment(unit.c))?;
    let is_followed = end > 0 && method.get(end)?.c == '/';
    is_followed.then_some(at + end + 1)
}

pub(super) fn ends_segment(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "/?#\"'<>&\\,;)}".contains(c)
}

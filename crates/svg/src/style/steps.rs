//! Counts the work that style sheets cause. Once no steps are left, no selector matches any more, and the drawing
//! is refused.

/// Longest text in bytes that values and attributes usually have.
const USUAL: u64 = 1024;

pub(super) fn charge(steps: &mut u64, count: u64) {
    *steps = steps.saturating_sub(count);
}

/// Charges for reading a text of so many bytes.
pub(super) fn charge_text(steps: &mut u64, bytes: usize) {
    let bytes = bytes as u64;
    charge(steps, if bytes > USUAL { bytes } else { bytes / 32 });
}

/// Charges for so many declarations of one element. They are sorted, so a rule of very many costs more than many
/// rules.
pub(super) fn charge_declarations(steps: &mut u64, count: usize) {
    let count = count as u64;
    charge(steps, 4 * count + count * count / 256);
}

//! A check for people: one line for each fault, with the platforms that it concerns.

use avatar_batch::args::Options;
use avatar_batch::report::console;

use super::checked::Checked;
use crate::finished::Fault;

/// Each different fault of a file, with the platforms for which it is one; none if it is one for
/// all.
pub(super) fn merged(checked: &Checked) -> Vec<(&Fault, Vec<&'static str>)> {
    let mut all: Vec<(&Fault, Vec<&'static str>)> = Vec::new();
    for (preset, faults) in &checked.faults {
        for fault in faults {
            match all.iter_mut().find(|(known, _)| *known == fault) {
                Some((_, presets)) => presets.extend(preset),
                None => all.push((fault, preset.iter().copied().collect())),
            }
        }
    }
    let count = checked.faults.len();
    for (_, presets) in &mut all {
        if presets.len() == count {
            presets.clear();
        }
    }
    all
}

/// Prints what is wrong with a file.
pub(super) fn print(options: &Options, checked: &Checked) {
    let file = checked.file.display();
    for (fault, presets) in merged(checked) {
        let whom = match presets.is_empty() {
            true => String::new(),
            false => format!(" ({})", presets.join(", ")),
        };
        let Fault {
            code,
            message,
            hint,
        } = fault;
        console::print_line(&format!("failed {file}{whom}: {message} [{code}]"));
        console::print_line(&format!("  hint: {hint}"));
    }
    if checked.is_ok() && options.verbose {
        console::print_line(&format!("ok {file}"));
    }
}

//! Warns of flags that change nothing, because they belong to another one that is not given. Only what is typed
//! counts: the settings file and variables are for all runs.

use std::path::{Path, PathBuf};

use crate::args::flags::Group;
use crate::args::{Effective, Origin};
use crate::objects::address::is_address;
use crate::report::console;

/// Prints a warning for each.
pub(super) fn warn(effective: &Effective, output: &Path) {
    let options = &effective.options;
    let is_csv = |report: &PathBuf| {
        let extension = report.extension();
        extension.is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
    };
    let typed = effective
        .values
        .iter()
        .filter(|value| value.origin == Origin::Flag && value.text != value.flag.default);
    for flag in typed.map(|value| value.flag) {
        let other = match flag.name {
            "upload" => continue,
            _ if flag.group == Group::Upload && !options.upload.after_preparing => "--upload",
            "csv-bom" if !options.reports.iter().any(is_csv) => {
                "--report with a name that ends in .csv"
            }
            "cache-control" if !is_address(output) => "an OUT in a store",
            _ => continue,
        };
        console::print_warning(&format!("--{} changes nothing without {other}", flag.name));
    }
}

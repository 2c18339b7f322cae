//! Refuses flags that would change nothing, because they belong to another one that is not given. Only what is typed
//! counts: the settings file and variables are for all runs.

use std::path::{Path, PathBuf};

use crate::args::{Effective, Group, Options, Origin, Value};
use crate::error::CliError;
use crate::objects::address::is_address;

pub(super) fn check(effective: &Effective, output: &Path) -> Result<(), CliError> {
    let options = &effective.options;
    let is_csv = |report: &PathBuf| {
        let extension = report.extension();
        extension.is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
    };
    let typed = effective
        .values
        .iter()
        .filter(|value| value.origin == Origin::Flag && !is_default(value, options));
    for flag in typed.map(|value| value.flag) {
        let missing = match flag.name {
            "upload" => None,
            _ if flag.group == Group::Upload && !options.upload.after_preparing => Some((
                "--upload",
                "add --upload, or deliver what is prepared with avatar-prep upload",
            )),
            "csv-bom" if !options.reports.iter().any(is_csv) => Some((
                "--report",
                "add --report with a name that ends in .csv, or leave it out",
            )),
            "cache-control" if !is_address(output) => Some((
                "an OUT in a store",
                "name a store as OUT, such as s3://bucket/prefix/, or leave it out",
            )),
            _ => None,
        };
        if let Some((other, hint)) = missing {
            let message = format!("--{} needs {other}", flag.name);
            return Err(CliError::usage(message, hint));
        }
    }
    Ok(())
}

/// Whether a value means the same as the default, which can be written in several ways.
fn is_default(value: &Value, options: &Options) -> bool {
    let flag = value.flag;
    let mut default = options.clone();
    let has_default = (flag.apply)(&mut default, flag.default).is_ok();
    value.text == flag.default
        || flag.group == Group::Upload && has_default && default.upload == options.upload
}

//! Refuses what makes no sense with `--pack`, before anything is read.

use std::path::{Path, PathBuf};

use super::super::remote::Remote;
use crate::args::Options;
use crate::error::CliError;
use crate::files::STATE_FOLDER;
use crate::naming::{self, Target};
use crate::objects::address::is_address;
use crate::packs::place;
use crate::state::Reader;

/// Refuses options that make no sense with tars, and a run without `--pack` into a folder of tars.
pub(in super::super) fn check(
    options: &Options,
    inputs: &[PathBuf],
    output: &Path,
) -> Result<(), CliError> {
    if options.pack.is_none() {
        return place::refuse_packed(output, "a run without --pack");
    }
    let refuse = |what: &str, hint: &str| Err(CliError::usage(what, hint));
    let is_stream = [inputs, &[output.into()]]
        .concat()
        .contains(&PathBuf::from("-"));
    let is_file =
        || Ok(!is_address(output) && matches!(naming::target(inputs, output)?, Target::File(_)));
    if is_stream || is_file()? {
        let what = "--pack writes tars, so OUT must be a folder or the prefix of a store";
        return refuse(what, "name a folder for the tars, and end it in /");
    }
    if options.watch {
        let what =
            "--watch cannot be combined with --pack: each change would become a tar of its own";
        return refuse(what, "run the same command from a timer");
    }
    if options.force {
        let what = "--force cannot be combined with --pack: what is in a tar is never changed";
        return refuse(
            what,
            "delete the tars that are to be made again, or choose another OUT",
        );
    }
    if options.overwrite {
        let what = "--overwrite cannot be combined with --pack: a tar never replaces a file";
        return refuse(what, "leave it out, or choose another OUT");
    }
    for (flag, is_given) in [
        ("--upload", options.upload.after_preparing),
        ("--sheet", !options.sheets.is_empty()),
    ] {
        if is_given {
            let what = format!("{flag} cannot be combined with --pack: it needs results as files");
            return refuse(
                &what,
                "prepare the pictures into another folder, without --pack",
            );
        }
    }
    Ok(())
}

/// Refuses an OUT that has results as files: they would be packed again.
pub(in super::super) fn check_place(
    remote: Option<&Remote>,
    out: &Path,
    readers: &[Reader],
) -> Result<(), CliError> {
    let address = remote.and_then(|remote| Some((remote, remote.output.as_ref()?)));
    let is_used = match address {
        None => readers
            .iter()
            .any(|reader| reader.has_rows().unwrap_or(true)),
        Some((remote, out)) => {
            let store = remote
                .stores
                .open(out)
                .map_err(|error| CliError::refused(&error))?;
            let rows = out.join(STATE_FOLDER).join("results");
            let found = remote.stores.list(&store, rows.key());
            !found.map_err(|error| CliError::refused(&error))?.is_empty()
        }
    };
    match is_used {
        false => Ok(()),
        true => Err(CliError::usage(
            format!("{} has results that are not packed", out.display()),
            "choose another OUT for the tars",
        )),
    }
}

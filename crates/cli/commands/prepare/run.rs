//! One run: a stream, a watch, or one pass over the inputs.

use std::path::{Path, PathBuf};

use super::passes::Run;
use super::{stream, watch};
use crate::args::Effective;
use crate::error::CliError;
use crate::made::Made;

/// Prepares `inputs` into `output`.
pub(crate) fn run(
    effective: &Effective,
    inputs: &[PathBuf],
    output: &Path,
) -> Result<Made, CliError> {
    quiet_workers();
    if output == Path::new("-") || inputs.iter().any(|input| input == Path::new("-")) {
        return stream::run(effective, inputs, output);
    }
    let mut run = Run::new(effective, inputs, output)?;
    if effective.options.watch {
        return watch::run(&mut run, inputs, output);
    }
    run.pass()
}

/// Suppresses the message of a panic on a worker, which is reported as the failure of its picture.
fn quiet_workers() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let name = std::thread::current().name().map(str::to_owned);
        if !name.is_some_and(|name| name.starts_with("worker-")) {
            default(panic);
        }
    }));
}

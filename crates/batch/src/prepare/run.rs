//! One run: a stream, a watch, or one pass over the inputs.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

use super::passes::Run;
use super::{check, stream, unused, watch};
use crate::args::Effective;
use crate::error::CliError;
use crate::made::Made;
use crate::making::Observer;

/// Prepares `inputs` into `output`.
pub fn run(effective: &Effective, inputs: &[PathBuf], output: &Path) -> Result<Made, CliError> {
    quiet_workers();
    unused::warn(effective, output);
    if output == Path::new("-") || inputs.iter().any(|input| input == Path::new("-")) {
        return stream::run(effective, inputs, output);
    }
    let mut run = Run::new(effective, inputs, output)?;
    if effective.options.watch {
        return watch::run(&mut run, inputs, output);
    }
    run.pass()
}

/// Prepares `inputs` into the folder `output` while `observer` watches.
pub fn run_watched(
    effective: &Effective,
    inputs: &[PathBuf],
    output: &Path,
    observer: Arc<dyn Observer>,
) -> Result<Made, CliError> {
    check(effective, inputs, output)?;
    quiet_workers();
    let run = Run::new(effective, inputs, output)?;
    run.watched_by(Some(observer)).pass()
}

/// Suppresses the message of a panic on a worker, which is reported as the failure of its picture.
fn quiet_workers() {
    // Once, because a process can prepare many times and each call would wrap the one before.
    static QUIETED: Once = Once::new();
    QUIETED.call_once(|| {
        let default = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let name = std::thread::current().name().map(str::to_owned);
            if !name.is_some_and(|name| name.starts_with("worker-")) {
                default(panic);
            }
        }));
    });
}

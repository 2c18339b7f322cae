//! One picture from standard input or to standard output.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use avatar_prepare::{Error, Source};

use crate::made::Made;
use crate::options::Options;
use crate::outputs::{self, Target};
use crate::publish::publish;
use crate::record::{Failure, FileRecord};
use crate::report::Report;
use crate::usage::UsageError;
use crate::{console, inputs, interrupt, work};

/// Prepares one picture from or to a stream.
pub(crate) fn run(
    options: &Options,
    inputs: &[PathBuf],
    output: &Path,
) -> Result<Made, UsageError> {
    let input = checked(options, inputs, output)?;
    let mut report = Report::new(options, 1)?;
    let start = Instant::now();
    let mut preparer = options.preparer();
    let source = source(input, options);
    let record = if options.dry_run {
        match source.and_then(|source| preparer.inspect(&source)) {
            Ok((probe, plan)) => FileRecord::planned(input, output, &probe, &plan),
            Err(error) => FileRecord::failed(input, Some(output), Failure::from(&error)),
        }
    } else {
        let _stop = interrupt::stop_flag();
        let result = source.and_then(|source| preparer.prepare_source(&source));
        let made = Instant::now();
        let record = match result {
            Ok(avatar) if output == Path::new("-") => match console::write_stdout(avatar.bytes()) {
                Ok(()) => FileRecord::done(input, output, &avatar),
                Err(error) => work::unwritable(input, output, &error),
            },
            Ok(avatar) => match publish(output, avatar.bytes()) {
                Ok(_) => FileRecord::done(input, output, &avatar),
                Err(error) => work::unwritable(input, output, &error),
            },
            Err(error) => FileRecord::failed(input, Some(output), Failure::from(&error)),
        };
        record.cost(&preparer.cost(), made.elapsed())
    };
    report.file(&record.took(start.elapsed()));
    Ok(report.finish())
}

/// The one input of a stream, if what was asked for makes sense.
fn checked<'a>(
    options: &Options,
    inputs: &'a [PathBuf],
    output: &Path,
) -> Result<&'a Path, UsageError> {
    let to_stdout = output == Path::new("-");
    let [input] = inputs else {
        let message = "a stream carries one picture, and several paths were given";
        let hint = "use avatar-prep - - or a folder for the results";
        return Err(UsageError::new(message, hint));
    };
    if to_stdout && options.json {
        let message = "standard output cannot carry both the picture and the records of --json";
        return Err(UsageError::new(message, "write the picture to a file"));
    }
    if !to_stdout && !matches!(outputs::target(inputs, output)?, Target::File(_)) {
        let message = "a picture from standard input has no name of its own";
        let hint = "name a .jpg file, or - for standard output";
        return Err(UsageError::new(message, hint));
    }
    if input == Path::new("-") {
        return Ok(input);
    }
    if inputs::exists(input)?.is_dir() {
        let message = format!(
            "{} is a folder, and a stream carries one picture",
            input.display()
        );
        return Err(UsageError::new(message, "name a folder for the results"));
    }
    Ok(input)
}

fn source(input: &Path, options: &Options) -> Result<Source, Error> {
    if input != Path::new("-") {
        return Ok(Source::Path(input.to_path_buf()));
    }
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to know that it is too much.
    let bound = options.limits.encoded_bytes.saturating_add(1);
    io::stdin().lock().take(bound).read_to_end(&mut bytes)?;
    Ok(Source::Bytes(bytes))
}

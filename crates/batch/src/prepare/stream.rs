//! One picture from standard input or to standard output.

use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use avatar_prepare::{Avatar, Cost, Error, Pieces, Source, Work};

use super::batch::batch;
use super::guard::{self, Seen};
use super::known::unwritable;
use super::recorder::Recorder;
use crate::args::{Effective, Options};
use crate::error::CliError;
use crate::failure::Failure;
use crate::files::publish::publish;
use crate::files::{inputs, sidecars};
use crate::interrupt;
use crate::made::Made;
use crate::naming::{self, Target};
use crate::report::console;
use crate::report::record::FileRecord;

/// Prepares one picture from or to a stream.
pub(super) fn run(
    effective: &Effective,
    inputs: &[PathBuf],
    output: &Path,
) -> Result<Made, CliError> {
    let input = checked(&effective.options, inputs, output)?;
    let options = &own_options(effective, input)?;
    let mut report = Recorder::new(options, inputs, 1)?;
    if options.dry_run {
        report.file(planned(options, input, output));
    } else {
        make(options, input, output, &mut report)?;
    }
    Ok(report.finish())
}

/// The options of a picture with rules and a sidecar; standard input has neither, because it has no
/// name.
fn own_options(effective: &Effective, input: &Path) -> Result<Options, CliError> {
    if input == Path::new("-") {
        return Ok(effective.options.clone());
    }
    let name = input.file_name().map(Path::new).unwrap_or(input);
    let matching = effective.per_picture.matching(name);
    let sidecar = sidecars::beside(input);
    let per_picture = &effective.per_picture;
    per_picture.options(&effective.options, &matching, sidecar.as_deref())
}

fn planned(options: &Options, input: &Path, output: &Path) -> FileRecord {
    let start = Instant::now();
    if let Some(failure) = refusal(options, output) {
        return FileRecord::failed(input, Some(output), failure);
    }
    let source = source(input, options);
    let record = match source.and_then(|source| options.preparer().inspect(&source)) {
        Ok(inspection) => FileRecord::planned(input, output, &inspection),
        Err(error) => FileRecord::failed(input, Some(output), Failure::from(&error)),
    };
    record.took(start.elapsed())
}

/// Prepares it as a batch of one, so that the limits on time and memory hold here too.
fn make(
    options: &Options,
    input: &Path,
    output: &Path,
    report: &mut Recorder,
) -> Result<(), CliError> {
    let batch = batch(options, NonZeroUsize::MIN, options.memory)?;
    // Installs the handler: the first Ctrl-C lets the picture finish.
    let _stop = interrupt::stop_flag();
    let stream = Stream {
        options,
        input,
        output,
        start: Instant::now(),
    };
    batch.run(
        [Cost::default()],
        &AtomicBool::new(false),
        &stream,
        |record| {
            report.file(record);
        },
    );
    Ok(())
}

struct Stream<'a> {
    options: &'a Options,
    input: &'a Path,
    output: &'a Path,
    start: Instant,
}

impl Work for Stream<'_> {
    type Item = Cost;
    type Outcome = FileRecord;

    fn open(&self, _: &mut Cost) -> ControlFlow<FileRecord, Source> {
        match source(self.input, self.options) {
            Ok(source) => ControlFlow::Continue(source),
            Err(error) => ControlFlow::Break(self.failed(&error).took(self.start.elapsed())),
        }
    }

    fn pieces(&self, _: &mut Cost) -> Option<Box<dyn Pieces>> {
        Some(Box::new(()))
    }

    fn cost(&self, kept: &mut Cost, cost: &Cost) {
        *kept = *cost;
    }

    fn publish(&self, cost: Cost, result: Result<Avatar, Error>) -> FileRecord {
        let made = Instant::now();
        let record = match result {
            Ok(avatar) => self.deliver(&avatar),
            Err(error) => self.failed(&error),
        };
        record
            .cost(&cost, made.elapsed())
            .took(self.start.elapsed())
    }
}

impl Stream<'_> {
    fn deliver(&self, avatar: &Avatar) -> FileRecord {
        if let Some(failure) = refusal(self.options, self.output) {
            return FileRecord::failed(self.input, Some(self.output), failure);
        }
        let written = match self.output == Path::new("-") {
            true => console::write_stdout(avatar.bytes()),
            false => publish(self.output, avatar.bytes()).map(drop),
        };
        match written {
            Ok(()) => FileRecord::done(self.input, self.output, avatar),
            Err(error) => unwritable(self.input, self.output, &error),
        }
    }

    fn failed(&self, error: &Error) -> FileRecord {
        FileRecord::failed(self.input, Some(self.output), Failure::from(error))
    }
}

/// Why the file of a stream may not be written.
fn refusal(options: &Options, output: &Path) -> Option<Failure> {
    let to_file = output != Path::new("-") && !options.overwrite;
    to_file
        .then(|| guard::refusal(output, &mut Seen::default(), || None))
        .flatten()
}

/// The one input of a stream, or why the request makes no sense.
fn checked<'a>(
    options: &Options,
    inputs: &'a [PathBuf],
    output: &Path,
) -> Result<&'a Path, CliError> {
    let to_stdout = output == Path::new("-");
    let [input] = inputs else {
        let message = "standard input or output can carry one picture only, got several paths";
        let hint = "use avatar-prep - - or a folder for the results";
        return Err(CliError::usage(message, hint));
    };
    if to_stdout && options.json {
        let message = "standard output cannot carry both the picture and the records of --json";
        return Err(CliError::usage(message, "write the picture to a file"));
    }
    if !to_stdout && !matches!(naming::target(inputs, output)?, Target::File(_)) {
        let message = "a picture from standard input has no name of its own";
        let hint = "name a .jpg file, or - for standard output";
        return Err(CliError::usage(message, hint));
    }
    if input == Path::new("-") {
        return Ok(input);
    }
    if inputs::exists(input)?.is_dir() {
        let message = format!(
            "{} is a folder; standard output can carry one picture only",
            input.display()
        );
        return Err(CliError::usage(message, "choose a folder for the results"));
    }
    Ok(input)
}

fn source(input: &Path, options: &Options) -> Result<Source, Error> {
    if input != Path::new("-") {
        return Ok(Source::Path(input.to_path_buf()));
    }
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to find that it is too large.
    let bound = options.limits.encoded_bytes.saturating_add(1);
    io::stdin().lock().take(bound).read_to_end(&mut bytes)?;
    Ok(Source::Bytes(bytes))
}

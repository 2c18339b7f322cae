//! One picture from standard input or to standard output.

use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use avatar_prepare::{Avatar, Batch, Budget, Cost, Error, Source, Work};

use crate::made::Made;
use crate::options::Options;
use crate::outputs::{self, Target};
use crate::publish::publish;
use crate::record::{Failure, FileRecord};
use crate::report::Report;
use crate::run::no_threads;
use crate::usage::UsageError;
use crate::{console, inputs, interrupt, work};

/// Prepares one picture from or to a stream.
pub(crate) fn run(
    options: &Options,
    inputs: &[PathBuf],
    output: &Path,
) -> Result<Made, UsageError> {
    let input = checked(options, inputs, output)?;
    let mut report = Report::new(options, inputs, 1)?;
    if options.dry_run {
        report.file(&planned(options, input, output));
    } else {
        make(options, input, output, &mut report)?;
    }
    Ok(report.finish())
}

fn planned(options: &Options, input: &Path, output: &Path) -> FileRecord {
    let start = Instant::now();
    let source = source(input, options);
    let record = match source.and_then(|source| options.preparer().inspect(&source)) {
        Ok((probe, plan)) => FileRecord::planned(input, output, &probe, &plan),
        Err(error) => FileRecord::failed(input, Some(output), Failure::from(&error)),
    };
    record.took(start.elapsed())
}

/// A batch of one, so that limits of time and memory hold here, too.
fn make(
    options: &Options,
    input: &Path,
    output: &Path,
    report: &mut Report,
) -> Result<(), UsageError> {
    let batch = Batch::new(options.settings.clone(), options.limits, NonZeroUsize::MIN)
        .map_err(|error| no_threads(&error))?
        .with_budget(Budget::new(options.memory));
    // The first Ctrl-C lets the picture finish.
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
            report.file(&record);
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
        let written = match self.output == Path::new("-") {
            true => console::write_stdout(avatar.bytes()),
            false => publish(self.output, avatar.bytes()).map(drop),
        };
        match written {
            Ok(()) => FileRecord::done(self.input, self.output, avatar),
            Err(error) => work::unwritable(self.input, self.output, &error),
        }
    }

    fn failed(&self, error: &Error) -> FileRecord {
        FileRecord::failed(self.input, Some(self.output), Failure::from(error))
    }
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

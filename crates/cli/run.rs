//! One run: find, name, prepare, publish, report.

use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Instant;

use avatar_prepare::{Avatar, Batch, Error, Preparer, Source};

use crate::console::{self, Console};
use crate::options::Options;
use crate::outputs::{Target, Task};
use crate::publish::publish;
use crate::record::{Failure, FileRecord, Summary};
use crate::usage::UsageError;
use crate::{Exit, inputs, interrupt, outputs};

/// Prepares `inputs` into `output`.
pub(crate) fn run(
    options: &Options,
    inputs: &[PathBuf],
    output: &Path,
) -> Result<Exit, UsageError> {
    quiet_workers();
    if output == Path::new("-") || inputs.iter().any(|input| input == Path::new("-")) {
        return stream(options, inputs, output);
    }
    let target = outputs::target(inputs, output)?;
    let folder = match &target {
        Target::Folder(folder) => folder.as_path(),
        Target::File(_) => Path::new(""),
    };
    let tasks = outputs::plan(inputs::find(inputs, folder)?, &target);
    let mut report = Report::new(options, tasks.len() as u64);
    let pictures = settle(tasks, &mut report);
    if options.dry_run {
        inspect(options, &pictures, &mut report);
    } else {
        prepare(options, pictures, &mut report)?;
    }
    Ok(report.finish())
}

/// A picture to prepare and where its result goes.
type Picture = (PathBuf, PathBuf);

/// Reports what needs no work and returns the pictures.
fn settle(tasks: Vec<Task>, report: &mut Report) -> Vec<Picture> {
    let mut pictures = Vec::new();
    for task in tasks {
        match task {
            Task::Prepare { source, output } => pictures.push((source, output)),
            Task::Skip {
                source,
                code,
                message,
            } => {
                report.file(&FileRecord::skipped(&source, code, message));
            }
            Task::Fail {
                source,
                output,
                failure,
            } => {
                report.file(&FileRecord::failed(&source, output.as_deref(), failure));
            }
        }
    }
    pictures
}

fn inspect(options: &Options, pictures: &[Picture], report: &mut Report) {
    let mut preparer = Preparer::new(options.settings.clone(), options.limits);
    for (source, output) in pictures {
        let record = match preparer.inspect(&Source::Path(source.clone())) {
            Ok((probe, plan)) => FileRecord::planned(source, output, &probe, &plan),
            Err(error) => FileRecord::failed(source, Some(output), Failure::from(&error)),
        };
        if !report.file(&record) {
            break;
        }
    }
}

fn prepare(
    options: &Options,
    pictures: Vec<Picture>,
    report: &mut Report,
) -> Result<(), UsageError> {
    let stop = interrupt::stop_flag();
    let batch = Batch::new(options.settings.clone(), options.limits, options.jobs)
        .map_err(|error| no_threads(&error))?;
    let total = pictures.len() as u64;
    let mut finished = 0;
    // The clock of a picture starts when a worker takes it.
    let sources = pictures.into_iter().map(|(source, output)| {
        let origin = Source::Path(source.clone());
        ((source, output, Instant::now()), origin)
    });
    batch.run(
        sources,
        &stop,
        |(source, output, start), result| deliver(&source, &output, result).took(start.elapsed()),
        |record| {
            finished += 1;
            if !report.file(&record) {
                stop.store(true, Ordering::Relaxed);
            }
        },
    );
    let not_started = total - finished;
    report.summary.not_started = not_started;
    // A closed pipe stops the run too, and that is nobody's interrupt.
    report.summary.interrupted = stop.load(Ordering::Relaxed) && report.heard && not_started > 0;
    Ok(())
}

/// Writes one result, on the worker.
fn deliver(source: &Path, output: &Path, result: Result<Avatar, Error>) -> FileRecord {
    match result {
        Ok(avatar) => match publish(output, avatar.bytes()) {
            Ok(()) => FileRecord::done(source, output, &avatar),
            Err(error) => {
                FileRecord::failed(source, Some(output), Failure::unwritable(output, &error))
            }
        },
        Err(error) => FileRecord::failed(source, Some(output), Failure::from(&error)),
    }
}

/// One picture from or to a stream.
fn stream(options: &Options, inputs: &[PathBuf], output: &Path) -> Result<Exit, UsageError> {
    let input = checked(options, inputs, output)?;
    let mut report = Report::new(options, 1);
    let start = Instant::now();
    let source = source(input, options);
    let record = if options.dry_run {
        let mut preparer = Preparer::new(options.settings.clone(), options.limits);
        match source.and_then(|source| preparer.inspect(&source)) {
            Ok((probe, plan)) => FileRecord::planned(input, output, &probe, &plan),
            Err(error) => FileRecord::failed(input, Some(output), Failure::from(&error)),
        }
    } else {
        let result = match source {
            Ok(source) => prepare_one(options, source)?,
            Err(error) => Err(error),
        };
        match result {
            Ok(avatar) if output == Path::new("-") => match console::write_stdout(avatar.bytes()) {
                Ok(()) => FileRecord::done(input, output, &avatar),
                Err(error) => {
                    let failure = Failure::unwritable(output, &error);
                    FileRecord::failed(input, Some(output), failure)
                }
            },
            result => deliver(input, output, result),
        }
    };
    report.file(&record.took(start.elapsed()));
    Ok(report.finish())
}

/// A batch of one, which keeps the time.
fn prepare_one(options: &Options, source: Source) -> Result<Result<Avatar, Error>, UsageError> {
    let stop = interrupt::stop_flag();
    let batch = Batch::new(options.settings.clone(), options.limits, NonZeroUsize::MIN)
        .map_err(|error| no_threads(&error))?;
    let mut done = None;
    batch.run(
        [((), source)],
        &stop,
        |(), result| result,
        |result| done = Some(result),
    );
    let interrupted = || Err(io::Error::from(io::ErrorKind::Interrupted).into());
    Ok(done.unwrap_or_else(interrupted))
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

/// Counts and shows records.
struct Report {
    console: Console,
    summary: Summary,
    start: Instant,
    /// Whether somebody still reads the records.
    heard: bool,
}

impl Report {
    fn new(options: &Options, files: u64) -> Self {
        let console = Console::new(options, files);
        Self {
            console,
            summary: Summary::new(),
            start: Instant::now(),
            heard: true,
        }
    }

    /// Returns false once nobody listens any more.
    fn file(&mut self, record: &FileRecord) -> bool {
        self.summary.add(record);
        self.heard &= self.console.file(record).is_ok();
        self.heard
    }

    fn finish(mut self) -> Exit {
        self.summary.took(self.start.elapsed());
        let heard = self.heard && self.console.summary(&self.summary).is_ok();
        match (self.summary.interrupted, self.summary.failed) {
            (true, _) => Exit::Interrupted,
            (false, 0) if heard => Exit::AllDone,
            _ => Exit::SomeFailed,
        }
    }
}

/// A worker's panic is reported as that picture's failure, so the default message is noise.
fn quiet_workers() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let name = std::thread::current().name().map(str::to_owned);
        if !name.is_some_and(|name| name.starts_with("worker-")) {
            default(panic);
        }
    }));
}

fn no_threads(error: &io::Error) -> UsageError {
    UsageError::new(
        format!("could not start the workers: {error}"),
        "try a smaller --jobs",
    )
}

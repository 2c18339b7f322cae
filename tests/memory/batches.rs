//! Several pictures at a time keep within one budget.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use avatar_prepare::{Avatar, Batch, Budget, Error, Limit, Limits, Settings, Source, Work};
use image::DynamicImage;

use super::{is_alone, peak};

/// Reads files and tells whether each was made.
struct Files;

impl Work for Files {
    type Item = PathBuf;
    type Outcome = Result<(), Error>;

    fn open(&self, path: &mut PathBuf) -> ControlFlow<Self::Outcome, Source> {
        ControlFlow::Continue(Source::Path(path.clone()))
    }

    fn publish(&self, _: PathBuf, result: Result<Avatar, Error>) -> Self::Outcome {
        result.map(|_| ())
    }
}

/// What became of the pictures, and the most memory they took, with four workers.
fn batch(files: &[PathBuf], budget: Budget) -> (Vec<Result<(), Error>>, u64) {
    let jobs = NonZeroUsize::new(4).unwrap();
    let batch = Batch::new(Settings::default(), Limits::default(), jobs).unwrap();
    let batch = batch.with_budget(budget);
    peak(|| {
        let mut results = Vec::new();
        let never = AtomicBool::new(false);
        batch.run(files.to_vec(), &never, &Files, |result| {
            results.push(result);
        });
        results
    })
}

#[test]
fn a_batch_keeps_within_its_budget() {
    if !is_alone() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<_> = (0..12)
        .map(|index| folder.path().join(format!("{index}.png")))
        .collect();
    let picture = DynamicImage::new_rgba16(2000, 2000); // 32 MB decoded
    picture.save(&files[0]).unwrap();
    drop(picture);
    for file in &files[1..] {
        std::fs::copy(&files[0], file).unwrap();
    }
    let (_, without) = batch(&files, Budget::unlimited());
    let budget = 90_000_000;
    let (results, within) = batch(&files, Budget::new(budget));
    eprintln!("{without} bytes without, {within} bytes with a budget of {budget}");
    assert!(results.len() == 12 && results.iter().all(Result::is_ok));
    // Threads, queues and records belong to no picture; a worker that waits holds no memory.
    assert!(within < budget + (1 << 20), "{within}");
    assert!(without > budget, "{without}: no test of anything");
    let (results, _) = batch(&files[..1], Budget::new(30_000_000));
    match &results[..] {
        [Err(Error::Limit(error))] => {
            assert_eq!((error.limit, error.allowed), (Limit::Memory, 30_000_000));
            assert!(error.found > 32_000_000, "{}", error.found);
        }
        other => panic!("{other:?}"),
    }
}

//! Bytes of another owner are decoded where they are.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use avatar_prepare::{Avatar, Batch, Error, Limits, Preparer, Settings, SharedBytes, Source, Work};

use crate::support::png;

/// Remembers where the bytes were that were decoded.
#[derive(Default)]
struct Places(Mutex<Vec<usize>>);

impl Work for Places {
    type Item = Source;
    type Outcome = Vec<u8>;

    fn open(&self, item: &mut Source) -> ControlFlow<Vec<u8>, Source> {
        ControlFlow::Continue(item.clone())
    }

    fn read(&self, _: &mut Source, encoded: &[u8]) {
        self.0.lock().unwrap().push(encoded.as_ptr() as usize);
    }

    fn publish(&self, _: Source, result: Result<Avatar, Error>) -> Vec<u8> {
        result.unwrap().into_bytes()
    }
}

#[test]
fn shared_bytes_are_not_copied_and_give_the_same_result() {
    let picture: Arc<[u8]> = Arc::from(png(90, 60, |x, y| [x as u8, y as u8, 7, 255]));
    let shared = Source::Shared(SharedBytes::new(Arc::clone(&picture)));
    let mut preparer = Preparer::new(Settings::default(), Limits::default());
    let expected = preparer.prepare(&picture).unwrap().into_bytes();
    let alone = preparer.prepare_source(&shared).unwrap().into_bytes();
    assert_eq!(alone, expected);

    let batch = Batch::new(Settings::default(), Limits::default(), NonZeroUsize::MIN).unwrap();
    let places = Places::default();
    let mut results = Vec::new();
    batch.run([shared], &AtomicBool::new(false), &places, |result| {
        results.push(result);
    });
    assert_eq!(results, [expected]);
    assert_eq!(
        *places.0.lock().unwrap(),
        [picture.as_ptr() as usize],
        "decoded where the owner has them"
    );
}

//! Batches whose next picture comes only after results were taken, as from a queue with back-pressure.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::channel;
use std::time::Duration;

use avatar_prepare::{Batch, Limits, Settings, Source};

use crate::support::ppm;

#[test]
fn a_result_does_not_wait_for_the_next_picture() {
    let (pictures, sources) = channel();
    let (done, results) = channel();
    let runs = std::thread::spawn(move || {
        let jobs = NonZeroUsize::MIN.saturating_add(1);
        let batch = Batch::new(Settings::default(), Limits::default(), jobs).unwrap();
        let never = AtomicBool::new(false);
        let publish = |number: u32, result: Result<avatar_prepare::Avatar, _>| {
            (number, result.unwrap().edge())
        };
        batch.run_each(sources, &never, publish, |result| {
            done.send(result).unwrap();
        });
    });
    // Quick pictures, so that workers would like to take several at a time.
    for number in 0..100 {
        let picture = Source::Bytes(ppm(9, 9, |_, _| [number as u8; 3]));
        pictures.send((number, picture)).unwrap();
        let result = results.recv_timeout(Duration::from_secs(60));
        assert_eq!(result, Ok((number, 9)));
    }
    drop(pictures);
    runs.join().unwrap();
}

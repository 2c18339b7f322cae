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

/// A picture that is given up can end at that very moment: those after it still get their own results.
#[test]
fn what_is_given_up_moves_no_result_to_another_picture() {
    // As large as its number says, so that each result shows whose it is; every seventh takes long.
    let side = |number: u32| {
        if number.is_multiple_of(7) {
            600
        } else {
            5 + number % 50
        }
    };
    let pictures: Vec<Vec<u8>> = (0..400)
        .map(|number| ppm(side(number), side(number), |x, _| [x as u8; 3]))
        .collect();
    let mut given_up = 0;
    for microseconds in [300, 600, 1_000, 1_500, 2_500, 4_000] {
        let limits = Limits {
            time: Duration::from_micros(microseconds),
            ..Limits::default()
        };
        let jobs = NonZeroUsize::MIN.saturating_add(1);
        let batch = Batch::new(Settings::default(), limits, jobs).unwrap();
        let sources = (0..).zip(&pictures);
        let sources = sources.map(|(number, bytes)| (number, Source::Bytes(bytes.clone())));
        let sources: Vec<(u32, Source)> = sources.collect();
        let never = AtomicBool::new(false);
        let publish = |number: u32, result: Result<avatar_prepare::Avatar, _>| {
            (number, result.ok().map(|avatar| avatar.edge()))
        };
        let mut all = 0;
        batch.run_each(sources, &never, publish, |(number, edge)| {
            all += 1;
            given_up += usize::from(edge.is_none());
            assert_eq!(edge.unwrap_or(side(number)), side(number), "{number}");
        });
        assert_eq!(all, 400);
    }
    assert!(given_up > 0, "nothing was given up");
}

//! The memory budget that pictures share: order, stopping, and what is given back.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use avatar_prepare::{Batch, Budget, Limits, Permit, Settings, Source};

use crate::support::ppm;

/// Takes bytes on another thread, which waits for them; returns once it does.
fn ask(budget: &Budget, bytes: u64, served: &mpsc::Sender<(u64, Permit)>) {
    let (asker, served) = (budget.clone(), served.clone());
    std::thread::spawn(move || served.send((bytes, asker.take(bytes).unwrap())));
    // Nobody gets anything, not even nothing, while somebody waits.
    while budget.try_take(0).unwrap().is_some() {
        std::thread::yield_now();
    }
}

fn is_whole(budget: &Budget) -> bool {
    budget.try_take(budget.bytes()).unwrap().is_some()
}

#[test]
fn first_come_first_served_also_for_a_giant() {
    let budget = Budget::new(100);
    let held = budget.take(50).unwrap();
    let (sender, served) = mpsc::channel();
    ask(&budget, 90, &sender);
    // There is room for 10, but 90 came first.
    assert!(budget.try_take(10).unwrap().is_none());
    let second = std::thread::spawn({
        let budget = budget.clone();
        move || budget.take(10).unwrap()
    });
    assert!(served.try_recv().is_err());
    drop(held);
    let (first, second) = (served.recv().unwrap(), second.join().unwrap());
    assert_eq!((first.0, first.1.bytes(), second.bytes()), (90, 90, 10));
    assert!(budget.try_take(1).unwrap().is_none());
    drop((first, second));
    assert!(is_whole(&budget));
}

#[test]
fn who_waits_can_be_stopped() {
    let bytes = ppm(400, 400, |_, _| [9; 3]);
    let budget = Budget::new(1 << 20);
    // Too small to make room for the picture, even all together: whoever waits looks for the stop
    // whenever one returns.
    let mut small: Vec<Permit> = (0..20_000).map(|_| budget.take(1).unwrap()).collect();
    let large = budget.take(budget.bytes() - 20_000).unwrap();
    let (stop, is_over) = (AtomicBool::new(false), AtomicBool::new(false));
    let batch = Batch::new(Settings::default(), Limits::default(), NonZeroUsize::MIN).unwrap();
    let batch = batch.with_budget(budget.clone());
    let mut outcomes = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while budget.try_take(0).unwrap().is_some() {
                std::thread::yield_now();
            }
            stop.store(true, Ordering::Relaxed);
            while !is_over.load(Ordering::Relaxed) && small.pop().is_some() {
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        batch.run_each(
            [((), Source::Bytes(bytes))],
            &stop,
            |(), _| (),
            |()| outcomes += 1,
        );
        is_over.store(true, Ordering::Relaxed);
    });
    assert_eq!(outcomes, 0);
    assert!(
        !small.is_empty(),
        "it was stopped, and did not wait for room"
    );
    drop((small, large));
    assert!(is_whole(&budget));
}

#[test]
fn permits_grow_within_the_budget_and_return_all_of_it() {
    let bytes = ppm(300, 300, |x, y| [x as u8, y as u8, 0]);
    let needed = avatar_prepare::Preparer::new(Settings::default(), Limits::default())
        .inspect(&Source::Bytes(bytes.clone()))
        .unwrap()
        .memory
        .prepared;
    assert!(needed > bytes.len() as u64);
    let jobs = NonZeroUsize::new(3).unwrap();
    // A byte less than a picture needs; exactly so much; and for two but not for three.
    for (room, is_enough) in [(needed - 1, false), (needed, true), (2 * needed + 9, true)] {
        let budget = Budget::new(room);
        let batch = Batch::new(Settings::default(), Limits::default(), jobs).unwrap();
        let batch = batch.with_budget(budget.clone());
        let sources = (0..9).map(|at| (at, Source::Bytes(bytes.clone())));
        let mut made = 0;
        let publish = |_, result: Result<_, avatar_prepare::Error>| match result {
            Ok(_) => "made",
            Err(error) => error.code().as_str(),
        };
        let mut failed = Vec::new();
        batch.run_each(
            sources,
            &AtomicBool::new(false),
            publish,
            |outcome| match outcome {
                "made" => made += 1,
                code => failed.push(code),
            },
        );
        assert_eq!(made, if is_enough { 9 } else { 0 }, "{room} {failed:?}");
        assert!(
            failed.iter().all(|code| *code == "limit_exceeded"),
            "{failed:?}"
        );
        assert!(is_whole(&budget), "{room}");
    }
}

#[test]
fn more_than_there_is_is_refused_with_both_numbers() {
    let error = Budget::new(100).take(101).unwrap_err();
    assert_eq!(
        error.to_string(),
        "memory needed in bytes is 101, over the limit of 100"
    );
}

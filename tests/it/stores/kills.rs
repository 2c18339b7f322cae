//! Runs that are killed at any moment.

use std::time::{Duration, Instant};

use super::{BUCKET, Bucket, fill};
use crate::support::{Killer, folder};

#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn a_killed_run_leaves_whole_objects() {
    kill(24);
}

#[test]
#[ignore = "takes minutes: 200 kills"]
fn a_run_that_is_killed_two_hundred_times_leaves_whole_objects() {
    kill(200);
}

/// After each kill, every object is whole, and no object is written twice unless its picture was in
/// flight.
fn kill(times: usize) {
    let bucket = Bucket::start();
    let count = fill(&bucket, "in/", 12);
    let files = folder(&[]);
    let input = format!("s3://{BUCKET}/in/");
    let start = Instant::now();
    let wanted = format!("s3://{BUCKET}/wanted/");
    assert_eq!(
        bucket
            .run(files.path(), &[&input, &wanted, "--size", "60"])
            .code,
        0
    );
    let mut killer = Killer::new(5, start.elapsed());
    let wanted = bucket.objects("wanted/");
    assert_eq!(wanted.len(), count);
    // To the end of a group of four, so that the last one is completed, too.
    let mut round = 0;
    while round % 4 != 0 || killer.wants(times / 2) {
        let out = format!("out{}/", round / 4);
        let address = format!("s3://{BUCKET}/{out}");
        let before = bucket.objects(&out);
        bucket.take_seen();
        let args = ["-q", &input, &address, "--size", "60"];
        let child = bucket.command(files.path(), &args).spawn().unwrap();
        killer.end(child);
        // What the server has taken is finished by it.
        std::thread::sleep(Duration::from_millis(50));
        for (name, bytes) in bucket.objects(&out) {
            assert!(wanted[&name] == bytes, "{name} is not whole");
        }
        for path in bucket.take_puts() {
            let name = path.split_once(&out).unwrap().1;
            assert!(!before.contains_key(name), "{name} was written again");
        }
        if round % 4 == 3 {
            let last = bucket.run(files.path(), &args[1..]);
            assert_eq!(last.code, 0, "{}", last.stderr);
            assert_eq!(bucket.objects(&out), wanted);
        }
        round += 1;
    }
}

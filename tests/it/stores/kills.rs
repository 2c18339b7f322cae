//! Runs that are killed at any moment.

use std::time::{Duration, Instant};

use super::{BUCKET, Bucket, fill};
use crate::support::{Numbers, folder};

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
    let mut time = start.elapsed().as_micros() as usize;
    let wanted = bucket.objects("wanted/");
    assert_eq!(wanted.len(), count);
    let mut numbers = Numbers(5);
    let mut killed = 0;
    for round in 0..times {
        let out = format!("out{}/", round / 4);
        let address = format!("s3://{BUCKET}/{out}");
        let before = bucket.objects(&out);
        bucket.take_seen();
        let args = ["-q", &input, &address, "--size", "60"];
        let mut child = bucket.command(files.path(), &args).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(numbers.below(time) as u64));
        child.kill().unwrap();
        let is_hit = child.wait().unwrap().code().is_none();
        killed += usize::from(is_hit);
        // A run takes less time the more is done, and the less busy the machine is.
        time = if is_hit { time * 5 / 4 } else { time * 3 / 4 };
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
    }
    assert!(killed > times / 4, "only {killed} runs were killed");
}

//! Shares beside each other, and runs that are killed at any moment.

use std::process::Stdio;

use super::{hidden, same_as_plain, samples, scene, tars};
use crate::support::{Killer, avatar_prep, run};

#[test]
fn sixteen_shares_pack_everything_once() {
    let scene = scene(40);
    let args = ["-q", "-j", "1", "--size", "30"];
    assert_eq!(
        run(scene.path(), &[&args[..], &["in", "plain"]].concat()).code,
        1
    );
    let start = |share: u32| {
        let share = format!("{share}/16");
        let mut command = avatar_prep(scene.path());
        command
            .args(args)
            .args(["--pack", "2", "--shard", &share, "in", "out"]);
        command.stderr(Stdio::null()).spawn().unwrap()
    };
    // Some at the same time.
    for first in (1..=16).step_by(4) {
        let mut all: Vec<_> = (first..first + 4).map(start).collect();
        for child in &mut all {
            assert!(child.wait().unwrap().code().is_some_and(|code| code < 2));
        }
    }
    let tars = tars(&scene.path().join("out"));
    assert!(tars.contains_key("3-of-16-000000.tar"), "{:?}", tars.keys());
    same_as_plain(&tars, &scene.path().join("plain"));
    let said = run(scene.path(), &["verify", "out"]);
    assert_eq!(said.stderr, format!("{} intact\n", tars.len()));
}

#[test]
fn of_two_first_runs_with_other_shares_one_is_refused() {
    let scene = scene(2);
    for round in 0..4 {
        let out = format!("out{round}");
        let start = |share: &str| {
            let mut command = avatar_prep(scene.path());
            command.args(["-q", "--pack", "2", "--shard", share, "in", &out]);
            command.stderr(Stdio::null()).spawn().unwrap()
        };
        let mut both = ["1/2", "1/3"].map(start);
        let codes = both.each_mut().map(|it| it.wait().unwrap().code());
        assert_eq!(
            codes.iter().filter(|code| **code == Some(2)).count(),
            1,
            "{codes:?}"
        );
    }
}

#[test]
#[cfg_attr(not(unix), ignore = "needs signals")]
fn a_run_that_is_killed_packs_nothing_twice_and_loses_nothing() {
    let scene = scene(24);
    let args = ["-q", "-j", "2", "--size", "60"];
    let out = |name: &str| scene.path().join(name);
    let start = std::time::Instant::now();
    assert_eq!(
        run(scene.path(), &[&args[..], &["in", "plain"]].concat()).code,
        1
    );
    let mut killer = Killer::new(3, start.elapsed());
    // To the end of a group of four, so that the last one is completed, too.
    let mut round = 0;
    while round % 4 != 0 || killer.wants(12) {
        let name = format!("out{}", round / 4);
        let before = tars(&out(&name));
        let args = [&args[..], &["--pack", "3", "in", &name]].concat();
        let mut command = avatar_prep(scene.path());
        let child = command.args(&args).stderr(Stdio::null()).spawn().unwrap();
        killer.end(child);
        let after = tars(&out(&name));
        assert!(
            before
                .iter()
                .all(|(name, tar)| after.get(name) == Some(tar))
        );
        samples(&after);
        if round % 4 == 3 {
            assert_eq!(run(scene.path(), &args).code, 1);
            same_as_plain(&tars(&out(&name)), &out("plain"));
            assert_eq!(run(scene.path(), &["verify", &name]).code, 0);
            let folders = [out(&name), out(&format!("{name}/.avatar-prep/packs/whole"))];
            let files = folders.iter().flat_map(|folder| hidden(folder));
            let left = files.filter(|it| it.extension().is_some_and(|end| end == "tmp"));
            assert_eq!(left.count(), 0);
        }
        round += 1;
    }
}

//! Tests uploads after everything that was known about deliveries is lost.

use avatar_prepare::Settings;

use super::resume::killed_while_sending;
use super::{ID, Stage, picture};
use crate::support::{jpeg, prepare, said, write};

fn forget(stage: &Stage) {
    for folder in ["out/.avatar-prep", "state"] {
        std::fs::remove_dir_all(stage.path().join(folder)).unwrap();
    }
}

#[test]
fn a_lost_journal_sends_nothing_twice() {
    let stage = Stage::new("");
    stage.expect(&[], (0, 1));
    // If only the folder of results was lost, the pacing still knows the delivery.
    std::fs::remove_dir_all(stage.path().join("out/.avatar-prep")).unwrap();
    stage.expect(&[], (0, 1));
    forget(&stage);
    let said = stage.expect(&[], (0, 1));
    let wanted = "up_to_date logo.jpg -> 1101000001 (1101000001): not sent: nothing is known of earlier \
                  deliveries, and the account shows the same picture\n  hint: --resend sends it \
                  anyway\n";
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
    let said = stage.expect(&["--json"], (0, 1));
    assert!(
        said.stdout.contains("\"code\":\"shows_already\""),
        "{}",
        said.stdout
    );
    stage.expect(&["--resend"], (0, 2));
    // Another picture is sent even if nothing is known. The service may answer that it comes too
    // soon.
    let other = jpeg(300, 300, |x, y| [y as u8, 255 - x as u8, 40]);
    for (bytes, pictures) in [(&other[..], 3), (picture(), 4)] {
        forget(&stage);
        write(&stage.path().join("out/logo.jpg"), bytes);
        let (said, _) = stage.run(&[]);
        let found = (said.code, stage.fake.pictures(ID));
        assert_eq!(found, (0, pictures), "{}", said.stderr);
        assert_eq!(stage.fake.avatar(ID).as_deref(), Some(bytes));
    }
}

/// The times of sends know that a killed run may have sent the picture: also from another folder of results, and with
/// another journal, that is found out before anything is sent.
#[test]
fn a_doubt_outlives_the_journal() {
    for out in ["out", "other"] {
        let stage = killed_while_sending("ghost(timeout)");
        match out {
            "out" => std::fs::remove_dir_all(stage.path().join("out/.avatar-prep")).unwrap(),
            _ => write(&stage.path().join("other/logo.jpg"), picture()),
        }
        let run = |args: &[&str]| said(&stage.command_for(out).args(args).output().unwrap());
        let plan = run(&["--dry-run"]);
        assert!(plan.stderr.ends_with("1 to verify\n"), "{}", plan.stderr);
        let settled = run(&[]);
        assert_eq!(settled.code, 0, "{}", settled.stderr);
        let wanted = "applied, confirmed by what the account shows";
        assert!(settled.stderr.contains(wanted), "{}", settled.stderr);
        assert_eq!(stage.fake.records().posts(None).len(), 1, "{out}");
    }
    // What was not applied is sent.
    let stage = killed_while_sending("lost(timeout)");
    std::fs::remove_dir_all(stage.path().join("out/.avatar-prep")).unwrap();
    stage.expect(&[], (0, 2));
    assert_eq!(stage.fake.avatar(ID).as_deref(), Some(picture()));
}

/// A messenger shows what it made of a picture, and a person can change a detail of a logo.
#[test]
fn a_similar_picture_is_left_to_a_person() {
    let logo = |digit: u32| {
        jpeg(300, 300, move |x, y| {
            let is_stem = (140..150).contains(&x) && (130..170).contains(&y);
            let is_bar = (120..150).contains(&x) && (130..138).contains(&y);
            match is_stem || digit == 7 && is_bar {
                true => [20, 20, 20],
                false => [200, 220, 230],
            }
        })
    };
    let settings = Settings::default().with_quality(75..=75).unwrap();
    let small = settings.clone().with_edge(96).unwrap();
    let shown = |settings, digit| prepare(settings, &logo(digit)).unwrap().into_bytes();
    for (picture, status, code) in [
        // The same, encoded again.
        (shown(settings, 7), "up_to_date", "shows_already"),
        // Another digit.
        (logo(1), "rejected", "shows_similar"),
        // The same, made smaller: that cannot be told from another digit.
        (shown(small, 7), "rejected", "shows_similar"),
    ] {
        let stage = Stage::new("");
        write(&stage.path().join("out/logo.jpg"), &logo(7));
        stage.fake.show(ID, picture);
        let exit = i32::from(status == "rejected");
        for _ in 0..2 {
            let said = stage.expect(&["--json"], (exit, 0));
            for wanted in [
                format!("\"code\":\"{code}\""),
                format!("\"status\":\"{status}\""),
            ] {
                assert!(said.stdout.contains(&wanted), "{wanted}: {}", said.stdout);
            }
        }
        let said = stage.expect(&["--resend"], (0, 1));
        assert!(said.stderr.contains("applied logo.jpg"), "{}", said.stderr);
        assert_eq!(stage.fake.avatar(ID), Some(logo(7)));
        stage.expect(&[], (0, 1));
    }
}

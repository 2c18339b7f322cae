//! Tests uploads after everything that was known about deliveries is lost.

use super::{ID, Stage, picture};
use crate::support::{jpeg, write};

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
                  deliveries, and the account shows a picture that looks the same\n  hint: --resend \
                  sends it anyway\n";
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

//! A test with a real account, on request: with `AVATAR_PREP_LIVE=1` and the account's variables.

use std::thread;
use std::time::Duration;

use super::picture;
use crate::support::{Said, avatar_prep, folder, said};

/// The account's variables. Whoever asks for this test by `--ignored` is told what is missing.
fn account() -> [String; 2] {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let mut missing = Vec::new();
    if variable("AVATAR_PREP_LIVE").as_deref() != Some("1") {
        missing.push("AVATAR_PREP_LIVE=1");
    }
    let account = ["GREEN_API_ID_INSTANCE", "GREEN_API_TOKEN"].map(|name| {
        variable(name).unwrap_or_else(|| {
            missing.push(name);
            String::new()
        })
    });
    let missing = missing.join(", ");
    assert!(missing.is_empty(), "nothing was sent; set {missing}");
    account
}

/// The times are those in the user's own folder, so that the pause to other runs is kept.
#[test]
#[ignore = "sends a picture to a real account"]
fn one_picture_is_sent_to_one_account_and_verified() {
    let [id, token] = account();
    let folder = folder(&[("out/logo.jpg", picture())]);
    let run = |args: &[&str]| -> Said {
        let mut command = avatar_prep(folder.path());
        let said = said(&command.args(["upload", "out"]).args(args).output().unwrap());
        // If one of the outputs contains the token, it is not printed.
        let is_clean = !said.stdout.contains(&token) && !said.stderr.contains(&token);
        assert!(is_clean, "the token was printed");
        // Questions have their own limit.
        thread::sleep(Duration::from_millis(1_100));
        said
    };
    let check = run(&["--check"]);
    let ready = format!("ready {id} ({id})\n");
    assert!(check.stdout.ends_with(&ready), "{}", check.stdout);
    let sent = run(&["--verify"]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    let verified = "applied, and the account shows the picture that was sent";
    assert!(sent.stderr.contains(verified), "{}", sent.stderr);
    let again = run(&[]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(again.stderr.contains("up_to_date"), "{}", again.stderr);
}

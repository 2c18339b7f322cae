//! Preparing and delivering with one command.

use fake_green_api::Product;

use super::{ID, Stage, rehearsal_token};
use crate::support::{Said, avatar_prep, ppm, said, write};

/// `avatar-prep in fresh/ --upload` as a rehearsal, with the accounts of `a.csv`.
fn go(stage: &Stage, args: &[&str]) -> Said {
    let mut command = avatar_prep(stage.path());
    command.env("XDG_STATE_HOME", stage.path().join("state"));
    command.args(["in", "./fresh/", "--upload", "--accounts", "a.csv"]);
    command.args(["--speed", "20", "--rehearse", &stage.fake.url()]);
    said(&command.args(args).output().unwrap())
}

#[test]
fn preparing_and_delivering_in_one_go() {
    let stage = Stage::new("");
    let source = ppm(400, 300, |x, y| [x as u8, 0, y as u8]);
    write(&stage.path().join("in/brand.ppm"), &source);
    write(
        &stage.path().join("in/broken.png"),
        b"\x89PNG\r\n\x1a\nnothing",
    );
    write(
        &stage.path().join("a.csv"),
        format!("name,id_instance\nbrand,{ID}\n").as_bytes(),
    );
    let dry = go(&stage, &["--dry-run"]);
    assert_eq!(dry.code, 1, "the broken one: {}", dry.stderr);
    let url = stage.fake.url();
    let send = format!(
        "would send brand.jpg -> brand POST {url}/waInstance{ID}/setProfilePicture/***, once it is made\n1 to send\n"
    );
    assert!(dry.stderr.contains("brand.ppm"), "{}", dry.stderr);
    assert!(dry.stderr.ends_with(&send), "{}", dry.stderr);
    assert!(stage.fake.records().0.is_empty());
    assert!(!stage.path().join("fresh").exists(), "nothing is written");
    let said = go(&stage, &[]);
    assert_eq!(said.code, 1, "the broken one: {}", said.stderr);
    let sent = std::fs::read(stage.path().join("fresh/brand.jpg")).unwrap();
    assert_eq!(stage.fake.avatar(ID), Some(sent));
    let status = crate::support::run(stage.path(), &["upload", "fresh", "--status"]);
    let nothing = "nothing was uploaded from here\n";
    assert_eq!(
        (status.code, status.stdout.as_str()),
        (0, nothing),
        "only rehearsed"
    );

    // Mistakes in the accounts are found before anything is prepared.
    write(&stage.path().join("a.csv"), b"name,id_instance\nbrand,x\n");
    std::fs::remove_dir_all(stage.path().join("fresh")).unwrap();
    assert_eq!(go(&stage, &[]).code, 2);
    assert!(!stage.path().join("fresh").exists());
}

/// What an earlier run made is not what this one was asked for.
#[test]
fn a_result_whose_source_fails_now_is_not_sent() {
    let stage = Stage::new("");
    let other = "2202";
    let fake = &stage.fake;
    fake.account(other, &rehearsal_token(other), Product::Whatsapp);
    for name in ["brand", "second"] {
        let source = ppm(300, 300, |x, y| [x as u8, 0, y as u8]);
        write(&stage.path().join(format!("in/{name}.ppm")), &source);
    }
    let accounts = format!("name,id_instance\nbrand,{ID}\nsecond,{other}\n");
    write(&stage.path().join("a.csv"), accounts.as_bytes());
    let prepared = crate::support::run(stage.path(), &["in", "fresh"]);
    assert_eq!(prepared.code, 0, "{}", prepared.stderr);
    write(&stage.path().join("in/brand.ppm"), b"P6 0 0 255\n");
    let wanted = "rejected brand.jpg -> brand: its source failed in this run; the existing \
                  result is an older one [source_failed]\n  hint: correct the source, or send the older result with \
                  avatar-prep upload\n";
    let dry = go(&stage, &["--dry-run"]);
    assert_eq!(dry.code, 1, "{}", dry.stderr);
    assert!(dry.stderr.contains(wanted), "{}", dry.stderr);
    assert!(!dry.stderr.contains("would send brand"), "{}", dry.stderr);
    assert!(
        dry.stderr.contains("would send second.jpg"),
        "{}",
        dry.stderr
    );
    let dry = go(&stage, &["--dry-run", "--json"]);
    let records = dry
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let mut records = records.filter(|record: &serde_json::Value| record["event"] == "delivery");
    let record = records.next().unwrap();
    assert_eq!(
        (&record["account"], &record["code"]),
        (&"brand".into(), &"source_failed".into())
    );
    assert_eq!(
        (&record["status"], &record["sends"]),
        (&"rejected".into(), &0.into())
    );
    assert_eq!(records.next(), None);
    let said = go(&stage, &[]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
    assert!(
        said.stderr.ends_with("1 applied, 1 rejected\n"),
        "{}",
        said.stderr
    );
    assert_eq!((fake.pictures(ID), fake.pictures(other)), (0, 1));
    // So is what two sources would become; what is made again is sent.
    let source = ppm(300, 300, |x, y| [0, x as u8, y as u8]);
    write(&stage.path().join("in/brand.ppm"), &source);
    write(&stage.path().join("in/brand.pgm"), &source);
    let said = go(&stage, &[]);
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
    std::fs::remove_file(stage.path().join("in/brand.pgm")).unwrap();
    let said = go(&stage, &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!((fake.pictures(ID), fake.pictures(other)), (1, 1));
}

/// If the picture of an account was never made, the code names its source as the cause.
#[test]
fn a_source_that_fails_is_named_where_no_result_is_there() {
    let stage = Stage::new("");
    for (name, bytes) in [
        ("brand.png", &b"\x89PNG\r\n\x1a\nnothing"[..]),
        ("shop.ppm", b"P6 0 0 255\n"),
    ] {
        write(&stage.path().join("in").join(name), bytes);
    }
    stage.enlist("2202", "");
    for (picture, shown) in [
        ("brand.png", "brand.png"),
        ("brand.jpg", "brand.jpg"),
        ("brand", "brand"),
    ] {
        let accounts = format!(
            "name,id_instance,picture\nfirst,{ID},{picture}\nshop,2202,\nnobody,3303,gone.png\n"
        );
        write(&stage.path().join("a.csv"), accounts.as_bytes());
        for args in [&[][..], &["--dry-run"]] {
            let said = go(&stage, args);
            assert_eq!(said.code, 1, "{}", said.stderr);
            for wanted in [
                format!("rejected {shown} -> first: its source failed in this run [source_failed]\n  hint: correct the source\n"),
                "rejected shop.jpg -> shop: its source failed in this run [source_failed]\n".into(),
                "rejected gone.png -> nobody: the account's entry names a picture that does not exist [no_picture]\n".into(),
            ] {
                assert!(said.stderr.contains(&wanted), "{wanted} is not in {}", said.stderr);
            }
            assert!(said.stderr.ends_with("3 rejected\n"), "{}", said.stderr);
        }
    }
    assert!(stage.fake.records().posts(None).is_empty());
}

/// What could not be delivered in the end is refused in the beginning.
#[test]
fn what_does_not_go_together_is_found_before_anything_is_prepared() {
    let stage = Stage::new("");
    let source = ppm(300, 300, |x, y| [x as u8, 0, y as u8]);
    write(&stage.path().join("in/brand.ppm"), &source);
    let accounts = format!("name,id_instance,token_env\nbrand,{ID},GREEN_API_TOKEN\n");
    write(&stage.path().join("a.csv"), accounts.as_bytes());
    let shards = "--upload cannot be combined with --shard";
    let hint = "prepare every share, then run avatar-prep upload OUT once";
    for args in [&["--shard", "1/2"][..], &["--shard", "2/2", "--dry-run"]] {
        let said = go(&stage, args);
        assert_eq!(said.code, 2, "{}", said.stderr);
        assert!(said.stderr.contains(shards), "{}", said.stderr);
        assert!(said.stderr.contains(hint), "{}", said.stderr);
    }
    let mut command = super::with_account(stage.path(), "");
    command.args(["in", "fresh/", "--upload", "--accounts", "a.csv"]);
    let said = said(&command.args(["--speed", "20"]).output().unwrap());
    assert_eq!(said.code, 2, "{}", said.stderr);
    let speed = "--speed is for rehearsals";
    assert!(said.stderr.contains(speed), "{}", said.stderr);
    assert!(!stage.path().join("fresh").exists(), "{}", said.stderr);
    // Shares are prepared one by one, and delivered at once.
    for shard in ["1/2", "2/2"] {
        let shard = crate::support::run(stage.path(), &["in", "fresh", "--shard", shard]);
        assert_eq!(shard.code, 0, "{}", shard.stderr);
    }
    let args = ["--accounts", "a.csv"];
    let said = crate::support::said(&stage.command_for("fresh").args(args).output().unwrap());
    assert_eq!(
        (said.code, stage.fake.pictures(ID)),
        (0, 1),
        "{}",
        said.stderr
    );
}

/// Of several results of one source, each account gets the one for its own platform, in the run that made
/// them and later.
#[test]
fn accounts_get_the_results_of_their_platforms() {
    let stage = Stage::new("");
    let source = ppm(1100, 900, |x, y| [x as u8, (x ^ y) as u8, y as u8]);
    write(&stage.path().join("in/brand.ppm"), &source);
    let url = stage.fake.url();
    let accounts = format!(
        "name,id_instance,api_url,token_env,service,folder,preset,picture\n\
         brand,{ID},{url},TOKEN,,,,\n\
         shown,,,,folder,shown,slack,brand.ppm\n"
    );
    write(&stage.path().join("a.csv"), accounts.as_bytes());
    std::fs::create_dir(stage.path().join("shown")).unwrap();
    let go = |args: &[&str]| {
        let mut command = avatar_prep(stage.path());
        command.env("XDG_STATE_HOME", stage.path().join("state"));
        command.env("TOKEN", rehearsal_token(ID));
        command.args(args).args(["--accounts", "a.csv"]);
        said(&command.output().unwrap())
    };
    let several = ["--for", "slack,whatsapp", "--name", "{preset}/{stem}.jpg"];
    let both = [&several[..], &["in", "./fresh", "--upload"]].concat();
    let first = go(&both);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let read = |path: &str| std::fs::read(stage.path().join(path)).unwrap();
    assert_eq!(
        stage.fake.avatar(ID),
        Some(read("fresh/whatsapp/brand.jpg"))
    );
    assert!(read("shown/shown.jpg") == read("fresh/slack/brand.jpg"));
    assert_ne!(
        read("fresh/whatsapp/brand.jpg"),
        read("fresh/slack/brand.jpg")
    );
    for later in [&both[..], &["upload", "fresh"]] {
        let again = go(later);
        assert_eq!(again.code, 0, "{}", again.stderr);
        assert!(again.stderr.contains("2 up to date"), "{}", again.stderr);
    }
    assert_eq!(stage.fake.pictures(ID), 1);

    // Without a platform of its own, a folder gets none of them by guess.
    let vague = accounts.replace("folder,shown,slack", "folder,shown,");
    write(&stage.path().join("a.csv"), vague.as_bytes());
    let refused = go(&["upload", "fresh"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("preset ="), "{}", refused.stderr);
    let exact = vague.replace("brand.ppm", "slack/brand");
    write(&stage.path().join("a.csv"), exact.as_bytes());
    let said = go(&["upload", "fresh"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

/// A source that fails for one platform only is the cause for the accounts of that platform.
#[test]
fn a_source_that_fails_for_one_platform_is_named_there() {
    let stage = Stage::new("");
    // It can be enlarged to the 192 pixels of one platform, but not to the 512 of the other.
    let source = ppm(40, 40, |x, y| [x as u8, 0, y as u8]);
    write(&stage.path().join("in/brand.ppm"), &source);
    let url = stage.fake.url();
    let accounts = format!(
        "name,id_instance,api_url,token_env,service,folder,preset,picture\n\
         chat,{ID},{url},TOKEN,,,,brand.ppm\n\
         brand,,,,folder,shown,slack,\n\
         named,,,,folder,shown,slack,brand.ppm\n\
         other,,,,folder,shown,github,brand.ppm\n"
    );
    write(&stage.path().join("a.csv"), accounts.as_bytes());
    std::fs::create_dir(stage.path().join("shown")).unwrap();
    let mut command = avatar_prep(stage.path());
    command.env("XDG_STATE_HOME", stage.path().join("state"));
    command.env("TOKEN", rehearsal_token(ID));
    command.args(["--for", "slack,whatsapp", "--name", "{preset}/{stem}.jpg"]);
    command.args(["in", "./fresh", "--upload", "--accounts", "a.csv"]);
    let said = said(&command.output().unwrap());
    assert_eq!(said.code, 1, "{}", said.stderr);
    for wanted in [
        "rejected brand.jpg -> brand: its source failed in this run [source_failed]\n",
        "rejected brand.ppm -> named: its source failed in this run [source_failed]\n",
        // For this platform nothing was tried.
        "rejected brand.ppm -> other: the account's entry names a picture that does not exist [no_picture]\n",
    ] {
        assert!(
            said.stderr.contains(wanted),
            "{wanted} is not in {}",
            said.stderr
        );
    }
    let made = std::fs::read(stage.path().join("fresh/whatsapp/brand.jpg")).unwrap();
    assert_eq!(stage.fake.avatar(ID), Some(made));
    assert_eq!(crate::support::tree(&stage.path().join("shown")).len(), 0);
}

/// What a run with `--upload` calls `ok` is not refused by its accounts.
#[test]
fn small_pictures_are_made_as_large_as_the_accounts_need() {
    let stage = Stage::new("");
    let small = ppm(120, 120, |x, y| [x as u8, 0, y as u8]);
    write(&stage.path().join("in/brand.ppm"), &small);
    write(
        &stage.path().join("a.csv"),
        format!("name,id_instance\nbrand,{ID}\n").as_bytes(),
    );
    // Made before without a destination, it is refused, and the hint leads on.
    let plain = crate::support::run(stage.path(), &["in", "plain"]);
    assert_eq!(plain.code, 0);
    let mut upload = stage.command_for("plain");
    let refused = said(&upload.args(["--accounts", "a.csv"]).output().unwrap());
    assert_eq!(refused.code, 1);
    let hint = "hint: make it again from a larger original, or with this number as --min-size and --too-small enlarge";
    assert!(refused.stderr.contains(hint), "{}", refused.stderr);

    let made = go(&stage, &[]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let sent = stage.fake.avatar(ID).unwrap();
    assert_eq!(crate::support::decode(&sent).edge, 192);
    // A smallest edge of the user stays, and so does a size that no account accepts.
    let own = go(&stage, &["--min-size", "100"]);
    assert_eq!(own.code, 1, "{}", own.stderr);
    let size = go(&stage, &["--size", "128"]);
    assert_eq!(size.code, 2, "{}", size.stderr);
    assert!(
        size.stderr
            .contains("--size must be at least 192 for an account of whatsapp, got 128"),
        "{}",
        size.stderr
    );
}

/// Preparing first and delivering later, or both at once, makes nothing twice.
#[test]
fn large_results_are_the_same_with_and_without_an_upload() {
    let stage = Stage::new("");
    let source = ppm(400, 300, |x, y| [x as u8, 0, y as u8]);
    write(&stage.path().join("in/brand.ppm"), &source);
    write(
        &stage.path().join("a.csv"),
        format!("name,id_instance\nbrand,{ID}\n").as_bytes(),
    );
    let plain = || {
        let (_, found) = crate::support::records(stage.path(), &["in", "./fresh/"]);
        found.last().unwrap()["up_to_date"].as_u64().unwrap()
    };
    assert_eq!(plain(), 0);
    let said = go(&stage, &["-v"]);
    assert!(said.stderr.contains("1 up to date"), "{}", said.stderr);
    assert_eq!(plain(), 1);
}

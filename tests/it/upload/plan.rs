//! `--dry-run` of a delivery: it prints what the run then does; nothing is written and no service
//! is asked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use walkdir::WalkDir;

use super::{ID, Stage, picture};
use crate::support::{avatar_prep, folder, jpeg, run, said, tree, write};

/// Every file and what it holds, and every folder.
fn everything(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let entries = WalkDir::new(folder).into_iter().map(Result::unwrap);
    let content = |path: &Path| path.is_file().then(|| std::fs::read(path).unwrap());
    entries
        .map(|entry| (entry.path().into(), content(entry.path())))
        .collect()
}

/// The plans of a dry run, by account; it leaves everything as it was, and asks nobody.
fn plans(stage: &Stage, args: &[&str], code: i32) -> BTreeMap<String, Value> {
    let (before, asked) = (everything(stage.path()), stage.fake.records().0.len());
    let args = [&["--dry-run", "--json"], args].concat();
    let (said, records) = stage.run(&args);
    assert_eq!(said.code, code, "{}{}", said.stdout, said.stderr);
    assert_eq!(records.0.len(), asked);
    assert!(everything(stage.path()) == before, "something was written");
    let plans = said.stdout.lines().map(serde_json::from_str::<Value>);
    plans
        .map(Result::unwrap)
        .map(|plan| (plan["account"].as_str().unwrap().into(), plan))
        .collect()
}

/// Status and code of one.
fn short(plans: &BTreeMap<String, Value>, account: &str) -> String {
    let plan = &plans[account];
    let word = |key: &str| plan[key].as_str().unwrap().to_string();
    format!("{} {}", word("status"), word("code"))
}

#[test]
fn a_dry_run_needs_no_token() {
    let folder = folder(&[("out/logo.jpg", picture())]);
    let of = |args: &[&str]| {
        let mut command = avatar_prep(folder.path());
        command.env("XDG_STATE_HOME", folder.path().join("state"));
        said(&command.args(["upload", "out"]).args(args).output().unwrap())
    };
    for place in ["token_env,NOBODYS_TOKEN", "token_file,gone.txt"] {
        let (key, place) = place.split_once(',').unwrap();
        let csv = format!("name,id_instance,picture,{key}\nmine,{ID},logo.jpg,{place}\n");
        write(&folder.path().join("a.csv"), csv.as_bytes());
        let planned = of(&["--accounts", "a.csv", "--dry-run"]);
        assert_eq!(planned.code, 0, "{}", planned.stderr);
        let is_said = planned
            .stderr
            .contains("account mine: its token is not there");
        assert!(is_said, "{}", planned.stderr);
        let output = format!("{}{}", planned.stdout, planned.stderr);
        assert!(output.contains("would send logo.jpg -> mine"), "{output}");
        // A run needs it, and so does a check.
        for more in [&[][..], &["--check"], &["--check", "--dry-run"]] {
            let refused = of(&[&["--accounts", "a.csv"], more].concat());
            assert_eq!(refused.code, 2, "{more:?}: {}", refused.stderr);
        }
    }
}

#[test]
fn a_dry_run_knows_what_was_delivered() {
    let stage = Stage::new("");
    let others = "reason(\"locked\");ok";
    for (id, scenarios) in [("1", ""), ("2", "overlimit*3"), ("3", others), ("4", "")] {
        stage.enlist(id, scenarios);
    }
    stage.list([("1", "logo.png"), ("2", "logo.png"), ("3", "logo.png")]);
    let args = ["--accounts", "a.csv"];
    let fresh = plans(&stage, &args, 0);
    let statuses = ["n1", "n2", "n3"].map(|name| short(&fresh, name));
    assert_eq!(statuses, ["send ", "send ", "send "]);
    let (first, _) = stage.run(&["--accounts", "a.csv", "--json"]);
    assert_eq!(first.code, 1, "{}", first.stderr);

    write(&stage.path().join("out/bad.jpg"), b"no picture");
    let listed = ["1", "2", "3"].map(|id| (id, "logo.png"));
    stage.list(listed.into_iter().chain([("4", "bad.png")]));
    let known = plans(&stage, &args, 1);
    let statuses = ["n1", "n2", "n3", "n4"].map(|name| short(&known, name));
    let wanted = [
        "up_to_date ",
        "deferred rate_overlimit",
        "send ",
        "rejected not_valid",
    ];
    assert_eq!(statuses, wanted);
    let delivery = first.stdout.lines().find(|line| line.contains("\"n2\""));
    let delivery: Value = serde_json::from_str(delivery.unwrap()).unwrap();
    for key in ["not_before", "sha256", "picture", "id_instance"] {
        assert_eq!(known["n2"][key], delivery[key], "{key}");
        assert!(delivery[key].is_string(), "{key}");
    }
    let again = plans(&stage, &["--accounts", "a.csv", "--resend"], 1);
    let statuses = ["n1", "n2", "n3", "n4"].map(|name| short(&again, name));
    assert_eq!(statuses, ["send ", "send ", "send ", "rejected not_valid"]);

    // The run does what the plan said, and the text says it too.
    let (text, _) = stage.run(&["--accounts", "a.csv", "--dry-run"]);
    let until = known["n2"]["not_before"].as_str().unwrap();
    let url = stage.fake.url();
    let lines = format!(
        "up_to_date logo.jpg -> n1\n\
         deferred logo.jpg -> n2: not before {until} [rate_overlimit]\n\
         would send logo.jpg -> n3 POST {url}/waInstance3/setProfilePicture/***\n"
    );
    let summary = format!("1 to send, 1 up to date, 1 rejected, 1 deferred, not before {until}\n");
    assert!(text.stderr.starts_with(&lines), "{}", text.stderr);
    assert!(text.stderr.ends_with(&summary), "{}", text.stderr);
    let sent = stage.fake.records().posts(None).len();
    let (run, records) = stage.run(&args);
    assert_eq!((run.code, records.posts(None).len()), (1, sent + 1));
    assert_eq!(records.posts(Some("3")).len(), 2, "{}", run.stderr);
    for line in ["up_to_date logo.jpg -> n1", "deferred logo.jpg -> n2"] {
        assert!(run.stderr.contains(line), "{}", run.stderr);
    }
    let why = |text: &str| {
        let line = text.lines().find(|line| line.contains("[not_valid]"));
        line.and_then(|line| line.split_once(": "))
            .unwrap()
            .1
            .to_string()
    };
    assert_eq!(why(&run.stderr), why(&text.stderr));
}

/// What a killed run left in the log beside the journal counts.
#[test]
fn a_dry_run_knows_what_is_in_doubt() {
    let stage = Stage::new("ghost(timeout)");
    let mut child = stage.command().spawn().unwrap();
    super::resume::until(|| !stage.fake.records().posts(None).is_empty());
    // While it is at work, and after it was killed.
    assert_eq!(short(&plans(&stage, &[], 0), ID), "verify ");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(short(&plans(&stage, &[], 0), ID), "verify ");
    let (text, _) = stage.run(&["--dry-run"]);
    let wanted = format!(
        "would verify logo.jpg -> {ID}, and send it if an earlier attempt failed\n1 to verify\n"
    );
    assert_eq!(text.stderr, wanted);
    stage.expect(&[], (0, 1));
    assert_eq!(short(&plans(&stage, &[], 0), ID), "up_to_date ");
}

/// A deferred account is left alone for every folder of results, and shows what was sent last.
#[test]
fn a_dry_run_knows_what_other_folders_sent() {
    let stage = Stage::new("ok;ok;overlimit*3");
    let other = jpeg(300, 300, |x, y| [255 - y as u8, x as u8, 40]);
    write(&stage.path().join("else/logo.jpg"), &other);
    stage.expect(&[], (0, 1));
    let send_other = |code| {
        let said = said(&stage.command_for("else").output().unwrap());
        assert_eq!(said.code, code, "{}", said.stderr);
    };
    send_other(0);
    assert_eq!(short(&plans(&stage, &[], 0), ID), "send ");
    write(&stage.path().join("else/logo.jpg"), picture());
    send_other(3);
    let rests = plans(&stage, &[], 3);
    assert_eq!(short(&rests, ID), "deferred deferred");
    let (run, records) = stage.run(&[]);
    let until = rests[ID]["not_before"].as_str().unwrap();
    assert!(
        run.stderr.contains(&format!("not before {until}")),
        "{}",
        run.stderr
    );
    assert_eq!((run.code, records.posts(Some(ID)).len()), (3, 5));
}

/// The bytes of what a run of both parts makes again are not known yet.
#[test]
fn a_dry_run_of_both_reports_what_is_made_again() {
    let stage = Stage::new("");
    let source = |shade: u8| crate::support::ppm(300, 300, move |x, y| [x as u8, shade, y as u8]);
    write(&stage.path().join("in/brand.ppm"), &source(0));
    let both = |args: &[&str]| {
        let mut command = stage.command_for("fresh");
        let old = std::mem::replace(&mut command, crate::support::avatar_prep(stage.path()));
        let envs = old
            .get_envs()
            .filter_map(|(key, value)| Some((key, value?)));
        command.envs(envs).args(["in", "./fresh", "--upload"]);
        command.args(["--rehearse", &stage.fake.url(), "--speed", "20"]);
        said(&command.args(args).output().unwrap())
    };
    let end = |args: &[&str]| {
        let dry = both(args);
        assert_eq!(dry.code, 0, "{}", dry.stderr);
        dry.stderr.lines().rev().nth(1).unwrap().to_string()
    };
    let url = stage.fake.url();
    let once_made = format!(
        "would send brand.jpg -> {ID} POST {url}/waInstance{ID}/setProfilePicture/***, once it is made"
    );
    assert_eq!(end(&["--dry-run"]), once_made);
    assert!(!stage.path().join("fresh").exists());
    assert_eq!(both(&[]).code, 0);
    assert_eq!(end(&["--dry-run"]), format!("up_to_date brand.jpg -> {ID}"));
    write(&stage.path().join("in/brand.ppm"), &source(200));
    assert_eq!(end(&["--dry-run"]), once_made);
    assert_eq!(both(&[]).code, 0);
    assert_eq!(stage.fake.pictures(ID), 2);
}

/// A file that is delivered among results or sources would replace the picture of another.
#[test]
fn an_account_whose_folder_is_of_results_or_sources_is_refused() {
    let files = ["in/a.jpg", "in/sub/c.jpg", "earlier/d.jpg", "other/b.jpg"];
    let folder = folder(&files.map(|it| (it, picture())));
    for (input, out) in [("earlier", "out"), ("other", "outB")] {
        assert_eq!(run(folder.path(), &[input, out]).code, 0);
    }
    assert_eq!(run(folder.path(), &["in", "out"]).code, 0);
    for made in ["out/shown", "in/new", "shown"] {
        std::fs::create_dir(folder.path().join(made)).unwrap();
    }
    let before = tree(folder.path());
    let deliver = |place: &str, command: &[&str]| {
        let accounts = format!("name,service,folder,picture\nb,folder,{place},a.jpg\n");
        write(&folder.path().join("a.csv"), accounts.as_bytes());
        let said = run(folder.path(), &[command, &["--accounts", "a.csv"]].concat());
        std::fs::remove_file(folder.path().join("a.csv")).unwrap();
        said
    };
    let commands = [&["in", "out", "--upload"][..], &["upload", "out"]];
    for (place, kind) in [
        ("out", "results"),
        ("out/../out/sub", "results"),
        ("out/shown", "results"),
        ("outB", "results"),
        ("in", "sources"),
        ("in/sub", "sources"),
        ("in/new", "sources"),
        ("earlier", "sources"),
    ] {
        // A later command does not know that what is below the sources would be read.
        let known = if place == "in/new" { 1 } else { 2 };
        for command in commands.into_iter().take(known) {
            let said = deliver(place, command);
            let wanted = format!("account b: folder must not be in a folder of {kind}");
            let is_refused = said.code == 2 && said.stderr.contains(&wanted);
            assert!(is_refused, "{place} {command:?}: {}", said.stderr);
        }
    }
    assert_eq!(tree(folder.path()), before);
    for command in [commands, commands].concat() {
        let said = deliver("shown", command);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(folder.path().join("shown/b.jpg").exists());
    }
}

/// Files can be inputs and outputs beside folders of other purposes.
#[test]
fn folders_beside_a_single_picture_are_for_deliveries() {
    let folder = folder(&[("logo.jpg", picture()), ("own/b.jpg", picture())]);
    std::fs::create_dir(folder.path().join("shown")).unwrap();
    let original = std::fs::read(folder.path().join("own/b.jpg")).unwrap();
    for (place, command, code) in [
        ("shown", &["logo.jpg", "small.jpg"][..], 0),
        (".", &["logo.jpg", "small.jpg"], 2),
        ("shown", &["logo.jpg", "out"], 0),
        ("own", &["own/b.jpg", "out"], 2),
    ] {
        let picture = command[1].replace("out", command[0].trim_start_matches("own/"));
        let accounts = format!("name,service,folder,picture\nb,folder,{place},{picture}\n");
        write(&folder.path().join("a.csv"), accounts.as_bytes());
        for _ in 0..2 {
            let upload = ["--upload", "--accounts", "a.csv"];
            let said = run(folder.path(), &[command, &upload].concat());
            assert_eq!(said.code, code, "{place} {command:?}: {}", said.stderr);
        }
        let there = ["shown/b.jpg", "b.jpg"].map(|it| folder.path().join(it).exists());
        assert_eq!(there, [true, false]);
    }
    assert_eq!(
        std::fs::read(folder.path().join("own/b.jpg")).unwrap(),
        original
    );
}

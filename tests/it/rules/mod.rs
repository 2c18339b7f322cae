//! Tests options for single pictures: rules of the settings file and sidecars.

mod mistakes; // what is wrong is named with its place
mod printed; // what `config` says of them

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{avatar_prep, folder, ppm, records, run, said, tree, write};

/// A picture four times as wide as high, in which the amount of red shows where it was cut.
fn wide() -> Vec<u8> {
    ppm(40, 10, |x, _| [x as u8 * 6, 0, 0])
}

/// Where each picture was cut, by its source; `None` for records without a frame.
fn cuts(records: &[Value]) -> Vec<(String, Option<u64>)> {
    let files = records.iter().filter(|record| record["event"] == "file");
    let cut = |record: &Value| {
        let source = record["source"].as_str().unwrap().to_string();
        (source, record["framing"]["crop"][0].as_u64())
    };
    let mut cuts: Vec<_> = files.map(cut).collect();
    cuts.sort();
    cuts
}

fn of<'a>(records: &'a [Value], source: &str) -> &'a Value {
    let found = records.iter().find(|record| record["source"] == source);
    found.unwrap_or_else(|| panic!("{source} is not in {records:#?}"))
}

#[test]
fn rules_match_paths_and_the_last_one_wins() {
    let settings = b"gravity = \"bottom\"

[[rule]]
files = \"logos/**\"
gravity = \"left\"

[[rule]]
files = [\"*-r.ppm\", \"/top.ppm\"]
gravity = [\"right\"]
max-bytes = 99000
";
    let wide = wide();
    let folder = folder(&[
        ("avatar-prep.toml", settings.as_slice()),
        ("in/top.ppm", &wide),
        ("in/x/top.ppm", &wide),
        ("in/logos/a.ppm", &wide),
        ("in/logos/deep/b.ppm", &wide),
        ("in/logos/c-r.ppm", &wide),
        ("in/other/logos/d.ppm", &wide),
    ]);
    let (code, records) = records(folder.path(), &["in", "out"]);
    assert_eq!(code, 0, "{records:#?}");
    let wanted = [
        ("in/logos/a.ppm", 0),
        ("in/logos/c-r.ppm", 30),
        ("in/logos/deep/b.ppm", 0),
        ("in/other/logos/d.ppm", 15),
        ("in/top.ppm", 30),
        ("in/x/top.ppm", 15),
    ];
    let wanted = wanted.map(|(source, cut)| (source.to_string(), Some(cut)));
    assert_eq!(cuts(&records), wanted);
    let headroom = of(&records, "in/top.ppm")["headroom"].as_u64().unwrap();
    let bytes = of(&records, "in/top.ppm")["bytes"].as_u64().unwrap();
    assert_eq!(headroom + bytes, 99_000);
}

#[test]
fn a_sidecar_wins_over_a_flag_a_flag_over_a_rule_and_a_rule_over_the_file() {
    let settings = b"gravity = \"top\"\n[[rule]]\nfiles = \"*.ppm\"\ngravity = \"left\"\n";
    let wide = wide();
    let folder = folder(&[
        ("avatar-prep.toml", settings.as_slice()),
        ("in/a.ppm", &wide),
        ("in/b.ppm", &wide),
        ("in/b.ppm.toml", b"focus = [50, 10]\n"),
    ]);
    let cut = |args: &[&str], variable: Option<&str>| {
        let mut command = avatar_prep(folder.path());
        command.args(["--json", "--dry-run"]).args(args);
        variable.map(|value| command.env("AVATAR_PREP_GRAVITY", value));
        let said = said(&command.output().unwrap());
        let parse = |line: &str| serde_json::from_str(line).unwrap();
        let records: Vec<Value> = said.stdout.lines().map(parse).collect();
        let [a, b] = &cuts(&records)[..] else {
            panic!("{records:#?} {}", said.stderr);
        };
        (a.1.unwrap(), b.1.unwrap())
    };
    assert_eq!(cut(&["in", "out"], None), (0, 15));
    assert_eq!(cut(&["--gravity", "right", "in", "out"], None), (30, 15));
    assert_eq!(cut(&["in", "out"], Some("right")), (30, 15));
    assert_eq!(cut(&["--focus", "0,0", "in", "out"], None), (0, 15));
    // A gravity cancels the focus of lower layers, and only that.
    write(&folder.path().join("in/b.ppm.toml"), b"gravity = \"right\"");
    assert_eq!(cut(&["--focus", "0,0", "in", "out"], None), (0, 30));
    write(
        &folder.path().join("avatar-prep.toml"),
        b"focus = \"0,0\"\n[[rule]]\nfiles = \"a.ppm\"\ngravity = \"right\"\n",
    );
    assert_eq!(cut(&["in", "out"], None), (30, 30));
}

#[test]
fn a_platform_can_be_that_of_a_rule() {
    let settings = b"size = 100\n[[rule]]\nfiles = \"slack/\"\nfor = \"slack\"\nmin-size = 1\n";
    let picture = ppm(1200, 1200, |x, y| [x as u8, y as u8, 9]);
    let folder = folder(&[
        ("avatar-prep.toml", settings.as_slice()),
        ("in/a.ppm", &picture),
        ("in/slack/b.ppm", &picture),
    ]);
    let name = "{dir}/{stem}-{size}.jpg";
    let (code, records) = records(folder.path(), &["--name", name, "in", "out"]);
    assert_eq!(code, 0, "{records:#?}");
    // The names contain the size of each picture, and the cap of its platform holds.
    let made = of(&records, "in/slack/b.ppm");
    assert_eq!(made["output"], "out/slack/b-1024.jpg");
    assert_eq!(made["size"], 1024);
    let sum = made["bytes"].as_u64().unwrap() + made["headroom"].as_u64().unwrap();
    assert_eq!(sum, 500_000);
    assert_eq!(of(&records, "in/a.ppm")["output"], "out/a-100.jpg");
    assert_eq!(run(folder.path(), &["verify", "out"]).code, 0);
}

/// A platform on the command line replaces that of a rule, with its defaults.
#[test]
fn a_platform_set_by_a_flag_leaves_nothing_of_that_of_a_rule() {
    let settings = b"[[rule]]\nfiles = \"slack/\"\nfor = \"slack\"\nmargin = 7\n";
    let picture = ppm(1200, 1200, |x, y| [x as u8, y as u8, 9]);
    let folder = folder(&[
        ("avatar-prep.toml", settings.as_slice()),
        ("in/slack/b.ppm", &picture),
    ]);
    let (code, records) = records(folder.path(), &["--for", "whatsapp", "in", "out"]);
    assert_eq!(code, 0, "{records:#?}");
    let made = of(&records, "in/slack/b.ppm");
    assert_eq!(made["size"], 640);
    let sum = made["bytes"].as_u64().unwrap() + made["headroom"].as_u64().unwrap();
    assert_eq!(sum, 150_000);
    let args = [
        "config",
        "--for",
        "whatsapp",
        "--for-file",
        "in/slack/b.ppm",
        "in",
    ];
    let printed = run(folder.path(), &args).stdout;
    assert!(!printed.contains("preset slack"), "{printed}");
    assert!(printed.contains("margin = 7"), "{printed}");
}

#[test]
fn a_sidecar_is_no_picture_and_one_alone_is_told() {
    let folder = folder(&[
        ("in/a.ppm", &wide()),
        ("in/a.ppm.toml", b"gravity = \"right\""),
        ("in/a.ppm-other.toml", b"nothing of ours ="),
        ("in/gone.png.toml", b"gravity = \"right\""),
        ("in/some.toml", b"a = 1"),
        ("in/.b.ppm.toml", b"a = 1"),
    ]);
    let (code, records) = records(folder.path(), &["in", "out"]);
    assert_eq!(code, 0);
    assert_eq!(of(&records, "in/a.ppm")["framing"]["crop"][0], 30);
    assert!(!records.iter().any(|it| it["source"] == "in/a.ppm.toml"));
    for (source, wanted) in [
        ("in/gone.png.toml", "sidecar_without_picture"),
        ("in/some.toml", "not_a_picture"),
        ("in/a.ppm-other.toml", "not_a_picture"),
        ("in/.b.ppm.toml", "hidden"),
    ] {
        assert_eq!(of(&records, source)["code"], wanted, "{source}");
    }
    assert_eq!(records.last().unwrap()["skipped"], 4);
}

#[test]
fn a_change_remakes_what_it_concerns_and_no_more() {
    let wide = wide();
    let files = ["a", "b", "logos/c", "logos/d"];
    let folder = folder(&[("avatar-prep.toml", b"".as_slice())]);
    let at = |name: &str| folder.path().join(name);
    files
        .iter()
        .for_each(|name| write(&at(&format!("in/{name}.ppm")), &wide));
    let made = || {
        let (code, records) = records(folder.path(), &["in", "out"]);
        assert_eq!(code, 0, "{records:#?}");
        let made = records.iter().filter(|record| record["status"] == "ok");
        let name = |record: &Value| record["source"].as_str().unwrap().to_string();
        let mut made: Vec<String> = made.map(name).collect();
        made.sort();
        made
    };
    assert_eq!(made().len(), 4);
    assert_eq!(made(), [""; 0]);
    write(&at("in/a.ppm.toml"), b"gravity = \"left\"");
    assert_eq!(made(), ["in/a.ppm"]);
    assert_eq!(made(), [""; 0]);
    // Writing the same options differently changes nothing.
    write(&at("in/a.ppm.toml"), b"# left\ngravity = [\"left\"]\n");
    assert_eq!(made(), [""; 0]);
    let rule = "[[rule]]\nfiles = \"logos/**\"\ngravity = \"right\"\n";
    write(&at("avatar-prep.toml"), rule.as_bytes());
    assert_eq!(made(), ["in/logos/c.ppm", "in/logos/d.ppm"]);
    assert_eq!(made(), [""; 0]);
    write(&at("in/logos/c.ppm.toml"), b"gravity = \"center\"");
    assert_eq!(made(), ["in/logos/c.ppm"]);
    fs::remove_file(at("in/a.ppm.toml")).unwrap();
    assert_eq!(made(), ["in/a.ppm"]);
    write(&at("avatar-prep.toml"), b"");
    assert_eq!(made(), ["in/logos/d.ppm"]);
    assert_eq!(made(), [""; 0]);
}

#[test]
fn single_pictures_and_streams_follow_their_sidecar() {
    let settings = b"[[rule]]\nfiles = \"*.ppm\"\nsize = 4\n";
    let folder = folder(&[
        ("avatar-prep.toml", settings.as_slice()),
        ("in/a.ppm", &wide()),
        ("in/a.ppm.toml", b"gravity = \"right\""),
    ]);
    for (args, size) in [
        (["in/a.ppm", "a.jpg"], 4),
        (["in/a.ppm", "out"], 4),
        (["-", "b.jpg"], 10),
    ] {
        let mut command = avatar_prep(folder.path());
        let source = fs::File::open(folder.path().join("in/a.ppm")).unwrap();
        let command = command.arg("--json").args(args).stdin(Stdio::from(source));
        let said = said(&command.output().unwrap());
        let record: Value = serde_json::from_str(said.stdout.lines().next().unwrap()).unwrap();
        let cut = if size == 4 { 30 } else { 15 };
        assert_eq!(record["size"], size, "{args:?}");
        assert_eq!(record["framing"]["crop"][0], cut, "{args:?}");
        // There is no warning about rules that do not match a picture named on the command line.
        assert_eq!(said.stderr, "");
    }
    let streamed = avatar_prep(folder.path())
        .args(["in/a.ppm", "-"])
        .output()
        .unwrap();
    let kept = fs::read(folder.path().join("a.jpg")).unwrap();
    assert!(streamed.stdout == kept, "the same bytes on standard output");
}

#[test]
fn a_crop_outside_fails_its_picture_and_one_that_leaves_it_is_noted() {
    let folder = folder(&[
        ("in/a.ppm", &wide()),
        ("in/a.ppm.toml", b"crop = [40, 0, 5, 5]"),
        ("in/b.ppm", &wide()),
        ("in/b.ppm.toml", b"crop = \"35,5,10,10\""),
        ("in/c.ppm", &wide()),
        ("in/c.ppm.toml", b"crop = \"0,0,25,100%\""),
    ]);
    let (code, records) = records(folder.path(), &["in", "out"]);
    assert_eq!(code, 1);
    let a = of(&records, "in/a.ppm");
    assert_eq!(
        (&a["status"], &a["code"]),
        (&"failed".into(), &"crop_outside".into())
    );
    let b = of(&records, "in/b.ppm");
    assert_eq!(b["framing"]["crop"], serde_json::json!([35, 5, 5, 5]));
    let flags = b["flags"].as_array().unwrap();
    assert!(flags.contains(&"crop_clipped".into()), "{flags:?}");
    let c = of(&records, "in/c.ppm");
    assert_eq!(c["framing"]["crop"], serde_json::json!([0, 0, 10, 10]));
    assert!(
        !c["flags"]
            .as_array()
            .unwrap()
            .contains(&"crop_clipped".into())
    );
}

/// Writes a file with an older date, so that it counts as settled.
fn settled(path: &Path, content: &[u8]) {
    write(path, content);
    let file = fs::File::options().write(true).open(path).unwrap();
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
    file.set_modified(then).unwrap();
}

#[test]
fn a_shard_and_several_inputs_count_from_each_input() {
    let settings = b"[[rule]]\nfiles = \"a.ppm\"\ngravity = \"right\"\n";
    let folder = folder(&[
        ("avatar-prep.toml", settings.as_slice()),
        ("one/a.ppm", &wide()),
        ("two/deep/a.ppm", &wide()),
    ]);
    settled(&folder.path().join("two/b.ppm"), &wide());
    settled(&folder.path().join("two/b.ppm.toml"), b"gravity = \"left\"");
    let (code, all) = records(folder.path(), &["one", "two", "out"]);
    assert_eq!(code, 0);
    let found: Vec<Option<u64>> = cuts(&all).into_iter().map(|(_, cut)| cut).collect();
    assert_eq!(found, [Some(30), Some(0), Some(30)]);
    assert_eq!(
        tree(&folder.path().join("out"))
            .iter()
            .filter(|name| name.ends_with(".jpg"))
            .count(),
        3
    );
}

#[test]
fn globs_that_choose_pictures_leave_their_sidecars_alone() {
    let folder = folder(&[
        ("in/a.ppm", &wide()),
        ("in/a.ppm.toml", b"gravity = \"right\""),
        ("in/b.ppm", &wide()),
        ("in/b.ppm.toml", b"gravity = \"left\""),
    ]);
    for globs in [["--include", "a.ppm"], ["--exclude", "b.ppm,*.toml"]] {
        let (code, records) = records(folder.path(), &[&globs[..], &["-n", "in", "out"]].concat());
        assert_eq!(code, 0, "{records:#?}");
        let wanted = [("in/a.ppm", Some(30)), ("in/b.ppm", None)];
        let wanted = wanted.map(|(source, cut)| (source.to_string(), cut));
        assert_eq!(cuts(&records), wanted, "{globs:?}");
        assert_eq!(of(&records, "in/b.ppm")["code"], "excluded");
    }
}

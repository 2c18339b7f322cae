//! A flag wins over a variable, a variable over the file, the file over the default; and `config`
//! prints where each value came from.

use crate::support::{avatar_prep, folder, ppm, run, said};

#[test]
fn each_layer_wins_over_the_next() {
    let file = "size = 100\nquality = \"50..60\"\nenlarge = true\nmax-bytes = 99000\n";
    let folder = folder(&[("avatar-prep.toml", file.as_bytes())]);
    let output = avatar_prep(folder.path())
        .args(["config", "--size", "300"])
        .env("AVATAR_PREP_SIZE", "200")
        .env("AVATAR_PREP_MAX_BYTES", "98kB")
        .output()
        .unwrap();
    let said = said(&output);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let lines: Vec<_> = said
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for wanted in [
        "size = 300 # flag",
        "max-bytes = \"98kB\" # variable AVATAR_PREP_MAX_BYTES",
        "quality = \"50..60\" # file avatar-prep.toml",
        "enlarge = true # file avatar-prep.toml",
        "background = \"white\" # default",
    ] {
        assert!(
            lines.iter().any(|line| line == wanted),
            "{wanted} is not in {lines:#?}"
        );
    }
}

#[test]
fn what_config_prints_can_be_read_back() {
    let folder = folder(&[]);
    let printed = run(folder.path(), &["config", "--size", "77"]);
    std::fs::write(folder.path().join("kept.toml"), &printed.stdout).unwrap();
    let again = run(folder.path(), &["config", "--config", "kept.toml"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let values = |text: &str| -> Vec<String> {
        text.lines()
            .map(|line| line.split(" #").next().unwrap().trim().to_string())
            .collect()
    };
    assert_eq!(values(&printed.stdout), values(&again.stdout));
}

/// A space that does not break, a mark of direction and a tab are no letters, and TOML writes them
/// otherwise than Rust does.
#[test]
fn config_prints_every_character_as_toml() {
    let name = "{stem}\u{a0}\u{200f}.jpg";
    let folder = folder(&[
        ("a\n.png", b""),
        (
            "rules.toml",
            "[[rule]]\nfiles = \"a\u{a0}\\tb.png\"\nsize = 100\n".as_bytes(),
        ),
    ]);
    let args = ["config", "--config", "rules.toml", "--name", name];
    let of_picture = [&args[..], &["--for-file", "a\n.png"]].concat();
    for args in [&args[..], &of_picture] {
        let printed = run(folder.path(), args);
        std::fs::write(folder.path().join("kept.toml"), &printed.stdout).unwrap();
        let again = run(folder.path(), &["config", "--config", "kept.toml"]);
        assert_eq!(again.code, 0, "{}", again.stderr);
        let line = |text: &str| {
            let line = text.lines().find(|line| line.starts_with("name = "));
            line.unwrap().split(" #").next().unwrap().to_string()
        };
        assert_eq!(line(&again.stdout), line(&printed.stdout));
        assert!(line(&again.stdout).contains('\u{200f}'), "{}", again.stdout);
    }
}

#[test]
fn the_file_decides_what_is_made() {
    let picture = ppm(200, 200, |x, y| [x as u8, y as u8, 0]);
    let folder = folder(&[("a.ppm", &picture), ("small.toml", b"size = 16")]);
    let said = run(folder.path(), &["--config", "small.toml", "a.ppm", "out"]);
    assert!(said.stderr.contains("out/a.jpg  16x16"), "{}", said.stderr);
    let named_by_variable = avatar_prep(folder.path())
        .env("AVATAR_PREP_CONFIG", "small.toml")
        .args(["a.ppm", "elsewhere"])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&named_by_variable.stderr).contains("16x16"));
}

#[test]
fn mistakes_name_their_place() {
    let files: [(&str, &[u8]); 5] = [
        ("e.toml", b"size = 100\nmin-size = 200"),
        ("f.toml", b"for = \"slack,discord\"\nname = \"{stem}.jpg\""),
        ("a.toml", b"sise = 3"),
        ("b.toml", b"size = [3]"),
        ("c.toml", b"size = \"tiny\""),
    ];
    let folder = folder(&files);
    for (file, wanted) in [
        (
            "a.toml",
            "error: a.toml:1:1: unknown key \"sise\"\n  hint: did you mean size? keys are the long options",
        ),
        (
            "b.toml",
            "error: b.toml:1:8: size must be a string, a number or true/false, got a TOML array\n",
        ),
        (
            "c.toml",
            "error: c.toml:1:8: size must be a whole number from 1 to 8192, got \"tiny\"\n",
        ),
        ("d.toml", "error: could not read the settings file d.toml: "),
        (
            "e.toml",
            "error: e.toml:2:12: min-size must be at most e.toml:1:8: size (100), got 200\n  hint: lower --min-size, or raise --size\n",
        ),
    ] {
        let said = run(folder.path(), &["config", "--config", file]);
        assert_eq!(said.code, 2);
        assert!(said.stderr.starts_with(wanted), "{}", said.stderr);
    }
    let output = avatar_prep(folder.path())
        .arg("config")
        .env("AVATAR_PREP_JOBS", "0")
        .output()
        .unwrap();
    let said = said(&output);
    // Messages of the run name the place too, not flags that were not typed.
    let said_of_run = run(folder.path(), &["--config", "f.toml", "in", "out"]);
    let wanted = "error: name (from file f.toml) must contain {preset} if for (from file f.toml) names several platforms\n";
    assert!(
        said_of_run.stderr.starts_with(wanted),
        "{}",
        said_of_run.stderr
    );
    let flag_over_file = run(
        folder.path(),
        &["config", "--config", "e.toml", "--size", "150"],
    );
    let wanted_over = "error: e.toml:2:12: min-size must be at most --size (150), got 200\n";
    assert!(
        flag_over_file.stderr.starts_with(wanted_over),
        "{}",
        flag_over_file.stderr
    );
    let wanted = "error: jobs (from variable AVATAR_PREP_JOBS) must be auto or a number from 1 to 1024, got \"0\"\n";
    assert!(said.stderr.starts_with(wanted), "{}", said.stderr);
}

/// Places are found from marks in the file, which are some hundred bytes apart.
#[test]
fn mistakes_name_their_place_in_long_files() {
    for filler in [
        "# a\n".repeat(300),
        "\n".repeat(300),
        format!("exclude = \"{}\"\n", "ä".repeat(500)),
        "[[rule]]\nfiles = \"é/**\"\nsize = 64\n".repeat(100),
    ] {
        let lines = filler.matches('\n').count();
        let text = format!(
            "{filler}# {}\n[[rule]]\nfiles = \"a\"\nsize = {{}}\n",
            "ö".repeat(200)
        );
        let folder = folder(&[("a.toml", text.as_bytes())]);
        let said = run(folder.path(), &["config", "--config", "a.toml"]);
        let wanted = format!("error: a.toml:{}:8: size must be a string", lines + 4);
        assert!(
            said.stderr.starts_with(&wanted),
            "{wanted}: {}",
            said.stderr
        );
    }
    // Many in one line.
    let rules = "{files = \"é\", size = 64},".repeat(100);
    let text = format!("rule = [{rules}{{files = \"é\", size = []}}]");
    let folder = folder(&[("a.toml", text.as_bytes())]);
    let said = run(folder.path(), &["config", "--config", "a.toml"]);
    let column = text.chars().count() - 3;
    let wanted = format!("error: a.toml:1:{column}: size must be a string");
    assert!(
        said.stderr.starts_with(&wanted),
        "{wanted}: {}",
        said.stderr
    );
}

#[test]
fn a_preset_gives_defaults_and_everything_else_wins() {
    let folder = folder(&[("avatar-prep.toml", b"min-size = 100\n")]);
    let output = avatar_prep(folder.path())
        .args(["config", "--for", "slack"])
        .env("AVATAR_PREP_MAX_BYTES", "98kB")
        .output()
        .unwrap();
    let printed = said(&output);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let lines: Vec<_> = printed
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for wanted in [
        "for = \"slack\" # flag",
        "size = 1024 # preset slack",
        "min-size = 100 # file avatar-prep.toml",
        "max-bytes = \"98kB\" # variable AVATAR_PREP_MAX_BYTES",
    ] {
        assert!(
            lines.iter().any(|line| line == wanted),
            "{wanted} is not in {lines:#?}"
        );
    }
    let unknown = run(folder.path(), &["config", "--for", "myspace"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("--for must be one of whatsapp, "),
        "{}",
        unknown.stderr
    );
}

#[test]
fn presets_can_be_printed_and_are_possible() {
    let folder = folder(&[]);
    let printed = run(folder.path(), &["presets", "--json"]);
    let mut names = Vec::new();
    for line in printed.stdout.lines() {
        let preset: serde_json::Value = serde_json::from_str(line).unwrap();
        let number = |key: &str| preset[key].as_u64().unwrap();
        let name = preset["name"].as_str().unwrap().to_string();
        assert!(number("min_size") <= number("size"), "{name}");
        assert!(number("max_bytes") <= number("limit_bytes"), "{name}");
        assert!(!preset["source"].as_str().unwrap().is_empty(), "{name}");
        assert_eq!(
            run(folder.path(), &["config", "--for", &name]).code,
            0,
            "{name}"
        );
        names.push(name);
    }
    // Accounts without a preset have that of their messenger.
    for product in ["whatsapp", "max", "telegram"] {
        assert!(names.iter().any(|name| name == product), "{product}");
    }
    assert_eq!(names.len(), 18);
}

#[test]
fn an_empty_text_is_no_folder() {
    let folder = folder(&[]);
    for (flag, word) in [("state", "none"), ("pace-dir", "auto")] {
        let said = run(folder.path(), &[&format!("--{flag}"), "", "in", "out"]);
        assert_eq!(said.code, 2);
        let wanted = format!("must be a folder or {word}, got \"\"");
        assert!(said.stderr.contains(&wanted), "{}", said.stderr);
    }
}

/// A flag that is typed and changes nothing gives a warning; files and variables are for all runs.
#[test]
fn flags_that_belong_to_another_one_say_so_without_it() {
    let file = "resend = true\nsenders = 2\ncsv-bom = true\n";
    let picture = ppm(8, 8, |_, _| [9; 3]);
    let folder = folder(&[
        ("avatar-prep.toml", file.as_bytes()),
        ("in/a.ppm", &picture),
    ]);
    let csv = "--report with a name that ends in .csv";
    for (flags, other) in [
        (vec!["--resend"], "--upload"),
        (vec!["--allow-host", "a.example"], "--upload"),
        (vec!["--deadline", "1h"], "--upload"),
        (vec!["--speed", "2"], "--upload"),
        (vec!["--csv-bom"], csv),
        (vec!["--csv-bom", "--report", "a.json"], csv),
        (vec!["--cache-control", "no-store"], "an OUT in a store"),
    ] {
        let done = run(folder.path(), &[&flags[..], &["in", "out"]].concat());
        assert_eq!(done.code, 0, "{flags:?}: {}", done.stderr);
        let warning = format!("warning: {} changes nothing without {other}\n", flags[0]);
        assert!(done.stderr.contains(&warning), "{}", done.stderr);
    }
    let output = avatar_prep(folder.path())
        .args(["--csv-bom", "--report", "a.CSV", "in", "out"])
        .env("AVATAR_PREP_ALLOW_HOST", "a.example")
        .output()
        .unwrap();
    let quiet = said(&output);
    assert_eq!(output.status.code(), Some(0), "{}", quiet.stderr);
    assert!(
        !quiet.stderr.contains("changes nothing"),
        "{}",
        quiet.stderr
    );
}

//! Exit codes, standard output and standard error, word for word.

use crate::support::{Said, folder, jpeg, ppm, run, tree};

fn failed(stderr: &str) -> Said {
    Said {
        code: 2,
        stdout: String::new(),
        stderr: stderr.into(),
    }
}

#[test]
fn a_folder_with_everything_in_it() {
    let folder = folder(&[
        ("in/.hidden.jpg", b"x"),
        ("in/album/red.ppm", &ppm(8, 8, |_, _| [255, 0, 0])),
        ("in/broken.jpg", b"\xff\xd8\xff\xd9"),
        ("in/empty.png", b""),
        ("in/notes.txt", b"no picture"),
        ("in/text.gif", b"no picture either"),
    ]);
    let mut said = run(folder.path(), &["--jobs", "1", "in", "out"]);
    let size = std::fs::metadata(folder.path().join("out/album/red.jpg"))
        .unwrap()
        .len();
    said.stderr = said.stderr.replace(&format!("  {size} B\n"), "  SIZE\n");
    let wanted = "\
skipped in/.hidden.jpg: its name starts with a dot
skipped in/notes.txt: not an image (by content or by name)
ok in/album/red.ppm -> out/album/red.jpg  8x8  q90 4:4:4  SIZE
failed in/broken.jpg: truncated JPEG: the file ends inside its headers [truncated]
  hint: the file is cut short: download or copy it again
failed in/empty.png: not a known picture format: the file is empty [unrecognized_format]
  hint: check that the file is a picture and is complete
failed in/text.gif: not a known picture format: it starts with the text \"no picture either\" [unrecognized_format]
  hint: check that the file is a picture and is complete
1 done, 3 failed, 2 skipped in T s
next: 2 unrecognized_format: check that they are pictures
next: 1 truncated: copy or download them again
";
    assert_eq!(
        said,
        Said {
            code: 1,
            stdout: String::new(),
            stderr: wanted.into()
        }
    );
    assert_eq!(tree(&folder.path().join("out")), ["album/red.jpg"]);
}

#[test]
fn quiet_shows_failures_only() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [9; 3])), ("in/b.png", b"")]);
    let said = run(folder.path(), &["-q", "in", "out"]);
    let wanted = "\
failed in/b.png: not a known picture format: the file is empty [unrecognized_format]
  hint: check that the file is a picture and is complete
";
    assert_eq!(
        said,
        Said {
            code: 1,
            stdout: String::new(),
            stderr: wanted.into()
        }
    );
}

#[test]
fn verbose_shows_notes() {
    let folder = folder(&[("a.ppm", &ppm(8, 8, |_, _| [9; 3]))]);
    let said = run(folder.path(), &["-v", "a.ppm", "b.jpg"]);
    assert!(said.stderr.contains(
        "  note: made 8 instead of 640 pixels: the original has no more; --enlarge enlarges it\n"
    ));
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = folder(&[("in/a.ppm", &ppm(30, 20, |_, _| [9; 3])), ("in/b.png", b"")]);
    let mut said = run(folder.path(), &["--dry-run", "--size", "10", "in", "out"]);
    let size = said
        .stderr
        .split_once("estimated from a sample: ")
        .unwrap()
        .1
        .split_once(" in ")
        .unwrap()
        .0;
    said.stderr = said.stderr.replace(size, "SIZE");
    let wanted = "\
would make in/a.ppm -> out/a.jpg  10x10
failed in/b.png: not a known picture format: the file is empty [unrecognized_format]
  hint: check that the file is a picture and is complete
1 would be made, 1 failed in T s
estimated from a sample: SIZE in T s
next: 1 unrecognized_format: check that they are pictures
next: run again without --dry-run
";
    assert_eq!(
        said,
        Said {
            code: 1,
            stdout: String::new(),
            stderr: wanted.into()
        }
    );
    assert!(!folder.path().join("out").exists());
}

#[test]
fn an_empty_folder_is_said_to_be_empty() {
    let folder = folder(&[]);
    std::fs::create_dir(folder.path().join("in")).unwrap();
    let said = run(folder.path(), &["in", "out"]);
    assert_eq!(
        (said.code, said.stderr.as_str()),
        (0, "no pictures found\n")
    );
}

#[test]
fn mistakes_name_the_accepted_forms() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [9; 3]))]);
    for (args, stderr) in [
        (
            &["--max-bytes", "lots", "in", "out"][..],
            "error: --max-bytes must be plain bytes (150000), kB/MB/GB in powers of ten (150kB, 1.5MB) \
             or KiB/MiB/GiB in powers of two (128KiB), got \"lots\"\n  \
             hint: see avatar-prep --help\n",
        ),
        (
            &["--max-bytes", "999", "in", "out"],
            "error: --max-bytes must be at least 1000, got 999\n  \
             hint: see avatar-prep --help\n",
        ),
        (
            &["--quality", "90..40", "in", "out"],
            "error: --quality must be floor..ceiling within 1..100, floor not above ceiling, got 90..40\n  \
             hint: see avatar-prep --help\n",
        ),
        (
            &["--size", "0", "in", "out"],
            "error: --size must be 1 to 8192, got 0\n  hint: see avatar-prep --help\n",
        ),
        (
            &["--background", "teal", "in", "out"],
            "error: --background must be white, black, auto or #rrggbb, got \"teal\"\n  \
             hint: see avatar-prep --help\n",
        ),
        (
            &["nowhere", "out"],
            "error: could not open nowhere: No such file or directory (os error 2)\n  \
             hint: check the path; in a run, the last path is where results are written\n",
        ),
        (
            &["in", "in"],
            "error: in is both IN and OUT\n  hint: choose another folder for the results\n",
        ),
        (
            &["in/a.ppm", "b.png"],
            "error: OUT must end in .jpg or be a folder, got .png\n  \
             hint: results are JPEG: end OUT in .jpg, or in / for a folder\n",
        ),
        (
            &["in", "in/a.ppm"],
            "error: in/a.ppm is a file; OUT must be a folder here\n  \
             hint: name a folder as the last path\n",
        ),
        (
            &["in", "b.jpg"],
            "error: b.jpg is the name of a picture; OUT must be a folder here\n  \
             hint: name a folder as the last path; b.jpg/ if the folder has this name\n",
        ),
        (
            &[],
            "error: missing arguments: IN and OUT\n  \
             hint: name what to read and where to write: avatar-prep IN OUT; see avatar-prep --help\n",
        ),
        (
            &["verfy", "in"],
            "error: verfy is neither a path nor a command\n  \
             hint: did you mean verify? see avatar-prep --help\n",
        ),
        (
            &["prests"],
            "error: prests is neither a path nor a command\n  \
             hint: did you mean presets? see avatar-prep --help\n",
        ),
        (
            &["--json", "in/a.ppm", "-"],
            "error: standard output cannot carry both the picture and the records of --json\n  \
             hint: write the picture to a file\n",
        ),
    ] {
        assert_eq!(run(folder.path(), args), failed(stderr), "{args:?}");
    }
    assert_eq!(tree(folder.path()), ["in/a.ppm"], "nothing was done");
}

/// Whoever reads records gets one from a command that could not be understood, too.
#[test]
fn mistakes_are_records_too() {
    let folder = folder(&[
        ("in/a.ppm", &ppm(8, 8, |_, _| [9; 3])),
        ("records.toml", b"json = true\nsize = 0\n"),
    ]);
    for (args, message) in [
        (
            &["--json", "nope", "x3"][..],
            "nope is neither a path nor a command",
        ),
        (
            &["--json", "--size", "0", "in", "out"],
            "--size must be 1 to 8192, got 0",
        ),
        (
            &["in", "out", "--json", "-s", "-"],
            "--size must be a whole number from 1 to 8192, got \"-\"",
        ),
        (
            &["--json", "--backgrund", "white", "in", "out"],
            "unknown option --backgrund",
        ),
        (
            &["--json", "--zzzzzz", "in", "out"],
            "unknown option --zzzzzz",
        ),
        (&["--json", "--size"], "missing value: --size PIXELS"),
        (&["--json"], "missing arguments: IN and OUT"),
        (&["verify", "--json"], "missing argument: OUT"),
        (
            &["open", "--port", "x", "--json"],
            "--port must be 0 to 65535, got \"x\"",
        ),
        (
            &["--config", "records.toml", "in", "out"],
            "records.toml:2:8: size must be 1 to 8192, got 0",
        ),
    ] {
        let said = run(folder.path(), args);
        let record: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        assert_eq!(record["event"], "error", "{args:?}");
        assert_eq!(record["schema"], 1, "{args:?}");
        assert_eq!(record["kind"], "usage", "{args:?}");
        assert_eq!(record["message"], message, "{args:?}");
        let hint = record["hint"].as_str().unwrap();
        let text = format!("error: {message}\n  hint: {hint}\n");
        assert_eq!((said.code, said.stderr), (2, text), "{args:?}");
    }
    // A picture was expected on standard output, `--json` is a path, or nobody asked for records.
    for args in [
        &["--json", "--size", "0", "in/a.ppm", "-"][..],
        &["--size", "0", "--", "in", "--json"],
        &["--zzzzzz", "in", "out"],
    ] {
        let said = run(folder.path(), args);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{args:?}");
    }
}

#[test]
fn mistakes_of_form_exit_2_as_well() {
    let folder = folder(&[]);
    for args in [
        &[][..],
        &["only-one"],
        &["--no-such-flag", "in", "out"],
        &["--size"],
    ] {
        assert_eq!(run(folder.path(), args).code, 2, "{args:?}");
    }
}

#[test]
fn colour_is_asked_for() {
    let folder = folder(&[("a.jpg", &jpeg(8, 8, |_, _| [9; 3]))]);
    let said = run(folder.path(), &["--color", "always", "a.jpg", "out"]);
    assert!(
        said.stderr
            .starts_with("\u{1b}[1m\u{1b}[32mok\u{1b}[0m a.jpg"),
        "{:?}",
        said.stderr
    );
}

/// The help of `upload` lists only the flags that it uses, but all others are accepted too, because
/// one settings file serves all commands.
#[test]
fn the_help_of_an_upload_is_about_uploads() {
    let folder = folder(&[]);
    let help = run(folder.path(), &["upload", "--help"]);
    assert_eq!(help.code, 0);
    let is_listed = |flag: &str| help.stdout.contains(&format!("--{flag}"));
    for flag in [
        "accounts", "resend", "rehearse", "pace-dir", "check", "status", "dry-run", "json",
        "report", "quiet", "config",
    ] {
        assert!(is_listed(flag), "{flag} is not in {}", help.stdout);
    }
    for flag in [
        "size",
        "background",
        "jobs",
        "watch",
        "limit-pixels",
        "score",
        "upload",
    ] {
        assert!(!is_listed(flag), "{flag} is in {}", help.stdout);
    }
    let said = run(
        folder.path(),
        &["upload", "nowhere", "--size", "512", "--status"],
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
}

/// The help of the other commands lists only what they use, and says what OUT is.
#[test]
fn the_help_of_a_command_is_about_that_command() {
    let folder = folder(&[]);
    for command in ["verify", "clean", "formats", "presets"] {
        let help = run(folder.path(), &[command, "--help"]).stdout;
        assert!(help.contains("--json"), "{help}");
        assert!(!help.contains("--crop"), "{help}");
        let has_out = ["verify", "clean"].contains(&command);
        assert_eq!(help.contains("Folder of results"), has_out, "{help}");
    }
    let formats = run(folder.path(), &["formats", "--json"]).stdout;
    let first = formats.lines().next().unwrap();
    let first: serde_json::Value = serde_json::from_str(first).unwrap();
    assert_eq!(first["format"], "JPEG");
    assert!(first["by"].is_string(), "{first}");
    let last: serde_json::Value = serde_json::from_str(formats.lines().last().unwrap()).unwrap();
    assert!(last["advice"].is_string(), "{last}");
}

#[test]
fn version_and_help_exit_0() {
    let folder = folder(&[]);
    let version = run(folder.path(), &["--version"]);
    assert_eq!(
        (version.code, version.stdout.as_str()),
        (0, concat!("avatar-prep ", env!("CARGO_PKG_VERSION"), "\n"))
    );
    let help = run(folder.path(), &["--help"]);
    assert_eq!(help.code, 0);
    assert!(
        help.stdout.lines().all(|line| line.chars().count() <= 100),
        "{}",
        help.stdout
    );
}

/// What people type first gets an answer that helps.
#[test]
fn words_that_are_nearly_right_are_understood_or_named() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [9; 3]))]);
    let help = run(folder.path(), &["--help"]);
    assert_eq!(run(folder.path(), &["help"]), help);
    assert!(
        run(folder.path(), &["help", "clean"])
            .stdout
            .contains("--other-settings")
    );
    for (args, wanted) in [
        (
            ["--size", "640x640"],
            "error: --size must be one number, because results are square: 640, got \"640x640\"\n",
        ),
        (
            ["--size", "big"],
            "error: --size must be a whole number from 1 to 8192, got \"big\"\n",
        ),
        (
            ["--fit", "covers"],
            "  hint: did you mean cover? see avatar-prep --help\n",
        ),
        (
            ["--for", "whatsap"],
            "  hint: did you mean whatsapp? see avatar-prep --help\n",
        ),
        (
            ["--backgrund", "white"],
            "error: unknown option --backgrund\n  hint: did you mean --background? see avatar-prep --help\n",
        ),
    ] {
        let said = run(folder.path(), &[&args[..], &["in", "out"]].concat());
        assert_eq!(said.code, 2, "{args:?}");
        assert!(said.stderr.contains(wanted), "{args:?}: {}", said.stderr);
    }
    assert_eq!(
        run(
            folder.path(),
            &["-n", "--for", "WhatsApp", "--min-size", "1", "in", "out"]
        )
        .code,
        0
    );
}

/// The folder of the state has other names where case, or dots at the end, do not matter.
#[test]
fn no_result_lies_in_the_folder_of_the_state() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [9; 3]))]);
    for name in [".avatar-prep", ".AVATAR-Prep", ".avatar-prep. "] {
        let name = format!("{name}/{{stem}}.jpg");
        let said = run(folder.path(), &["--name", &name, "in", "out"]);
        assert_eq!(said.code, 2, "{name}");
        assert!(
            said.stderr.contains("not name the folder .avatar-prep"),
            "{}",
            said.stderr
        );
    }
}

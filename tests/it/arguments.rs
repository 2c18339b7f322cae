//! What the command line refuses, in the words of this project.

use std::path::Path;

use crate::support::{folder, ppm, run};

/// Runs each line and compares what is printed to standard error with an error and a hint.
fn assert_refused(folder: &Path, cases: &[(&[&str], &str, &str)]) {
    for (args, message, hint) in cases {
        let said = run(folder, args);
        let wanted = format!("error: {message}\n  hint: {hint}\n");
        assert_eq!((said.code, said.stderr), (2, wanted), "{args:?}");
    }
}

#[test]
fn missing_and_surplus_arguments_are_named() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [9; 3]))]);
    assert_refused(
        folder.path(),
        &[
            (
                &["verify"],
                "missing argument: OUT",
                "see avatar-prep verify --help",
            ),
            (
                &["--size", "9", "verify"],
                "missing argument: OUT",
                "see avatar-prep verify --help",
            ),
            (
                &["verify", ""],
                "missing argument: OUT",
                "see avatar-prep verify --help",
            ),
            (
                &["check"],
                "missing argument: FILES",
                "see avatar-prep check --help",
            ),
            (
                &["completions"],
                "missing argument: SHELL",
                "see avatar-prep completions --help",
            ),
            (
                &["config", "in"],
                "missing argument: --for-file",
                "see avatar-prep config --help",
            ),
            (
                &["in", "out", "--size"],
                "missing value: --size PIXELS",
                "see avatar-prep --help",
            ),
            (
                &["check", "in", "--format"],
                "missing value: --format FORM",
                "see avatar-prep check --help",
            ),
            (
                &["clean", "out", "more"],
                "unexpected argument: more",
                "see avatar-prep clean --help",
            ),
            (
                &["in"],
                "missing argument: OUT",
                "name what to read and where to write: avatar-prep IN OUT; see avatar-prep --help",
            ),
        ],
    );
}

#[test]
fn wrong_values_and_combinations_say_what_is_allowed() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [9; 3]))]);
    assert_refused(
        folder.path(),
        &[
            (
                &["completions", "foo"],
                "SHELL must be bash, zsh, fish or powershell, got \"foo\"",
                "see avatar-prep completions --help",
            ),
            (
                &["check", "in", "--format", "xml"],
                "--format must be text or github, got \"xml\"",
                "see avatar-prep check --help",
            ),
            (
                &["open", "--port", "foo"],
                "--port must be 0 to 65535, got \"foo\"",
                "see avatar-prep open --help",
            ),
            (
                &["review", "out", "--port", "65536"],
                "--port must be 0 to 65535, got \"65536\"",
                "see avatar-prep review --help",
            ),
            (
                &["upload", "out", "--check", "--status"],
                "--check cannot be combined with --status",
                "see avatar-prep upload --help",
            ),
            (
                &["--size", "9", "--size", "8", "in", "out"],
                "--size was given more than once",
                "see avatar-prep --help",
            ),
            (
                &["--json=yes", "in", "out"],
                "--json takes no value",
                "see avatar-prep --help",
            ),
        ],
    );
}

#[test]
#[cfg(unix)]
fn values_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStrExt;

    let folder = folder(&[]);
    let mut command = crate::support::avatar_prep(folder.path());
    command
        .arg("--name")
        .arg(std::ffi::OsStr::from_bytes(b"\xff"));
    let said = crate::support::said(&command.args(["in", "out"]).output().unwrap());
    assert_eq!(
        said.stderr,
        "error: the value of an option is not UTF-8\n  hint: see avatar-prep --help\n"
    );
}

#[test]
fn misspelt_options_lead_to_those_of_their_command() {
    let folder = folder(&[]);
    assert_refused(
        folder.path(),
        &[
            (
                &["upload", "out", "--statu"],
                "unknown option --statu",
                "did you mean --status? see avatar-prep upload --help",
            ),
            (
                &["config", "--for-fil", "x"],
                "unknown option --for-fil",
                "did you mean --for-file? see avatar-prep config --help",
            ),
            (
                &["clean", "out", "--delte"],
                "unknown option --delte",
                "did you mean --delete? see avatar-prep clean --help",
            ),
            (
                &["review", "out", "--exprt", "x"],
                "unknown option --exprt",
                "did you mean --export? see avatar-prep review --help",
            ),
            // It is an option of another command only.
            (
                &["in", "out", "--no-opn"],
                "unknown option --no-opn",
                "see avatar-prep --help",
            ),
            // What follows it can be a token.
            (
                &["in", "out", "--zzzzzz=a1b2"],
                "unknown option --zzzzzz",
                "see avatar-prep --help",
            ),
            (
                &["-z", "in", "out"],
                "unknown option -z",
                "see avatar-prep --help",
            ),
        ],
    );
}

#[test]
fn values_out_of_range_name_the_range() {
    let folder = folder(&[("in/a.ppm", &ppm(8, 8, |_, _| [9; 3]))]);
    let help = "see avatar-prep --help";
    for (flag, value, wanted) in [
        (
            "size",
            "abc",
            "must be a whole number from 1 to 8192, got \"abc\"",
        ),
        (
            "size",
            "1.5",
            "must be a whole number from 1 to 8192, got \"1.5\"",
        ),
        ("size", "9000", "must be 1 to 8192, got 9000"),
        (
            "min-size",
            "x",
            "must be a whole number from 1 to 8192, got \"x\"",
        ),
        ("min-size", "0", "must be 1 to 8192, got 0"),
        (
            "enlarge-limit",
            "0",
            "must be a number from 1 to 100, got \"0\"",
        ),
        (
            "enlarge-limit",
            "500",
            "must be a number from 1 to 100, got \"500\"",
        ),
        (
            "speed",
            "1001",
            "must be a number from 1 to 1000, got \"1001\"",
        ),
        (
            "limit-pixels",
            "x",
            "must be a whole number from 1, got \"x\"",
        ),
        ("limit-pixels", "0", "must be at least 1, got 0"),
        ("limit-side", "0", "must be 1 to 4294967295, got 0"),
        (
            "limit-frames",
            "x",
            "must be a whole number from 1 to 4294967295, got \"x\"",
        ),
        ("limit-bytes", "0", "must be at least 1, got 0"),
        ("limit-decoded", "0MB", "must be at least 1, got 0MB"),
        ("memory", "1", "must be auto or at least 10kB, got \"1\""),
        (
            "store-timeout",
            "0",
            "must be at least 1s, like 90s, 45m or 2h, got \"0\"",
        ),
        (
            "store-timeout",
            "0s",
            "must be at least 1s, like 90s, 45m or 2h, got \"0s\"",
        ),
    ] {
        let flag = format!("--{flag}");
        let message = format!("{flag} {wanted}");
        assert_refused(
            folder.path(),
            &[(&[&flag, value, "in", "out"], &message, help)],
        );
    }
    // `none` is no time, and is near no other word.
    let said = run(folder.path(), &["--store-timeout", "none", "in", "out"]);
    let wanted = "error: --store-timeout must be at least 1s, like 90s, 45m or 2h, got \"none\"\n";
    assert!(said.stderr.starts_with(wanted), "{}", said.stderr);
}

#[test]
fn a_smallest_edge_above_the_edge_names_both() {
    let folder = folder(&[("c.toml", b"size = 500"), ("d.toml", b"min-size = 700")]);
    let hint = "lower --min-size, or raise --size";
    let refused = |args: &[&str], message: &str| {
        assert_refused(folder.path(), &[(args, message, hint)]);
    };
    refused(
        &["--min-size", "1000", "in", "out"],
        "--min-size must be at most size (640, from default), got 1000",
    );
    refused(
        &["--min-size", "1000", "--size", "900", "in", "out"],
        "--min-size must be at most --size (900), got 1000",
    );
    refused(
        &["--config", "c.toml", "--min-size", "1000", "in", "out"],
        "--min-size must be at most c.toml:1:8: size (500), got 1000",
    );
    refused(
        &["--config", "d.toml", "in", "out"],
        "d.toml:1:12: min-size must be at most size (640, from default), got 700",
    );
    refused(
        &[
            "--for",
            "slack,gitlab",
            "--name",
            "{stem}-{preset}.jpg",
            "--min-size",
            "600",
            "in",
            "out",
        ],
        "--min-size of gitlab must be at most size (320, from preset gitlab), got 600",
    );
}

//! Rules and sidecars that are wrong, or match nothing.

use super::wide;
use crate::support::{folder, run};

/// Each error is reported with its place, before anything is made.
fn refused(name: &str, text: &[u8], wanted: &str) {
    let folder = folder(&[("in/a.ppm", &wide()), (name, text)]);
    let said = run(folder.path(), &["in", "out"]);
    assert_eq!(said.code, 2, "{wanted}: {}", said.stderr);
    assert!(
        said.stderr.starts_with(&format!("error: {wanted}")),
        "{wanted}\n{}",
        said.stderr
    );
    assert!(said.stderr.contains("\n  hint: "), "{}", said.stderr);
    assert!(!folder.path().join("out").exists());
}

#[test]
fn mistakes_name_file_line_and_column() {
    let rule = |text: &str, wanted: &str| {
        let text = format!("size = 300\n\n[[rule]]\n{text}\n");
        refused(
            "avatar-prep.toml",
            text.as_bytes(),
            &format!("avatar-prep.toml:{wanted}"),
        );
    };
    rule(
        "files = \"*\"\nfitt = \"auto\"",
        "5:1: \"fitt\" is not an option for pictures",
    );
    rule(
        "files = \"*\"\njobs = 3",
        "5:1: \"jobs\" applies to the whole run, not to single",
    );
    rule("fit = \"auto\"", "3:1: a rule must have the key files");
    rule("files = 3.5.1", "4:");
    rule("files = []", "4:9: files must be a glob or a list of globs");
    rule(
        "files = \"a{\"",
        "4:9: files must be globs like drafts/ or *.psd, got \"a{\"",
    );
    rule(
        "files = \"never/**\"\n  fit =  \"fill\"",
        "5:10: fit must be cover, contain or auto, got \"fill\"",
    );
    rule(
        "files = \"*\"\nsize = [3]",
        "5:8: size must be a string, a number or true/false",
    );
    rule(
        "files = \"*\"\nmin-size = 301",
        "5:12: min-size must be at most size (300), got 301",
    );
    refused(
        "avatar-prep.toml",
        b"rule = 3",
        "avatar-prep.toml:1:1: rules must be tables",
    );
    refused(
        "avatar-prep.toml",
        b"\n[rule]\nfiles = \"*\"",
        "avatar-prep.toml:2:2: rules must be",
    );

    let sidecar = |text: &str, wanted: &str| {
        let wanted = format!("in/a.ppm.toml:{wanted}");
        refused("in/a.ppm.toml", text.as_bytes(), &wanted);
    };
    sidecar(
        "focus = \"50,101\"",
        "1:9: focus must be 0 to 100 per cent, got \"50,101\"",
    );
    sidecar(
        "\nfocus = [-1, 3]",
        "2:9: focus must be 0 to 100 per cent, got \"-1,3\"",
    );
    sidecar("focus = \"50\"", "1:9: focus must be X,Y in per cent");
    sidecar("focus = [1, [2]]", "1:9: focus must be a string");
    sidecar(
        "crop = \"50,0,60,10%\"",
        "1:8: crop must be a rectangle inside the picture",
    );
    sidecar("sise = 3", "1:1: \"sise\" is not an option for pictures");
    sidecar(
        "files = \"*\"",
        "1:1: \"files\" is not an option for pictures",
    );
    sidecar("size = 3\nsize = 4", "2:1: invalid TOML: ");
    sidecar("size 3", "1:6: invalid TOML: ");
    sidecar("ü = 3", "1:1: invalid TOML: ");
    sidecar("\"é\" = \"é\"\n[rule]", "1:1: \"é\" is not an option");
    let long = format!("size = 3{}", " ".repeat(66_000));
    refused(
        "in/a.ppm.toml",
        long.as_bytes(),
        "in/a.ppm.toml: a sidecar must have at most 65536",
    );
    refused(
        "in/a.ppm.toml",
        b"\xff\xfe",
        "could not read the sidecar in/a.ppm.toml: ",
    );
}

#[test]
fn settings_have_a_bound() {
    let name = "avatar-prep.toml";
    let rules = "[[rule]]\nfiles = \"a\"\n".repeat(50_001);
    let wanted = "avatar-prep.toml:1:3: there must be at most 50000 rules, got 50001";
    refused(name, rules.as_bytes(), wanted);
    let long = "#".repeat((4 << 20) + 1);
    let wanted = "avatar-prep.toml: a settings file must have at most 4194304 bytes, got more";
    refused(name, long.as_bytes(), wanted);
}

#[test]
fn a_rule_that_matches_nothing_is_noted_once() {
    let settings = b"[[rule]]\nfiles = \"*.ppm\"\nsize = 4\n[[rule]]\nfiles = \"logo/**\"\n";
    let folder = folder(&[
        ("avatar-prep.toml", settings.as_slice()),
        ("in/a.ppm", &wide()),
        ("in/b.ppm", &wide()),
    ]);
    let said = run(folder.path(), &["--json", "in", "out"]);
    let wanted =
        "warning: avatar-prep.toml:4:1: no picture matches the rule files = [\"logo/**\"]\n";
    assert_eq!((said.code, said.stderr.as_str()), (0, wanted));
}

/// Globs respect case, as those of `.gitignore` do; a slip is named.
#[test]
fn a_rule_in_the_wrong_case_names_what_it_would_match() {
    let settings = b"[[rule]]\nfiles = \"Logos/**\"\n[[rule]]\nfiles = \"brend/a.ppm\"\n";
    let folder = folder(&[
        ("avatar-prep.toml", settings.as_slice()),
        ("in/logos/a.ppm", &wide()),
        ("in/brand/a.ppm", &wide()),
    ]);
    let said = run(folder.path(), &["--json", "in", "out"]);
    let wanted = "\
warning: avatar-prep.toml:1:1: no picture matches the rule files = [\"Logos/**\"]; logos/a.ppm would match, if upper and lower case were as it is written
warning: avatar-prep.toml:3:1: no picture matches the rule files = [\"brend/a.ppm\"]; the nearest path is brand/a.ppm
";
    assert_eq!((said.code, said.stderr.as_str()), (0, wanted));
}

/// The name of a file could otherwise clear the warning on a terminal, or write one of its own.
#[cfg(unix)]
#[test]
fn a_warning_shows_control_characters_of_names_as_text() {
    let settings = b"[[rule]]\nfiles = \"logo.ppm\"\n";
    let folder = folder(&[
        ("avatar-prep.toml", settings.as_slice()),
        ("in/log\u{1b}[2K\no.ppm", &wide()),
    ]);
    let said = run(folder.path(), &["--json", "in", "out"]);
    let wanted = "warning: avatar-prep.toml:1:1: no picture matches the rule files = \
                  [\"logo.ppm\"]; the nearest path is log\\u{1b}[2K\\no.ppm\n";
    assert_eq!((said.code, said.stderr.as_str()), (0, wanted));
}

//! What `config` says about rules and sidecars.

use super::wide;
use crate::support::{folder, run, write};

#[test]
fn config_tells_what_applies_to_a_picture() {
    let settings = b"margin = 7\n[[rule]]\nfiles = \"logos/**\"\nfit = \"contain\"\nsize = 99\n";
    let folder = folder(&[
        ("avatar-prep.toml", settings.as_slice()),
        ("in/logos/a.ppm", &wide()),
        ("in/logos/a.ppm.toml", b"# mine\npad = \"blur\"\n"),
        ("in/b.ppm", &wide()),
    ]);
    let lines = |args: &[&str]| -> Vec<String> {
        let said = run(folder.path(), &[&["config"], args].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        said.stdout.lines().map(line).collect()
    };
    let absolute = folder.path().join("in/logos/a.ppm").display().to_string();
    for args in [
        &["--for-file", "in/logos/a.ppm", "in", "--size", "50"][..],
        &["--for-file", "in/logos/a.ppm", "--size", "50"],
        &["--for-file", "./in/logos/a.ppm", "--size", "50"],
        &["--size", "50", "--for-file", &absolute],
    ] {
        let lines = lines(args);
        for wanted in [
            "# rule avatar-prep.toml:2:1, files = [\"logos/**\"]",
            "fit = \"contain\" # rule avatar-prep.toml:4",
            "size = 50 # flag",
            "margin = 7 # file avatar-prep.toml",
            "mask = \"circle\" # default",
        ] {
            assert!(lines.iter().any(|it| it == wanted), "{wanted}: {lines:#?}");
        }
        let pad = lines.iter().find(|line| line.starts_with("pad")).unwrap();
        assert!(pad.starts_with("pad = \"blur\" # sidecar "), "{pad}");
        assert!(pad.ends_with("in/logos/a.ppm.toml:2"), "{pad}");
    }
    let other = lines(&["--for-file", "in/b.ppm"]);
    assert_eq!(
        other[..3],
        ["# in/b.ppm in a run over in", "# no rule", "# no sidecar"]
    );
    assert!(other.iter().any(|line| line == "fit = \"cover\" # default"));
    // If the run is over the picture's own folder, the rule does not match.
    let inner = lines(&["--for-file", "in/logos/a.ppm", "in/logos"]);
    assert!(inner.iter().any(|line| line == "# no rule"), "{inner:#?}");
    for args in [
        &["config", "--for-file", "in"][..],
        &["config", "--for-file", "none.png"],
        &["config", "--for-file", "in/b.ppm", "in/logos"],
        &["config", "in"],
    ] {
        assert_eq!(run(folder.path(), args).code, 2, "{args:?}");
    }
}

#[test]
fn config_keeps_the_rules() {
    let settings = b"[[rule]]\nfiles = [\"a{1,2}/**\", 'b\\*']\nfor = \"slack\"\nenlarge = true\n";
    let folder = folder(&[("avatar-prep.toml", settings.as_slice())]);
    let printed = run(folder.path(), &["config"]);
    write(&folder.path().join("kept.toml"), printed.stdout.as_bytes());
    let again = run(folder.path(), &["config", "--config", "kept.toml"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let rules = |text: &str| -> Vec<String> {
        let (_, rules) = text.split_once("[[rule]]").unwrap();
        rules.lines().skip(1).map(str::to_string).collect()
    };
    let wanted = [
        "files = [\"a{1,2}/**\", \"b\\\\*\"]",
        "for = \"slack\"",
        "enlarge = true",
    ];
    assert_eq!(rules(&printed.stdout), wanted);
    assert_eq!(rules(&again.stdout), wanted);
}

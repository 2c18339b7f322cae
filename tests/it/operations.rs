//! Files for schedules are what the programs that read them accept.

use std::process::Command;

use crate::support::{folder, root, write};

/// Checks the units with a program in the place of the installed one.
#[test]
#[cfg_attr(not(systemd), ignore = "needs systemd-analyze, see CONTRIBUTING.md")]
fn the_units_are_valid() {
    let folder = folder(&[]);
    for name in ["avatar-prep.service", "avatar-prep.timer"] {
        let unit = std::fs::read_to_string(root().join("examples/systemd").join(name)).unwrap();
        let unit = unit.replace(
            "/usr/local/bin/avatar-prep",
            env!("CARGO_BIN_EXE_avatar-prep"),
        );
        write(&folder.path().join(name), unit.as_bytes());
    }
    let units = ["avatar-prep.service", "avatar-prep.timer"].map(|name| folder.path().join(name));
    let checked = Command::new("systemd-analyze")
        .arg("verify")
        .args(units)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(
        checked.status.success() && !said.contains("avatar-prep"),
        "{said}"
    );
}

/// Every flag that the unit and the document name exists.
#[test]
fn the_flags_of_the_examples_exist() {
    let folder = folder(&[]);
    let help = crate::support::run(folder.path(), &["--help"]).stdout;
    let mut flags = 0;
    for file in ["examples/systemd/avatar-prep.service", "docs/operations.md"] {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        let lines = text.lines().filter(|line| line.contains("avatar-prep --"));
        for line in lines {
            let (_, line) = line.split_once("avatar-prep --").unwrap();
            let line = format!("--{line}");
            for flag in line.split(' ').filter(|word| word.starts_with("--")) {
                flags += 1;
                assert!(help.contains(flag), "{file}: {flag}");
            }
        }
    }
    assert!(flags > 8, "only {flags} were found");
}

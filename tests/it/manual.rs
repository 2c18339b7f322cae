//! Manual pages, as `man` shows them.

use std::path::Path;
use std::process::Command;

use crate::support::{folder, run};

/// The page as text. Warnings of the formatter are failures.
fn shown(page: &Path) -> String {
    let output = Command::new("man")
        .args(["--warnings", "--encoding=UTF-8", "-l"])
        .arg(page)
        .env("MANWIDTH", "200")
        .env("LC_ALL", "C.UTF-8")
        .env("MANPAGER", "cat")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

/// The text with one space between words.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
#[cfg_attr(not(man), ignore = "needs man, see CONTRIBUTING.md")]
fn man_shows_the_page_of_each_command() {
    let folder = folder(&[]);
    let said = run(folder.path(), &["man", "pages"]);
    assert_eq!(
        (said.code, said.stderr.as_str(), said.stdout.as_str()),
        (0, "12 pages written to pages\n", "")
    );
    let pages = std::fs::read_dir(folder.path().join("pages")).unwrap();
    let mut names: Vec<String> = pages
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names[0], "avatar-prep-check.1");
    assert!(names.contains(&"avatar-prep.1".to_string()));
    let usage = run(folder.path(), &["--help"]).stdout;
    let commands = usage
        .lines()
        .filter(|line| line.starts_with("       avatar-prep "))
        .count();
    assert_eq!(names.len(), commands + 1);
    for name in &names {
        let text = words(&shown(&folder.path().join("pages").join(name)));
        let command: Vec<&str> = name
            .trim_end_matches(".1")
            .strip_prefix("avatar-prep-")
            .into_iter()
            .collect();
        let help = run(folder.path(), &[&command[..], &["--help"]].concat()).stdout;
        let options = help
            .lines()
            .map(str::trim_start)
            .filter(|it| it.starts_with('-'));
        let mut found = 0;
        for line in options {
            found += 1;
            let line = words(&line.replace(['<', '>'], ""));
            assert!(text.contains(&line), "{name}: {line}");
        }
        assert!(found > 1, "{name}");
    }
    assert_eq!(
        std::fs::read_to_string(folder.path().join("pages/avatar-prep.1")).unwrap(),
        run(folder.path(), &["man"]).stdout,
    );
}

/// Who types `man upload` wants to read about it.
#[test]
fn a_command_is_no_folder_for_pages() {
    let folder = folder(&[]);
    let said = run(folder.path(), &["man", "upload"]);
    assert_eq!(
        (said.code, said.stderr.as_str()),
        (
            2,
            "error: upload is a command, not a folder\n  \
             hint: see avatar-prep upload --help, or name the folder ./upload\n"
        )
    );
    assert!(!folder.path().join("upload").exists());
    for name in ["./upload", "upload"] {
        // The second time, the folder is there.
        let said = run(folder.path(), &["man", name]);
        let wanted = format!("12 pages written to {name}\n");
        assert_eq!((said.code, said.stderr), (0, wanted));
    }
}

/// What can be pasted from the page into a shell is what the help shows.
#[test]
#[cfg_attr(not(man), ignore = "needs man, see CONTRIBUTING.md")]
fn examples_keep_their_characters() {
    let folder = folder(&[]);
    run(folder.path(), &["man", "."]);
    let text = shown(&folder.path().join("avatar-prep.1"));
    let help = run(folder.path(), &["--help"]).stdout;
    let (_, examples) = help.split_once("\nExamples:\n").unwrap();
    let lines: Vec<&str> = examples
        .lines()
        .take_while(|line| !line.is_empty())
        .collect();
    assert!(lines.len() > 10);
    for line in lines {
        assert!(text.contains(line.trim()), "{line}");
    }
}

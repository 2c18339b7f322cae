//! What the README says is what the program does.

use crate::support::{folder, root, run};

#[test]
fn the_options_are_those_of_the_help() {
    let folder = folder(&[]);
    let help = run(folder.path(), &["--help"]).stdout;
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let block = readme
        .split_once("<!-- the output of avatar-prep --help -->\n```text\n")
        .and_then(|(_, rest)| rest.split_once("```"))
        .map(|(block, _)| block);
    assert_eq!(
        block,
        Some(help.as_str()),
        "paste the output of avatar-prep --help into README.md"
    );
}

#[test]
fn the_formats_are_those_of_the_table() {
    let folder = folder(&[]);
    let table = run(folder.path(), &["formats"]).stdout;
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let block = readme
        .split_once("<!-- the output of avatar-prep formats -->\n")
        .and_then(|(_, rest)| rest.split_once("\n\n"))
        .map(|(block, _)| format!("{block}\n"));
    assert_eq!(
        block,
        Some(table),
        "paste the output of avatar-prep formats into README.md"
    );
}

#[test]
fn every_code_is_documented() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let from_the_library = avatar_prepare::Code::ALL.map(avatar_prepare::Code::as_str);
    for code in from_the_library
        .into_iter()
        .chain(["collision", "hidden", "not_a_picture"])
    {
        assert!(readme.contains(&format!("| `{code}` |")), "{code}");
    }
}

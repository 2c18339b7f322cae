//! What the documents say is what the program does.

use crate::support::{folder, root, run};

#[test]
fn the_options_are_those_of_the_help() {
    assert_block("--help", "docs/options.md");
}

#[test]
fn the_presets_are_those_of_the_table() {
    assert_block("presets", "docs/options.md");
}

fn read(document: &str) -> String {
    std::fs::read_to_string(root().join(document)).unwrap()
}

/// The document shows what the program prints.
fn assert_block(argument: &str, document: &str) {
    let folder = folder(&[]);
    let printed = run(folder.path(), &[argument]).stdout;
    let text = read(document);
    let head = format!("<!-- the output of avatar-prep {argument} -->\n```text\n");
    let block = text
        .split_once(&head)
        .and_then(|(_, rest)| rest.split_once("```"))
        .map(|(block, _)| block);
    assert_eq!(
        block,
        Some(printed.as_str()),
        "paste the output of avatar-prep {argument} into {document}"
    );
}

#[test]
fn the_formats_are_those_of_the_table() {
    let folder = folder(&[]);
    let table = run(folder.path(), &["formats"]).stdout;
    let text = read("docs/formats.md");
    let block = text
        .split_once("<!-- the output of avatar-prep formats -->\n")
        .and_then(|(_, rest)| rest.split_once("<!-- end of avatar-prep formats -->"))
        .map(|(block, _)| block.to_string());
    assert_eq!(
        block,
        Some(table),
        "paste the output of avatar-prep formats into docs/formats.md"
    );
}

#[test]
fn every_code_is_documented() {
    let text = read("docs/output.md");
    let from_the_library = avatar_prepare::Code::ALL.map(avatar_prepare::Code::as_str);
    for code in from_the_library.into_iter().chain([
        "collision",
        "bad_name",
        "foreign_output",
        "packed",
        "excluded",
        "not_preferred",
        "hidden",
        "not_a_picture",
        "up_to_date",
        "bad_sidecar",
        "sidecar_without_picture",
    ]) {
        assert!(text.contains(&format!("| `{code}` |")), "{code}");
    }
}

#[test]
fn every_code_of_a_store_is_documented() {
    let text = read("docs/stores.md");
    for kind in avatar_stores::Kind::ALL {
        let code = kind.code();
        assert!(text.contains(&format!("| `{code}` |")), "{code}");
    }
}

#[test]
fn every_note_is_documented() {
    let text = read("docs/output.md");
    let all = avatar_prepare::Note::CODES.into_iter();
    let all = all.chain([
        (
            "name_not_portable",
            "the name of the result is not allowed on every system",
        ),
        (
            "near_duplicate",
            "it looks nearly the same as an earlier picture of the run, which the note names",
        ),
    ]);
    for (code, meaning) in all {
        assert!(
            text.contains(&format!("| `{code}` | {meaning} |\n")),
            "{code}"
        );
    }
}

/// Words that appear in the sources where codes do: states of a delivery, and names of messengers
/// and ciphers.
const NO_CODES: [&str; 10] = [
    "planned", "sending", "whatsapp", "telegram", "applied", "replaced", "rejected", "unknown",
    "create", "nothing",
];

/// Codes are in tables in the sources; each is documented.
#[test]
fn every_code_of_an_upload_is_documented() {
    let text = read("docs/upload.md");
    let mut found = 0;
    let sources = walkdir::WalkDir::new(root().join("crates/upload/src"));
    let sources = sources.into_iter().map(Result::unwrap);
    for file in sources.filter(|entry| entry.file_type().is_file()) {
        let source = std::fs::read_to_string(file.path()).unwrap();
        let source = source.split("#[cfg(test)]").next().unwrap();
        for place in [
            "row(\"",
            ".note(\"",
            "=> \"",
            "Action::Fail, \"",
            "StopCredential, \"",
            "(again, \"",
            "(verify, \"",
            "LATER), \"",
            "new(action, \"",
            "then }, \"",
            "code = \"",
            // The second of four fields, one a line.
            ",\n            \"",
        ] {
            for (_, rest) in source
                .match_indices(place)
                .map(|(at, _)| source.split_at(at + place.len()))
            {
                let code = rest.split('"').next().unwrap();
                let is_code = code.len() > 3
                    && code
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                if is_code && !NO_CODES.contains(&code) {
                    found += 1;
                    assert!(text.contains(&format!("`{code}`")), "{code}");
                }
            }
        }
    }
    assert!(found > 60, "only {found} codes were found");
}

/// Links between documents lead to existing files.
#[test]
fn links_lead_to_files() {
    let documents = [
        "README.md",
        "SECURITY.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "STYLE.md",
        "CHANGELOG.md",
        "crates/README.md",
    ];
    let docs = std::fs::read_dir(root().join("docs")).unwrap();
    let docs = docs.map(|entry| format!("docs/{}", entry.unwrap().file_name().display()));
    let docs = docs.filter(|name| name.ends_with(".md"));
    let mut links = 0;
    for document in documents.map(String::from).into_iter().chain(docs) {
        let text = read(&document);
        for (_, rest) in text
            .match_indices("](")
            .map(|(at, _)| text.split_at(at + 2))
        {
            let target = rest.split([')', '#']).next().unwrap();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            links += 1;
            let file = root().join(&document).parent().unwrap().join(target);
            assert!(file.exists(), "{document} links to {target}");
        }
    }
    assert!(links > 20, "only {links} links were found");
}

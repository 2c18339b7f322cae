//! The package for browsers has the options of the command, with their defaults. Its results are compared by
//! `crates/wasm/check`.

use std::collections::BTreeMap;

use crate::support::root;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn options_and_defaults_are_those_of_the_command() {
    let text = read("crates/wasm/src/command/options.rs");
    let rows = text.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("    (\"")?.split_once("\", \"")?;
        Some((name, rest.split_once('"')?.0))
    });
    let own: BTreeMap<&str, &str> = rows.collect();
    let flags = avatar_prep_command::parts::options();
    let flags: BTreeMap<&str, &str> = flags
        .iter()
        .map(|(name, default, _)| (*name, *default))
        .collect();
    assert_eq!(own, flags);
    let types = read("crates/wasm/js/index.d.ts");
    for name in flags.keys().chain([&"for"]) {
        let mut camel = String::new();
        for (at, word) in name.split('-').enumerate() {
            let (first, rest) = word.split_at(1);
            camel.push_str(&if at == 0 {
                first.into()
            } else {
                first.to_uppercase()
            });
            camel.push_str(rest);
        }
        assert!(types.contains(&format!("\n  {camel}?: ")), "{camel}");
    }
}

//! The style and the scripts that every page shares, and how a page that is one file contains them.
//!
//! The scripts are modules that import one another. A server sends each under its name. A page that
//! is one file cannot import, so there they become a single module.

/// Colours, controls, and pictures behind masks.
pub const STYLE: &str = include_str!("style.css");

/// Path and text of each script, in the order in which they need one another.
pub const SCRIPTS: [(&str, &str); 5] = [
    ("/text.js", include_str!("text.js")),
    ("/views.js", include_str!("views.js")),
    ("/rows.js", include_str!("rows.js")),
    ("/filter.js", include_str!("filter.js")),
    ("/theme.js", include_str!("theme.js")),
];

/// One module of the shared scripts and `own` ones, which come after them. All names at the top of
/// the scripts share one scope there, so they must differ.
pub fn bundle(own: &[&str]) -> String {
    let shared = SCRIPTS.iter().map(|(_, text)| *text);
    let mut bundle = String::new();
    for script in shared.chain(own.iter().copied()) {
        let mut is_import = false;
        for line in script.lines() {
            if is_import || line.starts_with("import ") {
                is_import = !line.ends_with(';');
                continue;
            }
            bundle.push_str(line.strip_prefix("export ").unwrap_or(line));
            bundle.push('\n');
        }
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_neither_imports_nor_exports() {
        let own = "import {\n  filter,\n} from './filter.js';\n\nexport const own = filter;\n";
        let bundle = bundle(&[own]);
        assert!(bundle.ends_with("\n\nconst own = filter;\n"), "{bundle}");
        for line in bundle.lines() {
            let is_left = line.starts_with("import ") || line.starts_with("export ");
            assert!(!is_left && !line.contains(" from './"), "{line}");
        }
        assert!(bundle.contains("\nconst filter = "));
    }
}

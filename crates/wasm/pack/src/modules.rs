//! Makes one script of modules that import one another. Each becomes a function with a scope of its own, so that
//! equal names in different modules do not meet.

use std::error::Error;
use std::fs;
use std::path::Path;

/// One script of these modules, each after those that it imports. A module is known by the name of its file.
pub(crate) fn bundle(paths: &[&Path]) -> Result<String, Box<dyn Error>> {
    let mut bundled = String::new();
    for path in paths {
        let text =
            fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let name = stem.ok_or("a module must have a name")?;
        let module = module(name, &text).map_err(|why| format!("{}: {why}", path.display()))?;
        bundled.push_str(&module);
    }
    // The page contains it as the text of an element.
    match bundled.contains("</script") || bundled.contains("<!--") {
        true => Err("a script must not contain the end of its element".into()),
        false => Ok(bundled),
    }
}

fn variable(name: &str) -> String {
    format!(
        "module_{}",
        name.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
    )
}

fn module(name: &str, text: &str) -> Result<String, String> {
    let (mut body, mut exports) = (String::new(), Vec::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("import ") || line.starts_with("export {") {
            let mut statement = line.to_string();
            while !statement.trim_end().ends_with(';') {
                statement.push_str(lines.next().ok_or("a statement does not end")?);
            }
            match statement.strip_prefix("import ") {
                Some(import) => body.push_str(&imported(import)?),
                None => exports.extend(listed(&statement)),
            }
        } else if let Some(rest) = line.strip_prefix("export ") {
            exports.push(declared(rest).ok_or_else(|| format!("cannot be bundled: {line}"))?);
            body.push_str(rest);
        } else {
            body.push_str(line);
        }
        body.push('\n');
    }
    let variable = variable(name);
    let exports = exports.join(", ");
    Ok(format!(
        "const {variable} = await (async () => {{\n{body}return {{ {exports} }};\n}})();\n"
    ))
}

/// `{ a, b as c } from './name.js';` as an assignment.
fn imported(import: &str) -> Result<String, String> {
    let (names, from) = import
        .split_once(" from ")
        .ok_or("an import must name a module")?;
    let from = from.trim_end_matches(';').trim_matches(['\'', '"']);
    let file = from.rsplit('/').next().unwrap_or(from);
    let name = file
        .strip_suffix(".js")
        .ok_or("a module must be a script")?;
    let names = names.replace(" as ", ": ");
    Ok(format!("const {names} = {};", variable(name)))
}

/// The names of `export { a, b as c };`; the default export is left out.
fn listed(statement: &str) -> Vec<String> {
    let inner = statement
        .trim_start_matches("export {")
        .trim_end_matches([';', ' ', '}']);
    let pairs = inner
        .split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty());
    let named = pairs.filter(|pair| !pair.ends_with(" as default"));
    let entry = |pair: &str| match pair.split_once(" as ") {
        Some((own, outer)) => format!("{outer}: {own}"),
        None => pair.to_string(),
    };
    named.map(entry).collect()
}

/// The name of a function, class or constant.
fn declared(declaration: &str) -> Option<String> {
    let mut words = declaration.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
    words
        .find(|word| !["", "async", "function", "class", "const"].contains(word))
        .map(str::to_string)
}

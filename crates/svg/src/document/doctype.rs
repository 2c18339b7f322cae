//! Finds attributes that the document type gives to elements (XML 1.0, section 3.3), which the XML parser does not read.

use std::borrow::Cow;

use roxmltree::Document;

const START: &str = "<!ATTLIST";
/// What many document types state and no drawing shows.
const UNSEEN: [&str; 5] = [
    "contentScriptType",
    "contentStyleType",
    "version",
    "xmlns",
    "zoomAndPan",
];

/// Whether an attribute that can be seen has a default value there.
pub(super) fn gives_attributes(document: &Document<'_>) -> bool {
    let before = document.root_element().range().start;
    let prolog = document.input_text().get(..before).unwrap_or_default();
    let prolog = without_comments(prolog);
    let Some(at) = prolog.find("<!DOCTYPE") else {
        return false;
    };
    let declared = prolog.get(at..).unwrap_or_default();
    declared.split(START).skip(1).any(has_value)
}

fn without_comments(text: &str) -> Cow<'_, str> {
    let Some((before, mut rest)) = text.split_once("<!--") else {
        return Cow::Borrowed(text);
    };
    let mut kept = String::from(before);
    loop {
        rest = rest.split_once("-->").map_or("", |(_, after)| after);
        let (before, inside) = rest.split_once("<!--").unwrap_or((rest, ""));
        kept.push_str(before);
        if inside.is_empty() {
            return Cow::Owned(kept);
        }
        rest = inside;
    }
}

/// Whether a list states a value for an attribute that can be seen: its name, its type and the value, in quotes.
fn has_value(list: &str) -> bool {
    let mut words: Vec<&str> = Vec::new();
    let mut rest = list.trim_start();
    while let Some(first) = rest.chars().next().filter(|first| *first != '>') {
        let (word, after) = match first {
            '"' | '\'' => {
                // The name is two words before, or three if the value is fixed.
                let back = if words.last() == Some(&"#FIXED") {
                    3
                } else {
                    2
                };
                let name = words.len().checked_sub(back).and_then(|at| words.get(at));
                if name.is_some_and(|name| is_seen(name)) {
                    return true;
                }
                let inside = rest.get(1..).unwrap_or_default();
                inside.split_once(first).unwrap_or((inside, ""))
            }
            '(' => rest.split_once(')').unwrap_or((rest, "")),
            _ => {
                let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '(' | '>');
                rest.split_at(rest.find(is_end).unwrap_or(rest.len()))
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    false
}

fn is_seen(name: &str) -> bool {
    !UNSEEN.contains(&name) && !name.starts_with("xmlns:") && name != "xlink:type"
}

//! Custom properties and `var()` (CSS Custom Properties 1).

use std::collections::BTreeMap;
use std::rc::Rc;

use super::syntax::{function, position, split};

/// The custom properties of an element, including inherited ones.
pub(crate) type Variables = Rc<BTreeMap<String, String>>;

/// Longest resulting value in bytes, and deepest nesting. This stops chains of variables in which
/// each doubles the value.
const LONGEST: usize = 1 << 16;
const DEEPEST: u32 = 32;

/// The variables of a child that defines some of its own.
pub(super) fn inherit(parent: &Variables, own: &BTreeMap<String, String>) -> Variables {
    if own.is_empty() {
        return Rc::clone(parent);
    }
    let mut all = (**parent).clone();
    for name in own.keys() {
        match resolve(name, own, parent, DEEPEST) {
            Some(value) => all.insert(name.clone(), value),
            None => all.remove(name),
        };
    }
    Rc::new(all)
}

fn resolve(
    name: &str,
    own: &BTreeMap<String, String>,
    parent: &Variables,
    depth: u32,
) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let Some(value) = own.get(name) else {
        return parent.get(name).cloned();
    };
    match value.as_str() {
        "inherit" | "unset" | "revert" => parent.get(name).cloned(),
        "initial" => None,
        value => substitute(value, depth, &|name, depth| {
            resolve(name, own, parent, depth)
        }),
    }
}

/// The value with every `var()` replaced; `None` if one has neither value nor fallback.
pub(crate) fn replace(value: &str, variables: &Variables) -> Option<String> {
    substitute(value, DEEPEST, &|name, _| variables.get(name).cloned())
}

fn substitute(
    value: &str,
    depth: u32,
    find: &dyn Fn(&str, u32) -> Option<String>,
) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let (mut rest, mut made) = (value, String::new());
    while let Some(start) = find_var(rest) {
        let inside = rest.get(start + 4..)?;
        let end = position(inside, |byte| byte == b')').unwrap_or(inside.len());
        let mut arguments = inside.get(..end)?.splitn(2, ',');
        let (name, fallback) = (arguments.next()?.trim(), arguments.next());
        made.push_str(rest.get(..start)?);
        match find(name, depth) {
            Some(value) => made.push_str(&value),
            None => made.push_str(&substitute(fallback?.trim(), depth, find)?),
        }
        if made.len() > LONGEST {
            return None;
        }
        rest = inside.get(end + 1..).unwrap_or_default();
    }
    made.push_str(rest);
    Some(made)
}

/// Where a `var(` begins that is not the end of a longer name.
pub(crate) fn find_var(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    bytes.windows(4).enumerate().find_map(|(at, window)| {
        let is_apart = at
            .checked_sub(1)
            .and_then(|before| bytes.get(before))
            .is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'));
        (is_apart && window.eq_ignore_ascii_case(b"var(")).then_some(at)
    })
}

/// The address of `url(…)`, without quotes.
pub(crate) fn url(text: &str) -> Option<&str> {
    let (name, inside) = function(text)?;
    name.eq_ignore_ascii_case("url").then(|| unquote(inside))
}

/// The text without its quotes, if it has any.
pub(crate) fn unquote(text: &str) -> &str {
    let text = text.trim();
    let quoted = text
        .strip_prefix(['"', '\''])
        .and_then(|rest| rest.strip_suffix(['"', '\'']));
    quoted.unwrap_or(text)
}

/// The names in a value of `font-family`.
pub(crate) fn families(list: &str) -> Vec<&str> {
    let names = commas(list).map(unquote);
    names.filter(|name| !name.is_empty()).collect()
}

/// The parts of a comma-separated list.
pub(crate) fn commas(text: &str) -> impl Iterator<Item = &str> {
    split(text, |byte| byte == b',')
}

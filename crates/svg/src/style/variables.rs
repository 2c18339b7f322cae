//! Custom properties and `var()` (CSS Custom Properties 1).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::escapes::unescaped;
use super::syntax::{function, position, split};

/// The custom properties of an element, including inherited ones.
pub(crate) type Variables = Rc<BTreeMap<String, String>>;

/// Longest resulting value in bytes, and deepest nesting. This stops chains of variables in which
/// each doubles the value.
const LONGEST: usize = 1 << 16;
const DEEPEST: u32 = 128;
/// Steps for each byte of a value that is made or copied.
const STEPS_OF_A_BYTE: u64 = 4;

/// The variables of a child that defines some of its own. `steps` limits the work: once it is used up, no more
/// values are made, and the drawing is refused. `is_cut` becomes true if a value is not made because it would be too
/// long or nested too deeply.
pub(super) fn inherit(
    parent: &Variables,
    own: &BTreeMap<String, String>,
    steps: &mut u64,
    is_cut: &mut bool,
) -> Variables {
    if own.is_empty() {
        return Rc::clone(parent);
    }
    let copied = parent.iter().map(|(name, value)| name.len() + value.len());
    charge(steps, copied.sum());
    if *steps == 0 {
        return Rc::clone(parent);
    }
    let mut all = (**parent).clone();
    let mut resolver = Resolver {
        own,
        parent,
        steps,
        is_cut,
        begun: Vec::new(),
        cyclic: BTreeSet::new(),
        made: BTreeMap::new(),
    };
    for name in own.keys() {
        resolver.resolve(name, DEEPEST);
    }
    for (name, value) in resolver.made {
        match value {
            Some(value) => all.insert(name.to_string(), value),
            None => all.remove(name),
        };
    }
    Rc::new(all)
}

fn charge(steps: &mut u64, bytes: usize) {
    *steps = steps.saturating_sub(bytes as u64 * STEPS_OF_A_BYTE);
}

/// Finds the value of each variable once, in whatever order they refer to one another.
struct Resolver<'a> {
    own: &'a BTreeMap<String, String>,
    parent: &'a Variables,
    steps: &'a mut u64,
    is_cut: &'a mut bool,
    /// Variables whose value is being made: each refers to the next.
    begun: Vec<&'a str>,
    /// Those that refer to themselves, by others or not: they have no value, whatever their fallbacks
    /// are (CSS Custom Properties 1, section 2.3).
    cyclic: BTreeSet<&'a str>,
    made: BTreeMap<&'a str, Option<String>>,
}

impl Resolver<'_> {
    fn resolve(&mut self, name: &str, depth: u32) -> Option<String> {
        let Some((name, value)) = self.own.get_key_value(name) else {
            return self.parent.get(name).cloned();
        };
        let name = name.as_str();
        if depth == 0 {
            // Other values would depend on the order of the names.
            *self.steps = 0;
            return None;
        }
        if let Some(made) = self.made.get(name) {
            return made.clone();
        }
        if let Some(at) = self.begun.iter().position(|&begun| begun == name) {
            self.cyclic.extend(self.begun.iter().skip(at));
            return None;
        }
        self.begun.push(name);
        let mut is_cut = false;
        let made = match value.as_str() {
            "inherit" | "unset" | "revert" => self.parent.get(name).cloned(),
            "initial" => None,
            value => {
                let find = &mut |name: &str, depth| self.resolve(name, depth);
                substitute(value, depth, find, &mut is_cut)
            }
        };
        *self.is_cut |= is_cut;
        self.begun.pop();
        let made = made.filter(|_| !self.cyclic.contains(name) && *self.steps > 0);
        charge(
            self.steps,
            name.len() + made.as_ref().map_or(0, String::len) + 1,
        );
        self.made.insert(name, made.clone());
        made
    }
}

/// The value with every `var()` replaced; `None` if one has neither value nor fallback. `steps` and `is_cut` are used as
/// by [`inherit`].
pub(crate) fn replace(
    value: &str,
    variables: &Variables,
    steps: &mut u64,
    is_cut: &mut bool,
) -> Option<String> {
    if *steps == 0 {
        return None;
    }
    let find = &mut |name: &str, _| variables.get(name).cloned();
    let made = substitute(value, DEEPEST, find, is_cut);
    charge(steps, value.len() + made.as_ref().map_or(0, String::len));
    made
}

fn substitute(
    value: &str,
    depth: u32,
    find: &mut dyn FnMut(&str, u32) -> Option<String>,
    is_cut: &mut bool,
) -> Option<String> {
    let Some(depth) = depth.checked_sub(1) else {
        *is_cut = true;
        return None;
    };
    let (mut rest, mut made) = (value, String::new());
    while let Some(start) = find_var(rest) {
        let inside = rest.get(start + 4..)?;
        let end = position(inside, |byte| byte == b')').unwrap_or(inside.len());
        let mut arguments = inside.get(..end)?.splitn(2, ',');
        let (name, fallback) = (arguments.next()?.trim(), arguments.next());
        made.push_str(rest.get(..start)?);
        match find(&unescaped(name), depth) {
            Some(value) => made.push_str(&value),
            None => made.push_str(&substitute(fallback?.trim(), depth, find, is_cut)?),
        }
        if made.len() > LONGEST {
            *is_cut = true;
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

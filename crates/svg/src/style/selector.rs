//! Selectors (Selectors 4), as far as they can match in a drawing without user interaction.

use roxmltree::Node;

use super::escapes::{after_escape, escaped, unescaped};
use super::nth::Nth;
use super::steps::{charge, charge_text};
use super::syntax::{position, split};

/// Compound selectors from right to left, each with its relation to the one on its right.
#[derive(Debug, Clone)]
pub(super) struct Selector {
    compounds: Vec<(Relation, Vec<Test>)>,
    pub(super) specificity: [u32; 3],
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Relation {
    /// The element itself: the rightmost compound.
    Subject,
    Ancestor,
    Parent,
    Previous,
    Earlier,
}

#[derive(Debug, Clone)]
enum Test {
    Any,
    Tag(String),
    Id(String),
    Class(String),
    Attribute {
        name: String,
        operator: u8,
        value: String,
        ignores_case: bool,
    },
    Root,
    Empty,
    Nth {
        nth: Nth,
        of_type: bool,
        from_end: bool,
    },
    OneOf(Vec<Selector>),
    NoneOf(Vec<Selector>),
    /// Matches only with user interaction, such as `:hover`, so never here.
    Never,
}

/// The most specific part of the rightmost compound, by which rules are looked up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Id(String),
    Class(String),
    Tag(String),
    Any,
}

/// Deepest nesting of `:not(:is(…))`: a rule in seven others has one level for each of them.
pub(super) const NESTED: u32 = 8;
/// Most compounds of a selector, and most simple selectors in a compound. Each compound can take a
/// level of the stack when it is matched.
pub(super) const MOST_PARTS: usize = 256;
/// Most compounds of a selector inside of `:not(…)` and the like, which add to those around it.
const MOST_NESTED: usize = 64;

/// Parses a list of selectors; `None` if one of them is not understood, which makes the whole rule
/// invalid.
pub(super) fn parse_list(text: &str) -> Option<Vec<Selector>> {
    list(text, NESTED)
}

fn list(text: &str, nested: u32) -> Option<Vec<Selector>> {
    split(text, |byte| byte == b',')
        .map(|one| parse(one, nested))
        .collect()
}

fn parse(text: &str, nested: u32) -> Option<Selector> {
    let mut compounds = Vec::new();
    let mut specificity = [0; 3];
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    // First from left to right, with the relation of each compound to the next one.
    loop {
        let is_end = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'+' | b'~');
        let end = position(rest, is_end).unwrap_or(rest.len());
        let (compound, after) = rest.split_at(end);
        let tests = tests(compound, nested, &mut specificity)?;
        let after = after.trim_start();
        let (next, after) = match after.as_bytes().first() {
            None => (Relation::Subject, ""),
            Some(b'>') => (Relation::Parent, after.get(1..)?),
            Some(b'+') => (Relation::Previous, after.get(1..)?),
            Some(b'~') => (Relation::Earlier, after.get(1..)?),
            Some(_) => (Relation::Ancestor, after),
        };
        let most = match nested {
            NESTED => MOST_PARTS,
            _ => MOST_NESTED,
        };
        if compounds.len() >= most {
            return None;
        }
        compounds.push((next, tests));
        rest = after.trim_start();
        if next == Relation::Subject {
            break;
        }
    }
    compounds.reverse();
    Some(Selector {
        compounds,
        specificity,
    })
}

fn tests(mut text: &str, nested: u32, specificity: &mut [u32; 3]) -> Option<Vec<Test>> {
    let mut tests = Vec::new();
    if text.is_empty() {
        return None;
    }
    while let Some(first) = text.chars().next() {
        if tests.len() >= MOST_PARTS {
            return None;
        }
        let (test, rest) = match first {
            '#' => name(text.get(1..)?, Test::Id),
            '.' => name(text.get(1..)?, Test::Class),
            '[' => attribute(text.get(1..)?),
            ':' => {
                text = pseudo(text, nested, specificity, &mut tests)?;
                continue;
            }
            '*' => Some((Test::Any, text.get(1..)?)),
            _ => name(text, Test::Tag),
        }?;
        // A namespace prefix is ignored, because only one namespace is relevant.
        if let (Test::Any | Test::Tag(_), Some(rest)) = (&test, rest.strip_prefix('|')) {
            text = rest;
            continue;
        }
        let rank = match test {
            Test::Id(_) => 0,
            Test::Tag(_) => 2,
            _ => 1,
        };
        if !matches!(test, Test::Any) {
            add(specificity, rank, 1);
        }
        tests.push(test);
        text = rest;
    }
    Some(tests)
}

fn add(specificity: &mut [u32; 3], rank: usize, count: u32) {
    if let Some(value) = specificity.get_mut(rank) {
        *value = value.saturating_add(count);
    }
}

/// Parses a pseudo class and appends it to the tests before it; returns the rest of the text.
fn pseudo<'a>(
    text: &'a str,
    nested: u32,
    specificity: &mut [u32; 3],
    before: &mut Vec<Test>,
) -> Option<&'a str> {
    let is_element = text.starts_with("::");
    let text = text.trim_start_matches(':');
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let (argument, rest) = match rest.strip_prefix('(') {
        Some(inside) => {
            let end = position(inside, |byte| byte == b')')?;
            (Some(inside.get(..end)?), inside.get(end + 1..)?)
        }
        None => (None, rest),
    };
    let word = word.to_ascii_lowercase();
    let selectors = || list(argument?, nested.checked_sub(1)?);
    let test = match word.as_str() {
        _ if is_element => Test::Never,
        "root" => Test::Root,
        "empty" => Test::Empty,
        "not" => Test::NoneOf(selectors()?),
        "is" | "where" | "matches" | "-webkit-any" | "-moz-any" => Test::OneOf(selectors()?),
        _ => match Nth::of_pseudo(&word, argument) {
            Some((nth, of_type, from_end)) => Test::Nth {
                nth,
                of_type,
                from_end,
            },
            None => Test::Never,
        },
    };
    match &test {
        Test::OneOf(inner) | Test::NoneOf(inner) if word != "where" => {
            let most = inner
                .iter()
                .map(|one| one.specificity)
                .max()
                .unwrap_or_default();
            most.into_iter()
                .enumerate()
                .for_each(|(rank, count)| add(specificity, rank, count));
        }
        Test::OneOf(_) => {}
        _ => add(specificity, 1, 1),
    }
    // `:only-child` is both the first and the last.
    if let (Test::Nth { nth, of_type, .. }, true) = (&test, word.starts_with("only")) {
        before.push(Test::Nth {
            nth: *nth,
            of_type: *of_type,
            from_end: true,
        });
    }
    before.push(test);
    Some(rest)
}

/// Parses a name with its escapes resolved; returns it and the rest of the text.
fn name(text: &str, make: impl Fn(String) -> Test) -> Option<(Test, &str)> {
    let (mut name, mut rest) = (String::new(), text);
    while let Some(c) = rest.chars().next() {
        if c == '\\' {
            let escape = rest.get(1..)?;
            name.extend(escaped(escape));
            rest = after_escape(escape);
        } else if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii() {
            name.push(c);
            rest = rest.get(c.len_utf8()..)?;
        } else {
            break;
        }
    }
    (!name.is_empty()).then(|| (make(name), rest))
}

fn attribute(text: &str) -> Option<(Test, &str)> {
    let end = position(text, |byte| byte == b']')?;
    let (inside, rest) = (text.get(..end)?.trim(), text.get(end + 1..)?);
    let Some(at) = inside.find('=') else {
        let name = local(inside).to_string();
        return Some((
            Test::Attribute {
                name,
                operator: 0,
                value: String::new(),
                ignores_case: false,
            },
            rest,
        ));
    };
    let (name, value) = (inside.get(..at)?.trim_end(), inside.get(at + 1..)?.trim());
    let operator = *name.as_bytes().last()?;
    let is_marked = matches!(operator, b'~' | b'|' | b'^' | b'$' | b'*');
    let name = if is_marked {
        name.get(..name.len() - 1)?
    } else {
        name
    };
    let (value, ignores_case) = match value.strip_suffix(['i', 'I']) {
        Some(before) if before.ends_with([' ', '"', '\'']) => (before.trim_end(), true),
        _ => (value, false),
    };
    let quoted = value
        .strip_prefix(['"', '\''])
        .and_then(|v| v.strip_suffix(['"', '\'']));
    let value = unescaped(quoted.unwrap_or(value)).into_owned();
    let operator = if is_marked { operator } else { b'=' };
    Some((
        Test::Attribute {
            name: local(name.trim()).to_string(),
            operator,
            value,
            ignores_case,
        },
        rest,
    ))
}

/// A name without the prefix of a namespace.
fn local(name: &str) -> &str {
    name.rsplit(['|', ':'])
        .next()
        .unwrap_or(name)
        .trim_start_matches('\\')
}

impl Selector {
    pub(super) fn key(&self) -> Key {
        let tests = self
            .compounds
            .first()
            .map(|(_, tests)| tests.as_slice())
            .unwrap_or_default();
        let find = |pick: fn(&Test) -> Option<Key>| tests.iter().find_map(pick);
        find(|test| match test {
            Test::Id(id) => Some(Key::Id(id.clone())),
            _ => None,
        })
        .or_else(|| {
            find(|test| match test {
                Test::Class(class) => Some(Key::Class(class.clone())),
                _ => None,
            })
        })
        .or_else(|| {
            find(|test| match test {
                Test::Tag(tag) => Some(Key::Tag(tag.clone())),
                _ => None,
            })
        })
        .unwrap_or(Key::Any)
    }

    /// Whether it selects the element. `steps` limits the work: once it is used up, nothing matches
    /// any more.
    pub(super) fn matches(&self, node: Node<'_, '_>, steps: &mut u64) -> bool {
        matches(&self.compounds, node, steps)
    }
}

fn matches(compounds: &[(Relation, Vec<Test>)], node: Node<'_, '_>, steps: &mut u64) -> bool {
    let Some(((_, tests), left)) = compounds.split_first() else {
        return true;
    };
    charge(steps, 1 + node.attributes().len() as u64 / 8);
    if *steps == 0 || !tests.iter().all(|test| test.holds(node, steps)) {
        return false;
    }
    let Some((relation, _)) = left.first() else {
        return true;
    };
    let mut next = |node: Node<'_, '_>| matches(left, node, steps);
    match relation {
        Relation::Subject => true,
        Relation::Parent => node.parent_element().is_some_and(next),
        Relation::Previous => node.prev_sibling_element().is_some_and(next),
        Relation::Ancestor => node
            .ancestors()
            .skip(1)
            .filter(Node::is_element)
            .any(&mut next),
        Relation::Earlier => node
            .prev_siblings()
            .skip(1)
            .filter(Node::is_element)
            .any(&mut next),
    }
}

impl Test {
    fn holds(&self, node: Node<'_, '_>, steps: &mut u64) -> bool {
        match self {
            Self::Any => true,
            Self::Tag(tag) => node.tag_name().name() == tag,
            Self::Id(id) => node.attribute("id") == Some(id),
            Self::Class(class) => node.attribute("class").is_some_and(|list| {
                charge_text(steps, list.len());
                list.split_ascii_whitespace().any(|one| one == class)
            }),
            Self::Attribute {
                name,
                operator,
                value,
                ignores_case,
            } => {
                let found = node.attributes().find(|one| one.name() == name);
                found.is_some_and(|found| {
                    charge_text(steps, found.value().len());
                    attribute_holds(found.value(), *operator, value, *ignores_case)
                })
            }
            Self::Root => node.parent_element().is_none(),
            Self::Empty => !node
                .children()
                .any(|child| child.is_element() || child.is_text()),
            Self::Nth {
                nth,
                of_type,
                from_end,
            } => {
                let is_counted = |one: &Node<'_, '_>| {
                    one.is_element() && (!of_type || one.tag_name() == node.tag_name())
                };
                let place = match from_end {
                    true => node.next_siblings().filter(is_counted).count(),
                    false => node.prev_siblings().filter(is_counted).count(),
                };
                *steps = steps.saturating_sub(place as u64);
                nth.contains(place)
            }
            Self::OneOf(list) => list.iter().any(|one| one.matches(node, steps)),
            Self::NoneOf(list) => !list.iter().any(|one| one.matches(node, steps)),
            Self::Never => false,
        }
    }
}

fn attribute_holds(found: &str, operator: u8, value: &str, ignores_case: bool) -> bool {
    if ignores_case {
        return attribute_holds(
            &found.to_ascii_lowercase(),
            operator,
            &value.to_ascii_lowercase(),
            false,
        );
    }
    match operator {
        b'=' => found == value,
        b'~' => found.split_ascii_whitespace().any(|one| one == value),
        b'|' => found
            .strip_prefix(value)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
        b'^' => !value.is_empty() && found.starts_with(value),
        b'$' => !value.is_empty() && found.ends_with(value),
        b'*' => !value.is_empty() && found.contains(value),
        _ => true,
    }
}

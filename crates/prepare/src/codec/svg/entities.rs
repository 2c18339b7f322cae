//! How much text entities become. The XML parser replaces each reference by a copy, so that 40 kB took 200 MB.

use std::collections::HashMap;

use crate::codec::markup::text::LONGEST;
use crate::{Limit, LimitExceeded};

/// Longest name of an entity that is looked for, in bytes.
const NAME: usize = 256;
/// Most entities that lead from one to the next. The parser follows fewer.
const DEEPEST: u32 = 16;

/// The bytes that all references to entities become; refuses what is longer than a text can be.
pub(super) fn check(text: &str) -> Result<u64, LimitExceeded> {
    let Some((_, declared)) = text.split_once("<!ENTITY") else {
        return Ok(0);
    };
    let mut values = HashMap::new();
    let mut content = declared;
    for declaration in declared.split("<!ENTITY") {
        if let Some((name, value, after)) = entity(declaration) {
            values.insert(name, value);
            content = after;
        }
    }
    let mut known = HashMap::new();
    let found = length(content, &values, &mut known, 0);
    match found > LONGEST {
        true => Err(LimitExceeded {
            limit: Limit::WorkOf("length of its text in bytes, with its entities,"),
            found,
            allowed: LONGEST,
        }),
        false => Ok(found),
    }
}

/// Name and value of an entity, and what follows. Those of other files are never read.
fn entity(declaration: &str) -> Option<(&str, &str, &str)> {
    let declaration = declaration.trim_start();
    let (name, rest) = declaration.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let quote = rest
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''))?;
    let (value, after) = rest.get(1..)?.split_once(quote)?;
    Some((name, value, after))
}

/// The bytes that the references in a text become.
fn length<'t>(
    text: &'t str,
    values: &HashMap<&'t str, &'t str>,
    known: &mut HashMap<&'t str, u64>,
    depth: u32,
) -> u64 {
    let mut sum = 0u64;
    for rest in text.split('&').skip(1) {
        let name = rest.split(';').next().filter(|name| name.len() <= NAME);
        let Some((name, value)) = name.and_then(|name| values.get_key_value(name)) else {
            continue;
        };
        if depth >= DEEPEST {
            return u64::MAX;
        }
        let whole = known.get(name).copied().unwrap_or_else(|| {
            let within = length(value, values, known, depth + 1);
            let whole = within.saturating_add(value.len() as u64);
            known.insert(name, whole);
            whole
        });
        sum = sum.saturating_add(whole);
    }
    sum
}

//! Descriptors: trees of named values, in which newer Photoshop files store effects and fills.

use crate::codec::psd::fields::{number, take};

/// Deepest nesting of descriptors that is followed.
const DEEPEST: usize = 16;

/// A value of one of the types that are used.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Descriptor(Descriptor),
    List(Vec<Value>),
    Number(f64),
    Bool(bool),
    /// The value of an enumeration.
    Enum(Vec<u8>),
    Other,
}

/// Names and values.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Descriptor {
    class: Vec<u8>,
    items: Vec<(Vec<u8>, Value)>,
}

impl Descriptor {
    /// Reads a descriptor; `None` if it is cut short or contains a value of an unknown type.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        descriptor(&mut { bytes }, 0)
    }

    pub(super) fn class(&self) -> &[u8] {
        &self.class
    }

    pub(super) fn items(&self) -> impl Iterator<Item = (&[u8], &Value)> {
        self.items.iter().map(|(name, value)| (&name[..], value))
    }

    pub(super) fn get(&self, name: &[u8]) -> Option<&Value> {
        self.items()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    pub(super) fn descriptor(&self, name: &[u8]) -> Option<&Self> {
        match self.get(name)? {
            Value::Descriptor(inner) => Some(inner),
            _ => None,
        }
    }

    pub(super) fn number(&self, name: &[u8]) -> Option<f64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn bool(&self, name: &[u8]) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(is_so) => Some(*is_so),
            _ => None,
        }
    }
}

fn descriptor(rest: &mut &[u8], depth: usize) -> Option<Descriptor> {
    if depth > DEEPEST {
        return None;
    }
    text(rest)?;
    let class = identifier(rest)?;
    let count = count(rest)?;
    let mut items = Vec::new();
    for _ in 0..count {
        let name = identifier(rest)?;
        items.push((name, value(rest, depth)?));
    }
    Some(Descriptor { class, items })
}

fn value(rest: &mut &[u8], depth: usize) -> Option<Value> {
    Some(match take(rest, 4)? {
        b"Objc" | b"GlbO" => Value::Descriptor(descriptor(rest, depth + 1)?),
        b"VlLs" if depth < DEEPEST => {
            let count = count(rest)?;
            let mut values = Vec::new();
            for _ in 0..count {
                values.push(value(rest, depth + 1)?);
            }
            Value::List(values)
        }
        b"doub" => Value::Number(double(rest)?),
        b"UntF" => {
            take(rest, 4)?;
            Value::Number(double(rest)?)
        }
        b"long" => Value::Number(f64::from(number(take(rest, 4)?) as i32)),
        b"comp" => Value::Number(number(take(rest, 8)?) as i64 as f64),
        b"bool" => Value::Bool(take(rest, 1)? != [0]),
        b"enum" => {
            identifier(rest)?;
            Value::Enum(identifier(rest)?)
        }
        b"TEXT" => {
            text(rest)?;
            Value::Other
        }
        b"type" | b"GlbC" => {
            text(rest)?;
            identifier(rest)?;
            Value::Other
        }
        b"tdta" | b"alis" | b"Pth " => {
            let length = count(rest)?;
            take(rest, length)?;
            Value::Other
        }
        b"UnFl" => {
            take(rest, 4)?;
            let length = count(rest)?.checked_mul(8)?;
            take(rest, length)?;
            Value::Other
        }
        _ => return None,
    })
}

fn count(rest: &mut &[u8]) -> Option<usize> {
    usize::try_from(number(take(rest, 4)?)).ok()
}

fn double(rest: &mut &[u8]) -> Option<f64> {
    Some(f64::from_be_bytes(*take(rest, 8)?.first_chunk()?))
}

/// Skips a UTF-16 text with its length in units.
fn text(rest: &mut &[u8]) -> Option<()> {
    let length = count(rest)?.checked_mul(2)?;
    take(rest, length).map(|_| ())
}

/// Reads an identifier: four characters after a zero, or as many as its length says.
fn identifier(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let length = match count(rest)? {
        0 => 4,
        length => length,
    };
    take(rest, length).map(<[u8]>::to_vec)
}

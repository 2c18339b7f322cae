//! Lengths and numbers: converts units that the renderer does not know, and `calc()` if the result
//! has one unit.

use super::syntax::{function, position, split, words};
use super::viewport::Viewport;
use crate::color::plain;

/// A number with its unit in lower case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantity {
    pub(crate) number: f64,
    pub(crate) unit: &'static str,
}

/// Font size of the root element in pixels, as in browsers.
const ROOT_FONT: f64 = 16.0;
/// Deepest nesting of calculations.
const DEEPEST: u32 = 16;
/// Units that the renderer knows; the empty one is for plain numbers.
const UNITS: [&str; 10] = ["", "px", "em", "ex", "in", "cm", "mm", "pt", "pc", "%"];

impl Quantity {
    /// Parses a length and converts it to a unit that the renderer knows.
    pub(crate) fn parse(text: &str, viewport: Viewport) -> Option<Self> {
        Self::read(text.trim(), viewport, DEEPEST)
    }

    fn read(text: &str, viewport: Viewport, depth: u32) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        if let Some((name, inside)) = function(text) {
            return calculated(name, inside, viewport, depth);
        }
        let is_unit = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'%';
        let unit = text.bytes().rev().take_while(is_unit).count();
        let (number, unit) = text.split_at(text.len() - unit);
        let number = plain(number).filter(|_| !number.is_empty())?;
        let unit = unit.to_ascii_lowercase();
        let share = match unit.as_str() {
            "rem" => ROOT_FONT,
            "vw" | "svw" | "lvw" | "dvw" => viewport.width / 100.0,
            "vh" | "svh" | "lvh" | "dvh" => viewport.height / 100.0,
            "vmin" => viewport.width.min(viewport.height) / 100.0,
            "vmax" => viewport.width.max(viewport.height) / 100.0,
            "q" => 96.0 / 101.6,
            "ch" => {
                return Some(Self {
                    number: number / 2.0,
                    unit: "em",
                });
            }
            unit => {
                let unit = UNITS.iter().find(|known| **known == unit)?;
                return Some(Self { number, unit });
            }
        };
        Some(Self {
            number: number * share,
            unit: "px",
        })
    }

    /// The length in pixels; `full` is 100 %, and the font size is assumed to be the root's.
    pub(crate) fn pixels(&self, full: f64) -> f64 {
        let share = match self.unit {
            "%" => full / 100.0,
            "em" => ROOT_FONT,
            "ex" => ROOT_FONT / 2.0,
            "in" => 96.0,
            "cm" => 96.0 / 2.54,
            "mm" => 96.0 / 25.4,
            "pt" => 96.0 / 72.0,
            "pc" => 16.0,
            _ => 1.0,
        };
        self.number * share
    }

    /// The length in a form that the renderer reads.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.number, self.unit)
    }

    /// Converts both to one unit: pixels, unless they have the same one already.
    fn paired(self, other: Self) -> Option<(Self, Self)> {
        if self.unit == other.unit {
            return Some((self, other));
        }
        let is_absolute = |one: &Self| !matches!(one.unit, "" | "%" | "em" | "ex");
        let both = is_absolute(&self) && is_absolute(&other);
        let pixels = |one: &Self| Self {
            number: one.pixels(0.0),
            unit: "px",
        };
        // Zero is zero in every unit.
        if other.number == 0.0 {
            return Some((
                self.clone(),
                Self {
                    number: 0.0,
                    unit: self.unit,
                },
            ));
        }
        if self.number == 0.0 {
            return Some((
                Self {
                    number: 0.0,
                    unit: other.unit,
                },
                other,
            ));
        }
        both.then(|| (pixels(&self), pixels(&other)))
    }
}

fn calculated(name: &str, inside: &str, viewport: Viewport, depth: u32) -> Option<Quantity> {
    let list = || {
        split(inside, |byte| byte == b',')
            .map(|one| sum(one, viewport, depth))
            .collect::<Option<Vec<_>>>()
    };
    let pick = |list: Vec<Quantity>, takes_second: fn(f64, f64) -> bool| {
        let mut list = list.into_iter();
        let first = list.next()?;
        list.try_fold(first, |a, b| {
            let (a, b) = a.paired(b)?;
            Some(if takes_second(a.number, b.number) {
                b
            } else {
                a
            })
        })
    };
    match name.to_ascii_lowercase().as_str() {
        "calc" | "-webkit-calc" => sum(inside, viewport, depth),
        "min" => pick(list()?, |a, b| b < a),
        "max" => pick(list()?, |a, b| b > a),
        "clamp" => {
            let [low, value, high] = <[Quantity; 3]>::try_from(list()?).ok()?;
            let least = pick(vec![value, high], |a, b| b < a)?;
            pick(vec![low, least], |a, b| b > a)
        }
        _ => None,
    }
}

/// Parses terms between `+` and `-`, which have spaces around them.
fn sum(text: &str, viewport: Viewport, depth: u32) -> Option<Quantity> {
    let depth = depth.checked_sub(1)?;
    let mut total: Option<Quantity> = None;
    let (mut term, mut sign) = (Vec::new(), 1.0);
    let mut add = |term: &[&str], sign: f64| {
        let mut value = product(&term.join(" "), viewport, depth)?;
        value.number *= sign;
        total = Some(match total.take() {
            None => value,
            Some(before) => {
                let (mut a, b) = before.paired(value)?;
                a.number += b.number;
                a
            }
        });
        Some(())
    };
    for word in words(text) {
        match word {
            "+" | "-" => {
                add(&term, sign)?;
                term.clear();
                sign = if word == "-" { -1.0 } else { 1.0 };
            }
            word => term.push(word),
        }
    }
    add(&term, sign)?;
    total
}

/// Parses factors between `*` and `/`.
fn product(text: &str, viewport: Viewport, depth: u32) -> Option<Quantity> {
    let mut total: Option<Quantity> = None;
    let mut divides = false;
    let mut rest = Some(text);
    while let Some(text) = rest {
        let end = position(text, |byte| matches!(byte, b'*' | b'/'));
        let factor = factor(
            text.get(..end.unwrap_or(text.len()))?.trim(),
            viewport,
            depth,
        )?;
        total = Some(match total.take() {
            None => factor,
            Some(before) if divides && factor.unit.is_empty() && factor.number != 0.0 => Quantity {
                number: before.number / factor.number,
                unit: before.unit,
            },
            Some(before) if !divides && factor.unit.is_empty() => Quantity {
                number: before.number * factor.number,
                unit: before.unit,
            },
            Some(before) if !divides && before.unit.is_empty() => Quantity {
                number: before.number * factor.number,
                unit: factor.unit,
            },
            Some(_) => return None,
        });
        divides = end.is_some_and(|end| text.as_bytes().get(end) == Some(&b'/'));
        rest = end.and_then(|end| text.get(end + 1..));
    }
    total
}

fn factor(text: &str, viewport: Viewport, depth: u32) -> Option<Quantity> {
    match text
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        Some(inside) => sum(inside, viewport, depth),
        None => Quantity::read(text, viewport, depth),
    }
}

//! Effective values and where they come from.

use std::fmt;
use std::path::PathBuf;

use super::document::Place;
use super::flags::Flag;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Flag,
    Variable(String),
    File(PathBuf),
    /// A rule of the settings file, and its platform if the value is a default of that platform.
    Rule(Place, Option<&'static str>),
    /// The sidecar of the picture, and its platform likewise.
    Sidecar(Place, Option<&'static str>),
    Preset(&'static str),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Rule(place, preset) => written(f, "rule", place, *preset),
            Self::Sidecar(place, preset) => written(f, "sidecar", place, *preset),
            Self::Preset(name) => write!(f, "preset {name}"),
            Self::Default => f.write_str("default"),
        }
    }
}

fn written(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    place: &Place,
    preset: Option<&str>,
) -> fmt::Result {
    if let Some(preset) = preset {
        write!(f, "preset {preset} of ")?;
    }
    write!(f, "{what} {}:{}", place.path.display(), place.line)
}

/// The effective value of one flag.
#[derive(Debug, Clone)]
pub struct Value {
    pub flag: &'static Flag,
    pub text: String,
    pub origin: Origin,
}

impl Value {
    /// How a message names it: the flag if it was given as one, or else where it comes from.
    pub fn named(&self) -> String {
        let name = self.flag.name;
        match &self.origin {
            Origin::Flag => format!("--{name}"),
            origin => format!("{name} (from {origin})"),
        }
    }
}

/// How a message names the value of a flag; `place` names a value.
pub(super) fn named(values: &[Value], flag: &str, place: impl Fn(&Value) -> String) -> String {
    let value = values.iter().find(|value| value.flag.name == flag);
    value.map_or_else(|| flag.into(), place)
}

//! Options about pictures as pairs of a name and a text, for programs that have no command line. They mean
//! what the flags of these names mean.

use avatar_prepare::{Limits, Settings};

use super::flags::{FLAGS, Flag, Group};
use super::nearest::nearest;
use super::options::Options;
pub use super::values::{jobs, memory};

/// Reads settings and limits from pairs of a flag's name and its value; flags that are not named have their
/// defaults. The error says which flag was refused, and why. Variables and files are not read.
pub fn read(pairs: &[(String, String)]) -> Result<(Settings, Limits), String> {
    if let Some((name, _)) = pairs.iter().find(|(name, _)| find(name).is_none()) {
        return Err(unknown(name));
    }
    let mut options = Options::default();
    for flag in flags() {
        let given = pairs.iter().rfind(|(name, _)| name == flag.name);
        let text = given.map_or(flag.default, |(_, text)| text);
        (flag.apply)(&mut options, text).map_err(|why| format!("{} {why}", flag.name))?;
    }
    let edges = options.settings.check_edges();
    edges.map_err(|error| error.to_string())?;
    Ok((options.settings, options.limits))
}

/// Name, default and help of each option that [`read`] accepts.
pub fn all() -> Vec<(&'static str, &'static str, &'static str)> {
    let rows = flags().map(|flag| (flag.name, flag.default, flag.help));
    rows.collect()
}

/// The flags that decide what is made of a picture. `for` is not among them: it can make several results.
fn flags() -> impl Iterator<Item = &'static Flag> {
    FLAGS.iter().filter(|flag| match flag.group {
        Group::Picture => flag.name != "for",
        Group::Limits => true,
        Group::Report => flag.name == "score",
        Group::Run | Group::Upload => false,
    })
}

fn find(name: &str) -> Option<&'static Flag> {
    flags().find(|flag| flag.name == name)
}

fn unknown(name: &str) -> String {
    let near = nearest(name, flags().map(|flag| flag.name));
    let hint = near.map(|near| format!("; did you mean {near}?"));
    format!("unknown option {name}{}", hint.unwrap_or_default())
}

//! Reads options for single pictures from rules and sidecars.

use super::document::{Entry, Place};
use super::flags::{FLAGS, Flag, Group};
use super::nearest::nearest;
use super::options::Options;
use super::presets;
use crate::error::CliError;

/// The value of one option in a rule or a sidecar.
#[derive(Debug, Clone)]
pub struct Choice {
    pub flag: &'static Flag,
    pub text: String,
    /// Where it is written.
    pub place: Place,
    /// The platform that sets this value as a default; `None` if the value itself is written.
    pub preset: Option<&'static str>,
}

impl Choice {
    /// Sets the value in the options of a picture.
    pub(super) fn apply(&self, options: &mut Options) -> Result<(), CliError> {
        let Self { flag, text, .. } = self;
        (flag.apply)(options, text).map_err(|why| {
            CliError::usage(
                format!("{}: {} {why}", self.place, flag.name),
                "see avatar-prep --help",
            )
        })
    }
}

/// Reads and checks the options in a rule or a sidecar. `others` are further allowed keys, for the
/// message.
pub(super) fn read<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
    others: &[&str],
) -> Result<Vec<Choice>, CliError> {
    let choices = entries.into_iter().map(|entry| choice(entry, others));
    let choices: Vec<Choice> = choices.collect::<Result<_, _>>()?;
    // Wrong values are found even if the rule matches no picture.
    let mut scratch = Options::default();
    choices.iter().try_for_each(|it| it.apply(&mut scratch))?;
    let is_list = |it: &&Choice| it.flag.name == "for" && it.text.contains(',');
    if let Some(choice) = choices.iter().find(is_list) {
        return Err(CliError::usage(
            format!(
                "{}: for must name one platform, got {:?}",
                choice.place, choice.text
            ),
            "name several with --for, or with the key for at the top of the settings file",
        ));
    }
    Ok(with_presets(choices))
}

/// The options that rules and sidecars accept: all that concern a picture.
fn allowed() -> impl Iterator<Item = &'static Flag> {
    FLAGS.iter().filter(|flag| flag.group == Group::Picture)
}

fn choice(entry: &Entry, others: &[&str]) -> Result<Choice, CliError> {
    let flag = allowed().find(|flag| flag.name == entry.key);
    let Some(flag) = flag else {
        let keys = allowed().map(|flag| flag.name);
        let keys: Vec<&str> = others.iter().copied().chain(keys).collect();
        let of_the_run = FLAGS.iter().any(|flag| flag.name == entry.key);
        let what = if of_the_run {
            "applies to the whole run, not to single pictures"
        } else {
            "is not an option for pictures"
        };
        let near = nearest(&entry.key, keys.iter().copied()).filter(|_| !of_the_run);
        let near = near.map(|near| format!("did you mean {near}? "));
        return Err(CliError::usage(
            format!("{}: {:?} {what}", entry.place, entry.key),
            format!(
                "{}allowed are {}",
                near.unwrap_or_default(),
                keys.join(", ")
            ),
        ));
    };
    Ok(Choice {
        flag,
        text: entry.text_for(flag)?,
        place: entry.value_place.clone(),
        preset: None,
    })
}

/// Adds the defaults of a platform. They come first, so that written values replace them.
fn with_presets(choices: Vec<Choice>) -> Vec<Choice> {
    let mut all = Vec::new();
    for choice in choices.iter().filter(|choice| choice.flag.name == "for") {
        let Some(preset) = presets::find(&choice.text).ok().flatten() else {
            continue;
        };
        all.extend(allowed().filter_map(|flag| {
            Some(Choice {
                flag,
                text: preset.default_of(flag.name)?,
                place: choice.place.clone(),
                preset: Some(preset.name),
            })
        }));
    }
    all.extend(choices);
    all
}

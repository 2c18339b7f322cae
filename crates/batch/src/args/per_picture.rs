//! Determines the options of one picture. Sidecars come before flags and variables, and these
//! before rules and the other sources.

use std::path::Path;

use super::choice::Choice;
use super::flags::FLAGS;
use super::options::Options;
use super::origin::{Origin, Value};
use super::rules::Rule;
use super::sidecar;
use crate::error::CliError;

/// The rules, and the options that rules cannot change.
#[derive(Debug, Default)]
pub struct PerPicture {
    pub rules: Vec<Rule>,
    /// Names of the options that are set by flags and variables.
    fixed: Vec<&'static str>,
    /// Whether the run has several platforms.
    has_several: bool,
}

/// Where a choice is written.
#[derive(Clone, Copy)]
enum Layer {
    Rule,
    Sidecar,
}

impl PerPicture {
    pub(super) fn new(rules: Vec<Rule>, values: &[Value]) -> Self {
        let is_fixed = |value: &&Value| matches!(value.origin, Origin::Flag | Origin::Variable(_));
        let fixed = values.iter().filter(is_fixed);
        Self {
            rules,
            fixed: fixed.map(|value| value.flag.name).collect(),
            has_several: false,
        }
    }

    /// If several platforms are named for the run, no rule and no sidecar chooses another one.
    pub(super) fn for_several(mut self, several: bool) -> Self {
        self.fixed.extend(several.then_some("for"));
        self.has_several = several;
        self
    }

    /// The indices of the rules that match a picture, which is named by its path below the input
    /// folder.
    pub fn matching(&self, relative: &Path) -> Vec<usize> {
        let all = self.rules.iter().enumerate();
        all.filter(|(_, rule)| rule.matches(relative))
            .map(|(index, _)| index)
            .collect()
    }

    /// The options of the run, changed by these rules and this sidecar.
    pub fn options(
        &self,
        of_run: &Options,
        matching: &[usize],
        sidecar: Option<&Path>,
    ) -> Result<Options, CliError> {
        let mut own = of_run.clone();
        let choices = self.choices(matching, sidecar)?;
        choices
            .iter()
            .try_for_each(|(_, choice)| choice.apply(&mut own))?;
        check_edges(&own, &choices)?;
        Ok(own)
    }

    /// Replaces the values that rules and the sidecar change.
    pub fn replace(
        &self,
        values: &mut [Value],
        matching: &[usize],
        sidecar: Option<&Path>,
    ) -> Result<(), CliError> {
        for (layer, choice) in self.choices(matching, sidecar)? {
            let name = choice.flag.name;
            let Some(value) = values.iter_mut().find(|value| value.flag.name == name) else {
                continue;
            };
            value.text = choice.text;
            value.origin = match layer {
                Layer::Rule => Origin::Rule(choice.place, choice.preset),
                Layer::Sidecar => Origin::Sidecar(choice.place, choice.preset),
            };
        }
        Ok(())
    }

    /// The choices of rules and the sidecar, in ascending order of precedence.
    fn choices(
        &self,
        matching: &[usize],
        sidecar: Option<&Path>,
    ) -> Result<Vec<(Layer, Choice)>, CliError> {
        let mut all: Vec<(Layer, Choice)> = Vec::new();
        let rules = matching.iter().filter_map(|index| self.rules.get(*index));
        for rule in rules {
            let wins = |name: &str| self.fixed.contains(&name);
            let free = rule.choices.iter().filter(|choice| !wins(choice.flag.name));
            // A gravity set by a flag is not overridden by the focus of a rule.
            let free = free.filter(|it| it.flag.name != "focus" || !wins("gravity"));
            // A platform set by a flag replaces that of a rule, with all of its defaults.
            let free = free.filter(|it| it.preset.is_none() || !wins("for"));
            add(&mut all, Layer::Rule, free.cloned().collect());
        }
        if let Some(path) = sidecar {
            let mut own = sidecar::read(path)?;
            // The defaults of one platform would replace those of all.
            own.retain(|it| !self.has_several || it.preset.is_none() && it.flag.name != "for");
            add(&mut all, Layer::Sidecar, own);
        }
        Ok(all)
    }
}

/// Adds the choices of a layer. A focus has precedence over gravity, but not over the gravity of a
/// higher layer, which therefore resets the focus.
fn add(all: &mut Vec<(Layer, Choice)>, layer: Layer, choices: Vec<Choice>) {
    let says = |name: &str| choices.iter().find(|choice| choice.flag.name == name);
    if let (Some(gravity), None) = (says("gravity"), says("focus")) {
        let focus = FLAGS.iter().find(|it| it.name == "focus");
        all.extend(focus.map(|flag| {
            let no_focus = Choice {
                flag,
                text: "none".into(),
                ..gravity.clone()
            };
            (layer, no_focus)
        }));
    }
    all.extend(choices.into_iter().map(|choice| (layer, choice)));
}

/// Checks the two edges against each other; each one alone is already valid.
fn check_edges(own: &Options, choices: &[(Layer, Choice)]) -> Result<(), CliError> {
    let Err(error) = own.settings.check_edges() else {
        return Ok(());
    };
    let is_edge = |choice: &Choice| ["size", "min-size"].contains(&choice.flag.name);
    let last = choices.iter().rev().find(|(_, choice)| is_edge(choice));
    match last {
        Some((_, choice)) => Err(CliError::usage(
            format!("{}: {error}", choice.place),
            "lower min-size, or raise size",
        )),
        None => Ok(()),
    }
}

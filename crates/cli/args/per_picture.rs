//! The options of one picture: what a sidecar says, then flags and variables, then rules, then the
//! other layers.

use std::path::Path;

use super::choice::Choice;
use super::flags::FLAGS;
use super::options::Options;
use super::origin::{Origin, Value};
use super::rules::Rule;
use super::sidecar;
use crate::error::CliError;

/// What is written for single pictures, and what no rule may change.
#[derive(Debug, Default)]
pub(crate) struct PerPicture {
    pub(crate) rules: Vec<Rule>,
    /// Names of options that flags and variables set.
    fixed: Vec<&'static str>,
}

/// Where a choice stands.
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
        }
    }

    /// The rules for the picture at this path below its input folder, by their numbers.
    pub(crate) fn matching(&self, relative: &Path) -> Vec<usize> {
        let all = self.rules.iter().enumerate();
        all.filter(|(_, rule)| rule.matches(relative))
            .map(|(index, _)| index)
            .collect()
    }

    /// The options of a picture with these rules and this sidecar, over those of the run.
    pub(crate) fn options(
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

    /// Replaces what rules and the sidecar change among the values of the run.
    pub(crate) fn replace(
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

    /// What rules and the sidecar choose, weakest first.
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
            // A flag that says where to cut is not undone by the point of a rule.
            let free = free.filter(|it| it.flag.name != "focus" || !wins("gravity"));
            add(&mut all, Layer::Rule, free.cloned().collect());
        }
        if let Some(path) = sidecar {
            add(&mut all, Layer::Sidecar, sidecar::read(path)?);
        }
        Ok(all)
    }
}

/// Adds the choices of a layer. A focus beats gravity, but not the gravity of a stronger layer.
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

/// Each of the two edges is right by itself; together they may not be.
fn check_edges(own: &Options, choices: &[(Layer, Choice)]) -> Result<(), CliError> {
    let (edge, min_edge) = (own.settings.edge(), own.settings.min_edge());
    let is_edge = |choice: &Choice| ["size", "min-size"].contains(&choice.flag.name);
    let last = choices.iter().rev().find(|(_, choice)| is_edge(choice));
    match last {
        Some((_, choice)) if min_edge > edge => Err(CliError::usage(
            format!(
                "{}: min-size {min_edge} is larger than size {edge}",
                choice.place
            ),
            "lower min-size, or raise size",
        )),
        _ => Ok(()),
    }
}

//! What a script needs to know of the command line, the same for all shells.

use clap::builder::Str;
use clap::{Arg, ArgAction, Command, ValueHint};

/// All commands with their options.
pub(super) struct CommandLine {
    /// Preparing first; its name is empty.
    pub(super) commands: Vec<Scope>,
    /// Every option of any command, once.
    pub(super) options: Vec<Choice>,
}

/// A command: what can follow it.
pub(super) struct Scope {
    pub(super) name: String,
    pub(super) help: String,
    /// Names of its options, without dashes.
    pub(super) options: Vec<String>,
    /// The help of each of them, which differs between commands.
    helps: Vec<String>,
    /// What its arguments can be.
    pub(super) arguments: Takes,
    /// The placeholder of its arguments.
    pub(super) placeholder: String,
}

/// An option.
pub(super) struct Choice {
    /// The long name, without dashes.
    pub(super) long: String,
    pub(super) short: Option<char>,
    /// The help that the first command with it has; see [`Scope::help`] for the others.
    pub(super) help: String,
    /// The placeholder of the value.
    pub(super) placeholder: String,
    /// What the value can be.
    pub(super) takes: Takes,
    pub(super) repeats: bool,
}

/// What can be written in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    /// Text or a number, of which nothing is known.
    Text,
    Words(Vec<String>),
    /// Some of these words, with commas between.
    List(Vec<String>),
    /// Files or folders.
    Paths,
    Folders,
}

impl CommandLine {
    pub(super) fn read(command: &Command) -> Self {
        let below = command.get_subcommands().map(Scope::read);
        let mut commands = vec![Scope {
            name: String::new(),
            ..Scope::read(command)
        }];
        commands.extend(below);
        let all = [command].into_iter().chain(command.get_subcommands());
        let mut options: Vec<Choice> = Vec::new();
        for arg in all.flat_map(Command::get_arguments) {
            let Some(long) = arg.get_long() else { continue };
            if !options.iter().any(|option| option.long == long) {
                options.push(Choice::read(arg, long));
            }
        }
        Self { commands, options }
    }

    /// The words that are followed by a value, with dashes.
    pub(super) fn valued(&self) -> Vec<String> {
        let valued = self
            .options
            .iter()
            .filter(|option| option.takes != Takes::Nothing);
        valued.flat_map(Choice::words).collect()
    }

    /// The commands other than preparing.
    pub(super) fn named(&self) -> impl Iterator<Item = &Scope> {
        self.commands.iter().filter(|scope| !scope.name.is_empty())
    }

    /// The options of a command.
    pub(super) fn of<'a>(&'a self, scope: &'a Scope) -> impl Iterator<Item = &'a Choice> {
        let listed = |option: &&Choice| scope.options.contains(&option.long);
        self.options.iter().filter(listed)
    }
}

impl Scope {
    fn read(command: &Command) -> Self {
        let longs = command.get_arguments().filter_map(Arg::get_long);
        let first = command.get_arguments().find(|arg| arg.get_long().is_none());
        Self {
            name: command.get_name().to_string(),
            help: command
                .get_about()
                .map(ToString::to_string)
                .unwrap_or_default(),
            options: longs.map(str::to_string).collect(),
            helps: command
                .get_arguments()
                .filter(|arg| arg.get_long().is_some())
                .map(help)
                .collect(),
            arguments: first.map_or(Takes::Nothing, Takes::read),
            placeholder: first.map(placeholder).unwrap_or_default(),
        }
    }

    /// The help of an option that the command has.
    pub(super) fn help<'a>(&'a self, option: &'a Choice) -> &'a str {
        let at = self.options.iter().position(|it| *it == option.long);
        let own = at.and_then(|at| self.helps.get(at));
        own.unwrap_or(&option.help)
    }
}

impl Choice {
    fn read(arg: &Arg, long: &str) -> Self {
        Self {
            long: long.to_string(),
            short: arg.get_short(),
            help: help(arg),
            placeholder: placeholder(arg),
            takes: Takes::read(arg),
            repeats: matches!(arg.get_action(), ArgAction::Append),
        }
    }

    /// How it is written, with dashes: the short form first.
    pub(super) fn words(&self) -> Vec<String> {
        let short = self.short.map(|short| format!("-{short}"));
        short
            .into_iter()
            .chain([format!("--{}", self.long)])
            .collect()
    }
}

impl Takes {
    fn read(arg: &Arg) -> Self {
        if !arg.get_action().takes_values() {
            return Self::Nothing;
        }
        let values = arg.get_possible_values();
        let words: Vec<String> = values
            .iter()
            .map(|value| value.get_name().to_string())
            .collect();
        match arg.get_value_hint() {
            _ if !words.is_empty() && arg.get_value_delimiter().is_some() => Self::List(words),
            _ if !words.is_empty() => Self::Words(words),
            ValueHint::DirPath => Self::Folders,
            ValueHint::FilePath | ValueHint::AnyPath => Self::Paths,
            _ => Self::Text,
        }
    }
}

fn help(arg: &Arg) -> String {
    arg.get_help().map(ToString::to_string).unwrap_or_default()
}

fn placeholder(arg: &Arg) -> String {
    let name = arg.get_value_names().and_then(<[Str]>::first);
    name.map(ToString::to_string).unwrap_or_default()
}

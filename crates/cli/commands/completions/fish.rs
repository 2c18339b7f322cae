//! The script for fish.

use super::model::{Choice, CommandLine, Scope, Takes};

const SCRIPT: &str = r#"# Completes avatar-prep in fish: avatar-prep completions fish | source
function __avatar_prep_first_argument
    set -l words (commandline -opc)
    set -e words[1]
    set -l is_value 0
    for word in $words
        if test $is_value = 1
            set is_value 0
            continue
        end
        switch $word
            case @VALUED@
                set is_value 1
            case -
                echo -- -
                return 0
            case '-*'
            case '*'
                echo -- $word
                return 0
        end
    end
    return 1
end
function __avatar_prep_is
    set -l command (__avatar_prep_first_argument)
    contains -- "$command" @NAMES@
    or set command prepare
    contains -- $command $argv
end
function __avatar_prep_list
    set -l before (commandline -ct | string replace -r '^--[^=]*=' '' | string match -r '^.*,')
    for word in $argv
        echo -- "$before$word"
    end
end
complete -c avatar-prep -n 'not __avatar_prep_first_argument >/dev/null' -a '-' -d 'Standard input'
"#;

pub(super) fn script(line: &CommandLine) -> String {
    let names: Vec<&str> = line.named().map(|scope| scope.name.as_str()).collect();
    let commands: String = line.named().map(command).collect();
    let options: String = line
        .options
        .iter()
        .map(|choice| option(line, choice))
        .collect();
    let valued: Vec<String> = line.valued();
    let head = SCRIPT
        .replace("@VALUED@", &valued.join(" "))
        .replace("@NAMES@", &names.join(" "));
    format!("{head}{commands}{options}")
}

/// The name of a command, and its arguments.
fn command(scope: &Scope) -> String {
    let Scope { name, help, .. } = scope;
    let mut lines = format!(
        "complete -c avatar-prep -n 'not __avatar_prep_first_argument >/dev/null' -a {name} -d '{}'\n",
        text(help)
    );
    let arguments = value(&scope.arguments).replace("-x", "-f");
    if scope.arguments != Takes::Paths {
        let arguments = if arguments.is_empty() {
            "-f"
        } else {
            &arguments
        };
        lines.push_str(&format!(
            "complete -c avatar-prep -n '__avatar_prep_is {name}' {arguments}\n"
        ));
    }
    lines
}

/// An option, and the commands that have it: a line for each help.
fn option(line: &CommandLine, option: &Choice) -> String {
    let mut by_help: Vec<(&str, Vec<&str>)> = Vec::new();
    let scopes = line.commands.iter();
    for scope in scopes.filter(|scope| scope.options.contains(&option.long)) {
        let name = match scope.name.as_str() {
            "" => "prepare",
            name => name,
        };
        let help = scope.help(option);
        match by_help.iter_mut().find(|(known, _)| *known == help) {
            Some((_, names)) => names.push(name),
            None => by_help.push((help, vec![name])),
        }
    }
    let short = option.short.map(|short| format!(" -s {short}"));
    let short = short.unwrap_or_default();
    let (long, value) = (&option.long, value(&option.takes));
    let line = |(help, names): (&str, Vec<&str>)| {
        format!(
            "complete -c avatar-prep -n '__avatar_prep_is {}'{short} -l {long} {value} -d '{}'\n",
            names.join(" "),
            text(help)
        )
    };
    by_help.into_iter().map(line).collect()
}

/// How a value is completed; nothing for a switch.
fn value(takes: &Takes) -> String {
    match takes {
        Takes::Nothing => String::new(),
        Takes::Text => "-x".into(),
        Takes::Words(words) => format!("-x -a '{}'", words.join(" ")),
        Takes::List(words) => format!("-x -a '(__avatar_prep_list {})'", words.join(" ")),
        Takes::Paths => "-r -F".into(),
        Takes::Folders => "-x -a '(__fish_complete_directories)'".into(),
    }
}

/// Help within single quotes.
fn text(help: &str) -> String {
    help.replace('\\', "\\\\").replace('\'', "\\'")
}

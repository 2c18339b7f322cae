//! The script for zsh.

use super::model::{Choice, CommandLine, Scope, Takes};

const SCRIPT: &str = r#"#compdef avatar-prep
# Completes avatar-prep in zsh: a file _avatar-prep in a folder of $fpath, or
# source <(avatar-prep completions zsh) after compinit.
_avatar-prep_first() {
    local -a commands
    commands=(
@NAMES@    )
    local found=1
    _describe -t commands command commands && found=0
    _files && found=0
    return found
}
_avatar-prep() {
    local command="" i
    for ((i = 2; i < CURRENT; i++)); do
        case "${words[i]}" in
            (@VALUED@) ((i++)) ;;
            (-?*) ;;
            (*)
                command="${words[i]}"
                break
                ;;
        esac
    done
    case "$command" in
@COMMANDS@    esac
}
if [[ "${funcstack[1]}" == "_avatar-prep" ]]; then
    _avatar-prep "$@"
else
    compdef _avatar-prep avatar-prep
fi
"#;

pub(super) fn script(line: &CommandLine) -> String {
    let name = |scope: &Scope| format!("        '{}:{}'\n", scope.name, text(&scope.help));
    let names: String = line.named().map(name).collect();
    let last = line.commands.iter().rev();
    let commands: String = last.map(|scope| command(line, scope)).collect();
    SCRIPT
        .replace("@NAMES@", &names)
        .replace("@VALUED@", &line.valued().join("|"))
        .replace("@COMMANDS@", &commands)
}

/// The options and arguments of a command.
fn command(line: &CommandLine, scope: &Scope) -> String {
    let options: String = line
        .of(scope)
        .map(|it| option(it, scope.help(it)))
        .collect();
    let (name, arguments) = match scope.name.as_str() {
        "" => (
            "*",
            "'1:command or path:_avatar-prep_first' '*:path:_files'".into(),
        ),
        name => match action(&scope.arguments, &scope.placeholder) {
            None => (name, "'1: :'".into()),
            Some(action) => (name, format!("'1: :' '*:{}:{action}'", scope.placeholder)),
        },
    };
    format!(
        "        ({name})\n            _arguments -s -S : \\\n{options}                {arguments}\n            ;;\n"
    )
}

fn option(option: &Choice, help: &str) -> String {
    let help = text(help);
    let action = action(&option.takes, &option.placeholder);
    let value = action.map(|action| format!(":{}:{action}", option.placeholder));
    let value = value.unwrap_or_default();
    let equals = if value.is_empty() { "" } else { "=" };
    let long = &option.long;
    let spec = match option.short {
        Some(short) => {
            let plus = if value.is_empty() { "" } else { "+" };
            let names = format!("{{-{short}{plus},--{long}{equals}}}");
            match option.repeats {
                true => format!("'*'{names}'[{help}]{value}'"),
                false => format!("'(-{short} --{long})'{names}'[{help}]{value}'"),
            }
        }
        None => {
            let star = if option.repeats { "*" } else { "" };
            format!("'{star}--{long}{equals}[{help}]{value}'")
        }
    };
    format!("                {spec} \\\n")
}

/// What completes a value; `None` for a switch.
fn action(takes: &Takes, placeholder: &str) -> Option<String> {
    Some(match takes {
        Takes::Nothing => return None,
        Takes::Text => " ".into(),
        Takes::Words(words) => format!("({})", words.join(" ")),
        Takes::List(words) => format!("_values -s , {placeholder} {}", words.join(" ")),
        Takes::Paths => "_files".into(),
        Takes::Folders => "_files -/".into(),
    })
}

/// Help within single quotes and brackets.
fn text(help: &str) -> String {
    help.replace('\\', "\\\\")
        .replace('\'', "'\\''")
        .replace('[', "\\[")
        .replace(']', "\\]")
        .replace(':', "\\:")
}

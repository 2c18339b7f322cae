//! The script for bash, 3.2 (macOS) and later. It needs no other package.

use super::model::{Choice, CommandLine, Scope, Takes};

const SCRIPT: &str = r#"# Completes avatar-prep in bash: source <(avatar-prep completions bash)
_avatar_prep() {
    local IFS=$' \t\n'
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}"
    local command="" first=1 options="" before="" i
    # bash cuts --fit=cover into three words.
    if [[ $current == "=" ]]; then
        current=""
    elif [[ $previous == "=" ]]; then
        previous="${COMP_WORDS[COMP_CWORD - 2]}"
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "${COMP_WORDS[i]}" in
            @VALUED@)
                [[ ${COMP_WORDS[i + 1]} == "=" ]] && ((i++))
                ((i++))
                ;;
            -?*) ;;
            *)
                command="${COMP_WORDS[i]}"
                first=0
                break
                ;;
        esac
    done
    COMPREPLY=()
    case "$previous" in
@VALUES@    esac
    case "$command" in
@COMMANDS@    esac
    if [[ $current == -* ]]; then
        compopt +o default 2>/dev/null
        COMPREPLY=($(compgen -W "$options" -- "$current"))
        return
    fi
    if [[ $first == 1 ]]; then
        # Folders are added to the commands that match; without any, bash completes files.
        compopt -o plusdirs 2>/dev/null
        COMPREPLY=($(compgen -W "@NAMES@" -- "$current"))
        return
    fi
    case "$command" in
@ARGUMENTS@    esac
}
complete -o bashdefault -o default -F _avatar_prep avatar-prep
"#;

pub(super) fn script(line: &CommandLine) -> String {
    let names: Vec<&str> = line.named().map(|scope| scope.name.as_str()).collect();
    let values: String = line.options.iter().filter_map(value).collect();
    let commands: String = line.commands.iter().rev().map(options).collect();
    let arguments: String = line.named().filter_map(arguments).collect();
    SCRIPT
        .replace("@VALUED@", &line.valued().join(" | "))
        .replace("@VALUES@", &values)
        .replace("@COMMANDS@", &commands)
        .replace("@NAMES@", &names.join(" "))
        .replace("@ARGUMENTS@", &arguments)
}

/// What follows an option.
fn value(option: &Choice) -> Option<String> {
    let words = option.words().join(" | ");
    let reply = reply(&option.takes)?;
    Some(format!("        {words})\n{reply}            ;;\n"))
}

/// What is typed in the place of an argument.
fn arguments(scope: &Scope) -> Option<String> {
    let reply = reply(&scope.arguments).unwrap_or_else(|| TEXT.into());
    Some(format!("        {})\n{reply}            ;;\n", scope.name))
}

/// Nothing is completed.
const TEXT: &str = "            compopt +o default 2>/dev/null\n            return\n";

fn reply(takes: &Takes) -> Option<String> {
    let words = |before: &str, words: &[String], current: &str| {
        format!(
            "            compopt +o default 2>/dev/null\n{before}            COMPREPLY=($(compgen -P \"$before\" -W \"{}\" -- \"{current}\"))\n            return\n",
            words.join(" ")
        )
    };
    Some(match takes {
        Takes::Nothing => return None,
        Takes::Text => TEXT.into(),
        Takes::Words(all) => words("", all, "$current"),
        Takes::List(all) => words(
            "            [[ $current == *,* ]] && before=\"${current%,*},\"\n",
            all,
            "${current##*,}",
        ),
        // An empty reply: bash completes files itself, and quotes their names.
        Takes::Paths => "            return\n".into(),
        Takes::Folders => {
            "            compopt -o dirnames 2>/dev/null\n            return\n".into()
        }
    })
}

/// The options of a command.
fn options(scope: &Scope) -> String {
    let name = if scope.name.is_empty() {
        "*"
    } else {
        &scope.name
    };
    let options: Vec<String> = scope
        .options
        .iter()
        .map(|long| format!("--{long}"))
        .collect();
    format!(
        "        {name})\n            options=\"{}\"\n            ;;\n",
        options.join(" ")
    )
}

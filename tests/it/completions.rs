//! Scripts that complete the command line, in the shells that read them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::support::{folder, run, write};

const SHELLS: [&str; 4] = ["bash", "zsh", "fish", "powershell"];

fn script(shell: &str) -> String {
    let folder = folder(&[]);
    let said = run(folder.path(), &["completions", shell]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    said.stdout
}

/// The long options in the help of a command.
fn options_of_help(command: &[&str]) -> BTreeSet<String> {
    options(command, |_| true)
}

/// The long options in those lines of the help that are wanted.
fn options(command: &[&str], is_wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let folder = folder(&[]);
    let help = run(folder.path(), &[command, &["--help"]].concat()).stdout;
    let lines = help
        .lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with('-') && is_wanted(line));
    let options = lines.filter_map(|line| line.split([' ', ',']).find(|it| it.starts_with("--")));
    options.map(str::to_string).collect()
}

/// The other commands, as the help lists them.
fn commands() -> Vec<String> {
    let folder = folder(&[]);
    let help = run(folder.path(), &["--help"]).stdout;
    let lines = help
        .lines()
        .filter_map(|line| line.strip_prefix("       avatar-prep "));
    lines
        .map(|line| line.split(' ').next().unwrap().to_string())
        .collect()
}

/// What bash offers for these words, of which the last one is being typed.
fn bash(words: &[&str]) -> Vec<String> {
    let folder = folder(&[("script", script("bash").as_bytes())]);
    let program = "source ./script; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _avatar_prep; \
                   printf '%s\\n' \"${COMPREPLY[@]}\"";
    let output = Command::new("bash")
        .args(["--norc", "-u", "-c", program, "bash", "avatar-prep"])
        .args(words)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(str::to_string).collect()
}

#[test]
fn every_script_has_all_options_and_commands() {
    for shell in SHELLS {
        let script = script(shell);
        for option in options_of_help(&[]) {
            let name = if shell == "fish" {
                format!(" -l {} ", option.trim_start_matches('-'))
            } else {
                option
            };
            assert!(script.contains(&name), "{shell} does not know {name}");
        }
        for command in commands() {
            assert!(script.contains(&command), "{shell}: {command}");
        }
    }
}

#[test]
fn bash_offers_the_options_that_the_help_of_each_command_lists() {
    for command in commands() {
        let offered: BTreeSet<String> = bash(&[&command, "--"]).into_iter().collect();
        assert_eq!(offered, options_of_help(&[&command]), "{command}");
    }
    let offered: BTreeSet<String> = bash(&["photos", "--"]).into_iter().collect();
    assert_eq!(offered, options_of_help(&[]));
}

#[test]
fn bash_offers_words_for_values_and_arguments() {
    for (words, expected) in [
        (&["--fit", ""] as &[&str], "cover contain auto"),
        (&["--fit", "=", "co"], "cover contain"),
        (&["--fit", "="], "cover contain auto"),
        (&["--gravity", "face,ce"], "face,center"),
        (&["--for", "slack,gith"], "slack,github"),
        (&["photos", "--effort", "b"], "balanced best"),
        (&["re"], "review"),
        (&["--size", "512", "-j", "4", "up"], "upload"),
        (&["--size", "=", "512", "--force", "up"], "upload"),
        (&["--size", "up"], ""),
        (&["photos", "up"], ""),
        (&["-", "up"], ""),
        (&["check", "a.png", "--format", ""], "text github"),
        (&["completions", ""], "bash zsh fish powershell"),
        (&["--json", "clean", "--del"], "--delete"),
    ] {
        assert_eq!(bash(words).join(" "), expected, "{words:?}");
    }
}

/// Whatever is offered as a value is accepted.
#[test]
fn the_program_accepts_every_word_that_is_offered() {
    let folder = folder(&[]);
    let mut words = 0;
    let has_value = |line: &str| line.split("  ").next().unwrap().ends_with('>');
    for option in options(&[], has_value) {
        for word in bash(&[&option, ""]) {
            words += 1;
            let said = run(folder.path(), &["config", &option, &word]);
            assert_eq!(
                (said.code, said.stderr.as_str()),
                (0, ""),
                "{option} {word}"
            );
        }
    }
    assert!(words > 45, "{words}");
}

/// A command that uses an option for something else than a run says so in all scripts with help.
#[test]
fn options_have_the_help_of_their_command() {
    let own = "Platforms to check against, see avatar-prep presets";
    let of_runs = "Make squares for these, see avatar-prep presets";
    for shell in ["zsh", "fish", "powershell"] {
        let script = script(shell);
        assert_eq!(script.matches(own).count(), 1, "{shell}");
        assert!(script.contains(of_runs), "{shell}");
    }
    let zsh = script("zsh");
    let check = zsh.split("        (check)\n").nth(1).unwrap();
    let check = check.split(";;").next().unwrap();
    assert!(check.contains(own) && !check.contains(of_runs), "{check}");
    let wanted = format!("'check --for' = '{own} [default: none]'");
    assert!(script("powershell").contains(&wanted));
}

#[test]
fn an_unknown_shell_is_refused() {
    let folder = folder(&[]);
    let said = run(folder.path(), &["completions", "tcsh"]);
    assert_eq!(said.code, 2);
    assert_eq!(
        said.stderr,
        "error: SHELL must be bash, zsh, fish or powershell, got \"tcsh\"\n  \
         hint: see avatar-prep completions --help\n"
    );
}

/// No PowerShell is at hand: at least every quote and bracket is closed.
#[test]
fn the_script_for_powershell_is_balanced() {
    let script = script("powershell");
    let (mut open, mut quoted) = (Vec::new(), false);
    for line in script.lines().filter(|line| !line.trim().starts_with('#')) {
        for c in line.chars() {
            match c {
                '\'' => quoted = !quoted,
                _ if quoted => {}
                '(' | '{' | '[' => open.push(c),
                ')' | '}' | ']' => {
                    let closed = "({[".chars().nth(")}]".find(c).unwrap());
                    assert_eq!(open.pop(), closed, "{line}");
                }
                _ => {}
            }
        }
        assert!(!quoted, "{line}");
    }
    assert!(open.is_empty());
}

/// PowerShell refuses the whole script if two keys of a table differ only in upper and lower case.
#[test]
fn no_table_for_powershell_has_a_key_twice() {
    let script = script("powershell");
    let (mut keys, mut seen) = (Vec::new(), 0);
    for line in script.lines().map(str::trim) {
        if line.ends_with("@{") {
            keys.clear();
        } else if let Some((key, _)) = line.split_once("' = ") {
            let key = key.to_lowercase();
            assert!(!keys.contains(&key), "{line}");
            keys.push(key);
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen} keys");
}

/// A grammar of PowerShell that others wrote reads the script, and its tables are those of the help and of bash.
#[test]
#[cfg_attr(
    not(powershell_grammar),
    ignore = "needs tree-sitter-powershell, see CONTRIBUTING.md"
)]
fn a_grammar_of_powershell_reads_the_tables_of_its_script() {
    let script = script("powershell");
    let read = parsed(&script);
    assert_eq!(read["errors"], 0);
    let words = |table: &str, key: &str| -> Vec<String> {
        serde_json::from_value(read[table][key].clone()).unwrap_or_else(|_| panic!("{table} {key}"))
    };
    for command in commands().into_iter().chain([String::new()]) {
        let offered: BTreeSet<String> = words("$options", &command).into_iter().collect();
        let scope: &[&str] = if command.is_empty() { &[] } else { &[&command] };
        assert_eq!(offered, options_of_help(scope), "{command}");
    }
    let named: BTreeSet<String> = read["$commands"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(named, commands().into_iter().collect());
    let values = read["$values"].as_object().unwrap();
    for option in values.keys() {
        assert_eq!(words("$values", option), bash(&[option, ""]), "{option}");
    }
    assert!(values.len() > 5, "{values:?}");
    assert_eq!(words("$arguments", "completions"), SHELLS);
    // A grammar that accepts anything would prove nothing.
    for (part, changed) in [
        ("$help = @{", "$help = @"),
        ("'balanced'", "'balanced"),
        ("++)", "++"),
    ] {
        let damaged = script.replacen(part, changed, 1);
        assert!(parsed(&damaged)["errors"].as_u64() > Some(0), "{changed}");
    }
}

/// The number of errors in a script, and its tables: each variable that is one, with the words of each key.
fn parsed(script: &str) -> serde_json::Value {
    let program = r#"
import json, sys, tree_sitter, tree_sitter_powershell
tree = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language())).parse(open(sys.argv[1], "rb").read())
def below(node, kind):
    for child in node.children:
        if child.type == kind:
            yield child
        else:
            yield from below(child, kind)
def errors(node):
    return (node.type == "ERROR" or node.is_missing) + sum(map(errors, node.children))
def words(node):
    return [it.text.decode()[1:-1].replace("''", "'") for it in below(node, "verbatim_string_characters")]
tables = {"errors": errors(tree.root_node)}
for assignment in below(tree.root_node, "assignment_expression"):
    variable, value = assignment.children[0].text.decode(), assignment.children[-1]
    for table in below(value, "hash_literal_expression"):
        pairs = tables.setdefault(variable, {})
        for entry in below(table, "hash_entry"):
            (key,) = words(next(below(entry, "key_expression")))
            assert key not in pairs, key
            pairs[key] = words(entry.children[-1])
print(json.dumps(tables))
"#;
    let folder = folder(&[("script.ps1", script.as_bytes())]);
    let path = folder.path().join("script.ps1");
    let said = python(&["-c", program, &path.display().to_string()]);
    serde_json::from_str(&said).unwrap()
}

/// Types a line into an interactive shell, whose file of commands is given, and returns what it ran: each argument
/// in angle brackets.
fn typed(shell: &str, commands: &str, line: &str) -> String {
    let driver = r#"
import os, pty, sys, select, time
folder, shell, line = sys.argv[1:]
start = {"bash": ["bash", "--noprofile", "--rcfile", "commands", "-i"], "zsh": ["zsh", "-d", "-i"]}[shell]
pid, terminal = pty.fork()
if pid == 0:
    os.chdir(folder)
    os.execvpe(start[0], start, {"PATH": os.environ["PATH"], "TERM": "dumb", "ZDOTDIR": folder, "HOME": folder, "LC_ALL": "C.UTF-8"})
seen = b""
def until(mark):
    global seen
    while mark not in seen:
        ready, _, _ = select.select([terminal], [], [], 60)
        try:
            more = os.read(terminal, 65536) if ready else b""
        except OSError:
            more = b""
        if not more:
            sys.exit(f"no {mark!r} in {seen!r}")
        seen += more
until(b"READY>")
seen = b""
os.write(terminal, line.encode() + b"\r")
until(b"END")
os.write(terminal, b"exit\r")
ran = seen[seen.index(b"RAN") + 3 : seen.index(b"END")]
print(ran.decode())
os.close(terminal)
os.waitpid(pid, 0)
"#;
    let file = if shell == "zsh" { ".zshrc" } else { "commands" };
    let head =
        "PS1='READY> '\navatar-prep() { printf 'RA''N'; printf '<%s>' \"$@\"; echo 'EN''D'; }\n";
    let commands = format!("{head}{commands}");
    let folder = folder(&[
        (file, commands.as_bytes()),
        ("script", script(shell).as_bytes()),
        ("My Photos/a b.png", b""),
        ("accounts.toml", b""),
        ("results/c.jpg", b""),
    ]);
    write(&folder.path().join("results.txt"), b"");
    let output = python(&[
        "-c",
        driver,
        &folder.path().display().to_string(),
        shell,
        line,
    ]);
    output.trim().to_string()
}

fn python(args: &[&str]) -> String {
    let python = std::env::var_os("AVATAR_PREP_PYTHON");
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/python");
    let output = Command::new(python.map_or(place, Into::into))
        .args(args)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Lines with tabs, and what they become.
const TYPED: [(&str, &str); 9] = [
    ("avatar-prep veri\tx", "<verify><x>"),
    ("avatar-prep My\t", "<My Photos/>"),
    ("avatar-prep My\ta\t x", "<My Photos/a b.png><x>"),
    (
        "avatar-prep --accounts acc\tx",
        "<--accounts><accounts.toml><x>",
    ),
    ("avatar-prep --eff\tbal\tx", "<--effort><balanced><x>"),
    ("avatar-prep --fit=cov\tx", "<--fit=cover><x>"),
    ("avatar-prep photos --wat\tx", "<photos><--watch><x>"),
    ("avatar-prep verify res\t", "<verify><results/>"),
    (
        "avatar-prep --size 512 review --no-o\tx",
        "<--size><512><review><--no-open><x>",
    ),
];

#[test]
#[cfg_attr(not(terminal), ignore = "needs a Python with pty, see CONTRIBUTING.md")]
fn bash_completes_what_is_typed() {
    for (line, expected) in TYPED {
        let ran = typed("bash", "source ./script\n", line);
        assert_eq!(ran, expected, "{line:?}");
    }
}

#[test]
#[cfg_attr(
    not(all(zsh, terminal)),
    ignore = "needs zsh and a Python with pty, see CONTRIBUTING.md"
)]
fn zsh_completes_what_is_typed() {
    let commands = "autoload -U compinit\ncompinit -D -u\nsource ./script\n";
    for (line, expected) in TYPED {
        // A long option is completed with its equals sign.
        let ran = typed("zsh", commands, line);
        let same = ran.replace("--effort=", "--effort><");
        // It takes back the slash of a folder when the line is run.
        let expected = expected.replace("/>", ">");
        assert_eq!(same, expected, "{line:?}");
    }
    let ran = typed("zsh", commands, "avatar-prep --gravity face,cen\tx");
    assert!(ran.starts_with("<--gravity><face,center"), "{ran}");
}

/// What fish offers for a line.
fn fish(line: &str) -> Vec<String> {
    let folder = folder(&[
        ("script", script("fish").as_bytes()),
        ("My Photos/a b.png", b""),
        ("accounts.toml", b""),
    ]);
    let output = Command::new("fish")
        .args([
            "--no-config",
            "-c",
            "source ./script; complete -C $argv[1]",
            line,
        ])
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
    let text = String::from_utf8(output.stdout).unwrap();
    let words = text.lines().map(|line| line.split('\t').next().unwrap());
    let mut words: Vec<String> = words.map(str::to_string).collect();
    words.sort();
    words.dedup();
    words
}

#[test]
#[cfg_attr(not(fish), ignore = "needs fish, see CONTRIBUTING.md")]
fn fish_completes_commands_options_values_and_paths() {
    for (line, expected) in [
        ("avatar-prep veri", "verify"),
        ("avatar-prep --fit ", "auto contain cover"),
        ("avatar-prep --fit=co", "--fit=contain --fit=cover"),
        ("avatar-prep --gravity face,ce", "face,center"),
        ("avatar-prep My", "My Photos/"),
        ("avatar-prep --accounts acc", "accounts.toml"),
        ("avatar-prep --size 512 uplo", "upload"),
        ("avatar-prep --size uplo", ""),
        ("avatar-prep photos uplo", ""),
        ("avatar-prep completions ", "bash fish powershell zsh"),
        ("avatar-prep verify acc", ""),
        ("avatar-prep check x --format ", "github text"),
    ] {
        assert_eq!(fish(line).join(" "), expected, "{line}");
    }
    for command in commands() {
        let offered = fish(&format!("avatar-prep {command} --"));
        let offered: BTreeSet<String> = offered.into_iter().collect();
        assert_eq!(offered, options_of_help(&[&command]), "{command}");
    }
}

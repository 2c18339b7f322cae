//! The script for PowerShell, 5.1 and later.

use super::model::{CommandLine, Scope, Takes};

const SCRIPT: &str = r#"# Completes avatar-prep in PowerShell: avatar-prep completions powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName 'avatar-prep' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $valued = @(@VALUED@)
    $help = @{
@HELP@    }
    $values = @{
@VALUES@    }
    $lists = @(@LISTS@)
    $commands = [ordered]@{
@COMMANDS@    }
    $arguments = @{
@ARGUMENTS@    }
    $options = @{
@OPTIONS@    }
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString() })
    $command = ''
    $first = $true
    for ($i = 1; $i -lt $words.Count; $i++) {
        if ($valued -ccontains $words[$i]) { $i++; continue }
        if ($words[$i] -like '-?*') { continue }
        $first = $false
        if ($commands.Contains($words[$i])) { $command = $words[$i] }
        break
    }
    $previous = if ($words.Count -gt 1) { $words[-1] } else { '' }
    $word = "$wordToComplete"
    $before = ''
    if ($word -match '^(--[a-z-]+)=(.*)$') {
        $previous = $Matches[1]
        $before = "$($Matches[1])="
        $word = $Matches[2]
    }
    $candidates = @()
    if ($values.ContainsKey($previous)) {
        if ($lists -ccontains $previous -and $word -match '^(.*,)([^,]*)$') {
            $before += $Matches[1]
            $word = $Matches[2]
        }
        $candidates = $values[$previous]
    } elseif ($valued -ccontains $previous) {
        # PowerShell completes files itself if there is no candidate.
        return
    } elseif ($word.StartsWith('-')) {
        $candidates = $options[$command]
    } elseif ($first) {
        $candidates = @($commands.Keys)
    } elseif ($arguments.ContainsKey($command)) {
        $candidates = $arguments[$command]
    }
    $candidates | Where-Object { $_.StartsWith($word) } | ForEach-Object {
        $own = "$command $_"
        $tip = if ($help.ContainsKey($own)) { $help[$own] } elseif ($help.ContainsKey($_)) { $help[$_] } elseif ($commands.Contains($_)) { $commands[$_] } else { $_ }
        [System.Management.Automation.CompletionResult]::new("$before$_", $_, 'ParameterValue', $tip)
    }
}
"#;

pub(super) fn script(line: &CommandLine) -> String {
    let pair = |key: &str, value: &str| format!("        {} = {}\n", quoted(key), quoted(value));
    let list =
        |key: &str, words: &[String]| format!("        {} = @({})\n", quoted(key), all(words));
    let (mut help, mut values, mut lists) = (String::new(), String::new(), Vec::new());
    for option in &line.options {
        let name = format!("--{}", option.long);
        help.push_str(&pair(&name, &option.help));
        let has_own = |scope: &&Scope| scope.help(option) != option.help;
        for scope in line.named().filter(has_own) {
            help.push_str(&pair(&format!("{} {name}", scope.name), scope.help(option)));
        }
        if let Takes::List(words) | Takes::Words(words) = &option.takes {
            values.push_str(&list(&name, words));
        }
        if let Takes::List(_) = &option.takes {
            lists.push(name);
        }
    }
    let commands: String = line
        .named()
        .map(|scope| pair(&scope.name, &scope.help))
        .collect();
    let arguments = line.named().filter_map(|scope| match &scope.arguments {
        Takes::Words(words) => Some(list(&scope.name, words)),
        _ => None,
    });
    let options = line.commands.iter().map(|scope: &Scope| {
        let names: Vec<String> = scope
            .options
            .iter()
            .map(|long| format!("--{long}"))
            .collect();
        list(&scope.name, &names)
    });
    SCRIPT
        .replace("@VALUED@", &all(&line.valued()))
        .replace("@HELP@", &help)
        .replace("@VALUES@", &values)
        .replace("@LISTS@", &all(&lists))
        .replace("@COMMANDS@", &commands)
        .replace("@ARGUMENTS@", &arguments.collect::<String>())
        .replace("@OPTIONS@", &options.collect::<String>())
}

fn all(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    words.join(", ")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

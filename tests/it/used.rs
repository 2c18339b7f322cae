//! Which flags each command uses, lists and warns of.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{folder, ppm, run};

/// Values of flags that are not their defaults.
const VALUES: [(&str, &str); 49] = [
    ("for", "slack"),
    ("size", "520"),
    ("max-bytes", "90kB"),
    ("quality", "50..80"),
    ("background", "black"),
    ("fit", "contain"),
    ("gravity", "top"),
    ("focus", "1,2"),
    ("crop", "0,0,5,5"),
    ("pad", "black"),
    ("margin", "5"),
    ("mask", "square"),
    ("enlarge-limit", "2"),
    ("effort", "fast"),
    ("min-size", "2"),
    ("too-small", "enlarge"),
    ("jobs", "1"),
    ("memory", "90MB"),
    ("exclude", "x"),
    ("include", "y"),
    ("name", "{stem}.jpg"),
    ("on-collision", "suffix"),
    ("shard", "1/2"),
    ("from", "list"),
    ("pack", "2"),
    ("cache-control", "no-store"),
    ("store-timeout", "9s"),
    ("accounts", "a.toml"),
    ("senders", "1"),
    ("allow-host", "a.example"),
    ("rehearse", "http://127.0.0.1:9"),
    ("speed", "2"),
    ("deadline", "1h"),
    ("pace-dir", "pace"),
    ("state", "state"),
    ("report", "r.json"),
    ("sheet", "s.html"),
    ("color", "never"),
    ("limit-bytes", "9MB"),
    ("limit-pixels", "9000"),
    ("limit-side", "900"),
    ("limit-frames", "9"),
    ("limit-decoded", "9MB"),
    ("timeout", "9"),
    // Of single commands.
    ("for-file", "a.ppm"),
    ("format", "github"),
    ("port", "1"),
    ("export", "e.toml"),
    ("config", "c.toml"),
];

const PICTURE: &str = "for size max-bytes quality background fit gravity focus crop trim pad margin mask enlarge \
                       enlarge-limit effort progressive min-size too-small";
const LIMITS: &str = "limit-bytes limit-pixels limit-side limit-frames limit-decoded";
const DELIVERY: &str = "accounts senders resend allow-host rehearse speed verify deadline allow-yellow-card yes \
                        require-approval pace-dir state";

/// What each command uses, beside `--config` and `--help`, with words that end it soon.
fn used() -> Vec<(&'static str, &'static [&'static str], String)> {
    vec![
        ("formats", &[], "json".into()),
        ("presets", &[], "json".into()),
        ("completions", &["bash"], String::new()),
        ("man", &[], String::new()),
        (
            "verify",
            &["out"],
            "jobs memory store-timeout json quiet limit-bytes".into(),
        ),
        (
            "check",
            &["a.ppm"],
            format!("for jobs exclude include allow-empty json quiet verbose {LIMITS} format"),
        ),
        (
            "clean",
            &["out"],
            "dry-run json quiet delete other-settings".into(),
        ),
        // OUT is a file, which is refused.
        (
            "open",
            &["a.ppm"],
            format!(
                "{PICTURE} jobs memory force exclude include overwrite json quiet color {LIMITS} timeout port no-open"
            ),
        ),
        (
            "review",
            &["out"],
            format!("jobs memory overwrite json quiet {LIMITS} timeout port no-open export"),
        ),
        (
            "upload",
            &["out"],
            format!(
                "{DELIVERY} dry-run store-timeout json report csv-bom quiet verbose limit-bytes check status"
            ),
        ),
    ]
}

/// The long options that a help lists, without dashes.
fn listed(help: &str) -> BTreeSet<String> {
    let lines = help.lines().map(str::trim_start);
    let lines = lines.filter(|line| line.starts_with('-'));
    let options = lines.filter_map(|line| line.split([' ', ',']).find(|it| it.starts_with("--")));
    options
        .map(|it| it.trim_start_matches('-').to_string())
        .collect()
}

/// The help of each command lists exactly what it uses, and every other flag gives a warning, but for those that
/// decide how an error is printed and those that the command refuses.
#[test]
fn each_command_lists_what_it_uses_and_warns_of_the_rest() {
    let folder = folder(&[("a.ppm", &ppm(8, 8, |_, _| [9; 3])), ("c.toml", b"")]);
    let all = listed(&run(folder.path(), &["--help"]).stdout);
    assert!(all.len() > 60, "{all:?}");
    assert!(
        run(folder.path(), &["config", "--help"])
            .stdout
            .contains("--sheet")
    );
    for (command, words, used) in used() {
        let used: BTreeSet<String> = used.split_whitespace().map(String::from).collect();
        let help = run(folder.path(), &[command, "--help"]).stdout;
        let mut wanted = used.clone();
        wanted.extend(["config", "help"].map(String::from));
        assert_eq!(listed(&help), wanted, "{command}");
        let refused: &[&str] = match command {
            "open" => &["dry-run", "pack"],
            "review" => &["dry-run"],
            _ => &[],
        };
        let is_other = |flag: &&String| {
            let is_general =
                ["config", "help", "version", "json", "color"].contains(&flag.as_str());
            !used.contains(*flag) && !is_general && !refused.contains(&flag.as_str())
        };
        let others: Vec<&String> = all.iter().filter(is_other).collect();
        let warned = warned(folder.path(), command, words, &others);
        let wanted: BTreeSet<String> = others
            .iter()
            .map(std::string::ToString::to_string)
            .collect();
        assert_eq!(warned, wanted, "{command}");
        // Options that end it in another way are tried elsewhere.
        let ends = ["delete", "check", "status", "port", "no-open", "export"];
        let used: Vec<&String> = used
            .iter()
            .filter(|it| !ends.contains(&it.as_str()))
            .collect();
        let warned = self::warned(folder.path(), command, words, &used);
        assert_eq!(warned, BTreeSet::new(), "{command}");
    }
}

/// The flags of which a command warns if all these are typed.
fn warned(folder: &Path, command: &str, words: &[&str], flags: &[&String]) -> BTreeSet<String> {
    let mut args: Vec<String> = [command]
        .iter()
        .chain(words)
        .map(ToString::to_string)
        .collect();
    for flag in flags {
        args.push(format!("--{flag}"));
        let value = VALUES.iter().find(|(name, _)| name == flag);
        args.extend(value.map(|(_, value)| value.to_string()));
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let said = run(folder, &args);
    let end = format!(" changes nothing for {command}");
    let warnings = said.stderr.lines().filter_map(|line| {
        let flag = line.strip_prefix("warning: --")?.strip_suffix(&end)?;
        Some(flag.to_string())
    });
    warnings.collect()
}

/// What is not typed serves all commands, and a value that is the default anyway changes nothing on purpose.
#[test]
fn files_variables_and_defaults_give_no_warning() {
    let folder = folder(&[("avatar-prep.toml", b"size = 9\nstrict = true")]);
    let output = crate::support::avatar_prep(folder.path())
        .args(["presets", "--max-bytes", "150kB"])
        .env("AVATAR_PREP_FIT", "contain")
        .output()
        .unwrap();
    let said = crate::support::said(&output);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let said = run(folder.path(), &["presets", "--size", "3", "-q"]);
    let wanted = "warning: --size changes nothing for presets\n\
                  warning: --quiet changes nothing for presets\n";
    assert_eq!((said.code, said.stderr.as_str()), (0, wanted));
}

/// The same flag does something else in another command, and the paths can be in stores.
#[test]
fn the_help_of_a_command_has_its_own_words() {
    let folder = folder(&[]);
    for (command, lines) in [
        (
            "",
            &[
                "  <IN>...      Pictures, folders, s3://, gs://, az:// or https://; - is standard input\n",
                "  <OUT>        Folder, s3://, gs://, az://, or one .jpg file; - is standard output\n",
                " Make squares for these, see avatar-prep presets [default: none]\n",
            ][..],
        ),
        (
            "check",
            &[
                " Platforms to check against, see avatar-prep presets [default: none]\n",
                " Files checked in parallel; auto: one per core [default: auto]\n",
                " Accept that there is no picture to check\n",
                " One JSON object per file and platform on standard output\n",
                " Also list files without a fault\n",
            ],
        ),
        (
            "verify",
            &[
                " Folder of results, or their prefix in a store\n",
                " Files hashed in parallel; auto: one per core [default: auto]\n",
                " Memory for results; auto: half of what is available [default: auto]\n",
                " One JSON object per fault on standard output\n",
                " Largest result that is fetched from a store [default: 256MB]\n",
            ],
        ),
        (
            "upload",
            &[
                " Folder of results, or their prefix in a store\n",
                " Show what would be sent; send and write nothing\n",
                " One JSON object per delivery on standard output\n",
                " Show every delivery, with where it can be seen\n",
            ],
        ),
        (
            "clean",
            &[
                " Folder of results\n",
                " Delete nothing, also with --delete\n",
            ],
        ),
        (
            "review",
            &[
                " Folder of results\n",
                " Sources compared in parallel; auto: one per core",
            ],
        ),
        (
            "open",
            &[" Print the address as a JSON object on standard output\n"],
        ),
        (
            "formats",
            &[" One JSON object per format on standard output\n"],
        ),
        (
            "presets",
            &[" One JSON object per platform on standard output\n"],
        ),
    ] {
        let words: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let help = run(folder.path(), &words).stdout;
        for line in lines {
            assert!(help.contains(line), "{command}, {line}: {help}");
        }
    }
    let page = run(folder.path(), &["man"]).stdout;
    let plain = page.replace('\\', "");
    for text in [
        "fBINfR\nPictures, folders, s3://, gs://, az:// or https://; - is standard input\n",
        "fBOUTfR\nFolder, s3://, gs://, az://, or one .jpg file; - is standard output\n",
    ] {
        assert!(plain.contains(text), "{text}: {plain}");
    }
}

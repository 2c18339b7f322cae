//! Files for schedules are what the programs that read them accept.

use std::process::Command;

use crate::support::{folder, root, write};

/// Checks the units with a program in the place of the installed one.
#[test]
#[cfg_attr(not(systemd), ignore = "needs systemd-analyze, see CONTRIBUTING.md")]
fn the_units_are_valid() {
    let folder = folder(&[]);
    let names = [
        "avatar-prep.service",
        "avatar-prep.timer",
        "avatar-prep-watch.service",
    ];
    for name in names {
        let unit = std::fs::read_to_string(root().join("examples/systemd").join(name)).unwrap();
        let unit = unit.replace(
            "/usr/local/bin/avatar-prep",
            env!("CARGO_BIN_EXE_avatar-prep"),
        );
        write(&folder.path().join(name), unit.as_bytes());
    }
    let units = names.map(|name| folder.path().join(name));
    let checked = Command::new("systemd-analyze")
        .args(["verify", "--man=no"]) // the page is where a package is installed
        .args(units)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(
        checked.status.success() && !said.contains("avatar-prep"),
        "{said}"
    );
}

/// Every flag that the unit and the document name exists.
#[test]
fn the_flags_of_the_examples_exist() {
    let folder = folder(&[]);
    let help = crate::support::run(folder.path(), &["--help"]).stdout;
    let mut flags = 0;
    for file in [
        "examples/systemd/avatar-prep.service",
        "examples/systemd/avatar-prep-watch.service",
        "docs/operations.md",
    ] {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        let lines = text.lines().filter(|line| line.contains("avatar-prep --"));
        for line in lines {
            let (_, line) = line.split_once("avatar-prep --").unwrap();
            let line = format!("--{line}");
            for flag in line.split(' ').filter(|word| word.starts_with("--")) {
                flags += 1;
                assert!(help.contains(flag), "{file}: {flag}");
            }
        }
    }
    assert!(flags > 8, "only {flags} were found");
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

/// A folder whose `bin` holds the program.
fn installed(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = folder(files);
    let bin = folder.path().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let program = env!("CARGO_BIN_EXE_avatar-prep");
    std::os::unix::fs::symlink(program, bin.join("avatar-prep")).unwrap();
    folder
}

/// Runs a line as a schedule would: with a shell, and hardly any environment.
fn shell(folder: &std::path::Path, line: &str, variables: &[(&str, &str)]) -> (i32, String) {
    let path = format!("{}:/usr/bin:/bin", folder.join("bin").display());
    let output = Command::new("bash")
        .args(["-e", "-c", line])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (output.status.code().unwrap_or(-1), said)
}

fn picture(shade: u8) -> Vec<u8> {
    crate::support::ppm(30, 30, move |x, y| [x as u8, shade, y as u8])
}

/// cron mails what is printed: a quiet night prints nothing.
#[test]
fn the_line_of_cron_is_quiet_until_something_new_fails() {
    let folder = installed(&[("photos/a.ppm", &picture(1))]);
    let document = read("docs/operations.md");
    let line = document.lines().find(|line| line.starts_with("0 3 * * *"));
    let here = folder.path().display().to_string();
    let command = line.unwrap().trim_start_matches("0 3 * * *").trim();
    let command = command.replace("/srv", &here);
    let night = || shell(folder.path(), &command, &[]);
    assert_eq!(night(), (0, String::new()));
    write(&folder.path().join("photos/b.png"), b"broken");
    let (code, said) = night();
    assert_eq!(code, 1);
    assert!(said.starts_with("failed "), "{said}");
    assert_eq!(night(), (0, String::new()), "it is known");
    assert!(folder.path().join("avatars/a.jpg").exists());
}

/// The commands of the workflow, in order, twice: the second time on a fresh checkout with the results
/// of the first.
#[test]
fn the_steps_of_the_workflow_run() {
    let folder = installed(&[("photos/a.ppm", &picture(1)), ("photos/b.ppm", &picture(2))]);
    let document = read("docs/operations.md");
    let steps: Vec<&str> = document
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("- run: "))
        .map(|step| step.split(" # ").next().unwrap())
        .collect();
    assert_eq!(steps.len(), 3, "{steps:?}");
    assert_eq!(steps[0], "cargo install --locked --path avatar-prep");
    let summary = folder.path().join("summary.md");
    let variables = [("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    let job = || {
        for step in &steps[1..] {
            let (code, said) = shell(folder.path(), step, &variables);
            assert_eq!(code, 0, "{step}: {said}");
        }
        let text = std::fs::read_to_string(&summary).unwrap();
        std::fs::remove_file(&summary).unwrap();
        text
    };
    assert!(job().contains("2 files: 2 new"));
    // A checkout writes every source again.
    for (name, shade) in [("a", 1), ("b", 2)] {
        let path = folder.path().join(format!("photos/{name}.ppm"));
        std::fs::remove_file(&path).unwrap();
        write(&path, &picture(shade));
    }
    assert!(job().contains("2 files: 2 same"));
}

/// The step of the action, with the program that is installed.
#[test]
fn the_script_of_the_action_checks_what_it_is_given() {
    let small = crate::support::jpeg(100, 100, |_, _| [1; 3]);
    let folder = installed(&[("in/a b.jpg", &small), ("-odd.jpg", &small)]);
    let script = root().join("examples/github/check.sh");
    let summary = folder.path().join("summary.md");
    let go = |files: &str, platforms: &str| {
        let variables = [
            ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
            ("FILES", files),
            ("PLATFORMS", platforms),
            ("PROGRAM", "avatar-prep"),
        ];
        shell(
            folder.path(),
            &format!("bash {}", script.display()),
            &variables,
        )
    };
    let (code, said) = go("in/\n\n-odd.jpg\n", "slack");
    assert_eq!(code, 1);
    assert_eq!(said.matches("::error file=").count(), 2, "{said}");
    assert!(said.contains("::error file=in/a b.jpg,"), "{said}");
    assert!(said.contains("::error file=-odd.jpg,"), "{said}");
    let (code, said) = go("in", "");
    assert_eq!((code, said.as_str()), (0, "1 ok\n"));
    let text = std::fs::read_to_string(&summary).unwrap();
    assert_eq!(text.matches("## avatar-prep check").count(), 2);
    // What an input contains is never run.
    let (code, _) = go("$(touch pwned)", "");
    assert_eq!(code, 2);
    assert!(!folder.path().join("pwned").exists());
}

/// YAML that the documents show, and that others read from this repository.
#[test]
#[cfg_attr(not(yaml), ignore = "needs PyYAML, see CONTRIBUTING.md")]
fn the_yaml_is_valid() {
    let check = r#"
import sys, yaml
root = sys.argv[1]
action = yaml.safe_load(open(root + "/action.yml"))
assert action["name"] and action["description"]
assert action["runs"]["using"] == "composite"
for step in action["runs"]["steps"]:
    assert step["shell"] and step["run"]
    assert "${{" not in step["run"], "an input would become part of the script"
    for value in step["env"].values():
        name = value.removeprefix("${{ inputs.").removesuffix(" }}")
        assert name in action["inputs"], name
for value in action["inputs"].values():
    assert value["description"] and "default" in value
(hook,) = yaml.safe_load(open(root + "/.pre-commit-hooks.yaml"))
assert hook["id"] == "avatar-prep-check" and hook["entry"] == "avatar-prep check"
assert hook["language"] == "rust" and hook["types"] == ["image"]
found = 0
for file in ["operations", "check", "runs"]:
    text = open(f"{root}/docs/{file}.md").read()
    for block in text.split("```yaml\n")[1:]:
        found += 1
        block = yaml.safe_load(block.split("```")[0])
        for job in block.get("jobs", {}).values():
            assert job["runs-on"] and all("uses" in s or "run" in s for s in job["steps"])
assert found == 4, found
print("valid")
"#;
    let python = std::env::var_os("AVATAR_PREP_PYTHON");
    let python = python.map_or_else(|| root().join("target/python/bin/python"), Into::into);
    let output = Command::new(python)
        .args(["-c", check])
        .arg(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.stdout, b"valid\n", "{said}");
}

/// The lines of the Dockerfile fit the repository; building it needs Docker.
#[test]
fn the_dockerfile_fits_the_repository() {
    let text = read("examples/container/Dockerfile");
    let manifest = read("Cargo.toml");
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \""))
        .unwrap()
        .trim_end_matches('"');
    assert!(text.contains(&format!("FROM rust:{version}-slim-bookworm AS build")));
    // The program needs the C library of the Debian that it was built on, or a later one.
    assert!(text.contains("FROM gcr.io/distroless/cc-debian12:nonroot\n"));
    assert!(text.contains("\nUSER 65532:65532\n"));
    assert!(text.contains("cargo install --locked --path . --root /opt/avatar-prep"));
    assert!(text.contains("COPY --from=build /opt/avatar-prep/bin/avatar-prep /usr/local/bin/"));
    let ignored = read(".dockerignore");
    for file in [
        "Cargo.lock",
        "build.rs",
        "crates",
        "samples",
        "tests",
        "benches",
    ] {
        assert!(root().join(file).exists(), "{file}");
        assert!(!ignored.lines().any(|line| line == file), "{file}");
    }
    let document = read("docs/operations.md");
    assert!(document.contains("docker build -f examples/container/Dockerfile -t avatar-prep ."));
}

//! Jobs of many machines are what the services accept, and the document about them says what the
//! program and the simulation say.

use std::process::Command;

use crate::support::{folder, root};

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

/// Runs Python; returns what it printed.
fn python(script: &str) -> String {
    let python = std::env::var_os("AVATAR_PREP_PYTHON");
    let python = python.map_or_else(|| root().join("target/python/bin/python"), Into::into);
    let output = Command::new(python)
        .args(["-c", script])
        .current_dir(root())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// The words of a text that look like flags; also those in quotes and lists.
fn flags(text: &str) -> Vec<&str> {
    let is_end = |letter: char| !letter.is_ascii_alphanumeric() && letter != '-';
    let words = text.split(is_end);
    words
        .filter(|word| word.starts_with("--") && word.len() > 2)
        .collect()
}

#[test]
fn the_jobs_name_only_flags_that_exist() {
    let folder = folder(&[]);
    let help = crate::support::run(folder.path(), &["--help"]).stdout;
    let known = flags(&help);
    let args_of = |file: &str, start: &str| {
        let text = read(file);
        let lines = text.lines().filter(|line| line.contains(start));
        let lines: Vec<String> = lines.map(String::from).collect();
        assert_eq!(lines.len(), 1, "{file}: {lines:?}");
        lines.concat()
    };
    let slurm = read("examples/slurm/avatar-prep.sbatch");
    let (_, slurm) = slurm.split_once("exec avatar-prep").unwrap();
    for args in [
        args_of("examples/kubernetes/job.yaml", " args: ["),
        args_of("examples/batch/job-definition.json", "\"command\": ["),
        slurm.to_string(),
    ] {
        let used = flags(&args);
        assert!(used.len() >= 4, "{args}");
        for flag in used {
            assert!(known.contains(&flag), "{flag}");
        }
    }
}

/// What the job must keep to besides its schema; numbers that disagree would leave shares out.
#[test]
#[cfg_attr(not(yaml), ignore = "needs PyYAML, see CONTRIBUTING.md")]
fn the_job_of_kubernetes_is_consistent() {
    let check = r#"
import yaml
job = yaml.safe_load(open("examples/kubernetes/job.yaml"))
spec, pod = job["spec"], job["spec"]["template"]["spec"]
(container,) = pod["containers"]
variables = {it["name"]: it.get("value") for it in container["env"]}
assert spec["completionMode"] == "Indexed"
assert variables["JOB_COMPLETIONS"] == str(spec["completions"])
# Required by backoffLimitPerIndex and podFailurePolicy.
assert pod["restartPolicy"] == "Never" and spec["backoffLimitPerIndex"] > 0
ignored, failed = spec["podFailurePolicy"]["rules"]
assert ignored["action"] == "Ignore" and ignored["onPodConditions"][0]["type"] == "DisruptionTarget"
assert failed["action"] == "FailIndex" and failed["onExitCodes"]["values"] == [1]
assert failed["onExitCodes"]["containerName"] == container["name"]
mounts, volumes = container["volumeMounts"], pod["volumes"]
assert {it["name"] for it in mounts} == {it["name"] for it in volumes}
assert container["securityContext"]["readOnlyRootFilesystem"]
assert not container["securityContext"]["allowPrivilegeEscalation"]
assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] == 65532
assert container["resources"]["requests"]["memory"] == container["resources"]["limits"]["memory"]
manifest = container["args"][container["args"].index("--from") + 1]
assert any(manifest.startswith(it["mountPath"] + "/") for it in mounts)
print("consistent")
"#;
    assert_eq!(python(check), "consistent\n");
}

#[test]
#[cfg_attr(
    not(kubernetes),
    ignore = "needs kubernetes-validate, see CONTRIBUTING.md"
)]
fn the_job_of_kubernetes_follows_its_schema() {
    let check = r#"
import kubernetes_validate, yaml
job = yaml.safe_load(open("examples/kubernetes/job.yaml"))
kubernetes_validate.validate(job, "1.33", strict=True)
job["spec"]["backoffLimitPerIndexx"] = 1
try:
    kubernetes_validate.validate(job, "1.33", strict=True)
except kubernetes_validate.ValidationError:
    print("valid")
"#;
    assert_eq!(python(check), "valid\n");
}

/// The model of the service's own client refuses unknown keys and wrong types.
#[test]
#[cfg_attr(not(moto), ignore = "needs moto[server], see CONTRIBUTING.md")]
fn the_job_definition_of_batch_is_accepted() {
    let check = r#"
import json, os
os.environ |= {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing", "AWS_DEFAULT_REGION": "eu-central-1"}
import boto3
from moto import mock_aws
definition = json.load(open("examples/batch/job-definition.json"))
container = definition["containerProperties"]
for word in container["command"]:
    assert not word.startswith("Ref::") or word.removeprefix("Ref::") in definition["parameters"], word
assert {it["sourceVolume"] for it in container["mountPoints"]} == {it["name"] for it in container["volumes"]}
assert container["readonlyRootFilesystem"] and container["user"] == "65532:65532"
rules = definition["retryStrategy"]["evaluateOnExit"]
assert len(rules) <= 5 and {it["action"] for it in rules} == {"RETRY", "EXIT"}
codes = [it["onExitCode"] for it in rules if it["action"] == "EXIT"]
assert codes == ["1", "2"], codes
with mock_aws():
    made = boto3.client("batch").register_job_definition(**definition)
print(made["jobDefinitionName"])
"#;
    assert_eq!(python(check), "avatar-prep\n");
}

#[test]
fn the_scripts_are_valid() {
    for file in [
        "examples/batch/submit.sh",
        "examples/slurm/avatar-prep.sbatch",
    ] {
        let mut bash = Command::new("bash");
        let checked = bash.arg("-n").arg(root().join(file)).output().unwrap();
        assert!(checked.status.success(), "{file}: {checked:?}");
    }
}

/// The document shows what the simulation prints.
#[test]
#[cfg_attr(not(yaml), ignore = "needs Python, see CONTRIBUTING.md")]
fn the_tables_are_those_of_the_simulation() {
    let printed =
        python("import runpy; runpy.run_path('benches/scale/simulate.py', run_name='__main__')");
    let text = read("docs/scale.md");
    let block = text
        .split_once("<!-- the output of benches/scale/simulate.py -->\n")
        .and_then(|(_, rest)| rest.split_once("<!-- end of benches/scale/simulate.py -->"))
        .map(|(block, _)| block);
    assert_eq!(
        block,
        Some(printed.as_str()),
        "paste the output of benches/scale/simulate.py into docs/scale.md"
    );
}

//! Values of the options for many machines: shares, also from the variables of the programs that
//! start them, and headers of results.

use std::env;
use std::num::NonZeroUsize;
use std::time::Duration;

use super::values;
use crate::naming::shard::Shard;

/// The variables that number the tasks of an array, counted from zero, with those that count them.
const ARRAYS: [(&str, &str); 2] = [
    ("JOB_COMPLETION_INDEX", "JOB_COMPLETIONS"),
    ("AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"),
];

/// How long a failing request to a store is repeated; at least a second.
pub(super) fn store_timeout(text: &str) -> Result<Duration, String> {
    let found = values::duration(text).ok().flatten();
    let found = found.filter(|found| !found.is_zero());
    found.ok_or_else(|| format!("must be at least 1s, like 90s, 45m or 2h, got {text:?}"))
}

/// How many results go into one tar, or `none`.
pub(super) fn pack(text: &str) -> Result<Option<NonZeroUsize>, String> {
    let Some(value) = values::unless_none(text) else {
        return Ok(None);
    };
    let number = value.parse().ok();
    let number = number.ok_or_else(|| format!("must be a number from 1, or none, got {text:?}"))?;
    Ok(Some(number))
}

/// A share like `3/16`, or `env` for the one in the variables of Kubernetes, AWS Batch or Slurm.
pub(super) fn shard(text: &str) -> Result<Shard, String> {
    match text {
        "env" => from_environment(|name| env::var(name).ok()),
        _ => Shard::parse(text),
    }
}

fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Shard, String> {
    let number = |name: &str| match variable(name) {
        None => Ok(None),
        Some(text) => match text.trim().parse::<u32>() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(format!(
                "must be the number of a task in {name}, got {text:?}"
            )),
        },
    };
    let share = |index: u32, of: u32| Shard::parse(&format!("{}/{of}", u64::from(index) + 1));
    for (index, count) in ARRAYS {
        let Some(index_found) = number(index)? else {
            continue;
        };
        let of = number(count)?;
        let of = of.ok_or_else(|| format!("must have {count} beside {index}, got none"))?;
        return share(index_found, of);
    }
    let Some(task) = number("SLURM_ARRAY_TASK_ID")? else {
        let names = "JOB_COMPLETION_INDEX, AWS_BATCH_JOB_ARRAY_INDEX or SLURM_ARRAY_TASK_ID";
        return Err(format!("must have one of {names} set for env, got none"));
    };
    let of = number("SLURM_ARRAY_TASK_COUNT")?;
    let of = of.ok_or("must have SLURM_ARRAY_TASK_COUNT beside SLURM_ARRAY_TASK_ID, got none")?;
    let first = number("SLURM_ARRAY_TASK_MIN")?.unwrap_or(0);
    let step = number("SLURM_ARRAY_TASK_STEP")?.unwrap_or(1).max(1);
    let last = number("SLURM_ARRAY_TASK_MAX")?.unwrap_or(task);
    // Slurm describes --array=0-6:2,7 as five tasks in steps of two: two of them would get one share,
    // and nobody the fifth.
    let is_regular = |number: u32| {
        let distance = number.checked_sub(first);
        distance.filter(|it| it % step == 0).map(|it| it / step)
    };
    match (is_regular(task), is_regular(last)) {
        (Some(index), Some(end)) if index <= end && end < of => share(index, of),
        _ => Err(format!(
            "must be the task of an array without gaps, like --array=0-{}, \
             got task {task} of {of} between {first} and {last}",
            u64::from(of).saturating_sub(1)
        )),
    }
}

/// A header that can be sent.
pub(super) fn cache_control(text: &str) -> Result<Option<String>, String> {
    let value = values::unless_none(text);
    let is_good = |value: &String| value.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    match value.as_ref().is_none_or(is_good) {
        true => Ok(value),
        false => Err(format!(
            "must be like public, max-age=31536000, got {text:?}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)]) -> Result<Shard, String> {
        from_environment(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.to_string())
        })
    }

    #[test]
    fn the_share_of_a_task_comes_from_its_environment() {
        let kubernetes = [("JOB_COMPLETION_INDEX", "2"), ("JOB_COMPLETIONS", "16")];
        assert_eq!(found(&kubernetes), Shard::parse("3/16"));
        let batch = [
            ("AWS_BATCH_JOB_ARRAY_INDEX", "0"),
            ("AWS_BATCH_JOB_ARRAY_SIZE", "4"),
        ];
        assert_eq!(found(&batch), Shard::parse("1/4"));
        let slurm = [
            ("SLURM_ARRAY_TASK_ID", "7"),
            ("SLURM_ARRAY_TASK_MIN", "1"),
            ("SLURM_ARRAY_TASK_STEP", "2"),
            ("SLURM_ARRAY_TASK_COUNT", "8"),
        ];
        assert_eq!(found(&slurm), Shard::parse("4/8"));
        // --array=0-6:2,7 and --array=4,6 as Slurm describes them: shares would be missing.
        let array = |task, count, first, last, step| {
            found(&[
                ("SLURM_ARRAY_TASK_ID", task),
                ("SLURM_ARRAY_TASK_COUNT", count),
                ("SLURM_ARRAY_TASK_MIN", first),
                ("SLURM_ARRAY_TASK_MAX", last),
                ("SLURM_ARRAY_TASK_STEP", step),
            ])
        };
        for task in ["0", "2", "4", "6", "7"] {
            let refused = array(task, "5", "0", "7", "2").unwrap_err();
            assert!(refused.contains("without gaps"), "{refused}");
        }
        assert!(array("4", "2", "4", "6", "1").is_err());
        assert_eq!(array("7", "4", "1", "7", "2"), Shard::parse("4/4"));
        assert_eq!(array("3", "1", "3", "3", "1"), Shard::parse("1/1"));
        assert!(found(&[]).is_err());
        assert!(found(&kubernetes[..1]).is_err_and(|error| error.contains("JOB_COMPLETIONS")));
        // A size that does not fit its number would leave shares out.
        let wrong = [("JOB_COMPLETION_INDEX", "16"), ("JOB_COMPLETIONS", "16")];
        assert!(found(&wrong).is_err());
    }
}

//! The default memory budget, from what the system allows this process.

use std::fs;
use std::path::{Component, Path};

/// Where the kernel exposes control groups.
const GROUPS: &str = "/sys/fs/cgroup";

/// Memory of the machine that is assumed if the system does not say, in bytes.
const UNKNOWN: u64 = 1 << 30;

/// Half of what this process may use: of the tightest limit among its control groups (version 2 or
/// 1), or of the machine's memory. The other half is for the page cache, other processes, and whatever
/// the estimates miss.
pub(super) fn default_budget() -> u64 {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let limit = group_limit(&groups, Path::new(GROUPS));
    let allowed = [limit, machine()].into_iter().flatten().min();
    allowed.unwrap_or(UNKNOWN) / 2
}

/// Memory of the machine, in bytes.
#[cfg(target_os = "linux")]
fn machine() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let total = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = total.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    kibibytes.checked_mul(1024).filter(|bytes| *bytes > 0)
}

/// Memory of the machine, in bytes.
#[cfg(not(target_os = "linux"))]
fn machine() -> Option<u64> {
    use sysinfo::{MemoryRefreshKind, RefreshKind, System};

    let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let bytes = System::new_with_specifics(memory).total_memory();
    (bytes > 0).then_some(bytes)
}

/// The smallest limit of the groups in a `/proc/self/cgroup` and of those above them. Inside a
/// container the group's own path may not be visible, while its root is the container's.
fn group_limit(groups: &str, root: &Path) -> Option<u64> {
    let limits = groups.lines().filter_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (controllers, group) = (fields.next()?, fields.next()?);
        match controllers {
            "" => smallest(root, group, "memory.max"),
            _ if controllers.split(',').any(|name| name == "memory") => {
                smallest(&root.join("memory"), group, "memory.limit_in_bytes")
            }
            _ => None,
        }
    });
    limits.min()
}

/// The smallest number in files of this name, in a group and all above it up to `root`.
fn smallest(root: &Path, group: &str, file: &str) -> Option<u64> {
    let group = Path::new(group.trim_start_matches('/'));
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    // A group outside of what is visible starts with `..`.
    let inside = group.components().all(is_plain).then_some(group);
    let places = inside.unwrap_or(Path::new("")).ancestors();
    // Without a limit a file says `max`.
    let limit = |place: &Path| fs::read_to_string(root.join(place).join(file)).ok();
    places
        .filter_map(|place| limit(place)?.trim().parse().ok())
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree of groups with the given files.
    fn groups(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = root.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        root
    }

    #[test]
    fn version_2_with_a_tighter_group_above() {
        let root = groups(&[
            ("a.slice/b.scope/memory.max", "max\n"),
            ("a.slice/memory.max", "536870912\n"),
        ]);
        let limit = group_limit("0::/a.slice/b.scope\n", root.path());
        assert_eq!(limit, Some(512 << 20));
    }

    #[test]
    fn version_1_as_a_container_sees_it() {
        let root = groups(&[("memory/memory.limit_in_bytes", "268435456\n")]);
        let groups = "5:cpu,cpuacct:/x\n4:memory:/docker/0123\n0::/\n";
        assert_eq!(group_limit(groups, root.path()), Some(256 << 20));
    }

    #[test]
    fn no_limit_is_none() {
        let root = groups(&[("memory.max", "max\n")]);
        for text in ["0::/\n", "0::/../outside\n", "", "nonsense", "1:memory:/\n"] {
            assert_eq!(group_limit(text, root.path()), None, "{text}");
        }
        assert!(default_budget() > 0);
    }
}

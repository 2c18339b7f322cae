//! Disks that are full, read-only or broken, sources that vanish, memory that is refused: only the
//! file in question fails, nothing partial appears under a final name, and the next run completes.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{avatar_prep, decode, folder, jpeg, ppm, records, run, said, tree, write};

/// A folder of `count` pictures of which the results are some 10 kB large each.
fn pictures(count: u32) -> tempfile::TempDir {
    let folder = folder(&[]);
    for index in 0..count {
        // Multiplicative hashing: grain that compresses badly.
        let grain = |x: u32, y: u32| (x * x + y * 31 + index).wrapping_mul(2_654_435_761) >> 24;
        let picture = ppm(160, 160, |x, y| [grain(x, y) as u8; 3]);
        write(&folder.path().join(format!("in/{index}.ppm")), &picture);
    }
    folder
}

/// The results, each of which must be whole; anything else is a failure.
fn whole(out: &Path) -> usize {
    let names = tree(out);
    for name in &names {
        assert!(name.ends_with(".jpg"), "{name} is left");
        decode(&std::fs::read(out.join(name)).unwrap());
    }
    names.len()
}

/// A small separate disk.
struct Disk(PathBuf);

impl Disk {
    fn mount(place: PathBuf, size: &str) -> Self {
        std::fs::create_dir_all(&place).unwrap();
        let options = format!("size={size}");
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", &options, "tmpfs"]);
        assert!(command.arg(&place).status().unwrap().success());
        Self(place)
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let mut command = Command::new("mount");
        let status = command.args(["-o", &options]).arg(&self.0).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
#[cfg_attr(not(mounts), ignore = "needs the right to mount, see CONTRIBUTING.md")]
fn a_full_and_a_read_only_disk() {
    let folder = pictures(12);
    let out = folder.path().join("out");
    let disk = Disk::mount(out.clone(), "60k");
    let args = ["--quality", "95", "in", "out"];
    let said = run(folder.path(), &args);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("No space left"), "{}", said.stderr);
    let done = whole(&out);
    assert!(done < 12, "{done}");
    disk.remount("ro");
    let said = run(folder.path(), &["--size", "50", "in", "out"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("Read-only"), "{}", said.stderr);
    assert_eq!(whole(&out), done);
    disk.remount("rw,size=10m");
    let said = run(folder.path(), &args);
    assert_eq!((said.code, whole(&out)), (0, 12), "{}", said.stderr);
}

/// The error is one for all pictures, and none of them is decoded.
#[cfg(target_os = "linux")]
#[test]
fn an_out_that_cannot_be_written_refuses_the_run() {
    let folder = folder(&[
        ("in/a.jpg", &jpeg(9, 9, |_, _| [9; 3])),
        ("in/b/c.jpg", &jpeg(9, 9, |_, _| [9; 3])),
        ("file", b""),
    ]);
    // No user can create a folder in the first one; the second one would be within a file.
    for out in ["/sys/results", "file/out", "file/out/a.jpg"] {
        let from = if out.ends_with("jpg") {
            "in/a.jpg"
        } else {
            "in"
        };
        let said = run(folder.path(), &["--json", from, out]);
        assert_eq!(said.code, 2, "{out}: {}", said.stderr);
        let only: serde_json::Value = serde_json::from_str(said.stdout.trim()).unwrap();
        assert_eq!(only["event"], "error", "{only}");
        assert_eq!(only["kind"], "environment", "{only}");
        let message = only["message"].as_str().unwrap();
        assert!(message.contains(" cannot be written: "), "{message}");
    }
    let (code, records) = records(folder.path(), &["-n", "in", "/sys/results"]);
    let planned = records
        .iter()
        .filter(|record| record["status"] == "planned");
    assert_eq!((code, planned.count()), (0, 2), "a dry run writes nothing");
}

#[test]
fn files_that_may_not_grow() {
    let folder = pictures(4);
    write(
        &folder.path().join("in/plain.ppm"),
        &ppm(40, 40, |_, _| [7; 3]),
    );
    let program = avatar_prep(folder.path());
    // Blocks of 512 or 1024 bytes, as shells differ; the signal would end the process.
    let script = "trap '' XFSZ; ulimit -f 6; exec \"$0\" --quality 95 in out";
    let mut limited = Command::new("sh");
    limited.args(["-c", script]).arg(program.get_program());
    let limited = said(&limited.current_dir(folder.path()).output().unwrap());
    assert_eq!(limited.code, 1, "{}", limited.stderr);
    assert!(
        limited.stderr.contains("File too large"),
        "{}",
        limited.stderr
    );
    assert_eq!(whole(&folder.path().join("out")), 1, "the plain one fits");
    let said = run(folder.path(), &["--quality", "95", "in", "out"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(whole(&folder.path().join("out")), 5);
}

#[cfg(target_os = "linux")]
#[test]
fn a_source_that_cannot_be_read_fails_alone() {
    let folder = folder(&[("in/a.jpg", &jpeg(9, 9, |_, _| [9; 3]))]);
    // Reading the start of a process's memory is an input/output error.
    std::os::unix::fs::symlink("/proc/self/mem", folder.path().join("in/broken.jpg")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("in/gone.jpg")).unwrap();
    let (code, records) = records(folder.path(), &["in", "out"]);
    let of = |name: &str| {
        let mut all = records.iter();
        let found = all.find(|record| record["source"] == name).unwrap();
        let text = |key: &str| found[key].as_str().unwrap_or_default().to_string();
        (text("status"), text("code"), text("message"))
    };
    assert_eq!((code, of("in/a.jpg").0.as_str()), (1, "ok"));
    for (name, why) in [
        ("in/broken.jpg", "Input/output"),
        ("in/gone.jpg", "No such"),
    ] {
        let (status, code, message) = of(name);
        assert_eq!((status.as_str(), code.as_str()), ("failed", "io"), "{name}");
        assert!(message.contains(why), "{message}");
    }
    assert_eq!(whole(&folder.path().join("out")), 1);
}

#[test]
fn sources_that_vanish_meanwhile() {
    let folder = pictures(60);
    let mut command = avatar_prep(folder.path());
    command.args(["--json", "-j", "1", "in", "out"]);
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    let first = folder.path().join("out/0.jpg");
    while !first.exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    for index in (0..60).rev() {
        std::fs::remove_file(folder.path().join(format!("in/{index}.ppm"))).unwrap();
    }
    let said = said(&child.wait_with_output().unwrap());
    let lines = said
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let records: Vec<serde_json::Value> = lines.collect();
    let files = records.iter().filter(|record| record["event"] == "file");
    let (ok, failed): (Vec<_>, Vec<_>) = files.partition(|record| record["status"] == "ok");
    assert_eq!((said.code, ok.len() + failed.len()), (1, 60));
    assert!(failed.iter().all(|record| record["code"] == "io"));
    assert_eq!(whole(&folder.path().join("out")), ok.len());
}

#[test]
fn a_picture_that_gets_no_memory_fails_alone() {
    let folder = folder(&[
        ("in/a.jpg", &jpeg(9, 9, |_, _| [9; 3])),
        (
            "in/giant.ppm",
            b"P6 16000 16000 255\nthe rest would be 768 MB",
        ),
        ("in/z.jpg", &jpeg(9, 9, |_, _| [9; 3])),
    ]);
    let script = "ulimit -v 700000; exec \"$0\" -j 1 --memory 4GiB in out";
    let mut limited = Command::new("sh");
    let program = avatar_prep(folder.path());
    limited.args(["-c", script]).arg(program.get_program());
    let said = said(&limited.current_dir(folder.path()).output().unwrap());
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("[out_of_memory]"), "{}", said.stderr);
    assert_eq!(whole(&folder.path().join("out")), 2);
}

#[test]
fn a_picture_over_the_memory_budget_is_refused_with_both_numbers() {
    let folder = folder(&[
        ("in/a.jpg", &jpeg(9, 9, |_, _| [9; 3])),
        (
            "in/giant.ppm",
            b"P6 6000 6000 255\nthe rest would be 108 MB",
        ),
    ]);
    let (code, records) = records(folder.path(), &["--memory", "60MB", "in", "out"]);
    let is_giant = |record: &&serde_json::Value| record["source"] == "in/giant.ppm";
    let refused = records.iter().find(is_giant).unwrap();
    assert_eq!((code, &refused["code"]), (1, &"limit_exceeded".into()));
    let needed = refused["memory"].as_u64().unwrap();
    assert!((108_000_000..160_000_000).contains(&needed), "{needed}");
    let message = format!("memory needed in bytes is {needed}, over the limit of 60000000");
    assert_eq!(refused["message"], message);
    assert_eq!(refused["hint"], "raise --memory, or use a smaller --size");
    assert_eq!(whole(&folder.path().join("out")), 1);
}

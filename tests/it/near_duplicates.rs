//! Pictures that look nearly the same as an earlier one are flagged, whatever the number of workers.

use std::fs;
use std::path::Path;

use avatar_prepare::{PerceptualHash, Settings};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{ppm, prepare, records, run};

/// A picture with some shapes, of any size.
fn scene(edge: u32, turn: u32) -> Vec<u8> {
    ppm(edge, edge, |x, y| {
        let (x, y) = (x * 320 / edge, y * 320 / edge);
        let wave = |phase: u32| ((x + turn * phase) * (y + 40) / 97 % 200) as u8;
        match (x / 40 + turn * (y / 64)) % 3 {
            0 => [wave(1), 90, 60],
            1 => [200, wave(3), 80],
            _ => [40, 60, (y / 2) as u8],
        }
    })
}

fn hash(bytes: &[u8]) -> Option<PerceptualHash> {
    let settings = Settings::default();
    prepare(settings, bytes).unwrap().perceptual_hash()
}

#[test]
fn a_smaller_copy_is_near_and_another_colour_or_picture_is_not() {
    let original = hash(&scene(640, 1)).unwrap();
    let copy = hash(&scene(170, 1)).unwrap();
    assert!(original.is_near(&copy), "{}", original.distance(&copy));
    let other = hash(&scene(640, 2)).unwrap();
    assert!(original.distance(&other) > PerceptualHash::MAX_DISTANCE);
    let turned = ppm(640, 640, |x, y| {
        let [r, g, b] = [(x / 3) as u8, (y / 4) as u8, 128];
        [g, b, r]
    });
    let plain = ppm(640, 640, |x, y| [(x / 3) as u8, (y / 4) as u8, 128]);
    assert!(!hash(&plain).unwrap().is_near(&hash(&turned).unwrap()));
    assert_eq!(original.to_string().parse(), Ok(original));
    assert_eq!(original.to_string().len(), 40);
    assert!("00".parse::<PerceptualHash>().is_err());
    assert!("+0".repeat(20).parse::<PerceptualHash>().is_err());
}

#[test]
fn flat_and_tiny_pictures_have_no_hash() {
    assert_eq!(hash(&ppm(200, 200, |_, _| [200, 10, 10])), None);
    let faint = ppm(200, 200, |x, _| [if x < 100 { 100 } else { 102 }; 3]);
    assert_eq!(hash(&faint), None);
    assert_eq!(hash(&scene(31, 1)), None);
    assert!(hash(&scene(32, 1)).is_some());
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    let write = |name: &str, bytes: Vec<u8>| fs::write(input.join(name), bytes).unwrap();
    // The first in the plan takes the longest.
    write("a.ppm", scene(2400, 1));
    write("b.ppm", scene(200, 1));
    write("c.ppm", scene(300, 2));
    write("d.ppm", scene(200, 1));
    write("e.ppm", scene(180, 1));
    write("flat-1.ppm", ppm(64, 64, |_, _| [255; 3]));
    write("flat-2.ppm", ppm(64, 64, |_, _| [255; 3]));
    folder
}

/// Name, flagged or not, and the note, of each file record.
fn flagged(folder: &Path, args: &[&str]) -> Vec<(String, bool, Option<String>)> {
    let (_, records) = records(folder, args);
    let files = records.iter().filter(|record| record["event"] == "file");
    let is_code = |flag: &Value| flag == "near_duplicate";
    let row = |record: &Value| {
        let flags = record["flags"].as_array().unwrap();
        let notes = record["notes"].as_array().unwrap();
        let at = flags.iter().position(is_code);
        let note = at.map(|at| notes[at].as_str().unwrap().to_string());
        let source = record["source"].as_str().unwrap().to_string();
        (source, at.is_some(), note)
    };
    files.map(row).collect()
}

#[test]
fn the_later_one_in_the_plan_names_the_earlier_for_any_number_of_workers() {
    let folder = folder();
    let first = flagged(folder.path(), &["-j", "1", "in", "one"]);
    let named: Vec<&str> = first.iter().map(|(source, ..)| source.as_str()).collect();
    let expected = [
        "in/a.ppm",
        "in/b.ppm",
        "in/c.ppm",
        "in/d.ppm",
        "in/e.ppm",
        "in/flat-1.ppm",
        "in/flat-2.ppm",
    ];
    assert_eq!(named, expected);
    let is_flagged: Vec<bool> = first.iter().map(|(_, flagged, _)| *flagged).collect();
    assert_eq!(is_flagged, [false, true, false, true, true, false, false]);
    let note = first[3].2.as_deref().unwrap();
    let same = "looks nearly the same as in/b.ppm (0 of 63 bits differ)";
    assert_eq!(note, same);
    assert!(first[1].2.as_deref().unwrap().contains("as in/a.ppm ("));
    for jobs in ["2", "5"] {
        let others = flagged(folder.path(), &["-j", jobs, "in", &format!("out-{jobs}")]);
        assert_eq!(others, first, "{jobs} workers");
    }
}

#[test]
fn what_is_up_to_date_takes_part() {
    let folder = folder();
    let input = folder.path().join("in");
    let first = flagged(folder.path(), &["in", "out"]);
    assert_eq!(flagged(folder.path(), &["in", "out"]), first);
    fs::write(input.join("z.ppm"), scene(250, 2)).unwrap();
    let report = ["--report", "report.csv", "in", "out"];
    let again = flagged(folder.path(), &report);
    assert_eq!(again[..first.len()], first);
    let note = again.last().unwrap().2.as_deref().unwrap();
    assert!(note.contains("in/c.ppm"), "{note}");
    let csv = fs::read_to_string(folder.path().join("report.csv")).unwrap();
    assert_eq!(csv.matches("near_duplicate").count(), 4);
    // It is no warning: nothing of the picture is lost.
    assert_eq!(run(folder.path(), &["--strict", "in", "out"]).code, 0);
}

#[test]
fn results_of_one_source_are_no_duplicates() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in/a.ppm"), scene(200, 1)).unwrap();
    let args = ["--on-collision", "suffix", "in/a.ppm", "in", "out"];
    let all = flagged(folder.path(), &args);
    assert!(all.iter().all(|(_, flagged, _)| !flagged), "{all:?}");
}

//! Restart intervals that are lost, doubled or out of order: the others are at their places, and
//! the decoded share is right.

use avatar_jpeg::Planes;
use slow_jpeg::check::{lenient, wrong_blocks};
use slow_jpeg::writer::Picture;
use std::io::Write;
use std::process::{Command, Stdio};

/// A file taken apart at its restart markers.
pub(crate) struct Parts {
    pub(crate) picture: Picture,
    head: Vec<u8>,
    /// Each interval with the marker before it; the first has none.
    pub(crate) intervals: Vec<Vec<u8>>,
    pub(crate) sound: Planes,
}

pub(crate) const END: [u8; 2] = [0xFF, 0xD9];

impl Parts {
    /// A picture of one scan, with this many MCUs in an interval.
    fn new(width: usize, height: usize, sampling: &[(usize, usize)], interval: usize) -> Self {
        let mut picture = Picture::random(width, height, sampling, 11);
        picture.restart = interval;
        Self::of(picture)
    }

    pub(crate) fn of(picture: Picture) -> Self {
        let bytes = picture.write();
        let scan = bytes.windows(2).position(|w| w == [0xFF, 0xDA]).unwrap();
        let start = scan + 2 + usize::from(u16::from_be_bytes([bytes[scan + 2], bytes[scan + 3]]));
        let mut intervals = vec![Vec::new()];
        let mut rest = &bytes[start..bytes.len() - 2];
        while let [byte, tail @ ..] = rest {
            let marker = matches!(rest, [0xFF, 0xD0..=0xD7, ..]);
            if marker {
                intervals.push(Vec::new());
            }
            intervals.last_mut().unwrap().push(*byte);
            rest = tail;
        }
        let sound = lenient(&bytes, &picture);
        assert!(!sound.damaged);
        Self {
            picture,
            head: bytes[..start].to_vec(),
            intervals,
            sound,
        }
    }

    pub(crate) fn join(&self, intervals: &[&[u8]], end: &[u8]) -> Vec<u8> {
        [&self.head, &intervals.concat(), end].concat()
    }

    /// All intervals, to be rearranged.
    pub(crate) fn all(&self) -> Vec<&[u8]> {
        self.intervals.iter().map(Vec::as_slice).collect()
    }

    /// How many intervals' worth of blocks of the first component differ from the undamaged picture, and the share that
    /// the decoder states.
    pub(crate) fn lost(&self, bytes: &[u8]) -> (f64, f32, bool) {
        let planes = lenient(bytes, &self.picture);
        let (a, b) = (&planes.planes[0], &self.sound.planes[0]);
        let wrong = wrong_blocks(&a.samples, &b.samples, a.width);
        let blocks = a.width / 8 * a.samples.len().div_ceil(a.width * 8);
        let each = blocks as f64 / self.intervals.len() as f64;
        (wrong as f64 / each, planes.decoded_share, planes.damaged)
    }

    /// Asserts that no more than these intervals are lost, and that the share says so.
    pub(crate) fn assert_lost(&self, bytes: &[u8], most: usize, what: &str) {
        let (lost, share, damaged) = self.lost(bytes);
        let count = self.intervals.len() as f64;
        assert!(
            lost <= most as f64 * 1.03 + 0.3, // the last interval is shorter than the mean
            "{what}: {lost} lost, {most} expected"
        );
        let right = 1.0 - lost / count;
        assert!(
            (f64::from(share) - right).abs() <= 2.0 / count + 0.01,
            "{what}: share {share}, right are {right}"
        );
        assert!(damaged, "{what}");
    }
}

/// Half a row, a row, and what fits no row; one component and chroma at half the resolution.
fn kinds() -> Vec<(String, Parts)> {
    let gray: &[(usize, usize)] = &[(1, 1)];
    let color: &[(usize, usize)] = &[(2, 2), (1, 1), (1, 1)];
    [
        (gray, 160, 240, 10),
        (gray, 80, 240, 10),
        (gray, 88, 240, 7),
        (color, 160, 480, 10),
        (color, 160, 480, 5),
    ]
    .into_iter()
    .map(|(sampling, width, height, interval)| {
        let name = format!(
            "{} components, {width}x{height} by {interval}",
            sampling.len()
        );
        (name, Parts::new(width, height, sampling, interval))
    })
    .collect()
}

#[test]
fn one_lost_interval_costs_itself() {
    for (name, parts) in kinds() {
        for k in 0..parts.intervals.len() {
            let mut kept = parts.all();
            kept.remove(k);
            parts.assert_lost(&parts.join(&kept, &END), 1, &format!("{name}: {k}"));
            // The file ends early besides: what is cut off is lost, too.
            kept.pop();
            if k + 3 < parts.intervals.len() {
                let what = format!("{name}: {k}, cut");
                parts.assert_lost(&parts.join(&kept, &[]), 2, &what);
            }
        }
        // The first with the marker behind it: the second takes its place.
        let mut kept = parts.all();
        kept.remove(0);
        kept[0] = &kept[0][2..];
        parts.assert_lost(&parts.join(&kept, &END), 2, &name);
    }
}

#[test]
fn lost_runs_leave_the_others_in_their_place() {
    for (name, parts) in kinds() {
        let count = parts.intervals.len();
        // Eight times n lost between whole intervals leave no trace in the numbers.
        for length in (2..=19).filter(|length| length % 8 != 0) {
            for k in 1..count - length {
                let mut kept = parts.all();
                kept.drain(k..k + length);
                let what = format!("{name}: {k}..{}", k + length);
                parts.assert_lost(&parts.join(&kept, &END), length, &what);
            }
        }
        for k in (1..count - 12).step_by(3) {
            let mut kept = parts.all();
            kept.drain(k + 8..k + 10);
            kept.remove(k);
            parts.assert_lost(&parts.join(&kept, &END), 3, &format!("{name}: {k} and two"));
        }
    }
}

#[test]
fn a_hole_in_the_bytes_costs_what_it_touches() {
    let (mut unseen, mut tries) = (0, 0);
    for (name, parts) in kinds() {
        let count = parts.intervals.len();
        for length in [0, 1, 3, 7, 8, 9, 16, 17] {
            for k in (0..count - length - 1).step_by(2) {
                let (first, last) = (&parts.intervals[k], &parts.intervals[k + length]);
                let mut kept = parts.all();
                let joined = [&first[..first.len() / 2], &last[last.len() * 2 / 3..]].concat();
                kept.splice(k..=k + length, [joined.as_slice()]);
                let what = format!("{name}: from within {k} to within {}", k + length);
                let (lost, _, damaged) = parts.lost(&parts.join(&kept, &END));
                let is_right = lost <= length as f64 + 1.2;
                // Where a multiple of eight is lost, only the joined interval can give it away, and by chance it may
                // look like a whole one.
                if length > 0 && length % 8 == 0 {
                    (unseen, tries) = (unseen + usize::from(!is_right), tries + 1);
                } else {
                    assert!(is_right, "{what}: {lost}");
                }
                assert!(damaged || lost < 1.0, "{what}");
            }
        }
    }
    println!("{unseen} of {tries} holes of eight or sixteen intervals are not found");
    assert!(unseen * 7 <= tries, "{unseen} of {tries}");
}

#[test]
fn doubled_and_swapped_intervals_cost_nothing() {
    for (name, parts) in kinds() {
        for k in 1..parts.intervals.len() - 1 {
            let mut kept = parts.all();
            kept.insert(k, &parts.intervals[k]);
            parts.assert_lost(&parts.join(&kept, &END), 0, &format!("{name}: {k} twice"));
            for distance in [1, 2, 3] {
                if k + distance + 1 < parts.intervals.len() {
                    let mut kept = parts.all();
                    kept.swap(k, k + distance);
                    let what = format!("{name}: {k} and {} swapped", k + distance);
                    parts.assert_lost(&parts.join(&kept, &END), 0, &what);
                }
            }
        }
    }
}

#[test]
fn a_doubled_interval_does_not_hide_a_lost_one() {
    for (name, parts) in kinds() {
        for k in 2..parts.intervals.len() - 7 {
            let mut kept = parts.all();
            kept.remove(k + 5);
            kept.insert(k, &parts.intervals[k]);
            let bytes = parts.join(&kept, &END);
            parts.assert_lost(&bytes, 1, &format!("{name}: {k} twice, {} lost", k + 5));
            assert!(parts.lost(&bytes).1 < 1.0);
        }
    }
}

#[test]
fn progressive_scans_are_put_in_order_too() {
    let mut picture = Picture::random(160, 240, &[(2, 2), (1, 1), (1, 1)], 12).progressive(true);
    picture.restart = 5;
    let bytes = picture.write();
    let sound = lenient(&bytes, &picture);
    let markers: Vec<_> = (0..bytes.len() - 1)
        .filter(|&i| bytes[i] == 0xFF && (0xD0..=0xD7).contains(&bytes[i + 1]))
        .collect();
    let (mut total, mut worst) = (0, 0);
    for pair in markers.windows(2) {
        // Intervals inside a scan only.
        if bytes[pair[0]..pair[1]]
            .windows(2)
            .any(|w| w == [0xFF, 0xDA])
        {
            continue;
        }
        let lost = [&bytes[..pair[0]], &bytes[pair[1]..]].concat();
        let planes = lenient(&lost, &picture);
        assert!(planes.damaged);
        let plane = &planes.planes[0];
        let wrong = wrong_blocks(&plane.samples, &sound.planes[0].samples, plane.width);
        total += 1;
        worst = worst.max(wrong);
    }
    println!("{total} intervals, at worst {worst} of 600 blocks are wrong");
    assert!(total > 100 && worst <= 20);
}

/// Luma of a gray file by `djpeg`.
fn djpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new("djpeg")
        .args(["-pnm", "-dct", "int"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(bytes).ok()?;
    let output = child.wait_with_output().ok()?.stdout;
    let at = output.windows(5).position(|w| w == b"\n255\n")?;
    Some(output[at + 5..].to_vec())
}

#[test]
#[cfg_attr(not(djpeg), ignore = "needs djpeg, see CONTRIBUTING.md")]
fn never_worse_than_djpeg() {
    let parts = Parts::new(160, 240, &[(1, 1)], 10);
    let width = 160;
    let sound = djpeg(&parts.join(&parts.all(), &END)).unwrap();
    type Damage = fn(&mut Vec<&[u8]>, usize);
    let damages: [(&str, Damage); 7] = [
        ("one lost", |kept, k| {
            kept.remove(k);
        }),
        ("three lost", |kept, k| {
            kept.drain(k..k + 3);
        }),
        ("nine lost", |kept, k| {
            kept.drain(k..k + 9);
        }),
        ("two places", |kept, k| {
            kept.remove(k + 6);
            kept.remove(k);
        }),
        ("one twice", |kept, k| kept.insert(k, kept[k])),
        ("neighbours swapped", |kept, k| kept.swap(k, k + 1)),
        ("half of one", |kept, k| {
            kept[k] = &kept[k][..kept[k].len() / 2];
        }),
    ];
    for (name, damage) in damages {
        let (mut ours, mut theirs, mut worse, mut tries) = (0.0, 0.0, 0, 0);
        for k in 1..parts.intervals.len() - 10 {
            let mut kept = parts.all();
            damage(&mut kept, k);
            let bytes = parts.join(&kept, &END);
            let right = |wrong: usize| 1.0 - wrong as f64 / 600.0;
            let other = right(wrong_blocks(&djpeg(&bytes).unwrap(), &sound, width));
            let planes = lenient(&bytes, &parts.picture);
            let plane = &planes.planes[0].samples;
            let own = right(wrong_blocks(plane, &parts.sound.planes[0].samples, width));
            // What is decoded of a cut interval behind the cut is chance.
            worse += usize::from(own + 0.005 < other);
            (ours, theirs, tries) = (ours + own, theirs + other, tries + 1);
        }
        let mean = |sum: f64| 100.0 * sum / f64::from(tries);
        let (ours, theirs) = (mean(ours), mean(theirs));
        println!("{name:20} {ours:6.2} % right, djpeg {theirs:6.2} %; worse in {worse} of {tries}");
        assert_eq!(worse, 0, "{name}");
    }
}

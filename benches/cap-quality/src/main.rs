//! Best quality under a byte cap, side by side. Peers search by bisection: seven encodes.
//!
//! `cargo run --release -- [photos|logos] [cap in kB]... [--only=NAME] [--held-out] [--dump FOLDER]`

use avatar_jpeg::encode::{Effort, FitOptions, Fitter, Picture, Sampling};
use yardsticks::score::Judge;
use yardsticks::squares::{EDGE, Square};
use yardsticks::{peers, squares};

#[derive(Default)]
struct Row {
    scores: Vec<f64>,
    second: Vec<f64>,
    share: Vec<f64>,
    seconds: f64,
    over: usize,
    trials: u32,
}

type Run<'a> = Box<dyn FnMut(&Square, usize) -> Option<(Vec<u8>, u32, bool)> + 'a>;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let dump = args.iter().position(|a| a == "--dump").map(|at| args[at + 1].clone());
    let mut squares = if args.iter().any(|a| a == "logos") { squares::logos() } else { squares::photos() };
    if args.iter().any(|a| a == "--held-out") {
        // The tables were fitted on the others: every second photograph by name, from the first.
        squares = squares.into_iter().skip(1).step_by(2).collect();
    }
    let mut caps: Vec<usize> = args.iter().filter_map(|a| a.parse().ok()).collect();
    if caps.is_empty() {
        caps = vec![10, 20, 40, 80, 150];
    }
    let mut runs = runs(args.iter().find_map(|a| a.strip_prefix("--only=")));
    let mut rows: Vec<Row> = (0..runs.len() * caps.len()).map(|_| Row::default()).collect();
    for square in &squares {
        let judge = Judge::new(&square.rgb, EDGE);
        for (index, (name, run)) in runs.iter_mut().enumerate() {
            for (row, &cap) in rows[index * caps.len()..].iter_mut().zip(&caps) {
                let bytes = row.measure(run, square, &judge, cap * 1000);
                if let (Some(folder), Some(bytes)) = (&dump, bytes) {
                    let file = format!("{folder}/{}-{}-{cap}.jpg", square.name, name.replace([' ', ':'], ""));
                    std::fs::write(file, bytes).expect("a folder to dump into");
                }
            }
        }
    }
    println!("{} pictures, {EDGE}x{EDGE}\n", squares.len());
    println!("| encoder | cap kB | n | SSIMULACRA2 mean | worst | Butteraugli 3-norm | share of cap | ms a fit | trials | over |");
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (index, (name, _)) in runs.iter().enumerate() {
        for (row, &cap) in rows[index * caps.len()..].iter().zip(&caps) {
            row.print(name, cap, squares.len());
        }
    }
}

/// All encoders, or those whose name contains `only`.
fn runs(only: Option<&str>) -> Vec<(String, Run<'static>)> {
    let mut runs: Vec<(String, Run<'static>)> = Vec::new();
    let variants = [
        ("ours fast", Effort::Fast, Sampling::Auto, false),
        ("ours balanced", Effort::Balanced, Sampling::Auto, false),
        ("ours balanced 4:2:0", Effort::Balanced, Sampling::S420, false),
        ("ours balanced 4:4:4", Effort::Balanced, Sampling::S444, false),
        ("ours balanced prog.", Effort::Balanced, Sampling::Auto, true),
        ("ours best", Effort::Best, Sampling::Auto, false),
        ("ours best prog.", Effort::Best, Sampling::Auto, true),
    ];
    for (name, effort, sampling, progressive) in variants {
        let mut fitter = Fitter::new();
        let run = move |square: &Square, cap: usize| {
            let picture = Picture::from_rgb(EDGE, EDGE, &square.rgb).expect("a square");
            let options =
                FitOptions { max_bytes: cap, quality: 1..=100, effort, sampling, progressive };
            let fitted = fitter.fit(&picture, &options).ok()?;
            Some((fitted.bytes, fitted.trials, fitted.quality == 100))
        };
        runs.push((name.into(), Box::new(run)));
    }
    for &(name, encode) in peers::PEERS {
        let run = move |square: &Square, cap: usize| Some((peers::fit(encode, &square.rgb, cap)?, 7, false));
        runs.push((name.into(), Box::new(run)));
    }
    runs.retain(|(name, _)| only.is_none_or(|only| name.contains(only)));
    runs
}

impl Row {
    fn measure(&mut self, run: &mut Run<'_>, square: &Square, judge: &Judge, cap: usize) -> Option<Vec<u8>> {
        let start = cpu_seconds();
        let result = run(square, cap);
        self.seconds += cpu_seconds() - start;
        let (bytes, trials, at_ceiling) = result?;
        self.over += usize::from(bytes.len() > cap);
        self.trials += trials;
        if !at_ceiling {
            self.share.push(bytes.len() as f64 / cap as f64);
        }
        let (first, second) = judge.score(&bytes);
        self.scores.push(first);
        self.second.push(second);
        Some(bytes)
    }

    fn print(&self, name: &str, cap: usize, pictures: usize) {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        println!(
            "| {name} | {cap} | {} | {:.2} | {:.1} | {:.3} | {:.4} | {:.1} | {:.2} | {} |",
            self.scores.len(),
            mean(&self.scores),
            self.scores.iter().copied().fold(f64::INFINITY, f64::min),
            mean(&self.second),
            mean(&self.share),
            self.seconds * 1000.0 / pictures as f64,
            f64::from(self.trials) / self.scores.len().max(1) as f64,
            self.over,
        );
    }
}

/// Processor time of this thread, so that other work on the machine does not count (Linux).
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).expect("nanoseconds") / 1e9
}

//! tune
use yardsticks::{squares, score::Judge};
use avatar_jpeg::encode::{tune, Effort, FitOptions, Fitter, Picture, Sampling};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;
const E: u32 = 384;
struct Item { rgb: Vec<u8>, j: Judge }
fn crop(rgb: &[u8], k: usize) -> Vec<u8> {
    let o = [128usize, 0, 256, 96, 200][k % 5]; let p = [128usize, 200, 60, 256, 0][k % 5];
    (0..E as usize).flat_map(|y| rgb[((y + p) * 640 + o) * 3..][..E as usize * 3].to_vec()).collect()
}
fn eval(items: &[Item], caps: &[usize], effort: Effort, sampling: Sampling) -> (f64, Vec<(f64, f64)>) {
    let next = AtomicUsize::new(0);
    let out = Mutex::new(vec![(0.0, 0.0); caps.len()]);
    std::thread::scope(|t| { for _ in 0..2 { t.spawn(|| {
        let mut f = Fitter::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= items.len() * caps.len() { break }
            let (item, c) = (&items[i / caps.len()], i % caps.len());
            let pic = Picture::from_rgb(E, E, &item.rgb).unwrap();
            let o = FitOptions { max_bytes: caps[c] * 360, quality: 1..=100, effort, sampling, progressive: false };
            let (s, b) = match f.fit(&pic, &o) { Ok(r) => item.j.score(&r.bytes), Err(_) => (-50.0, 8.0) };
            let mut g = out.lock().unwrap(); g[c].0 += s / items.len() as f64; g[c].1 += b / items.len() as f64;
        }
    }); } });
    let v = out.into_inner().unwrap();
    let w = |c: usize| if c <= 10 { 0.5 } else { 1.0 };
    let tot: f64 = v.iter().zip(caps).map(|((s, b), &c)| w(c) * (s - 8.0 * b)).sum::<f64>() / caps.iter().map(|&c| w(c)).sum::<f64>();
    (tot, v)
}
// args: sampling(420|444) half(0|1) "caps" "knobs,comma" rounds  [k=v ...]
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let sampling = match a[1].as_str() { "444" => Sampling::S444, "auto" => Sampling::Auto, _ => Sampling::S420 };
    let half: usize = a[2].parse().unwrap();
    let caps: Vec<usize> = a[3].split(',').map(|x| x.parse().unwrap()).collect();
    let knobs: Vec<usize> = a[4].split(',').filter_map(|x| x.parse().ok()).collect();
    let rounds: usize = a[5].parse().unwrap();
    let effort = if std::env::var("EFFORT").as_deref() == Ok("fast") { Effort::Fast } else if std::env::var("EFFORT").as_deref() == Ok("best") { Effort::Best } else { Effort::Balanced };
    let items: Vec<Item> = squares::photos().into_iter().enumerate().filter(|(i, _)| half == 2 || i % 2 == half).map(|(i, s)| {
        let rgb = crop(&s.rgb, i);
        Item { j: Judge::new(&rgb, E), rgb }
    }).collect();
    for kv in &a[6..] { let (k, v) = kv.split_once('=').unwrap(); tune::KNOBS.write().unwrap()[k.parse::<usize>().unwrap()] = v.parse().unwrap(); }
    let fmt = |v: &[(f64, f64)]| v.iter().map(|(s, b)| format!("{s:.2}/{b:.3}")).collect::<Vec<_>>().join(" ");
    let (mut best, v) = eval(&items, &caps, effort, sampling);
    println!("start {best:.3} {}", fmt(&v));
    let mut step = vec![0.25f32; 64];
    for r in 0..rounds {
        for &k in &knobs {
            for dir in [1.0f32, -1.0] {
                let old = tune::KNOBS.read().unwrap()[k];
                let new = if old == 0.0 { dir * 0.1 } else { old * if dir > 0.0 { 1.0 + step[k] } else { 1.0 / (1.0 + step[k]) } };
                tune::KNOBS.write().unwrap()[k] = new;
                let (s, v) = eval(&items, &caps, effort, sampling);
                if s > best { best = s; println!("r{r} k{k} {old:.4} -> {new:.4}: {s:.3} {}", fmt(&v)); if dir < 0.0 { step[k] *= 1.2; } break; }
                tune::KNOBS.write().unwrap()[k] = old;
                if dir < 0.0 { step[k] *= 0.5; }
            }
        }
        let k = tune::KNOBS.read().unwrap();
        println!("== round {r} {best:.3}: {}", k.iter().enumerate().filter(|(i, v)| knobs.contains(i) || **v != tune::DEFAULT[*i]).map(|(i, v)| format!("{i}={v:.4}")).collect::<Vec<_>>().join(" "));
    }
}

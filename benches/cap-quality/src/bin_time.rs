use avatar_jpeg::encode::*;
fn cpu() -> f64 { std::fs::read_to_string("/proc/thread-self/schedstat").unwrap().split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6 }
fn main() {
    let sq = yardsticks::squares::photos();
    let n = 10;
    let cap: usize = std::env::args().nth(1).map_or(40, |a| a.parse().unwrap()) * 1000;
    let mut t = [0.0; 6];
    for s in sq.iter().take(n) {
        let a = cpu();
        let p = Picture::from_rgb(640, 640, &s.rgb).unwrap();
        let b = cpu();
        let mut f = Fitter::new();
        let o = |e, s| FitOptions { max_bytes: cap, quality: 1..=100, effort: e, sampling: s, progressive: false };
        let _ = f.fit(&p, &o(Effort::Balanced, Sampling::S420));
        let c = cpu();
        let r = f.fit(&p, &o(Effort::Balanced, Sampling::S420)).unwrap();
        let d = cpu();
        let _ = f.fit(&p, &o(Effort::Fast, Sampling::S420));
        let e = cpu();
        let _ = f.fit(&p, &FitOptions { quality: 1..=r.quality, max_bytes: 9_000_000, ..o(Effort::Fast, Sampling::S420) });
        let g = cpu();
        let _ = f.fit(&p, &FitOptions { quality: 1..=r.quality, max_bytes: 9_000_000, ..o(Effort::Balanced, Sampling::S420) });
        let h = cpu();
        for (x, y) in t.iter_mut().zip([b - a, c - b, d - c, e - d, g - e, h - g]) { *x += y / n as f64; }
    }
    println!("rgb {:.2} fit cold {:.2} fit warm {:.2} fast fit {:.2} one fast trial {:.2} one balanced trial {:.2}", t[0], t[1], t[2], t[3], t[4], t[5]);
}

//! The image path: whole pictures by format and size, stages apart, and batches over jobs.
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

#[path = "../tests/it/written_tiff.rs"]
mod written_tiff;

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use avatar_jpeg::encode::{FitOptions, Fitter, Picture};
use avatar_jpeg::{Decoder, Rect, Request, Scratch};
use avatar_prepare::{Batch, Limits, Preparer, Settings, Source};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use image::{DynamicImage, ImageFormat, RgbImage};

/// Slopes, rings and grain: something of everything that photographs have.
fn scene(width: u32, height: u32) -> RgbImage {
    let mut grain = 1u32;
    RgbImage::from_fn(width, height, |x, y| {
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (u, v) = (x * 255 / width, y * 255 / height);
        let ring = (x.abs_diff(width / 2).pow(2) + y.abs_diff(height / 2).pow(2)) / 4096 % 2 * 40;
        let noise = grain >> 28;
        image::Rgb(
            [
                u + noise,
                (u + v) / 2 + ring / 2 + noise,
                v / 2 + ring + noise,
            ]
            .map(|c| c.min(255) as u8),
        )
    })
}

fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let scene = scene(width, height);
    let mut bytes = std::io::Cursor::new(Vec::new());
    if format == ImageFormat::Jpeg {
        let mut jpeg = Vec::new();
        jpeg_encoder::Encoder::new(&mut jpeg, 92)
            .encode(
                &scene,
                width as u16,
                height as u16,
                jpeg_encoder::ColorType::Rgb,
            )
            .unwrap();
        return jpeg;
    }
    let scene = DynamicImage::ImageRgb8(scene);
    if format == ImageFormat::Tiff {
        return written_tiff::tiff(&scene);
    }
    scene.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole");
    group.sample_size(20);
    for (name, format) in [
        ("jpeg", ImageFormat::Jpeg),
        ("png", ImageFormat::Png),
        ("gif", ImageFormat::Gif),
        ("webp", ImageFormat::WebP),
        ("tiff", ImageFormat::Tiff),
    ] {
        for (width, height) in [(800, 600), (2000, 1500), (4000, 3000)] {
            if format == ImageFormat::Gif && width > 2000 {
                continue; // nobody stores photographs so
            }
            let bytes = encoded(width, height, format);
            let mut preparer = Preparer::new(Settings::default(), Limits::default());
            group.throughput(Throughput::Elements(u64::from(width) * u64::from(height)));
            let id = BenchmarkId::new(name, format!("{width}x{height}"));
            group.bench_function(id, |bencher| {
                bencher.iter(|| preparer.prepare(black_box(&bytes)).unwrap());
            });
        }
    }
    group.finish();
}

fn stages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stages");
    let jpeg = encoded(4000, 3000, ImageFormat::Jpeg);
    let decoder = Decoder::new(&jpeg).unwrap();
    let request = Request::new(Rect::new(500, 0, 3000, 3000), (640, 640));
    let mut scratch = Scratch::new();
    group.bench_function("decode jpeg 12 MP for 640", |bencher| {
        bencher.iter(|| decoder.decode(black_box(&request), &mut scratch).unwrap());
    });
    // A flat picture fits at once, so what is left is reading the PPM and resizing it.
    let flat = [b"P6 3000 3000 255\n".to_vec(), vec![90; 3000 * 3000 * 3]].concat();
    let mut preparer = Preparer::new(Settings::default(), Limits::default());
    group.bench_function("resize 9 MP", |bencher| {
        bencher.iter(|| preparer.prepare(black_box(&flat)).unwrap());
    });
    let scene = scene(640, 640);
    let picture = Picture::from_rgb(640, 640, &scene).unwrap();
    let mut fitter = Fitter::new();
    for (name, max_bytes) in [
        ("fit at the ceiling", 1_000_000),
        ("fit under 40 kB", 40_000),
    ] {
        let options = FitOptions {
            max_bytes,
            quality: 1..=90,
            ..FitOptions::default()
        };
        group.bench_function(name, |bencher| {
            bencher.iter(|| fitter.fit(black_box(&picture), &options).unwrap());
        });
    }
    group.finish();
}

fn batch(criterion: &mut Criterion) {
    const PICTURES: usize = 16;
    let mut group = criterion.benchmark_group("batch");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(PICTURES as u64));
    let picture = encoded(2000, 1500, ImageFormat::Jpeg);
    for jobs in [1, 2, 4] {
        let jobs = NonZeroUsize::new(jobs).unwrap();
        let batch = Batch::new(Settings::default(), Limits::default(), jobs).unwrap();
        group.bench_function(BenchmarkId::new("jobs", jobs), |bencher| {
            bencher.iter(|| {
                let sources = (0..PICTURES).map(|_| ((), Source::Bytes(picture.clone())));
                batch.run_each(
                    sources,
                    &AtomicBool::new(false),
                    |(), result| result.unwrap(),
                    |avatar| {
                        black_box(avatar);
                    },
                );
            });
        });
    }
    group.finish();
}

criterion_group!(benches, whole, stages, batch);
criterion_main!(benches);

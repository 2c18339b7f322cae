//! Measures what reductions cost: SSIMULACRA2 of the square that our planes give after Lanczos3, against a full decode by
//! libjpeg-turbo's `djpeg` and the same Lanczos3, for several margins; and how long zune-jpeg's full decode takes beside ours.
//!
//! `avatar-jpeg-yardsticks EDGE FILES`

use avatar_jpeg::{ColorModel, Decoder, Plane, Rect, Request, Scratch};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use fast_ssim2::{PixelDescriptor, PixelSlice, compute_ssimulacra2};
use std::error::Error;
use std::process::Command;
use std::time::Instant;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn lanczos() -> ResizeOptions {
    ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
}

fn square(decoder: &Decoder<'_>) -> Rect {
    let (width, height) = (decoder.header().width, decoder.header().height);
    let side = width.min(height);
    Rect::new((width - side) / 2, (height - side) / 2, side, side)
}

/// The reference: everything decoded by libjpeg-turbo, then the crop resized.
fn by_djpeg(file: &str, crop: Rect, edge: u32) -> Result<Vec<u8>> {
    let output = Command::new("djpeg").args(["-ppm", file]).output()?.stdout;
    let mut fields = output.splitn(4, |byte| byte.is_ascii_whitespace());
    let mut field = || fields.next().ok_or("no PPM");
    let number = |field: &[u8]| -> Result<u32> { Ok(std::str::from_utf8(field)?.parse()?) };
    let (_magic, width, height) = (field()?, number(field()?)?, number(field()?)?);
    let pixels = field()?.strip_prefix(b"255\n").ok_or("no pixels")?;
    let source = ImageRef::new(width, height, pixels, PixelType::U8x3)?;
    let mut target = Image::new(edge, edge, PixelType::U8x3);
    let (x, y, side) = (f64::from(crop.x), f64::from(crop.y), f64::from(crop.width));
    Resizer::new().resize(&source, &mut target, &lanczos().crop(x, y, side, side))?;
    Ok(target.into_vec())
}

fn resize(plane: &Plane, edge: u32) -> Result<Vec<u8>> {
    let source = ImageRef::new(
        plane.width as u32,
        plane.height as u32,
        &plane.samples,
        PixelType::U8,
    )?;
    let mut target = Image::new(edge, edge, PixelType::U8);
    let crop = plane.crop;
    Resizer::new().resize(
        &source,
        &mut target,
        &lanczos().crop(crop.x, crop.y, crop.width, crop.height),
    )?;
    Ok(target.into_vec())
}

/// Our planes, each resized, then to RGB as JFIF says.
fn by_planes(
    decoder: &Decoder<'_>,
    request: &Request,
    scratch: &mut Scratch,
    edge: u32,
) -> Result<Vec<u8>> {
    let planes = decoder.decode(request, scratch)?;
    let resized = planes
        .planes
        .iter()
        .map(|plane| resize(plane, edge))
        .collect::<Result<Vec<_>>>()?;
    let [y, cb, cr] = resized.as_slice() else {
        return Err("not three components".into());
    };
    let to_byte = |value: f32| value.round().clamp(0.0, 255.0) as u8;
    let mut rgb = Vec::with_capacity(y.len() * 3);
    for ((&y, &cb), &cr) in y.iter().zip(cb).zip(cr) {
        let (y, cb, cr) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
        rgb.extend(
            [
                y + 1.402 * cr,
                y - 0.344_136 * cb - 0.714_136 * cr,
                y + 1.772 * cb,
            ]
            .map(to_byte),
        );
    }
    Ok(rgb)
}

fn ssimulacra2(reference: &[u8], ours: &[u8], edge: u32) -> Result<f64> {
    let stride = edge as usize * 3;
    let reference = PixelSlice::new(reference, edge, edge, stride, PixelDescriptor::RGB8_SRGB)?;
    let ours = PixelSlice::new(ours, edge, edge, stride, PixelDescriptor::RGB8_SRGB)?;
    Ok(compute_ssimulacra2(&reference, &ours)?)
}

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let edge: u32 = args.next().ok_or("which edge?")?.parse()?;
    let kinds = [
        ("1.0", 1.0, false),
        ("1.5", 1.5, false),
        ("1.5, half chroma", 1.5, true),
        ("2.0", 2.0, false),
        ("full", f32::INFINITY, false),
    ];
    let mut scores = vec![Vec::new(); kinds.len()];
    let mut scratch = Scratch::new();
    for file in args {
        let bytes = std::fs::read(&file)?;
        let decoder = Decoder::new(&bytes)?;
        if decoder.header().color != Some(ColorModel::YCbCr) {
            continue;
        }
        let crop = square(&decoder);
        let reference = by_djpeg(&file, crop, edge)?;
        let mut line = String::new();
        for ((_, margin, half), scores) in kinds.iter().zip(&mut scores) {
            let chroma_target = half.then_some((edge / 2, edge / 2));
            let request = Request {
                margin: *margin,
                chroma_target,
                ..Request::new(crop, (edge, edge))
            };
            let ours = by_planes(&decoder, &request, &mut scratch, edge)?;
            let score = ssimulacra2(&reference, &ours, edge)?;
            scores.push(score);
            line += &format!(" {score:6.2}");
        }
        let start = Instant::now();
        let zune = zune_jpeg::JpegDecoder::new(std::io::Cursor::new(&bytes)).decode();
        let zune_ms = start.elapsed().as_secs_f64() * 1e3;
        let start = Instant::now();
        decoder.decode(&Request::new(crop, (edge, edge)), &mut scratch)?;
        let ours_ms = start.elapsed().as_secs_f64() * 1e3;
        println!(
            "{line}  zune full {zune_ms:6.1} ms ({}), ours {ours_ms:6.1} ms  {file}",
            zune.is_ok()
        );
    }
    for ((name, ..), scores) in kinds.iter().zip(&scores) {
        let mean = scores.iter().sum::<f64>() / scores.len().max(1) as f64;
        let worst = scores.iter().copied().fold(100.0, f64::min);
        println!("margin {name}: mean {mean:.2}, worst {worst:.2}");
    }
    Ok(())
}

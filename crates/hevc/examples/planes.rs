//! Decodes the first picture of a stream with start codes and writes its planes: `planes IN.hevc OUT.yuv [ROUNDS]`.

use std::io::Write;

use avatar_hevc::{Decoder, Filters, Samples};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("usage: planes IN.hevc OUT.yuv".into());
    };
    let rounds: u32 = arguments.next().map_or(Ok(1), |count| count.parse())?;
    let bytes = std::fs::read(from)?;
    let units = units(&bytes);
    let mut decoder = Decoder::new();
    for _ in 1..rounds {
        decoder.decode(&units, Filters::All)?;
    }
    let picture = decoder.decode(&units, Filters::All)?;
    let mut out = std::io::BufWriter::new(std::fs::File::create(to)?);
    for plane in 0..if picture.chroma == 0 { 1 } else { 3 } {
        let (width, height) = picture.plane_size(plane);
        let stride = picture.strides[plane];
        for row in 0..height as usize {
            let row = row * stride..row * stride + width as usize;
            match picture.samples {
                Samples::U8(planes) => out.write_all(&planes[plane][row])?,
                Samples::U16(planes) => {
                    for sample in &planes[plane][row] {
                        out.write_all(&sample.to_le_bytes())?;
                    }
                }
            }
        }
    }
    Ok(out.flush()?)
}

/// The units between start codes.
fn units(bytes: &[u8]) -> Vec<&[u8]> {
    let is_start = |at: &usize| bytes[*at..].starts_with(&[0, 0, 1]);
    let starts: Vec<usize> = (0..bytes.len()).filter(is_start).collect();
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    let unit = |(&start, end): (&usize, usize)| {
        let mut unit = &bytes[start + 3..end];
        while let Some((0, rest)) = unit.split_last().map(|(last, rest)| (*last, rest)) {
            unit = rest;
        }
        unit
    };
    starts.iter().zip(ends).map(unit).collect()
}

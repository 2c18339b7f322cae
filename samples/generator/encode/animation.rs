//! Animations whose first frame is the one that counts: GIF, APNG and WebP.

use gif::{Encoder, Frame, Repeat};

use super::File;
use super::png::{SIGNATURE, chunk, header_chunk, header_of, pixels};
use super::webp::webp;
use crate::draw::palette::reduce;
use crate::draw::raster::Raster;

const PAUSE_MS: u16 = 700;

/// RGBA frames of one size, each with a palette of its own.
pub(crate) fn gif(frames: &[Raster]) -> File {
    let mut file = Vec::new();
    let (width, height) = (frames[0].width as u16, frames[0].height as u16);
    let mut encoder = Encoder::new(&mut file, width, height, &[])?;
    encoder.set_repeat(Repeat::Infinite)?;
    for raster in frames {
        let few = reduce(raster, 64);
        let colours: Vec<u8> = few
            .colours
            .iter()
            .flat_map(|&[r, g, b, _]| [r, g, b])
            .collect();
        let mut frame = Frame::from_palette_pixels(width, height, few.indices, colours, None);
        frame.delay = PAUSE_MS / 10;
        encoder.write_frame(&frame)?;
    }
    drop(encoder);
    Ok(file)
}

/// RGB or RGBA frames of one size; the first is also the still picture.
pub(crate) fn apng(frames: &[Raster]) -> Vec<u8> {
    let header = header_of(&frames[0]);
    let mut file = [SIGNATURE, &header_chunk(header)].concat();
    file.extend(chunk(
        b"acTL",
        &[(frames.len() as u32).to_be_bytes(), [0; 4]].concat(),
    ));
    let mut sequence = 0u32;
    let mut number = || {
        sequence += 1;
        (sequence - 1).to_be_bytes()
    };
    for (at, raster) in frames.iter().enumerate() {
        file.extend(chunk(b"fcTL", &frame_control(number(), raster)));
        let data = pixels(header, &raster.samples);
        file.extend(match at {
            0 => chunk(b"IDAT", &data),
            _ => chunk(b"fdAT", &[&number()[..], &data].concat()),
        });
    }
    file.extend(chunk(b"IEND", &[]));
    file
}

/// RGBA frames of one size, each lossless.
pub(crate) fn animated_webp(frames: &[Raster]) -> File {
    let size = [frames[0].width, frames[0].height].map(|side| (side as u32 - 1).to_le_bytes());
    let size = [&size[0][..3], &size[1][..3]].concat();
    let mut body = b"WEBP".to_vec();
    body.extend(riff(b"VP8X", &[&[0x02, 0, 0, 0][..], &size].concat()));
    body.extend(riff(b"ANIM", &[0, 0, 0, 0, 0, 0]));
    for raster in frames {
        let still = webp(raster, None)?;
        let mut frame = vec![0; 6];
        frame.extend(&size);
        frame.extend(&u32::from(PAUSE_MS).to_le_bytes()[..3]);
        frame.push(0x02); // replace, do not blend
        frame.extend(&still[12..]);
        body.extend(riff(b"ANMF", &frame));
    }
    Ok(riff(b"RIFF", &body))
}

fn frame_control(sequence: [u8; 4], raster: &Raster) -> Vec<u8> {
    let mut control = sequence.to_vec();
    control.extend((raster.width as u32).to_be_bytes());
    control.extend((raster.height as u32).to_be_bytes());
    control.extend([0; 8]); // at the origin
    control.extend(PAUSE_MS.to_be_bytes());
    control.extend(1000u16.to_be_bytes());
    control.extend([0, 0]); // leave it, replace what was there
    control
}

fn riff(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = kind.to_vec();
    chunk.extend((data.len() as u32).to_le_bytes());
    chunk.extend(data);
    if data.len() % 2 == 1 {
        chunk.push(0);
    }
    chunk
}

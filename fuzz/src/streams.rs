//! `avatar-hevc`: any stream decodes or fails, and a picture has all its samples.

use avatar_hevc::{Decoder, Filters, Samples};

/// Most bytes of the planes of a picture.
const MOST: u64 = 1 << 20;

/// Units between start codes of four bytes.
pub fn hevc(input: &[u8]) {
    let starts = input.windows(4).enumerate();
    let starts: Vec<usize> = starts
        .filter(|(_, four)| *four == [0, 0, 0, 1])
        .map(|(at, _)| at)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([input.len()]);
    let units: Vec<&[u8]> = starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| &input[start + 4..end])
        .collect();
    let mut decoder = Decoder::new();
    decoder.limit(MOST);
    for filters in [Filters::WithoutEdges, Filters::All] {
        let Ok(picture) = decoder.decode(&units, filters) else {
            continue;
        };
        for plane in 0..if picture.chroma == 0 { 1 } else { 3 } {
            let (width, height) = picture.plane_size(plane);
            let length = match picture.samples {
                Samples::U8(planes) => planes[plane].len(),
                Samples::U16(planes) => planes[plane].len(),
            };
            assert!(length >= (height as usize - 1) * picture.strides[plane] + width as usize);
        }
    }
}

//! Headers, decoding and resynchronisation of hostile JPEGs.
//!
//! `cargo +nightly fuzz run jpeg_decode CORPUS`, with the JPEGs of the corpus as seeds. The first bytes of an input choose
//! crop and target, so that seeds are files with four bytes in front, or plain files whose first bytes choose something.

#![no_main]

use avatar_jpeg::{Decoder, Limits, Rect, Request, Scratch};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (choice, file) = if input.starts_with(&[0xFF, 0xD8]) {
        ([128, 64, 40, 0], input)
    } else if let Some((choice, file)) = input.split_first_chunk::<4>() {
        (*choice, file)
    } else {
        return;
    };
    let Ok(decoder) = Decoder::new(file) else { return };
    let (width, height) = (decoder.header().width, decoder.header().height);
    let part = |share: u8, whole: u32| (u32::from(share) * whole / 256).min(whole - 1);
    let (x, y) = (part(choice[0], width), part(choice[1], height));
    let limits = Limits { memory: 64 << 20, ..Limits::default() };
    for crop in [Rect::new(0, 0, width, height), Rect::new(x, y, width - x, height - y)] {
        let target = 1 + u32::from(choice[2]) * 8;
        let min_share = f32::from(choice[3]) / 255.0;
        let request = Request { limits, min_share, ..Request::new(crop, (target, target)) };
        if let Ok(planes) = decoder.decode(&request, &mut Scratch::new()) {
            for plane in &planes.planes {
                assert_eq!(plane.samples.len(), plane.width * plane.height);
                assert!(plane.crop.x + plane.crop.width <= plane.width as f64);
                assert!(plane.crop.y + plane.crop.height <= plane.height as f64);
            }
        }
    }
});

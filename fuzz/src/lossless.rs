//! Lossless WebP: any frame decodes or fails, and less of it gives fewer rows, but no others.

#[allow(
    dead_code,
    unreachable_pub,
    reason = "the estimate of memory is for the codec"
)]
#[path = "../../crates/prepare/src/codec/vp8l/mod.rs"]
mod codec;

/// Longest side of a bare frame, and the bits of the sides in the head of a frame.
const SIDE: u32 = 1 << 8;
const SIDES: u32 = (SIDE - 1) | (SIDE - 1) << 14;

/// A whole file, or a frame without a container.
pub fn vp8l(input: &[u8]) {
    match input.starts_with(b"RIFF") {
        true => super::pictures::prepare(input),
        false => bare(input),
    }
}

/// Sides that are too long are made shorter.
pub(super) fn bare(input: &[u8]) {
    let mut frame = input.to_vec();
    if let Some(head) = frame.get_mut(1..5).and_then(|it| it.first_chunk_mut()) {
        let kept = SIDES | 0xf << 28;
        *head = (u32::from_le_bytes(*head) & kept).to_le_bytes();
    }
    let Some((width, height)) = codec::size(&frame) else {
        return;
    };
    assert!(width <= SIDE && height <= SIDE);
    let (whole, found) = rows(&frame, (width, height), height);
    if let Ok(rest) = found {
        assert_eq!(whole.len(), (width * height) as usize);
        assert!(rest < frame.len(), "{rest} bytes left");
    }
    // Rows below what is wanted are only read.
    let (upper, again) = rows(&frame, (width, height), height / 2);
    assert!(whole.starts_with(&upper) && found == again, "{again:?}");
    let half = frame.len() / 2;
    let (start, _) = rows(&frame[..half.max(5)], (width, height), height);
    assert!(whole.starts_with(&start), "other rows of a part");
}

type Found = Result<usize, codec::Damage>;

/// The pixels of the rows before `bottom`, and how many bytes are left.
fn rows(frame: &[u8], (width, height): (u32, u32), bottom: u32) -> (Vec<u32>, Found) {
    let mut pixels = Vec::new();
    let found = codec::decode(frame, bottom as usize, |y, row| {
        assert_eq!((y * row.len(), row.len()), (pixels.len(), width as usize));
        pixels.extend_from_slice(row);
    });
    assert!(pixels.len() <= (width * height.min(bottom)) as usize);
    (pixels, found)
}

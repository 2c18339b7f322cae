//! The header of a key frame (RFC 6386, section 9).

use super::bools::Bools;
use super::damage::Damage;
use super::probabilities::{INITIAL, STAYS};
use super::steps::{OF_AC, OF_DC};

/// What the header says, and where the partitions are.
pub(super) struct Header<'a> {
    /// Columns and rows of macroblocks.
    pub(super) blocks: (usize, usize),
    /// The first partition after the header: modes of macroblocks.
    pub(super) modes: Bools<'a>,
    /// Partitions of coefficients, which rows of macroblocks use in turn.
    pub(super) partitions: Vec<Bools<'a>>,
    /// Whether macroblocks name their segment, and the probabilities of its two bits.
    pub(super) segments: Option<[u8; 3]>,
    pub(super) quantizers: [Quantizer; 4],
    /// The chance that a macroblock has coefficients, if macroblocks say that.
    pub(super) has_coefficients: Option<u8>,
    /// Probabilities of tokens by kind of block, place of the coefficient and context.
    pub(super) tokens: Box<[Places; 4]>,
}

/// Probabilities for each of 16 coefficients; the last entry stands for what follows the last one.
pub(super) type Places = [[[u8; 11]; 3]; 17];

/// Steps of the first coefficient of a block and of the others.
#[derive(Clone, Copy, Default)]
pub(super) struct Quantizer {
    pub(super) luma: [i32; 2],
    /// Of the block that holds the first coefficients of all luma blocks.
    pub(super) second: [i32; 2],
    pub(super) chroma: [i32; 2],
}

/// The band of each coefficient (section 13.3).
const BANDS: [usize; 17] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];

impl<'a> Header<'a> {
    pub(super) fn read(frame: &'a [u8]) -> Result<Self, Damage> {
        let (tag, rest) = frame.split_first_chunk::<3>().ok_or(Damage::Ends)?;
        let tag = u32::from_le_bytes([tag[0], tag[1], tag[2], 0]);
        if tag & 1 != 0 {
            return Err(Damage::Contents("a frame that depends on others"));
        }
        let (start, rest) = rest.split_first_chunk::<7>().ok_or(Damage::Ends)?;
        let &[a, b, c, w, width, h, height] = start;
        if [a, b, c] != [0x9d, 0x01, 0x2a] {
            return Err(Damage::Contents("no start code before its frame"));
        }
        // The highest two bits are hints for enlarging.
        let blocks = |bytes| usize::from(u16::from_le_bytes(bytes) & 0x3fff).div_ceil(16);
        let length = (tag >> 5) as usize;
        let (first, rest) = rest.split_at_checked(length).ok_or(Damage::Ends)?;
        let mut bits = Bools::new(first);
        if bits.flag() {
            return Err(Damage::Contents("colours that are reserved"));
        }
        bits.flag(); // samples need no clamping
        let segmentation = bits.flag().then(|| Segmentation::read(&mut bits));
        let segmentation = segmentation.unwrap_or_default();
        skip_filter(&mut bits);
        let partitions = partitions(rest, 1 << bits.number(2))?;
        let quantizers = quantizers(&mut bits, &segmentation);
        bits.flag(); // later frames keep the probabilities
        let tokens = tokens(&mut bits);
        let has_coefficients = bits.flag().then(|| bits.number(8) as u8);
        Ok(Self {
            blocks: (blocks([w, width]), blocks([h, height])),
            modes: bits,
            partitions,
            segments: segmentation.map,
            quantizers,
            has_coefficients,
            tokens,
        })
    }
}

/// How macroblocks differ by segment (section 9.3).
#[derive(Default)]
struct Segmentation {
    /// Indices of quantizer steps, and whether they are added to the index of the frame.
    indices: Option<([i32; 4], bool)>,
    map: Option<[u8; 3]>,
}

impl Segmentation {
    fn read(bits: &mut Bools<'_>) -> Self {
        let has_map = bits.flag();
        let has_values = bits.flag();
        let indices = has_values.then(|| {
            let is_added = !bits.flag();
            let indices = [0; 4].map(|_| bits.signed(7).unwrap_or(0));
            for _ in 0..4 {
                bits.signed(6); // levels of the filter
            }
            (indices, is_added)
        });
        let mut probability = || {
            if bits.flag() {
                bits.number(8) as u8
            } else {
                255
            }
        };
        let map = has_map.then(|| [0; 3].map(|_| probability()));
        Self { indices, map }
    }
}

/// Skips what the filter of edges needs (sections 9.3 and 9.6).
fn skip_filter(bits: &mut Bools<'_>) {
    bits.number(1 + 6 + 3);
    if bits.flag() && bits.flag() {
        for _ in 0..8 {
            bits.signed(6);
        }
    }
}

/// Lengths of all partitions but the last come first (section 9.5).
fn partitions(rest: &[u8], count: usize) -> Result<Vec<Bools<'_>>, Damage> {
    let (lengths, mut rest) = rest.split_at_checked(3 * (count - 1)).ok_or(Damage::Ends)?;
    let mut partitions = Vec::with_capacity(count);
    for &[a, b, c] in lengths.as_chunks::<3>().0 {
        let length = u32::from_le_bytes([a, b, c, 0]) as usize;
        let (partition, after) = rest.split_at_checked(length).ok_or(Damage::Ends)?;
        partitions.push(Bools::new(partition));
        rest = after;
    }
    partitions.push(Bools::new(rest));
    Ok(partitions)
}

/// Steps of each segment (sections 9.6 and 14.1).
fn quantizers(bits: &mut Bools<'_>, segmentation: &Segmentation) -> [Quantizer; 4] {
    let index = bits.number(7);
    let [luma, second, second_rest, chroma, chroma_rest] =
        [0; 5].map(|_| bits.signed(4).unwrap_or(0));
    let place = |index: i32| index.clamp(0, 127) as usize;
    let dc = |index| i32::from(OF_DC[place(index)]);
    let ac = |index| i32::from(OF_AC[place(index)]);
    let of = |index| Quantizer {
        luma: [dc(index + luma), ac(index)],
        second: [
            2 * dc(index + second),
            (ac(index + second_rest) * 155 / 100).max(8),
        ],
        chroma: [dc(index + chroma).min(132), ac(index + chroma_rest)],
    };
    match segmentation.indices {
        Some((indices, is_added)) => {
            indices.map(|own| of(if is_added { index + own } else { own }))
        }
        None => [of(index); 4],
    }
}

/// Probabilities of tokens, spread over the places of coefficients (section 13.4).
fn tokens(bits: &mut Bools<'_>) -> Box<[Places; 4]> {
    let mut bands = INITIAL;
    for (bands, stays) in bands.iter_mut().zip(&STAYS) {
        let now = bands.iter_mut().flatten().flatten();
        for (probability, &stays) in now.zip(stays.iter().flatten().flatten()) {
            if bits.bit(stays) {
                *probability = bits.number(8) as u8;
            }
        }
    }
    Box::new(bands.map(|bands| BANDS.map(|band| bands[band])))
}

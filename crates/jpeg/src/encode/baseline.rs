//! The entropy-coded data of a baseline file: one interleaved scan.

use super::bits::BitWriter;
use super::frame::Frame;
use super::symbols::{Codes, EOB, Quantized, category, each_ac, slot};
use crate::Instructions;

/// Appends the scan's data to `out` and returns how many zero bytes were stuffed.
pub(crate) fn write_scan(
    instructions: Instructions,
    out: &mut Vec<u8>,
    frame: Frame,
    components: &[Quantized],
    codes: &Codes,
) -> usize {
    instructions.run(
        #[inline(always)]
        || {
            let mut writer = BitWriter::new(out);
            let mut previous = [0i32; 3];
            frame.interleaved(|component, index| {
                let (dc, ac) = (&codes.dc[slot(component)], &codes.ac[slot(component)]);
                let block = &components[component].blocks[index];
                let mean = i32::from(block[0]);
                let difference = mean - previous[component];
                previous[component] = mean;
                let mut put = |word: u16, length: u8, value: i32, size: u32| {
                    let bits = (u32::from(word) << size) | magnitude_bits(value, size);
                    writer.put(bits, u32::from(length) + size);
                };
                let size = category(difference);
                put(
                    dc.words[size as usize],
                    dc.lengths[size as usize],
                    difference,
                    size,
                );
                let last = each_ac(
                    block,
                    components[component].masks[index],
                    |symbol, value, size| {
                        put(ac.words[symbol], ac.lengths[symbol], value, size);
                    },
                );
                if last != 63 {
                    put(ac.words[EOB], ac.lengths[EOB], 0, 0);
                }
            });
            writer.finish()
        },
    )
}

/// The bits that follow a code word: the value, or for negative ones its complement (T.81, F.1.2.1).
#[inline(always)]
pub(crate) fn magnitude_bits(value: i32, size: u32) -> u32 {
    ((value + (value >> 31)) as u32) & ((1 << size) - 1)
}

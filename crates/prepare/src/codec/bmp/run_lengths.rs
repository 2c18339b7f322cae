//! Run-length encoded BMP with 4, 8 and (OS/2) 24 bits, also stored from the top. The runs are
//! expanded to the rows of a plain bitmap, which `image` decodes.

use super::{FORMAT, put, rebuilt};
use crate::codec::bytes::u32_le;
use crate::codec::contract::{Decode, Opened, ends_inside};
use crate::{Error, Limits, Note};

/// Share of the rows that has to be there, as for damaged JPEGs.
const LEAST: (usize, usize) = (9, 10);

/// Run-length encoded rows of indices or colours.
struct Rows<'a> {
    runs: &'a [u8],
    /// Bits of a value as stored: 4, 8 or 24.
    bits: u16,
    width: usize,
    height: usize,
}

/// Reads the header; the file has one of 40 bytes or more.
pub(super) fn open<'a>(bytes: &[u8], runs: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let side = |at| u32_le(bytes, at).map_or(0, |side| (side as i32).unsigned_abs() as usize);
    let rows = Rows {
        runs,
        bits: u32_le(bytes, 26).map_or(0, |word| (word >> 16) as u16),
        width: side(18),
        height: side(22),
    };
    let start = u32_le(bytes, 10).map_or(0, |start| start as usize);
    let mut head = bytes.get(..start).unwrap_or(bytes).to_vec();
    put(&mut head, 26, 1 | u32::from(rows.bits.max(8)) << 16);
    put(&mut head, 30, 0);
    put(&mut head, 34, 0); // the length of what is packed
    if rows.bits == 4 && u32_le(bytes, 46) == Some(0) {
        put(&mut head, 46, 16); // colours: as many as there can be
    }
    let (found, is_complete) = rows.extent();
    let needed = rows.height;
    let opened = rebuilt(head, limits, move |file| rows.write_out(file, found))?;
    if is_complete {
        return Ok(opened);
    }
    let percent = (found * 100 / needed.max(1)) as u8;
    let decode = opened.decode;
    let decode: Decode<'a> =
        Box::new(
            move |plan, scratch| Ok(decode(plan, scratch)?.damaged(Note::Damaged { percent })),
        );
    Ok(Opened { decode, ..opened })
}

impl Rows<'_> {
    /// Bytes of an expanded value.
    fn depth(&self) -> usize {
        if self.bits == 24 { 3 } else { 1 }
    }

    /// Appends all rows as in a plain bitmap; pixels that no run reaches are 0. Allocates no memory
    /// for missing rows.
    fn write_out(&self, file: &mut Vec<u8>, found: usize) -> Result<(), Error> {
        if found * LEAST.1 < self.height * LEAST.0 {
            return Err(ends_inside(FORMAT));
        }
        let stride = (self.width * self.depth()).next_multiple_of(4);
        let start = file.len();
        file.resize(start + stride * self.height, 0);
        let rows = file.get_mut(start..).unwrap_or_default();
        self.fill(rows, stride);
        Ok(())
    }

    /// The number of whole rows that the runs reach, and whether they say where they end or fill all
    /// rows.
    fn extent(&self) -> (usize, bool) {
        let (mut x, mut y) = (0, 0);
        let mut runs = self.runs;
        while let Some((run, rest)) = self.next(runs) {
            runs = rest;
            match run {
                Run::Row => (x, y) = (0, y + 1),
                Run::Skip(right, up) => (x, y) = (x + right, y + up),
                Run::End => return (self.height, true),
                Run::Values(count, ..) => x += count,
            }
        }
        let y = y + usize::from(x >= self.width);
        (y.min(self.height), y >= self.height)
    }

    fn fill(&self, rows: &mut [u8], stride: usize) {
        let depth = self.depth();
        let mut put = |x: usize, y: usize, value: [u8; 3]| {
            if x < self.width && y < self.height {
                let place = rows.get_mut(y * stride + x * depth..).unwrap_or_default();
                let places = place.iter_mut().take(depth).zip(value);
                places.for_each(|(place, value)| *place = value);
            }
        };
        let (mut x, mut y) = (0, 0);
        let mut runs = self.runs;
        while let Some((run, rest)) = self.next(runs) {
            runs = rest;
            match run {
                Run::Row => (x, y) = (0, y + 1),
                Run::End => return,
                Run::Skip(right, up) => (x, y) = (x + right, y + up),
                Run::Values(count, values, period) => {
                    (0..count).for_each(|at| put(x + at, y, self.value(values, at % period)));
                    x += count;
                }
            }
        }
    }

    /// The next run, and the rest of the data.
    fn next<'b>(&self, runs: &'b [u8]) -> Option<(Run<'b>, &'b [u8])> {
        let (&[count, code], rest) = runs.split_first_chunk::<2>()?;
        Some(match (count, code) {
            (0, 0) => (Run::Row, rest),
            (0, 1) => (Run::End, rest),
            (0, 2) => {
                let (&[right, up], rest) = rest.split_first_chunk::<2>()?;
                (Run::Skip(right.into(), up.into()), rest)
            }
            (0, count) => {
                let length = (usize::from(count) * usize::from(self.bits)).div_ceil(8);
                let values = Run::Values(count.into(), rest.get(..length)?, usize::MAX);
                // Padded to words.
                let rest = rest.get(length.next_multiple_of(2)..);
                (values, rest.unwrap_or_default())
            }
            (count, _) => {
                let (value, rest) = runs.get(1..)?.split_at_checked(self.depth())?;
                let period = if self.bits == 4 { 2 } else { 1 };
                (Run::Values(count.into(), value, period), rest)
            }
        })
    }

    fn value(&self, values: &[u8], at: usize) -> [u8; 3] {
        let byte = |at: usize| values.get(at).copied().unwrap_or(0);
        match self.bits {
            4 if at.is_multiple_of(2) => [byte(at / 2) >> 4, 0, 0],
            4 => [byte(at / 2) & 15, 0, 0],
            24 => [byte(3 * at), byte(3 * at + 1), byte(3 * at + 2)],
            _ => [byte(at), 0, 0],
        }
    }
}

/// What the next bytes mean.
enum Run<'a> {
    /// Continue with the next row.
    Row,
    /// No more.
    End,
    /// Move right by this many pixels, and on by this many rows.
    Skip(usize, usize),
    /// This many values, read from the bytes; after the last number of values they repeat.
    Values(usize, &'a [u8], usize),
}

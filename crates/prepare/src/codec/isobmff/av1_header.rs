//! The colours in the sequence header of an AV1 picture (AV1, sections 5.5.1 to 5.5.3), which count
//! where the container names none. Files of simple writers have them only there.

use super::Nclx;

/// Types of open bitstream units (AV1, section 6.2.2).
pub(super) const SEQUENCE_HEADER: u8 = 1;
pub(super) const FRAME_HEADER: u8 = 3;
pub(super) const FRAME: u8 = 6;

/// The open bitstream units of an item (AV1, section 5.3): type and content. It ends with `None` if a
/// unit exceeds the data.
pub(super) fn units(mut data: &[u8]) -> impl Iterator<Item = Option<(u8, &[u8])>> {
    std::iter::from_fn(move || {
        if data.is_empty() {
            return None;
        }
        let found = unit(data);
        data = found.map_or(&[], |(_, _, rest)| rest);
        Some(found.map(|(kind, content, _)| (kind, content)))
    })
}

/// Type and content of the first unit, and what follows it.
fn unit(data: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&start, rest) = data.split_first()?;
    let (has_extension, has_size) = (start & 4 != 0, start & 2 != 0);
    let mut rest = rest.get(usize::from(has_extension)..)?;
    let mut length = rest.len();
    if has_size {
        length = 0;
        for shift in (0..56).step_by(7) {
            let (&byte, after) = rest.split_first()?;
            rest = after;
            length |= usize::try_from(u64::from(byte & 0x7f) << shift).ok()?;
            if byte & 0x80 == 0 {
                break;
            }
        }
    }
    let (content, after) = rest.split_at_checked(length)?;
    Some((start >> 3 & 15, content, after))
}

/// The code points in the sequence header of an item, if it has a description of colours.
pub(super) fn colors(data: &[u8]) -> Option<Nclx> {
    let mut units = units(data).flatten();
    let (_, header) = units.find(|(kind, _)| *kind == SEQUENCE_HEADER)?;
    Bits {
        data: header,
        at: 0,
    }
    .colors()
}

struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<usize> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.data.get(self.at / 8)?;
            value = value << 1 | usize::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    fn flag(&mut self) -> Option<bool> {
        Some(self.take(1)? == 1)
    }

    fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    fn colors(&mut self) -> Option<Nclx> {
        let profile = self.take(3)?;
        self.skip(1); // still picture
        let is_reduced = self.flag()?;
        match is_reduced {
            true => self.skip(5), // level
            false => self.skip_operating_points()?,
        }
        let (width, height) = (self.take(4)? + 1, self.take(4)? + 1);
        self.skip(width + height);
        if !is_reduced && self.flag()? {
            self.skip(4 + 3); // lengths of numbers of frames
        }
        self.skip(3); // tools within a frame
        if !is_reduced {
            self.skip_tools_between_frames()?;
        }
        self.skip(3); // resolution, filters
        let is_deep = self.flag()?;
        if profile == 2 && is_deep {
            self.skip(1); // 12 bits
        }
        let is_gray = profile != 1 && self.flag()?;
        if !self.flag()? {
            return None;
        }
        let (primaries, transfer) = (self.take(8)? as u16, self.take(8)? as u16);
        let matrix = self.take(8)? as u16;
        // The samples of sRGB without a matrix have the full range, and no bit for it.
        let is_identity = !is_gray && (primaries, transfer, matrix) == (1, 13, 0);
        Some(Nclx {
            primaries,
            transfer,
            matrix,
            full_range: is_identity || self.flag()?,
        })
    }

    fn skip_operating_points(&mut self) -> Option<()> {
        let mut delay = None;
        if self.flag()? {
            self.skip(32 + 32); // ticks
            if self.flag()? {
                let zeros = (0..32).take_while(|_| self.flag() == Some(false)).count();
                self.skip(zeros);
            }
            if self.flag()? {
                delay = Some(self.take(5)? + 1);
                self.skip(32 + 5 + 5);
            }
        }
        let has_display_delay = self.flag()?;
        for _ in 0..=self.take(5)? {
            self.skip(12);
            if self.take(5)? > 7 {
                self.skip(1); // tier
            }
            if let Some(delay) = delay
                && self.flag()?
            {
                self.skip(2 * delay + 1);
            }
            if has_display_delay && self.flag()? {
                self.skip(4);
            }
        }
        Some(())
    }

    fn skip_tools_between_frames(&mut self) -> Option<()> {
        self.skip(4);
        let has_order = self.flag()?;
        if has_order {
            self.skip(2);
        }
        let chooses_screen_tools = self.flag()?;
        // Without a choice, a bit says whether the tools for screens are used.
        if (chooses_screen_tools || self.flag()?) && !self.flag()? {
            self.skip(1); // whole motion vectors
        }
        if has_order {
            self.skip(3);
        }
        Some(())
    }
}

//! Finds the rows of a TGA (Truevision TGA File Format Specification 2.0), also run-length encoded
//! ones, whose packets can cross rows.

use image::ColorType;

/// The part of the file before the rows, and what it says about them.
pub(super) struct Targa<'a> {
    pub(super) head: &'a [u8],
    pub(super) rows: &'a [u8],
    pub(super) width: usize,
    pub(super) height: u32,
    /// Bytes of a stored pixel.
    pub(super) pixel: usize,
    pub(super) is_packed: bool,
    pub(super) is_upside_down: bool,
}

impl<'a> Targa<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let [
            id,
            has_map,
            kind,
            _,
            _,
            map @ ..,
            width,
            width_high,
            height,
            height_high,
            bits,
            flags,
        ] = bytes.first_chunk::<18>()?;
        let entries = usize::from(u16::from_le_bytes([map[0], map[1]]));
        let palette = match has_map {
            1 => entries * usize::from(map[2]).div_ceil(8),
            _ => 0,
        };
        let (head, rows) = bytes.split_at_checked(18 + usize::from(*id) + palette)?;
        matches!(kind & !8, 1..=3).then_some(Self {
            head,
            rows,
            width: u16::from_le_bytes([*width, *width_high]).into(),
            height: u16::from_le_bytes([*height, *height_high]).into(),
            pixel: usize::from(*bits).div_ceil(8),
            is_packed: kind & 8 != 0,
            is_upside_down: flags & 0x20 == 0,
        })
    }
}

/// What the alpha of a picture is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Use {
    Straight,
    Premultiplied,
    /// It is undefined, or there is none.
    Nothing,
}

/// What the file says about its alpha: the type of attributes in its extension area, which only
/// version 2 has (specification, field 24). A file without one has straight alpha, as have files
/// whose type is not defined.
pub(super) fn alpha(bytes: &[u8]) -> Use {
    match type_place(bytes).and_then(|at| bytes.get(at)) {
        Some(0..=2) => Use::Nothing,
        Some(4) => Use::Premultiplied,
        _ => Use::Straight,
    }
}

/// Where the type of attributes is, if there is an extension area.
pub(super) fn type_place(bytes: &[u8]) -> Option<usize> {
    const FOOTER: usize = 26;
    const SIGNATURE: &[u8] = b"TRUEVISION-XFILE.\0";
    /// Where the type is in the area.
    const TYPE: usize = 494;
    let footer = bytes.len().checked_sub(FOOTER)?;
    let (places, signature) = bytes.get(footer..)?.split_at_checked(8)?;
    let area = u32::from_le_bytes(*places.first_chunk::<4>()?) as usize;
    let is_there = signature == SIGNATURE && area > 0;
    is_there.then(|| area.checked_add(TYPE))?
}

/// Whether stored pixels are those that the library makes, from left to right: gray, or blue, green, red and
/// possibly alpha.
pub(super) fn is_plain(head: &[u8], color: ColorType) -> bool {
    const RIGHT_TO_LEFT: u8 = 0x10;
    let Some([_, _, kind, .., bits, flags]) = head.first_chunk::<18>() else {
        return false;
    };
    let is_known = matches!(
        (kind, bits, color),
        (2, 24, ColorType::Rgb8) | (2, 32, ColorType::Rgba8) | (3, 8, ColorType::L8)
    );
    is_known && flags & RIGHT_TO_LEFT == 0
}

/// The same header for `count` rows.
pub(super) fn with_height(head: &[u8], count: u32) -> Vec<u8> {
    let mut head = head.to_vec();
    if let Some(field) = head.get_mut(14..16) {
        field.copy_from_slice(&(count as u16).to_le_bytes());
    }
    head
}

/// Run-length packets, and where each row begins in them.
pub(super) struct Packets<'a> {
    bytes: &'a [u8],
    pixel: usize,
    /// Start of the packet of each row's first pixel, and how many pixels of it belong to the row before.
    starts: Vec<(usize, usize)>,
}

impl<'a> Packets<'a> {
    /// Finds the start of each row; `None` if the data ends early.
    pub(super) fn read(targa: &Targa<'a>) -> Option<Self> {
        let (bytes, pixel, height) = (targa.rows, targa.pixel, targa.height as usize);
        let mut starts = Vec::with_capacity(height);
        let (mut at, mut first) = (0, 0);
        while first < targa.width * height {
            let code = *bytes.get(at)?;
            let (count, stored) = (pixels(code), stored(code));
            while starts.len() < height && starts.len() * targa.width < first + count {
                starts.push((at, starts.len() * targa.width - first));
            }
            at += 1 + stored * pixel;
            first += count;
        }
        (at <= bytes.len()).then_some(Self {
            bytes,
            pixel,
            starts,
        })
    }

    /// The packets of `count` rows from row `first` on; the last packet may go beyond them.
    pub(super) fn rows(&self, first: usize, count: usize) -> Option<Vec<u8>> {
        let &(start, skipped) = self.starts.get(first)?;
        let longest = 1 + pixels(0x7f) * self.pixel;
        let end = match self.starts.get(first + count) {
            Some((next, _)) => self.bytes.len().min(next + longest),
            None => self.bytes.len(),
        };
        let (&code, rest) = self.bytes.get(start..end)?.split_first()?;
        let left_out = if stored(code) > 1 {
            skipped * self.pixel
        } else {
            0
        };
        let mut rows = vec![code - skipped as u8];
        rows.extend(rest.get(left_out..)?);
        Some(rows)
    }
}

fn pixels(code: u8) -> usize {
    usize::from(code & 0x7f) + 1
}

/// Number of pixels that follow a packet's code: one that is repeated, or all of them.
fn stored(code: u8) -> usize {
    if code & 0x80 == 0 { pixels(code) } else { 1 }
}

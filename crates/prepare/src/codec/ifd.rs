//! Directories (IFDs) of TIFF files, and of camera raw files that are built like them (TIFF 6.0, TIFF/EP).
//! EXIF blocks in other files are read by the library for them.

#[cfg(feature = "tiff")]
use std::ops::Range;

/// Most directories that are read; real files have fewer than ten.
const DIRECTORIES: usize = 64;

/// Most fields of a directory that are read; real ones have fewer than two hundred.
const FIELDS: usize = 4096;
/// The type of a text (TIFF 6.0, page 15).
#[cfg(feature = "tiff")]
const ASCII: usize = 2;

/// Most values of a field that are read: enough for the tiles of the largest picture that the
/// limits allow.
const VALUES: usize = 1 << 20;

/// Most strips or tiles of a file that is read in pieces: what is read of each takes up to a hundred bytes.
#[cfg(feature = "tiff")]
const MOST_PLACES: usize = 1 << 15;

/// Most bytes of any other field of such a file.
#[cfg(feature = "tiff")]
const LONGEST: usize = 1 << 20;

/// Most numbers of any other field of such a file, and most values of fields with one for each sample: what is
/// read of each takes up to forty bytes.
#[cfg(feature = "tiff")]
const MOST_NUMBERS: usize = 1 << 12;

/// Tags, by the names of TIFF 6.0 and its supplements.
pub(super) mod tag {
    pub(in crate::codec) const NEW_SUBFILE_TYPE: u16 = 254;
    pub(in crate::codec) const SUBFILE_TYPE: u16 = 255;
    pub(in crate::codec) const WIDTH: u16 = 256;
    pub(in crate::codec) const HEIGHT: u16 = 257;
    pub(in crate::codec) const BITS: u16 = 258;
    pub(in crate::codec) const COMPRESSION: u16 = 259;
    pub(in crate::codec) const PHOTOMETRIC: u16 = 262;
    pub(in crate::codec) const FILL_ORDER: u16 = 266;
    pub(in crate::codec) const MAKE: u16 = 271;
    pub(in crate::codec) const STRIP_OFFSETS: u16 = 273;
    pub(in crate::codec) const ORIENTATION: u16 = 274;
    pub(in crate::codec) const SAMPLES: u16 = 277;
    pub(in crate::codec) const ROWS_PER_STRIP: u16 = 278;
    pub(in crate::codec) const STRIP_BYTES: u16 = 279;
    pub(in crate::codec) const X_RESOLUTION: u16 = 282;
    pub(in crate::codec) const Y_RESOLUTION: u16 = 283;
    pub(in crate::codec) const PLANAR: u16 = 284;
    pub(in crate::codec) const FAX_OPTIONS: u16 = 292;
    pub(in crate::codec) const PREDICTOR: u16 = 317;
    pub(in crate::codec) const PALETTE: u16 = 320;
    pub(in crate::codec) const TILE_WIDTH: u16 = 322;
    pub(in crate::codec) const TILE_HEIGHT: u16 = 323;
    pub(in crate::codec) const TILE_OFFSETS: u16 = 324;
    pub(in crate::codec) const TILE_BYTES: u16 = 325;
    pub(in crate::codec) const SUB_DIRECTORIES: u16 = 330;
    pub(in crate::codec) const INK_SET: u16 = 332;
    pub(in crate::codec) const EXTRA_SAMPLES: u16 = 338;
    pub(in crate::codec) const SAMPLE_FORMAT: u16 = 339;
    pub(in crate::codec) const JPEG_TABLES: u16 = 347;
    pub(in crate::codec) const JPEG_OFFSET: u16 = 513;
    pub(in crate::codec) const JPEG_BYTES: u16 = 514;
    pub(in crate::codec) const JPEG_RESTART: u16 = 515;
    pub(in crate::codec) const JPEG_QUANTIZERS: u16 = 519;
    pub(in crate::codec) const JPEG_DC: u16 = 520;
    pub(in crate::codec) const JPEG_AC: u16 = 521;
    pub(in crate::codec) const YCBCR_COEFFICIENTS: u16 = 529;
    pub(in crate::codec) const SUBSAMPLING: u16 = 530;
    pub(in crate::codec) const REFERENCE_BLACK_WHITE: u16 = 532;
    /// Older names of SGI for extra samples and sample formats, which libtiff reads.
    pub(in crate::codec) const MATTEING: u16 = 32_995;
    pub(in crate::codec) const DATA_TYPE: u16 = 32_996;
    pub(in crate::codec) const ICC: u16 = 34_675;
    pub(in crate::codec) const DNG_VERSION: u16 = 50_706;
}

/// The file, and the order of its bytes.
#[derive(Clone, Copy)]
pub(super) struct Tiff<'a> {
    bytes: &'a [u8],
    is_big_endian: bool,
    /// Whether offsets and counts have eight bytes (BigTIFF).
    is_wide: bool,
}

/// One directory.
pub(super) struct Directory<'a> {
    tiff: Tiff<'a>,
    fields: Vec<Field>,
}

/// One field: where its values lie, how many there are, and how wide each is.
struct Field {
    tag: u16,
    /// The place of its type, which is a number of two bytes.
    kind_at: usize,
    count: usize,
    width: usize,
    at: usize,
}

impl<'a> Tiff<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let is_big_endian = match bytes.get(..2)? {
            b"II" => false,
            b"MM" => true,
            _ => return None,
        };
        let narrow = Self {
            bytes,
            is_big_endian,
            is_wide: false,
        };
        let is_wide = narrow.number(2, 2) == Some(43);
        Some(Self { is_wide, ..narrow })
    }

    pub(super) fn first(self) -> Option<Directory<'a>> {
        Some(self.directory(self.start()?).0)
    }

    pub(super) fn at(self, offset: usize) -> Directory<'a> {
        self.directory(offset).0
    }

    fn start(self) -> Option<usize> {
        let (at, width) = self.start_place();
        self.number(at, width)
    }

    /// The place of the offset of the first directory in the file, and its length in bytes.
    fn start_place(self) -> (usize, usize) {
        if self.is_wide { (8, 8) } else { (4, 4) }
    }

    /// The place and the bytes with which a file says that its first directory is at `offset`.
    #[cfg(feature = "tiff")]
    pub(super) fn starting_at(self, offset: usize) -> (usize, Vec<u8>) {
        let ((at, width), offset) = (self.start_place(), offset as u64);
        let bytes = match self.is_big_endian {
            true => offset.to_be_bytes().into_iter().skip(8 - width).collect(),
            false => offset.to_le_bytes().into_iter().take(width).collect(),
        };
        (at, bytes)
    }

    /// The directory of the first picture in full resolution: some programs write a smaller version
    /// before it.
    pub(super) fn main(self) -> Option<usize> {
        let first = self.start()?;
        let mut pending = vec![first];
        let mut below = Vec::new();
        for _ in 0..DIRECTORIES {
            // Subdirectories come after all directories of the main chain.
            let Some(at) = pending.pop().or_else(|| below.pop()) else {
                break;
            };
            let (directory, next) = self.directory(at);
            if directory.has(tag::WIDTH) && !directory.is_reduced() {
                return Some(at);
            }
            pending.extend(next);
            below.extend(directory.below().into_iter().rev());
        }
        Some(first)
    }

    /// Every directory, including subdirectories.
    pub(super) fn all(self) -> Vec<Directory<'a>> {
        let mut pending: Vec<usize> = self.start().into_iter().collect();
        let mut found = Vec::new();
        while let Some(at) = pending.pop().filter(|_| found.len() < DIRECTORIES) {
            let (directory, next) = self.directory(at);
            pending.extend(next);
            pending.extend(directory.below());
            found.push(directory);
        }
        found
    }

    /// Whether each directory fulfils a condition, which also gets its place; false if there are too many.
    #[cfg(feature = "tiff")]
    fn is_each(self, mut is_met: impl FnMut(usize, &Directory<'a>) -> bool) -> bool {
        let mut pending: Vec<usize> = self.start().into_iter().collect();
        let mut seen = Vec::new();
        while let Some(at) = pending.pop() {
            if seen.contains(&at) {
                continue;
            }
            let (directory, next) = self.directory(at);
            if seen.len() >= DIRECTORIES || !is_met(at, &directory) {
                return false;
            }
            seen.push(at);
            pending.extend(next);
            pending.extend(directory.below());
        }
        true
    }

    /// Whether all fields of its directories are read here, and take so little memory that a file can be
    /// opened before its length is admitted.
    #[cfg(feature = "tiff")]
    pub(super) fn is_brief(self) -> bool {
        let places = [
            tag::STRIP_OFFSETS,
            tag::STRIP_BYTES,
            tag::TILE_OFFSETS,
            tag::TILE_BYTES,
        ];
        self.is_each(|at, directory| {
            let head = if self.is_wide { 8 } else { 2 };
            let is_whole = self.number(at, head).is_none_or(|count| count <= FIELDS);
            let is_short = |field: &Field| match field.tag {
                tag if places.contains(&tag) => field.count <= MOST_PLACES,
                tag::BITS | tag::EXTRA_SAMPLES | tag::SAMPLE_FORMAT => field.count <= MOST_NUMBERS,
                _ if field.width == 1 => field.count <= LONGEST,
                _ => field.count <= MOST_NUMBERS,
            };
            is_whole && directory.fields.iter().all(is_short)
        })
    }

    /// Whether all directories and their values are outside of these places, which are in order.
    #[cfg(feature = "tiff")]
    pub(super) fn is_apart_from(self, places: &[Range<u64>]) -> bool {
        let places: Vec<_> = places.iter().filter(|place| !place.is_empty()).collect();
        let is_free = |start: usize, length: usize| {
            let (start, end) = (start as u64, start.saturating_add(length) as u64);
            let first = places.partition_point(|place| place.end <= start);
            places.get(first).is_none_or(|place| place.start >= end)
        };
        let (ends, entry) = if self.is_wide { (16, 20) } else { (6, 12) };
        self.is_each(|at, directory| {
            let mut values = directory.fields.iter();
            values.all(|it| is_free(it.at, it.count.saturating_mul(it.width)))
                && is_free(at, ends + entry * directory.fields.len())
        })
    }

    fn number(self, at: usize, width: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..)?.get(..width)?;
        let add = |value: usize, byte: &u8| value << 8 | usize::from(*byte);
        Some(match self.is_big_endian {
            true => bytes.iter().fold(0, add),
            false => bytes.iter().rev().fold(0, add),
        })
    }

    /// The directory there, and where the next one is.
    fn directory(self, at: usize) -> (Directory<'a>, Option<usize>) {
        let (head, entry, wide) = if self.is_wide { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.number(at, head).unwrap_or(0);
        let place = |index: usize| index.checked_mul(entry)?.checked_add(at)?.checked_add(head);
        let fields = (0..count.min(FIELDS)).map_while(|index| self.field(place(index)?));
        let next = place(count).and_then(|end| self.number(end, wide));
        let fields = fields.collect();
        (
            Directory { tiff: self, fields },
            next.filter(|&next| next > 0),
        )
    }

    fn field(self, at: usize) -> Option<Field> {
        let kind = self.number(at + 2, 2)?;
        let width = match kind {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 | 16..=18 => 8,
            _ => 1,
        };
        let wide = if self.is_wide { 8 } else { 4 };
        let count = self.number(at + 4, wide)?;
        let is_inline = count.saturating_mul(width) <= wide;
        let value = at + 4 + wide;
        let place = if is_inline {
            value
        } else {
            self.number(value, wide)?
        };
        Some(Field {
            tag: self.number(at, 2)? as u16,
            kind_at: at + 2,
            count,
            width,
            at: place,
        })
    }
}

impl<'a> Directory<'a> {
    fn field(&self, tag: u16) -> Option<&Field> {
        self.fields.iter().find(|field| field.tag == tag)
    }

    /// Where its subdirectories are: no more than are read of a file, because a field can have a million.
    fn below(&self) -> Vec<usize> {
        let all = self.values(tag::SUB_DIRECTORIES);
        all.take(DIRECTORIES).collect()
    }

    /// Whether its picture is a smaller version of another one, or only a mask.
    fn is_reduced(&self) -> bool {
        let kind = self.number(tag::NEW_SUBFILE_TYPE).unwrap_or(0);
        kind & 0b101 != 0 || self.number(tag::SUBFILE_TYPE) == Some(2)
    }

    pub(super) fn has(&self, tag: u16) -> bool {
        self.field(tag).is_some()
    }

    /// The values of a field, as far as the file holds them.
    pub(super) fn values(&self, tag: u16) -> impl Iterator<Item = usize> {
        let field = self.field(tag).into_iter();
        field.flat_map(|field| {
            let value = |index: usize| {
                let at = index.checked_mul(field.width)?.checked_add(field.at)?;
                self.tiff.number(at, field.width)
            };
            (0..field.count.min(VALUES)).map_while(value)
        })
    }

    /// All values of a field as a list.
    pub(super) fn numbers(&self, tag: u16) -> Vec<usize> {
        self.values(tag).collect()
    }

    pub(super) fn number(&self, tag: u16) -> Option<usize> {
        let field = self.field(tag).filter(|field| field.count > 0)?;
        self.tiff.number(field.at, field.width)
    }

    /// The place of a field's value, and its first two bytes, which are the whole value of one
    /// SHORT.
    #[cfg(feature = "tiff")]
    pub(super) fn short(&self, tag: u16) -> Option<(usize, u16)> {
        let at = self.field(tag)?.at;
        Some((at, self.tiff.number(at, 2)? as u16))
    }

    /// The places of the types of texts (ASCII) of more than `most` bytes.
    #[cfg(feature = "tiff")]
    pub(super) fn types_of_texts(&self, most: u64) -> Vec<usize> {
        let long = self.fields.iter().filter(|it| it.count as u64 > most);
        let places = long.map(|it| it.kind_at);
        places
            .filter(|&at| self.tiff.number(at, 2) == Some(ASCII))
            .collect()
    }

    /// The bytes of a field.
    pub(super) fn bytes(&self, tag: u16) -> Option<&'a [u8]> {
        let field = self.field(tag)?;
        let length = field.count.checked_mul(field.width)?;
        self.tiff.bytes.get(field.at..)?.get(..length)
    }

    /// The first fractions of a field, rounded down. Whole numbers are accepted, because some
    /// programs write them; 0 if a value is missing.
    pub(super) fn fractions<const N: usize>(&self, tag: u16) -> [u32; N] {
        let width = self.field(tag).map_or(4, |field| field.width);
        let word = |at: usize| Some(self.tiff.number(at, 4)? as u32);
        std::array::from_fn(|index| {
            let at = self.field(tag)?.at.checked_add(index * width)?;
            match width {
                8 => word(at)?.checked_div(word(at + 4)?),
                _ => word(at),
            }
        })
        .map(|value: Option<u32>| value.unwrap_or(0))
    }

    /// The first fractions of a field, or its whole numbers; `None` if there are fewer.
    pub(super) fn ratios<const N: usize>(&self, tag: u16) -> Option<[f64; N]> {
        let field = self.field(tag).filter(|field| field.count >= N)?;
        let mut values = [0.0; N];
        for (index, value) in values.iter_mut().enumerate() {
            let at = field.at.checked_add(index * field.width)?;
            let word = |at, width| Some(self.tiff.number(at, width)? as f64);
            *value = match field.width {
                8 => word(at, 4)? / word(at + 4, 4).filter(|&under| under > 0.0)?,
                width => word(at, width)?,
            };
        }
        Some(values)
    }

    pub(super) fn is_big_endian(&self) -> bool {
        self.tiff.is_big_endian
    }

    /// The data at this place of the file, as far as the file has it.
    pub(super) fn data(&self, offset: usize, length: usize) -> Option<&'a [u8]> {
        let rest = self.tiff.bytes.get(offset..)?;
        rest.get(..length).or(Some(rest))
    }

    /// The JPEG that the directory points to, if it is stored in one piece.
    pub(super) fn preview(&self) -> Option<&'a [u8]> {
        let only = |tag| {
            self.field(tag)
                .filter(|field| field.count == 1)
                .and_then(|_| self.number(tag))
        };
        let is_jpeg = matches!(only(tag::COMPRESSION), Some(6 | 7));
        let strip =
            || is_jpeg.then(|| Some((only(tag::STRIP_OFFSETS)?, only(tag::STRIP_BYTES)?)))?;
        let pair = || Some((only(tag::JPEG_OFFSET)?, only(tag::JPEG_BYTES)?));
        let (offset, length) = pair().or_else(strip)?;
        self.data(offset, length)
    }
}

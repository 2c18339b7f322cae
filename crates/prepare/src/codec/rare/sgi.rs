//! SGI through `image-extras`. Run-length encoded rows are decompressed first, because the library
//! requires each row to have its own data, and some programs let rows share it.

use std::io::Cursor;
use std::ops::Range;

use image_extras::sgi::SgiDecoder;

use crate::codec::bytes::{u16_be, u32_be};
use crate::codec::contract::{Decode, Opened};
use crate::codec::damage::{self, Damage};
use crate::codec::library;
use crate::pixels::decoded::Decoded;
use crate::pixels::raster::Raster;
use crate::plan::Plan;
use crate::{Error, Format, Limits, Note, PictureError};

const FORMAT: Format = Format::Sgi;
const HEAD: usize = 512;
/// Offset of the storage field in the header: 0 is uncompressed, 1 run-length encoded.
const STORAGE: usize = 2;
/// If more than one of so many rows that are shown is lost, the picture is not made.
const MOST_LOST: usize = 10;

/// Reads the header.
pub(in crate::codec) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Error> {
    let head = bytes.first_chunk::<HEAD>();
    let Some(head) = head.filter(|head| head[STORAGE] == 1) else {
        let decoder = SgiDecoder::new(Cursor::new(bytes));
        return library::opened(FORMAT, decoder, bytes, limits);
    };
    let mut head = head.to_vec();
    head[STORAGE] = 0;
    let decoder = SgiDecoder::new(Cursor::new(&head[..]));
    let header = library::opened(FORMAT, decoder, &[], limits)?.header;
    let limits = *limits;
    let decode: Decode<'a> = Box::new(move |plan, scratch| {
        let written = Runs { bytes }.written_out(head, plan);
        let Written { file, lost, is_cut } = written.ok_or_else(damaged)?;
        // Before the picture is decoded, because it can be large and have no row that fits.
        let note = match lost.contains(&true) {
            true => Some(accepted(&lost, is_cut, plan)?),
            false => None,
        };
        let decoder = SgiDecoder::new(Cursor::new(&file[..]));
        let pixels = (library::opened(FORMAT, decoder, &[], &limits)?.decode)(plan, scratch)?;
        Ok(match (pixels, note) {
            (Decoded::Raster(raster), Some(note)) => without(raster, &lost).damaged(note),
            (pixels, _) => pixels,
        })
    });
    Ok(Opened::new(header, decode))
}

/// The picture with gray in place of its lost rows.
fn without(mut raster: Raster, lost: &[bool]) -> Decoded {
    let rows = (0..raster.height as usize).zip(lost.iter().rev());
    let lost = rows.filter(|(_, lost)| **lost).map(|(row, _)| row);
    lost.for_each(|row| damage::gray(&mut raster, row..row + 1));
    Decoded::Raster(raster)
}

/// The note for lost rows, or the refusal of a picture that has too few others.
fn accepted(lost: &[bool], is_cut: bool, plan: &Plan) -> Result<Note, Error> {
    let shown = lost.get(shown(plan, lost.len())).unwrap_or_default();
    let missing = shown.iter().filter(|lost| **lost).count() as f64;
    let share = 1.0 - missing / shown.len().max(1) as f64;
    let damage = match is_cut {
        true => Damage::FileEnds,
        false => Damage::Inside("the runs of a row do not fit its width".into()),
    };
    damage.accept(FORMAT, share)
}

/// The rows that are shown, counted from the lowest.
fn shown(plan: &Plan, height: usize) -> Range<usize> {
    let crop = plan.crop();
    let from_below = |y: u32| height.saturating_sub(y as usize);
    from_below(crop.y.saturating_add(crop.height))..from_below(crop.y)
}

fn damaged() -> Error {
    let detail = "a row lies beyond the end".into();
    let format = FORMAT;
    PictureError::Malformed { format, detail }.into()
}

/// The decompressed file.
struct Written {
    file: Vec<u8>,
    /// Which rows are damaged; the lowest comes first.
    lost: Vec<bool>,
    /// Whether a row lies beyond the end of the file.
    is_cut: bool,
}

struct Runs<'a> {
    bytes: &'a [u8],
}

impl Runs<'_> {
    /// The file with decompressed rows, in which missing samples are 0. It ends where too many rows are lost for the
    /// picture to be made.
    fn written_out(&self, mut file: Vec<u8>, plan: &Plan) -> Option<Written> {
        let [width, height, channels] =
            [6, 8, 10].map(|at| u16_be(self.bytes, at).map_or(0, usize::from));
        let depth = usize::from(*self.bytes.get(3)?);
        // With one or two dimensions, some fields are not used.
        let rows = match u16_be(self.bytes, 4)? {
            1 => 1,
            2 => height,
            _ => height * channels,
        };
        // No file is so long, whatever its runs are.
        let most = HEAD + rows * (8 + 3 * (width * depth + 2));
        let (mut lost, mut is_cut) = (vec![false; height.max(1)], false);
        let shown = shown(plan, lost.len());
        let mut missing = 0;
        for row in 0..rows {
            let start = u32_be(self.bytes, HEAD + 4 * row)? as usize;
            let length = u32_be(self.bytes, HEAD + 4 * (rows + row))? as usize;
            if start > most {
                return None;
            }
            let runs = self.bytes.get(start..).unwrap_or_default();
            is_cut |= runs.len() < length;
            let runs = runs.get(..length).unwrap_or(runs);
            let (before, end) = (file.len(), file.len() + width * depth);
            let fits = unpack(runs, depth, end, &mut file);
            let place = row % height.max(1);
            if let Some(lost) = lost.get_mut(place).filter(|lost| !fits && !**lost) {
                *lost = true;
                missing += usize::from(shown.contains(&place));
            }
            let is_hopeless = missing * MOST_LOST > shown.len();
            file.resize(if is_hopeless { before } else { end }, 0);
        }
        Some(Written { file, lost, is_cut })
    }
}

/// Decompresses runs. Counts and samples have `depth` bytes. The low seven bits of the count's last
/// byte are the number of samples; the eighth says that they are all stored, not repeated. Returns
/// whether they are as many samples as there is room for.
fn unpack(mut runs: &[u8], depth: usize, end: usize, into: &mut Vec<u8>) -> bool {
    while let Some((count, rest)) = runs.split_at_checked(depth.max(1)) {
        let code = count.last().copied().unwrap_or(0);
        let length = usize::from(code & 0x7f) * depth;
        let room = end.saturating_sub(into.len());
        if length == 0 || room == 0 {
            return length == 0 && room == 0;
        }
        if length > room {
            into.resize(end, 0);
            return false;
        }
        if code & 0x80 != 0 {
            let values = rest.get(..length).unwrap_or(rest);
            into.extend(values.iter().take(room));
            runs = rest.get(length..).unwrap_or_default();
        } else {
            let value = rest.get(..depth).unwrap_or_default();
            into.extend(value.iter().cycle().take(length.min(room)));
            runs = rest.get(depth..).unwrap_or_default();
        }
    }
    // Some programs leave out the zero at the end.
    into.len() == end
}

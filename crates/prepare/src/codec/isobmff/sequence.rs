//! The tracks of an image sequence, as far as they are needed for the first frame.

use super::boxes::{Fields, boxes, descend, find};
use super::properties::Property;
use crate::{Error, Format, PictureError};

/// First frame of a track of pictures.
pub(in crate::codec) struct Sequence<'a> {
    pub(in crate::codec) size: (u32, u32),
    pub(in crate::codec) frames: u32,
    pub(in crate::codec) frame: &'a [u8],
    pub(in crate::codec) alpha: Option<Alpha<'a>>,
    /// What describes the pictures, in the order in which it applies.
    pub(in crate::codec) properties: Vec<Property>,
    /// Whether the track is to be scaled or slanted.
    pub(in crate::codec) is_distorted: bool,
}

/// First frame of the track with the transparency of another.
pub(in crate::codec) struct Alpha<'a> {
    pub(in crate::codec) size: (u32, u32),
    pub(in crate::codec) frame: &'a [u8],
    pub(in crate::codec) properties: Vec<Property>,
    /// Whether the colours are stored multiplied by it.
    pub(in crate::codec) is_premultiplied: bool,
}

struct Track<'a> {
    id: u32,
    handler: [u8; 4],
    /// Numbers of a turn and a reflection, without what moves the picture.
    matrix: [u32; 4],
    references: &'a [u8],
    size: (u32, u32),
    properties: Vec<Property>,
    frames: u32,
    frame: &'a [u8],
}

impl<'a> Sequence<'a> {
    /// The first track whose samples are coded as `coding`, with its alpha track if there is one.
    pub(in crate::codec) fn read(file: &'a [u8], coding: &[u8; 4]) -> Option<Self> {
        let movie = find(file, b"moov")?;
        let boxes = || boxes(movie).filter(|(kind, _)| kind == b"trak");
        let tracks = || boxes().filter_map(|(_, content)| track(file, content, coding));
        let color = tracks().find(|track| matches!(&track.handler, b"pict" | b"vide"))?;
        let alpha = tracks().find(|track| track.is_alpha_of(color.id));
        let turns = turns(color.matrix);
        let is_distorted = turns.is_none();
        let mut properties = color.properties;
        properties.extend(turns.into_iter().flatten());
        let multiplied = targets(color.references, b"prem");
        Some(Self {
            size: color.size,
            frames: color.frames,
            frame: color.frame,
            alpha: alpha.map(|track| Alpha {
                size: track.size,
                frame: track.frame,
                properties: track.properties,
                is_premultiplied: multiplied.contains(&track.id),
            }),
            properties,
            is_distorted,
        })
    }
}

impl Sequence<'_> {
    /// Refuses a track that is to be scaled or slanted.
    pub(in crate::codec) fn refuse_distorted(&self, format: Format) -> Result<(), Error> {
        if !self.is_distorted {
            return Ok(());
        }
        let feature = "a track that is scaled or slanted".into();
        Err(PictureError::Unsupported { format, feature }.into())
    }
}

impl Track<'_> {
    /// Whether it is the transparency of a track (ISO/IEC 23008-12, section 7.5.3). Old writers name
    /// neither the track nor the kind.
    fn is_alpha_of(&self, id: u32) -> bool {
        let owners = targets(self.references, b"auxl");
        let mut kinds = self
            .properties
            .iter()
            .filter_map(|property| match property {
                Property::Auxiliary(_) => Some(property.is_alpha()),
                _ => None,
            });
        self.handler == *b"auxv"
            && (owners.is_empty() || owners.contains(&id))
            && kinds.next().unwrap_or(true)
    }
}

fn handler(track: &[u8]) -> Option<[u8; 4]> {
    Fields(descend(track, &[b"mdia", b"hdlr"])?.get(8..)?).kind()
}

fn track<'a>(file: &'a [u8], content: &'a [u8], coding: &[u8; 4]) -> Option<Track<'a>> {
    let (id, matrix) = head(find(content, b"tkhd")?)?;
    let table = descend(content, &[b"mdia", b"minf", b"stbl"])?;
    let entry = find(find(table, b"stsd")?.get(8..)?, coding)?;
    let mut sizes = Fields(find(table, b"stsz")?.get(4..)?);
    let (fixed, frames) = (sizes.u32()?, sizes.u32()?);
    let length = if fixed == 0 { sizes.u32()? } else { fixed };
    let offset = match find(table, b"stco") {
        Some(chunks) => Fields(chunks.get(8..)?).uint(4)?,
        None => Fields(find(table, b"co64")?.get(8..)?).uint(8)?,
    };
    let frame = file
        .get(usize::try_from(offset).ok()?..)?
        .get(..length as usize)?;
    // A visual sample entry has 78 bytes of fields before its boxes.
    let mut fields = Fields(entry.get(24..)?);
    let size = (fields.u16()?.into(), fields.u16()?.into());
    let described = boxes(entry.get(78..)?);
    Some(Track {
        id,
        handler: handler(content)?,
        matrix,
        references: find(content, b"tref").unwrap_or_default(),
        size,
        properties: described
            .map(|(kind, content)| Property::read(kind, content))
            .collect(),
        frames,
        frame,
    })
}

/// Number and matrix of a track header (ISO/IEC 14496-12, section 8.3.2).
fn head(content: &[u8]) -> Option<(u32, [u32; 4])> {
    let mut fields = Fields(content);
    let (version, _) = fields.version()?;
    fields.bytes(if version == 0 { 8 } else { 16 })?; // times
    let id = fields.u32()?;
    fields.bytes(if version == 0 { 24 } else { 28 })?; // duration, layer, volume
    let mut matrix = [0; 4];
    for (at, value) in matrix.iter_mut().enumerate() {
        *value = fields.u32()?;
        if at == 1 {
            fields.u32()?; // a perspective
        }
    }
    Some((id, matrix))
}

/// The tracks that a track refers to.
fn targets(references: &[u8], kind: &[u8; 4]) -> Vec<u32> {
    let (tracks, _) = find(references, kind).unwrap_or_default().as_chunks::<4>();
    tracks.iter().map(|&id| u32::from_be_bytes(id)).collect()
}

/// What a matrix does, as properties of items; `None` if it does not only turn and mirror. It maps
/// (x, y) to (a x + c y, b x + d y), with y downwards.
fn turns([a, b, c, d]: [u32; 4]) -> Option<Vec<Property>> {
    const ONE: i32 = 1 << 16;
    let sign = |value: u32| match value as i32 {
        ONE => Some(1),
        0 => Some(0),
        value if value == -ONE => Some(-1),
        _ => None,
    };
    Some(match [sign(a)?, sign(b)?, sign(c)?, sign(d)?] {
        [1, 0, 0, 1] => vec![],
        [0, 1, -1, 0] => vec![Property::Rotation(3)],
        [-1, 0, 0, -1] => vec![Property::Rotation(2)],
        [0, -1, 1, 0] => vec![Property::Rotation(1)],
        [-1, 0, 0, 1] => vec![Property::Mirror(1)],
        [1, 0, 0, -1] => vec![Property::Mirror(0)],
        [0, 1, 1, 0] => vec![Property::Rotation(3), Property::Mirror(1)],
        [0, -1, -1, 0] => vec![Property::Rotation(3), Property::Mirror(0)],
        _ => return None,
    })
}

/// Number of frames of the first track of pictures, of any coding.
pub(in crate::codec) fn frames(file: &[u8]) -> Option<u32> {
    let mut tracks = boxes(find(file, b"moov")?).filter(|(kind, _)| kind == b"trak");
    tracks.find_map(|(_, content)| {
        let table = descend(content, &[b"mdia", b"minf", b"stbl", b"stsz"])?;
        Fields(table.get(8..)?).u32()
    })
}

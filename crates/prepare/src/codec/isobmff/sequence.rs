//! The tracks of an image sequence, as far as they are needed for the first frame.

use std::collections::HashSet;

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
    /// What keeps the first sample, also that of the transparency, from being the first frame.
    oddity: Option<Oddity>,
    /// Whether the samples are described more than once.
    #[cfg_attr(not(feature = "heif"), allow(dead_code))]
    has_descriptions: bool,
    /// Whether no other track of any coding has the same handler and comes before it.
    #[cfg_attr(not(feature = "heif"), allow(dead_code))]
    pub(in crate::codec) is_first: bool,
}

/// First frame of the track with the transparency of another.
pub(in crate::codec) struct Alpha<'a> {
    pub(in crate::codec) size: (u32, u32),
    pub(in crate::codec) frame: &'a [u8],
    pub(in crate::codec) properties: Vec<Property>,
    /// Whether the colours are stored multiplied by it.
    pub(in crate::codec) is_premultiplied: bool,
}

/// Why the first sample of a track is not its first frame.
#[derive(Clone, Copy)]
enum Oddity {
    /// The samples are in another file.
    Elsewhere,
    /// It cannot be decoded by itself.
    Dependent,
}

/// All tracks of a file, read once.
pub(in crate::codec) struct Tracks<'a>(Vec<Track<'a>>);

struct Track<'a> {
    id: u32,
    handler: [u8; 4],
    coding: [u8; 4],
    /// Numbers of a turn and a reflection, without what moves the picture.
    matrix: [u32; 4],
    references: &'a [u8],
    size: (u32, u32),
    /// Boxes of the description of the first sample.
    described: &'a [u8],
    frames: u32,
    frame: &'a [u8],
    oddity: Option<Oddity>,
    has_descriptions: bool,
    /// Whether no track comes before it that has the same handler.
    is_first: bool,
}

impl<'a> Tracks<'a> {
    pub(in crate::codec) fn read(file: &'a [u8]) -> Self {
        let movie = find(file, b"moov").unwrap_or_default();
        let mut handlers = HashSet::new();
        let tracks = boxes(movie).filter(|(kind, _)| kind == b"trak");
        let tracks = tracks.filter_map(|(_, content)| {
            let handler = handler(content)?;
            let is_first = handlers.insert(handler);
            track(file, content, handler, is_first)
        });
        Self(tracks.collect())
    }

    /// The first track of pictures whose samples are coded as `coding`, or else the first one of video,
    /// with its alpha track if there is one.
    pub(in crate::codec) fn sequence(&self, coding: &[u8; 4]) -> Option<Sequence<'a>> {
        let tracks = || self.0.iter().filter(|track| track.coding == *coding);
        let of_kind = |kind| tracks().find(|track| track.shows_colors(kind));
        let color = of_kind(b"pict").or_else(|| of_kind(b"vide"))?;
        let alpha = tracks().find(|track| track.is_alpha_of(color.id));
        let turns = turns(color.matrix);
        let is_distorted = turns.is_none();
        let mut properties = color.properties();
        properties.extend(turns.into_iter().flatten());
        let multiplied = targets(color.references, b"prem");
        Some(Sequence {
            size: color.size,
            frames: color.frames,
            frame: color.frame,
            alpha: alpha.map(|track| Alpha {
                size: track.size,
                frame: track.frame,
                properties: track.properties(),
                is_premultiplied: multiplied.contains(&track.id),
            }),
            properties,
            is_distorted,
            oddity: color.oddity.or(alpha.and_then(|track| track.oddity)),
            has_descriptions: color.has_descriptions,
            is_first: color.is_first,
        })
    }
}

impl Sequence<'_> {
    /// Whether the first sample, which is the frame, can be shown by itself, is stored in this file, and is
    /// described as all others are.
    #[cfg_attr(not(feature = "heif"), allow(dead_code))]
    pub(in crate::codec) fn is_plain(&self) -> bool {
        self.oddity.is_none() && !self.has_descriptions
    }

    /// Refuses a track whose first sample is not its first frame.
    #[cfg_attr(not(feature = "avif"), allow(dead_code))]
    pub(in crate::codec) fn refuse_odd(&self, format: Format) -> Result<(), Error> {
        Err(match self.oddity {
            None => return Ok(()),
            Some(Oddity::Elsewhere) => {
                let feature = "a track whose pictures are in another file".into();
                PictureError::Unsupported { format, feature }
            }
            Some(Oddity::Dependent) => {
                let detail = "the first frame of its track cannot be decoded by itself".into();
                PictureError::Malformed { format, detail }
            }
        }
        .into())
    }

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
    fn properties(&self) -> Vec<Property> {
        boxes(self.described)
            .map(|(kind, content)| Property::read(kind, content))
            .collect()
    }

    /// Whether it is a track with this handler that belongs to no other.
    fn shows_colors(&self, handler: &[u8; 4]) -> bool {
        self.handler == *handler && targets(self.references, b"auxl").is_empty()
    }

    /// Whether it is the transparency of a track (ISO/IEC 23008-12, section 7.5.3). Old writers name
    /// no kind, and either not the track or the handler of colours.
    fn is_alpha_of(&self, id: u32) -> bool {
        let owners = targets(self.references, b"auxl");
        let said = boxes(self.described).filter(|(kind, _)| matches!(kind, b"auxC" | b"auxi"));
        let mut kinds = said.filter_map(|(kind, content)| match Property::read(kind, content) {
            property @ Property::Auxiliary(_) => Some(property.is_alpha()),
            _ => None,
        });
        let is_linked = match owners.is_empty() {
            true => self.handler == *b"auxv",
            false => owners.contains(&id),
        };
        is_linked && kinds.next().unwrap_or(true)
    }
}

fn handler(track: &[u8]) -> Option<[u8; 4]> {
    Fields(descend(track, &[b"mdia", b"hdlr"])?.get(8..)?).kind()
}

fn track<'a>(
    file: &'a [u8],
    content: &'a [u8],
    handler: [u8; 4],
    is_first: bool,
) -> Option<Track<'a>> {
    let (id, matrix) = head(find(content, b"tkhd")?)?;
    let table = descend(content, &[b"mdia", b"minf", b"stbl"])?;
    let entries = find(table, b"stsd")?.get(8..)?;
    let (coding, entry) = boxes(entries).nth(description(table)?)?;
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
    let oddity = match is_in_file(content).unwrap_or(true) {
        false => Some(Oddity::Elsewhere),
        true => (!starts_with_first(table)).then_some(Oddity::Dependent),
    };
    Some(Track {
        id,
        handler,
        coding,
        matrix,
        references: find(content, b"tref").unwrap_or_default(),
        size,
        described: entry.get(78..)?,
        frames,
        frame,
        oddity,
        has_descriptions: boxes(entries).count() != 1,
        is_first,
    })
}

/// The place of the description of the first sample among all (section 8.7.4).
fn description(table: &[u8]) -> Option<usize> {
    let Some(runs) = find(table, b"stsc") else {
        return Some(0);
    };
    let number = Fields(runs.get(16..)?).u32()?;
    usize::try_from(number.checked_sub(1)?).ok()
}

/// Whether the first sample can be decoded by itself (ISO/IEC 14496-12, section 8.6.2).
fn starts_with_first(table: &[u8]) -> bool {
    let Some(listed) = find(table, b"stss") else {
        return true; // all samples can
    };
    listed.get(8..12) == Some(&[0, 0, 0, 1])
}

/// Whether the samples of a track are in this file (section 8.7.2); `None` if that is not said.
fn is_in_file(track: &[u8]) -> Option<bool> {
    let sources = descend(track, &[b"mdia", b"minf", b"dinf", b"dref"])?.get(8..)?;
    let is_own = |content: &[u8]| content.get(3).is_some_and(|flags| flags & 1 == 1);
    Some(boxes(sources).all(|(_, content)| is_own(content)))
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

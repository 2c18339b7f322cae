//! The tracks of an image sequence, as far as they are needed for the first frame.

use super::boxes::{Fields, boxes, descend, find};
use super::properties::Property;

/// First frame of a track of pictures.
pub(in crate::codec) struct Sequence<'a> {
    pub(in crate::codec) size: (u32, u32),
    pub(in crate::codec) frames: u32,
    pub(in crate::codec) frame: &'a [u8],
    pub(in crate::codec) alpha: Option<&'a [u8]>,
    pub(in crate::codec) properties: Vec<Property>,
}

struct Track<'a> {
    handler: [u8; 4],
    entry: &'a [u8],
    frames: u32,
    frame: &'a [u8],
}

impl<'a> Sequence<'a> {
    /// The first track whose samples are coded as `coding`, with its alpha track if there is one.
    pub(in crate::codec) fn read(file: &'a [u8], coding: &[u8; 4]) -> Option<Self> {
        let movie = find(file, b"moov")?;
        let boxes = || boxes(movie).filter(|(kind, _)| kind == b"trak");
        let mut tracks = boxes().filter_map(|(_, content)| track(file, content, coding));
        let color = tracks.find(|track| track.handler == *b"pict" || track.handler == *b"vide")?;
        let mut tracks = boxes().filter_map(|(_, content)| track(file, content, coding));
        let alpha = tracks.find(|track| track.handler == *b"auxv");
        // A visual sample entry has 78 bytes of fields before its boxes.
        let mut fields = Fields(color.entry.get(24..)?);
        let size = (fields.u16()?.into(), fields.u16()?.into());
        let described = super::boxes::boxes(color.entry.get(78..)?);
        Some(Self {
            size,
            frames: color.frames,
            frame: color.frame,
            alpha: alpha.map(|track| track.frame),
            properties: described
                .map(|(kind, content)| Property::read(kind, content))
                .collect(),
        })
    }
}

fn track<'a>(file: &'a [u8], content: &'a [u8], coding: &[u8; 4]) -> Option<Track<'a>> {
    let media = find(content, b"mdia")?;
    let handler = Fields(find(media, b"hdlr")?.get(8..)?).kind()?;
    let table = descend(media, &[b"minf", b"stbl"])?;
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
    Some(Track {
        handler,
        entry,
        frames,
        frame,
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

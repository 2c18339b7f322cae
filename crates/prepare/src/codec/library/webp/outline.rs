//! What of an animation is not pixels: the same file with short frames, of which only what says what they are is kept.
//! Still pictures have none, because their pixels are all there is.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::container::is_animated;
use crate::pixels::in_order::Outline;

/// Most bytes of all that is kept.
const MOST: u64 = 1 << 19;
/// Most chunks of a frame.
const MOST_PARTS: usize = 8;
/// Length of the start of the file; of the name and the length of a chunk; of what comes before the chunks of a frame;
/// and of the start of one of these.
const START: u64 = 12;
const HEAD: u64 = 8;
const FRAME: u64 = 16;
const PART: u64 = 16;
/// A chunk of the outline that says where the content of the first frame is in the file, and how long that is.
pub(super) const PLACE: &[u8; 4] = b"1st ";

/// Reads it from a file of this length; `None` if it is no sound animation, or has too much besides pixels.
pub(in crate::codec) fn outline(file: &mut File, length: u64) -> io::Result<Option<Outline>> {
    let mut walk = Walk {
        file,
        outline: Outline {
            bytes: Vec::new(),
            opened: 0,
            parts: Vec::new(),
        },
    };
    let (_, size) = walk.chunk(0)?;
    walk.outline.bytes.extend(b"RIFF\0\0\0\0WEBP");
    let (mut at, mut first) = (START, None);
    if size + HEAD != length {
        return Ok(None);
    }
    while at < length {
        let (name, size) = walk.chunk(at)?;
        let content = at + HEAD;
        let end = content + size;
        let is_first = at == START;
        match &name {
            _ if end > length || (walk.outline.bytes.len() as u64) > MOST => return Ok(None),
            b"VP8X" if is_first && walk.is_animated(content)? => walk.keep(at, HEAD + size)?,
            _ if is_first => return Ok(None),
            b"ANMF" if size < FRAME + HEAD => return Ok(None),
            b"ANMF" if first.is_none() => {
                if !walk.first(content, size)? {
                    return Ok(None);
                }
                first = Some((content, size));
            }
            b"ANMF" => {
                walk.begin(&name, FRAME + HEAD);
                walk.keep(content, FRAME + HEAD)?;
            }
            _ if size > MOST => return Ok(None),
            _ => walk.keep(at, HEAD + size)?,
        }
        if walk.outline.bytes.len() % 2 == 1 {
            walk.outline.bytes.push(0);
        }
        at = end + size % 2;
    }
    first.map(|place| walk.finish(place)).transpose()
}

/// Goes from chunk to chunk.
struct Walk<'a> {
    file: &'a mut File,
    outline: Outline,
}

impl Walk<'_> {
    /// Name and length of the chunk that begins there.
    fn chunk(&mut self, at: u64) -> io::Result<([u8; 4], u64)> {
        let mut head = [0; HEAD as usize];
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(&mut head)?;
        let [a, b, c, d, length @ ..] = head;
        Ok(([a, b, c, d], u32::from_le_bytes(length).into()))
    }

    /// Whether the head of the file, which begins there, is that of an animation.
    fn is_animated(&mut self, at: u64) -> io::Result<bool> {
        let mut flags = [0];
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(&mut flags)?;
        Ok(is_animated(&flags))
    }

    /// Keeps so many bytes of the file as they are.
    fn keep(&mut self, at: u64, length: u64) -> io::Result<()> {
        self.outline.keep(self.file, at..at + length)
    }

    /// Adds the start of a chunk of another length.
    fn begin(&mut self, name: &[u8; 4], length: u64) {
        let length = (length as u32).to_le_bytes();
        self.outline.bytes.extend([*name, length].concat());
    }

    /// Adds the first frame; `false` if it is not sound.
    fn first(&mut self, content: u64, size: u64) -> io::Result<bool> {
        let start = self.outline.bytes.len();
        self.begin(b"ANMF", 0);
        self.keep(content, FRAME)?;
        let (mut at, end) = (content + FRAME, content + size);
        for _ in 0..MOST_PARTS {
            if at + HEAD > end {
                break;
            }
            let (name, size) = self.chunk(at)?;
            let kept = size.min(PART);
            let next = at + HEAD + size + size % 2;
            if next > end + 1 {
                return Ok(false);
            }
            self.begin(&name, kept);
            self.keep(at + HEAD, kept)?;
            self.outline.bytes.extend(vec![0; kept as usize % 2]);
            at = next;
        }
        let length = (self.outline.bytes.len() - start) as u64 - HEAD;
        set_length(&mut self.outline.bytes, start, length);
        Ok(at >= end || end - at < HEAD)
    }

    /// The whole, with where the first frame is.
    fn finish(mut self, (content, size): (u64, u64)) -> io::Result<Outline> {
        self.begin(PLACE, 16);
        let bytes = &mut self.outline.bytes;
        bytes.extend([content, size].map(u64::to_le_bytes).concat());
        let length = bytes.len() as u64 - HEAD;
        set_length(bytes, 0, length);
        self.outline.opened = bytes.len();
        // Lengths that are others in the outline are only compared.
        self.keep(0, START)?;
        self.keep(content - HEAD, HEAD)?;
        self.outline.parts.sort_by_key(|(part, _)| part.start);
        Ok(self.outline)
    }
}

/// Writes the length of a chunk that begins there.
pub(super) fn set_length(bytes: &mut [u8], at: usize, length: u64) {
    let field = bytes
        .get_mut(at + 4..)
        .and_then(|rest| rest.first_chunk_mut());
    if let Some(field) = field {
        *field = (length as u32).to_le_bytes();
    }
}

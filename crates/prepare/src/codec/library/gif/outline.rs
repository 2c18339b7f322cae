//! What of a GIF is not pixels: everything before those of its first frame, and of the other frames that they are there.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};

use crate::pixels::in_order::Outline;

/// Most bytes before the pixels. The library keeps copies of XMP and of the profile that are in them.
const MOST: u64 = 1 << 19;
/// Most frames. By default, files with more than 10,000 are refused.
const MOST_FRAMES: usize = 1 << 14;
/// Bytes that are read at a time.
const PIECE: usize = 1 << 16;
/// Length of a descriptor of a frame, of which the last byte has the flags of its palette.
const DESCRIPTOR: usize = 10;
/// What begins a frame, and an extension.
const FRAME: u8 = 0x2c;
const EXTENSION: u8 = 0x21;

/// Reads it from a file; `None` if the file is not sound, or has too much besides pixels.
pub(in crate::codec) fn outline(file: &mut File) -> io::Result<Option<Outline>> {
    file.seek(SeekFrom::Start(0))?;
    let mut walk = Walk {
        file: BufReader::with_capacity(PIECE, &mut *file),
        at: 0,
    };
    let places = match walk.places() {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => None,
        places => places?,
    };
    let Some(Places { start, later, end }) = places else {
        return Ok(None);
    };
    let mut outline = Outline {
        bytes: Vec::new(),
        opened: 0,
        parts: Vec::new(),
    };
    outline.keep(file, 0..start)?;
    outline.bytes.push(0); // no pixels
    for (at, [place @ .., _]) in later {
        outline.add(at, &place);
        outline.bytes.extend([0, 2, 0]); // no palette, size of codes, no pixels
    }
    if let Some(end) = end {
        outline.add(end.0, &[end.1]);
    }
    outline.opened = outline.bytes.len();
    Ok(Some(outline))
}

impl Outline {
    /// Adds bytes that were read already from a place of the file.
    fn add(&mut self, at: u64, bytes: &[u8]) {
        self.parts
            .push((at..at + bytes.len() as u64, self.bytes.len()));
        self.bytes.extend_from_slice(bytes);
    }
}

/// Where things are in the file.
struct Places {
    /// The pixels of the first frame.
    start: u64,
    /// The descriptors of the others.
    later: Vec<(u64, [u8; DESCRIPTOR])>,
    /// What ends the frames, unless the file does.
    end: Option<(u64, u8)>,
}

/// Goes from block to block.
struct Walk<'a> {
    file: BufReader<&'a mut File>,
    at: u64,
}

impl Walk<'_> {
    fn places(&mut self) -> io::Result<Option<Places>> {
        let [.., flags, _, _] = self.take::<13>()?;
        self.palette(flags)?;
        let (mut start, mut later) = (None, Vec::new());
        let end = loop {
            let at = self.at;
            let Some(&found) = self.file.fill_buf()?.first() else {
                break None;
            };
            match found {
                EXTENSION => {
                    self.skip(2)?;
                    self.sub_blocks()?;
                }
                FRAME => {
                    let descriptor = self.take::<DESCRIPTOR>()?;
                    let [.., flags] = descriptor;
                    self.palette(flags)?;
                    self.skip(1)?; // size of codes
                    match start {
                        None => start = Some(self.at),
                        Some(_) if later.len() == MOST_FRAMES => return Ok(None),
                        Some(_) => later.push((at, descriptor)),
                    }
                    self.sub_blocks()?;
                }
                found => break Some((at, found)),
            }
        };
        let start = start.filter(|&start| start <= MOST);
        Ok(start.map(|start| Places { start, later, end }))
    }

    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    fn skip(&mut self, mut length: usize) -> io::Result<()> {
        self.at += length as u64;
        while length > 0 {
            let there = self.file.fill_buf()?.len().min(length);
            if there == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            self.file.consume(there);
            length -= there;
        }
        Ok(())
    }

    /// Skips the palette that these flags announce.
    fn palette(&mut self, flags: u8) -> io::Result<()> {
        match flags & 0x80 {
            0 => Ok(()),
            _ => self.skip(3 << ((flags & 7) + 1)),
        }
    }

    fn sub_blocks(&mut self) -> io::Result<()> {
        loop {
            let [length] = self.take::<1>()?;
            if length == 0 {
                return Ok(());
            }
            self.skip(length.into())?;
        }
    }
}

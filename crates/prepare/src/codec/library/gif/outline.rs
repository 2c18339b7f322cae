//! What of a GIF is not pixels: everything before those of its first frame, and of the other frames that they are there.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use crate::pixels::in_order::not_in_order;
use crate::pixels::outline::Outline;

/// Most bytes before the pixels. The library keeps copies of XMP and of the profile that are in them.
const MOST: u64 = 1 << 19;
/// Most frames. By default, files with more than 10,000 are refused.
const MOST_FRAMES: usize = 1 << 14;
/// Length of a descriptor of a frame, of which the last byte has the flags of its palette.
const DESCRIPTOR: u64 = 10;
/// What begins a frame, and an extension.
const FRAME: u8 = 0x2c;
const EXTENSION: u8 = 0x21;

/// Reads it; an error if the file is not sound, or has too much besides pixels.
pub(in crate::codec) fn outline(outline: &mut Outline) -> io::Result<()> {
    let (file, at) = (outline.reader(0)?, 0);
    let Places { start, later, end } = Walk { file, at }.places()?;
    outline.keep(0..start)?;
    outline.bytes.push(0); // no pixels
    for at in later {
        outline.keep(at..at + DESCRIPTOR - 1)?;
        outline.bytes.extend([0, 2, 0]); // no palette, size of codes, no pixels
    }
    outline.keep(end..outline.length().min(end + 1))
}

/// Where things are in the file.
struct Places {
    /// The pixels of the first frame.
    start: u64,
    /// The descriptors of the others.
    later: Vec<u64>,
    /// What ends the frames, which can be the end of the file.
    end: u64,
}

/// Goes from block to block.
struct Walk<'a> {
    file: BufReader<&'a File>,
    at: u64,
}

impl Walk<'_> {
    fn places(mut self) -> io::Result<Places> {
        let [.., flags, _, _] = self.take::<13>()?;
        self.palette(flags)?;
        let (mut start, mut later) = (None, Vec::new());
        loop {
            let at = self.at;
            match self.file.fill_buf()?.first() {
                Some(&EXTENSION) => self.skip(2)?,
                Some(&FRAME) => {
                    let [.., flags] = self.take::<{ DESCRIPTOR as usize }>()?;
                    self.palette(flags)?;
                    self.skip(1)?; // size of codes
                    match start {
                        None => start = Some(self.at),
                        Some(_) => later.push(at),
                    }
                }
                _ => break,
            }
            self.sub_blocks()?;
            if later.len() > MOST_FRAMES {
                return Err(not_in_order());
            }
        }
        let start = start.filter(|&start| start <= MOST);
        Ok(Places {
            start: start.ok_or_else(not_in_order)?,
            later,
            end: self.at,
        })
    }

    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    /// Goes on; the file may end before that.
    fn skip(&mut self, length: u16) -> io::Result<()> {
        self.at += u64::from(length);
        self.file.seek_relative(length.into())
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

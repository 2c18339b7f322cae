//! A file whose decoder goes back in it. What was read before is read again, and must be the same.

use std::io::{self, BufRead};

use avatar_jpeg::ReadAt;
use flate2::Crc;

use super::passing::{PIECE, Passing, changed};
use crate::pixels::in_order::ReadInOrder;

impl ReadInOrder for Passing<'_> {
    fn rereading(&mut self) -> Box<dyn ReadAt + '_> {
        Box::new(Rereading {
            file: self,
            held: Vec::with_capacity(2 * PIECE),
            first: 0,
            sums: Vec::new(),
        })
    }
}

/// Reads parts of the file in any order. Those that were not read yet are shown to who follows the file.
struct Rereading<'p, 'a> {
    file: &'p mut Passing<'a>,
    /// One piece of the file, or two neighbours.
    held: Vec<u8>,
    /// The number of the first one.
    first: usize,
    /// Checksums of all pieces that were read, in order.
    sums: Vec<u32>,
}

impl Rereading<'_, '_> {
    /// Where what is held begins in the file.
    fn start(&self) -> usize {
        self.first * PIECE
    }

    /// Holds the bytes from `at` to `end`, which are in two neighbouring pieces at most.
    fn hold(&mut self, at: usize, end: usize) -> io::Result<()> {
        let (first, last) = (at / PIECE, (end - 1) / PIECE);
        let passed = first.checked_sub(self.first).map(|pieces| pieces * PIECE);
        match passed.filter(|&passed| passed <= self.held.len()) {
            Some(passed) => drop(self.held.drain(..passed)),
            None => self.held.clear(),
        }
        self.first = first;
        let next = first + self.held.len().div_ceil(PIECE);
        (next..=last).try_for_each(|piece| self.add(piece))
    }

    /// Adds the piece with this number to those that are held.
    fn add(&mut self, number: usize) -> io::Result<()> {
        let before = self.held.len();
        if let Some(&sum) = self.sums.get(number) {
            let at = number * PIECE;
            let length = PIECE.min(self.length().saturating_sub(at));
            self.held.resize(before + length, 0);
            let to = self.held.get_mut(before..).unwrap_or_default();
            self.file.read_again(at as u64, to)?;
            return match sum_of(to) == sum {
                true => Ok(()),
                false => Err(changed()),
            };
        }
        while self.sums.len() <= number {
            let expected = PIECE.min(self.length() - self.sums.len() * PIECE);
            let piece = self.file.fill_buf()?;
            let length = piece.len();
            if length < expected {
                return Err(changed());
            }
            if self.sums.len() == number {
                self.held.extend_from_slice(piece);
            }
            self.sums.push(sum_of(piece));
            self.file.consume(length);
        }
        Ok(())
    }
}

impl ReadAt for Rereading<'_, '_> {
    fn length(&self) -> usize {
        self.file.length() as usize
    }

    fn read_at(&mut self, at: usize, least: usize) -> &[u8] {
        let end = at.saturating_add(least.max(1)).min(self.length());
        let is_held = self.start() <= at && end <= self.start() + self.held.len();
        if end <= at {
            return &[];
        }
        if !is_held && let Err(error) = self.hold(at, end) {
            self.held.clear();
            self.file.fail(error);
        }
        self.held.get(at - self.start()..).unwrap_or_default()
    }
}

fn sum_of(piece: &[u8]) -> u32 {
    let mut sum = Crc::new();
    sum.update(piece);
    sum.sum()
}

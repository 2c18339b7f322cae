//! Uncompressed rows, and how they are reduced while the file passes by, so that neither the file nor
//! the picture is ever in memory as a whole.

use std::ops::Range;

use crate::Plan;
use crate::pixels::raster::{Alpha, Layout, Samples};
use crate::pixels::reduce::{Reduced, Reducer};

/// How a sample is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored {
    U8,
    U16Le,
    U16Be,
}

/// Where the rows of an uncompressed picture lie in its file, and how their samples are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredRows {
    pub(crate) height: u32,
    /// Gray, RGB or RGBA.
    pub(crate) layout: Layout,
    pub(crate) alpha: Alpha,
    pub(crate) stored: Stored,
    /// Whether blue comes before green and red.
    pub(crate) is_bgr: bool,
    /// Whether the lowest row comes first.
    pub(crate) is_upside_down: bool,
    /// Bytes from one row to the next.
    pub(crate) stride: usize,
    /// Where the bytes of whole rows are, in the order of the rows.
    pub(crate) spans: Vec<Range<u64>>,
}

impl StoredRows {
    /// Whether the spans have all rows of the picture.
    pub(crate) fn are_all(&self) -> bool {
        let rows =
            |span: &Range<u64>| span.end.saturating_sub(span.start) / self.stride.max(1) as u64;
        self.spans.iter().map(rows).sum::<u64>() == u64::from(self.height)
    }

    /// Takes all bytes of the file, in order, and keeps what `plan` shows.
    pub(crate) fn reader(&self, plan: &Plan) -> RowReader<'_> {
        let empty = match self.stored {
            Stored::U8 => Samples::U8(Vec::new()),
            Stored::U16Le | Stored::U16Be => Samples::U16(Vec::new()),
        };
        let reducer = Reducer::new(plan, self.layout, self.alpha, empty);
        RowReader {
            rows: self,
            reducer: match self.is_upside_down {
                true => reducer.upside_down(self.height),
                false => reducer,
            },
            at: 0,
            span: 0,
            partial: Vec::new(),
            wide: Vec::new(),
        }
    }
}

/// Reduces rows from the bytes of a file, which come piece by piece.
pub(crate) struct RowReader<'a> {
    rows: &'a StoredRows,
    reducer: Reducer,
    /// Bytes of the file that were taken.
    at: u64,
    /// The span that they have reached.
    span: usize,
    /// The part of a row at the end of the last piece.
    partial: Vec<u8>,
    /// A row of 16 bits.
    wide: Vec<u16>,
}

impl RowReader<'_> {
    /// Takes the bytes that follow the last ones.
    pub(crate) fn take(&mut self, piece: &[u8]) {
        let start = self.at;
        self.at += piece.len() as u64;
        let place = |at: u64| usize::try_from(at.saturating_sub(start)).unwrap_or(usize::MAX);
        while let Some(span) = self.rows.spans.get(self.span) {
            let (from, to) = (place(span.start), place(span.end).min(piece.len()));
            self.push(piece.get(from..to).unwrap_or_default());
            if span.end > self.at {
                return;
            }
            self.span += 1;
        }
    }

    /// Takes bytes of rows.
    fn push(&mut self, mut bytes: &[u8]) {
        let stride = self.rows.stride;
        if !self.partial.is_empty() {
            let missing = stride.saturating_sub(self.partial.len()).min(bytes.len());
            let (first, rest) = bytes.split_at(missing);
            self.partial.extend_from_slice(first);
            if self.partial.len() < stride {
                return;
            }
            let row = std::mem::take(&mut self.partial);
            self.row(&row);
            (self.partial, bytes) = (row, rest);
            self.partial.clear();
        }
        let rows = bytes.chunks_exact(stride);
        self.partial.extend_from_slice(rows.remainder());
        rows.for_each(|row| self.row(row));
    }

    fn row(&mut self, row: &[u8]) {
        let value = match self.rows.stored {
            Stored::U8 => return self.reducer.push(row),
            Stored::U16Le => u16::from_le_bytes,
            Stored::U16Be => u16::from_be_bytes,
        };
        self.wide.clear();
        let samples = row.as_chunks::<2>().0.iter();
        self.wide.extend(samples.map(|&sample| value(sample)));
        self.reducer.push(&self.wide);
    }

    /// The reduced picture; `None` if rows are missing.
    pub(crate) fn finish(self) -> Option<Reduced> {
        let mut reduced = self.reducer.finish()?;
        if let (true, Samples::U8(samples)) = (self.rows.is_bgr, &mut reduced.raster.samples) {
            let pixels = samples.chunks_exact_mut(self.rows.layout.channels());
            pixels
                .filter(|pixel| pixel.len() > 2)
                .for_each(|pixel| pixel.swap(0, 2));
        }
        Some(reduced)
    }
}

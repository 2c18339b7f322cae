//! Key frames of VP8 (RFC 6386), which are the lossy pictures of WebP, without the filter of edges
//! after decoding. No sample inside a key frame is predicted from a filtered one.

mod bools;
mod damage;
mod header;
mod mode_probabilities;
mod modes;
mod neighborhood;
mod parts;
mod probabilities;
mod steps;
mod tokens;
mod transform;

pub(super) use damage::Damage;
use header::Header;
use modes::{Luma, Modes, Neighbors};
use neighborhood::{Neighborhood, START};
use tokens::{Coefficients, Extent, Filled};

/// A decoded macroblock: 16 x 16 samples of luma, and 8 x 8 of each chroma component.
pub(super) struct Macroblock {
    luma: Neighborhood<32, 17>,
    chroma: [Neighborhood<16, 9>; 2],
}

impl Macroblock {
    /// A row of luma.
    pub(super) fn luma(&self, row: usize) -> &[u8] {
        self.luma.row(row)
    }

    /// A row of a chroma component.
    pub(super) fn chroma(&self, component: usize, row: usize) -> &[u8] {
        self.chroma[component].row(row)
    }
}

/// Decodes a frame down to `bottom`, in luma samples. `store` gets each macroblock with its column and
/// row among macroblocks, row by row.
pub(super) fn decode(
    frame: &[u8],
    bottom: u32,
    mut store: impl FnMut((usize, usize), &Macroblock),
) -> Result<(), Damage> {
    let mut header = Header::read(frame)?;
    let (columns, rows) = header.blocks;
    let mut decoder = Decoder::new(columns);
    for row in 0..rows.min(bottom.div_ceil(16) as usize) {
        decoder.start_row(row);
        for column in 0..columns {
            decoder.macroblock(&mut header, (column, row));
            store((column, row), &decoder.current);
        }
        let partition = row % header.partitions.len();
        if header.modes.is_exhausted() || header.partitions[partition].is_exhausted() {
            return Err(Damage::Contents("data that ends before its pixels do"));
        }
    }
    Ok(())
}

/// What decoding a macroblock needs from those before it.
struct Decoder {
    current: Macroblock,
    coefficients: Coefficients,
    neighbors: Neighbors,
    filled_above: Vec<Filled>,
    filled_left: Filled,
    /// The last row of the macroblocks above, with four samples to spare: luma, then chroma.
    luma_above: Vec<u8>,
    chroma_above: [Vec<u8>; 2],
}

impl Decoder {
    fn new(columns: usize) -> Self {
        let chroma = || vec![127; 8 * columns];
        Self {
            current: Macroblock {
                luma: Neighborhood::new(),
                chroma: [Neighborhood::new(), Neighborhood::new()],
            },
            coefficients: Coefficients::default(),
            neighbors: Neighbors::new(columns),
            filled_above: vec![Filled::default(); columns],
            filled_left: Filled::default(),
            luma_above: vec![127; 16 * columns + 4],
            chroma_above: [chroma(), chroma()],
        }
    }

    fn start_row(&mut self, row: usize) {
        self.neighbors.start_row();
        self.filled_left = Filled::default();
        self.current.luma.start_row(row == 0);
        for area in &mut self.current.chroma {
            area.start_row(row == 0);
        }
        // Beyond the right end its last sample is repeated, except above the picture.
        if let [.., last, a, b, c, d] = &mut self.luma_above[..] {
            [*a, *b, *c, *d] = [*last; 4];
        }
    }

    fn macroblock(&mut self, header: &mut Header<'_>, (column, row): (usize, usize)) {
        let modes = self.neighbors.read(header, column);
        self.read(header, &modes, (column, row));
        self.surround(column);
        let (has_above, has_left) = (row > 0, column > 0);
        match &modes.luma {
            Luma::Whole(mode) => {
                self.current.luma.predict(*mode, has_above, has_left);
                self.coefficients.add_luma(&mut self.current.luma);
            }
            Luma::Parts(parts) => self
                .coefficients
                .predict_luma(&mut self.current.luma, parts),
        }
        for (number, area) in self.current.chroma.iter_mut().enumerate() {
            area.predict(modes.chroma, has_above, has_left);
            self.coefficients.add_chroma(number, area);
        }
        self.keep(column);
    }

    /// Reads the coefficients, if there are any.
    fn read(&mut self, header: &mut Header<'_>, modes: &Modes, (column, row): (usize, usize)) {
        let has_second = matches!(modes.luma, Luma::Whole(_));
        let (above, left) = (&mut self.filled_above[column], &mut self.filled_left);
        self.coefficients.clear();
        if !modes.has_coefficients {
            above.clear(has_second);
            left.clear(has_second);
            return;
        }
        let partition = row % header.partitions.len();
        let source = &mut header.partitions[partition];
        let how = (&*header.tokens, &header.quantizers[modes.segment]);
        self.coefficients
            .read(source, how, has_second, (above, left));
    }

    /// Sets the samples around the macroblock.
    fn surround(&mut self, column: usize) {
        let Macroblock { luma, chroma } = &mut self.current;
        if column > 0 {
            luma.advance();
            chroma.iter_mut().for_each(Neighborhood::advance);
        }
        let above = &self.luma_above[16 * column..][..20];
        luma.rows[0][START..][..20].copy_from_slice(above);
        for (area, above) in chroma.iter_mut().zip(&self.chroma_above) {
            area.set_above(&above[8 * column..][..8]);
        }
    }

    /// Keeps the last row for the macroblocks below.
    fn keep(&mut self, column: usize) {
        let Macroblock { luma, chroma } = &self.current;
        self.luma_above[16 * column..][..16].copy_from_slice(luma.row(15));
        for (area, above) in chroma.iter().zip(&mut self.chroma_above) {
            above[8 * column..][..8].copy_from_slice(area.row(7));
        }
    }
}

impl Coefficients {
    /// Adds the residue of luma to its prediction.
    fn add_luma(&self, area: &mut Neighborhood<32, 17>) {
        for number in (0..16).step_by(2) {
            self.add(area, number, (number % 4 * 4, number / 4 * 4));
        }
    }

    /// Predicts each block of luma and adds its residue before the next one is predicted from it.
    fn predict_luma(&self, area: &mut Neighborhood<32, 17>, modes: &[[modes::Part; 4]; 4]) {
        // Blocks at the right end are predicted from the macroblock above on the right, in all rows.
        let beyond = area.rows[0][START + 16..][..4].first_chunk::<4>().copied();
        for (y, modes) in modes.iter().enumerate() {
            if let Some(beyond) = beyond {
                area.rows[4 * y][START + 16..][..4].copy_from_slice(&beyond);
            }
            for (x, &mode) in modes.iter().enumerate() {
                let place = (4 * x, 4 * y);
                parts::predict(area, place, mode);
                self.add_one(area, 4 * y + x, place);
            }
        }
    }

    fn add_chroma(&self, component: usize, area: &mut Neighborhood<16, 9>) {
        let first = 16 + 4 * component;
        self.add(area, first, (0, 0));
        self.add(area, first + 2, (0, 4));
    }

    /// Adds the residue of two blocks side by side.
    #[inline(always)]
    fn add<const W: usize, const H: usize>(
        &self,
        area: &mut Neighborhood<W, H>,
        number: usize,
        place: (usize, usize),
    ) {
        let (left, right) = (&self.blocks[number], &self.blocks[number + 1]);
        match [self.extents[number], self.extents[number + 1]] {
            [Extent::Nothing, Extent::Nothing] => {}
            [Extent::All, _] | [_, Extent::All] => {
                area.add_pair(place, &transform::pair(left, right));
            }
            _ => {
                let [a, b] = [transform::first(left[0]), transform::first(right[0])];
                area.add_pair(place, &[[a, a, a, a, b, b, b, b]; 4]);
            }
        }
    }

    #[inline(always)]
    fn add_one(&self, area: &mut Neighborhood<32, 17>, number: usize, place: (usize, usize)) {
        let block = &self.blocks[number];
        match self.extents[number] {
            Extent::Nothing => {}
            Extent::First => area.add_part(place, &[[transform::first(block[0]); 4]; 4]),
            Extent::All => {
                let rows = transform::pair(block, &[0; 16]);
                area.add_part(place, &rows.map(|row| std::array::from_fn(|at| row[at])));
            }
        }
    }
}

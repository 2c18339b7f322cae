//! A simple encoder of known coefficients: every syntax feature, no care for size or speed.

use crate::arithmetic::{Arithmetic, Conditioning};
use crate::coder::{Bits, Coder};
use crate::huffman::{Codes, ac_sequential, any_symbol, dc, generated};
use crate::random::Random;
use crate::scan::{Ending, Scan};

/// Quantised coefficients of one component, in zigzag order, for every block including the padding of MCUs.
#[derive(Clone)]
pub struct Component {
    /// Identifier in the frame header.
    pub id: u8,
    /// Horizontal sampling factor.
    pub h: usize,
    /// Vertical sampling factor.
    pub v: usize,
    /// Blocks across, padding included.
    pub wide: usize,
    /// Row by row.
    pub blocks: Vec<[i16; 64]>,
}

/// A picture to be written.
#[derive(Clone)]
pub struct Picture {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// In the order of the frame header.
    pub components: Vec<Component>,
    /// Steps in zigzag order, the same for all components.
    pub steps: [u16; 64],
    /// Whether the frame is progressive, not sequential.
    pub progressive: bool,
    /// MCUs in a restart interval; 0 for none.
    pub restart: usize,
    /// In the order of the file.
    pub scans: Vec<Scan>,
    /// Whole segments to be put after SOI.
    pub segments: Vec<u8>,
    /// Whether DHT is left out, as in Motion-JPEG.
    pub without_tables: bool,
    /// Bits of a sample: 8 or 12.
    pub precision: u8,
    /// Whether the coding is arithmetic, and with which conditioning.
    pub arithmetic: Option<Conditioning>,
    /// Whether each component has tables of its own for arithmetic coding; otherwise the first has its own, and all others
    /// share.
    pub own_tables: bool,
    /// Whether the height is left to a DNL segment.
    pub height_by_dnl: bool,
    /// Seed of generated Huffman tables for AC coefficients.
    pub generated: Option<u64>,
    /// How blocks end. Refinement scans always have the symbol for it.
    pub ending: Ending,
}

impl Picture {
    /// A baseline picture of random blocks in one interleaved scan.
    pub fn random(width: usize, height: usize, sampling: &[(usize, usize)], seed: u64) -> Self {
        let mut random = Random(seed * 2 + 1);
        let h_max = sampling.iter().map(|s| s.0).max().unwrap();
        let v_max = sampling.iter().map(|s| s.1).max().unwrap();
        let (mcus_wide, mcus_high) = (width.div_ceil(8 * h_max), height.div_ceil(8 * v_max));
        let component = |(index, &(h, v)): (usize, &(usize, usize))| {
            let blocks = (0..mcus_wide * h * mcus_high * v)
                .map(|_| block(&mut random))
                .collect();
            Component {
                id: index as u8 + 1,
                h,
                v,
                wide: mcus_wide * h,
                blocks,
            }
        };
        let components: Vec<_> = sampling.iter().enumerate().map(component).collect();
        let all = Scan {
            components: (0..components.len()).collect(),
            band: (0, 63),
            high: 0,
            low: 0,
        };
        Self {
            width,
            height,
            components,
            steps: std::array::from_fn(|k| 3 + k as u16 / 4),
            progressive: false,
            restart: 0,
            scans: vec![all],
            segments: Vec::new(),
            without_tables: false,
            precision: 8,
            arithmetic: None,
            own_tables: false,
            height_by_dnl: false,
            generated: None,
            ending: Ending::Symbol,
        }
    }

    /// The same with 12 bits: larger coefficients, and steps of 16 bits.
    pub fn of_12_bits(mut self) -> Self {
        self.precision = 12;
        self.steps[63] = 300;
        let blocks = self.components.iter_mut().flat_map(|c| &mut c.blocks);
        for block in blocks {
            block[0] *= 17;
            block[1] *= 31;
        }
        self
    }

    /// The same with DC coefficients of a scene: waves of several lengths, a bright shape, and noise.
    pub fn scene(mut self, seed: u64) -> Self {
        let mut random = Random(seed * 2 + 1);
        let mut number = |range: f64| range * (random.below(1000) as f64 / 500.0 - 1.0);
        for component in &mut self.components {
            let waves: [[f64; 4]; 5] = std::array::from_fn(|n| {
                let n = n as f64 + 1.0;
                [60.0 / n, number(0.12 * n), number(0.25 * n), number(3.0)]
            });
            let scale = 2.0 / (component.h.min(component.v) as f64);
            for (at, block) in component.blocks.iter_mut().enumerate() {
                let (x, y) = (at % component.wide, at / component.wide);
                let (x, y) = (x as f64 * scale, y as f64 * scale);
                let value: f64 = (waves.iter())
                    .map(|[height, across, down, from]| {
                        height * (x * across + y * down + from).sin()
                    })
                    .sum();
                let shape = f64::from(u8::from((x - 14.0).hypot(y - 30.0) < 9.0));
                block[0] = (value + 50.0 * shape + number(4.0)) as i16;
            }
        }
        self
    }

    /// One scan for each component.
    pub fn non_interleaved(mut self) -> Self {
        let one = |index| Scan {
            components: vec![index],
            band: (0, 63),
            high: 0,
            low: 0,
        };
        self.scans = (0..self.components.len()).map(one).collect();
        self
    }

    /// Spectral selection and successive approximation, much as libjpeg's default script does it.
    pub fn progressive(mut self, interleaved: bool) -> Self {
        let all: Vec<_> = (0..self.components.len()).collect();
        let groups: Vec<Vec<usize>> = if interleaved {
            vec![all.clone()]
        } else {
            all.iter().map(|&i| vec![i]).collect()
        };
        let mut scans = Vec::new();
        let mut add = |components: Vec<usize>, band, high, low| {
            scans.push(Scan {
                components,
                band,
                high,
                low,
            });
        };
        groups
            .iter()
            .for_each(|group| add(group.clone(), (0, 0), 0, 1));
        all.iter().for_each(|&i| add(vec![i], (1, 5), 0, 2));
        all.iter().for_each(|&i| add(vec![i], (6, 63), 0, 2));
        all.iter().for_each(|&i| add(vec![i], (1, 63), 2, 1));
        groups
            .iter()
            .for_each(|group| add(group.clone(), (0, 0), 1, 0));
        all.iter().for_each(|&i| add(vec![i], (1, 63), 1, 0));
        self.scans = scans;
        self.progressive = true;
        self
    }

    /// Blocks of a component without padding.
    pub fn own_blocks(&self, component: &Component) -> (usize, usize) {
        let h_max = self.components.iter().map(|c| c.h).max().unwrap();
        let v_max = self.components.iter().map(|c| c.v).max().unwrap();
        (
            (self.width * component.h).div_ceil(h_max).div_ceil(8),
            (self.height * component.v).div_ceil(v_max).div_ceil(8),
        )
    }

    /// The file.
    pub fn write(&self) -> Vec<u8> {
        let mut out = vec![0xFF, 0xD8];
        out.extend(&self.segments);
        let wide = self.steps.iter().any(|&step| step > 255);
        let steps = |&step: &u16| {
            if wide {
                step.to_be_bytes().to_vec()
            } else {
                vec![step as u8]
            }
        };
        segment(
            &mut out,
            0xDB,
            [
                vec![u8::from(wide) << 4],
                self.steps.iter().flat_map(steps).collect(),
            ]
            .concat(),
        );
        let height = if self.height_by_dnl {
            0
        } else {
            self.height as u16
        };
        let mut frame = vec![self.precision];
        frame.extend(height.to_be_bytes());
        frame.extend((self.width as u16).to_be_bytes());
        frame.push(self.components.len() as u8);
        self.components
            .iter()
            .for_each(|c| frame.extend([c.id, (c.h << 4 | c.v) as u8, 0]));
        let process = match (self.progressive, self.arithmetic, self.precision) {
            (false, None, 8) => 0xC0,
            (false, None, _) => 0xC1,
            (true, None, _) => 0xC2,
            (false, Some(_), _) => 0xC9,
            (true, Some(_), _) => 0xCA,
        };
        segment(&mut out, process, frame);
        if let Some((low, high, kx)) = self.arithmetic {
            let bounds = high << 4 | low;
            let table = |table| [table, bounds, 0x10 | table, kx];
            let body = (0..=self.table(3)).flat_map(table).collect();
            segment(&mut out, 0xCC, body);
        } else if !self.without_tables {
            for table in 0..2 {
                segment(&mut out, 0xC4, [vec![table], self.dc(table).dht].concat());
                segment(
                    &mut out,
                    0xC4,
                    [vec![0x10 | table], self.ac(table).dht].concat(),
                );
            }
        }
        if self.restart > 0 {
            segment(&mut out, 0xDD, (self.restart as u16).to_be_bytes().to_vec());
        }
        for (number, scan) in self.scans.iter().enumerate() {
            self.write_scan(&mut out, scan);
            if number == 0 && self.height_by_dnl {
                segment(&mut out, 0xDC, (self.height as u16).to_be_bytes().to_vec());
            }
        }
        out.extend([0xFF, 0xD9]);
        out
    }

    fn dc(&self, table: u8) -> Codes {
        match self.precision {
            8 => dc(table),
            _ => any_symbol(),
        }
    }

    fn ac(&self, table: u8) -> Codes {
        if let Some(seed) = self.generated {
            generated(seed * 2 + u64::from(table))
        } else if self.progressive || self.precision > 8 {
            any_symbol()
        } else {
            ac_sequential(table)
        }
    }

    /// The tables of a component.
    fn table(&self, component: usize) -> u8 {
        if self.own_tables {
            component as u8
        } else {
            u8::from(component > 0)
        }
    }

    fn write_scan(&self, out: &mut Vec<u8>, scan: &Scan) {
        let mut header = vec![scan.components.len() as u8];
        scan.components
            .iter()
            .for_each(|&i| header.extend([self.components[i].id, 0x11 * self.table(i)]));
        header.extend([
            scan.band.0 as u8,
            scan.band.1 as u8,
            scan.high << 4 | scan.low,
        ]);
        segment(out, 0xDA, header);
        let mut coder = Coder {
            bits: Bits::default(),
            predictions: [0; 4],
            end_run: 0,
            corrections: Vec::new(),
            scan,
            ending: self.ending,
        };
        if let Some(conditioning) = self.arithmetic {
            return self.write_arithmetic(
                out,
                Arithmetic::new(scan, conditioning, [0, 1, 2, 3].map(|i| self.table(i))),
                scan,
            );
        }
        let tables = [0, 1].map(|table| (self.dc(table), self.ac(table)));
        for (number, mcu) in self.mcus(scan).iter().enumerate() {
            if self.restart > 0 && number > 0 && number % self.restart == 0 {
                coder.flush_end_run(&tables[usize::from(scan.components[0] > 0)].1);
                coder.bits.pad();
                coder
                    .bits
                    .bytes
                    .extend([0xFF, 0xD0 + ((number / self.restart - 1) % 8) as u8]);
                coder.predictions = [0; 4];
            }
            for &(component, block) in mcu {
                let (dc, ac) = &tables[usize::from(component > 0)];
                coder.block(
                    component,
                    &self.components[component].blocks[block],
                    dc,
                    ac,
                    self.progressive,
                );
            }
        }
        coder.flush_end_run(&tables[usize::from(scan.components[0] > 0)].1);
        coder.bits.pad();
        out.extend(coder.bits.bytes);
    }

    fn write_arithmetic(&self, out: &mut Vec<u8>, mut coder: Arithmetic<'_>, scan: &Scan) {
        for (number, mcu) in self.mcus(scan).iter().enumerate() {
            if self.restart > 0 && number > 0 && number % self.restart == 0 {
                out.extend(coder.finish());
                out.extend([0xFF, 0xD0 + ((number / self.restart - 1) % 8) as u8]);
            }
            for &(component, block) in mcu {
                let block = &self.components[component].blocks[block];
                coder.block(component, block, self.progressive);
            }
        }
        out.extend(coder.finish());
    }

    /// The blocks of every MCU of a scan: component and index of the block.
    fn mcus(&self, scan: &Scan) -> Vec<Vec<(usize, usize)>> {
        if let [index] = scan.components[..] {
            let component = &self.components[index];
            let (wide, high) = self.own_blocks(component);
            return (0..wide * high)
                .map(|at| vec![(index, at / wide * component.wide + at % wide)])
                .collect();
        }
        let first = &self.components[0];
        let (wide, count) = (
            first.wide / first.h,
            first.blocks.len() / (first.h * first.v),
        );
        let mut mcus = vec![Vec::new(); count];
        for (at, mcu) in mcus.iter_mut().enumerate() {
            for &index in &scan.components {
                let c = &self.components[index];
                for (y, x) in (0..c.v).flat_map(|y| (0..c.h).map(move |x| (y, x))) {
                    mcu.push((index, (at / wide * c.v + y) * c.wide + at % wide * c.h + x));
                }
            }
        }
        mcus
    }
}

/// Coefficients that fade with the frequency; some blocks are flat, some reach the last index.
fn block(random: &mut Random) -> [i16; 64] {
    let mut block = [0; 64];
    block[0] = random.below(240) as i16 - 120;
    let most = [0, 3, 12, 30, 64, 64][random.below(6) as usize];
    for (k, value) in block.iter_mut().enumerate().take(most).skip(1) {
        let range = 40 / (k as u64 + 1) + 2;
        if random.below(3) > 0 {
            *value = random.below(2 * range + 1) as i16 - range as i16;
        }
    }
    block
}

fn segment(out: &mut Vec<u8>, code: u8, body: Vec<u8>) {
    out.extend([0xFF, code]);
    out.extend((body.len() as u16 + 2).to_be_bytes());
    out.extend(body);
}

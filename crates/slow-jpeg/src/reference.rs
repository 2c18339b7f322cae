//! A slow decoder, written to be read beside T.81: bit by bit, every coefficient, floating point.

use crate::transform::ZIGZAG;
use std::collections::HashMap;

/// All coefficients of a component, dequantised, `[row][column]`.
pub struct Component {
    /// Horizontal sampling factor.
    pub h: usize,
    /// Vertical sampling factor.
    pub v: usize,
    /// Blocks across, padding included.
    pub wide: usize,
    /// Blocks down, padding included.
    pub high: usize,
    id: u8,
    tq: usize,
    /// Quantised, in zigzag order.
    blocks: Vec<[i32; 64]>,
    steps: Option<[i32; 64]>,
}

impl Component {
    /// The dequantised coefficients of a block.
    pub fn block(&self, x: usize, y: usize) -> [[f64; 8]; 8] {
        let steps = self.steps.expect("a quantisation table");
        let mut block = [[0.0; 8]; 8];
        for (k, &(row, column)) in ZIGZAG.iter().enumerate() {
            block[row][column] = f64::from(self.blocks[y * self.wide + x][k] * steps[k]);
        }
        block
    }
}

/// A decoded picture.
pub struct Picture {
    /// In the order of the frame header.
    pub components: Vec<Component>,
    width: usize,
    height: usize,
    progressive: bool,
}

/// The symbol of each code, by its length and its bits.
#[derive(Default)]
struct Codes(Vec<Vec<Option<u8>>>);

impl Codes {
    fn insert(&mut self, length: u32, code: u32, symbol: u8) {
        let all = |length: usize| vec![None; 1 << length];
        self.0.extend((self.0.len()..=length as usize).map(all));
        if let Some(place) = self.0[length as usize].get_mut(code as usize) {
            *place = Some(symbol);
        }
    }

    fn get(&self, length: u32, code: u32) -> Option<u8> {
        *self.0.get(length as usize)?.get(code as usize)?
    }
}

#[derive(Default)]
struct State {
    steps: [Option<[i32; 64]>; 4],
    codes: HashMap<u8, Codes>,
    restart: usize,
    picture: Option<Picture>,
}

/// Decodes a sound sequential or progressive file, or `None` where it is not one.
pub fn decode(data: &[u8]) -> Option<Picture> {
    let mut state = State::default();
    for table in 0..2 {
        let (dc, ac) = (
            crate::huffman::dc(table),
            crate::huffman::ac_sequential(table),
        );
        for (key, codes) in [(table, dc), (0x10 | table, ac)] {
            let table: &mut Codes = state.codes.entry(key).or_default();
            for (symbol, (code, length)) in codes.codes {
                table.insert(length, code, symbol);
            }
        }
    }
    let mut at = 2;
    loop {
        while at + 1 < data.len() && (data[at] != 0xFF || matches!(data[at + 1], 0x00 | 0xFF)) {
            at += 1;
        }
        let code = *data.get(at + 1)?;
        if code == 0xD9 {
            break;
        }
        if code == 0x01 || (0xD0..=0xD8).contains(&code) {
            at += 2;
            continue;
        }
        let length = usize::from(data[at + 2]) << 8 | usize::from(*data.get(at + 3)?);
        let body = data.get(at + 4..at + 2 + length)?;
        at += 2 + length;
        match code {
            0xC0..=0xC2 if state.picture.is_none() => {
                state.picture = Some(frame(body, code == 0xC2, data, at)?);
            }
            0xC4 => huffman(&mut state.codes, body),
            0xDB => quantisation(&mut state.steps, body),
            0xDD => state.restart = usize::from(body[0]) << 8 | usize::from(body[1]),
            0xDA => {
                let done = scan(&mut state, body, &data[at..]);
                if done.is_none() || at >= data.len() {
                    break;
                }
            }
            _ => {}
        }
    }
    state.picture
}

fn frame(body: &[u8], progressive: bool, data: &[u8], after: usize) -> Option<Picture> {
    let number = |at: usize| usize::from(body[at]) << 8 | usize::from(body[at + 1]);
    let (mut height, width) = (number(1), number(3));
    if height == 0 {
        let at = after
            + data[after..]
                .windows(4)
                .position(|w| w == [0xFF, 0xDC, 0, 4])?;
        height = usize::from(data[at + 4]) << 8 | usize::from(data[at + 5]);
    }
    let listed: Vec<_> = body[6..]
        .chunks_exact(3)
        .take(usize::from(body[5]))
        .collect();
    let h_max = listed.iter().map(|c| usize::from(c[1] >> 4)).max()?;
    let v_max = listed.iter().map(|c| usize::from(c[1] & 15)).max()?;
    let (across, down) = (width.div_ceil(8 * h_max), height.div_ceil(8 * v_max));
    let component = |c: &&[u8]| {
        let (h, v) = (usize::from(c[1] >> 4), usize::from(c[1] & 15));
        let (wide, high) = (across * h, down * v);
        let blocks = vec![[0; 64]; wide * high];
        Component {
            h,
            v,
            wide,
            high,
            id: c[0],
            tq: usize::from(c[2]),
            blocks,
            steps: None,
        }
    };
    Some(Picture {
        components: listed.iter().map(component).collect(),
        width,
        height,
        progressive,
    })
}

fn huffman(tables: &mut HashMap<u8, Codes>, mut body: &[u8]) {
    while body.len() > 17 {
        let (mut code, mut at, mut codes) = (0, 17, Codes::default());
        for length in 1..=16 {
            for _ in 0..body[length] {
                codes.insert(length as u32, code, body[at]);
                (code, at) = (code + 1, at + 1);
            }
            code <<= 1;
        }
        tables.insert(body[0], codes);
        body = &body[at..];
    }
}

fn quantisation(tables: &mut [Option<[i32; 64]>; 4], mut body: &[u8]) {
    while let Some(&kind) = body.first() {
        let size = if kind >> 4 == 0 { 1 } else { 2 };
        let step = |k: usize| {
            body[1 + k * size..][..size]
                .iter()
                .fold(0, |n, &b| n << 8 | i32::from(b))
        };
        tables[usize::from(kind & 3)] = Some(std::array::from_fn(step));
        body = &body[1 + 64 * size..];
    }
}

/// Entropy-coded data, bit by bit.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    mask: u8,
}

impl Bits<'_> {
    fn bit(&mut self) -> Option<u32> {
        let byte = *self.data.get(self.at)?;
        if self.mask == 0x80 && byte == 0xFF && *self.data.get(self.at + 1)? != 0 {
            return None;
        }
        let bit = u32::from(byte & self.mask != 0);
        self.mask >>= 1;
        if self.mask == 0 {
            self.at += if byte == 0xFF { 2 } else { 1 };
            self.mask = 0x80;
        }
        Some(bit)
    }

    fn bits(&mut self, n: u32) -> Option<i32> {
        (0..n).try_fold(0, |value, _| Some(value << 1 | self.bit()? as i32))
    }

    /// F.2.2.1, RECEIVE and EXTEND.
    fn value(&mut self, size: u32) -> Option<i32> {
        let bits = self.bits(size)?;
        Some(if size > 0 && bits < 1 << (size - 1) {
            bits - (1 << size) + 1
        } else {
            bits
        })
    }

    fn symbol(&mut self, codes: &Codes) -> Option<(u32, u32)> {
        let mut code = 0;
        for length in 1..=16 {
            code = code << 1 | self.bit()?;
            if let Some(symbol) = codes.get(length, code) {
                return Some((u32::from(symbol >> 4), u32::from(symbol & 15)));
            }
        }
        None
    }

    /// Goes behind the next restart marker.
    fn restart(&mut self) -> Option<()> {
        while !(self.data[self.at] == 0xFF && (0xD0..=0xD7).contains(self.data.get(self.at + 1)?)) {
            self.at += 1;
        }
        (self.at, self.mask) = (self.at + 2, 0x80);
        Some(())
    }
}

struct Header {
    start: usize,
    end: usize,
    high: u32,
    low: u32,
}

fn scan(state: &mut State, body: &[u8], data: &[u8]) -> Option<()> {
    let picture = state.picture.as_mut()?;
    let count = usize::from(body[0]);
    let rest = &body[1 + 2 * count..];
    let mut header = Header {
        start: rest[0].into(),
        end: rest[1].into(),
        high: (rest[2] >> 4).into(),
        low: (rest[2] & 15).into(),
    };
    if !picture.progressive {
        header = Header {
            start: 0,
            end: 63,
            high: 0,
            low: 0,
        };
    }
    let mut selected: Vec<(usize, u8, u8)> = Vec::new();
    for pair in body[1..1 + 2 * count].chunks_exact(2) {
        let free = |i: usize| selected.iter().all(|s| s.0 != i);
        let index = picture
            .components
            .iter()
            .enumerate()
            .position(|(i, c)| c.id == pair[0] && free(i))?;
        selected.push((index, pair[1] >> 4, pair[1] & 15));
        let component = &mut picture.components[index];
        component.steps = component.steps.or(state.steps[component.tq]);
    }
    let mcus = mcus(picture, &selected);
    let mut bits = Bits {
        data,
        at: 0,
        mask: 0x80,
    };
    let (mut predictions, mut end_run) = ([0; 4], 0);
    let none = Codes::default();
    for (number, mcu) in mcus.iter().enumerate() {
        if state.restart > 0 && number > 0 && number % state.restart == 0 {
            bits.restart()?;
            (predictions, end_run) = ([0; 4], 0);
        }
        for &(component, block, dc, ac) in mcu {
            let block = &mut picture.components[component].blocks[block];
            let dc = state.codes.get(&dc).unwrap_or(&none);
            let ac = state.codes.get(&(0x10 | ac)).unwrap_or(&none);
            if header.start == 0 {
                if header.high == 0 {
                    let (_, size) = bits.symbol(dc)?;
                    predictions[component] += bits.value(size)?;
                    block[0] = predictions[component] << header.low;
                } else {
                    block[0] |= bits.bits(1)? << header.low;
                }
            }
            if header.end > 0 && header.high == 0 {
                first(
                    &mut bits,
                    block,
                    ac,
                    &header,
                    picture.progressive,
                    &mut end_run,
                )?;
            } else if header.end > 0 {
                refine(&mut bits, block, ac, &header, &mut end_run)?;
            }
        }
    }
    Some(())
}

/// Component, block, and tables for each block of each MCU.
fn mcus(picture: &Picture, selected: &[(usize, u8, u8)]) -> Vec<Vec<(usize, usize, u8, u8)>> {
    let h_max = picture.components.iter().map(|c| c.h).max().unwrap();
    let v_max = picture.components.iter().map(|c| c.v).max().unwrap();
    if let [(index, dc, ac)] = *selected {
        let c = &picture.components[index];
        let wide = (picture.width * c.h).div_ceil(h_max).div_ceil(8);
        let high = (picture.height * c.v).div_ceil(v_max).div_ceil(8);
        return (0..wide * high)
            .map(|at| vec![(index, at / wide * c.wide + at % wide, dc, ac)])
            .collect();
    }
    let (across, down) = (
        picture.width.div_ceil(8 * h_max),
        picture.height.div_ceil(8 * v_max),
    );
    let mut mcus = vec![Vec::new(); across * down];
    for (at, mcu) in mcus.iter_mut().enumerate() {
        for &(index, dc, ac) in selected {
            let c = &picture.components[index];
            for (y, x) in (0..c.v).flat_map(|y| (0..c.h).map(move |x| (y, x))) {
                mcu.push((
                    index,
                    (at / across * c.v + y) * c.wide + at % across * c.h + x,
                    dc,
                    ac,
                ));
            }
        }
    }
    mcus
}

/// F.2.2.2 and G.1.2.2.
fn first(
    bits: &mut Bits<'_>,
    block: &mut [i32; 64],
    ac: &Codes,
    scan: &Header,
    runs: bool,
    end_run: &mut i32,
) -> Option<()> {
    if *end_run > 0 {
        *end_run -= 1;
        return Some(());
    }
    let mut k = scan.start.max(1);
    while k <= scan.end {
        let (run, size) = bits.symbol(ac)?;
        if size == 0 && run < 15 {
            *end_run = if runs {
                (1 << run) + bits.bits(run)? - 1
            } else {
                0
            };
            break;
        }
        k += run as usize;
        if size > 0 {
            *block.get_mut(k)? = bits.value(size)? << scan.low;
        }
        k += 1;
    }
    Some(())
}

/// G.1.2.3.
fn refine(
    bits: &mut Bits<'_>,
    block: &mut [i32; 64],
    ac: &Codes,
    scan: &Header,
    end_run: &mut i32,
) -> Option<()> {
    let bit = 1 << scan.low;
    let correct = |bits: &mut Bits<'_>, value: &mut i32| {
        if bits.bit()? == 1 {
            *value += if *value < 0 { -bit } else { bit };
        }
        Some(())
    };
    let mut k = scan.start;
    while k <= scan.end && *end_run == 0 {
        let (mut run, size) = bits.symbol(ac)?;
        let mut new = 0;
        if size == 0 && run < 15 {
            *end_run = (1 << run) + bits.bits(run)?;
            break;
        } else if size > 0 {
            new = if bits.bit()? == 1 { bit } else { -bit };
        }
        while k <= scan.end {
            if block[k] != 0 {
                correct(bits, &mut block[k])?;
            } else if run == 0 {
                break;
            } else {
                run -= 1;
            }
            k += 1;
        }
        if k <= scan.end && new != 0 {
            block[k] = new;
        }
        k += 1;
    }
    if *end_run > 0 {
        for value in block
            .iter_mut()
            .take(scan.end + 1)
            .skip(k)
            .filter(|value| **value != 0)
        {
            correct(bits, value)?;
        }
        *end_run -= 1;
    }
    Some(())
}

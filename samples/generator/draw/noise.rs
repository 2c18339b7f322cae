//! Repeatable noise from an integer hash.

/// A value from 0 to 1 for a lattice point.
pub(crate) fn grain(x: i32, y: i32, seed: u32) -> f32 {
    let mut hash =
        seed ^ (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
    hash ^= hash >> 15;
    (hash >> 8) as f32 / 16_777_216.0
}

/// Value noise, smooth between lattice points, from 0 to 1.
pub(crate) fn smooth(x: f32, y: f32, seed: u32) -> f32 {
    let (column, row) = (x.floor(), y.floor());
    let (u, v) = (ease(x - column), ease(y - row));
    let (i, j) = (column as i32, row as i32);
    let top = blend(grain(i, j, seed), grain(i + 1, j, seed), u);
    let bottom = blend(grain(i, j + 1, seed), grain(i + 1, j + 1, seed), u);
    blend(top, bottom, v)
}

/// Several octaves of value noise, from 0 to 1.
pub(crate) fn rough(x: f32, y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut size, mut frequency) = (0.0, 0.5, 1.0);
    for octave in 0..octaves {
        sum += size * smooth(x * frequency, y * frequency, seed + octave);
        size /= 2.0;
        frequency *= 2.0;
    }
    sum / (1.0 - size * 2.0)
}

/// A stream of repeatable bytes.
pub(crate) fn bytes(count: usize, seed: u32) -> Vec<u8> {
    (0..count)
        .map(|i| (grain(i as i32, 0, seed) * 256.0) as u8)
        .collect()
}

fn ease(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

fn blend(from: f32, to: f32, share: f32) -> f32 {
    from + (to - from) * share
}

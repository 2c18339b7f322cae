//! Optimal Huffman codes within the limits of T.81: at most 16 bits, no code of all ones.

/// Longest code a DHT segment can describe.
pub(crate) const MAX_BITS: usize = 16;

/// A code for up to 256 symbols, built from how often each one occurs.
#[derive(Debug, Clone)]
pub(crate) struct HuffmanCode {
    /// Number of codes of each length 1..=16 (BITS in T.81).
    pub(crate) bits: [u8; MAX_BITS],
    /// Symbols in order of growing code length (HUFFVAL in T.81).
    pub(crate) values: Vec<u8>,
    /// Code length of each symbol, 0 where it has no code.
    pub(crate) lengths: [u8; 256],
    /// Code word of each symbol, right-aligned.
    pub(crate) words: [u16; 256],
}

impl HuffmanCode {
    /// The optimal code for these counts.
    pub(crate) fn optimal(counts: &[u32; 256]) -> Self {
        let mut symbols: Vec<(u32, u8)> = (0..=255u8)
            .zip(counts)
            .filter(|&(_, &count)| count > 0)
            .map(|(symbol, &count)| (count, symbol))
            .collect();
        symbols.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let weights: Vec<u32> = symbols.iter().map(|&(count, _)| count).collect();
        let bits = limited(depths(&weights));
        Self::assign(
            bits,
            symbols.into_iter().map(|(_, symbol)| symbol).collect(),
        )
    }

    /// Numbers the codes as T.81, C.2 does.
    fn assign(bits: [u8; MAX_BITS], values: Vec<u8>) -> Self {
        let (mut lengths, mut words) = ([0; 256], [0; 256]);
        let mut symbols = values.iter();
        let mut word = 0u16;
        for (length, &count) in (1..).zip(&bits) {
            for &symbol in symbols.by_ref().take(usize::from(count)) {
                lengths[usize::from(symbol)] = length;
                words[usize::from(symbol)] = word;
                word = word.wrapping_add(1);
            }
            word <<= 1;
        }
        Self {
            bits,
            values,
            lengths,
            words,
        }
    }

    /// Bytes this code takes in a DHT segment: class and slot, 16 counts, the symbols.
    pub(crate) fn header_bytes(&self) -> usize {
        1 + MAX_BITS + self.values.len()
    }

    /// Bits that all the code words together take for these counts.
    pub(crate) fn payload_bits(&self, counts: &[u32; 256]) -> u64 {
        counts
            .iter()
            .zip(&self.lengths)
            .map(|(&n, &len)| u64::from(n) * u64::from(len))
            .sum()
    }
}

/// How many codes of each length an unlimited Huffman tree has, for weights that fall.
///
/// An additional leaf without weight gets the longest code, the one of all ones, and is not
/// counted.
fn depths(weights: &[u32]) -> Vec<u32> {
    let leaves = weights.len() + 1;
    let mut nodes: Vec<u64> = std::iter::once(0)
        .chain(weights.iter().rev().map(|&w| u64::from(w)))
        .collect();
    let mut parents = vec![0usize; 2 * leaves - 1];
    let (mut leaf, mut inner) = (0, leaves);
    for next in leaves..2 * leaves - 1 {
        let mut weight = 0;
        for _ in 0..2 {
            let pick_leaf = leaf < leaves && (inner >= next || nodes[leaf] <= nodes[inner]);
            let cursor = if pick_leaf { &mut leaf } else { &mut inner };
            weight += nodes[*cursor];
            parents[*cursor] = next;
            *cursor += 1;
        }
        nodes.push(weight);
    }
    let mut depth = vec![0usize; 2 * leaves - 1];
    for node in (0..2 * leaves - 2).rev() {
        depth[node] = depth[parents[node]] + 1;
    }
    let mut counts = vec![0u32; depth.iter().max().map_or(1, |d| d + 1).max(MAX_BITS + 1)];
    depth[..leaves].iter().for_each(|&d| counts[d] += 1);
    counts
}

/// Shortens codes above 16 bits as T.81, K.2 (`Adjust_BITS`) does, then drops the reserved code.
fn limited(mut counts: Vec<u32>) -> [u8; MAX_BITS] {
    for length in (MAX_BITS + 1..counts.len()).rev() {
        while counts[length] > 0 {
            let mut donor = length - 2;
            while counts[donor] == 0 {
                donor -= 1;
            }
            counts[length] -= 2;
            counts[length - 1] += 1;
            counts[donor + 1] += 2;
            counts[donor] -= 1;
        }
    }
    if let Some(longest) = counts.iter_mut().rev().find(|count| **count > 0) {
        *longest -= 1;
    }
    std::array::from_fn(|index| counts[index + 1] as u8)
}

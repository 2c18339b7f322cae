//! Finds pictures that look nearly the same as an earlier one of the run.
//!
//! Comparing each picture with each other one would take minutes for 100,000. Two hashes that differ
//! in at most 8 bits differ in at most one bit in one of five parts, so only pictures whose part is
//! equal but for one bit are compared.

use std::collections::HashMap;

use avatar_prepare::PerceptualHash;

/// Parts of a hash, and bits of each. `PARTS * 2 > MAX_DISTANCE`, so that one part of two near
/// hashes differs in one bit at most.
const PARTS: usize = 5;
const PART_BITS: usize = 13;

/// So many earlier pictures are compared with one at most. Only thousands of pictures that are
/// nearly the same reach it, and each of them finds one of the others first.
const MOST_COMPARED: usize = 1_000;

/// All pictures so far.
#[derive(Debug, Default)]
pub(crate) struct NearDuplicates {
    /// Each hash once, in the order of the pictures.
    all: Vec<Looks>,
    places: HashMap<PerceptualHash, usize>,
    /// For each part and each value of it, the hashes that have it: their bits and their places. A
    /// table is many times faster here than a map.
    parts: Vec<Vec<(u64, usize)>>,
}

/// The pictures with one hash.
#[derive(Debug)]
struct Looks {
    hash: PerceptualHash,
    first: String,
    /// The first one from another source.
    other: Option<String>,
}

/// An earlier picture that looks nearly the same.
#[derive(Debug, PartialEq, Eq)]
pub struct Near {
    pub source: String,
    /// How many bits of the hashes differ.
    pub distance: u32,
}

impl NearDuplicates {
    /// Adds a picture, and returns the earlier picture that is most like it; of several, the first.
    /// Results of the same source are no duplicates of each other.
    pub(crate) fn add(&mut self, source: &str, hash: PerceptualHash) -> Option<Near> {
        let found = self.nearest(source, &hash);
        match self.places.get(&hash).and_then(|at| self.all.get_mut(*at)) {
            Some(same) if same.other.is_none() && same.first != source => {
                same.other = Some(source.into());
            }
            Some(_) => {}
            None => self.insert(source, hash),
        }
        found
    }

    fn nearest(&self, source: &str, hash: &PerceptualHash) -> Option<Near> {
        let same = self.places.get(hash).and_then(|at| self.all.get(*at));
        if let Some(earlier) = same.and_then(|same| same.another_than(source)) {
            return Some(Near {
                source: earlier.into(),
                distance: 0,
            });
        }
        let places = places(hash).flat_map(|place| {
            let similar = (0..PART_BITS).map(move |bit| place ^ (1 << bit));
            std::iter::once(place).chain(similar)
        });
        let candidates = places.filter_map(|place| self.parts.get(place)).flatten();
        let bits = hash.bits();
        let similar = candidates
            .filter(|(other, _)| (bits ^ other).count_ones() <= PerceptualHash::MAX_DISTANCE);
        let near = similar.take(MOST_COMPARED).filter_map(|(_, at)| {
            let looks = self.all.get(*at).filter(|it| it.hash.is_near(hash))?;
            let earlier = looks.another_than(source)?;
            Some((looks.hash.distance(hash), *at, earlier))
        });
        let (distance, _, earlier) = near.min()?;
        Some(Near {
            source: earlier.into(),
            distance,
        })
    }

    fn insert(&mut self, source: &str, hash: PerceptualHash) {
        let at = self.all.len();
        self.places.insert(hash, at);
        self.parts.resize_with(PARTS << PART_BITS, Vec::new);
        for place in places(&hash) {
            if let Some(part) = self.parts.get_mut(place) {
                part.push((hash.bits(), at));
            }
        }
        self.all.push(Looks {
            hash,
            first: source.into(),
            other: None,
        });
    }
}

impl Looks {
    fn another_than(&self, source: &str) -> Option<&str> {
        let is_another = self.first != source;
        is_another
            .then_some(self.first.as_str())
            .or(self.other.as_deref())
    }
}

/// The place in the table of each part of a hash.
fn places(hash: &PerceptualHash) -> impl Iterator<Item = usize> {
    let bits = hash.bits();
    (0..PARTS).map(move |part| {
        let part_bits = bits >> (part * PART_BITS) & ((1 << PART_BITS) - 1);
        part << PART_BITS | part_bits as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(bits: u64) -> PerceptualHash {
        let text = format!("{bits:016x}{}", "80".repeat(12));
        text.parse().expect("40 digits")
    }

    #[test]
    fn the_nearest_earlier_picture_of_another_source_is_named() {
        let mut all = NearDuplicates::default();
        let mut add = |source: &str, bits| all.add(source, hash(bits));
        let near = |source: &str, distance| {
            let source = source.into();
            Some(Near { source, distance })
        };
        assert_eq!(add("a", 0), None);
        assert_eq!(add("a", 0), None, "another result of the same source");
        assert_eq!(add("b", 0), near("a", 0));
        assert_eq!(add("a", 0), near("b", 0));
        // Eight bits, spread over the parts or in few of them, and nine.
        assert_eq!(add("c", 0x0003_0018_00c0_0003), near("a", 8));
        assert_eq!(add("d", 0x7f00_0000_0000_0000), near("a", 7));
        assert_eq!(add("e", 0x7fff_0000_0000_0000), near("d", 8));
        assert_eq!(add("f", 0x0000_0000_0000_01ff), None);
        assert_eq!(add("g", 1), near("a", 1));
        assert_eq!(add("h", 3), near("g", 1));
    }

    #[test]
    fn every_distance_up_to_the_largest_is_found() {
        let mut state = 1_u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            state >> 33
        };
        for distance in 0..=12 {
            for _ in 0..50 {
                let mut bits = 0_u64;
                while bits.count_ones() < distance {
                    bits |= 1 << (random() % 63);
                }
                let mut all = NearDuplicates::default();
                all.add("a", hash(0));
                let found = all.add("b", hash(bits)).map(|near| near.distance);
                let expected = (distance <= PerceptualHash::MAX_DISTANCE).then_some(distance);
                assert_eq!(found, expected, "{bits:b}");
            }
        }
    }
}

//! Puts what workers finish back into the order of the plan, so that what depends on earlier
//! pictures does not depend on the number of workers.

use std::collections::BTreeMap;

/// Holds what arrives before its turn.
pub(super) struct PlanOrder<T> {
    next: usize,
    waiting: BTreeMap<usize, T>,
}

impl<T> PlanOrder<T> {
    pub(super) fn new() -> Self {
        Self {
            next: 0,
            waiting: BTreeMap::new(),
        }
    }

    /// Adds the one with this place in the plan. Returns all whose turn it is now.
    pub(super) fn add(&mut self, place: usize, one: T) -> Vec<T> {
        if place < self.next {
            return vec![one];
        }
        self.waiting.insert(place, one);
        let mut ready = Vec::new();
        while let Some(one) = self.waiting.remove(&self.next) {
            ready.push(one);
            self.next += 1;
        }
        ready
    }

    /// Takes the first of those that wait. What comes before it is returned when it arrives.
    pub(super) fn overtake(&mut self) -> Option<T> {
        let (place, one) = self.waiting.pop_first()?;
        self.next = place + 1;
        Some(one)
    }

    /// The rest, of a run that ended before all were finished.
    pub(super) fn rest(self) -> impl Iterator<Item = T> {
        self.waiting.into_values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_waits_for_those_before_it() {
        let none: [char; 0] = [];
        let mut order = PlanOrder::new();
        assert_eq!(order.add(1, 'b'), none);
        assert_eq!(order.add(0, 'a'), ['a', 'b']);
        assert_eq!(order.add(2, 'c'), ['c']);
        assert_eq!(order.add(5, 'f'), none);
        assert_eq!(order.add(4, 'e'), none);
        assert_eq!(order.overtake(), Some('e'));
        assert_eq!(order.add(3, 'd'), ['d']);
        assert_eq!(order.add(8, 'i'), ['f']);
        assert_eq!(order.rest().collect::<String>(), "i");
    }
}

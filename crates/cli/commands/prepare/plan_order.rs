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
        self.waiting.insert(place, one);
        let mut ready = Vec::new();
        while let Some(one) = self.waiting.remove(&self.next) {
            ready.push(one);
            self.next += 1;
        }
        ready
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
        assert_eq!(order.rest().collect::<String>(), "ef");
    }
}

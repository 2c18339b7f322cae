//! Positions among siblings: `:nth-child(2n + 1)` and similar pseudo classes.

/// The positions `step * n + offset`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Nth {
    step: i64,
    offset: i64,
}

impl Nth {
    const FIRST: Self = Self { step: 0, offset: 1 };

    /// Parses a pseudo class; also returns whether only elements of one type count, and whether it
    /// counts from the end.
    pub(super) fn of_pseudo(word: &str, argument: Option<&str>) -> Option<(Self, bool, bool)> {
        let nth = || Self::parse(argument?);
        Some(match word {
            "first-child" | "only-child" => (Self::FIRST, false, false),
            "last-child" => (Self::FIRST, false, true),
            "first-of-type" | "only-of-type" => (Self::FIRST, true, false),
            "last-of-type" => (Self::FIRST, true, true),
            "nth-child" => (nth()?, false, false),
            "nth-last-child" => (nth()?, false, true),
            "nth-of-type" => (nth()?, true, false),
            "nth-last-of-type" => (nth()?, true, true),
            _ => return None,
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let text = text.to_ascii_lowercase();
        match text.as_str() {
            "odd" => return Some(Self { step: 2, offset: 1 }),
            "even" => return Some(Self { step: 2, offset: 0 }),
            _ => {}
        }
        let number = |text: &str| text.parse::<i32>().ok().map(i64::from);
        let Some((step, offset)) = text.split_once('n') else {
            return Some(Self {
                step: 0,
                offset: number(&text)?,
            });
        };
        let step = match step {
            "" | "+" => 1,
            "-" => -1,
            step => number(step)?,
        };
        let offset = if offset.is_empty() {
            0
        } else {
            number(offset)?
        };
        Some(Self { step, offset })
    }

    pub(super) fn contains(self, place: usize) -> bool {
        let past = place as i64 - self.offset;
        match self.step {
            0 => past == 0,
            step => past % step == 0 && past / step >= 0,
        }
    }
}

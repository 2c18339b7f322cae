//! What becomes of the data of a strip or tile.

/// What became of the data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unpacked {
    /// Bytes written; fewer than there is room for if the data ends early.
    pub(super) written: usize,
    /// Whether the data does not end where the room does.
    pub(super) is_odd: bool,
    /// Whether its checksum is wrong.
    pub(super) is_wrong: bool,
}

impl Unpacked {
    pub(super) fn new(written: usize, is_odd: bool) -> Self {
        Self {
            written,
            is_odd,
            is_wrong: false,
        }
    }
}

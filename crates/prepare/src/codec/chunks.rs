//! Walks the chunks of PNG and RIFF containers, as far as they are whole.

/// A PNG chunk.
pub(crate) struct Chunk<'a> {
    pub(crate) name: &'a [u8; 4],
    pub(crate) content: &'a [u8],
    /// `None` if the file ends before it.
    sum: Option<u32>,
}

impl Chunk<'_> {
    /// Whether its checksum is right.
    pub(crate) fn is_sound(&self) -> bool {
        let mut found = flate2::Crc::new();
        found.update(self.name);
        found.update(self.content);
        self.sum == Some(found.sum())
    }
}

/// Name and content of each PNG chunk; ends at damage.
pub(crate) fn png(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    png_with_sums(bytes).map(|chunk| (chunk.name, chunk.content))
}

/// Each PNG chunk; ends at damage.
pub(crate) fn png_with_sums(bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut rest = bytes.get(8..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (name, after) = after.split_first_chunk::<4>()?;
        let (content, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        let sum = after.first_chunk().map(|sum| u32::from_be_bytes(*sum));
        rest = after.get(4..).unwrap_or_default();
        Some(Chunk { name, content, sum })
    })
}

/// Name and content of each RIFF chunk below the form; ends at damage.
pub(crate) fn riff(bytes: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut rest = bytes.get(12..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (name, after) = rest.split_first_chunk::<4>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let (content, after) = after.split_at_checked(length)?;
        rest = after.get(length % 2..).unwrap_or_default();
        Some((name, content))
    })
}

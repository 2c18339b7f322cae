//! Decodes the first frame while its file is read once.

use super::by_rows::Rows;
use super::lenient::Lenient;
use super::{FORMAT, decoder};
use crate::Limits;
use crate::codec::contract::ends_inside;
use crate::codec::library::reader::Reader;
use crate::pixels::decoded::Decoded;
use crate::pixels::in_order::{InOrder, not_in_order};

/// A picture of this size with this outline: by rows where the whole file would be decoded by rows, so that the pixels
/// are the same.
pub(super) fn of(outline: &[u8], size: (u32, u32), limits: Limits) -> InOrder<'_> {
    InOrder::new(0, move |file, plan, _| {
        let is_by_rows = Rows::of(Lenient::new(outline), size).is_some();
        let file = Lenient::in_order(outline, file)?;
        if is_by_rows {
            let rows = Rows::of(file, size).ok_or_else(not_in_order)?;
            let reduced = rows.read(plan)?.ok_or_else(|| ends_inside(FORMAT))?;
            return Ok(Decoded::Reduced(reduced));
        }
        let (_, reader) = Reader::start(FORMAT, decoder(file, &limits), outline, &limits)?;
        reader.read()
    })
}

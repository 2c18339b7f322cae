//! Reads a document's bytes from the front.

pub(super) fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

/// Big-endian.
pub(super) fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |value, &byte| value << 8 | u64::from(byte))
}

/// Image resources: signature, identifier, padded name, length, padded data.
pub(super) fn resource(mut resources: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let head = take(&mut resources, 7)?;
        let name = usize::from(head[6]);
        take(&mut resources, name | 1)?; // with its length byte it is even
        let length = usize::try_from(number(take(&mut resources, 4)?)).ok()?;
        let data = take(&mut resources, length)?;
        if number(&head[4..6]) == u64::from(wanted) {
            return Some(data);
        }
        take(&mut resources, length % 2)?;
    }
}

//! The smallest EXIF block: a TIFF directory with the orientation alone.

/// A big-endian TIFF header and one directory entry; no `Exif\0\0` in front.
pub(crate) fn orientation(value: u8) -> Vec<u8> {
    let mut block = b"MM\0\x2a\0\0\0\x08".to_vec();
    block.extend([0, 1]); // one entry
    block.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0]); // orientation, SHORT, 1
    block.extend([0; 4]); // no next directory
    block
}

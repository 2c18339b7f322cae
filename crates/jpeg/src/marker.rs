//! Marker codes: the second byte of `0xFF xx` (T.81, Table B.1).

/// Start of frame, baseline sequential; the first of the frame markers.
pub(crate) const SOF0: u8 = 0xC0;
/// The last of the frame markers.
pub(crate) const SOF15: u8 = 0xCF;
/// Huffman tables.
pub(crate) const DHT: u8 = 0xC4;
/// Reserved for extensions; sits among the frame markers.
pub(crate) const JPG: u8 = 0xC8;
/// Arithmetic conditioning; sits among the frame markers.
pub(crate) const DAC: u8 = 0xCC;
/// First restart marker.
pub(crate) const RST0: u8 = 0xD0;
/// Last restart marker.
pub(crate) const RST7: u8 = 0xD7;
/// Start of image.
pub(crate) const SOI: u8 = 0xD8;
/// End of image.
pub(crate) const EOI: u8 = 0xD9;
/// Start of scan.
pub(crate) const SOS: u8 = 0xDA;
/// Quantisation tables.
pub(crate) const DQT: u8 = 0xDB;
/// Number of lines.
pub(crate) const DNL: u8 = 0xDC;
/// Restart interval.
pub(crate) const DRI: u8 = 0xDD;
/// JFIF.
pub(crate) const APP0: u8 = 0xE0;
/// EXIF.
pub(crate) const APP1: u8 = 0xE1;
/// ICC profile and multi-picture index.
pub(crate) const APP2: u8 = 0xE2;
/// Adobe colour transform.
pub(crate) const APP14: u8 = 0xEE;
/// The last of the application segments.
pub(crate) const APP15: u8 = 0xEF;
/// A comment.
pub(crate) const COM: u8 = 0xFE;
/// Temporary private use; stands alone.
pub(crate) const TEM: u8 = 0x01;

/// Whether the marker starts a frame of any process.
pub(crate) fn is_frame(code: u8) -> bool {
    (SOF0..=SOF15).contains(&code) && !matches!(code, DHT | JPG | DAC)
}

/// Whether the marker is one of the eight restart markers.
pub(crate) fn is_restart(code: u8) -> bool {
    (RST0..=RST7).contains(&code)
}

/// Whether the marker has no length and no body.
pub(crate) fn stands_alone(code: u8) -> bool {
    is_restart(code) || matches!(code, SOI | EOI | TEM)
}

//! Scan scripts of progressive files: which band and which bits each scan contains.

use super::frame::Frame;
use super::headers::ScanHeader;

/// All components, and each alone.
const ALL: &[usize] = &[0, 1, 2];
const LUMA: &[usize] = &[0];
const CB: &[usize] = &[1];
const CR: &[usize] = &[2];

const fn scan(components: &'static [usize], band: (u8, u8), bits: (u8, u8)) -> ScanHeader<'static> {
    ScanHeader {
        components,
        band,
        bits,
    }
}

/// Bands only: every coefficient is complete after its first scan.
const BANDS: &[ScanHeader<'static>] = &[
    scan(ALL, (0, 0), (0, 0)),
    scan(LUMA, (1, 5), (0, 0)),
    scan(CB, (1, 63), (0, 0)),
    scan(CR, (1, 63), (0, 0)),
    scan(LUMA, (6, 63), (0, 0)),
];

/// The lowest bit of every AC coefficient comes in a scan of its own.
const BANDS_AND_BITS: &[ScanHeader<'static>] = &[
    scan(ALL, (0, 0), (0, 0)),
    scan(LUMA, (1, 5), (0, 1)),
    scan(CB, (1, 63), (0, 1)),
    scan(CR, (1, 63), (0, 1)),
    scan(LUMA, (6, 63), (0, 1)),
    scan(LUMA, (1, 63), (1, 0)),
    scan(CB, (1, 63), (1, 0)),
    scan(CR, (1, 63), (1, 0)),
];

/// The two lowest bits of luma's AC coefficients come later.
const BANDS_AND_TWO_BITS: &[ScanHeader<'static>] = &[
    scan(ALL, (0, 0), (0, 0)),
    scan(LUMA, (1, 8), (0, 2)),
    scan(CB, (1, 63), (0, 1)),
    scan(CR, (1, 63), (0, 1)),
    scan(LUMA, (9, 63), (0, 2)),
    scan(LUMA, (1, 63), (2, 1)),
    scan(LUMA, (1, 63), (1, 0)),
    scan(CB, (1, 63), (1, 0)),
    scan(CR, (1, 63), (1, 0)),
];

/// Scripts worth trying; which one is smallest depends on the picture.
pub(crate) const SCRIPTS: &[&[ScanHeader<'static>]] = &[BANDS, BANDS_AND_BITS, BANDS_AND_TWO_BITS];

/// The scans of a script that a frame has components for.
pub(crate) fn scans(
    script: &'static [ScanHeader<'static>],
    frame: Frame,
) -> impl Iterator<Item = ScanHeader<'static>> {
    script.iter().filter_map(move |scan| {
        let present = scan.components[0] < frame.components();
        let components = &scan.components[..scan.components.len().min(frame.components())];
        present.then_some(ScanHeader {
            components,
            ..*scan
        })
    })
}

//! Faces and points of interest that a picture's own metadata names: XMP regions of the Metadata
//! Working Group, and EXIF's subject area. Cameras and photo managers write them.

use crate::codec::exif::is_same_shape;
use crate::codec::subject_area;
use crate::frame::FaceBox;
use crate::{Format, Orientation, Probe};

use super::circle::Point;
use super::region_list::{Kind, Region, RegionList};

/// What the metadata names, in pixels of the upright picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Regions {
    pub(crate) faces: Vec<FaceBox>,
    pub(crate) focus: Option<Point>,
}

/// Reads the regions out of an encoded picture.
pub(crate) fn regions(bytes: &[u8], probe: &Probe) -> Regions {
    let size = (probe.width(), probe.height());
    let list = RegionList::read(headers(bytes, probe.format()));
    let mut regions = Regions::default();
    // Regions of a picture of another shape are of another crop, or of one that was turned since:
    // where they lie in this one is unknown.
    let is_of_this = list
        .applies_to
        .is_none_or(|applied| is_same_shape(applied, size));
    for region in list.regions.iter().filter(|_| is_of_this) {
        let face = upright(region, probe);
        match region.kind {
            Kind::Face => regions.faces.push(face),
            Kind::Focus if regions.focus.is_none() => {
                regions.focus = Some(Point {
                    x: face.x + face.width / 2.0,
                    y: face.y + face.height / 2.0,
                });
            }
            Kind::Focus => {}
        }
    }
    if regions.focus.is_none() {
        let area = subject_area(bytes, probe.format(), size);
        // Zero stands for "not known".
        regions.focus = area
            .filter(|(x, y)| (0.0..=1.0).contains(x) && (0.0..=1.0).contains(y) && *x + *y > 0.0)
            .map(|place| {
                let (x, y) = turned(place, probe.orientation());
                let size = probe.orientation().upright_size(size);
                Point {
                    x: x * f64::from(size.0),
                    y: y * f64::from(size.1),
                }
            });
    }
    regions
}

/// The part of a file that contains its metadata: of a JPEG the part before the first scan.
fn headers(bytes: &[u8], format: Format) -> &[u8] {
    if format != Format::Jpeg {
        return bytes;
    }
    let mut at = 2;
    while let Some(&[0xff, marker, high, low]) = bytes.get(at..at + 4) {
        if marker == 0xda {
            break;
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    bytes.get(..at.min(bytes.len())).unwrap_or_default()
}

/// In pixels of the upright picture; regions are written in stored orientation.
fn upright(region: &Region, probe: &Probe) -> FaceBox {
    let orientation = probe.orientation();
    let (x, y) = turned(region.center, orientation);
    let (width, height) = if orientation.swaps_sides() {
        (region.size.1, region.size.0)
    } else {
        region.size
    };
    let size = orientation.upright_size((probe.width(), probe.height()));
    let (across, down) = (f64::from(size.0), f64::from(size.1));
    FaceBox {
        x: (x - width / 2.0) * across,
        y: (y - height / 2.0) * down,
        width: width * across,
        height: height * down,
        score: 1.0,
    }
}

/// A place, as shares of the sides, in the upright picture.
fn turned((x, y): (f64, f64), orientation: Orientation) -> (f64, f64) {
    match orientation {
        Orientation::Normal => (x, y),
        Orientation::MirrorHorizontal => (1.0 - x, y),
        Orientation::Rotate180 => (1.0 - x, 1.0 - y),
        Orientation::MirrorVertical => (x, 1.0 - y),
        Orientation::Transpose => (y, x),
        Orientation::Rotate90 => (1.0 - y, x),
        Orientation::Transverse => (1.0 - y, 1.0 - x),
        Orientation::Rotate270 => (y, 1.0 - x),
    }
}

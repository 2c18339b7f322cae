//! Faces and points of interest that a picture's own metadata names: XMP regions of the Metadata
//! Working Group, and EXIF's subject area. Cameras and photo managers write them.

use crate::codec::subject_area;
use crate::frame::FaceBox;
use crate::{Format, Orientation, Probe};

use super::circle::Point;

/// Longest piece of metadata that is read, in bytes.
const LONGEST: usize = 1 << 20;
/// Most regions that are read.
const MOST: usize = 256;

/// What the metadata names, in pixels of the upright picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Regions {
    pub(crate) faces: Vec<FaceBox>,
    pub(crate) focus: Option<Point>,
}

/// Reads the regions out of an encoded picture.
pub(crate) fn regions(bytes: &[u8], probe: &Probe) -> Regions {
    let packet = packet(headers(bytes, probe.format())).unwrap_or_default();
    let mut regions = Regions::default();
    for region in packet.split("rdf:li").filter_map(Region::read).take(MOST) {
        let face = region.upright(probe);
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
        let stored = (f64::from(probe.width()), f64::from(probe.height()));
        let area = subject_area(bytes, probe.format());
        // Zero stands for "not known".
        regions.focus = area
            .map(|(x, y)| (x / stored.0, y / stored.1))
            .filter(|(x, y)| (0.0..=1.0).contains(x) && (0.0..=1.0).contains(y) && *x + *y > 0.0)
            .map(|place| {
                let (x, y) = turned(place, probe.orientation());
                let size = probe
                    .orientation()
                    .upright_size((probe.width(), probe.height()));
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

/// The XMP packet with regions: writers mark packets so that they are found in any format.
fn packet(bytes: &[u8]) -> Option<&str> {
    let start = find(bytes, b"<mwg-rs:RegionList").or_else(|| find(bytes, b"<mwg-rs:Regions"))?;
    let rest = bytes.get(start..)?;
    let rest = &rest[..rest.len().min(LONGEST)];
    let end = find(rest, b"</mwg-rs:Regions>").or_else(|| find(rest, b"</x:xmpmeta>"))?;
    std::str::from_utf8(rest.get(..end)?).ok()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, wanted)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Face,
    Focus,
}

/// A region: its middle and its size, as shares of the stored picture's sides.
struct Region {
    kind: Kind,
    center: (f64, f64),
    size: (f64, f64),
}

impl Region {
    /// Reads a region from the text of one list item; values are in attributes or in elements.
    fn read(text: &str) -> Option<Self> {
        let kind = match value(text, "mwg-rs:Type")? {
            "Face" => Kind::Face,
            "Focus" => Kind::Focus,
            _ => return None,
        };
        if value(text, "stArea:unit").is_some_and(|unit| unit != "normalized") {
            return None;
        }
        let share = |name: &str| -> Option<f64> {
            let number: f64 = value(text, name)?.parse().ok()?;
            (0.0..=1.0).contains(&number).then_some(number)
        };
        let diameter = share("stArea:d");
        let size = (
            share("stArea:w").or(diameter).unwrap_or(0.0),
            share("stArea:h").or(diameter).unwrap_or(0.0),
        );
        if kind == Kind::Face && (size.0 <= 0.0 || size.1 <= 0.0) {
            return None;
        }
        Some(Self {
            kind,
            center: (share("stArea:x")?, share("stArea:y")?),
            size,
        })
    }

    /// In pixels of the upright picture; regions are written in stored orientation.
    fn upright(&self, probe: &Probe) -> FaceBox {
        let orientation = probe.orientation();
        let (x, y) = turned(self.center, orientation);
        let (width, height) = if orientation.swaps_sides() {
            (self.size.1, self.size.0)
        } else {
            self.size
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
}

/// The text of an attribute or an element.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text.find(name)? + name.len();
    let rest = text.get(start..)?;
    let attribute = || {
        let mut quoted = rest.trim_start().strip_prefix('=')?.trim_start().chars();
        let quote = quoted.next().filter(|quote| matches!(quote, '"' | '\''))?;
        quoted.as_str().split(quote).next()
    };
    let element = || rest.strip_prefix('>')?.split('<').next();
    attribute().or_else(element).map(str::trim)
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

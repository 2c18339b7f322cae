//! The list of regions in an XMP packet, in the schema of the Metadata Working Group.

use crate::codec::xmp::{Name, Part, REGIONS, Schema, walk};

/// Longest packet that is read, in bytes.
const LONGEST: usize = 1 << 20;
/// Most regions that are read.
const MOST: usize = 256;

/// What a region shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Face,
    Focus,
}

/// A region: its centre and its size, as shares of the sides of the stored picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Region {
    pub(super) kind: Kind,
    pub(super) center: (f64, f64),
    pub(super) size: (f64, f64),
}

/// The regions of a packet, and the size of the picture that they were written for, if stated.
#[derive(Debug, Default)]
pub(super) struct RegionList {
    pub(super) regions: Vec<Region>,
    pub(super) applies_to: Option<(f64, f64)>,
}

impl RegionList {
    /// Reads the first packet with regions in these bytes; of a damaged one as much as possible.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut reading = Reading::default();
        if let Some(packet) = packet(bytes) {
            // What was read before an error is complete.
            let _ = walk(packet, |part| reading.add(part));
        }
        Self {
            regions: reading.regions.iter().filter_map(Values::region).collect(),
            applies_to: reading.width.zip(reading.height),
        }
    }
}

/// The bytes from the start of the packet with regions: writers mark packets so that they are found
/// in any format. A packet without the mark starts after the zero that ends the bytes before it
/// in a JPEG or a PNG. The nearest start counts: the regions can be in a packet of their own.
fn packet(bytes: &[u8]) -> Option<&[u8]> {
    let find = |wanted: &[u8]| memchr::memmem::find(bytes, wanted);
    let named = find(REGIONS.as_bytes()).or_else(|| find(b"<mwg-rs:Region"))?;
    let before = bytes.get(named.saturating_sub(LONGEST)..named)?;
    let last = |start: &[u8]| memchr::memmem::rfind(before, start);
    let start = [last(b"<?xpacket begin"), last(b"<x:xmpmeta"), last(b"\0")];
    // Prefixes can be declared around the list, so that it is the start only where there is no other.
    let start = start
        .into_iter()
        .flatten()
        .max()
        .or_else(|| last(b"<rdf:RDF"));
    let start = start.unwrap_or(0);
    let start = named - before.len() + start;
    let rest = bytes.get(start..)?;
    Some(&rest[..rest.len().min(LONGEST)])
}

/// Properties of one region, as they are written.
#[derive(Debug, Default)]
struct Values {
    kind: Option<Kind>,
    is_normalized: Option<bool>,
    x: Option<f64>,
    y: Option<f64>,
    width: Option<f64>,
    height: Option<f64>,
    diameter: Option<f64>,
}

impl Values {
    fn add(&mut self, name: Name<'_>, value: &str) {
        let number = || {
            let number: f64 = value.parse().ok()?;
            (0.0..=1.0).contains(&number).then_some(number)
        };
        match name {
            (Schema::Regions, b"Type") if self.kind.is_none() => {
                self.kind = match value {
                    "Face" => Some(Kind::Face),
                    "Focus" => Some(Kind::Focus),
                    _ => None,
                }
            }
            (Schema::Area, b"unit") => self.is_normalized = Some(value == "normalized"),
            (Schema::Area, b"x") => self.x = number(),
            (Schema::Area, b"y") => self.y = number(),
            (Schema::Area, b"w") => self.width = number(),
            (Schema::Area, b"h") => self.height = number(),
            (Schema::Area, b"d") => self.diameter = number(),
            _ => {}
        }
    }

    fn region(&self) -> Option<Region> {
        let kind = self.kind?;
        let size = (
            self.width.or(self.diameter).unwrap_or(0.0),
            self.height.or(self.diameter).unwrap_or(0.0),
        );
        let is_empty = size.0 <= 0.0 || size.1 <= 0.0;
        if self.is_normalized == Some(false) || kind == Kind::Face && is_empty {
            return None;
        }
        Some(Region {
            kind,
            center: (self.x?, self.y?),
            size,
        })
    }
}

/// What of a packet was read so far. Depths are numbers of open elements.
#[derive(Debug, Default)]
struct Reading {
    depth: usize,
    /// Depth of the open list of regions.
    list: Option<usize>,
    /// Depth of the open item of that list.
    item: Option<usize>,
    /// Whether its values are kept: there are not too many before it.
    is_kept: bool,
    /// Depth of the open size that the regions apply to.
    applies_to: Option<usize>,
    regions: Vec<Values>,
    width: Option<f64>,
    height: Option<f64>,
}

impl Reading {
    fn add(&mut self, part: Part<'_>) {
        match part {
            Part::Start(name) => self.start(name),
            Part::Value(name, value) => self.value(name, value),
            Part::End => self.end(),
        }
    }

    fn start(&mut self, name: Name<'_>) {
        self.depth += 1;
        match name {
            (Schema::Regions, b"RegionList") if self.list.is_none() => self.list = Some(self.depth),
            (Schema::Regions, b"AppliedToDimensions") => self.applies_to = Some(self.depth),
            (Schema::Rdf, b"li") if self.list.is_some() && self.item.is_none() => {
                self.item = Some(self.depth);
                self.is_kept = self.regions.len() < MOST;
                if self.is_kept {
                    self.regions.push(Values::default());
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, name: Name<'_>, value: &str) {
        if self.item.is_some() {
            if let Some(region) = self.regions.last_mut().filter(|_| self.is_kept) {
                region.add(name, value);
            }
        } else if self.applies_to.is_some() {
            let side = value.parse().ok().filter(|side| *side > 0.0);
            match name {
                (Schema::Dimensions, b"w") => self.width = side,
                (Schema::Dimensions, b"h") => self.height = side,
                _ => {}
            }
        }
    }

    fn end(&mut self) {
        let open = Some(self.depth);
        for place in [&mut self.list, &mut self.item, &mut self.applies_to] {
            if *place == open {
                *place = None;
            }
        }
        self.depth = self.depth.saturating_sub(1);
    }
}

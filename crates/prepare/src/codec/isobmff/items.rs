//! The items of a `meta` box: where their data is, how they relate, and their properties.

use std::borrow::Cow;
#[cfg(any(feature = "avif", feature = "heif"))]
use std::ops::Range;

#[cfg(any(feature = "avif", feature = "heif"))]
use super::boxes::place;
use super::boxes::{Fields, boxes, find};
use super::properties::Property;

/// Everything that the `meta` box says about pictures.
pub(in crate::codec) struct Items<'a> {
    file: &'a [u8],
    data: &'a [u8],
    primary: u32,
    /// These three are sorted by item, because a grid can ask for each of many thousand items.
    kinds: Vec<(u32, [u8; 4])>,
    places: Vec<Place>,
    /// Numbers of properties, from 1, in the order in which they apply.
    associations: Vec<(u32, Vec<u16>)>,
    references: Vec<Reference>,
    /// Each item and the place of a reference from it, sorted.
    sources: Vec<(u32, u32)>,
    /// Each item and the place of a reference to it, sorted.
    goals: Vec<(u32, u32)>,
    properties: Vec<Property>,
}

/// Most properties of an item: one list of at most 255 in each kind of `ipma` box (ISO/IEC 14496-12,
/// section 8.11.14). Many more for each tile of a grid would take hours.
const PROPERTIES: usize = 4 * 255;

struct Place {
    item: u32,
    is_in_meta: bool,
    /// Offset and length; a length of 0 reaches to the end.
    extents: Vec<(u64, u64)>,
}

struct Reference {
    kind: [u8; 4],
    from: u32,
    to: Vec<u32>,
}

impl<'a> Items<'a> {
    /// `None` without a primary item, or if the boxes contradict themselves.
    pub(in crate::codec) fn read(file: &'a [u8]) -> Option<Self> {
        let meta = find(file, b"meta")?.get(4..)?;
        let containers = find(meta, b"iprp")?;
        let lists = boxes(containers).filter(|(kind, _)| kind == b"ipma");
        let lists = lists.filter_map(|(_, content)| associate(content));
        let mut associations: Vec<(u32, Vec<u16>)> = lists.flatten().collect();
        let mut kinds = kinds(find(meta, b"iinf")?)?;
        let mut places = places(find(meta, b"iloc")?)?;
        // Of several for an item, the first stays first.
        associations.sort_by_key(|(item, _)| *item);
        kinds.sort_by_key(|(item, _)| *item);
        places.sort_by_key(|place| place.item);
        let references = find(meta, b"iref").and_then(references).unwrap_or_default();
        let numbered = || (0u32..).zip(&references);
        Some(Self {
            file,
            data: find(meta, b"idat").unwrap_or_default(),
            primary: primary(find(meta, b"pitm")?)?,
            kinds,
            places,
            associations,
            sources: sorted(numbered().map(|(at, reference)| (reference.from, at))),
            goals: sorted(
                numbered().flat_map(|(at, reference)| reference.to.iter().map(move |&to| (to, at))),
            ),
            references,
            properties: boxes(find(containers, b"ipco")?)
                .map(|(kind, content)| Property::read(kind, content))
                .collect(),
        })
    }

    pub(in crate::codec) fn primary(&self) -> u32 {
        self.primary
    }

    pub(in crate::codec) fn kind(&self, item: u32) -> Option<[u8; 4]> {
        let (_, kind) = of_item(&self.kinds, item, |(id, _)| *id).next()?;
        Some(*kind)
    }

    /// The properties of an item, in the order in which they apply.
    pub(in crate::codec) fn properties(&self, item: u32) -> impl Iterator<Item = &Property> {
        of_item(&self.associations, item, |(id, _)| *id)
            .flat_map(|(_, numbers)| numbers)
            .take(PROPERTIES)
            .filter_map(|number| self.properties.get(usize::from(number.checked_sub(1)?)))
    }

    /// Width and height in the property `ispe`.
    pub(in crate::codec) fn size(&self, item: u32) -> Option<(u32, u32)> {
        self.properties(item).find_map(|property| match property {
            Property::Size(width, height) => Some((*width, *height)),
            _ => None,
        })
    }

    /// What the item refers to, in order.
    pub(in crate::codec) fn targets(&self, kind: &[u8; 4], from: u32) -> &[u32] {
        let found = self
            .at(&self.sources, from)
            .find(|reference| reference.kind == *kind);
        found.map_or(&[], |reference| &reference.to)
    }

    /// The first item of a type that refers to `item`.
    fn source(&self, kind: &[u8; 4], item: u32, suits: impl Fn(u32) -> bool) -> Option<u32> {
        let fits = |reference: &&Reference| reference.kind == *kind && suits(reference.from);
        let found = self.at(&self.goals, item).find(fits);
        found.map(|reference| reference.from)
    }

    /// The references of an item, from one of the two lists, in the order of the file.
    fn at<'s>(&'s self, list: &'s [(u32, u32)], item: u32) -> impl Iterator<Item = &'s Reference> {
        let places = of_item(list, item, |(id, _)| *id);
        places.filter_map(|(_, at)| self.references.get(*at as usize))
    }

    /// The alpha plane that belongs to `item`.
    pub(in crate::codec) fn alpha(&self, item: u32) -> Option<u32> {
        self.source(b"auxl", item, |from| {
            self.properties(from).any(Property::is_alpha)
        })
    }

    /// The first thumbnail of `item` that has an alpha plane if that has one.
    pub(in crate::codec) fn thumbnail(&self, item: u32) -> Option<u32> {
        let is_transparent = self.alpha(item).is_some();
        self.source(b"thmb", item, |from| {
            from != item && self.alpha(from).is_some() == is_transparent
        })
    }

    /// The item with the EXIF block that describes `item`.
    pub(super) fn exif_item(&self, item: u32) -> Option<u32> {
        self.source(b"cdsc", item, |from| self.kind(from) == Some(*b"Exif"))
    }

    /// The EXIF block that describes `item`, from its TIFF header on.
    pub(in crate::codec) fn exif(&self, item: u32) -> Option<Cow<'a, [u8]>> {
        let data = self.content(self.exif_item(item)?)?;
        let skip = Fields(&data).u32()? as usize;
        let start = skip.checked_add(4).filter(|&start| start <= data.len())?;
        Some(match data {
            Cow::Borrowed(data) => Cow::Borrowed(data.get(start..)?),
            Cow::Owned(mut data) => Cow::Owned(data.split_off(start)),
        })
    }

    /// The data of an item, with its extents joined; `None` if they exceed the file.
    pub(in crate::codec) fn content(&self, item: u32) -> Option<Cow<'a, [u8]>> {
        let parts = self.parts(item)?;
        Some(match &parts[..] {
            [whole] => Cow::Borrowed(*whole),
            parts => Cow::Owned(parts.concat()),
        })
    }

    /// Where the extents of an item are in the file; `None` if they exceed it.
    #[cfg(any(feature = "avif", feature = "heif"))]
    pub(super) fn extents(&self, item: u32) -> Option<Vec<Range<u64>>> {
        let parts = self.parts(item)?.into_iter();
        parts.map(|part| place(self.file, part)).collect()
    }

    /// How many bytes [`Items::content`] copies for an item: none for data in one part.
    pub(in crate::codec) fn copied(&self, item: u32) -> Option<usize> {
        let parts = self.parts(item)?;
        Some(match &parts[..] {
            [_] => 0,
            parts => parts.iter().map(|part| part.len()).sum(),
        })
    }

    /// Bytes that are read for an item: its data and its parameter sets.
    pub(in crate::codec) fn length(&self, item: u32) -> usize {
        let parts = self.parts(item).unwrap_or_default();
        let data: usize = parts.iter().map(|part| part.len()).sum();
        let sets = self.properties(item).map(|property| match property {
            Property::HevcConfig(config) => config.len(),
            _ => 0,
        });
        sets.fold(data, usize::saturating_add)
    }

    /// The extents of an item; `None` if they exceed the file, also together.
    fn parts(&self, item: u32) -> Option<Vec<&'a [u8]>> {
        let place = of_item(&self.places, item, |place| place.item).next()?;
        let base = if place.is_in_meta {
            self.data
        } else {
            self.file
        };
        let part = |&(offset, length): &(u64, u64)| {
            let rest = base.get(usize::try_from(offset).ok()?..)?;
            match length {
                0 => Some(rest),
                _ => rest.get(..usize::try_from(length).ok()?),
            }
        };
        let (mut parts, mut all) = (Vec::new(), 0usize);
        for extent in &place.extents {
            let part = part(extent)?;
            all = all.checked_add(part.len())?;
            // Overlapping extents could add up to many times the file.
            if place.extents.len() > 1 && all > self.file.len() {
                return None;
            }
            parts.push(part);
        }
        Some(parts)
    }
}

/// The entries of an item, in a list that is sorted by item.
fn of_item<T>(list: &[T], item: u32, id: impl Fn(&T) -> u32) -> impl Iterator<Item = &T> {
    let start = list.partition_point(|entry| id(entry) < item);
    let rest = list.get(start..).unwrap_or_default();
    rest.iter().take_while(move |entry| id(entry) == item)
}

fn sorted(pairs: impl Iterator<Item = (u32, u32)>) -> Vec<(u32, u32)> {
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_unstable();
    pairs
}

fn primary(content: &[u8]) -> Option<u32> {
    let mut fields = Fields(content);
    let (version, _) = fields.version()?;
    item(&mut fields, version > 0)
}

fn item(fields: &mut Fields<'_>, is_long: bool) -> Option<u32> {
    fields.uint(if is_long { 4 } else { 2 }).map(|id| id as u32)
}

fn kinds(content: &[u8]) -> Option<Vec<(u32, [u8; 4])>> {
    let mut fields = Fields(content);
    let (version, _) = fields.version()?;
    fields.uint(if version == 0 { 2 } else { 4 })?;
    let entries = boxes(fields.0).filter(|(kind, _)| kind == b"infe");
    let entry = |content| {
        let mut fields = Fields(content);
        let (version, _) = fields.version()?;
        let id = item(&mut fields, version > 2)?;
        fields.u16()?; // protection
        Some((id, fields.kind()?))
    };
    Some(entries.filter_map(|(_, content)| entry(content)).collect())
}

/// `iloc`, ISO/IEC 14496-12 section 8.11.3.
fn places(content: &[u8]) -> Option<Vec<Place>> {
    let mut fields = Fields(content);
    let (version, _) = fields.version()?;
    let sizes = fields.u16()?;
    let size = |shift: u16| usize::from(sizes >> shift & 15).min(8);
    let (offset, length, base) = (size(12), size(8), size(4));
    let index = if version > 0 { size(0) } else { 0 };
    let count = item(&mut fields, version > 1)?;
    let mut places = Vec::new();
    for _ in 0..count {
        let item = item(&mut fields, version > 1)?;
        let method = if version > 0 { fields.u16()? & 15 } else { 0 };
        fields.u16()?; // index of the data reference
        let base = fields.uint(base)?;
        let mut extents = Vec::new();
        for _ in 0..fields.u16()? {
            fields.uint(index)?;
            let start = base.checked_add(fields.uint(offset)?)?;
            extents.push((start, fields.uint(length)?));
        }
        let is_in_meta = method == 1;
        places.push(Place {
            item,
            is_in_meta,
            extents,
        });
    }
    Some(places)
}

fn references(content: &[u8]) -> Option<Vec<Reference>> {
    let mut fields = Fields(content);
    let is_long = fields.version()?.0 > 0;
    let read = |(kind, content)| {
        let mut fields = Fields(content);
        let from = item(&mut fields, is_long)?;
        let count = fields.u16()?;
        let to = (0..count).map(|_| item(&mut fields, is_long));
        Some(Reference {
            kind,
            from,
            to: to.collect::<Option<_>>()?,
        })
    };
    Some(boxes(fields.0).filter_map(read).collect())
}

/// `ipma`: the top bit of a number says that the property is essential.
fn associate(content: &[u8]) -> Option<Vec<(u32, Vec<u16>)>> {
    let mut fields = Fields(content);
    let (version, flags) = fields.version()?;
    let is_wide = flags & 1 != 0;
    let count = fields.u32()?;
    let mut all = Vec::new();
    for _ in 0..count {
        let id = item(&mut fields, version > 0)?;
        let count = fields.u8()?;
        let number = |_| match is_wide {
            true => fields.u16().map(|number| number & 0x7fff),
            false => fields.u8().map(|number| u16::from(number & 0x7f)),
        };
        all.push((id, (0..count).map(number).collect::<Option<_>>()?));
    }
    Some(all)
}

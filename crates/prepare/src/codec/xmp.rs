//! Reads XMP packets as properties of schemas. A schema is known by the address of its namespace,
//! because a packet may declare any prefix for it.

use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{LocalName, ResolveResult};

/// Most elements within one another; more are not in the schemas that are read, and each could
/// declare further prefixes to search.
const DEEPEST: usize = 32;
/// Most prefixes that one element may declare, for the same reason.
const MOST_PREFIXES: usize = 128;

/// A schema of which properties are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schema {
    Area,
    Dimensions,
    Exif,
    Rdf,
    Regions,
    Other,
}

/// Address of the namespace and usual prefix of each schema. The prefix counts where a packet does
/// not declare it.
const SCHEMAS: [(Schema, &str, &str); 5] = [
    (
        Schema::Area,
        "http://ns.adobe.com/xmp/sType/Area#",
        "stArea",
    ),
    (
        Schema::Dimensions,
        "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
        "stDim",
    ),
    (Schema::Exif, "http://ns.adobe.com/exif/1.0/", "exif"),
    (
        Schema::Rdf,
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdf",
    ),
    (Schema::Regions, REGIONS, "mwg-rs"),
];

/// Namespace of the regions of the Metadata Working Group.
pub(crate) const REGIONS: &str = "http://www.metadataworkinggroup.com/schemas/regions/";

/// A property of a schema, by its local name.
pub(crate) type Name<'a> = (Schema, &'a [u8]);

/// A part of a packet, in the order of the text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    /// An element begins.
    Start(Name<'a>),
    /// The value of an attribute of the element, or its text, without space around it.
    Value(Name<'a>, &'a str),
    /// The element ends that began last of those that have not ended.
    End,
}

/// A packet could not be read to its end.
#[derive(Debug)]
pub(crate) struct Unreadable;

/// Hands each part of the first element in these bytes to `each`; bytes before its `<` and
/// behind it are not looked at.
pub(crate) fn walk(bytes: &[u8], mut each: impl FnMut(Part<'_>)) -> Result<(), Unreadable> {
    let start = memchr::memchr(b'<', bytes).ok_or(Unreadable)?;
    let mut reader = NsReader::from_reader(bytes.get(start..).unwrap_or_default());
    reader
        .resolver_mut()
        .set_max_declarations_per_element(MOST_PREFIXES);
    let mut open: Vec<(Schema, Vec<u8>)> = Vec::new();
    loop {
        match reader.read_event().map_err(|_| Unreadable)? {
            Event::Start(element) => {
                open.push(begin(&reader, &element, &mut each)?);
                if open.len() > DEEPEST {
                    return Err(Unreadable);
                }
            }
            Event::Empty(element) => {
                begin(&reader, &element, &mut each)?;
                each(Part::End);
                if open.is_empty() {
                    return Ok(());
                }
            }
            Event::End(_) => {
                open.pop();
                each(Part::End);
                if open.is_empty() {
                    return Ok(());
                }
            }
            Event::Text(text) => {
                let text = std::str::from_utf8(&text).unwrap_or_default().trim();
                if let Some((schema, name)) = open.last().filter(|_| !text.is_empty()) {
                    each(Part::Value((*schema, name), text));
                }
            }
            Event::Eof => return Err(Unreadable),
            _ => {}
        }
    }
}

/// Hands on that an element begins, and its attributes; returns its name.
fn begin(
    reader: &NsReader<&[u8]>,
    element: &BytesStart<'_>,
    each: &mut impl FnMut(Part<'_>),
) -> Result<(Schema, Vec<u8>), Unreadable> {
    let (space, name) = reader.resolver().resolve_element(element.name());
    let schema = schema(&space);
    each(Part::Start((schema, name.as_ref())));
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|_| Unreadable)?;
        let (space, name): (_, LocalName<'_>) = reader.resolver().resolve_attribute(attribute.key);
        let value = std::str::from_utf8(&attribute.value).unwrap_or_default();
        each(Part::Value(
            (self::schema(&space), name.as_ref()),
            value.trim(),
        ));
    }
    Ok((schema, name.as_ref().to_vec()))
}

fn schema(space: &ResolveResult<'_>) -> Schema {
    let is_it = |(_, address, prefix): &&(Schema, &str, &str)| match space {
        ResolveResult::Bound(space) => space.as_ref() == address.as_bytes(),
        ResolveResult::Unknown(found) => found == prefix.as_bytes(),
        ResolveResult::Unbound => false,
    };
    SCHEMAS
        .iter()
        .find(is_it)
        .map_or(Schema::Other, |(schema, ..)| *schema)
}

/// Whether an XMP packet says where the picture was taken: whether it has any property about the
/// position, even an incomplete one. The bytes before the packet are skipped. In a packet that
/// cannot be read to its end, a name that looks like such a property is enough.
#[must_use]
pub fn xmp_names_a_place(packet: &[u8]) -> bool {
    let mut names_a_place = false;
    let read = walk(packet, |part| {
        if let Part::Start((Schema::Exif, name)) | Part::Value((Schema::Exif, name), _) = part {
            names_a_place |= name.starts_with(b"GPS");
        }
    });
    names_a_place || read.is_err() && memchr::memmem::find(packet, b":GPS").is_some()
}

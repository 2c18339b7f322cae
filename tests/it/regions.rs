//! Faces and points of interest that the metadata of a picture names.

use avatar_prepare::{Framing, Gravity, Limits, Preparer, Reason, Settings};

use crate::support::jpeg;

/// A JPEG of 400 × 100 pixels in which no face is found, with a segment after its start marker.
fn with_segment(content: &[u8]) -> Vec<u8> {
    let plain = jpeg(400, 100, |x, y| {
        let mixed = x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663);
        [mixed >> 5, mixed >> 11, mixed >> 17].map(|value| value as u8)
    });
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, content, &plain[2..]].concat()
}

/// Why the frame lies where it does, and its left edge.
fn framed(gravity: Gravity, content: &[u8]) -> (Reason, u32) {
    let framing = Framing::default().with_gravity(&[gravity]);
    let settings = Settings::default().with_framing(framing);
    let mut preparer = Preparer::new(settings, Limits::default());
    let avatar = preparer.prepare(&with_segment(content)).unwrap();
    let is_face = avatar.frame().reason() == Reason::Face;
    assert_eq!(avatar.frame().faces().len(), usize::from(is_face));
    if let [face] = avatar.frame().faces() {
        let is_it = (face.x - 340.0).abs() < 0.01 && (face.width - 40.0).abs() < 0.01;
        assert!(is_it, "{face:?}");
    }
    (avatar.frame().reason(), avatar.frame().crop().x)
}

fn of_xmp(packet: &str) -> (Reason, u32) {
    let content = format!("http://ns.adobe.com/xap/1.0/\0{packet}");
    framed(Gravity::Face, content.as_bytes())
}

const FACE: (Reason, u32) = (Reason::Face, 300);
const NONE: (Reason, u32) = (Reason::Center, 150);

/// A packet with one face, with prefixes of its own choice.
fn packet(regions: &str, area: &str, size: Option<(u32, u32)>) -> String {
    let applied = size.map_or(String::new(), |(width, height)| {
        format!("<r:AppliedToDimensions d:w=\"{width}\" d:h=\"{height}\" d:unit=\"pixel\"/>")
    });
    format!(
        "<p:xmpmeta xmlns:p=\"adobe:ns:meta/\"><RDF xmlns=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">
        <Description xmlns:r=\"{regions}\" xmlns:a=\"{area}\"
        xmlns:d=\"http://ns.adobe.com/xap/1.0/sType/Dimensions#\"><r:Regions>
        <r:RegionList><Bag><li><Description><r:Area><Description><a:x>0.9</a:x><a:y> 0.5 </a:y>
        <a:w>0.1</a:w><a:h>0.3</a:h><a:unit>normalized</a:unit></Description></r:Area>
        <r:Type>Face</r:Type><r:Name>Fran\u{e7}oise &amp; x</r:Name></Description></li></Bag>
        </r:RegionList>{applied}</r:Regions></Description></RDF></p:xmpmeta>"
    )
}

const REGIONS: &str = "http://www.metadataworkinggroup.com/schemas/regions/";
const AREA: &str = "http://ns.adobe.com/xmp/sType/Area#";

#[test]
fn regions_in_the_metadata_count_as_faces() {
    let list = "<rdf:Bag><rdf:li mwg-rs:Type='Face'><mwg-rs:Area stArea:x='0.9' stArea:y='0.5'
        stArea:w='0.1' stArea:h='0.3' stArea:unit='normalized'/></rdf:li></rdf:Bag>";
    let wrapped = format!(
        "<x:xmpmeta><mwg-rs:Regions><mwg-rs:RegionList>{list}</mwg-rs:RegionList></mwg-rs:Regions></x:xmpmeta>"
    );
    assert_eq!(of_xmp(&wrapped), FACE);
    assert_eq!(of_xmp(""), NONE);
    let content = format!("http://ns.adobe.com/xap/1.0/\0{wrapped}");
    assert_eq!(framed(Gravity::Center, content.as_bytes()), NONE);
    let pixels = wrapped.replace("normalized", "pixel");
    assert_eq!(of_xmp(&pixels), NONE);
    // What was read before the damage is whole.
    let cut = wrapped.split("</mwg-rs:RegionList>").next().unwrap();
    assert_eq!(of_xmp(cut), FACE);
}

#[test]
fn schemas_are_known_by_their_namespaces() {
    assert_eq!(of_xmp(&packet(REGIONS, AREA, None)), FACE);
    let marked = format!(
        "<?xpacket begin='' id='W5M0'?>{}",
        packet(REGIONS, AREA, None)
    );
    assert_eq!(of_xmp(&marked), FACE);
    assert_eq!(of_xmp(&packet(REGIONS, "http://example.org/", None)), NONE);
    let other = packet("http://example.org/", AREA, None);
    assert_eq!(of_xmp(&format!("{other}<!-- {REGIONS} -->")), NONE);
}

/// Lists can be longer than what is read, and stand behind the main packet.
#[test]
fn the_packet_of_the_regions_is_read_and_its_first_regions_count() {
    let regions = packet(REGIONS, AREA, Some((400, 100)));
    let main =
        "<?xpacket begin='' id='W5M0'?><x:xmpmeta xmlns:x='adobe:ns:meta/'/><?xpacket end='w'?>";
    assert_eq!(of_xmp(&format!("{main}\0{regions}")), FACE);
    let (start, rest) = regions.split_once("<li>").unwrap();
    let (one, end) = rest.split_once("</li>").unwrap();
    // The last region that is kept stays as it is.
    let other = one.replace("0.9", "0.2");
    let long = format!(
        "{start}{}<li>{one}</li><li>{other}</li>{end}",
        "<li/>".repeat(255)
    );
    assert_eq!(of_xmp(&long), FACE);
}

#[test]
fn regions_of_a_picture_of_another_shape_are_ignored() {
    for (size, expected) in [
        ((400, 100), FACE),
        // Before it was reduced, and rounded.
        ((4000, 1000), FACE),
        ((4003, 1002), FACE),
        // Before it was enlarged.
        ((100, 25), FACE),
        // Turned, and cropped since.
        ((100, 400), NONE),
        ((400, 300), NONE),
        ((4000, 1100), NONE),
    ] {
        let found = of_xmp(&packet(REGIONS, AREA, Some(size)));
        assert_eq!(found, expected, "{size:?}");
    }
}

/// EXIF with a subject area around this point and, if stated, the size of the picture it is of.
fn exif(point: (u16, u16), size: Option<(u16, u16)>) -> Vec<u8> {
    let sides = size.map_or(Vec::new(), |(width, height)| {
        vec![(0xa002, width), (0xa003, height)]
    });
    let entry = |tag: u16, count: u32, value: [u16; 2]| {
        let mut entry = tag.to_le_bytes().to_vec();
        entry.extend(3_u16.to_le_bytes());
        entry.extend(count.to_le_bytes());
        entry.extend(value.iter().flat_map(|value| value.to_le_bytes()));
        entry
    };
    let mut block =
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
    block.extend((1 + sides.len() as u16).to_le_bytes());
    block.extend(entry(0x9214, 2, [point.0, point.1]));
    for (tag, side) in sides {
        block.extend(entry(tag, 1, [side, 0]));
    }
    block.extend([0; 4]);
    block
}

#[test]
fn a_subject_area_is_in_pixels_of_the_picture_it_was_written_for() {
    for (point, size, expected) in [
        ((360, 50), None, (Reason::Focus, 300)),
        ((360, 50), Some((400, 100)), (Reason::Focus, 300)),
        // The picture was reduced: the same point is at a tenth.
        ((800, 500), Some((4000, 1000)), (Reason::Focus, 30)),
        ((300, 50), Some((400, 300)), NONE),
        ((0, 0), None, NONE),
    ] {
        let found = framed(Gravity::Face, &exif(point, size));
        assert_eq!(found, expected, "{point:?} of {size:?}");
    }
}

//! Small files that ask for much are refused before they cost much: drawings and documents, whose renderers
//! have no limits of their own. Lines of drawings are in `svg/strokes.rs`, sizes that headers state in `tests/memory`.

use std::fmt::Write as _;
use std::io::Write as _;

use avatar_prepare::{Code, Error, Limit, Settings};
use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::support::{exr_attribute, prepare};

pub(crate) const RECT: &str = "<rect width='100' height='100' fill='red'";

pub(crate) fn svg(parts: &str) -> Vec<u8> {
    let head = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' \
                width='100' height='100'>";
    format!("{head}{parts}</svg>").into_bytes()
}

/// The limit that a file is over.
#[track_caller]
pub(crate) fn limit(bytes: &[u8]) -> Limit {
    exceeded(prepare(Settings::default(), bytes))
}

/// The limit because of which nothing was made.
#[track_caller]
pub(crate) fn exceeded<T>(result: Result<T, Error>) -> Limit {
    match result {
        Err(Error::Limit(error)) => {
            assert!(error.found > error.allowed, "{error}");
            match error.limit {
                Limit::WorkOf(_) => Limit::Work,
                other => other,
            }
        }
        Err(other) => panic!("{} {other}", other.code().as_str()),
        Ok(_) => panic!("it was made"),
    }
}

#[track_caller]
pub(crate) fn is_made(bytes: &[u8]) {
    let made = prepare(Settings::default(), bytes);
    assert!(made.is_ok(), "{:?}", made.err());
}

/// Masks, clip paths or markers, of which each uses the one before ten times.
fn copies(kind: &str, attribute: &str, levels: usize) -> Vec<u8> {
    let mut parts = format!("<{kind} id='a0'><rect width='9' height='9' fill='white'/></{kind}>");
    for level in 1..levels {
        let before = level - 1;
        let inner =
            format!("<rect width='9' height='9' {attribute}='url(#a{before})'/>").repeat(10);
        write!(parts, "<{kind} id='a{level}'>{inner}</{kind}>").unwrap();
    }
    svg(&format!(
        "{parts}{RECT} {attribute}='url(#a{})'/>",
        levels - 1
    ))
}

#[test]
fn copies_of_copies_are_counted() {
    for (kind, attribute) in [("mask", "mask"), ("clipPath", "clip-path")] {
        is_made(&copies(kind, attribute, 2));
        assert_eq!(limit(&copies(kind, attribute, 8)), Limit::Work, "{kind}");
    }
    // In a style sheet, which is resolved first.
    let styled = String::from_utf8(copies("mask", "mask", 8)).unwrap();
    let styled = styled.replacen("100'>", "100'><style>rect{opacity:.9}</style>", 1);
    assert_eq!(limit(styled.as_bytes()), Limit::Work);
}

#[test]
fn letters_are_counted() {
    let text = |length: usize| svg(&format!("<text>{}</text>", "a".repeat(length)));
    is_made(&text(200));
    assert_eq!(limit(&text(1_000_001)), Limit::Work);
}

#[test]
fn a_chain_of_references_has_a_longest_length() {
    let chain = |length: usize| {
        let link = |n: usize| format!("<g id='a{n}'><use xlink:href='#a{}'/></g>", n + 1);
        let links: String = (0..length).map(link).collect();
        svg(&format!(
            "<defs>{links}<g id='a{length}'>{RECT}/></g></defs><use xlink:href='#a0'/>"
        ))
    };
    is_made(&chain(20));
    assert_eq!(limit(&chain(2_000)), Limit::Work);
}

/// Such a pattern is one bitmap. If it could not be allocated, the whole process ended.
#[test]
fn a_pattern_is_not_larger_than_its_limit() {
    let pattern = |side: &str| {
        svg(&format!(
            "<pattern id='p' width='{side}' height='{side}' patternUnits='userSpaceOnUse'><circle r='1'/>\
             </pattern><rect width='100' height='100' fill='url(#p)'/>"
        ))
    };
    is_made(&pattern("300"));
    for side in ["10000", "1000000", "1e9"] {
        assert_eq!(limit(&pattern(side)), Limit::Work, "{side}");
    }
}

#[test]
fn layers_and_filters_have_a_price() {
    let layers = |count: usize| svg(&format!("<g opacity='.9'>{RECT}/>{RECT}/></g>").repeat(count));
    is_made(&layers(3));
    assert_eq!(limit(&layers(10_000)), Limit::Work);
    let filtered = |primitives: &str| {
        svg(&format!(
            "<filter id='f'>{primitives}</filter>{RECT} filter='url(#f)'/>"
        ))
    };
    is_made(&filtered("<feMorphology operator='dilate' radius='.5'/>"));
    for primitives in [
        "<feMorphology operator='dilate' radius='1e6'/>".to_string(),
        "<feTurbulence baseFrequency='.1' numOctaves='1000000'/>".to_string(),
        format!(
            "<feConvolveMatrix order='500' kernelMatrix='{}'/>",
            "1 ".repeat(250_000)
        ),
    ] {
        assert_eq!(
            limit(&filtered(&primitives)),
            Limit::Work,
            "{}",
            &primitives[..30]
        );
    }
}

/// Memory that is granted for a drawing.
#[track_caller]
fn memory(bytes: &[u8]) -> u64 {
    let limits = avatar_prepare::Limits::default();
    let mut preparer = avatar_prepare::Preparer::new(Settings::default(), limits);
    let made = preparer.prepare(bytes);
    assert!(made.is_ok(), "{:?}", made.err());
    preparer.cost().memory.unwrap()
}

#[test]
fn elements_of_what_is_used_once_are_part_of_the_estimate() {
    let inner = "<path d='M0 0h1v1'/>".repeat(30_000);
    for (kind, attribute) in [
        ("mask", "mask"),
        ("clipPath", "clip-path"),
        ("pattern", "fill"),
    ] {
        let drawn = |reference: &str| {
            let units = "width='9' height='9' patternUnits='userSpaceOnUse'";
            svg(&format!(
                "<{kind} id='a' {units}>{inner}</{kind}>{RECT} style='{attribute}:{reference}'/>"
            ))
        };
        let (used, unused) = (memory(&drawn("url(#a)")), memory(&drawn("none")));
        assert!(used > unused + 10_000_000, "{kind}: {used}, {unused}");
    }
}

/// What is granted covers the layers of a drawing in which each is within another.
#[test]
fn nested_layers_are_part_of_the_estimate() {
    let nested = |depth: usize| {
        let open = format!("<g opacity='.9'>{RECT}/>").repeat(depth);
        svg(&format!("{open}{}", "</g>".repeat(depth)))
    };
    let canvas = 4 * 640 * 640;
    assert!(memory(&nested(100)) > 100 * canvas);
    assert!(memory(&nested(2)) < 30 * canvas);
    // Letters take more than their bytes in the file.
    let text = |length: usize| svg(&format!("<text>{}</text>", "a".repeat(length)));
    assert!(memory(&text(5_000)) > memory(&text(1_000)) + 10_000_000);
}

pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zlib stream of that many zero bytes, wrapped in as many levels.
fn packed(mut length: u64, levels: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let block = vec![0; 1 << 20];
    while length > 0 {
        let part = length.min(1 << 20);
        encoder.write_all(&block[..part as usize]).unwrap();
        length -= part;
    }
    let packed = encoder.finish().unwrap();
    (1..levels).fold(packed, |packed, _| deflated(&packed))
}

/// A page that draws `content`, with more objects from 5 on.
pub(crate) fn pdf(resources: &str, entries: &str, content: &[u8], more: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
                      2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        .to_vec();
    let page = format!(
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Resources<<{resources}>>>>endobj\n"
    );
    bytes.extend(page.bytes());
    bytes.extend(format!("4 0 obj<<{entries}/Length {}>>stream\n", content.len()).bytes());
    bytes.extend(content);
    bytes.extend(b"\nendstream endobj\n");
    more.iter().for_each(|object| bytes.extend(object));
    bytes.extend(b"trailer<</Root 1 0 R>>");
    bytes
}

#[test]
fn streams_of_a_document_are_measured_before_they_are_unpacked() {
    const FLATE: &str = "/Filter/FlateDecode";
    const TWICE: &str = "/Filter[/FlateDecode/FlateDecode]";
    is_made(&pdf("", FLATE, &deflated(b"0 0 50 50 re f"), &[]));
    is_made(&pdf(
        "",
        TWICE,
        &deflated(&deflated(b"0 0 50 50 re f")),
        &[],
    ));
    let over = (1 << 30) + 9;
    assert_eq!(
        limit(&pdf("", TWICE, &packed(over, 2), &[])),
        Limit::DecodedBytes
    );
    let runs = deflated(&[0x81, b' '].repeat(20 << 20));
    let entries = "/Filter[/FlateDecode/RunLengthDecode]";
    assert_eq!(limit(&pdf("", entries, &runs, &[])), Limit::DecodedBytes);
    // Objects are unpacked before there is a permit, so they may be much shorter.
    let objects = packed(70 << 20, 1);
    let entries = "/Type/ObjStm/N 9/First 9/Filter/FlateDecode";
    assert_eq!(limit(&pdf("", entries, &objects, &[])), Limit::DecodedBytes);
    // So may those of which that is said long before, also if words between look like streams.
    let far = format!(
        "/Type/ObjStm/X({})/N 9/First 9/Filter/FlateDecode",
        "a stream ".repeat(300)
    );
    assert_eq!(limit(&pdf("", &far, &objects, &[])), Limit::DecodedBytes);
}

/// Each is kept, so that many short ones take as much memory as a long one.
#[test]
fn streams_of_objects_are_counted_together() {
    let objects = packed(1 << 20, 1);
    let several = |count: usize| {
        let head = |n: usize| {
            let entries = "/Type/ObjStm/N 9/First 9/Filter/FlateDecode";
            format!(
                "{} 0 obj<<{entries}/Length {}>>stream\n",
                n + 5,
                objects.len()
            )
        };
        let object = |n| [head(n).as_bytes(), &objects, b"\nendstream endobj\n"].concat();
        let more: Vec<_> = (0..count).map(object).collect();
        pdf("", "", b"0 0 50 50 re f", &more)
    };
    assert_eq!(limit(&several(300)), Limit::DecodedBytes);
    is_made(&several(9));
}

#[test]
fn a_picture_in_a_document_is_not_larger_than_any_other() {
    let fax = |side: u32| {
        let object = format!(
            "5 0 obj<</Subtype/Image/Width {side}/Height {side}/BitsPerComponent 1/ColorSpace/DeviceGray\
             /Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns {side}>>/Length 9>>stream\n\
             \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\nendstream endobj\n"
        );
        pdf("/XObject<</X 5 0 R>>", "", b"/X Do", &[object.into_bytes()])
    };
    assert_ne!(
        prepare(Settings::default(), &fax(64))
            .err()
            .map(|it| it.code()),
        Some(Code::LimitExceeded)
    );
    assert_eq!(limit(&fax(65_000)), Limit::DecodedBytes);
}

#[test]
fn forms_of_forms_are_counted() {
    let forms = |levels: usize, group: &str| {
        let form = |n: usize| {
            let content = match n + 1 == levels {
                true => "0 0 100 100 re f".to_string(),
                false => "/X Do ".repeat(10),
            };
            format!(
                "{} 0 obj<</Subtype/Form/BBox[0 0 100 100]{group}/Resources<</XObject<</X {} 0 R>>>>/Length {}>>stream\n\
                 {content}\nendstream endobj\n",
                n + 5,
                n + 6,
                content.len()
            )
        };
        let more: Vec<_> = (0..levels).map(|n| form(n).into_bytes()).collect();
        pdf("/XObject<</X 5 0 R>>", "", b"/X Do", &more)
    };
    is_made(&forms(3, ""));
    assert_eq!(limit(&forms(9, "")), Limit::Work);
    assert_eq!(limit(&forms(6, "/Group<</S/Transparency>>")), Limit::Work);
}

/// A JPEG 2000 in a document states its own size, which was allocated whatever the document says.
#[test]
fn a_jpeg_2000_in_a_document_is_not_larger_than_any_other() {
    let jpeg_2000 = |side: u32, entries: &str, levels: usize| {
        let mut stream = vec![0xff, 0x4f, 0xff, 0x51, 0, 47, 0, 0];
        for value in [side, side, 0, 0, side, side, 0, 0] {
            stream.extend(value.to_be_bytes());
        }
        stream.extend([0, 3, 7, 1, 1, 7, 1, 1, 7, 1, 1]);
        stream.extend([
            0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1, 0xff, 0x5c, 0, 4, 0x40, 0x40,
        ]);
        stream.extend([
            0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 14, 0, 1, 0xff, 0x93, 0xff, 0xd9,
        ]);
        let stream = (0..levels).fold(stream, |stream, _| deflated(&stream));
        let head = format!(
            "5 0 obj<</Subtype/Image/Width 64/Height 64/ColorSpace/DeviceRGB/Filter{entries}/Length {}>>stream\n",
            stream.len()
        );
        let object = [head.as_bytes(), &stream, b"\nendstream endobj\n"].concat();
        pdf("/XObject<</X 5 0 R>>", "", b"/X Do", &[object])
    };
    is_made(&jpeg_2000(64, "/JPXDecode", 0));
    assert_eq!(
        limit(&jpeg_2000(60_000, "/JPXDecode", 0)),
        Limit::DecodedBytes
    );
    assert_eq!(
        limit(&jpeg_2000(60_000, "[/FlateDecode/JPXDecode]", 1)),
        Limit::DecodedBytes
    );
}

/// Attributes of an OpenEXR are refused before the library keeps each of them.
#[test]
fn attributes_of_openexr_have_a_bound() {
    let exr = |count: usize| {
        let filler: Vec<u8> = (0..count)
            .flat_map(|n| exr_attribute(&format!("a{n:07}"), "string", &[b'a'; 80]))
            .collect();
        [b"\x76\x2f\x31\x01\x02\0\0\0".to_vec(), filler, vec![0]].concat()
    };
    assert_eq!(limit(&exr(200_000)), Limit::Metadata);
    let few = prepare(Settings::default(), &exr(20))
        .err()
        .map(|error| error.code());
    assert_ne!(few, Some(Code::LimitExceeded));
}

#[test]
fn a_header_of_radiance_hdr_ends() {
    let start = "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n";
    let filler = "A=b\n".repeat(300_000);
    let end = "\n-Y 1 +X 1\n\u{20}\u{30}\u{40}\u{50}";
    assert_eq!(
        limit(format!("{start}{filler}{end}").as_bytes()),
        Limit::Metadata
    );
    is_made(format!("{start}A=b\n{end}").as_bytes());
    // Some programs write another first line.
    let other = start.replace("RADIANCE", "RGBE");
    is_made(format!("{other}{end}").as_bytes());
}

#[test]
fn a_header_of_a_pam_ends() {
    let pam = |lines: usize| {
        let filler = "TUPLTYPE RGB\n".repeat(lines);
        format!("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\n{filler}ENDHDR\nabc")
    };
    is_made(pam(1).as_bytes());
    assert_eq!(limit(pam(100_000).as_bytes()), Limit::Metadata);
}

/// The header of each picture of an icon is read, and can be long.
#[test]
fn elements_of_an_icon_have_a_bound() {
    let icon = |count: usize| {
        let mut body = b"is32\0\0\x03\x08".to_vec();
        body.resize(0x308, 99);
        body.extend(b"TOC \0\0\0\x08".repeat(count));
        let length = (body.len() as u32 + 8).to_be_bytes();
        [b"icns", &length[..], &body].concat()
    };
    is_made(&icon(20));
    let refused = prepare(Settings::default(), &icon(1_000)).err();
    assert_eq!(
        refused.map(|error| error.to_string()).as_deref(),
        Some("malformed ICNS: more than 1000 elements")
    );
}

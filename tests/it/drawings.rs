//! Formats that are drawn at any size: SVG and PDF.

use avatar_prepare::{Format, Note};

use crate::support::{code, decode, finest, folder, made, near, png, prepare};

const RED_LEFT: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 20">
<rect width="15" height="20" fill="#f00"/></svg>"##;

/// Two pages, the first with a blue half.
pub(crate) const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 20 10]/Contents 5 0 R>>endobj\n4 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 20 10]>>endobj\n5 0 obj<</Length 26>>stream\n0 0 1 rg 0 0 10 10 re f   \nendstream endobj\ntrailer<</Root 1 0 R>>\n";

#[test]
fn a_drawing_is_drawn_at_the_edge_asked_for() {
    let avatar = prepare(finest(), RED_LEFT.as_bytes()).unwrap();
    assert_eq!((avatar.edge(), avatar.notes()), (640, &[][..]));
    let square = decode(avatar.bytes());
    near(square.at(300, 320), [255, 0, 0]);
    near(square.at(340, 320), [255; 3]); // nothing drawn: the background
}

#[test]
fn a_drawing_may_be_zipped_or_wide() {
    use std::io::Write;
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(RED_LEFT.as_bytes()).unwrap();
    let wide = |order: fn(u16) -> [u8; 2]| {
        let units = std::iter::once(0xfeff).chain(RED_LEFT.encode_utf16());
        units.flat_map(order).collect::<Vec<u8>>()
    };
    for bytes in [
        zip.finish().unwrap(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
    ] {
        assert_eq!(Format::recognize(&bytes), Some(Format::Svg));
        near(made(&bytes).at(10, 10), [255, 0, 0]);
    }
}

#[test]
fn a_zipped_bomb_is_refused() {
    use std::io::Write;
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    zip.write_all(br#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">"#)
        .unwrap();
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..70 {
        zip.write_all(&blanks).unwrap();
    }
    assert_eq!(code(&zip.finish().unwrap()), "limit_exceeded");
}

#[test]
fn a_drawing_fetches_nothing() {
    let folder = folder(&[("secret.png", &png(8, 8, |_, _| [255, 0, 0, 255]))]);
    let path = folder.path().join("secret.png");
    let drawing = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><image width="8" height="8" href="{}"/></svg>"#,
        path.display()
    );
    near(made(drawing.as_bytes()).at(300, 300), [255; 3]);
    let entity = format!(
        r#"<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{}">]><svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><title>&x;</title></svg>"#,
        path.display()
    );
    assert_eq!(code(entity.as_bytes()), "malformed");
}

#[test]
fn drawings_within_drawings_end() {
    let mut nested = String::from("<g>");
    for _ in 0..3000 {
        nested.push_str("<g>");
    }
    let deep = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{nested}"#);
    assert_eq!(code(deep.as_bytes()), "malformed");
    let lines: String = (1..40)
        .map(|n| {
            format!(
                r##"<g id="a{n}"><use href="#a{m}"/><use href="#a{m}"/></g>"##,
                m = n - 1
            )
        })
        .collect();
    let wide = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><defs><g id="a0"><path d="M0 0h9v9z"/></g>{lines}</defs><use href="#a39"/></svg>"##
    );
    assert_eq!(code(wide.as_bytes()), "limit_exceeded");
}

#[test]
fn the_first_page_is_noted() {
    let avatar = prepare(finest(), PDF).unwrap();
    assert_eq!(
        (avatar.edge(), avatar.notes()),
        (640, &[Note::FirstPage { pages: 2 }][..])
    );
    let square = decode(avatar.bytes());
    near(square.at(100, 320), [0, 0, 254]);
    near(square.at(500, 320), [255; 3]);
}

/// A page of 20 × 10 units that is blue on the left and shows a picture of the given number of
/// bytes on the right.
fn page_with_picture(filter: &str, data: &str) -> Vec<u8> {
    let content = "0 0 1 rg 0 0 10 10 re f q 10 0 0 10 10 0 cm /P Do Q";
    let page = "/Type/Page/Parent 2 0 R/MediaBox[0 0 20 10]/Contents 4 0 R/Resources<</XObject<</P 5 0 R>>>>";
    let picture =
        "/Type/XObject/Subtype/Image/Width 2/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8";
    format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
         2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<<{page}>>endobj\n\
         4 0 obj<</Length {}>>stream\n{content}\nendstream endobj\n\
         5 0 obj<<{picture}{filter}/Length {}>>stream\n{data}\nendstream endobj\n\
         trailer<</Root 1 0 R>>\n",
        content.len(),
        data.len()
    )
    .into_bytes()
}

#[test]
fn a_page_whose_picture_cannot_be_decoded_says_so() {
    let sound = prepare(finest(), &page_with_picture("", "@@@@")).unwrap();
    assert_eq!(sound.notes(), []);
    let broken = page_with_picture("/Filter/DCTDecode", "no JPEG at all");
    let notes = prepare(finest(), &broken).unwrap().notes().to_vec();
    let is_told = |note: &Note| matches!(note, Note::EmbeddedPictureLeftOut { .. });
    assert!(notes.iter().any(is_told), "{notes:?}");
}

use std::io::Write;

use avatar_prepare::{Format, Limits, Preparer};

use super::close;
use crate::support::{decode, finest, made, prepare};

const RED: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="red"/></svg>"#;

fn is_red(bytes: &[u8], what: &str) {
    assert_eq!(Format::recognize(bytes), Some(Format::Svg), "{what}");
    assert!(close(made(bytes).at(320, 320), [255, 0, 0]), "{what}");
}

#[test]
fn the_root_may_stand_anywhere() {
    let long = "x".repeat(50_000);
    is_red(
        format!("<?xml version='1.0'?>\n<!-- {long} -->{RED}").as_bytes(),
        "a long comment",
    );
    is_red(
        format!("<!DOCTYPE svg [<!ENTITY a '{long}'><!-- ]> -->]>{RED}").as_bytes(),
        "a long document type",
    );
    is_red(
        format!("<!DOCTYPE svg PUBLIC 'a>b' 'c'>{RED}").as_bytes(),
        "an angle in quotes",
    );
    is_red(format!("\n\n {RED}").as_bytes(), "white space");
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    write!(zip, "<!--{long}-->{RED}").unwrap();
    is_red(&zip.finish().unwrap(), "zipped");
    assert_eq!(
        Format::recognize(b"<!-- svg --><html><svg></svg></html>"),
        None
    );
    assert_eq!(Format::recognize(b"<svgs/>"), None);
}

#[test]
fn any_prefix_is_right() {
    for prefix in ["svg", "ns0", "logo"] {
        let text = RED
            .replace("<svg", &format!("<{prefix}:svg"))
            .replace("</svg", &format!("</{prefix}:svg"));
        let text = text
            .replace("<rect", &format!("<{prefix}:rect"))
            .replace("xmlns=", &format!("xmlns:{prefix}="));
        is_red(text.as_bytes(), prefix);
    }
}

#[test]
fn every_encoding_of_xml_is_read() {
    let declared = |name: &str| {
        format!(
            "<?xml version=\"1.0\" encoding='{name}'?>{}",
            RED.replace("<rect", "<title>Größe</title><rect")
        )
    };
    let bytes = |text: &str| -> Vec<u8> { text.chars().map(|c| c as u8).collect() };
    is_red(&bytes(&declared("ISO-8859-1")), "Latin-1");
    is_red(&bytes(&declared("windows-1252")), "Windows-1252");
    is_red(declared("utf-8").as_bytes(), "UTF-8");
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend(declared("utf-8").as_bytes());
    is_red(&marked, "UTF-8 with a mark");
    for (order, what) in [
        (u16::to_le_bytes as fn(u16) -> [u8; 2], "little"),
        (u16::to_be_bytes, "big"),
    ] {
        let text = declared("UTF-16");
        is_red(
            &text.encode_utf16().flat_map(order).collect::<Vec<u8>>(),
            what,
        );
        let marked: Vec<u8> = std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(order)
            .collect();
        is_red(&marked, what);
    }
    let japanese = [declared("Shift_JIS").replace("Größe", "").as_bytes(), b""].concat();
    is_red(&japanese, "Shift JIS");
}

#[test]
fn wrong_bytes_are_told() {
    let text = RED.replace("<rect", "<title>Gr\u{f6}\u{df}e</title><rect");
    let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let error = prepare(finest(), &bytes).unwrap_err();
    assert!(error.to_string().contains("not UTF-8"), "{error}");
    let unknown = format!("<?xml version='1.0' encoding='x-none'?>{RED}");
    let error = prepare(finest(), unknown.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("x-none"), "{error}");
}

#[test]
fn fine_units_ask_for_no_pixels() {
    for size in [
        "width='200000' height='200000' viewBox='0 0 9 9'",
        "viewBox='0 0 9 9' width='9e6' height='9e6'",
    ] {
        let text = RED.replace("viewBox=\"0 0 9 9\"", size);
        let limits = Limits {
            side: 100,
            pixels: 10_000,
            ..Limits::default()
        };
        let avatar = Preparer::new(finest(), limits)
            .prepare(text.as_bytes())
            .unwrap();
        assert!(
            close(decode(avatar.bytes()).at(320, 320), [255, 0, 0]),
            "{size}"
        );
    }
}

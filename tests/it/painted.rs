//! What documents paint: what of it is counted before it costs much, and what is noted because the renderer draws
//! it otherwise.

mod counted; // documents that paint much with few instructions, or hide how long they are

use avatar_prepare::{Avatar, Error, Limits, Preparer, Settings};

use crate::bombs::pdf;

/// Small enough that streams over it are unpacked quickly, and above what no stream is unpacked for.
const DECODED: u64 = 20_000_000;

fn prepared(bytes: &[u8]) -> Result<(Avatar, u64), Error> {
    let limits = Limits {
        decoded_bytes: DECODED,
        ..Limits::default()
    };
    let mut preparer = Preparer::new(Settings::default(), limits);
    let avatar = preparer.prepare(bytes)?;
    Ok((avatar, preparer.cost().memory.unwrap()))
}

fn object(number: usize, dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "{number} 0 obj<<{dictionary}/Length {}>>stream\n",
        content.len()
    );
    [head.as_bytes(), content, b"\nendstream endobj\n"].concat()
}

/// The renderer blends within a group only, also if the group is not isolated.
#[test]
fn blending_of_a_group_with_what_is_below_is_noted() {
    let is_noted = |group: &str, mode: &str| {
        let head = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 100 100]{group}/Resources<</ExtGState<</M<</BM{mode}>>>>>>"
        );
        let form = object(5, &head, b"/M gs 1 1 0 rg 0 0 100 100 re f");
        let content = b"0 1 1 rg 0 0 100 100 re f /X Do";
        let (avatar, _) = prepared(&pdf("/XObject<</X 5 0 R>>", "", content, &[form])).unwrap();
        let mut notes = avatar.notes().iter().map(ToString::to_string);
        notes.any(|note| note.contains("blending of a group"))
    };
    let open = "/Group<</S/Transparency>>";
    assert!(is_noted(open, "/Multiply"));
    assert!(is_noted(
        "/Group<</S/Transparency/I false>>",
        "[/Screen/Normal]"
    ));
    assert!(!is_noted("/Group<</S/Transparency/I true>>", "/Multiply"));
    assert!(!is_noted(open, "/Normal"));
    assert!(!is_noted("", "/Multiply"));
}

/// Programs disagree on what is beyond an end of a gradient whose colour changes exactly there.
#[test]
fn a_gradient_that_changes_its_colour_at_an_end_is_noted() {
    let is_noted = |bounds: &str, extend: &str| {
        let part = |from: &str, to: &str| {
            format!("<</FunctionType 2/Domain[0 1]/C0[{from}]/C1[{to}]/N 1>>")
        };
        let (first, second) = (part("1 0 0", "0 1 0"), part("0 0 1", "1 1 0"));
        let function = format!(
            "<</FunctionType 3/Domain[0 1]/Bounds[{bounds}]/Encode[0 1 0 1]/Functions[{first}{second}]>>"
        );
        let entries = format!(
            "/Shading<</S<</ShadingType 2/ColorSpace/DeviceRGB/Coords[30 0 70 0]/Extend[{extend}]/Function {function}>>>>"
        );
        let (avatar, _) = prepared(&pdf(&entries, "", b"/S sh", &[])).unwrap();
        let mut notes = avatar.notes().iter().map(ToString::to_string);
        notes.any(|note| note.contains("beyond an end of a gradient"))
    };
    assert!(is_noted("0", "true true"));
    assert!(is_noted("1", "true true"));
    assert!(is_noted("0", "true false"));
    assert!(!is_noted("0", "false true"));
    assert!(!is_noted("1", "true false"));
    assert!(!is_noted("0.5", "true true"));
}

/// What a page with these resources and objects is noted for.
fn notes(resources: &str, content: &[u8], objects: &[Vec<u8>]) -> Vec<String> {
    let (avatar, _) = prepared(&pdf(resources, "", content, objects)).unwrap();
    avatar.notes().iter().map(ToString::to_string).collect()
}

/// The marks of a highlighter blend with the text below them, also where their drawing is a group.
#[test]
fn annotations_that_blend_with_the_page_are_noted() {
    let is_noted = |group: &str| {
        let head = format!(
            "/Subtype/Form/BBox[0 0 9 9]{group}/Resources<</ExtGState<</M<</BM/Multiply>>>>>>"
        );
        let shown = object(5, &head, b"/M gs 1 1 0 rg 0 0 9 9 re f");
        let mark = "/MediaBox[0 0 100 100]/Annots[<</Subtype/Highlight/F 4/Rect[9 9 50 50]/AP<</N 5 0 R>>>>]";
        let file = pdf("", "", b"1 0 0 rg 0 0 90 90 re f", &[shown]);
        let file = String::from_utf8(file).unwrap();
        let file = file.replace("/MediaBox[0 0 100 100]", mark);
        let (avatar, _) = prepared(file.as_bytes()).unwrap();
        let mut notes = avatar.notes().iter().map(ToString::to_string);
        notes.any(|note| note.contains("blending of a group"))
    };
    assert!(is_noted("/Group<</S/Transparency>>"));
    assert!(!is_noted("/Group<</S/Transparency/I true>>"));
    assert!(!is_noted(""));
}

/// Programs read such functions differently, or draw nothing.
#[test]
fn functions_with_odd_intervals_are_noted() {
    let is_noted = |domain: &str, bounds: &str| {
        let part = "<</FunctionType 2/Domain[0 1]/C0[1 0 0]/C1[0 1 0]/N 1>>";
        let count = bounds.split_whitespace().count() + 1;
        let function = format!(
            "<</FunctionType 3/Domain[{domain}]/Bounds[{bounds}]/Encode[{}]/Functions[{}]>>",
            "0 1 ".repeat(count),
            part.repeat(count)
        );
        let shading = format!(
            "/Shading<</S<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 100 0]/Function {function}>>>>"
        );
        let notes = notes(&shading, b"/S sh", &[]);
        notes
            .iter()
            .any(|note| note.contains("a function of intervals"))
    };
    assert!(is_noted("0 1", ".7 .3"));
    assert!(is_noted(".5 .5", ".5"));
    assert!(is_noted("1 0", ".5"));
    assert!(is_noted("0 1", "1.5"));
    assert!(is_noted("0 1", "-1 .5"));
    assert!(!is_noted("0 2", "1.5"));
    assert!(!is_noted("0 1", "0 1"));
    assert!(!is_noted("0 1", ".3 .7"));
    assert!(!is_noted("0 1", ".5 .5"));
    assert!(!is_noted("0 1", ""));
    assert!(!is_noted("0 0", ""));
}

/// The renderer leaves such a mask out.
#[test]
fn a_mask_by_luminosity_without_colours_is_noted() {
    let is_noted = |kind: &str, space: &str| {
        let group = format!("/Subtype/Form/BBox[0 0 99 99]/Group<</S/Transparency{space}>>");
        let objects = [object(5, &group, b"1 g 0 0 50 50 re f")];
        let state = format!("/ExtGState<</G<</SMask<</S/{kind}/G 5 0 R>>>>>>");
        let notes = notes(&state, b"/G gs 0 0 99 99 re f", &objects);
        notes
            .iter()
            .any(|note| note.contains("a mask by luminosity"))
    };
    assert!(is_noted("Luminosity", ""));
    assert!(!is_noted("Luminosity", "/CS/DeviceGray"));
    assert!(!is_noted("Alpha", ""));
}

/// Nor does it read these.
#[test]
fn masks_that_cannot_be_read_are_noted() {
    let is_noted = |mask: &str, space: &str| {
        let group = format!("/Subtype/Form/BBox[0 0 99 99]/Group<</S/Transparency/CS {space}>>");
        let objects = [
            object(5, &group, b"1 g 0 0 50 50 re f"),
            object(6, "/N 3/Alternate/DeviceRGB", b"no profile"),
            object(7, "", b"no profile"),
        ];
        let state = format!("/ExtGState<</G<</SMask<<{mask}>>>>>>");
        let notes = notes(&state, b"/G gs 0 0 99 99 re f", &objects);
        notes.iter().any(|note| note.contains("a mask"))
    };
    let mask = "/S/Luminosity/G 5 0 R";
    for space in [
        "null",
        "0",
        "/Nonsense",
        "[]",
        "[/Nonsense]",
        "[/ICCBased 7 0 R]",
        "[/CalRGB]",
        "9 0 R",
        "[/DeviceN 1 2 3]",
        "[/DeviceN[]/DeviceGray<</FunctionType 2/Domain[0 1]/N 1>>]",
        "[/DeviceN[/Black]/Nonsense<</FunctionType 2/Domain[0 1]/N 1>>]",
        "[/Separation/All/Bogus 3]",
        "[/Separation/All/DeviceGray 3]",
        "[/Separation/All/DeviceGray<</FunctionType 2/N 1>>]",
        "[/Separation/All/DeviceGray<</FunctionType 4/Domain[0 1]/Range[0 1]>>]",
        "[/Separation/All/DeviceGray<</FunctionType 3/Domain[0 1]/Encode[0 1]>>]",
        "[/Separation/All[/ICCBased 7 0 R]<</FunctionType 2/Domain[0 1]/N 1>>]",
        "[/Indexed/Bogus 1<00ff>]",
        "[/Indexed/DeviceGray/One<00ff>]",
        "[/Indexed/DeviceGray 1 2]",
    ] {
        assert!(is_noted(mask, space), "{space}");
    }
    for space in [
        "/DeviceRGB",
        "[/DeviceCMYK]",
        "[/ICCBased 6 0 R]",
        "[/CalRGB<</WhitePoint[1 1 1]>>]",
        "[/Separation/Black/DeviceGray<</FunctionType 2/Domain[0 1]/N 1>>]",
        "[/DeviceN[/Black]/DeviceGray<</FunctionType 2/Domain[0 1]/N 1>>]",
        "[/Indexed/DeviceGray 1<00ff>]",
    ] {
        assert!(!is_noted(mask, space), "{space}");
    }
    for mask in [
        "/G 5 0 R",
        "/S/Light/G 5 0 R",
        "/S/Luminosity",
        "/S/Alpha",
        "/S/Alpha/G null",
    ] {
        assert!(is_noted(mask, "/DeviceGray"), "{mask}");
    }
}

/// The renderer paints the gradient as if nothing were stated.
#[test]
fn how_a_gradient_as_a_pattern_is_painted_is_noted() {
    let is_noted = |state: &str| {
        let part = "<</FunctionType 2/Domain[0 1]/C0[1 0 0]/C1[0 1 0]/N 1>>";
        let shading =
            format!("<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 100 0]/Function {part}>>");
        let pattern = format!("/Pattern<</P<</PatternType 2/Shading {shading}{state}>>>>");
        let notes = notes(&pattern, b"/Pattern cs /P scn 0 0 90 90 re f", &[]);
        notes
            .iter()
            .any(|note| note.contains("a gradient as a pattern"))
    };
    assert!(is_noted("/ExtGState<</ca .5>>"));
    assert!(is_noted("/ExtGState<</BM/Multiply>>"));
    assert!(is_noted("/ExtGState<</SMask<</S/Alpha/G 5 0 R>>>>"));
    assert!(!is_noted("/ExtGState<</ca 1/BM/Normal/SMask/None>>"));
    assert!(!is_noted(""));
}

/// Watermarks that are only printed are layers of this kind.
#[test]
fn layers_that_are_hidden_on_a_screen_are_noted() {
    let is_noted = |state: &str, defaults: &str, all: &str| {
        let layer =
            format!("5 0 obj<</Type/OCG/Name(A)/Usage<</View<</ViewState/{state}>>>>>>endobj\n");
        let layers = format!("/Catalog/OCProperties<</OCGs[{all}]/D<</{defaults}>>>>");
        let content = b"/OC /L BDC 0 0 50 50 re f EMC 50 50 9 9 re f";
        let file = pdf(
            "/Properties<</L 5 0 R>>",
            "",
            content,
            &[layer.into_bytes()],
        );
        let file = String::from_utf8(file).unwrap();
        let (avatar, _) = prepared(file.replace("/Catalog", &layers).as_bytes()).unwrap();
        let mut notes = avatar.notes().iter().map(ToString::to_string);
        notes.any(|note| note.contains("hiding of layers"))
    };
    assert!(is_noted("OFF", "OFF[]", "5 0 R"));
    assert!(!is_noted("ON", "OFF[]", "5 0 R"));
    assert!(!is_noted("OFF", "OFF[5 0 R]", "5 0 R"));
    assert!(!is_noted("OFF", "BaseState/OFF", "5 0 R"));
    assert!(!is_noted("OFF", "BaseState/OFF/ON[6 0 R]", "5 0 R"));
    assert!(is_noted("OFF", "BaseState/OFF/ON[5 0 R]", "5 0 R"));
    // Each of many references to one layer was read again.
    assert!(is_noted("OFF", "OFF[]", &"5 0 R ".repeat(9)));
    // It is shown only if the document asks for what the layer says.
    assert!(!is_noted("ON", "OFF[5 0 R]", "5 0 R"));
    let asked = |event: &str, category: &str, layers: &str| {
        let usage = format!("/AS[<</Event/{event}/Category[/{category}]/OCGs[{layers}]>>]");
        is_noted("ON", &format!("OFF[5 0 R]{usage}"), "5 0 R")
    };
    assert!(asked("View", "Zoom/View", "6 0 R 5 0 R"));
    // What is too much to read can ask for it.
    let much = format!("OFF[5 0 R]/AS[{}]", "0 ".repeat(1_000_001));
    assert!(is_noted("ON", &much, "5 0 R"));
    assert!(!asked("Print", "View", "5 0 R"));
    assert!(!asked("View", "Print", "5 0 R"));
    assert!(!asked("View", "View", "6 0 R"));
}

/// A document can have layers that are on other pages only.
#[test]
fn layers_that_the_page_does_not_use_are_not_noted() {
    let is_noted = |resources: &str, content: &[u8], entries: &str| {
        let off = "/Usage<</View<</ViewState/OFF>>>>";
        let form = |layer: &str| format!("/Subtype/Form/BBox[0 0 9 9]{layer}");
        let objects = [
            format!("5 0 obj<</Type/OCG/Name(A){off}>>endobj\n").into_bytes(),
            b"6 0 obj<</Type/OCMD/OCGs[5 0 R]>>endobj\n".to_vec(),
            b"7 0 obj<</Type/OCMD/OCGs 5 0 R>>endobj\n".to_vec(),
            object(8, &form("/OC 6 0 R"), b"0 0 9 9 re f"),
            object(
                9,
                &form("/Resources<</Properties<</M 7 0 R>>>>"),
                b"/OC /M BDC 0 0 9 9 re f EMC",
            ),
            object(10, &form(""), b"0 0 9 9 re f"),
        ];
        let file = String::from_utf8(pdf(resources, "", content, &objects)).unwrap();
        let layers = "/Catalog/OCProperties<</OCGs[5 0 R]/D<<>>>>";
        let page = format!("/MediaBox[0 0 100 100]{entries}");
        let file = file.replace("/Catalog", layers);
        let file = file.replacen("/MediaBox[0 0 100 100]", &page, 1);
        let (avatar, _) = prepared(file.as_bytes()).unwrap();
        let mut notes = avatar.notes().iter().map(ToString::to_string);
        notes.any(|note| note.contains("hiding of layers"))
    };
    let mark = b"0 0 50 50 re f";
    let marked = b"/OC /L BDC 0 0 50 50 re f EMC";
    assert!(!is_noted("", mark, ""));
    assert!(!is_noted("/Properties<</L 5 0 R>>", mark, ""));
    assert!(is_noted("/Properties<</L 5 0 R>>", marked, ""));
    assert!(is_noted("/Properties<</L 6 0 R>>", marked, ""));
    assert!(is_noted("/Properties<</L 7 0 R>>", marked, ""));
    // Rules that are part of the resources, and expressions.
    let deep = format!("{}5 0 R{}", "[/Not ".repeat(17), "]".repeat(17));
    for (rule, is_on) in [
        ("/OCGs[5 0 R]", true),
        ("/OCGs 5 0 R", true),
        ("/OCGs[6 0 R]", false),
        ("/VE[/Not 5 0 R]", true),
        ("/VE[/Or[/And 6 0 R[/Not 5 0 R]]6 0 R]", true),
        ("/VE[/Not 6 0 R]", false),
        // It is not followed so deep, and could name the layer.
        (&*format!("/VE{deep}"), true),
    ] {
        let rule = format!("/Properties<</L<</Type/OCMD{rule}>>>>");
        assert_eq!(is_noted(&rule, marked, ""), is_on, "{rule}");
        assert!(!is_noted(&rule, mark, ""), "{rule}");
    }
    for form in ["8", "9"] {
        let forms = format!("/XObject<</X {form} 0 R>>");
        assert!(is_noted(&forms, b"/X Do 50 50 9 9 re f", ""), "{form}");
        assert!(!is_noted(&forms, mark, ""), "{form}");
    }
    let note = |flags: u32| {
        let note = format!(
            "/Annots[<</Subtype/Stamp/F {flags}/Rect[9 9 50 50]/OC 5 0 R/AP<</N 9 0 R>>>>]"
        );
        is_noted("", mark, &note)
    };
    assert!(note(4));
    // What an annotation is drawn as is on the layer, in the state that it has.
    let states = "<</On 8 0 R/Off 10 0 R>>";
    for (drawn, state, is_on) in [
        ("8 0 R", "", true),
        (states, "/AS/On", true),
        (states, "/AS/Off", false),
        (states, "", false),
        ("<</Off 8 0 R>>", "/AS/Other", true),
    ] {
        let note =
            format!("/Annots[<</Subtype/Widget/F 4/Rect[9 9 50 50]{state}/AP<</N {drawn}>>>>]");
        assert_eq!(is_noted("", mark, &note), is_on, "{drawn} {state}");
    }
}

/// What the page does not use cannot be drawn wrongly.
#[test]
fn what_the_page_does_not_use_is_not_noted() {
    let is_noted = |content: &[u8], flags: u32| {
        let part = "<</FunctionType 2/Domain[0 1]/C0[1 0 0]/C1[0 1 0]/N 1>>";
        let function = format!(
            "<</FunctionType 3/Domain[0 1]/Bounds[.7 .3]/Encode[0 1 0 1 0 1]/Functions[{part}{part}{part}]>>"
        );
        let shading = format!(
            "<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 100 0]/Function {function}>>"
        );
        let resources = format!(
            "/Shading<</S {shading}>>/Pattern<</P<</PatternType 2/Shading {shading}>>>>/ExtGState<</G<</SMask<</S/Luminosity>>>>>>"
        );
        let form = format!("/Subtype/Form/BBox[0 0 9 9]/Resources<<{resources}>>");
        let objects = [object(5, &form, b"/S sh"), object(6, &form, b"/T sh")];
        let note = |number: u32, flags: u32| {
            format!("<</Subtype/Stamp/F {flags}/Rect[9 9 50 50]/AP<</N {number} 0 R>>>>")
        };
        let notes = format!(
            "/MediaBox[0 0 100 100]/Annots[{}{}]",
            note(5, flags),
            note(6, 4)
        );
        let file = String::from_utf8(pdf(&resources, "", content, &objects)).unwrap();
        let file = file.replacen("/MediaBox[0 0 100 100]", &notes, 1);
        let (avatar, _) = prepared(file.as_bytes()).unwrap();
        let mut notes = avatar.notes().iter().map(ToString::to_string);
        notes.any(|note| note.contains("a function of intervals") || note.contains("a mask"))
    };
    let mark = "0 0 50 50 re f ";
    assert!(!is_noted(mark.as_bytes(), 2));
    assert!(!is_noted(mark.as_bytes(), 32));
    assert!(is_noted(mark.as_bytes(), 4));
    for used in [
        "/S sh",
        "/Pattern cs /P scn 0 0 9 9 re f",
        "/G gs 0 0 9 9 re f",
    ] {
        assert!(is_noted(format!("{mark}{used}").as_bytes(), 2), "{used}");
    }
}

//! Documents that paint much with few instructions, or hide how long they are, are refused before they cost
//! much. The larger ones are made by `benches/bombs`.

use std::fmt::Write as _;

use avatar_prepare::{Avatar, Error, Limit, Limits, Preparer, Settings, Source};

use crate::bombs::{deflated, exceeded, pdf};

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

/// The limit that a document is over.
#[track_caller]
fn limit(bytes: &[u8]) -> Limit {
    exceeded(prepared(bytes))
}

/// Bytes of memory that were granted for it.
#[track_caller]
fn memory(bytes: &[u8]) -> u64 {
    prepared(bytes).unwrap().1
}

fn object(number: usize, dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "{number} 0 obj<<{dictionary}/Length {}>>stream\n",
        content.len()
    );
    [head.as_bytes(), content, b"\nendstream endobj\n"].concat()
}

/// Each pattern is painted with the next ten times.
fn patterns(levels: usize) -> Vec<u8> {
    let head = "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9";
    let fills = format!("/Pattern cs /P scn {}", "0 0 9 9 re f ".repeat(10));
    let mut objects: Vec<_> = (5..5 + levels)
        .map(|n| {
            let inner = format!("{head}/Resources<</Pattern<</P {} 0 R>>>>", n + 1);
            object(n, &inner, fills.as_bytes())
        })
        .collect();
    let last = format!("{head}/Resources<<>>");
    objects.push(object(5 + levels, &last, b"0 0 9 9 re f"));
    let content = b"/Pattern cs /P scn 0 0 100 100 re f";
    pdf("/Pattern<</P 5 0 R>>", "", content, &objects)
}

/// Each glyph shows that of the next font ten times.
fn glyphs(levels: usize) -> Vec<u8> {
    let font = |n: usize, fonts: &str| {
        format!(
            "{n} 0 obj<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a {} 0 R>>\
             /Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[0]/Resources<<{fonts}>>>>endobj\n",
            n + 1
        )
        .into_bytes()
    };
    let mut objects = Vec::new();
    for n in (5..).step_by(2).take(levels) {
        objects.push(font(n, &format!("/Font<</F {} 0 R>>", n + 2)));
        objects.push(object(n + 1, "", b"9 0 d0 BT /F 1 Tf (aaaaaaaaaa) Tj ET"));
    }
    objects.push(font(5 + 2 * levels, ""));
    objects.push(object(6 + 2 * levels, "", b"9 0 d0 0 0 9 9 re f"));
    pdf("/Font<</F 5 0 R>>", "", b"BT /F 1 Tf (a) Tj ET", &objects)
}

/// Each mask is a form that is painted through the next, in ten versions.
fn masks(levels: usize) -> Vec<u8> {
    let form =
        "/Type/XObject/Subtype/Form/BBox[0 0 100 100]/Group<</S/Transparency/CS/DeviceGray>>";
    let states = |n: usize| {
        let mut all = String::new();
        for version in 0..10 {
            write!(
                all,
                "/G{version}<</SMask<</S/Luminosity/N {version}/G {n} 0 R>>>>"
            )
            .unwrap();
        }
        format!("/ExtGState<<{all}>>")
    };
    let uses: String = (0..10)
        .map(|n| format!("/G{n} gs 0 0 100 100 re f "))
        .collect();
    let mut objects: Vec<_> = (5..5 + levels)
        .map(|n| {
            let resources = format!("{form}/Resources<<{}>>", states(n + 1));
            object(n, &resources, uses.as_bytes())
        })
        .collect();
    objects.push(object(5 + levels, form, b"1 g 0 0 100 100 re f"));
    pdf(&states(5), "", uses.as_bytes(), &objects)
}

#[test]
fn patterns_glyphs_and_masks_within_one_another_are_counted() {
    for (name, make) in [
        ("patterns", patterns as fn(usize) -> Vec<u8>),
        ("glyphs", glyphs),
        ("masks", masks),
    ] {
        assert!(prepared(&make(1)).is_ok(), "{name}");
        assert_eq!(limit(&make(9)), Limit::Work, "{name}");
        // Deeper than the stack of a thread.
        assert_eq!(limit(&make(5_000)), Limit::Work, "{name}");
    }
}

/// Forms that a glyph draws are not among those of the page.
#[test]
fn forms_within_a_glyph_are_counted() {
    let forms = |levels: usize| {
        let kind = "/Subtype/Form/BBox[0 0 9 9]";
        let mut objects = vec![
            b"5 0 obj<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 6 0 R>>\
              /Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[0]\
              /Resources<</XObject<</X 7 0 R>>>>>>endobj\n"
                .to_vec(),
            object(6, "", b"9 0 d0 /X Do"),
        ];
        for n in 7..7 + levels {
            let inner = format!("{kind}/Resources<</XObject<</X {} 0 R>>>>", n + 1);
            objects.push(object(n, &inner, "/X Do ".repeat(10).as_bytes()));
        }
        objects.push(object(7 + levels, kind, b"0 0 9 9 re f"));
        pdf("/Font<</F 5 0 R>>", "", b"BT /F 1 Tf (a) Tj ET", &objects)
    };
    assert!(prepared(&forms(2)).is_ok());
    assert_eq!(limit(&forms(9)), Limit::Work);
}

/// A picture that is painted many times is kept as many times, in the size in which it is shown.
#[test]
fn what_is_painted_is_part_of_the_estimate() {
    let pictures = |count: usize| {
        let picture = object(
            5,
            "/Subtype/Image/Width 64/Height 64/BitsPerComponent 8/ColorSpace/DeviceGray",
            &[99; 64 * 64],
        );
        let content = "q 100 0 0 100 0 0 cm /X Do Q ".repeat(count);
        pdf("/XObject<</X 5 0 R>>", "", content.as_bytes(), &[picture])
    };
    let one = 4 * 64 * 64;
    let (few, many) = (memory(&pictures(1)), memory(&pictures(201)));
    assert!(many > few + 200 * one, "{few}, {many}");
    assert_eq!(limit(&pictures(5_000)), Limit::DecodedBytes);
    let fills = |count: usize| pdf("", "", "0 0 100 100 re f ".repeat(count).as_bytes(), &[]);
    // 160 bands of four rows, each with two ends.
    let (few, many) = (memory(&fills(1)), memory(&fills(101)));
    assert!(many > few + 100 * 160 * 40, "{few}, {many}");
    assert_eq!(limit(&fills(20_000)), Limit::DecodedBytes);
    let letters = |count: usize| {
        let content = format!("BT /F 9 Tf ({}) Tj ET", "a".repeat(count));
        pdf("", "", content.as_bytes(), &[])
    };
    assert!(memory(&letters(2_000)) > memory(&letters(1)) + 2_000 * 250);
}

#[test]
fn dashes_and_tiles_are_counted() {
    let line = |dash: &str| {
        let content = format!("[{dash}] 0 d 0 0 m 100 100 l S");
        pdf("", "", content.as_bytes(), &[])
    };
    assert!(prepared(&line("5")).is_ok());
    assert_eq!(limit(&line("0.000001")), Limit::Work);
    let tiles = |step: &str| {
        let tile = object(
            5,
            &format!(
                "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 100 100]/XStep {step}/YStep {step}/Resources<<>>"
            ),
            b"0 0 9 9 re f",
        );
        let content = b"/Pattern cs /P scn 0 0 100 100 re f";
        pdf("/Pattern<</P 5 0 R>>", "", content, &[tile])
    };
    assert!(prepared(&tiles("40")).is_ok());
    assert_eq!(limit(&tiles("0.01")), Limit::Work);
}

/// Chains that filled the stack, which ended the process.
#[test]
fn functions_and_colour_spaces_are_not_deep() {
    let chain = |levels: usize, link: &dyn Fn(usize) -> String, last: &str| {
        let mut objects: Vec<_> = (6..6 + levels)
            .map(|n| format!("{n} 0 obj{}endobj\n", link(n + 1)).into_bytes())
            .collect();
        objects.push(format!("{} 0 obj{last}endobj\n", 6 + levels).into_bytes());
        objects
    };
    let shading = b"5 0 obj<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 100 100]/Function 6 0 R>>endobj\n";
    let functions = |levels: usize, each: usize| {
        let link = |n: usize| {
            let bounds: String = (1..each).map(|n| format!(".{n} ")).collect();
            let (encode, all) = ("0 1 ".repeat(each), format!("{n} 0 R ").repeat(each));
            format!(
                "<</FunctionType 3/Domain[0 1]/Bounds[{bounds}]/Encode[{encode}]/Functions[{all}]>>"
            )
        };
        let last = "<</FunctionType 2/N 1/Domain[0 1]/C0[0]/C1[1]>>";
        let objects = [vec![shading.to_vec()], chain(levels, &link, last)].concat();
        pdf("/Shading<</S 5 0 R>>", "", b"/S sh", &objects)
    };
    assert!(prepared(&functions(3, 1)).is_ok());
    assert!(prepared(&functions(2, 9)).is_ok());
    assert_eq!(limit(&functions(20_000, 1)), Limit::Work);
    assert_eq!(limit(&functions(12, 9)), Limit::Work);
    let spaces = |levels: usize| {
        let link = |n: usize| format!("[/Indexed {n} 0 R 1 <0000>]");
        let objects = chain(levels, &link, "/DeviceGray");
        let content = b"/C cs 0 sc 0 0 9 9 re f";
        pdf("/ColorSpace<</C 6 0 R>>", "", content, &objects)
    };
    assert!(prepared(&spaces(2)).is_ok());
    assert_eq!(limit(&spaces(20_000)), Limit::Work);
    let calculation = |levels: usize| {
        let first = String::from_utf8_lossy(shading).replace("Type 2", "Type 1");
        let braces = format!("{}pop{}", "{".repeat(levels), "}".repeat(levels));
        let entries = "/FunctionType 4/Domain[0 1 0 1]/Range[0 1]";
        let objects = [first.into_bytes(), object(6, entries, braces.as_bytes())];
        pdf("/Shading<</S 5 0 R>>", "", b"/S sh", &objects)
    };
    assert!(prepared(&calculation(1)).is_ok());
    assert_eq!(limit(&calculation(20_000)), Limit::Work);
    assert_eq!(limit(&calculation(9_000)), Limit::Work);
    let mesh = |length: usize| {
        let entries = "/ShadingType 4/ColorSpace/DeviceGray/BitsPerCoordinate 8/BitsPerComponent 8/BitsPerFlag 8\
                       /Decode[0 100 0 100 0 1]/Filter/FlateDecode";
        let mesh = object(5, entries, &deflated(&vec![0; length]));
        pdf("/Shading<</S 5 0 R>>", "", b"/S sh", &[mesh])
    };
    assert!(prepared(&mesh(1_200)).is_ok());
    assert_eq!(limit(&mesh(9_000_000)), Limit::Work);
}

/// The renderer follows definitions that contain themselves without end, which ended the process.
#[test]
fn definitions_that_contain_themselves_are_refused() {
    let shading = b"5 0 obj<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 100 100]/Function 6 0 R>>endobj\n";
    let function =
        b"6 0 obj<</FunctionType 3/Domain[0 1]/Bounds[]/Encode[0 1]/Functions[6 0 R]>>endobj\n";
    let objects = [shading.to_vec(), function.to_vec()];
    assert_eq!(
        limit(&pdf("/Shading<</S 5 0 R>>", "", b"/S sh", &objects)),
        Limit::Work
    );
    let content = b"/C cs 0 sc 0 0 9 9 re f";
    let space = |name: &str| format!("5 0 obj[/Indexed {name} 1 <0000>]endobj\n").into_bytes();
    let named = |name: &str| pdf("/ColorSpace<</C 5 0 R>>", "", content, &[space(name)]);
    assert!(prepared(&named("/DeviceGray")).is_ok());
    assert_eq!(limit(&named("5 0 R")), Limit::Work);
    // The colour space of the group of a mask.
    let mask = |space: &str| {
        let group = format!("/Subtype/Form/BBox[0 0 9 9]/Group<</S/Transparency/CS {space}>>");
        let objects = [
            object(5, &group, b"0 0 9 9 re f"),
            b"6 0 obj[/Indexed 6 0 R 1 <0000>]endobj\n".to_vec(),
        ];
        let state = "/ExtGState<</G<</SMask<</S/Luminosity/G 5 0 R>>>>>>";
        pdf(state, "", b"/G gs 0 0 9 9 re f", &objects)
    };
    assert!(prepared(&mask("/DeviceGray")).is_ok());
    assert_eq!(limit(&mask("6 0 R")), Limit::Work);
}

/// A form without resources has those of what draws it.
#[test]
fn forms_with_the_resources_of_the_page_are_counted() {
    let forms = |levels: usize| {
        let names: String = (5..6 + levels).map(|n| format!("/X{n} {n} 0 R")).collect();
        let form = "/Subtype/Form/BBox[0 0 9 9]";
        let mut objects: Vec<_> = (5..5 + levels)
            .map(|n| object(n, form, format!("/X{} Do ", n + 1).repeat(2).as_bytes()))
            .collect();
        objects.push(object(5 + levels, form, b"0 0 9 9 re f"));
        pdf(&format!("/XObject<<{names}>>"), "", b"/X5 Do", &objects)
    };
    assert!(prepared(&forms(3)).is_ok());
    assert_eq!(limit(&forms(30)), Limit::Work);
}

/// Instructions that paint nothing take their time at each letter.
#[test]
fn long_glyphs_are_counted() {
    let text = |length: usize, letters: usize| {
        let font = b"5 0 obj<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 6 0 R>>\
                     /Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[0]/Resources<<>>>>endobj\n";
        let glyph = format!("9 0 d0 {}", "q Q ".repeat(length / 4));
        let objects = [
            font.to_vec(),
            object(6, "/Filter/FlateDecode", &deflated(glyph.as_bytes())),
        ];
        let content = format!("BT /F 1 Tf ({}) Tj ET", "a".repeat(letters));
        pdf("/Font<</F 5 0 R>>", "", content.as_bytes(), &objects)
    };
    assert!(prepared(&text(200, 200)).is_ok());
    // A million bytes are allowed. They are only counted here, because painting them takes long.
    let mut preparer = Preparer::new(Settings::default(), Limits::default());
    let counted = preparer.inspect(&Source::Bytes(text(1_000, 1_000)));
    assert!(counted.is_ok(), "{:?}", counted.err());
    assert_eq!(limit(&text(1_000_000, 20_000)), Limit::Work);
}

/// The memory of a clip is free again where it ends.
#[test]
fn clips_that_follow_one_another_are_not_added_up() {
    // The content is equally long, because its length counts, too.
    let clips = |clip: char, end: char| {
        // A rectangle in an equal one is no clip of its own.
        let triangle = "0 0 m 99 0 l 50 99 l h";
        let content = format!("q {triangle} {clip} n 0 0 9 9 re f {end} ").repeat(100);
        memory(&pdf("", "", content.as_bytes(), &[]))
    };
    let (without, followed, nested) = (clips(' ', 'Q'), clips('W', 'Q'), clips('W', ' '));
    assert!(followed < without + 50_000, "{followed} {without}");
    assert!(nested > followed + 100_000, "{nested} {followed}");
}

/// What notes on the page are drawn as is not part of its content.
#[test]
fn forms_within_a_note_are_counted() {
    let notes = |levels: usize| {
        let kind = "/Subtype/Form/BBox[0 0 9 9]";
        let mut objects: Vec<_> = (5..5 + levels)
            .map(|n| {
                let inner = format!("{kind}/Resources<</XObject<</X {} 0 R>>>>", n + 1);
                object(n, &inner, "/X Do ".repeat(10).as_bytes())
            })
            .collect();
        objects.push(object(5 + levels, kind, b"0 0 9 9 re f"));
        let note = "/MediaBox[0 0 100 100]/Annots[<</Subtype/Stamp/Rect[0 0 9 9]/AP<</N 5 0 R>>>>]";
        let file = pdf("", "", b"", &objects);
        String::from_utf8(file)
            .unwrap()
            .replace("/MediaBox[0 0 100 100]", note)
            .into_bytes()
    };
    assert!(prepared(&notes(2)).is_ok());
    assert_eq!(limit(&notes(9)), Limit::Work);
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digits}>").into_bytes()
}

/// In groups of four bytes, without an abbreviation for zeros.
fn base_85(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for group in bytes.chunks(4) {
        let mut whole = [0; 4];
        whole[..group.len()].copy_from_slice(group);
        let value = u32::from_be_bytes(whole);
        let digits = (0..5).map(|place| (value / 85_u32.pow(4 - place) % 85) as u8 + b'!');
        text.extend(digits.take(group.len() + 1));
    }
    [&text[..], b"~>"].concat()
}

#[test]
fn a_stream_is_measured_through_all_its_filters() {
    let spaces = |length: u64| vec![b' '; length as usize];
    let long = deflated(&deflated(&spaces(DECODED + 9)));
    let twice = "/FlateDecode/FlateDecode]";
    let hex = format!("/Filter[/ASCIIHexDecode{twice}");
    let escaped = format!("/Filter[/ASCIIHex#44ecode{twice}");
    let eighty_five = format!("/Filter[/A85{twice}");
    let filled = |entries: &str, content: &[u8]| limit(&pdf("", entries, content, &[]));
    assert_eq!(filled(&hex, &hexadecimal(&long)), Limit::DecodedBytes);
    assert_eq!(filled(&escaped, &hexadecimal(&long)), Limit::DecodedBytes);
    assert_eq!(filled(&eighty_five, &base_85(&long)), Limit::DecodedBytes);
    let bare = deflated(&spaces(DECODED + 9));
    let bare = &bare[2..bare.len() - 4];
    assert_eq!(filled("/Filter/FlateDecode", bare), Limit::DecodedBytes);
    let runs = [0x81, b' '].repeat(DECODED as usize / 128 + 9);
    let behind = base_85(&deflated(&runs));
    assert_eq!(filled("/Filter[/A85/Fl/RL]", &behind), Limit::DecodedBytes);
    let elsewhere = format!("5 0 obj[/ASCIIHexDecode{twice}endobj\n").into_bytes();
    let hidden = pdf("", "/Filter 5 0 R", &hexadecimal(&long), &[elsewhere]);
    assert_eq!(limit(&hidden), Limit::DecodedBytes);
    // What such filters hold is drawn.
    let drawn = |entries: &str, content: &[u8]| {
        let (avatar, _) = prepared(&pdf("", entries, content, &[])).unwrap();
        avatar.bytes().to_vec()
    };
    let plain = drawn("", b"0 0 50 50 re f");
    let short = deflated(&deflated(b"0 0 50 50 re f"));
    assert!(drawn(&hex, &hexadecimal(&short)) == plain);
    assert!(drawn(&eighty_five, &base_85(&short)) == plain);
}

#[test]
fn content_that_names_a_stream_often_is_as_long_as_all_of_it() {
    let parts = |count: usize| {
        let page = format!(
            "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents[{}]>>endobj\n",
            "5 0 R ".repeat(count)
        );
        let part = object(5, "/Filter/FlateDecode", &deflated(&[b' '; 1 << 20]));
        let file = pdf("", "", b"", &[part]);
        let text = String::from_utf8_lossy(&file);
        let start = text.find("3 0 obj").unwrap();
        let end = start + text[start..].find("endobj\n").unwrap() + 7;
        // Before that place all bytes are ASCII, so that places in the text are places in the file.
        [&file[..start], page.as_bytes(), &file[end..]].concat()
    };
    assert!(prepared(&parts(3)).is_ok());
    assert_eq!(limit(&parts(30)), Limit::DecodedBytes);
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
    // What an annotation is drawn as is on the layer, in one state or another.
    for (drawn, is_on) in [
        ("8 0 R", true),
        ("<</On 8 0 R/Off 10 0 R>>", true),
        ("<</Off 10 0 R>>", false),
    ] {
        let note = format!("/Annots[<</Subtype/Widget/F 4/Rect[9 9 50 50]/AP<</N {drawn}>>>>]");
        assert_eq!(is_noted("", mark, &note), is_on, "{drawn}");
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

//! Documents that paint much with few instructions, or hide how long they are, are refused before they cost
//! much. The larger ones are made by `benches/bombs`.

use std::fmt::Write as _;

use avatar_prepare::{Limit, Limits, Preparer, Settings, Source};

use super::{DECODED, object, prepared};
use crate::bombs::{deflated, exceeded, pdf};

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

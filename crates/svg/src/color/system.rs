//! System colours (CSS Color 4, section 6.2 and appendix A) with a light theme, as Chromium on Linux states them.

/// Names in lower case, sorted, with red, green, blue and opacity.
const TABLE: [(&str, [u8; 4]); 44] = [
    ("-webkit-activelink", [255, 0, 0, 255]),
    ("-webkit-link", [0, 0, 238, 255]),
    ("accentcolor", [0, 117, 255, 255]),
    ("accentcolortext", [255, 255, 255, 255]),
    ("activeborder", [0, 0, 0, 255]),
    ("activecaption", [255, 255, 255, 255]),
    ("activetext", [255, 0, 0, 255]),
    ("appworkspace", [255, 255, 255, 255]),
    ("background", [255, 255, 255, 255]),
    ("buttonborder", [0, 0, 0, 255]),
    ("buttonface", [239, 239, 239, 255]),
    ("buttonhighlight", [239, 239, 239, 255]),
    ("buttonshadow", [239, 239, 239, 255]),
    ("buttontext", [0, 0, 0, 255]),
    ("canvas", [255, 255, 255, 255]),
    ("canvastext", [0, 0, 0, 255]),
    ("captiontext", [0, 0, 0, 255]),
    ("field", [255, 255, 255, 255]),
    ("fieldtext", [0, 0, 0, 255]),
    ("graytext", [128, 128, 128, 255]),
    ("highlight", [0, 65, 198, 204]),
    ("highlighttext", [255, 255, 255, 255]),
    ("inactiveborder", [0, 0, 0, 255]),
    ("inactivecaption", [255, 255, 255, 255]),
    ("inactivecaptiontext", [128, 128, 128, 255]),
    ("infobackground", [255, 255, 255, 255]),
    ("infotext", [0, 0, 0, 255]),
    ("linktext", [0, 0, 238, 255]),
    ("mark", [255, 255, 0, 255]),
    ("marktext", [0, 0, 0, 255]),
    ("menu", [255, 255, 255, 255]),
    ("menutext", [0, 0, 0, 255]),
    ("scrollbar", [255, 255, 255, 255]),
    ("selecteditem", [25, 103, 210, 255]),
    ("selecteditemtext", [255, 255, 255, 255]),
    ("threeddarkshadow", [0, 0, 0, 255]),
    ("threedface", [239, 239, 239, 255]),
    ("threedhighlight", [0, 0, 0, 255]),
    ("threedlightshadow", [0, 0, 0, 255]),
    ("threedshadow", [0, 0, 0, 255]),
    ("visitedtext", [85, 26, 139, 255]),
    ("window", [255, 255, 255, 255]),
    ("windowframe", [0, 0, 0, 255]),
    ("windowtext", [0, 0, 0, 255]),
];

/// The colour of this name, in any case of letters.
pub(super) fn color(name: &str) -> Option<[u8; 4]> {
    let mut all = TABLE.iter();
    let found = all.find(|(known, _)| name.eq_ignore_ascii_case(known));
    found.map(|(_, color)| *color)
}

/// Whether this is the name of a system colour, which the renderer does not know.
pub(crate) fn is_system(name: &str) -> bool {
    color(name).is_some()
}

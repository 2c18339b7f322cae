//! Drawings: any text, and any style sheet in a drawing that uses all kinds of selectors.

use super::pictures::{outcome, settings};

/// Longer texts find nothing that shorter ones do not.
const LONGEST: usize = 16 << 10;
const HEAD: &str = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' \
                    viewBox='0 0 40 30'>";
const BODY: &str = "<g id='a' class='b c'><rect class='b' width='20' height='30' style='fill:var(--x, red)'/>\
                    <circle cx='20' cy='15' r='9' data-d='e f'/><path d='M0 0h9v9z'/></g><use xlink:href='#a'/>\
                    <text x='5' y='9'>ab</text></svg>";

/// A drawing, or what is in one if it does not start like one.
pub fn drawing(input: &[u8]) {
    if input.len() > LONGEST {
        return;
    }
    match input.starts_with(b"<") || input.starts_with(&[0x1f, 0x8b]) {
        true => outcome(input, &settings()),
        false => outcome(&[HEAD.as_bytes(), input, b"</svg>"].concat(), &settings()),
    };
}

/// A style sheet.
pub fn style_sheet(input: &[u8]) {
    let (Ok(text), true) = (std::str::from_utf8(input), input.len() <= LONGEST) else {
        return;
    };
    let text = text.replace("]]>", "");
    let drawing = format!("{HEAD}<style><![CDATA[{text}]]></style>{BODY}");
    outcome(drawing.as_bytes(), &settings());
}

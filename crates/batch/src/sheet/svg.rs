//! A page of the sheet as a drawing: four columns and six rows of pictures.

use super::entry::Entry;
use crate::report::bytes::display_bytes;
use crate::report::markup::escape;
use crate::report::record::{FileRecord, Status, UP_TO_DATE};

/// Width and height of a page, in pixels.
pub(super) const EDGE: u32 = 1600;

const COLUMNS: usize = 4;
const ROWS: usize = 6;

/// Pictures on a page.
pub(super) const ON_A_PAGE: usize = COLUMNS * ROWS;

/// Height of the heading.
const HEAD: usize = 76;

/// Size of a cell.
const ACROSS: usize = 380;
const DOWN: usize = 250;

/// Edge of a picture in its cell.
const VIEW: usize = 164;

/// Longest text of a line: more would reach into the next cell.
const LINE: usize = 46;

/// Draws page `number` of `count`.
pub(super) fn page(entries: &[Entry], is_round: bool, number: usize, count: usize) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{EDGE}\" height=\"{EDGE}\" \
         font-family=\"Arimo, Arial, sans-serif\">\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\
         <text x=\"40\" y=\"50\" font-size=\"28\" font-weight=\"bold\" fill=\"#1b1f24\">\
         avatar-prep: before and after</text>\
         <text x=\"1560\" y=\"50\" font-size=\"22\" text-anchor=\"end\" fill=\"#4f5864\">\
         page {number} of {count}</text>"
    );
    for (at, entry) in entries.iter().enumerate() {
        let (x, y) = (40 + at % COLUMNS * ACROSS, HEAD + at / COLUMNS * DOWN);
        svg.push_str(&cell(entry, is_round, x, y));
    }
    svg.push_str("</svg>");
    svg
}

fn cell(entry: &Entry, is_round: bool, x: usize, y: usize) -> String {
    let right = x + VIEW + 12;
    let views = [before(entry, x, y), after(entry, is_round, right, y)];
    let record = &entry.record;
    let name = record.source.rsplit(['/', '\\']).next().unwrap_or_default();
    let (facts, color) = facts(record);
    let lines = [
        (cut(name), "#1b1f24", "bold"),
        (cut(&facts), color, "normal"),
        (cut(&record.flags.join(", ")), "#7a4b00", "normal"),
    ];
    let mut cell = views.concat();
    for (line, (text, color, weight)) in lines.iter().enumerate() {
        let at = y + VIEW + 22 + line * 21;
        cell.push_str(&format!(
            "<text x=\"{x}\" y=\"{at}\" font-size=\"16\" font-weight=\"{weight}\" fill=\"{color}\">\
             {}</text>",
            escape(text)
        ));
    }
    cell
}

/// What became of a picture, and the colour of that line.
fn facts(record: &FileRecord) -> (String, &'static str) {
    if record.status == Status::Failed {
        let code = record.code.unwrap_or_default();
        let message = record.message.as_deref().unwrap_or_default();
        return (format!("failed [{code}] {message}"), "#a8071a");
    }
    if record.status == Status::Skipped && record.code != Some(UP_TO_DATE) {
        let message = record.message.as_deref().unwrap_or_default();
        return (format!("skipped: {message}"), "#4f5864");
    }
    let size = record.size.map(|size| format!("{size} px"));
    let bytes = record.bytes.map(display_bytes);
    let quality = record.quality.map(|quality| format!("quality {quality}"));
    let parts: Vec<String> = [size, bytes, quality].into_iter().flatten().collect();
    (parts.join(", "), "#4f5864")
}

/// The source, whole, in the middle of its place.
fn before(entry: &Entry, x: usize, y: usize) -> String {
    match &entry.before {
        Some(before) => picture(&before.src, x, y, ""),
        None => none("no preview", x, y),
    }
}

/// The result; what a circular mask hides is covered.
fn after(entry: &Entry, is_round: bool, x: usize, y: usize) -> String {
    let Some(after) = &entry.after else {
        return none("no result", x, y);
    };
    let picture = picture(after, x, y, "");
    if !is_round {
        return picture;
    }
    let (radius, middle) = (VIEW / 2, y + VIEW / 2);
    format!(
        "{picture}<path fill=\"#ffffff\" fill-opacity=\"0.72\" fill-rule=\"evenodd\" \
         d=\"M{x} {y}h{VIEW}v{VIEW}h-{VIEW}zM{x} {middle}a{radius} {radius} 0 1 0 {VIEW} 0\
         a{radius} {radius} 0 1 0 -{VIEW} 0z\"/>"
    )
}

fn picture(address: &str, x: usize, y: usize, more: &str) -> String {
    format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{VIEW}\" height=\"{VIEW}\" fill=\"#f3f4f6\"/>\
         <image x=\"{x}\" y=\"{y}\" width=\"{VIEW}\" height=\"{VIEW}\" href=\"{address}\"{more}/>"
    )
}

fn none(why: &str, x: usize, y: usize) -> String {
    let (middle, line) = (x + VIEW / 2, y + VIEW / 2);
    format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{VIEW}\" height=\"{VIEW}\" fill=\"#f3f4f6\"/>\
         <text x=\"{middle}\" y=\"{line}\" font-size=\"16\" text-anchor=\"middle\" \
         fill=\"#4f5864\">{why}</text>"
    )
}

/// The start of a long text.
fn cut(text: &str) -> String {
    if text.chars().count() <= LINE {
        return text.into();
    }
    let start: String = text.chars().take(LINE - 1).collect();
    format!("{}…", start.trim_end())
}

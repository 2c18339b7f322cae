//! Writes XML.

use std::fmt::Write;

/// Appends elements to a text.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: String,
    is_tag_open: bool,
}

impl Writer {
    pub(super) fn start(&mut self, name: &str) {
        self.close_tag();
        self.text.push('<');
        self.text.push_str(name);
        self.is_tag_open = true;
    }

    /// An attribute of the element that was just started.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        self.escaped(value, true);
        self.text.push('"');
    }

    pub(super) fn end(&mut self, name: &str) {
        if self.is_tag_open {
            self.text.push_str("/>");
            self.is_tag_open = false;
        } else {
            // Writing to a text does not fail.
            let _ = write!(self.text, "</{name}>");
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.close_tag();
        self.escaped(text, false);
    }

    /// Bytes that were written.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Removes the byte at a place that was written before.
    pub(super) fn remove(&mut self, at: usize) {
        if self.text.is_char_boundary(at) && at < self.text.len() {
            self.text.remove(at);
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn close_tag(&mut self) {
        if self.is_tag_open {
            self.text.push('>');
            self.is_tag_open = false;
        }
    }

    fn escaped(&mut self, text: &str, is_value: bool) {
        let mut rest = text;
        let is_special = |c: char| match c {
            '<' | '>' | '&' => true,
            '"' | '\n' | '\t' | '\r' => is_value,
            _ => false,
        };
        while let Some(at) = rest.find(is_special) {
            let (plain, from) = rest.split_at(at);
            self.text.push_str(plain);
            let mut chars = from.chars();
            self.text.push_str(match chars.next() {
                Some('<') => "&lt;",
                Some('>') => "&gt;",
                Some('&') => "&amp;",
                Some('"') => "&quot;",
                Some('\n') => "&#10;",
                Some('\t') => "&#9;",
                _ => "&#13;",
            });
            rest = chars.as_str();
        }
        self.text.push_str(rest);
    }
}

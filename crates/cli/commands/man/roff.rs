//! The markup of manual pages: the macros of man(7).

use std::fmt::Write;

/// A page that is being written.
pub(super) struct Roff {
    text: String,
}

impl Roff {
    /// A page of section 1. It has no date, so that the same version always gives the same bytes.
    pub(super) fn new(name: &str, version: &str) -> Self {
        let mut text = String::new();
        let title = escaped(&name.to_uppercase());
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            ".TH \"{title}\" \"1\" \"\" \"avatar\\-prep {version}\""
        );
        Self { text }
    }

    pub(super) fn section(&mut self, title: &str) {
        let _ = writeln!(self.text, ".SH \"{}\"", escaped(title));
    }

    pub(super) fn subsection(&mut self, title: &str) {
        let _ = writeln!(self.text, ".SS \"{}\"", escaped(title));
    }

    /// Text that is filled into lines.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.text.push_str(".PP\n");
        self.lines(text);
    }

    /// Lines that stay as they are.
    pub(super) fn verbatim(&mut self, text: &str) {
        self.text.push_str(".nf\n");
        self.lines(text);
        self.text.push_str(".fi\n");
    }

    /// A term with its explanation.
    pub(super) fn item(&mut self, term: &str, explanation: &str) {
        let _ = writeln!(self.text, ".TP\n\\fB{}\\fR", escaped(term));
        self.lines(explanation);
    }

    /// An option with its help.
    pub(super) fn option(
        &mut self,
        short: Option<char>,
        long: &str,
        value: Option<&str>,
        help: &str,
    ) {
        let short = short.map(|short| format!("\\fB\\-{short}\\fR, "));
        let value = value.map(|value| format!(" \\fI{}\\fR", escaped(value)));
        let _ = writeln!(
            self.text,
            ".TP\n{}\\fB\\-\\-{}\\fR{}",
            short.unwrap_or_default(),
            escaped(long),
            value.unwrap_or_default()
        );
        self.lines(help);
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn lines(&mut self, text: &str) {
        for line in text.lines() {
            let line = escaped(line);
            // At the start of a line, these two characters begin a macro; \& is empty.
            let guard = if line.starts_with(['.', '\'']) {
                "\\&"
            } else {
                ""
            };
            let _ = writeln!(self.text, "{guard}{line}");
        }
    }
}

/// Text without markup. A plain hyphen may be shown as a dash, which cannot be pasted into a shell; the same holds
/// for quotes, carets and tildes.
fn escaped(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => all.push_str("\\e"),
            '-' => all.push_str("\\-"),
            '\'' => all.push_str("\\(aq"),
            '"' => all.push_str("\\(dq"),
            '`' => all.push_str("\\(ga"),
            '^' => all.push_str("\\(ha"),
            '~' => all.push_str("\\(ti"),
            c => all.push(c),
        }
    }
    all
}

//! The text of `samples/README.md`.

use std::fmt::Write;

use crate::catalog::{Expected, SETS, Sample, Set};

const OPENING: &str = "# Samples

Small pictures of many kinds, and files that only look like pictures. All of them are drawn and written by the code
in `generator/`, together with this page:

```sh
cargo run -p samples
```

The same bytes come out every time, on every machine. A sample is one row in `generator/catalog/`.
";

/// The whole page, one table for each set.
pub(crate) fn readme() -> String {
    let tables = SETS.iter().map(table);
    std::iter::once(OPENING.to_owned())
        .chain(tables)
        .collect::<Vec<_>>()
        .join("\n")
}

fn table(set: &Set) -> String {
    let mut page = format!(
        "## {}/\n\n{}\n\n| file | what it exercises | expected |\n| --- | --- | --- |\n",
        set.folder, set.about
    );
    for sample in set.samples() {
        page.push_str(&row(sample));
    }
    page
}

/// One line of a table.
pub(crate) fn row(sample: &Sample) -> String {
    let mut row = format!("| `{}` | {} | ", sample.file, sample.exercises);
    // Writing to a string cannot fail.
    let _ = match sample.expected {
        Expected::Square(edge) => writeln!(row, "ok, edge {edge} |"),
        Expected::Code(code) => writeln!(row, "`{code}` |"),
    };
    row
}

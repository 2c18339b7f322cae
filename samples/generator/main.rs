//! Makes the sample pictures of this folder, and the table that describes them.
//! Everything is drawn by the code beside this file; the same bytes come out every time.

use std::error::Error;
use std::fs;
use std::path::Path;

mod catalog;
mod draw;
mod encode;
mod scene;
mod table;
#[cfg(test)]
mod tests;

fn main() -> Result<(), Box<dyn Error>> {
    generate(Path::new(env!("CARGO_MANIFEST_DIR")))
}

/// Replaces both folders of samples and the table under `root`.
fn generate(root: &Path) -> Result<(), Box<dyn Error>> {
    for set in catalog::SETS {
        let folder = root.join(set.folder);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        for sample in set.samples() {
            let path = folder.join(sample.file);
            fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            fs::write(&path, (sample.make)()?)?;
        }
    }
    fs::write(root.join("README.md"), table::readme())?;
    Ok(())
}

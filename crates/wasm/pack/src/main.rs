//! Writes the package for browsers and Node from the compiled engine, and the page that is one file:
//! `avatar-prep-pack ENGINE OUT`.

mod modules;
mod page;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use wasm_bindgen_cli_support::Bindgen;

/// What is copied from `js`.
const SCRIPTS: [&str; 6] = [
    "index.d.ts",
    "index.js",
    "package.json",
    "platform.js",
    "pool.js",
    "worker.js",
];

/// Licences of the project and of the bundled font.
const LICENSES: [&str; 3] = [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "crates/prepare/src/codec/svg/fonts/OFL.txt",
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(engine), Some(out), None) = (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("arguments must be ENGINE OUT".into());
    };
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let root = own.join("../..");
    fs::create_dir_all(&out)?;
    Bindgen::new()
        .input_path(&engine)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name("engine")
        .generate(&out)?;
    for name in SCRIPTS {
        copy(&own.join("js").join(name), &out)?;
    }
    for path in LICENSES {
        copy(&root.join(path), &out)?;
    }
    copy(&root.join("docs/wasm.md"), &out.join("README.md"))?;
    let page = page::write(&root, &out)?;
    fs::write(out.join("avatar-prep.html"), page)?;
    Ok(())
}

/// Copies a file into a folder, or to a path.
fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    let to = match (to.is_dir(), from.file_name()) {
        (true, Some(name)) => to.join(name),
        _ => to.to_path_buf(),
    };
    fs::copy(from, &to).map_err(|error| format!("{}: {error}", from.display()))?;
    Ok(())
}

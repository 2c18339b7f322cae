//! The page of `avatar-prep open` as one file that needs no server: the same markup, style and scripts, with the
//! engine inside, and a policy under which it can open no connection.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::modules::bundle;

/// Scripts of the page, each after those that it imports; of a name that two have, the page has its own.
const SCRIPTS: [&str; 12] = [
    "crates/batch/src/page/text.js",
    "crates/batch/src/page/theme.js",
    "crates/wasm/page/platform.js",
    "crates/wasm/js/pool.js",
    "crates/wasm/js/index.js",
    "crates/wasm/page/names.js",
    "crates/wasm/page/zip.js",
    "crates/wasm/page/service.js",
    "crates/wasm/page/client.js",
    "crates/cli/commands/open/page/dropped.js",
    "crates/cli/commands/open/page/results.js",
    "crates/cli/commands/open/page/upload.js",
];

const MAIN: &str = "crates/cli/commands/open/page/main.js";

const STYLES: [&str; 2] = [
    "crates/batch/src/page/style.css",
    "crates/cli/commands/open/page/open.css",
];

/// Parts of the markup, and their replacements.
const FORMATS: (&str, &str) = (
    "<p>Any format: photos from phones, logos, scans, drawings.</p>",
    "<p>JPEG, PNG, GIF, WebP, HEIC, SVG and BMP: photos from phones, logos, drawings.</p>\n\
     <p>Chromium may leave out files of a dropped folder with one of &lt; &gt; : \" | ? * in their names; \
     “Choose a folder” takes them.</p>",
);

/// The page. The glue of the engine and the engine itself are in `out`.
pub(crate) fn write(root: &Path, out: &Path) -> Result<String, Box<dyn Error>> {
    let scripts = SCRIPTS.iter().chain([&MAIN]).map(|path| root.join(path));
    let scripts: Vec<_> = scripts.collect();
    let script = bundle(&scripts.iter().map(AsRef::as_ref).collect::<Vec<&Path>>())?;
    let worker = bundle(&[&out.join("engine.js"), &out.join("worker.js")])?;
    // A classic script, in which `await` needs a function around it.
    let worker = format!("'use strict';\n(async () => {{\n{worker}}})();\n");
    let mut style = String::new();
    for path in STYLES {
        style.push_str(&fs::read_to_string(root.join(path))?);
    }
    let engine = packed(&fs::read(out.join("engine_bg.wasm"))?)?;
    let head = format!(
        "<meta http-equiv=\"content-security-policy\" content=\"{}\">\n<style>{style}</style>\n\
         <script type=\"text/plain\" id=\"worker\">{worker}</script>\n\
         <script type=\"text/plain\" id=\"engine\">{engine}</script>\n\
         <script type=\"module\">{script}</script>\n",
        policy(&style, &script)
    );
    let mut page = fs::read_to_string(root.join("crates/cli/commands/open/page/index.html"))?;
    for (old, new) in [
        ("<link rel=\"stylesheet\" href=\"style.css\">\n", ""),
        ("<link rel=\"stylesheet\" href=\"open.css\">\n", ""),
        ("<script type=\"module\" src=\"main.js\"></script>\n", ""),
        FORMATS,
    ] {
        page = replaced(&page, old, new)?;
    }
    // First of all, so that it holds for everything after it.
    let start = "<meta charset=\"utf-8\">\n";
    replaced(&page, start, &format!("{start}{head}"))
}

fn replaced(page: &str, old: &str, new: &str) -> Result<String, Box<dyn Error>> {
    match page.matches(old).count() {
        1 => Ok(page.replacen(old, new, 1)),
        count => Err(format!("the page must contain this once, found {count} times: {old}").into()),
    }
}

/// No address can be reached, and no script runs but the page's own.
fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}' 'wasm-unsafe-eval'; style-src 'sha256-{}'; \
         worker-src blob:; img-src blob: data:; connect-src 'none'; base-uri 'none'; \
         form-action 'none'; trusted-types avatar-prep; require-trusted-types-for 'script'",
        hash(script),
        hash(style)
    )
}

fn packed(engine: &[u8]) -> Result<String, Box<dyn Error>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(engine)?;
    Ok(STANDARD.encode(encoder.finish()?))
}

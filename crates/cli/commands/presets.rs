//! `avatar-prep presets`: the platforms that `--for` knows.

use avatar_batch::args::Options;
use avatar_batch::args::presets::{PRESETS, Preset};
use avatar_batch::exit::Exit;
use avatar_batch::report::console;

/// Prints the table, for people or for programs.
pub(crate) fn run(options: &Options) -> Exit {
    let mut text = format!(
        "{:<18}{:>5} {:>9} {:>10} {:>12}  {:<8}{:<11}{}\n",
        "preset", "size", "min-size", "max-bytes", "limit-bytes", "mask", "confidence", "source"
    );
    if options.json {
        text.clear();
    }
    for preset in PRESETS {
        let line = if options.json {
            serde_json::to_string(preset).unwrap_or_default()
        } else {
            let Preset {
                name,
                size,
                min_size,
                max_bytes,
                limit_bytes,
                mask,
                ..
            } = preset;
            let confidence = format!("{:?}", preset.confidence).to_lowercase();
            format!(
                "{name:<18}{size:>5} {min_size:>9} {max_bytes:>10} {limit_bytes:>12}  {mask:<8}{confidence:<11}{}",
                preset.source
            )
        };
        text.push_str(&line);
        text.push('\n');
    }
    match console::write_stdout(text.as_bytes()) {
        Ok(()) => Exit::AllDone,
        Err(_) => Exit::SomeFailed,
    }
}

//! What a web service does with an upload: bytes in, a profile picture or a message for the user.
//!
//! `cargo run --release -p avatar-prepare --example profile_picture -- UPLOAD AVATAR.jpg`

use std::process::ExitCode;
use std::time::Duration;

use avatar_prepare::{Avatar, Error, Limits, Preparer, Settings};

/// Uploads come from strangers: less is allowed than by default.
const LIMITS: Limits = Limits {
    encoded_bytes: 20_000_000,
    pixels: 60_000_000,
    side: 20_000,
    frames: 500,
    decoded_bytes: 240_000_000,
    time: Duration::from_secs(10),
};

fn profile_picture(upload: &[u8]) -> Result<Avatar, Error> {
    let settings = Settings::default()
        .with_edge(256)
        .and_then(|settings| settings.with_max_bytes(30_000))
        .and_then(|settings| settings.with_min_edge(96))
        .unwrap_or_default();
    Preparer::new(settings, LIMITS).prepare(upload)
}

fn main() -> std::io::Result<ExitCode> {
    let mut paths = std::env::args_os().skip(1);
    let (Some(upload), Some(avatar)) = (paths.next(), paths.next()) else {
        println!("usage: profile_picture UPLOAD AVATAR.jpg");
        return Ok(ExitCode::from(2));
    };
    match profile_picture(&std::fs::read(upload)?) {
        Ok(picture) => {
            std::fs::write(avatar, picture.bytes())?;
            println!("{} pixels, {} bytes", picture.edge(), picture.bytes().len());
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            println!("{}", error.reply());
            eprintln!("{error}; {}", error.hint()); // for the log of the service
            Ok(ExitCode::FAILURE)
        }
    }
}

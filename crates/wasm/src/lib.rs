//! The engine of the package for browsers and Node: [`avatar_prepare`] behind a few functions that JavaScript can
//! call. One engine prepares one picture at a time; `js/` runs several of them in workers.

mod command;
mod outcome;

use std::time::Duration;

use avatar_prepare::{Budget, Error, Preparer};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

use outcome::{Failure, Outcome, json};

#[wasm_bindgen]
extern "C" {
    /// Takes the message of a panic, which cannot be returned: the instance ends with it.
    #[wasm_bindgen(js_name = avatarPrepFault)]
    fn fault(message: &str);
}

/// Prepares pictures with the same settings.
#[wasm_bindgen]
pub struct Engine {
    preparer: Preparer,
    time: Duration,
}

#[wasm_bindgen]
impl Engine {
    /// From pairs of an option's name and its value as on the command line, as JSON. A picture that needs more
    /// than `memory` bytes is refused.
    ///
    /// # Errors
    /// One sentence about the name or the value that was refused.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, memory: u32) -> Result<Engine, String> {
        // Without the place in the source, whose path is one of the machine that built this.
        std::panic::set_hook(Box::new(|panic| {
            fault(
                panic
                    .payload_as_str()
                    .unwrap_or("a panic without a message"),
            );
        }));
        let pairs: Vec<(String, String)> =
            serde_json::from_str(options).map_err(|error| error.to_string())?;
        let (settings, limits) = command::read(&pairs)?;
        let budget = Budget::new(memory.into());
        Ok(Self {
            preparer: Preparer::new(settings, limits).with_budget(budget),
            time: limits.time,
        })
    }

    /// Prepares one encoded picture of any format.
    pub fn prepare(&mut self, picture: &[u8]) -> Outcome {
        Outcome::of(self.preparer.prepare(picture))
    }

    /// Whether a file of a folder is a picture, by its extension or by its content, as in a run of the command.
    #[must_use]
    pub fn is_picture(&self, extension: &str, content: &[u8]) -> bool {
        command::is_picture(extension, content)
    }

    /// What is known before the first picture, as JSON: the version, the platforms, the time for each picture in
    /// milliseconds, and how failures are described that only the caller notices.
    #[must_use]
    pub fn about(&self) -> String {
        let allowed = self.time;
        json(&About {
            version: env!("CARGO_PKG_VERSION"),
            time: u64::try_from(allowed.as_millis()).unwrap_or(u64::MAX),
            platforms: command::platforms(),
            extensions: command::extensions(),
            timed_out: Failure::of(&Error::TimedOut { allowed }),
            panicked: Failure::of(&Error::Panicked {
                message: String::new(),
            }),
            out_of_memory: Failure::of(&Error::OutOfMemory {
                bytes: self.preparer.cost().memory.unwrap_or(0),
            }),
        })
    }
}

/// What is known before the first picture.
#[derive(Serialize)]
struct About {
    version: &'static str,
    time: u64,
    platforms: Vec<command::Platform>,
    extensions: Vec<&'static str>,
    timed_out: Failure,
    /// The message of the panic is added to this one.
    panicked: Failure,
    out_of_memory: Failure,
}

//! Divides the memory of a run among pictures, tars and finished results that wait.

use std::num::NonZeroUsize;

use super::super::remote::Remote;
use crate::args::Options;
use crate::error::CliError;
use crate::naming::Picture;
use crate::packs::tar::OVERHEAD;
use crate::report::bytes::display_bytes;

/// Tars at a time: one is filled while the one before it is written.
const TARS: u64 = 2;
/// The most that tars can have of all memory: three in this many parts.
const MOST: u64 = 8;
/// The part of the memory for finished results that wait for their turn.
const WAITING: u64 = 8;
/// The largest object that every service takes in one request, in bytes.
const LARGEST: u64 = 5_000_000_000;

/// How much of the memory is for what, in bytes.
pub(in super::super) struct Memory {
    /// The room for one tar.
    pub(super) tar: u64,
    pub(super) waiting: u64,
    pub(super) pictures: u64,
}

impl Memory {
    /// For a run over these pictures. Refuses tars that could be too large,
    /// because the room that they need is known only at their end.
    pub(super) fn of(
        options: &Options,
        pictures: &[Picture],
        is_remote: bool,
    ) -> Result<Self, CliError> {
        let caps = pictures.iter().map(|it| {
            let own = it.recipe().map(|recipe| &recipe.settings);
            own.unwrap_or(&options.settings).max_bytes()
        });
        let cap = caps.max().unwrap_or_default();
        let wanted = options
            .pack
            .map_or(0, NonZeroUsize::get)
            .min(pictures.len()) as u64;
        // A picture, its record, and what each of them needs beside its content.
        let sample = cap.saturating_add(3 * OVERHEAD);
        let end = OVERHEAD;
        let tar = wanted.saturating_mul(sample).saturating_add(end);
        let most = (options.memory / MOST * 3 / TARS).min(LARGEST);
        if tar > most {
            let fits = most.saturating_sub(end) / sample;
            let (needed, cap, most) = (display_bytes(tar), display_bytes(cap), display_bytes(most));
            let what = format!(
                "a tar of {wanted} results of up to {cap} can need {needed}; it can have {most}, a part of --memory"
            );
            let hint = match fits {
                0 => "raise --memory".into(),
                fits => format!("use --pack {fits} or less, or raise --memory"),
            };
            return Err(CliError::usage(what, hint));
        }
        let waiting = options.memory / WAITING;
        let all = match is_remote {
            true => Remote::memory_of_pictures(options),
            false => options.memory,
        };
        Ok(Self {
            tar,
            waiting,
            pictures: all - waiting - TARS * tar,
        })
    }
}

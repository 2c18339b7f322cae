//! The records of a check; part of the result contract.

use std::collections::BTreeMap;

use avatar_batch::args::presets::Preset;
use serde::Serialize;

use super::checked::Checked;
use crate::finished::Fault;

/// One file and one platform.
#[derive(Debug, Serialize)]
pub(super) struct CheckRecord<'a> {
    event: &'static str,
    schema: u32,
    file: String,
    preset: Option<&'static str>,
    status: &'static str,
    format: Option<&'static str>,
    width: Option<u32>,
    height: Option<u32>,
    bytes: Option<u64>,
    color_space: Option<String>,
    faults: &'a [Fault],
}

impl<'a> CheckRecord<'a> {
    /// One record for each platform.
    pub(super) fn all(checked: &'a Checked) -> impl Iterator<Item = Self> {
        let facts = &checked.facts;
        checked.faults.iter().map(move |(preset, faults)| Self {
            event: "check",
            schema: 1,
            file: checked.file.display().to_string(),
            preset: *preset,
            status: if faults.is_empty() { "ok" } else { "failed" },
            format: facts.format.map(avatar_prepare::Format::name),
            width: facts.size.map(|(width, _)| width),
            height: facts.size.map(|(_, height)| height),
            bytes: facts.bytes,
            color_space: facts.color_space.as_ref().map(ToString::to_string),
            faults,
        })
    }
}

/// The whole check. A file is `ok` if it is for all platforms.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    event: &'static str,
    schema: u32,
    presets: Vec<&'static str>,
    pub(super) ok: u64,
    pub(super) failed: u64,
    /// How many files have each fault.
    codes: BTreeMap<&'static str, u64>,
}

impl Summary {
    pub(super) fn new(presets: &[&'static Preset]) -> Self {
        Self {
            event: "check_summary",
            schema: 1,
            presets: presets.iter().map(|preset| preset.name).collect(),
            ok: 0,
            failed: 0,
            codes: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, checked: &Checked) {
        match checked.is_ok() {
            true => self.ok += 1,
            false => self.failed += 1,
        }
        let faults = checked.faults.iter().flat_map(|(_, faults)| faults);
        let mut codes: Vec<&'static str> = faults.map(|fault| fault.code).collect();
        codes.sort_unstable();
        codes.dedup();
        for code in codes {
            *self.codes.entry(code).or_default() += 1;
        }
    }

    /// As in `12 ok, 2 failed (1 gps, 1 too_small) for slack, github`.
    pub(super) fn sentence(&self) -> String {
        let codes = self
            .codes
            .iter()
            .map(|(code, count)| format!("{count} {code}"));
        let codes: Vec<String> = codes.collect();
        let mut text = format!("{} ok", self.ok);
        if self.failed > 0 {
            text.push_str(&format!(", {} failed ({})", self.failed, codes.join(", ")));
        }
        if !self.presets.is_empty() {
            text.push_str(&format!(" for {}", self.presets.join(", ")));
        }
        text
    }
}

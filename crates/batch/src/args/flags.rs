//! The table of flags. Help, variables and the settings file are made from it, and a test compares
//! the documented list with it.

use avatar_prepare::{Framing, Settings, SettingsError};

use super::options::Options;
use super::{enumerated, framing, presets, shares, values};
use crate::files::selection::{Globs, Selection};
use crate::naming::template::Name;

/// The heading under which the help lists a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Picture,
    Run,
    Upload,
    Report,
    Limits,
}

impl Group {
    pub fn heading(self) -> &'static str {
        match self {
            Self::Picture => "The picture",
            Self::Run => "The run",
            Self::Upload => "The upload",
            Self::Report => "The report",
            Self::Limits => "Input limits",
        }
    }
}

/// A setting that can be given as a flag, as a variable or as a line of the settings file.
#[derive(Debug)]
pub struct Flag {
    /// The long flag without dashes; also the key in the settings file.
    pub name: &'static str,
    pub short: Option<char>,
    /// Placeholder of the value in the help; none for a switch.
    pub value: Option<&'static str>,
    pub group: Group,
    pub default: &'static str,
    pub help: &'static str,
    /// Parses the value and stores it; the error reads `must be …, got …`.
    pub apply: fn(&mut Options, &str) -> Result<(), String>,
}

impl Flag {
    /// Whether it may be given several times; the values are then joined to one list.
    pub fn repeats(&self) -> bool {
        ["exclude", "include", "report"].contains(&self.name)
    }

    /// Whether the value can have several parts with commas between them, which a file can also
    /// give as a list.
    pub fn takes_a_list(&self) -> bool {
        let lists = ["allow-host", "crop", "focus", "for", "gravity"];
        self.repeats() || lists.contains(&self.name)
    }

    /// The name of the environment variable.
    pub fn variable(&self) -> String {
        format!(
            "AVATAR_PREP_{}",
            self.name.replace('-', "_").to_ascii_uppercase()
        )
    }
}

/// Every flag but `--config`, `--help` and `--version`, in the order of the help.
#[rustfmt::skip]
pub static FLAGS: &[Flag] = &[
    Flag { name: "for", short: None, value: Some("PLATFORMS"), group: Group::Picture, default: "none",
        help: "Make squares for these, see avatar-prep presets",
        apply: |o, v| store(&mut o.presets, presets::list(v)) },
    Flag { name: "size", short: Some('s'), value: Some("PIXELS"), group: Group::Picture, default: "640",
        help: "Edge of the square result",
        apply: |o, v| set(o, |s| s.with_edge(values::edge(v)?).map_err(allowed)) },
    Flag { name: "max-bytes", short: Some('b'), value: Some("BYTES"), group: Group::Picture, default: "150kB",
        help: "Largest result (e.g. 150kB, 128KiB)",
        apply: |o, v| set(o, |s| s.with_max_bytes(values::byte_size(v)?).map_err(allowed)) },
    Flag { name: "quality", short: None, value: Some("FLOOR..CEILING"), group: Group::Picture, default: "40..90",
        help: "Range of JPEG quality for meeting the cap",
        apply: |o, v| set(o, |s| s.with_quality(values::quality(v)?).map_err(allowed)) },
    Flag { name: "background", short: None, value: Some("COLOR"), group: Group::Picture, default: "white",
        help: "Behind transparency: white, black, auto, #rrggbb",
        apply: |o, v| set(o, |s| Ok(s.with_background(values::background(v)?))) },
    Flag { name: "fit", short: None, value: Some("HOW"), group: Group::Picture, default: "cover",
        help: "Cut or pad: cover, contain, auto (pads logos)",
        apply: |o, v| frame(o, |f| Ok(f.with_fit(enumerated::fit(v)?))) },
    Flag { name: "gravity", short: None, value: Some("WHERE"), group: Group::Picture, default: "center",
        help: "What cover keeps, e.g. face,center; or auto",
        apply: |o, v| frame(o, |f| Ok(f.with_gravity(&framing::gravity(v)?))) },
    Flag { name: "focus", short: None, value: Some("X,Y"), group: Group::Picture, default: "none",
        help: "Point that cover centres, in per cent",
        apply: |o, v| frame(o, |f| Ok(f.with_focus(framing::focus(v)?))) },
    Flag { name: "crop", short: None, value: Some("X,Y,W,H"), group: Group::Picture, default: "none",
        help: "Use only this part: pixels, or per cent with %",
        apply: |o, v| frame(o, |f| Ok(f.with_area(framing::area(v)?))) },
    Flag { name: "trim", short: None, value: None, group: Group::Picture, default: "false",
        help: "Trim uniform borders first",
        apply: |o, v| frame(o, |f| Ok(f.with_trim(values::switch(v)?))) },
    Flag { name: "pad", short: None, value: Some("COLOR"), group: Group::Picture, default: "auto",
        help: "Padding: auto, blur, white, black, #rrggbb",
        apply: |o, v| frame(o, |f| Ok(f.with_padding(framing::padding(v)?))) },
    Flag { name: "margin", short: None, value: Some("PERCENT"), group: Group::Picture, default: "4",
        help: "Margin around a padded picture, of the edge",
        apply: |o, v| frame(o, |f| f.with_margin(framing::percent(v)?).map_err(allowed)) },
    Flag { name: "mask", short: None, value: Some("SHAPE"), group: Group::Picture, default: "circle",
        help: "Shape that destinations show: circle, square",
        apply: |o, v| frame(o, |f| Ok(f.with_mask(enumerated::mask(v)?))) },
    Flag { name: "enlarge", short: None, value: None, group: Group::Picture, default: "false",
        help: "Enlarge pictures smaller than --size",
        apply: |o, v| set(o, |s| Ok(s.with_enlarge(values::switch(v)?))) },
    Flag { name: "enlarge-limit", short: None, value: Some("FACTOR"), group: Group::Picture, default: "8",
        help: "What would have to be enlarged more fails",
        apply: |o, v| set(o, |s| s.with_most_enlarged(values::factor(v, Settings::MAX_ENLARGED)?).map_err(allowed)) },
    Flag { name: "effort", short: None, value: Some("HOW"), group: Group::Picture, default: "balanced",
        help: "Time spent on fidelity: fast, balanced, best",
        apply: |o, v| set(o, |s| Ok(s.with_effort(enumerated::effort(v)?))) },
    Flag { name: "progressive", short: None, value: None, group: Group::Picture, default: "false",
        help: "Write progressive JPEGs where they are smaller",
        apply: |o, v| set(o, |s| Ok(s.with_progressive(values::switch(v)?))) },
    Flag { name: "min-size", short: None, value: Some("PIXELS"), group: Group::Picture, default: "1",
        help: "Smallest allowed edge of a result",
        apply: |o, v| set(o, |s| s.with_min_edge(values::pixels(v)?).map_err(allowed)) },
    Flag { name: "too-small", short: None, value: Some("HOW"), group: Group::Picture, default: "fail",
        help: "Pictures below --min-size: fail, or enlarge to it",
        apply: |o, v| set(o, |s| Ok(s.with_enlarge_to_min(enumerated::too_small(v)?))) },
    Flag { name: "jobs", short: Some('j'), value: Some("N"), group: Group::Run, default: "auto",
        help: "Pictures processed in parallel; auto: one per core",
        apply: |o, v| store(&mut o.jobs, values::jobs(v)) },
    Flag { name: "memory", short: None, value: Some("BYTES"), group: Group::Run, default: "auto",
        help: "Memory for pictures; auto: half of what is available",
        apply: |o, v| store(&mut o.memory, values::memory(v)) },
    Flag { name: "dry-run", short: Some('n'), value: None, group: Group::Run, default: "false",
        help: "Show what would be made; write nothing",
        apply: |o, v| {
            store(&mut o.dry_run, values::switch(v))?;
            store(&mut o.upload.sends_nothing, values::switch(v))
        } },
    Flag { name: "force", short: Some('f'), value: None, group: Group::Run, default: "false",
        help: "Remake results that are already up to date",
        apply: |o, v| store(&mut o.force, values::switch(v)) },
    Flag { name: "exclude", short: None, value: Some("GLOBS"), group: Group::Run, default: "none",
        help: "Leave these files out (e.g. drafts/,*.psd)",
        apply: |o, v| select(o, v, Selection::excluding) },
    Flag { name: "include", short: None, value: Some("GLOBS"), group: Group::Run, default: "none",
        help: "Take only these files (e.g. logos/)",
        apply: |o, v| select(o, v, Selection::including) },
    Flag { name: "allow-empty", short: None, value: None, group: Group::Run, default: "false",
        help: "Accept an empty IN that had pictures before",
        apply: |o, v| store(&mut o.allow_empty, values::switch(v)) },
    Flag { name: "overwrite", short: None, value: None, group: Group::Run, default: "false",
        help: "Replace files in OUT that avatar-prep did not make",
        apply: |o, v| store(&mut o.overwrite, values::switch(v)) },
    Flag { name: "allow-results-as-input", short: None, value: None, group: Group::Run, default: "false",
        help: "Accept an IN with results of an earlier run",
        apply: |o, v| store(&mut o.results_as_input, values::switch(v)) },
    Flag { name: "watch", short: Some('w'), value: None, group: Group::Run, default: "false",
        help: "Keep preparing new and changed pictures until interrupted",
        apply: |o, v| store(&mut o.watch, values::switch(v)) },
    Flag { name: "name", short: None, value: Some("TEMPLATE"), group: Group::Run, default: "{dir}/{stem}.jpg",
        help: "Template for the names of results",
        apply: |o, v| store(&mut o.name, Name::parse(v)) },
    Flag { name: "on-collision", short: None, value: Some("HOW"), group: Group::Run, default: "error",
        help: "When results share a name: error, prefer, suffix",
        apply: |o, v| store(&mut o.on_collision, enumerated::on_collision(v)) },
    Flag { name: "shard", short: None, value: Some("K/N"), group: Group::Run, default: "1/1",
        help: "Prepare only share K of N (stable), or env",
        apply: |o, v| store(&mut o.shard, shares::shard(v)) },
    Flag { name: "from", short: None, value: Some("FILE"), group: Group::Run, default: "none",
        help: "List of sources, one a line; - is standard input",
        apply: |o, v| store(&mut o.from, Ok(values::unless_none(v).map(Into::into))) },
    Flag { name: "pack", short: None, value: Some("N"), group: Group::Run, default: "none",
        help: "Put results into tars of N each, for WebDataset",
        apply: |o, v| store(&mut o.pack, shares::pack(v)) },
    Flag { name: "cache-control", short: None, value: Some("TEXT"), group: Group::Run, default: "none",
        help: "Cache-Control of results in a store",
        apply: |o, v| store(&mut o.cache_control, shares::cache_control(v)) },
    Flag { name: "store-timeout", short: None, value: Some("TIME"), group: Group::Run, default: "120s",
        help: "How long to repeat a failing request to a store",
        apply: |o, v| store(&mut o.store_timeout, shares::store_timeout(v)) },
    Flag { name: "upload", short: None, value: None, group: Group::Upload, default: "false",
        help: "Deliver the results to their accounts",
        apply: |o, v| store(&mut o.upload.after_preparing, values::switch(v)) },
    Flag { name: "accounts", short: None, value: Some("FILE"), group: Group::Upload, default: "none",
        help: "Accounts, TOML or CSV; none: GREEN_API_* variables",
        apply: |o, v| store(&mut o.upload.accounts, Ok(values::unless_none(v).map(Into::into))) },
    Flag { name: "senders", short: None, value: Some("N"), group: Group::Upload, default: "4",
        help: "Accounts contacted in parallel",
        apply: |o, v| store(&mut o.upload.senders, values::jobs(v)) },
    Flag { name: "resend", short: None, value: None, group: Group::Upload, default: "false",
        help: "Also send what was applied, refused or deferred before",
        apply: |o, v| store(&mut o.upload.resend, values::switch(v)) },
    Flag { name: "allow-host", short: None, value: Some("HOSTS"), group: Group::Upload, default: "none",
        help: "More hosts that tokens may be sent to",
        apply: |o, v| store(&mut o.upload.allowed_hosts, Ok(values::list(v))) },
    Flag { name: "rehearse", short: None, value: Some("ADDRESS"), group: Group::Upload, default: "none",
        help: "Deliver to a local server, without tokens",
        apply: |o, v| store(&mut o.upload.rehearsal, Ok(values::unless_none(v))) },
    Flag { name: "speed", short: None, value: Some("FACTOR"), group: Group::Upload, default: "1",
        help: "Shorten the waits of a rehearsal by this factor",
        apply: |o, v| store(&mut o.upload.speed, values::factor(v, values::MAX_SPEED)) },
    Flag { name: "verify", short: None, value: None, group: Group::Upload, default: "false",
        help: "Fetch the delivered picture and compare it",
        apply: |o, v| store(&mut o.upload.compare, values::switch(v)) },
    Flag { name: "deadline", short: None, value: Some("TIME"), group: Group::Upload, default: "none",
        help: "Start no new delivery after this long (e.g. 45m, 2h)",
        apply: |o, v| store(&mut o.upload.deadline, values::duration(v)) },
    Flag { name: "allow-yellow-card", short: None, value: None, group: Group::Upload, default: "false",
        help: "Send even to accounts that the messenger restricts",
        apply: |o, v| store(&mut o.upload.yellow_cards, values::switch(v)) },
    Flag { name: "yes", short: None, value: None, group: Group::Upload, default: "false",
        help: "Send pictures with serious flags, such as face_cut, without approval",
        apply: |o, v| store(&mut o.upload.sends_flagged, values::switch(v)) },
    Flag { name: "require-approval", short: None, value: None, group: Group::Upload, default: "false",
        help: "Send only pictures that a person approved",
        apply: |o, v| store(&mut o.upload.needs_approval, values::switch(v)) },
    Flag { name: "pace-dir", short: None, value: Some("DIR"), group: Group::Upload, default: "auto",
        help: "Folder with the times of sends; use the same everywhere",
        apply: |o, v| store(&mut o.upload.pace_dir, values::folder_unless("auto", v)) },
    Flag { name: "state", short: None, value: Some("DIR"), group: Group::Upload, default: "none",
        help: "Folder for the state of deliveries if OUT is a store",
        apply: |o, v| store(&mut o.upload.state, values::folder_unless("none", v)) },
    Flag { name: "score", short: None, value: None, group: Group::Report, default: "false",
        help: "Score each result against its square before encoding (SSIMULACRA2)",
        apply: |o, v| set(o, |s| Ok(s.with_score(values::switch(v)?))) },
    Flag { name: "json", short: None, value: None, group: Group::Report, default: "false",
        help: "One JSON object per file on standard output",
        apply: |o, v| store(&mut o.json, values::switch(v)) },
    Flag { name: "report", short: None, value: Some("FILES"), group: Group::Report, default: "none",
        help: "Write reports: .json, .csv, .html or .md files",
        apply: |o, v| store(&mut o.reports, Ok(values::list(v).into_iter().map(Into::into).collect())) },
    Flag { name: "sheet", short: None, value: Some("FILES"), group: Group::Report, default: "none",
        help: "Write contact sheets: .html, .png or .jpg files",
        apply: |o, v| store(&mut o.sheets, Ok(values::list(v).into_iter().map(Into::into).collect())) },
    Flag { name: "csv-bom", short: None, value: None, group: Group::Report, default: "false",
        help: "Start .csv reports with a byte order mark, for spreadsheets",
        apply: |o, v| store(&mut o.csv_bom, values::switch(v)) },
    Flag { name: "strict", short: None, value: None, group: Group::Report, default: "false",
        help: "Also exit with 1 if a result of this run has a warning",
        apply: |o, v| store(&mut o.strict, values::switch(v)) },
    Flag { name: "only-new-failures", short: None, value: None, group: Group::Report, default: "false",
        help: "Exit with 1 only for failures that were not in the last run",
        apply: |o, v| store(&mut o.only_new_failures, values::switch(v)) },
    Flag { name: "quiet", short: Some('q'), value: None, group: Group::Report, default: "false",
        help: "Show failures only",
        apply: |o, v| store(&mut o.quiet, values::switch(v)) },
    Flag { name: "verbose", short: Some('v'), value: None, group: Group::Report, default: "false",
        help: "Show every file, with notes and times",
        apply: |o, v| store(&mut o.verbose, values::switch(v)) },
    Flag { name: "color", short: None, value: Some("WHEN"), group: Group::Report, default: "auto",
        help: "Colours: auto, always, never",
        apply: |o, v| store(&mut o.color, enumerated::color(v)) },
    Flag { name: "limit-bytes", short: None, value: Some("BYTES"), group: Group::Limits, default: "256MB",
        help: "Largest encoded file",
        apply: |o, v| store(&mut o.limits.encoded_bytes, values::byte_limit(v)) },
    Flag { name: "limit-pixels", short: None, value: Some("N"), group: Group::Limits, default: "268402689",
        help: "Largest width times height",
        apply: |o, v| store(&mut o.limits.pixels, values::integer(v, 1, None)) },
    Flag { name: "limit-side", short: None, value: Some("PIXELS"), group: Group::Limits, default: "65535",
        help: "Longest side",
        apply: |o, v| store(&mut o.limits.side, values::integer(v, 1, Some(u32::MAX))) },
    Flag { name: "limit-frames", short: None, value: Some("N"), group: Group::Limits, default: "10000",
        help: "Most frames in an animation",
        apply: |o, v| store(&mut o.limits.frames, values::integer(v, 1, Some(u32::MAX))) },
    Flag { name: "limit-decoded", short: None, value: Some("BYTES"), group: Group::Limits, default: "1GiB",
        help: "Largest decoded picture",
        apply: |o, v| store(&mut o.limits.decoded_bytes, values::byte_limit(v)) },
    Flag { name: "timeout", short: None, value: Some("SECONDS"), group: Group::Limits, default: "60",
        help: "Longest time per picture",
        apply: |o, v| store(&mut o.limits.time, values::seconds(v)) },
];

type Changed = Result<Settings, String>;

/// Changes the framing of the settings.
fn frame(
    options: &mut Options,
    change: impl FnOnce(Framing) -> Result<Framing, String>,
) -> Result<(), String> {
    set(options, |settings| {
        let framing = change(settings.framing().clone())?;
        Ok(settings.with_framing(framing))
    })
}

fn set(options: &mut Options, change: impl FnOnce(Settings) -> Changed) -> Result<(), String> {
    options.settings = change(options.settings.clone())?;
    Ok(())
}

fn select(
    options: &mut Options,
    globs: &str,
    change: fn(Selection, Globs) -> Selection,
) -> Result<(), String> {
    let globs = Globs::parse(&values::globs(globs))?;
    options.selection = change(std::mem::take(&mut options.selection), globs);
    Ok(())
}

fn store<T>(place: &mut T, value: Result<T, String>) -> Result<(), String> {
    *place = value?;
    Ok(())
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn allowed(error: SettingsError) -> String {
    format!("must be {}, got {}", error.allowed, error.found)
}

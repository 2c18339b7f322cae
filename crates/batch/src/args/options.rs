//! The options of a run: every flag's value, parsed and validated.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use avatar_prepare::{Budget, Limits, Preparer, Settings};

use super::presets::Preset;
use crate::files::inputs::Search;
use crate::files::selection::Selection;
use crate::naming::OnCollision;
use crate::naming::shard::Shard;
use crate::naming::template::Name;
use crate::report::{Color, Display, Files};

/// The effective options of a run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The platforms of `--for`.
    pub presets: Vec<&'static Preset>,
    pub settings: Settings,
    /// The settings before they were fitted to the accounts of an upload, if they were.
    pub unfitted: Option<Settings>,
    pub limits: Limits,
    pub jobs: NonZeroUsize,
    /// Memory budget of all pictures in flight, in bytes.
    pub memory: u64,
    pub dry_run: bool,
    /// Remake results that are already up to date.
    pub force: bool,
    /// Replace files in the folder of results that are not results.
    pub overwrite: bool,
    /// Read a folder that holds results of an earlier run.
    pub results_as_input: bool,
    /// Let an input folder be empty that had pictures before.
    pub allow_empty: bool,
    /// Which files of the inputs are wanted.
    pub selection: Selection,
    pub shard: Shard,
    /// A list of sources; `-` is standard input.
    pub from: Option<PathBuf>,
    /// The header `Cache-Control` of results in a store.
    pub cache_control: Option<String>,
    /// How long a failing request to a store is repeated.
    pub store_timeout: Duration,
    /// Results go into tars of this many.
    pub pack: Option<NonZeroUsize>,
    pub name: Name,
    pub on_collision: OnCollision,
    /// Keep preparing new and changed pictures.
    pub watch: bool,
    /// Report files to write.
    pub reports: Vec<PathBuf>,
    /// Contact sheets to write.
    pub sheets: Vec<PathBuf>,
    /// Start CSV reports with a byte order mark.
    pub csv_bom: bool,
    /// Exit with 1 if a file has a warning.
    pub strict: bool,
    /// Exit with 1 only if a failure is new.
    pub only_new_failures: bool,
    pub json: bool,
    pub quiet: bool,
    pub verbose: bool,
    pub color: Color,
    pub upload: UploadOptions,
}

/// How results are delivered.
#[derive(Debug, Clone)]
pub struct UploadOptions {
    /// Deliver after preparing.
    pub after_preparing: bool,
    /// The accounts file; `None` for the one account in the `GREEN_API_*` variables.
    pub accounts: Option<PathBuf>,
    pub senders: NonZeroUsize,
    pub resend: bool,
    pub allowed_hosts: Vec<String>,
    /// A local server that replaces all hosts in a rehearsal.
    pub rehearsal: Option<String>,
    pub speed: f64,
    /// Fetch each delivered picture and compare it.
    pub compare: bool,
    pub yellow_cards: bool,
    /// Send pictures with serious flags without approval.
    pub sends_flagged: bool,
    /// Send only pictures that are approved.
    pub needs_approval: bool,
    pub deadline: Option<Duration>,
    /// The folder with the pacing of accounts; `None` means the user's own folder.
    pub pace_dir: Option<PathBuf>,
    /// The folder with the state of deliveries, if results are in a store.
    pub state: Option<PathBuf>,
    /// Send nothing, so that tokens may be missing.
    pub sends_nothing: bool,
}

impl Options {
    /// A preparer for one picture at a time, within the budget.
    pub fn preparer(&self) -> Preparer {
        let preparer = Preparer::new(self.settings.clone(), self.limits);
        preparer.with_budget(Budget::new(self.memory))
    }

    /// Where to look for the pictures of a run.
    pub fn search<'a>(&'a self, inputs: &'a [PathBuf], output: &'a Path) -> Search<'a> {
        Search {
            inputs,
            output,
            results_as_input: self.results_as_input,
            selection: &self.selection,
        }
    }

    /// The options of the console.
    pub fn display(&self) -> Display {
        Display {
            json: self.json,
            quiet: self.quiet,
            verbose: self.verbose,
            color: self.color,
            strict: self.strict,
            only_new_failures: self.only_new_failures,
        }
    }

    /// The report files of a run.
    pub fn files(&self) -> Files<'_> {
        Files {
            paths: &self.reports,
            byte_order_mark: self.csv_bom,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            presets: Vec::new(),
            settings: Settings::default(),
            unfitted: None,
            limits: Limits::default(),
            jobs: NonZeroUsize::MIN,
            memory: u64::MAX,
            dry_run: false,
            force: false,
            overwrite: false,
            results_as_input: false,
            allow_empty: false,
            selection: Selection::default(),
            shard: Shard::WHOLE,
            from: None,
            cache_control: None,
            store_timeout: Duration::from_secs(120),
            pack: None,
            name: Name::default(),
            on_collision: OnCollision::Error,
            watch: false,
            reports: Vec::new(),
            sheets: Vec::new(),
            csv_bom: false,
            strict: false,
            only_new_failures: false,
            json: false,
            quiet: false,
            verbose: false,
            color: Color::Auto,
            upload: UploadOptions {
                after_preparing: false,
                accounts: None,
                senders: NonZeroUsize::MIN,
                resend: false,
                allowed_hosts: Vec::new(),
                rehearsal: None,
                speed: 1.0,
                compare: false,
                yellow_cards: false,
                sends_flagged: false,
                needs_approval: false,
                deadline: None,
                pace_dir: None,
                state: None,
                sends_nothing: false,
            },
        }
    }
}

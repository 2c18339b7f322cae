//! Which results a run made from which sources, for a delivery that follows it. Without a delivery,
//! nothing is recorded.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::files::inputs;
use crate::grave_flags::GRAVE_FLAGS;
use crate::naming::places::resolve;
use crate::naming::template;
use crate::objects::address::is_address;
use crate::report::record::{FileRecord, Status};

/// A source, by its path below its input folder, for one platform or for any.
type Aim = (PathBuf, Option<&'static str>);

/// The results of a finished run. Paths are spelled as in its records.
#[derive(Debug)]
pub struct Made {
    pub exit: Exit,
    is_wanted: bool,
    inputs: Vec<PathBuf>,
    /// The input folders among them, without links, and the input stores.
    walked: HashSet<PathBuf>,
    /// The input folders as they were given, absolute.
    given: HashSet<PathBuf>,
    /// The folders of the input files, without links.
    beside: HashSet<PathBuf>,
    /// Results that exist now, or would exist after a dry run.
    good: HashSet<PathBuf>,
    /// The results among them that a dry run would make.
    planned: HashSet<PathBuf>,
    /// Results whose source failed.
    failed: HashSet<PathBuf>,
    /// The results of each source, by its path below its input folder.
    by_source: HashMap<PathBuf, Vec<PathBuf>>,
    /// The platform of each result, in a run with several.
    presets: HashMap<PathBuf, &'static str>,
    /// Sources that were tried: each by itself, and with each platform that its records name.
    tried: HashSet<Aim>,
    /// What of that only failed. A source can fail for one platform and not for another.
    only_failed: HashSet<Aim>,
    /// The grave flags of the results that have some.
    grave: HashMap<PathBuf, Vec<String>>,
    /// The names that the results would have without templates and suffixes.
    usual: HashSet<PathBuf>,
}

impl Made {
    /// Starts recording a run over `inputs`; `is_wanted` is true if a delivery follows.
    pub fn new(is_wanted: bool, inputs: &[PathBuf]) -> Self {
        let walked = |input: &PathBuf| {
            let is_walked = |root: &PathBuf| is_address(input) || root.is_dir();
            inputs::root(input).filter(is_walked)
        };
        let given = |input: &PathBuf| inputs::as_given(input).filter(|it| it.is_dir());
        let beside = |input: &PathBuf| {
            let is_file = !is_address(input) && input.is_file();
            is_file.then(|| resolve(input.parent().unwrap_or(Path::new(""))))
        };
        let inputs_of = |of: &dyn Fn(&PathBuf) -> Option<PathBuf>| match is_wanted {
            true => inputs.iter().filter_map(of).collect(),
            false => HashSet::new(),
        };
        Self {
            exit: Exit::AllDone,
            is_wanted,
            walked: inputs_of(&walked),
            given: inputs_of(&given),
            beside: inputs_of(&beside),
            inputs: inputs.iter().map(|input| shown(input)).collect(),
            good: HashSet::new(),
            planned: HashSet::new(),
            failed: HashSet::new(),
            by_source: HashMap::new(),
            presets: HashMap::new(),
            tried: HashSet::new(),
            only_failed: HashSet::new(),
            grave: HashMap::new(),
            usual: HashSet::new(),
        }
    }

    pub fn add(&mut self, record: &FileRecord) {
        let output = record.output.as_ref().map(PathBuf::from);
        if !self.is_wanted || output.is_none() && record.status != Status::Failed {
            return;
        }
        self.add_source(record, output.as_deref());
        let Some(output) = output else {
            return;
        };
        self.presets
            .extend(record.preset.map(|preset| (output.clone(), preset)));
        let flags = record.flags.iter();
        let grave = flags.filter(|flag| GRAVE_FLAGS.contains(&flag.as_str()));
        let grave: Vec<String> = grave.cloned().collect();
        if !grave.is_empty() {
            self.grave.insert(output.clone(), grave);
        }
        if record.status == Status::Planned {
            self.planned.insert(output.clone());
        }
        match record.status {
            Status::Failed => self.failed.insert(output),
            Status::Ok | Status::Skipped | Status::Planned => self.good.insert(output),
        };
    }

    fn add_source(&mut self, record: &FileRecord, output: Option<&Path>) {
        let Some(source) = self.relative(Path::new(&record.source)) else {
            return;
        };
        let platforms = [Some(None), record.preset.map(Some)];
        for platform in platforms.into_iter().flatten() {
            let aim = (source.clone(), platform);
            let is_new = self.tried.insert(aim.clone());
            if record.status != Status::Failed {
                self.only_failed.remove(&aim);
            } else if is_new {
                self.only_failed.insert(aim);
            }
        }
        self.usual.insert(template::usual(&source));
        let results = self.by_source.entry(source).or_default();
        results.extend(output.map(Path::to_path_buf));
    }

    /// A source's path below its input folder. If several inputs contain it, the first one walked it.
    fn relative(&self, source: &Path) -> Option<PathBuf> {
        let below = |input: &PathBuf| source.strip_prefix(input).ok();
        match self.inputs.iter().find_map(below)? {
            whole if whole == Path::new("") => source.file_name().map(PathBuf::from),
            relative => Some(relative.into()),
        }
    }

    /// Every source with its results.
    pub fn sources(&self) -> impl Iterator<Item = (&Path, impl Iterator<Item = &Path>)> {
        let all = self.by_source.iter();
        all.map(|(source, results)| (source.as_path(), results.iter().map(PathBuf::as_path)))
    }

    /// The platform of each result, in a run with several.
    pub fn presets(&self) -> impl Iterator<Item = (&Path, &'static str)> {
        let all = self.presets.iter();
        all.map(|(output, preset)| (output.as_path(), *preset))
    }

    /// Whether a source only failed in this run.
    pub fn has_failed(&self, source: &Path) -> bool {
        self.only_failed.contains(&(source.to_path_buf(), None))
    }

    /// Whether the source with this path, or with this path of its result, failed without any
    /// success, or without one for this platform. The extension of the picture may be left out.
    pub fn has_failed_for(&self, named: &Path, platform: Option<&str>) -> bool {
        let mut with_jpg = named.as_os_str().to_os_string();
        with_jpg.push(".jpg");
        let meant = [template::usual(named), with_jpg.into()];
        let mut failed = self.only_failed_for(platform);
        failed.any(|source| source == named || meant.contains(&template::usual(source)))
    }

    /// The same for a source whose name without extension is one of these.
    pub fn has_failed_under(&self, stems: [&str; 2], platform: Option<&str>) -> bool {
        let is_meant = |source: &Path| {
            let usual = template::usual(source);
            let stem = usual.file_stem().and_then(OsStr::to_str);
            stem.is_some_and(|stem| stems.contains(&stem))
        };
        self.only_failed_for(platform).any(is_meant)
    }

    fn only_failed_for(&self, platform: Option<&str>) -> impl Iterator<Item = &Path> {
        let failed = self.only_failed.iter();
        let failed = failed.filter(move |(_, it)| it.is_none() || *it == platform);
        failed.map(|(source, _)| source.as_path())
    }

    /// Whether a source that an earlier run found below the input folder `root` is not among those of this
    /// run, which walked the folder that it was in: it is gone, was renamed, or is left out.
    ///
    /// `given` is the path by which the earlier run reached the root through a link. A link that leads to another
    /// folder now is the same input.
    pub fn lacks(&self, root: &Path, given: Option<&Path>, source: &Path) -> bool {
        let places = [
            Some((root, &self.walked)),
            given.map(|it| (it, &self.given)),
        ];
        let (mut is_walked, mut is_tried) = (false, false);
        for (root, inputs) in places.into_iter().flatten() {
            let path = root.join(source);
            for input in path.ancestors().filter(|it| inputs.contains(*it)) {
                let relative = path.strip_prefix(input).unwrap_or(&path);
                is_walked = true;
                is_tried |= self.tried.contains(&(shown(relative), None));
            }
        }
        is_walked && !is_tried
    }

    /// Whether a folder, without links, is an input of this run.
    pub fn walks(&self, folder: &Path) -> bool {
        self.walked.contains(folder)
    }

    /// Whether a file in this folder, without links, is an input of this run.
    pub fn has_input_in(&self, folder: &Path) -> bool {
        self.beside.contains(folder)
    }

    /// Whether the file at this path comes from an earlier run and its source failed in this one. A
    /// source that failed only because another one owns the name does not make that result stale.
    pub fn is_stale(&self, output: &Path) -> bool {
        let output = shown(output);
        self.failed.contains(&output) && !self.good.contains(&output)
    }

    /// Whether the file at this path, `relative` to the results, comes from an earlier run, and its
    /// source has a result under another name now.
    pub fn is_former(&self, relative: &Path, output: &Path) -> bool {
        let output = shown(output);
        let is_of_this_run = self.good.contains(&output) || self.failed.contains(&output);
        self.usual.contains(&shown(relative)) && !is_of_this_run
    }

    /// Whether a dry run would make or remake the file at this path.
    pub fn is_planned(&self, output: &Path) -> bool {
        self.planned.contains(&shown(output))
    }

    /// The grave flags of the result at this path.
    pub fn grave_flags(&self, output: &Path) -> &[String] {
        self.grave.get(&shown(output)).map_or(&[], Vec::as_slice)
    }

    /// Results that exist or would exist.
    pub fn good(&self) -> impl Iterator<Item = &Path> {
        self.good.iter().map(PathBuf::as_path)
    }
}

fn shown(path: &Path) -> PathBuf {
    PathBuf::from(path.display().to_string())
}

//! Finds pictures whose results would share a name.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use super::on_collision::rank;
use super::places::Places;
use super::portable;
use super::target::Target;
use super::task::Output;
use crate::files::inputs::{self, Found, Kind};
use crate::hints;

/// Pictures that share a name, each with the index of another one.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) rivals: HashMap<usize, usize>,
    /// What to do about each rival: only what keeps all that share the name apart.
    pub(super) hints: HashMap<usize, &'static str>,
    /// For pictures that cannot be decoded now: the index of the one that owns the name.
    pub(super) owners: HashMap<usize, usize>,
    /// For pictures that are passed over: the index of the one that is preferred.
    pub(super) better: HashMap<usize, usize>,
}

impl Shared {
    pub(super) fn of(
        found: &[Found],
        outputs: &[Output],
        (target, prefers): (&Target, bool),
        places: &mut Places,
    ) -> Self {
        let pictures = || {
            let all = found.iter().zip(outputs).enumerate();
            all.filter_map(|(index, pair)| match pair {
                (found, Ok(output)) if matches!(found.kind, Kind::Picture) => {
                    Some((index, &**output))
                }
                _ => None,
            })
        };
        let claimed = Claimed::of(pictures(), places);
        let mut shared = Self::default();
        for group in claimed.groups(outputs, places) {
            shared.add(&group, found, prefers);
        }
        shared.add_folders(pictures(), (&claimed, outputs), target, places);
        shared
    }

    /// A file that cannot be decoded fails by itself and claims no name. If it is decodable when its
    /// turn comes, it still fails, because the name belongs to another.
    fn add(&mut self, group: &[usize], found: &[Found], prefers: bool) {
        let decoded = |index: &&usize| found.get(**index).is_some_and(can_be_decoded);
        let decoded: Vec<usize> = group.iter().filter(decoded).copied().collect();
        if let Some(best) = prefers.then(|| preferred(&decoded, found)).flatten() {
            for &index in group.iter().filter(|index| **index != best) {
                // What cannot be decoded fails by itself: a broken drawing is not passed over in silence.
                let place = match decoded.contains(&index) {
                    true => &mut self.better,
                    false => &mut self.owners,
                };
                place.insert(index, best);
            }
            return;
        }
        let hint = hint(&decoded, found);
        self.hints
            .extend(decoded.iter().map(|&index| (index, hint)));
        let other = |of: usize, among: &[usize]| among.iter().find(|&&one| one != of).copied();
        for &index in group {
            if decoded.contains(&index) {
                let rival = other(index, &decoded);
                self.rivals.extend(rival.map(|rival| (index, rival)));
            } else {
                let owner = other(index, &decoded).or_else(|| other(index, group));
                self.owners.extend(owner.map(|owner| (index, owner)));
            }
        }
    }

    /// Adds clashes between a result and a folder of another result.
    fn add_folders<'a>(
        &mut self,
        pictures: impl Iterator<Item = (usize, &'a Path)>,
        (claimed, outputs): (&Claimed, &[Output]),
        target: &Target,
        places: &mut Places,
    ) {
        let Target::Folder(top) = target else {
            return;
        };
        let mut clashes: HashMap<&Path, Option<usize>> = HashMap::new();
        for (index, output) in pictures {
            let folder = output.parent().unwrap_or(top);
            let clash = *clashes.entry(folder).or_insert_with(|| {
                let folders = folder.ancestors().take_while(|folder| folder != top);
                folders
                    .filter_map(|folder| claimed.first(folder, outputs, places))
                    .next()
            });
            if let Some(file) = clash {
                self.rivals.insert(index, file);
                self.rivals.insert(file, index);
            }
        }
    }
}

/// The pictures by the hash of the place of their result: a table of the places themselves would take
/// more memory than all else that is known of them.
struct Claimed(Vec<(u64, usize)>);

impl Claimed {
    fn of<'a>(pictures: impl Iterator<Item = (usize, &'a Path)>, places: &mut Places) -> Self {
        let all = pictures.map(|(index, output)| (hash(&places.of(output)), index));
        let mut all: Vec<(u64, usize)> = all.collect();
        all.sort_unstable();
        Self(all)
    }

    /// The pictures of each place that several claim.
    fn groups(&self, outputs: &[Output], places: &mut Places) -> Vec<Vec<usize>> {
        let alike = self.0.chunk_by(|(one, _), (other, _)| one == other);
        let mut groups = Vec::new();
        for alike in alike.filter(|alike| alike.len() > 1) {
            let mut at: BTreeMap<OsString, Vec<usize>> = BTreeMap::new();
            for (_, index) in alike {
                if let Some(Ok(output)) = outputs.get(*index) {
                    at.entry(places.of(output)).or_default().push(*index);
                }
            }
            groups.extend(at.into_values().filter(|group| group.len() > 1));
        }
        groups
    }

    /// The first picture whose result would be at this path.
    fn first(&self, path: &Path, outputs: &[Output], places: &mut Places) -> Option<usize> {
        let place = places.of(path);
        let wanted = hash(&place);
        let start = self.0.partition_point(|(hash, _)| *hash < wanted);
        let alike = self.0.iter().skip(start);
        let mut alike = alike.take_while(|(hash, _)| *hash == wanted);
        let mut is_there = |index: usize| match outputs.get(index) {
            Some(Ok(output)) => places.of(output) == place,
            _ => false,
        };
        let found = alike.find(|(_, index)| is_there(*index));
        found.map(|(_, index)| *index)
    }
}

fn hash(place: &OsString) -> u64 {
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    hasher.finish()
}

/// Whether it claims its name. The name of an object decides, because its content is not known yet.
fn can_be_decoded(found: &Found) -> bool {
    match found.object() {
        Some(object) => !object.is_guess,
        None => inputs::can_be_decoded(&found.source),
    }
}

/// What to do about pictures that share a name, in the words of the command line.
fn hint(group: &[usize], found: &[Found]) -> &'static str {
    let all = || group.iter().filter_map(|index| found.get(*index));
    let (mut files, mut names) = (HashSet::new(), HashSet::new());
    let query = |found: &Found| found.object().map(|object| object.query.clone());
    if !all().all(|found| files.insert((&found.root, found.relative()))) {
        let queries: HashSet<_> = all().map(query).collect();
        return match queries.len() == group.len() {
            true => hints::COLLISION_OF_QUERIES,
            false => hints::COLLISION_WITH_ITSELF,
        };
    }
    let extension_helps = all().all(|found| names.insert(portable::fold(found.relative())));
    match (extension_helps, preferred(group, found).is_some()) {
        (true, true) => hints::COLLISION,
        (true, false) => hints::COLLISION_OF_STEMS,
        (false, true) => hints::COLLISION_OF_EXTENSIONS,
        (false, false) => hints::COLLISION_OF_CASE,
    }
}

/// The picture of the best format, if only the extension tells it from the others and no other one has
/// a format as good.
fn preferred(group: &[usize], found: &[Found]) -> Option<usize> {
    let all = group
        .iter()
        .filter_map(|index| Some((*index, found.get(*index)?)));
    let mut ranked: Vec<_> = all
        .map(|(index, found)| (rank(found.relative()), index, found))
        .collect();
    ranked.sort_by_key(|(rank, index, _)| (*rank, *index));
    let [(first, best, source), (second, ..), ..] = ranked.as_slice() else {
        return None;
    };
    let stem = |found: &Found| found.source.with_extension("");
    let alike = ranked
        .iter()
        .all(|(_, _, other)| stem(other) == stem(source));
    (alike && first < second).then_some(*best)
}

//! Notices that the folder changed: by another page, a run or another command.

use std::fs;
use std::time::SystemTime;

use avatar_batch::files::STATE_FOLDER;
use avatar_batch::files::fingerprint::Hash;
use serde::Serialize;

use super::service::Service;
use crate::web::Refused;

/// What a page asks for again and again; an answer also shows that the connection works.
#[derive(Serialize)]
pub(super) struct Now {
    /// Differs after every change of the state.
    revision: String,
    /// Results that still have to be remade.
    pending: usize,
}

impl Service {
    /// The present revision. Results that could not be remade are tried again first.
    pub(super) fn now(&self) -> Result<Now, Refused> {
        self.retry()?;
        Ok(Now {
            revision: self.revision(),
            pending: self.pending().len(),
        })
    }

    /// Sizes and times of the files of the state. Their content would take longer to read.
    pub(super) fn revision(&self) -> String {
        let entries = fs::read_dir(self.out.join(STATE_FOLDER))
            .into_iter()
            .flatten();
        let files = entries.filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let is_state = name.contains(".sqlite") && !name.ends_with("-shm");
            let metadata = entry.metadata().ok().filter(|_| is_state)?;
            let written = metadata.modified().ok()?;
            let written = written.duration_since(SystemTime::UNIX_EPOCH).ok()?;
            Some(format!("{name} {} {}", metadata.len(), written.as_nanos()))
        });
        let mut files: Vec<String> = files.collect();
        files.sort();
        let hash = Hash::of(files.join("\n").as_bytes()).to_string();
        hash.get(..16).unwrap_or_default().into()
    }

    /// Remakes what another run kept from being remade.
    fn retry(&self) -> Result<(), Refused> {
        if self.pending().is_empty() {
            return Ok(());
        }
        let _one = self.deciding();
        let decisions = self.decisions()?;
        let waiting = self.pending();
        for known in &self.all()?.all {
            if !waiting.contains(&known.output) {
                continue;
            }
            let origin = known.origin.as_ref();
            let history = origin.map_or(&[][..], |it| decisions.history(&it.source));
            let mut own = history
                .iter()
                .rev()
                .filter(|it| origin.is_some_and(|origin| it.decision.root == origin.root));
            let last = own.next();
            // It stays pending until it was made: the folder may still be held, or this may fail.
            match (last, own.find(|it| it.decision.options.is_some())) {
                (Some(last), _) if last.decision.options.is_some() => {
                    self.follow(&last.decision)?;
                }
                (Some(last), Some(done)) => {
                    self.restore(&done.decision, &last.decision)?;
                }
                _ => self.set_pending(&known.output, false),
            }
        }
        Ok(())
    }
}

//! Writes results into a store: whole or not at all, and never over what another program wrote.

use avatar_prepare::PerceptualHash;
use avatar_stores::{Answer, Kind, Mode, Put, Step, Steps};

use super::item::Outcome;
use crate::failure::Failure;
use crate::naming::Picture;
use crate::objects::mark::Mark;
use crate::objects::segment::ResultRow;
use crate::report::record::FileRecord;

/// A result that is to be written.
pub(super) struct Delivery {
    /// Its place in the plan.
    pub(super) place: usize,
    pub(super) picture: Picture,
    /// Its record, if it is written.
    pub(super) record: FileRecord,
    pub(super) hash: Option<PerceptualHash>,
    pub(super) put: Put,
    pub(super) mark: Mark,
    pub(super) row: ResultRow,
    /// Why it was not written.
    pub(super) failure: Option<Failure>,
}

impl Delivery {
    /// What became of it.
    pub(super) fn outcome(self) -> Outcome {
        let Some(failure) = self.failure else {
            return Outcome {
                place: self.place,
                record: self.record,
                hash: self.hash,
                row: Some(self.row),
            };
        };
        let picture = &self.picture;
        let record = FileRecord::failed(&picture.source, Some(&picture.output), failure);
        Outcome {
            place: self.place,
            record: record.for_platform(picture.preset()),
            hash: None,
            row: None,
        }
    }
}

/// The requests that write a result.
pub(super) struct Writing;

impl Steps for Writing {
    type Item = Delivery;

    fn next(&self, item: &mut Delivery, answer: Answer) -> Step {
        match answer {
            Answer::None => return Step::Put(item.put.clone()),
            Answer::Put(Ok(version)) => item.row.version = version,
            // Another run was faster, or an answer to the first try was lost: the object shows which.
            Answer::Put(Err(error)) if error.kind() == Kind::Conflict => {
                return Step::Head(item.put.store.clone(), item.put.key.clone());
            }
            // The service knows no conditions; that there is no other object was asked before.
            Answer::Put(Err(error))
                if error.kind() == Kind::NotSupported
                    && !error.is_method_refused()
                    && item.put.mode != Mode::Overwrite =>
            {
                item.put.mode = Mode::Overwrite;
                return Step::Put(item.put.clone());
            }
            Answer::Put(Err(error)) | Answer::Head(Err(error)) => {
                item.failure = Some(Failure::from(&error));
            }
            Answer::Head(Ok(Some(head))) => match Mark::parse(&head.metadata) {
                Some(found) if found == item.mark => item.row.version = head.object.version,
                Some(_) => item.failure = Some(Failure::changed_meanwhile()),
                None => item.failure = Some(Failure::foreign_output(&item.picture.output)),
            },
            Answer::Head(Ok(None)) | Answer::Got(_) | Answer::Decided => {
                item.failure = Some(Failure::changed_meanwhile());
            }
        }
        Step::Ready
    }
}

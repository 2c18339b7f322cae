//! What a caller does around each picture of a batch.

use std::io;
use std::ops::ControlFlow;

use crate::{Avatar, Cost, Error, Pieces, Prepared, Settings, Source};

/// What a caller does around each picture of a batch; all of it runs on the worker.
pub trait Work: Sync {
    /// What the queue holds for each picture.
    type Item: Send;
    /// The outcome for each picture.
    type Outcome: Send;

    /// Returns where the picture is, or its outcome if there is nothing to make.
    fn open(&self, item: &mut Self::Item) -> ControlFlow<Self::Outcome, Source>;

    /// The settings of this picture, if they differ from those of the batch.
    fn settings(&self, item: &Self::Item) -> Option<Settings> {
        let _ = item;
        None
    }

    /// The settings of each result, if several are made of this picture; empty for one result. Where
    /// there can be several, [`publish_each`](Self::publish_each) must take them all.
    fn each_settings(&self, item: &Self::Item) -> Vec<Settings> {
        let _ = item;
        Vec::new()
    }

    /// Sees the encoded bytes exactly as they were decoded, for example to hash them, before the
    /// result is published. Not called if the source could not be read.
    fn read(&self, item: &mut Self::Item, encoded: &[u8]) {
        let _ = (item, encoded);
    }

    /// Returns what follows a large file while it is read in pieces, as far as its format allows that;
    /// [`read_in_pieces`](Self::read_in_pieces) is then called in place of [`read`](Self::read). If reading in
    /// pieces is given up, for example because the file is damaged, `read` is called, and what was taken
    /// does not count. By default, every file is read whole.
    fn pieces(&self, item: &mut Self::Item) -> Option<Box<dyn Pieces>> {
        let _ = item;
        None
    }

    /// Learns that what [`pieces`](Self::pieces) returned has taken all bytes of the source, exactly as
    /// they were decoded, before the result is published.
    fn read_in_pieces(&self, item: &mut Self::Item) {
        let _ = item;
    }

    /// Sees what preparing the picture cost, whether it succeeded or not, before its result is
    /// published.
    fn cost(&self, item: &mut Self::Item, cost: &Cost) {
        let _ = (item, cost);
    }

    /// Takes the result. A picture that fails or panics is an `Err`, and the others go on.
    fn publish(&self, item: Self::Item, result: Result<Avatar, Error>) -> Self::Outcome;

    /// Takes all results of a picture, in the order of their settings; an `Err` if the source could
    /// not be read, or took too long. By default, there is one.
    fn publish_each(
        &self,
        mut item: Self::Item,
        results: Result<Vec<Prepared>, Error>,
    ) -> Self::Outcome {
        match results.map(|mut all| all.pop()) {
            Ok(Some(Prepared { result, cost })) => {
                self.cost(&mut item, &cost);
                self.publish(item, result)
            }
            Ok(None) => self.publish(item, Err(Error::Io(io::ErrorKind::Interrupted.into()))),
            Err(error) => self.publish(item, Err(error)),
        }
    }
}

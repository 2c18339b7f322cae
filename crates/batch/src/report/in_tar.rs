//! Records of results that go into tars.

use std::path::Path;

use super::record::{FileRecord, Status};
use crate::failure::Failure;

impl FileRecord {
    /// The record of a picture whose result was made, and then could not be kept.
    pub fn failing(self, failure: &Failure) -> Self {
        Self {
            code: Some(failure.code),
            message: Some(failure.message.clone()),
            hint: Some(failure.hint.clone()),
            format: self.format,
            preset: self.preset,
            ms: self.ms,
            memory: self.memory,
            stages: self.stages,
            ..Self::new(Path::new(&self.source), Status::Failed)
        }
    }

    /// The record as JSON, without what differs from run to run. `tar` is the name of the tar that it is in: with the
    /// folder of OUT, it would be wrong once the tar is moved.
    pub fn lasting(&self, tar: &str) -> Vec<u8> {
        let text = serde_json::to_value(self);
        let Ok(serde_json::Value::Object(mut all)) = text else {
            return Vec::new();
        };
        for key in ["ms", "stages", "memory", "change", "since"] {
            all.insert(key.into(), serde_json::Value::Null);
        }
        all.insert("output".into(), tar.into());
        let mut text = serde_json::to_vec(&all).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// Sets the tar of its result, if that is known, and its key there.
    pub fn in_tar(self, tar: Option<String>, key: Option<&str>) -> Self {
        Self {
            output: tar,
            key: key.map(Into::into),
            ..self
        }
    }
}

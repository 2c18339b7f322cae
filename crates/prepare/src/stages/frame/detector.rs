//! The face detector, where it is built in.

use super::look::Look;
use crate::Error;
use crate::frame::FaceBox;

/// Finds faces in looks; finds none in builds without the feature `faces`.
#[derive(Debug, Default)]
pub(crate) struct Detector {
    #[cfg(feature = "faces")]
    network: Option<avatar_faces::Detector>,
}

impl Detector {
    #[cfg(feature = "faces")]
    pub(crate) fn find(&mut self, look: &Look) -> Result<Vec<FaceBox>, Error> {
        let pixels = look.over_white().into_flattened();
        let network = self.network.get_or_insert_with(avatar_faces::Detector::new);
        let size = (look.width() as u32, look.height() as u32);
        let found = network.detect(&pixels, size.0, size.1);
        let found = found.map_err(|error| Error::Panicked {
            message: error.to_string(),
        })?;
        let to_box = |face: &avatar_faces::Face| FaceBox {
            x: face.x.into(),
            y: face.y.into(),
            width: face.width.into(),
            height: face.height.into(),
            score: face.score.into(),
        };
        Ok(found.iter().map(to_box).collect())
    }

    #[cfg(not(feature = "faces"))]
    pub(crate) fn find(&mut self, _: &Look) -> Result<Vec<FaceBox>, Error> {
        Ok(Vec::new())
    }
}

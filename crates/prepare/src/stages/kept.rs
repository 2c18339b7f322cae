//! Decoded pixels that are kept from one result of a source to the next.

use super::decode::DecodedPicture;
use crate::codec::contract::Detail;
use crate::pixels::decoded::Decoded;
use crate::{Plan, Rect};

/// The decoded pixels of a source from which several results are made.
#[derive(Default)]
pub(crate) struct Kept {
    held: Option<Held>,
    /// Whether more results follow.
    pub(crate) wants_more: bool,
}

struct Held {
    /// What is shown. Which damage matters depends on it, even if the pixels do not.
    crop: Rect,
    /// `None` for the whole picture, which is the same at all sizes.
    detail: Option<Detail>,
    picture: DecodedPicture,
}

impl Kept {
    /// Whether pixels are in memory besides those of the current result, or will be.
    pub(crate) fn is_used(&self) -> bool {
        self.wants_more || self.held.is_some()
    }

    /// The kept pixels, if decoding this plan, which has this detail, would give the same; others are
    /// dropped.
    pub(crate) fn take(&mut self, plan: &Plan, detail: Option<&Detail>) -> Option<DecodedPicture> {
        let held = self.held.take()?;
        let is_same = held.detail.is_none() || held.detail.as_ref() == detail;
        if !is_same || held.crop != plan.crop() {
            return None;
        }
        if !self.wants_more {
            return Some(held.picture);
        }
        let picture = held.picture.clone();
        self.held = Some(held);
        Some(picture)
    }

    /// Keeps decoded pixels, if more results follow that can use them.
    pub(crate) fn keep(&mut self, plan: &Plan, detail: Option<Detail>, picture: &DecodedPicture) {
        // A file can need another decoder than its format usually has, for which the detail does not hold.
        let is_known = matches!(
            (&picture.pixels, &detail),
            (Decoded::Raster(_), _)
                | (Decoded::Reduced(_), Some(Detail::Blocks { .. }))
                | (Decoded::Planes(_), Some(Detail::Jpeg(_)))
        );
        if is_known && self.wants_more {
            let picture = picture.clone();
            self.held = Some(Held {
                crop: plan.crop(),
                detail,
                picture,
            });
        }
    }
}

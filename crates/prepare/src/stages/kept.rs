//! Decoded pixels that are kept from one result of a source to the next.

use super::decode::DecodedPicture;
use crate::Plan;
use crate::codec::contract::Detail;
use crate::pixels::decoded::Decoded;

/// The decoded pixels of a source from which several results are made.
#[derive(Default)]
pub(crate) struct Kept {
    held: Option<Held>,
    /// Whether more results follow.
    pub(crate) wants_more: bool,
}

struct Held {
    /// What was decoded. Which damage matters depends on what is shown, even if the pixels do not.
    plan: Plan,
    /// What of the plan decides the pixels.
    decided_by: DecidedBy,
    picture: DecodedPicture,
}

/// What of a plan decides the decoded pixels, besides what is shown.
enum DecidedBy {
    /// Nothing: the whole picture is the same at all sizes.
    Nothing,
    Detail(Detail),
    /// Perhaps everything. Decoders that crop and reduce on their own are of this kind.
    All,
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
        let is_same = match &held.decided_by {
            DecidedBy::Nothing => held.plan.crop() == plan.crop(),
            DecidedBy::Detail(known) => held.plan.crop() == plan.crop() && Some(known) == detail,
            DecidedBy::All => held.plan == *plan,
        };
        if !is_same {
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
        if !self.wants_more {
            return;
        }
        let decided_by = match (&picture.pixels, detail) {
            (Decoded::Raster(_), None) => DecidedBy::Nothing,
            (Decoded::Raster(_), Some(detail))
            | (Decoded::Reduced(_), Some(detail @ Detail::Blocks { .. }))
            | (Decoded::Planes(_), Some(detail @ Detail::Jpeg(_))) => DecidedBy::Detail(detail),
            // A file can need another decoder than its format usually has, for which the detail does
            // not hold.
            _ => DecidedBy::All,
        };
        self.held = Some(Held {
            plan: plan.clone(),
            decided_by,
            picture: picture.clone(),
        });
    }
}

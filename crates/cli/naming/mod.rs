//! Which result belongs to which source, and what it is called.

mod claim;
pub(crate) mod contenders;
mod on_collision;
mod picture;
pub(crate) mod places;
mod plan;
pub(crate) mod portable;
pub(crate) mod shard;
mod shared;
mod suffix;
mod target;
mod task;
pub(crate) mod template;

pub(crate) use on_collision::OnCollision;
pub(crate) use picture::Picture;
pub(crate) use plan::Naming;
pub(crate) use target::{Target, target};
pub(crate) use task::Task;

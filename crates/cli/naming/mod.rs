//! Which result belongs to which source, and what it is called.

pub(crate) mod contenders;
mod on_collision;
pub(crate) mod places;
mod plan;
pub(crate) mod portable;
pub(crate) mod shard;
mod shared;
mod suffix;
mod target;
pub(crate) mod template;

pub(crate) use on_collision::OnCollision;
pub(crate) use plan::{Naming, Picture, Task};
pub(crate) use target::{Target, target};

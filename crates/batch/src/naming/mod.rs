//! Which result belongs to which source, and what it is called.

mod claim;
pub mod contenders;
mod on_collision;
mod picture;
pub mod places;
mod plan;
pub mod portable;
pub mod shard;
mod shared;
mod suffix;
mod target;
mod task;
pub mod template;

pub use on_collision::OnCollision;
pub use picture::Picture;
pub use plan::Naming;
pub use target::{Target, target};
pub use task::Task;

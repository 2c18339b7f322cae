//! Memory: how much a picture takes, a budget shared by all pictures in flight, and the wait for it.

pub(crate) mod admission;
pub(crate) mod budget;
pub(crate) mod footprint;
pub(crate) mod needed;
pub(crate) mod watch;

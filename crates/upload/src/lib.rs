//! Delivers finished bytes to a destination. Knows nothing of pictures; who gets which bytes is
//! the caller's business.
//!
//! ```
//! use avatar_upload::{Destination, Memory, Payload};
//!
//! # fn main() -> Result<(), avatar_upload::Error> {
//! let mut destination = Memory::default();
//! let payload = Payload::new("team/ada", vec![0xff, 0xd8, 0xff, 0xd9])?;
//! let receipt = destination.deliver(&payload)?;
//! assert_eq!(receipt.account(), "team/ada");
//! assert_eq!(destination.shown("team/ada"), Some(payload.bytes()));
//! # Ok(())
//! # }
//! ```

#![warn(clippy::print_stderr, clippy::print_stdout)]

mod destination;
mod error;
mod memory;
mod payload;

pub use destination::Destination;
pub use error::Error;
pub use memory::Memory;
pub use payload::{Payload, Receipt};

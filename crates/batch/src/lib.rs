//! Prepares the pictures of a folder or a store: what they are called, which of them are up to date, where results
//! are written and what is recorded about them. The program translates its command line into [`args::Effective`]
//! and calls [`prepare::run`]; [`avatar_prepare`] does all work on pixels.
//!
//! A crate of its own, because it is optimised and the rest of the program is not. What it exports is for the program
//! and changes with it.

#![allow(missing_docs)] // all of it is for one program, which reads the sources
#![warn(clippy::print_stderr, clippy::print_stdout)] // only `report` writes to the streams

pub mod args;
pub mod clock;
pub mod error;
pub mod exit;
pub mod failure;
pub mod files;
pub mod grave_flags;
pub mod hints;
pub mod interrupt;
pub mod made;
pub mod making;
pub mod naming;
mod near_duplicates;
pub mod objects;
pub mod packs;
pub mod page;
pub mod prepare;
pub mod recipe;
pub mod remaking;
pub mod report;
mod sheet;
pub mod state;

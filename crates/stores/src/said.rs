//! One request and the answer of a service, without a connection.

use crate::object::{Head, Mode, Object};

/// What is asked of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// All objects below a prefix.
    List,
    /// What is known of an object.
    Head,
    /// The bytes of an object, at most this many.
    Get(u64),
    /// To write an object.
    Put(Mode),
    /// To remove an object.
    Delete,
}

/// What the service says.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The status of HTTP.
    pub status: u16,
    /// Names and values of headers.
    pub head: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

/// What that means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Understood {
    /// The objects of a listing, in the order of their keys.
    Listed(Vec<Object>),
    /// What is known of an object; none if there is no such object.
    Head(Option<Head>),
    /// All bytes of an object.
    Got(Vec<u8>),
    /// The object still has the version that was named.
    Unchanged,
    /// The version of an object that was written.
    Put(String),
    /// Removed, or it was not there.
    Deleted,
}

//! A local GREEN-API.

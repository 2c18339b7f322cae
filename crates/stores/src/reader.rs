//! Reads an object piece by piece, so that a long one is never whole in memory.

use std::io::{self, Read};

use crate::error::{Kind, StoreError};
use crate::object::{Piece, is_told};
use crate::store::Store;
use crate::stores::Stores;

/// Bytes of a request.
const PIECE: u64 = 4 << 20;

/// The bytes of one version of an object, from its start. Made by [`Stores::reader`].
pub struct ObjectReader<'a> {
    stores: &'a Stores,
    store: Store,
    key: String,
    /// The last piece that was fetched, and how much of it was handed on.
    piece: Piece,
    used: usize,
    /// Where the next piece begins.
    next: u64,
}

impl Stores {
    /// Reads an object piece by piece.
    ///
    /// # Errors
    /// If its start cannot be fetched; also if it is empty, or the service sends no parts of objects, or nothing by
    /// which the versions of two parts could be compared.
    pub fn reader(&self, store: &Store, key: &str) -> Result<ObjectReader<'_>, StoreError> {
        ObjectReader::new(self, store.clone(), key)
    }
}

impl<'a> ObjectReader<'a> {
    fn new(stores: &'a Stores, store: Store, key: &str) -> Result<Self, StoreError> {
        let piece = stores.wait(store.piece(key, 0..PIECE))?;
        if !is_told(&piece.version) {
            let place = store.address(key);
            return Err(StoreError::new(
                Kind::NotSupported,
                place,
                "it has no version",
            ));
        }
        Ok(Self {
            stores,
            store,
            key: key.into(),
            next: piece.bytes.len() as u64,
            piece,
            used: 0,
        })
    }

    /// A reader that starts at the first byte of the same version.
    ///
    /// # Errors
    /// If the object has changed, or cannot be fetched.
    pub fn again(&self) -> Result<Self, StoreError> {
        let reader = Self::new(self.stores, self.store.clone(), &self.key)?;
        reader.expect(&self.piece)?;
        Ok(reader)
    }

    /// Fails if this is a piece of another version.
    fn expect(&self, piece: &Piece) -> Result<(), StoreError> {
        match piece.version == self.piece.version && piece.size == self.piece.size {
            true => Ok(()),
            false => {
                let what = "it changed while it was read";
                Err(StoreError::new(
                    Kind::Conflict,
                    self.store.address(&self.key),
                    what,
                ))
            }
        }
    }

    fn advance(&mut self) -> Result<(), StoreError> {
        let end = self.piece.size.min(self.next + PIECE);
        let piece = self
            .stores
            .wait(self.store.piece(&self.key, self.next..end))?;
        self.expect(&piece)?;
        self.next += piece.bytes.len() as u64;
        (self.piece, self.used) = (piece, 0);
        Ok(())
    }
}

impl Read for ObjectReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.used == self.piece.bytes.len() && self.next < self.piece.size {
            self.advance().map_err(io::Error::other)?;
        }
        let mut rest = self.piece.bytes.get(self.used..).unwrap_or_default();
        let length = rest.read(buffer)?;
        self.used += length;
        Ok(length)
    }
}

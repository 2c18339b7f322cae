//! Receives a file piece by piece. A file that does not arrive whole leaves nothing.

use std::future::poll_fn;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use avatar_batch::files::fingerprint::Hash;
use axum::body::Body;
use axum::http::StatusCode;
use hyper::body::{Body as _, Bytes};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::timeout;

use super::allowance::{Allowance, Share};
use super::batch::{Batch, Stored, not_stored};
use super::name::checked;
use crate::web::{Refused, work};

/// Longest time until the next piece arrives.
const IDLE: Duration = Duration::from_secs(30);

/// Pieces that wait to be written. More would only take memory.
const WAITING: usize = 4;

/// A part of a file.
enum Piece {
    Bytes(Bytes),
    /// The file is complete. Without this, the sender broke off.
    End,
}

/// Receives the file with this name into a batch.
pub(super) async fn receive(
    batch: Arc<Batch>,
    allowance: Arc<Allowance>,
    name: String,
    mut body: Body,
) -> Result<Stored, Refused> {
    let most = allowance.bounds.file;
    let (sender, receiver) = channel(WAITING);
    let written = tokio::spawn(work(move || write(&batch, &allowance, &name, receiver)));
    let mut dropped = 0;
    while dropped <= most {
        let frame = timeout(
            IDLE,
            poll_fn(|context| Pin::new(&mut body).poll_frame(context)),
        );
        let piece = match frame.await {
            Ok(None) => Piece::End,
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(bytes) => Piece::Bytes(bytes),
                Err(_) => continue,
            },
            // Too slow, or broken off.
            Ok(Some(Err(_))) | Err(_) => break,
        };
        let (is_last, length) = match &piece {
            Piece::End => (true, 0),
            Piece::Bytes(bytes) => (false, bytes.len() as u64),
        };
        // The writer ends early if it refuses the file. A browser reads the answer only after it has
        // sent everything, so the rest is read and dropped.
        if sender.send(piece).await.is_err() {
            dropped += length;
        }
        if is_last {
            break;
        }
    }
    drop(sender);
    written.await.unwrap_or_else(|_| Err(broken_off()))
}

/// Writes what arrives.
fn write(
    batch: &Batch,
    allowance: &Arc<Allowance>,
    name: &str,
    mut pieces: Receiver<Piece>,
) -> Result<Stored, Refused> {
    let path = checked(name)?;
    let mut share = Share::new(allowance)?;
    let mut file = batch.incoming().map_err(|error| not_stored(&error))?;
    let mut hasher = blake3::Hasher::new();
    loop {
        match pieces.blocking_recv() {
            Some(Piece::Bytes(bytes)) => {
                share.grow(bytes.len() as u64)?;
                hasher.update(&bytes);
                file.write_all(&bytes).map_err(|error| not_stored(&error))?;
            }
            Some(Piece::End) => break,
            None => return Err(broken_off()),
        }
    }
    batch.store(&path, file, Hash(hasher.finalize().into()), share)
}

fn broken_off() -> Refused {
    let message = "the file did not arrive whole; drop it again";
    Refused::new(StatusCode::REQUEST_TIMEOUT, "broken_off", message)
}

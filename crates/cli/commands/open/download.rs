//! Sends results as a zip. A link cannot carry the token of the page, so the page asks for a ticket,
//! an address that works once.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use avatar_batch::files::fingerprint::Hash;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::body::{Bytes, Frame, SizeHint};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::batch::{Batch, locked};
use super::service::Service;
use super::ticket::{Entry, Ticket};
use super::verdicts::Verdicts;
use super::zip::{self, Writer};
use crate::web::{Refused, nothing_here, random_digits};

/// Tickets that wait to be used; older ones stop working.
const TICKETS: usize = 64;

/// Pieces that wait to be sent. More would only take memory.
const WAITING: usize = 4;

/// Which results are wanted.
#[derive(Deserialize)]
pub(super) struct Wanted {
    /// Only those that a person approved, instead of all that were not rejected.
    is_approved: bool,
}

/// What the page gets to know about a zip.
#[derive(Serialize)]
pub(super) struct Offered {
    /// The address, relative to the page.
    address: String,
    pictures: usize,
    /// Results that were rejected, and are not in it.
    rejected: usize,
    bytes: u64,
}

impl Service {
    /// Prepares a zip of the results of a batch.
    pub(super) fn zip(&self, id: &str, wanted: &Wanted) -> Result<Offered, Refused> {
        let batch = self.batch(id)?;
        batch.refuse_while_working()?;
        let out = &batch.places.out;
        if batch.results().is_empty() {
            return conflict("no_results", "there is no result yet");
        }
        let verdicts = Verdicts::read(out)?;
        let (outputs, rejected) = chosen(&batch, wanted.is_approved, &verdicts)?;
        let entries = outputs.iter().map(|output| {
            let approved = verdicts.approved.get(output).copied();
            entry(out, output, approved.filter(|_| wanted.is_approved))
        });
        let entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
        let lengths = entries.iter().map(|entry| (entry.name.len(), entry.bytes));
        let Some(length) = zip::length(lengths) else {
            let message = "the results are too large for one zip; start avatar-prep open with the \
                           name of a folder, which they are then put into";
            return conflict("too_much", message);
        };
        let digits = random_digits().map_err(|error| unreadable(&error.to_string()))?;
        let offered = Offered {
            address: format!("zip/{digits}"),
            pictures: entries.len(),
            rejected,
            bytes: length,
        };
        let mut tickets = locked(&self.tickets);
        tickets.push_back(Ticket {
            digits,
            entries,
            length,
        });
        if tickets.len() > TICKETS {
            tickets.pop_front();
        }
        Ok(offered)
    }

    /// Sends the zip of a ticket.
    pub(super) fn download(&self, digits: &str) -> Result<Response, Refused> {
        let mut tickets = locked(&self.tickets);
        let place = tickets.iter().position(|ticket| ticket.digits == digits);
        let ticket = place.and_then(|place| tickets.remove(place));
        let ticket = ticket.ok_or_else(nothing_here)?;
        let (sender, receiver) = channel(WAITING);
        let length = ticket.length;
        tokio::task::spawn_blocking(move || {
            if let Err(error) = send(&ticket, &sender) {
                // The browser reports a download that ends before its length.
                let _ = sender.blocking_send(Err(error));
            }
        });
        let body = Body::new(Pieces { receiver, length });
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/zip")),
            (
                CONTENT_DISPOSITION,
                HeaderValue::from_static("attachment; filename=\"avatars.zip\""),
            ),
            (CONTENT_LENGTH, HeaderValue::from(length)),
        ];
        Ok((headers, body).into_response())
    }
}

/// The results that are wanted, relative to their folder, at least one; and how many were rejected.
pub(super) fn chosen(
    batch: &Batch,
    is_approved: bool,
    verdicts: &Verdicts,
) -> Result<(Vec<PathBuf>, usize), Refused> {
    let mut outputs = batch.results();
    let all = outputs.len();
    outputs.retain(|output| !verdicts.rejected.contains(output));
    let rejected = all - outputs.len();
    if is_approved {
        outputs.retain(|output| verdicts.approved.contains_key(output));
    }
    match (outputs.is_empty(), is_approved) {
        (true, true) => conflict("no_results", "no result is approved yet"),
        (true, false) => conflict("no_results", "all results were rejected in the review"),
        (false, _) => Ok((outputs, rejected)),
    }
}

/// The entry of a result; refused if it is not what a person approved.
fn entry(out: &Path, output: &Path, approved: Option<Hash>) -> Result<Entry, Refused> {
    let path = out.join(output);
    let name: Vec<String> = output
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    let name = name.join("/");
    match fs::symlink_metadata(&path) {
        // A link could lead anywhere.
        Ok(found) if found.is_file() => {
            let is_other = |hash| !Hash::of_file(&path).is_ok_and(|found| found == hash);
            if approved.is_some_and(is_other) {
                let message = format!("{name} was changed since it was made");
                return Err(unreadable(&message));
            }
            Ok(Entry {
                bytes: found.len(),
                name,
                path,
                approved,
            })
        }
        Ok(_) => Err(unreadable(&format!("{name} is not a file"))),
        Err(error) => Err(unreadable(&format!("could not read {name}: {error}"))),
    }
}

fn unreadable(message: &str) -> Refused {
    Refused::new(StatusCode::CONFLICT, "result_unreadable", message)
}

fn conflict<T>(code: &'static str, message: &str) -> Result<T, Refused> {
    Err(Refused::new(StatusCode::CONFLICT, code, message))
}

/// Writes a zip piece by piece.
fn send(ticket: &Ticket, to: &Sender<io::Result<Bytes>>) -> io::Result<()> {
    let mut writer = Writer::new(Channel(to));
    for entry in &ticket.entries {
        let content = fs::read(&entry.path)?;
        let is_approved = entry.approved.is_none_or(|hash| hash == Hash::of(&content));
        if content.len() as u64 != entry.bytes || !is_approved {
            return Err(io::Error::other("a result was made again meanwhile"));
        }
        writer.add(&entry.name, &content)?;
    }
    writer.finish()
}

/// Sends what is written.
struct Channel<'a>(&'a Sender<io::Result<Bytes>>);

impl Write for Channel<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The pieces of an answer of known length.
struct Pieces {
    receiver: Receiver<io::Result<Bytes>>,
    length: u64,
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = self.receiver.poll_recv(context);
        piece.map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

//! Reads requests from a connection and writes answers, byte by byte.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use socket2::SockRef;

use crate::clock::Clock;
use crate::reply::{Ending, Reply};

const LONGEST_HEAD: usize = 64 * 1024;
const MOST_HEADERS: usize = 64;

/// Longest time for which a client gets no answer.
const SILENCE: Duration = Duration::from_secs(600);

/// How often it is checked whether a client has closed the connection.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A connection, encrypted or not.
pub(crate) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// The head of a request.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) verb: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Head {
    pub(crate) fn header(&self, wanted: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn length(&self) -> usize {
        self.header("content-length")
            .and_then(|length| length.parse().ok())
            .unwrap_or(0)
    }
}

/// Reads the head of a request; `None` at the end of the connection. Bytes that were read after it
/// stay in `buffer`.
pub(crate) fn read_head(stream: &mut dyn Stream, buffer: &mut Vec<u8>) -> io::Result<Option<Head>> {
    loop {
        if let Some((head, length)) = parse(buffer)? {
            buffer.drain(..length);
            return Ok(Some(head));
        }
        if buffer.len() > LONGEST_HEAD || more(stream, buffer)? == 0 {
            return Ok(None);
        }
    }
}

fn parse(buffer: &[u8]) -> io::Result<Option<(Head, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let parsed = request
        .parse(buffer)
        .map_err(|_| io::ErrorKind::InvalidData)?;
    let httparse::Status::Complete(length) = parsed else {
        return Ok(None);
    };
    let header = |header: &httparse::Header<'_>| {
        let value = String::from_utf8_lossy(header.value).into_owned();
        (header.name.to_string(), value)
    };
    let head = Head {
        verb: request.method.unwrap_or_default().into(),
        path: request.path.unwrap_or_default().into(),
        headers: request.headers.iter().map(header).collect(),
    };
    Ok(Some((head, length)))
}

/// Reads the body, also in chunks. If the client waits for `100 Continue`, sends that first.
pub(crate) fn read_body(
    stream: &mut dyn Stream,
    buffer: &mut Vec<u8>,
    head: &Head,
) -> io::Result<Vec<u8>> {
    if head.header("expect").is_some() {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        stream.flush()?;
    }
    if head.header("transfer-encoding").is_some() {
        return read_chunks(stream, buffer);
    }
    let length = head.length();
    while buffer.len() < length {
        if more(stream, buffer)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(buffer.drain(..length).collect())
}

fn read_chunks(stream: &mut dyn Stream, buffer: &mut Vec<u8>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        match httparse::parse_chunk_size(buffer) {
            Ok(httparse::Status::Complete((at, size))) => {
                let size = usize::try_from(size).map_err(|_| io::ErrorKind::InvalidData)?;
                while buffer.len() < at + size + 2 {
                    if more(stream, buffer)? == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                body.extend(buffer.drain(..at + size + 2).skip(at).take(size));
                if size == 0 {
                    return Ok(body);
                }
            }
            Ok(httparse::Status::Partial) => {
                if more(stream, buffer)? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            Err(_) => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

fn more(stream: &mut dyn Stream, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut chunk = [0; 16 * 1024];
    let count = stream.read(&mut chunk)?;
    buffer.extend_from_slice(chunk.get(..count).unwrap_or_default());
    Ok(count)
}

/// Writes an answer in the way that it demands; returns whether the connection stays open.
pub(crate) fn write(
    stream: &mut dyn Stream,
    socket: &TcpStream,
    reply: &Reply,
    clock: Clock,
) -> io::Result<bool> {
    if reply.interim {
        stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n")?;
    }
    match reply.ending {
        Ending::Reset => reset(socket)?,
        Ending::Silence => wait_for_the_end(socket, clock)?,
        // Past the encryption, if there is any.
        Ending::Garbage => (&mut &*socket).write_all(b"neither HTTP nor TLS\r\n\r\n")?,
        Ending::HeadOnly => stream.write_all(&reply.head())?,
        Ending::ResetMiddle => {
            stream.write_all(&reply.head())?;
            stream.write_all(reply.body.get(..reply.body.len() / 2).unwrap_or_default())?;
            stream.flush()?;
            // Give the client time to read the half before the connection ends.
            clock.sleep(Duration::from_millis(200));
            reset(socket)?;
        }
        Ending::Drip(rate) => drip(stream, reply, rate, clock)?,
        Ending::Whole | Ending::Close => {
            stream.write_all(&reply.head())?;
            stream.write_all(&reply.body)?;
        }
    }
    stream.flush()?;
    Ok(reply.stays_open())
}

/// Sends nothing until the client closes the connection.
fn wait_for_the_end(socket: &TcpStream, clock: Clock) -> io::Result<()> {
    let end = clock.now() + SILENCE;
    socket.set_read_timeout(Some(POLL_INTERVAL))?;
    while clock.now() < end {
        match socket.peek(&mut [0]) {
            Ok(0) => break,
            Ok(_) => std::thread::sleep(POLL_INTERVAL),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    Ok(())
}

fn drip(stream: &mut dyn Stream, reply: &Reply, rate: u32, clock: Clock) -> io::Result<()> {
    stream.write_all(&reply.head())?;
    for byte in &reply.body {
        stream.write_all(&[*byte])?;
        stream.flush()?;
        clock.sleep(Duration::from_secs(1) / rate.max(1));
    }
    Ok(())
}

/// Ends a connection so that the other side sees an error, not an end.
fn reset(socket: &TcpStream) -> io::Result<()> {
    SockRef::from(socket).set_linger(Some(Duration::ZERO))?;
    socket.shutdown(std::net::Shutdown::Read)
}

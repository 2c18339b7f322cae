//! An avatar service: it receives pictures by HTTP and returns squares in which faces are inside
//! the circle and logos are whole.
//!
//!     cargo run --release -p avatar-prepare --example avatar_service -- 127.0.0.1:8080
//!     curl --data-binary @group.jpg http://127.0.0.1:8080/ -D - -o avatar.jpg
//!
//! The response says how the picture was framed: `Avatar-Framing: face, 3 faces, all in the
//! circle`. To keep the example short, it speaks only as much HTTP as it needs. A real service
//! would use its own server and call `avatar_prepare` from it.

use std::io::{BufRead, BufReader, Error as IoError, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use avatar_prepare::{
    Avatar, Budget, Error, Fit, Framing, Gravity, Limits, Mask, Preparer, Settings, SettingsError,
};

/// Uploads come from strangers, so the limits are lower than the defaults.
const LIMITS: Limits = Limits {
    encoded_bytes: 20_000_000,
    pixels: 60_000_000,
    side: 20_000,
    frames: 500,
    decoded_bytes: 240_000_000,
    time: Duration::from_secs(10),
};

/// For all pictures in work together, including the memory of the face detector.
const MEMORY: u64 = 1 << 30;

const MAX_HEAD: u64 = 16_384;

const PATIENCE: Duration = Duration::from_secs(10);

fn settings() -> Result<Settings, SettingsError> {
    let framing = Framing::default()
        .with_fit(Fit::Auto) // logos and cut-outs whole
        .with_gravity(&[Gravity::Face]) // the centre if there is no face
        .with_mask(Mask::Circle);
    Settings::default()
        .with_framing(framing)
        .with_edge(256)?
        .with_max_bytes(30_000)?
        .with_min_edge(96)
}

/// The value of the header `Avatar-Framing`.
fn described(avatar: &Avatar) -> String {
    let frame = avatar.frame();
    let faces = match frame.faces().len() {
        0 => String::new(),
        1 => ", 1 face".into(),
        many => format!(", {many} faces"),
    };
    let inside = match frame.inside_mask() {
        Some(true) => ", all in the circle",
        Some(false) => ", not all in the circle",
        None => "",
    };
    format!("{}{faces}{inside}", frame.reason())
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let Some(address) = std::env::args().nth(1) else {
        println!("usage: avatar_service ADDRESS:PORT");
        return Ok(ExitCode::from(2));
    };
    let listener = TcpListener::bind(&address)?;
    println!("listening on http://{}/", listener.local_addr()?);
    let settings = settings()?;
    let budget = Budget::new(MEMORY);
    let workers = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            // A preparer reuses its memory, and that of the face detector, for the next picture.
            let mut preparer = Preparer::new(settings.clone(), LIMITS).with_budget(budget.clone());
            scope.spawn({
                let listener = &listener;
                move || {
                    for stream in listener.incoming() {
                        if let Err(error) = stream.and_then(|stream| serve(&mut preparer, &stream))
                        {
                            println!("connection lost: {error}");
                        }
                    }
                }
            });
        }
    });
    Ok(ExitCode::SUCCESS)
}

fn serve(preparer: &mut Preparer, stream: &TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let Some(upload) = upload(stream)? else {
        return answer(
            stream,
            "413 Content Too Large",
            "text/plain",
            "",
            b"too large\n",
        );
    };
    match preparer.prepare(&upload) {
        Ok(avatar) => {
            let framing = format!("Avatar-Framing: {}\r\n", described(&avatar));
            answer(stream, "200 OK", "image/jpeg", &framing, avatar.bytes())
        }
        Err(error) => {
            let message = format!("{}: {error}; {}\n", error.code().as_str(), error.hint());
            answer(stream, status(&error), "text/plain", "", message.as_bytes())
        }
    }
}

fn status(error: &Error) -> &'static str {
    match error {
        Error::Limit(_) => "413 Content Too Large",
        Error::Picture(_) | Error::TooSmall { .. } => "422 Unprocessable Content",
        Error::TimedOut { .. } | Error::OutOfMemory { .. } => "503 Service Unavailable",
        _ => "500 Internal Server Error",
    }
}

/// The body of a request; `None` if it is larger than the limits allow.
fn upload(stream: &TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut head = BufReader::new(stream).take(MAX_HEAD);
    let mut length = 0;
    let mut line = String::new();
    loop {
        line.clear();
        if head.read_line(&mut line)? == 0 {
            return Err(IoError::new(ErrorKind::InvalidData, "no end of the head"));
        }
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                let value = value.trim().parse();
                length = value.map_err(|_| IoError::new(ErrorKind::InvalidData, "length"))?;
            }
            Some((name, _)) if name.eq_ignore_ascii_case("expect") => {
                let mut stream = stream;
                stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            }
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    if length > LIMITS.encoded_bytes {
        return Ok(None);
    }
    let mut body = Vec::new();
    head.into_inner().take(length).read_to_end(&mut body)?;
    if body.len() as u64 != length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(body))
}

fn answer(
    mut stream: &TcpStream,
    status: &str,
    kind: &str,
    headers: &str,
    body: &[u8],
) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{headers}Connection: close\r\n\r\n"
    )?;
    stream.write_all(body)
}

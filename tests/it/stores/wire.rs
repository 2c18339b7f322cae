//! Requests and answers of HTTP, as bytes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

/// A port for a server that is told which. It is none of those that systems give to whoever asks for any
/// (from 32,768 on Linux, higher elsewhere), so that no other server of these tests takes it before that one does.
pub(super) fn free_port() -> String {
    const FIRST: u16 = 20_000;
    const COUNT: u32 = 12_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = || {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // Processes that run at the same time have numbers that are near one another.
        let offset = std::process::id().wrapping_mul(97).wrapping_add(number) % COUNT;
        FIRST + offset as u16
    };
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let found = std::iter::repeat_with(next).take(COUNT as usize);
    { found }.find(is_free).unwrap().to_string()
}

/// Waits until a server listens.
pub(super) fn wait_for(host: &str) {
    while TcpStream::connect(host).is_err() {
        thread::sleep(Duration::from_millis(20));
    }
}

/// Sends a request whose answer ends the connection.
pub(super) fn exchange(host: &str, request: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(host).unwrap();
    socket.write_all(request).unwrap();
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    answer
}

/// The head of an answer, and its body.
pub(super) fn split(answer: &[u8]) -> (String, &[u8]) {
    let end = answer
        .windows(4)
        .position(|it| it == b"\r\n\r\n")
        .unwrap_or(0);
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    (head, answer.get(end + 4..).unwrap_or_default())
}

/// The head and the body of a request; `None` if the connection ended before.
pub(super) fn received(client: &TcpStream) -> Option<(String, Vec<u8>)> {
    let mut reader = BufReader::new(client.try_clone().unwrap());
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        head += &line;
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    if reader.read_exact(&mut body).is_err() {
        return None;
    }
    Some((head, body))
}

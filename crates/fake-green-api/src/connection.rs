//! Connections: accepts them, and answers one request after the other.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use crate::Scenario;
use crate::http::{self, Head, Stream};
use crate::routes::{self, Request};
use crate::shared::Shared;

type Serve = fn(&Shared, TcpStream) -> io::Result<()>;

/// Accepts connections until the server is stopped, except while it refuses them.
pub(crate) fn listen(listener: TcpListener, shared: &Arc<Shared>, serve: Serve) -> io::Result<()> {
    let shared = Arc::clone(shared);
    let address = listener.local_addr()?;
    let mut open = Some(listener);
    let listener = thread::Builder::new().name("listener".into());
    listener.spawn(move || {
        while let Some(listener) = open.take() {
            accept(&listener, address, &shared, serve);
            drop(listener);
            open = shared.reopen(address);
        }
    })?;
    Ok(())
}

fn accept(listener: &TcpListener, address: SocketAddr, shared: &Arc<Shared>, serve: Serve) {
    for socket in listener.incoming() {
        if shared.is_closed(address) {
            return;
        }
        let (Ok(socket), shared) = (socket, Arc::clone(shared)) else {
            continue;
        };
        let connection = thread::Builder::new().name("connection".into());
        // An error of a connection concerns the client only.
        let _ = connection.spawn(move || drop(serve(&shared, socket)));
    }
}

pub(crate) fn serve(shared: &Shared, socket: TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let raw = socket.try_clone()?;
    let mut stream: Box<dyn Stream> = match shared.tls() {
        Some(tls) => Box::new(tls.wrap(socket)?),
        None => Box::new(socket),
    };
    let mut buffer = Vec::new();
    while let Some(head) = http::read_head(&mut *stream, &mut buffer)? {
        if !exchange(shared, &mut *stream, &raw, &mut buffer, &head)? {
            break;
        }
    }
    Ok(())
}

/// Reads one request and answers it; returns whether the connection stays open.
fn exchange(
    shared: &Shared,
    stream: &mut dyn Stream,
    raw: &TcpStream,
    buffer: &mut Vec<u8>,
    head: &Head,
) -> io::Result<bool> {
    let arrived = shared.clock.now();
    let call = routes::call(&head.path);
    if let Some(call) = &call {
        shared.welcome(call);
    }
    let scenario = call
        .as_ref()
        .map_or(Scenario::Ok, |call| shared.next_scenario(call));
    let too_large = head.length() > shared.config.max_body;
    let body = if scenario == Scenario::ResetBeforeRead || too_large {
        Vec::new()
    } else {
        http::read_body(stream, buffer, head)?
    };
    let parts = routes::parts(head, &body);
    let reply = match &call {
        Some(call) if routes::verb(&call.method) == Some(head.verb.as_str()) => {
            let request = Request {
                head,
                call,
                parts: &parts,
                length: if too_large { head.length() } else { body.len() },
                now: arrived,
                host: head.header("host").unwrap_or("localhost"),
            };
            shared.answer(&request, &scenario)
        }
        _ => shared
            .picture(head)
            .unwrap_or_else(|| routes::not_found(head)),
    };
    if let Scenario::Refuse(time) = scenario {
        shared.refuse(time);
    }
    let index = shared.record(head, call.as_ref(), arrived, &body, parts, &reply);
    shared.clock.sleep(reply.delay);
    shared.replies(index);
    let written = http::write(stream, raw, &reply, shared.clock);
    shared.answered(index);
    written
}

//! The admin port: a status page for people, records and scripts for programs. It is a port of its
//! own, so that the first one behaves exactly like the service.

use std::fmt::Write;
use std::io;
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::http::{self, Head};
use crate::reply::Reply;
use crate::shared::Shared;
use crate::{record, script};

/// Number of requests that the page lists.
const LATEST: usize = 60;

pub(crate) fn serve(shared: &Shared, mut socket: TcpStream) -> io::Result<()> {
    let raw = socket.try_clone()?;
    let mut buffer = Vec::new();
    while let Some(head) = http::read_head(&mut socket, &mut buffer)? {
        let body = http::read_body(&mut socket, &mut buffer, &head)?;
        let reply = answer(shared, &head, &body);
        if !http::write(&mut socket, &raw, &reply, shared.clock)? {
            break;
        }
    }
    Ok(())
}

fn answer(shared: &Shared, head: &Head, body: &[u8]) -> Reply {
    // The query only keeps browsers from showing an old picture.
    let path = head.path.split('?').next().unwrap_or_default();
    if head.verb == "POST" {
        return command(shared, path, &String::from_utf8_lossy(body));
    }
    if let Some(id) = path.strip_prefix("/avatar/") {
        let avatar = shared
            .with(id, |instance| instance.avatar.clone())
            .flatten();
        return avatar.map_or_else(
            || Reply::new(404, "text/plain", b"no picture yet\n".to_vec()),
            |avatar| Reply::new(200, "image/jpeg", avatar.bytes),
        );
    }
    match path {
        "/" => Reply::new(200, "text/html; charset=utf-8", page(shared).into_bytes()),
        "/records.json" => {
            let records: Vec<Value> = shared
                .records()
                .iter()
                .map(record::Record::to_json)
                .collect();
            Reply::json(200, json!(records).to_string())
        }
        "/accounts.json" => Reply::json(200, json!(accounts(shared)).to_string()),
        _ => Reply::new(
            404,
            "text/plain",
            b"see / /records.json /accounts.json\n".to_vec(),
        ),
    }
}

/// `/script/<id>/<method>` with scenarios, `/state/<id>` with a state.
fn command(shared: &Shared, path: &str, body: &str) -> Reply {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let done = match segments.as_slice() {
        ["script", id, method] => match script(body) {
            Ok(scenarios) => shared.with(id, |instance| instance.script(method, scenarios)),
            Err(error) => return Reply::new(400, "text/plain", format!("{error}\n").into_bytes()),
        },
        ["state", id] => {
            let states = [(body.trim(), std::time::Duration::MAX)];
            let now = shared.clock.now();
            shared.with(id, |instance| instance.set_states(now, &states))
        }
        _ => None,
    };
    match done {
        Some(()) => Reply::new(200, "text/plain", b"ok\n".to_vec()),
        None => Reply::new(404, "text/plain", b"no such account or command\n".to_vec()),
    }
}

fn accounts(shared: &Shared) -> Vec<Value> {
    let now = shared.clock.now();
    let mut accounts: Vec<Value> = shared
        .instances()
        .values_mut()
        .map(|instance| {
            json!({
                "id": instance.id, "state": instance.state(now), "pictures": instance.pictures,
                "avatar": instance.avatar.is_some(),
            })
        })
        .collect();
    accounts.sort_by_key(|account| account["id"].to_string());
    accounts
}

const HEAD: &str = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>fake GREEN-API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="2">
<style>
:root { color-scheme: light dark; --line: #8884; --dim: #888; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
p { color: var(--dim); margin: .2rem 0; }
ul { list-style: none; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); }
li { text-align: center; font-size: .85rem; }
img, .none { width: 96px; height: 96px; border-radius: 50%; border: 1px solid var(--line); object-fit: cover; display: block; margin: 0 auto .4rem; }
.none { line-height: 96px; color: var(--dim); }
table { border-collapse: collapse; width: 100%; font: 13px/1.5 ui-monospace, monospace; }
td, th { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
small { color: var(--dim); } .bad { color: #d33; }
</style></head><body><h1>fake GREEN-API</h1>
"#;

fn page(shared: &Shared) -> String {
    let mut page = String::from(HEAD);
    let accounts = accounts(shared);
    let records = shared.records();
    let posts = records.iter().filter(|record| record.is_post()).count();
    let _ = write!(
        page,
        "<p>{}, {}, {} sent; time runs {} times as fast</p><h2>Accounts</h2><ul>",
        counted(accounts.len(), "account"),
        counted(records.len(), "request"),
        counted(posts, "picture"),
        shared.config.time_scale
    );
    for account in &accounts {
        let id = account["id"].as_str().unwrap_or_default();
        let state = escaped(account["state"].as_str().unwrap_or_default());
        let picture = if account["avatar"] == true {
            format!(
                "<img src=\"/avatar/{id}?{}\" alt=\"avatar of {id}\">",
                account["pictures"]
            )
        } else {
            "<span class=\"none\">none</span>".into()
        };
        let _ = write!(page, "<li>{picture}{id}<br><small>{state}</small></li>");
    }
    page.push_str("</ul><h2>Requests, latest first</h2><table><tr><th>at<th>call<th>bytes<th>status<th>verdict</tr>");
    for record in records.iter().rev().take(LATEST) {
        let refused = record.status != 200 || record.verdict.starts_with("refused");
        let class = if refused { " class=\"bad\"" } else { "" };
        // Leave out a verdict that only repeats the status.
        let verdict = record.verdict.as_str();
        let verdict = if verdict.starts_with("status ") {
            ""
        } else {
            verdict
        };
        let _ = write!(
            page,
            "<tr><td>{:.1} s<td>{} {}<td>{}<td{class}>{}<td{class}>{}</tr>",
            record.arrived.as_secs_f64(),
            escaped(&record.verb),
            escaped(&record::masked(&record.path)),
            record.length,
            record.status,
            escaped(verdict)
        );
    }
    page.push_str("</table></body></html>\n");
    page
}

fn counted(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

//! Which call gets which answer, in the order in which the service seems to check.

use std::time::Duration;

use serde_json::{Value, json};

use crate::http::Head;
use crate::instance::{Instance, Product};
use crate::multipart::{self, Part};
use crate::reply::{Ending, Reply};
use crate::{Clock, Config, MediaPolicy, Order, Style, picture};

/// The parts of a path.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) token: String,
}

/// `[/v3]/waInstance{id}/{method}/{token}`; methods in any case.
pub(crate) fn call(path: &str) -> Option<Call> {
    let path = path.split('?').next().unwrap_or_default();
    let path = path.strip_prefix("/v3").unwrap_or(path);
    let mut segments = path.strip_prefix("/waInstance")?.split('/');
    let (id, method, token) = (segments.next()?, segments.next()?, segments.next()?);
    segments.next().is_none().then(|| Call {
        id: id.into(),
        method: method.to_ascii_lowercase(),
        token: token.into(),
    })
}

/// The verb of a method, if there is such a method.
pub(crate) fn verb(method: &str) -> Option<&'static str> {
    Some(match method {
        "setprofilepicture" | "getavatar" => "POST",
        "getstateinstance" | "getwasettings" | "getaccountsettings" | "getsettings" | "reboot" => {
            "GET"
        }
        _ => return None,
    })
}

/// A request with its body.
pub(crate) struct Request<'a> {
    pub(crate) head: &'a Head,
    pub(crate) call: &'a Call,
    pub(crate) parts: &'a [Part],
    pub(crate) length: usize,
    pub(crate) now: Duration,
    pub(crate) host: &'a str,
}

/// The answer to an unknown call.
pub(crate) fn not_found(head: &Head) -> Reply {
    if head.verb == "OPTIONS" {
        return Reply::new(204, "text/plain", Vec::new());
    }
    let message = format!("Cannot {} {}", head.verb, head.path);
    Reply::error(404, Style::Object, &message, &head.path)
}

pub(crate) fn refusal(reason: &str) -> Reply {
    let body = format!(r#"{{"reason":{reason},"urlAvatar":null,"setProfilePicture":false}}"#);
    let mut reply = Reply::json(200, body);
    reply.verdict = format!("refused {reason}");
    reply
}

type Check = fn(&mut Instance, &Request<'_>, &Config) -> Option<Reply>;

/// The true answer, without a script.
pub(crate) fn truthful(instance: &mut Instance, request: &Request<'_>, config: &Config) -> Reply {
    let checks: [Check; 3] = match config.order {
        Order::TokenFirst => [check_token, check_limit, check_life],
        Order::LimiterFirst => [check_limit, check_token, check_life],
        Order::LifeBeforeLimiter => [check_token, check_life, check_limit],
    };
    let refused = checks
        .iter()
        .find_map(|check| check(instance, request, config));
    refused.unwrap_or_else(|| answer_of(instance, request, config))
}

fn check_token(instance: &mut Instance, request: &Request<'_>, config: &Config) -> Option<Reply> {
    if request.call.token == instance.token {
        return None;
    }
    Some(if config.unauthorized_in_200 {
        let body = json!({"code": 401, "description": "Unauthorized"});
        Reply::json(200, body.to_string())
    } else {
        Reply::error(401, Style::Object, "Unauthorized", &request.head.path)
    })
}

fn check_limit(instance: &mut Instance, request: &Request<'_>, config: &Config) -> Option<Reply> {
    let method = request.call.method.as_str();
    let admitted = instance.admits(method, request.now, config);
    (!admitted).then(|| Reply::error(429, Style::Object, "Too Many Requests", &request.head.path))
}

/// Checks the state of the account, which only a picture needs.
fn check_life(instance: &mut Instance, request: &Request<'_>, _: &Config) -> Option<Reply> {
    if request.call.method != "setprofilepicture" {
        return None;
    }
    let path = &request.head.path;
    let state = instance.state(request.now);
    if state == "suspended" {
        let message = "Your account is suspended";
        return Some(Reply::error(403, Style::Object, message, path));
    }
    lifecycle(&state).map(|text| Reply::error(400, Style::Object, text, path))
}

fn answer_of(instance: &mut Instance, request: &Request<'_>, config: &Config) -> Reply {
    let method = request.call.method.as_str();
    match method {
        "setprofilepicture" => set_picture(instance, request, config),
        "getstateinstance" => match instance.asked_for_state(request.now).as_str() {
            "null" => Reply::json(200, "null"),
            state => Reply::json(200, json!({"stateInstance": state}).to_string()),
        },
        "getavatar" => {
            let url = url(instance, request.host, "", config);
            Reply::json(
                200,
                json!({"urlAvatar": url, "available": true}).to_string(),
            )
        }
        "getsettings" => Reply::json(
            200,
            json!({"wid": format!("{}@c.us", instance.id)}).to_string(),
        ),
        "reboot" => {
            let starting = [
                ("starting", Duration::from_secs(5)),
                ("authorized", Duration::MAX),
            ];
            instance.set_states(request.now, &starting);
            Reply::json(200, r#"{"isReboot":true}"#)
        }
        _ => settings(instance, request, config),
    }
}

fn settings(instance: &mut Instance, request: &Request<'_>, config: &Config) -> Reply {
    let state = instance.state(request.now);
    let authorized = state == "authorized";
    let shown = |text: String| if authorized { text } else { String::new() };
    let avatar = url(instance, request.host, "stp=dst-jpg_s96x96&", config);
    let mut body = json!({
        "avatar": shown(avatar),
        "phone": shown("79990000000".into()),
        "stateInstance": state,
        "deviceId": shown(format!("{}:1@s.whatsapp.net", instance.id)),
    });
    if let (Some(until), Some(object)) = (&instance.suspended_until, body.as_object_mut()) {
        object.insert("suspendedUntil".into(), until.as_str().into());
    }
    if let (Some(more), Some(object)) = (config.inline_pictures, body.as_object_mut()) {
        object.insert("base64Avatar".into(), "A".repeat(more).into());
    }
    Reply::json(200, body.to_string())
}

/// The address of the shown picture in the form of each messenger: WhatsApp identifies the picture
/// by the last segment of the path and signs the address for thirty days, MAX identifies it in the
/// query, and Telegram's is a file on the host of the service.
fn url(instance: &mut Instance, host: &str, size: &str, config: &Config) -> String {
    let Some(avatar) = &instance.avatar else {
        return String::new();
    };
    let expires = Clock::unix() + 30 * 86_400;
    instance.addresses += 1;
    let is_other = config.rotates_addresses && instance.addresses.is_multiple_of(2);
    let (host, folder) = match is_other {
        true => (host.replace("127.0.0.1", "localhost"), "t61.2885-15"),
        false => (host.into(), "t61.24694-24"),
    };
    let name = &avatar.name;
    let scheme = config.scheme();
    match instance.product {
        Product::Whatsapp => {
            format!(
                "{scheme}://{host}/v/{folder}/{name}_n.jpg?{size}ccb=11-4&oh=01_AB&oe={expires:X}"
            )
        }
        Product::Max => format!("{scheme}://{host}/i?r={name}"),
        Product::Telegram => format!("{scheme}://{host}/file/{name}.jpg"),
    }
}

/// The error text for a state in which the account cannot send.
fn lifecycle(state: &str) -> Option<&'static str> {
    Some(match state {
        "authorized" | "yellowCard" => return None,
        "starting" | "null" => "instance in starting process try later",
        "expired" => "Instance account is expired. Renew your instance from personal area",
        "deleted" => "Instance is deleted",
        _ => "instance is starting or not authorized",
    })
}

fn set_picture(instance: &mut Instance, request: &Request<'_>, config: &Config) -> Reply {
    let path = &request.head.path;
    if let Some((used, total)) = instance.quota {
        let status = json!({"method": "setProfilePicture", "used": used, "total": total,
            "status": "QUOTE_EXCEEDED", "description": "for 79001234567@c.us"});
        return Reply::json(466, json!({"invokeStatus": status}).to_string());
    }
    if request.length > config.max_body {
        return Reply::nginx(413).with_ending(Ending::Close);
    }
    let part = request
        .parts
        .iter()
        .find(|part| part.name == "file" && part.length > 0);
    let Some(part) = part else {
        return Reply::error(400, Style::Text, "File is empty", path);
    };
    if !accepted(part, config.media) {
        return Reply::error(400, Style::Text, "Unsupported media type", path);
    }
    if !instance.messenger_admits(request.now, config) {
        return refusal("\"rate-overlimit\"");
    }
    let acceptable = picture::size(&part.bytes)
        .is_some_and(|(width, height)| width == height && width >= config.min_edge);
    if !acceptable && config.looks_at_pictures {
        return refusal("\"not-acceptable\"");
    }
    instance.show(part.bytes.clone());
    let url = url(instance, request.host, "", config);
    let reason = match instance.product {
        Product::Max => json!(""),
        Product::Whatsapp | Product::Telegram => Value::Null,
    };
    let body = json!({"reason": reason, "urlAvatar": url, "setProfilePicture": true});
    let mut reply = Reply::json(200, body.to_string());
    reply.verdict = "applied".into();
    reply
}

fn accepted(part: &Part, media: MediaPolicy) -> bool {
    let header = part.content_type.as_deref() == Some("image/jpeg");
    let name = part
        .filename
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let name = name.ends_with(".jpg") || name.ends_with(".jpeg");
    let content = part.bytes.starts_with(b"\xff\xd8\xff");
    match media {
        MediaPolicy::Header => header,
        MediaPolicy::Name => name,
        MediaPolicy::Content => content,
        MediaPolicy::All => header && name && content,
    }
}

/// The parts of a request's form.
pub(crate) fn parts(head: &Head, body: &[u8]) -> Vec<Part> {
    let boundary = head.header("content-type").and_then(multipart::boundary);
    boundary.map_or_else(Vec::new, |boundary| multipart::parts(body, &boundary))
}

//! Scripted answers: the true answer with a change, or another one.

use std::time::Duration;

use serde_json::{Value, json};

use crate::instance::Instance;
use crate::reply::{Ending, Reply};
use crate::routes::{self, Request};
use crate::{Config, Loss, Scenario};

/// The answer of an account, scripted or true.
pub(crate) fn answer(
    instance: &mut Instance,
    request: &Request<'_>,
    scenario: &Scenario,
    config: &Config,
) -> Reply {
    change(instance, request, scenario);
    let truth = |instance: &mut Instance| routes::truthful(instance, request, config);
    match scenario {
        Scenario::Ok => truth(instance),
        Scenario::Slow(time) => {
            let mut reply = truth(instance);
            reply.delay = *time;
            reply
        }
        Scenario::Drip(rate) => truth(instance).with_ending(Ending::Drip(*rate)),
        Scenario::Hang => Reply::json(200, "").with_ending(Ending::Silence),
        Scenario::ResetBeforeRead | Scenario::ResetAfterRead => {
            Reply::json(200, "").with_ending(Ending::Reset)
        }
        Scenario::ResetMidResponse => truth(instance).with_ending(Ending::ResetMiddle),
        Scenario::CloseAfterHeaders => truth(instance).with_ending(Ending::HeadOnly),
        Scenario::Ghost(loss) => {
            truth(instance);
            lost(*loss, "ghost")
        }
        Scenario::Lost(loss) => lost(*loss, "lost"),
        Scenario::Status(status, style, headers) => {
            let is_message = |(name, _): &&(String, String)| name == "message";
            let message = headers.iter().find(is_message);
            let message = message.map_or("scripted", |(_, message)| message);
            let mut reply = Reply::error(*status, *style, message, &request.head.path);
            let headers = headers.iter().filter(|header| !is_message(header));
            let headers = headers.map(|(name, value)| (name.clone(), dated(instance, value)));
            reply.headers.extend(headers);
            reply
        }
        Scenario::Redirect(status, to) => {
            let mut reply = Reply::nginx(*status);
            let location = format!("{to}{}", request.head.path);
            reply.headers.push(("Location".into(), location));
            reply
        }
        Scenario::Reason(reason) => routes::refusal(reason),
        Scenario::Refuse(_) => truth(instance).with_ending(Ending::Close),
        Scenario::Http10 => {
            let mut reply = truth(instance);
            reply.http10 = true;
            reply
        }
        Scenario::Continue100 => {
            let mut reply = truth(instance);
            reply.interim = true;
            reply
        }
        Scenario::State(..)
        | Scenario::StartingThen(..)
        | Scenario::Cascade
        | Scenario::Suspended(_)
        | Scenario::ClockSkew(_) => truth(instance),
        _ => variant(instance, request, scenario, config),
    }
}

/// What a scenario does to the account itself.
fn change(instance: &mut Instance, request: &Request<'_>, scenario: &Scenario) {
    let now = request.now;
    match scenario {
        Scenario::State(state, time) => {
            let states = [(state.as_str(), *time), ("authorized", Duration::MAX)];
            instance.set_states(now, &states);
        }
        Scenario::StartingThen(questions, then) => instance.start(*questions, then),
        Scenario::Cascade => instance.cascade(),
        Scenario::Suspended(until) => {
            instance.set_states(now, &[("suspended", Duration::MAX)]);
            instance.suspended_until = Some(until.clone());
        }
        Scenario::ClockSkew(seconds) => instance.skew = *seconds,
        _ => {}
    }
}

/// `+30` as a date by the account's clock; anything else as it is.
fn dated(instance: &Instance, value: &str) -> String {
    let seconds = value.strip_prefix('+').and_then(|value| value.parse().ok());
    seconds.map_or_else(|| value.into(), |seconds| instance.date(seconds))
}

/// Answers with 200 that are not what they should be.
fn variant(
    instance: &mut Instance,
    request: &Request<'_>,
    scenario: &Scenario,
    config: &Config,
) -> Reply {
    let body = match scenario {
        Scenario::Html200 => {
            return Reply::new(
                200,
                "text/html",
                b"<html><form>Sign in</form></html>".to_vec(),
            );
        }
        Scenario::Code401 => json!({"code": 401, "description": "Unauthorized"}).to_string(),
        Scenario::Body200(body) => body.clone(),
        _ => {
            let reply = routes::truthful(instance, request, config);
            let mut body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
            if let Some(object) = body.as_object_mut() {
                match scenario {
                    Scenario::MissingFlag => drop(object.remove("setProfilePicture")),
                    Scenario::FlagAsString => {
                        drop(object.insert("setProfilePicture".into(), "true".into()));
                    }
                    Scenario::ExtraFields => drop(object.insert("more".into(), json!({"is": [1]}))),
                    _ => {
                        let url = object.get("urlAvatar").cloned().unwrap_or_default();
                        let text = format!(
                            r#"{{"setProfilePicture":true,"urlAvatar":{url},"reason":null}}"#
                        );
                        return Reply::json(200, text);
                    }
                }
            }
            body.to_string()
        }
    };
    Reply::json(200, body)
}

fn lost(loss: Loss, verdict: &str) -> Reply {
    let mut reply = match loss {
        Loss::Reset => Reply::json(200, "").with_ending(Ending::Reset),
        Loss::Timeout => Reply::json(200, "").with_ending(Ending::Silence),
        Loss::NoContent => Reply::json(204, ""),
        Loss::Empty => Reply::json(200, ""),
        Loss::BadGateway => Reply::nginx(502),
        Loss::Garbage => Reply::json(200, "").with_ending(Ending::Garbage),
    };
    reply.verdict = verdict.into();
    reply
}

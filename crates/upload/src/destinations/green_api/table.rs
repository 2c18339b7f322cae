//! What the statuses, texts and reasons of GREEN-API mean: tables with one row for each.

use std::time::Duration;

use crate::hints;
use crate::destinations::row::{AGAIN, HALF_AN_HOUR, LATER, Row, TWO_HOURS, row};
use crate::verdict::{Action, Then};

/// Starting takes a while and ends by itself, so only the limit on sends of a run ends the
/// attempts.
const STARTING: Action = Action::Await { resends: u32::MAX };

const HUMAN: &str = "see the account in the console of GREEN-API";
const BUG: &str = "a bug in this program, or a change of the service: please report it";

pub(super) static UNEXPECTED: Row =
    row("unexpected_answer", Action::Verify { resends: 0, then: Then::Fail }, "the answer is not one that the service documents", "check that the address leads to GREEN-API and not to a login page");
pub(super) static CONTRADICTION: Row =
    row("unexpected_answer", Action::Verify { resends: 0, then: Then::Fail }, "the answer says that the picture was set, and why it was not", "look at the account");
pub(super) static EMPTY: Row = row("answer_lost", Action::Verify { resends: 1, then: LATER }, "the picture was sent, and the answer is empty", AGAIN);
pub(super) static CREATING: Row = row("being_created", STARTING, "the account is still being created", AGAIN);
pub(super) static BAD_TOKEN: Row = row("bad_token", Action::StopCredential, "the token is not accepted", "check the token, it may have been renewed");
pub(super) static WRONG_ADDRESS: Row = row("forbidden", Action::StopCredential, "the server does not know the account", "check id_instance and api_url");
pub(super) static NO_REASON: Row = row("refused_without_reason", Action::Wait { most: 2, then: Then::Refuse }, "the messenger refused the picture without a reason", "try another picture");
pub(super) static UNKNOWN_REASON: Row = row("refused", Action::Refuse, "the messenger refused the picture", "see the reason");

/// `reason` of an answer with `"setProfilePicture": false`.
pub(super) static REASONS: &[(&str, Row)] = &[
    ("rate-overlimit", row("rate_overlimit", Action::Wait { most: 3, then: LATER }, "the messenger refused: too many requests", AGAIN)),
    ("not-acceptable", row("picture_refused", Action::Refuse, "the messenger does not accept the picture", "try another picture")),
    ("bad-request", row("picture_refused", Action::Refuse, "the messenger does not accept the picture", "try another picture")),
    ("not-authorized", row("account_refused", Action::StopScope, "the messenger refused the account", HUMAN)),
    ("forbidden", row("account_refused", Action::StopScope, "the messenger refused the account", HUMAN)),
    ("not-allowed", row("account_refused", Action::StopScope, "the messenger refused the account", HUMAN)),
    ("locked", row("account_refused", Action::StopScope, "the messenger refused the account", HUMAN)),
    ("gone", row("account_refused", Action::StopScope, "the messenger refused the account", HUMAN)),
    ("item-not-found", row("account_refused", Action::StopScope, "the messenger refused the account", HUMAN)),
    ("resource-limit", row("resource_limit", Action::Defer(HALF_AN_HOUR), "the messenger is at a limit of its own", AGAIN)),
    ("internal-server-error", row("messenger_fault", Action::Wait { most: 3, then: LATER }, "the messenger had a fault", AGAIN)),
    ("service-unavailable", row("messenger_fault", Action::Wait { most: 3, then: LATER }, "the messenger had a fault", AGAIN)),
    ("partial-server-error", row("messenger_fault", Action::Wait { most: 3, then: LATER }, "the messenger had a fault", AGAIN)),
    ("connection closed", row("messenger_fault", Action::Wait { most: 3, then: LATER }, "the messenger had a fault", AGAIN)),
    ("timed out", row("messenger_timed_out", Action::Verify { resends: 1, then: LATER }, "the messenger did not answer in time", AGAIN)),
];

/// Texts of the vendor's table of common errors, in lower case; old servers send them with status
/// 200 as well.
pub(super) static TEXTS: &[(&str, Row)] = &[
    ("instance in starting process", row("starting", STARTING, "the account is starting", AGAIN)),
    ("instance is starting or not authorized", row("not_authorized", Action::Await { resends: 1 }, "the account is starting or not linked", "link the device in the console of GREEN-API")),
    ("instance account not authorized", row("not_authorized", Action::Await { resends: 1 }, "the account is starting or not linked", "link the device in the console of GREEN-API")),
    ("instance account is expired", row("expired", Action::StopScope, "the account is not paid for", HUMAN)),
    ("instance is deleted", row("deleted", Action::StopScope, "the account was deleted", HUMAN)),
];

/// Further texts, which mean this only with status 400.
pub(super) static BAD_REQUESTS: &[(&str, Row)] = &[
    ("file is empty", row("file_is_empty", Action::Refuse, "the server found no picture in the request", BUG)),
    ("unsupported media type", row("unsupported_media_type", Action::Refuse, "the server does not accept the file as a JPEG", BUG)),
    ("", row("bad_request", Action::Refuse, "the server refused the request", "see the message")),
];

pub(super) static SUSPENDED: Row = row("suspended", Action::Defer(TWO_HOURS), "the account is suspended for a time", AGAIN);

/// What a status means: the first row whose range contains it counts, otherwise [`UNEXPECTED`].
pub(super) static STATUSES: &[(std::ops::RangeInclusive<u16>, Row)] = &[
    (300..=399, row("redirected", Action::StopEndpoint, "the server redirects, which is never followed", "put the final address into api_url if you trust it")),
    (401..=401, row("bad_token", Action::StopCredential, "the token is not accepted", "check the token, it may have been renewed")),
    (403..=403, row("forbidden", Action::StopCredential, "the server does not know the account", "check id_instance and api_url")),
    (404..=405, row("wrong_address", Action::StopEndpoint, "the server knows no such call", "check api_url, with or without /v3")),
    (407..=407, row("proxy_login", Action::StopEndpoint, "a proxy wants a login", "let the program reach the server directly")),
    (408..=408, row("request_timeout", Action::Verify { resends: 1, then: LATER }, "the server waited too long for the picture", AGAIN)),
    (413..=413, row("too_large", Action::Refuse, "the picture is too large for the server", hints::SMALLER)),
    (429..=429, row("too_many_requests", Action::Wait { most: 4, then: LATER }, "the server refused: too many requests", "does another program use the account? run the same command again later")),
    (466..=466, row("quota", Action::StopScopeFor(Duration::ZERO), "the quota of the month is used up", "change the tariff or wait for the first of the month")),
    (469..=469, row("throttled", Action::Defer(TWO_HOURS), "the messenger throttles the account", AGAIN)),
    (499..=499, row("client_closed", Action::Verify { resends: 1, then: LATER }, "the server says that the connection was closed from this side", AGAIN)),
    (400..=499, row("client_error", Action::Refuse, "the server refused the request", "see the message")),
    (500..=500, row("server_error", Action::Verify { resends: 1, then: Then::Fail }, "the server had a fault", "see the message; if it persists, ask the support of GREEN-API")),
    (502..=502, row("bad_gateway", Action::Verify { resends: 3, then: LATER }, "the server got no answer from the one behind it", "if it persists, ask the support of GREEN-API")),
    (503..=503, row("unavailable", Action::Verify { resends: 3, then: LATER }, "the server is not available", AGAIN)),
    (504..=504, row("bad_gateway", Action::Verify { resends: 3, then: LATER }, "the server got no answer from the one behind it", "if it persists, ask the support of GREEN-API")),
    (520..=524, row("bad_gateway", Action::Verify { resends: 3, then: LATER }, "the server got no answer from the one behind it", "if it persists, ask the support of GREEN-API")),
];

/// What `stateInstance` means; `None` is ready.
pub(super) static STATES: &[(&str, Option<Row>)] = &[
    ("authorized", None),
    ("notAuthorized", Some(row("not_authorized", Action::StopScope, "the account is not linked", "link the device in the console of GREEN-API"))),
    ("blocked", Some(row("blocked", Action::StopScope, "the account is banned by the messenger", HUMAN))),
    ("sleepMode", Some(row("asleep", STARTING, "the phone of the account is off", "switch the phone on and run the same command again"))),
    ("starting", Some(row("starting", STARTING, "the account is starting", "if it does not change, reboot it in the console of GREEN-API"))),
    ("yellowCard", Some(row("yellow_card", Action::StopScope, "the messenger has restricted the account", "leave the account alone for a while"))),
    ("suspended", Some(row("suspended", Action::Defer(TWO_HOURS), "the account is suspended for a time", AGAIN))),
    ("pendingPassword", Some(row("login_unfinished", Action::StopScope, "the login of the account is not finished", HUMAN))),
    ("pendingCode", Some(row("login_unfinished", Action::StopScope, "the login of the account is not finished", HUMAN))),
];

pub(super) static UNKNOWN_STATE: Row = row("unknown_state", Action::StopScope, "the account is in a state that is not documented", HUMAN);

//! Every row of the table of answers: what the server does, how the run ends, how many pictures
//! were sent, and how many were applied.

use std::time::Duration;

use super::{ID, Stage, side_by_side};

/// Number of the row, what the server does with the first pictures, the exit code, pictures sent,
/// pictures applied, and what is said.
type Row = (u32, &'static str, i32, usize, u64, &'static str);

#[rustfmt::skip] // one case a line
const ROWS: &[Row] = &[
    (6, "reset-after-read", 0, 2, 1, "applied"),
    (6, "lost(reset)*2", 3, 2, 0, "[answer_lost]"),
    (6, "lost(timeout)", 0, 2, 1, "applied"),
    (6, "ghost(reset)", 0, 1, 1, "confirmed by what the account shows"),
    (6, "ghost(timeout)", 0, 1, 1, "confirmed by what the account shows"),
    (6, "hang", 0, 2, 1, "applied"),
    (6, "reset-mid-response", 0, 1, 1, "confirmed by what the account shows"),
    (6, "close-after-headers", 0, 1, 1, "confirmed by what the account shows"),
    (7, "ok", 0, 1, 1, "applied"),
    (7, "slow(3000)", 0, 1, 1, "applied"),
    (7, "drip(4000)", 0, 1, 1, "applied"),
    (7, "http10", 0, 1, 1, "applied"),
    (7, "100-continue", 0, 1, 1, "applied"),
    (7, "extra-fields", 0, 1, 1, "applied"),
    (7, "keys-reordered", 0, 1, 1, "applied"),
    (7, r#"body({"setProfilePicture":true,"urlAvatar":"","reason":null})"#, 0, 1, 0, "does not say where the picture can be seen"),
    (8, "overlimit", 0, 2, 1, "applied"),
    (8, "overlimit*2", 0, 3, 1, "applied"),
    (8, "overlimit*3", 3, 3, 0, "[rate_overlimit], not before "),
    (9, r#"reason("not-acceptable")"#, 1, 1, 0, "[picture_refused]"),
    (9, r#"reason("bad-request")"#, 1, 1, 0, "[picture_refused]"),
    (10, r#"reason("not-authorized")"#, 1, 1, 0, "[account_refused]"),
    (10, r#"reason("forbidden")"#, 1, 1, 0, "[account_refused]"),
    (10, r#"reason("not-allowed")"#, 1, 1, 0, "[account_refused]"),
    (10, r#"reason("locked")"#, 1, 1, 0, "[account_refused]"),
    (10, r#"reason("gone")"#, 1, 1, 0, "[account_refused]"),
    (11, r#"reason("resource-limit")"#, 3, 1, 0, "[resource_limit], not before "),
    (12, r#"reason("internal-server-error")"#, 0, 2, 1, "applied"),
    (12, r#"reason("service-unavailable")*2"#, 0, 3, 1, "applied"),
    (12, r#"reason("partial-server-error")*3"#, 3, 3, 0, "[messenger_fault]"),
    (12, r#"reason("Connection Closed")"#, 0, 2, 1, "applied"),
    (13, r#"reason("Timed Out")"#, 0, 2, 1, "applied"),
    (13, r#"reason("Timed Out")*2"#, 3, 2, 0, "[messenger_timed_out]"),
    (14, r#"reason("")"#, 0, 2, 1, "applied"),
    (14, "reason(null)*2", 1, 2, 0, "[refused_without_reason]"),
    (15, r#"reason("moon-phase")"#, 1, 1, 0, "moon-phase [refused]"),
    (16, "code-401-in-200", 1, 1, 0, "[bad_token]"),
    (16, r#"body({"code":404,"description":"Not Found"})"#, 1, 1, 0, "[forbidden]"),
    (17, "body(instance in starting process try later)", 0, 2, 1, "applied"),
    (17, r#"body("instance account not authorized")"#, 0, 2, 1, "applied"),
    (18, "body(null)", 0, 2, 1, "applied"),
    (18, "body()", 0, 2, 1, "applied"),
    (19, "html-200", 1, 1, 0, "[unexpected_answer]"),
    (19, r#"body({"setProfilePicture":1})"#, 1, 1, 0, "[unexpected_answer]"),
    (19, r#"body({"urlAvatar":"x"})"#, 1, 1, 0, "[unexpected_answer]"),
    (19, r#"body({"setProfilePicture":true,"reason":"rate-overlimit","urlAvatar":null})"#, 1, 1, 0, "[unexpected_answer]"),
    (19, r#"body({"setProfilePicture":true,"code":401})"#, 1, 1, 0, "[unexpected_answer]"),
    (19, "missing-flag", 0, 1, 1, "confirmed by what the account shows"),
    (19, "flag-as-string", 0, 1, 1, "confirmed by what the account shows"),
    (20, "status(400,object,message=instance in starting process try later)", 0, 2, 1, "applied"),
    (21, "status(400,string,message=instance is starting or not authorized)", 0, 2, 1, "applied"),
    (21, "status(400,text,message=instance account not authorized)", 0, 2, 1, "applied"),
    (22, "status(400,object,message=Instance account is expired. Renew your instance from personal area)", 1, 1, 0, "[expired]"),
    (22, "status(400,object,message=Instance is deleted)", 1, 1, 0, "[deleted]"),
    (23, "status(400,string,message=File is empty)", 1, 1, 0, "[file_is_empty]"),
    (23, "status(400,text,message=Unsupported media type)", 1, 1, 0, "[unsupported_media_type]"),
    (23, "status(400,object,message=Validation failed. Details: 'file')", 1, 1, 0, "Validation failed"),
    (23, "status(400,text,message=bad request data)", 1, 1, 0, "[bad_request]"),
    (24, "status(401)", 1, 1, 0, "[bad_token]"),
    (25, "status(403,object,message=Your account is suspended)", 3, 1, 0, "[suspended], not before "),
    (26, "status(403,html)", 1, 1, 0, "[forbidden]"),
    (27, "status(404)", 2, 1, 0, "[wrong_address]"),
    (27, "status(405)", 2, 1, 0, "[wrong_address]"),
    (28, "status(407,html)", 2, 1, 0, "[proxy_login]"),
    (29, "status(408,html)", 0, 2, 1, "applied"),
    (30, "status(413,html)", 1, 1, 0, "[too_large]"),
    (31, "status(415)", 1, 1, 0, "[client_error]"),
    (31, "status(422)", 1, 1, 0, "[client_error]"),
    (31, "status(418)", 1, 1, 0, "[client_error]"),
    (32, "status(429)", 0, 2, 1, "applied"),
    (32, "status(429,html)*4", 3, 4, 0, "[too_many_requests], not before "),
    (33, "status(466,text)", 3, 1, 0, "[quota], not before "),
    (34, "status(469,empty)", 3, 1, 0, "[throttled], not before "),
    (35, "status(499,html)", 0, 2, 1, "applied"),
    (36, "status(500)", 0, 2, 1, "applied"),
    (36, "status(500)*2", 1, 2, 0, "[server_error]"),
    (37, "status(502,html)", 0, 2, 1, "applied"),
    (37, "ghost(502)", 0, 1, 1, "confirmed by what the account shows"),
    (37, "status(504,html)*4", 3, 4, 0, "[bad_gateway], not before "),
    (37, "status(520,empty)", 0, 2, 1, "applied"),
    (37, "status(524,empty)", 0, 2, 1, "applied"),
    (38, "status(503,html)", 0, 2, 1, "applied"),
    (38, "status(503,html)*4", 3, 4, 0, "[unavailable], not before "),
    (39, "redirect(301,http://127.0.0.1:9)", 2, 1, 0, "[redirected]"),
    (39, "redirect(302,http://127.0.0.1:9)", 2, 1, 0, "to 127.0.0.1"),
    (39, "redirect(303,http://127.0.0.1:9)", 2, 1, 0, "[redirected]"),
    (39, "redirect(307,http://127.0.0.1:9)", 2, 1, 0, "[redirected]"),
    (39, "redirect(308,http://127.0.0.1:9)", 2, 1, 0, "[redirected]"),
    (40, "status(204,empty)", 1, 1, 0, "[unexpected_answer]"),
    (40, "ghost(204)", 0, 1, 1, "confirmed by what the account shows"),
    (40, "status(206)", 1, 1, 0, "[unexpected_answer]"),
    (40, "status(299,empty)", 1, 1, 0, "[unexpected_answer]"),
    (40, "status(600)", 1, 1, 0, "[unexpected_answer]"),
];

#[test]
fn every_row_ends_as_it_should() {
    side_by_side(ROWS, |&(row, scenarios, code, sent, applied, wanted)| {
        let stage = Stage::new(scenarios);
        let (said, records) = stage.run(&[]);
        let posts = records.posts(None).len();
        let found = (said.code, posts, stage.fake.pictures(ID));
        assert_eq!(
            found,
            (code, sent, applied),
            "row {row}, {scenarios}: {}",
            said.stderr
        );
        assert!(
            said.stderr.contains(wanted),
            "row {row}, {scenarios}: {}",
            said.stderr
        );
        assert!(
            records.bodies_are_equal() && !records.overlaps(),
            "row {row}, {scenarios}"
        );
        let spacing = records.shortest_spacing().unwrap_or(Duration::MAX);
        assert!(
            spacing >= Duration::from_secs(10),
            "row {row}, {scenarios}: {spacing:?}"
        );
        // A refusal for good has a hint.
        assert!(
            code == 0 || said.stderr.contains("  hint: "),
            "row {row}: {}",
            said.stderr
        );
    });
}

#[test]
fn bodies_of_every_shape_end_as_their_status_does() {
    let mut cases = Vec::new();
    for (style, _) in fake_green_api::STYLES {
        for (status, code, posts) in [
            (400, 1, 1),
            (401, 1, 1),
            (403, 1, 1),
            (404, 2, 1),
            (429, 0, 2),
            (466, 3, 1),
            (500, 0, 2),
            (502, 0, 2),
            (504, 0, 2),
        ] {
            cases.push((status, style, code, posts));
        }
        let code = match style {
            "empty" => (0, 2), // as for an account that is being created
            _ => (1, 1),
        };
        cases.push((200, style, code.0, code.1));
    }
    side_by_side(&cases, |&(status, style, code, posts)| {
        let stage = Stage::new(&format!("status({status},{style})"));
        let (said, records) = stage.run(&[]);
        let found = (said.code, records.posts(None).len());
        assert_eq!(found, (code, posts), "{status} {style}: {}", said.stderr);
        assert!(
            said.stderr.len() < 4_000,
            "{status} {style}: {}",
            said.stderr.len()
        );
    });
}

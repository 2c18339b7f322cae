//! Whether the body of an answer with status 200 agrees that the file was written.

use serde_json::Value;

/// So many bytes of an answer show whether it is a page.
const FIRST: usize = 1024;

/// Keys of a JSON object under which services name an error.
const ERRORS: [&str; 2] = ["error", "errors"];

/// Keys of a JSON object under which services say whether they did what was asked.
const FLAGS: [&str; 4] = ["success", "ok", "status", "result"];

/// Words in which scripts say that they failed.
const FAILURES: [&str; 8] = [
    "denied",
    "err",
    "error",
    "fail",
    "failed",
    "failure",
    "forbidden",
    "unauthorized",
];

/// Whether an answer is a page of HTML, such as the login page of a network, or names an error. File servers answer a
/// PUT with status 200 only without a body, or with a short text; a page comes with 201 at most, from Apache.
pub(super) fn says_otherwise(body: &[u8]) -> bool {
    let head = String::from_utf8_lossy(body.get(..FIRST).unwrap_or(body));
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let head = head.to_ascii_lowercase();
    let is_markup = head.starts_with('<');
    let is_page = head.contains("<html") || head.contains("<!doctype html");
    let mut words = head.split(|c: char| !c.is_ascii_alphabetic());
    let first = words.next().unwrap_or_default();
    let is_failure = FAILURES.contains(&first) || head.starts_with("access denied");
    // Object stores send an error in this form, and some also after they began an answer with 200.
    is_markup && (is_page || head.contains("<error")) || is_failure || is_json_error(body)
}

fn is_json_error(body: &[u8]) -> bool {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let names_one = |key: &&str| json.get(*key).is_some_and(|error| !is_empty(error));
    let denies = |key: &&str| match json.get(*key) {
        Some(Value::Bool(flag)) => !flag,
        Some(Value::String(word)) => FAILURES.contains(&word.to_ascii_lowercase().as_str()),
        _ => false,
    };
    ERRORS.iter().any(names_one) || FLAGS.iter().any(denies)
}

/// Whether a value says that there is no error.
fn is_empty(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(errors) => errors.is_empty(),
        Value::Object(errors) => errors.is_empty(),
        Value::Bool(true) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_no_success_whatever_the_status() {
        for (body, wanted) in [
            ("", false),
            ("OK", false),
            ("{\"error\":null,\"id\":7}", false),
            ("{\"errors\":[],\"success\":true}", false),
            ("{\"error\":\"quota\"}", true),
            ("{\"error\":{\"code\":403}}", true),
            ("{\"success\":false}", true),
            ("{\"ok\":false}", true),
            ("{\"status\":\"Error\",\"message\":\"no\"}", true),
            ("{\"status\":\"stored\"}", false),
            ("[1]", false),
            ("ERROR: no space left", true),
            ("Forbidden", true),
            ("Access denied.", true),
            ("Access granted", false),
            (
                "<?xml version=\"1.0\"?>\n<Error><Code>SlowDown</Code></Error>",
                true,
            ),
            ("<PutResult><ETag>1</ETag></PutResult>", false),
            ("\u{feff} <!DOCTYPE html>", true),
        ] {
            assert_eq!(says_otherwise(body.as_bytes()), wanted, "{body}");
        }
    }
}

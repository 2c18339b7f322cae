//! Tests the redactor by its results.
#![allow(clippy::unwrap_used)]

use avatar_upload::{Redactor, Secret};

/// Hexadecimal digits of the tokens of GREEN-API.
const DIGITS: usize = 50;

const TOKEN: &str = "fa4eb0cafe-TOKEN_x7";

fn redactor() -> Redactor {
    Redactor::new([Secret::new(TOKEN).unwrap()])
}

#[test]
fn every_spelling_goes() {
    let encoded: String = TOKEN.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let twice = encoded.replace('%', "%25");
    let json: String = TOKEN
        .bytes()
        .map(|byte| format!("\\u00{byte:02X}"))
        .collect();
    let entities: String = TOKEN.bytes().map(|byte| format!("&#{byte};")).collect();
    let hex_entities: String = TOKEN.bytes().map(|byte| format!("&#x{byte:x};")).collect();
    let hex: String = TOKEN.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
    let json_twice = json.replace('\\', "\\\\");
    let hidden: String = TOKEN
        .chars()
        .flat_map(|c| [c, '\u{202e}', '\u{200b}'])
        .collect();
    for form in [
        entities,
        hex_entities,
        hex,
        json_twice,
        hidden.trim_end_matches(['\u{202e}', '\u{200b}']).into(),
        TOKEN.into(),
        TOKEN.to_uppercase(),
        TOKEN.to_lowercase(),
        encoded.to_uppercase(),
        encoded,
        twice,
        json,
    ] {
        let text = format!("see <{form}> there");
        assert_eq!(redactor().text(&text), "see <***> there", "{form}");
    }
    assert_eq!(redactor().text("cut at fa4eb0caf"), "cut at ***");
}

/// Forms in which a library or a gateway on the way repeats a header or an address, and those that hide a token from a
/// search.
#[test]
fn other_encodings_go_too() {
    let spread = |between: &str| {
        let signs: Vec<String> = TOKEN.chars().map(String::from).collect();
        signs.join(between)
    };
    let hex: String = TOKEN.bytes().map(|byte| format!("{byte:02x}")).collect();
    for form in [
        hex,
        spread("\0"),
        spread("\n"),
        spread(" "),
        spread("\u{301}"),
        spread("\u{fe0f}"),
        spread("\u{e0020}"),
        spread("\u{3164}"),
    ] {
        let text = format!("see <{form}> there");
        assert_eq!(redactor().text(&text), "see <***> there", "{form:?}");
    }
    // `me:` and the token; the signs between are of both.
    for (text, wanted) in [
        (
            "Basic bWU6ZmE0ZWIwY2FmZS1UT0tFTl94Nw==!",
            "Basic bWU6***w==!",
        ),
        ("ZmE0ZWIwY2FmZS1UT0tFTl94Nw", "***w"),
        ("x eGZhNGViMGNhZmUtVE9LRU5feDc= y", "x eG***c= y"),
        ("x eHhmYTRlYjBjYWZlLVRPS0VOX3g3 y", "x eHh*** y"),
    ] {
        assert_eq!(redactor().text(text), wanted);
    }
}

#[test]
fn tokens_nobody_told_of_go_too() {
    for (text, wanted) in [
        (
            r#"{"path":"/waInstance1101/getSettings/s3cr3t","message":"no"}"#,
            r#"{"path":"/waInstance1101/getSettings/***","message":"no"}"#,
        ),
        (
            "Cannot GET /v3/WAINSTANCE7/x/abc?y=1",
            "Cannot GET /v3/WAINSTANCE7/x/***?y=1",
        ),
        (
            "/partner/createInstance/gac.123",
            "/partner/createInstance/***",
        ),
        (
            "id 0123456789abcdef0123456789ABCDEF, 31 is 0123456789abcdef0123456789abcde",
            "id ***, 31 is 0123456789abcdef0123456789abcde",
        ),
    ] {
        assert_eq!(redactor().text(text), wanted);
    }
}

#[test]
fn control_characters_and_length() {
    assert_eq!(redactor().text("a\r\n\u{1b}[2J"), r"a\r\n\u{1b}[2J");
    assert_eq!(redactor().text("a\u{202e}gpj.exe"), r"a\u{202e}gpj.exe");
    assert_eq!(redactor().text(&"é".repeat(400)).chars().count(), 301);
    let address = format!(
        "https://pps.whatsapp.net/v/1_n.jpg?oh={}",
        "01_Zz".repeat(80)
    );
    assert_eq!(redactor().link(&address), address);
}

#[test]
fn hashes_stay_in_our_own_words() {
    let redactor = redactor();
    let digits = |count| "0aF".repeat(22).get(..count).unwrap().to_string();
    let token = digits(DIGITS);
    let own = redactor.own(&format!("https://{token}.example x{token}"));
    assert_eq!(own, "https://***.example x***");
    for name in [32, 40, 49, 51, 64].map(digits) {
        assert_eq!(redactor.own(&name), name);
    }
    let long = "é ".repeat(4_000);
    assert_eq!(redactor.own(&long), long);
    assert_eq!(redactor.own(&format!("x/{TOKEN}.jpg")), "x/***.jpg");
}

#[test]
fn one_of_thousands_is_found() {
    let secrets = (0..20_000).map(|number| Secret::new(&format!("secret-{number:09}")).unwrap());
    let many = Redactor::new(secrets);
    let text = "a line that a server says of secret-000019999 ".repeat(100);
    assert!(!many.own(&text).contains("secret-0"));
}

#[test]
fn no_text_lets_a_token_through() {
    let mut random = fastrand::Rng::with_seed(7);
    let pieces = [
        "\n",
        "%",
        "25",
        "\\u00",
        "/waInstance1/m/",
        "n",
        "***",
        "é",
        "\u{1b}",
        "\"",
    ];
    for _ in 0..20_000 {
        let token: String = (0..random.usize(8..20))
            .map(|_| if random.bool() { 'n' } else { 'r' })
            .collect();
        let redactor = Redactor::new([Secret::new(&token).unwrap()]);
        let mut text = String::new();
        for _ in 0..random.usize(1..8) {
            let cut = random.usize(0..=token.len());
            match random.usize(0..4) {
                0 => text.push_str(&token),
                1 => text.push_str(&token[..cut]),
                2 => text.push_str(&token[cut..]),
                _ => text.push_str(pieces[random.usize(0..pieces.len())]),
            }
        }
        let shown = redactor.text(&text).to_ascii_lowercase();
        assert!(!shown.contains(&token), "{text:?} with {token}");
    }
}

//! No token is ever written anywhere, with real-looking tokens, the most verbose output, and in
//! every place that is written to.

use fake_green_api::{Product, STYLES, script};

use super::{DASHED, ID, Stage, TOKEN, no_token, side_by_side, upload};
use crate::support::{avatar_prep, said, write};

/// A token as it may be spelled.
pub(super) fn forms(token: &str) -> Vec<String> {
    let encoded: String = token.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let json: String = token
        .bytes()
        .map(|byte| format!("\\u00{byte:02x}"))
        .collect();
    let hex: String = token.bytes().map(|byte| format!("{byte:02x}")).collect();
    let reversed = token.chars().rev().collect();
    let mut forms = vec![
        token.into(),
        encoded.replace('%', "%25"),
        encoded,
        json,
        hex,
        reversed,
    ];
    // In base64 the neighbours of a token decide on its ends: what lies between is searched for.
    for shift in 0..3 {
        let text = base64(&[&b"xx"[..shift], token.as_bytes()].concat());
        forms.push(text[4..text.len() - 4].to_string());
    }
    forms
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let mut padded = [0; 4];
        padded[1..=group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes(padded);
        for place in (0..4).rev() {
            text.push(DIGITS[(bits >> (6 * place) & 63) as usize].into());
        }
    }
    text
}

#[test]
fn base64_is_what_it_is() {
    assert_eq!(base64(b"Many hands"), "TWFueSBoYW5kcwAA");
    assert!(forms(TOKEN).iter().all(|form| form.len() > 40));
}

/// Scenarios without long waits; those run as rehearsals in the other tests, which search too.
fn scenarios() -> Vec<String> {
    let mut scenarios: Vec<String> = [
        "ok",
        "reset-after-read",
        "ghost(reset)",
        "ghost(502)",
        "reset-mid-response",
        "close-after-headers",
        "http10",
        "100-continue",
        "extra-fields",
        "keys-reordered",
        "html-200",
        "code-401-in-200",
        "missing-flag",
        "flag-as-string",
        "body(null)",
        "reason(\"moon-phase\")",
        "reason(\"not-acceptable\")",
        "redirect(301,http://127.0.0.1:9)",
        "redirect(308,https://evil.example)",
        &format!("redirect(302,https://{TOKEN}.example)"),
        "state(blocked)",
        "suspended(2099-01-01T00:00:00Z)",
        "clock-skew(-60)",
        "status(204,empty)",
        "status(405,text)",
        "status(407,html)",
        "status(413,html)",
        "status(429,object,Retry-After=3600)",
        "status(503,object,Retry-After=3600)",
        "status(466,object)",
        "status(469,empty)",
        "status(600,object)",
    ]
    .map(String::from)
    .into();
    for (style, _) in STYLES {
        scenarios.extend([400, 401, 403, 404].map(|status| format!("status({status},{style})")));
    }
    // The server's own words may hold anything.
    let echo = format!("status(400,object,message=no {TOKEN} and /waInstance1/x/{TOKEN}?y)");
    let upper = format!("status(401,text,message={})", TOKEN.to_uppercase());
    scenarios.extend([
        echo,
        upper,
        format!("reason(\"{TOKEN}\")"),
        format!("body({{\"{TOKEN}\":1}})"),
    ]);
    let shown = format!(
        r#"body({{"setProfilePicture":true,"urlAvatar":"https://x.example/{TOKEN}/1.jpg?t={TOKEN}"}})"#
    );
    scenarios.push(shown);
    scenarios
}

/// The status that a scenario names.
fn scripted_status(scenario: &str) -> Option<u16> {
    let (name, inside) = scenario.split_once('(')?;
    let named = ["status", "redirect"].contains(&name);
    inside
        .split([',', ')'])
        .next()
        .filter(|_| named)?
        .parse()
        .ok()
}

/// What a panic prints of the things that hold a token.
#[test]
fn panic_texts_hold_no_token() {
    let secret = avatar_upload::Secret::new(TOKEN).unwrap();
    let address = avatar_upload::Address::new("http://127.0.0.1:9", &[]).unwrap();
    let product = avatar_upload::Product::Whatsapp;
    let account = avatar_upload::GreenAccount::new(ID, product, address, secret.clone());
    let account = account.unwrap();
    let redactor = avatar_upload::Redactor::new(vec![secret.clone()]);
    let panics: [Box<dyn Fn() + std::panic::UnwindSafe>; 3] = [
        Box::new(move || panic!("err {secret:?}")),
        Box::new(move || panic!("err {account:?}")),
        Box::new(move || panic!("err {redactor:?}")),
    ];
    for panics in panics {
        let payload = std::panic::catch_unwind(panics).unwrap_err();
        let text = payload.downcast_ref::<String>().unwrap().to_lowercase();
        assert!(text.contains("err"), "{text}");
        for form in forms(TOKEN) {
            assert!(!text.contains(&form.to_lowercase()), "{form} is in {text}");
        }
    }
}

#[test]
fn no_scenario_leaks_a_token() {
    let mut cases = Vec::new();
    for scenario in scenarios() {
        for json in [false, true] {
            cases.push((scenario.clone(), json));
        }
    }
    side_by_side(&cases, |(scenario, json)| {
        let stage = Stage::new("");
        stage.fake.account(ID, TOKEN, Product::Whatsapp);
        stage
            .fake
            .script(ID, "setProfilePicture", script(scenario).unwrap());
        let mut command = upload(stage.path(), &stage.fake.url());
        command
            .env("RUST_BACKTRACE", "full")
            .env("RUST_LOG", "trace");
        command.args(json.then_some("--json")).arg("--verify");
        // What would be waited for is cut short: the next run is another test's.
        command.args(["--deadline", "4s"]);
        let said = said(&command.output().unwrap());
        no_token(stage.path(), &said);
        assert!(
            (0..=3).contains(&said.code),
            "{scenario}: {} {}",
            said.code,
            said.stderr
        );
        // The search means something only if the server said what it should say.
        let records = stage.fake.records();
        let posts = records.posts(None);
        let status = posts.first().map(|post| post.status);
        let wanted = scripted_status(scenario);
        assert!(status.is_some(), "{scenario}: {}", said.stderr);
        assert!(
            wanted.is_none() || status == wanted,
            "{scenario}: {status:?}"
        );
        let mut status = upload(stage.path(), &stage.fake.url());
        no_token(
            stage.path(),
            &crate::support::said(&status.arg("--status").output().unwrap()),
        );
    });
}

#[test]
fn a_redirect_takes_nothing_along() {
    let elsewhere = Stage::new("");
    for status in [301, 302, 303, 307, 308] {
        let stage = Stage::new(&format!("redirect({status},{})", elsewhere.fake.url()));
        let (said, _) = stage.run(&[]);
        assert_eq!(said.code, 2, "{}", said.stderr);
        // Questions are redirected as well.
        let stage = Stage::new("");
        let to = format!("redirect({status},{})", elsewhere.fake.url());
        stage
            .fake
            .script(ID, "getStateInstance", script(&to).unwrap());
        let (said, records) = stage.run(&[]);
        assert_eq!(
            (said.code, records.posts(None).len()),
            (2, 0),
            "{}",
            said.stderr
        );
    }
    assert!(elsewhere.fake.records().0.is_empty(), "nobody came");
}

/// Proxies of the environment would see the address of a call in the clear.
#[test]
fn no_proxy_is_asked() {
    let stage = Stage::new("");
    let proxy = Stage::new("");
    let mut command = stage.command();
    for name in [
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ] {
        command.env(name, proxy.fake.url());
    }
    let said = said(&command.output().unwrap());
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(proxy.fake.records().0.is_empty());
}

#[test]
fn the_command_line_takes_no_token() {
    let stage = Stage::new("");
    for option in ["--token", "--api-token", "--green-api-token"] {
        let (said, _) = stage.run(&[option, "x"]);
        assert_eq!(said.code, 2, "{}", said.stderr);
        let wanted =
            format!("error: unknown option {option}\n  hint: see avatar-prep upload --help\n");
        assert_eq!(said.stderr, wanted);
    }
    write(&stage.path().join("avatar-prep.toml"), b"token = \"x\"");
    let (said, _) = stage.run(&[]);
    assert_eq!(said.code, 2, "{}", said.stderr);
}

/// Settings that got a token: what has its form, and what an account or the environment knows.
#[test]
fn settings_repeat_no_token() {
    let (folder, hidden) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let list = hidden.path().join("accounts.csv");
    let accounts = format!("name,id_instance,token_env\nlogo,{ID},BRAND\n");
    write(&list, accounts.as_bytes());
    let list = list.display();
    let go = |variable: &str, settings: &str, args: &[&str]| {
        let file = hidden.path().join("settings.toml");
        write(&file, settings.as_bytes());
        let mut command = avatar_prep(folder.path());
        command.env_remove("GREEN_API_TOKEN").env(variable, DASHED);
        command.env("AVATAR_PREP_CONFIG", &file);
        let said = said(&command.args(args).output().unwrap());
        no_token(folder.path(), &said);
        (said.code, said.stdout + &said.stderr)
    };
    for token in [TOKEN, DASHED] {
        for key in ["upload", "senders", "resend", "speed", "deadline", token] {
            let settings = format!("accounts = \"{list}\"\n{key} = \"{token}\"\n");
            let (code, shown) = go("BRAND", &settings, &["config"]);
            assert_eq!(code, 2, "{key}: {shown}");
            assert!(shown.contains("***"), "{key}: {shown}");
        }
        for key in ["accounts", "rehearse", "allow-host", "report"] {
            let settings = format!("{key} = \"http://127.0.0.1:9/{token}\"\n");
            let (code, shown) = go("GREEN_API_TOKEN", &settings, &["config"]);
            assert_eq!(code, 0, "{key}: {shown}");
            assert!(shown.contains("***\""), "{key}: {shown}");
        }
        let settings = format!("accounts = \"{list}\"\n");
        let address = format!("http://127.0.0.1:9/{token}");
        let (code, shown) = go("BRAND", &settings, &["config", "--rehearse", &address]);
        assert_eq!(code, 0, "{shown}");
        let (code, shown) = go("GREEN_API_TOKEN", "", &["upload", ".", "--accounts", token]);
        assert_eq!(code, 2, "{shown}");
    }
}

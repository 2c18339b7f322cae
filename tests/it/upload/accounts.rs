//! Which account gets which picture, and what is refused before anything is sent.

use std::process::Output;

use fake_green_api::Product;

use super::{DASHED, ID, Stage, TOKEN, picture, rehearsal_token, upload};
use crate::support::{Said, said, write};

/// Runs with an accounts file of that text; real addresses, so nothing may be reached.
fn with_accounts(stage: &Stage, file: &str, text: &str) -> Said {
    write(&stage.path().join(file), text.as_bytes());
    let output: Output = upload(stage.path(), "")
        .args(["--accounts", file])
        .output()
        .unwrap();
    let said = said(&output);
    super::no_token(stage.path().join("state").as_path(), &said);
    said
}

#[test]
fn nothing_is_sent_to_strangers_or_without_a_match() {
    let stage = Stage::new("");
    let toml = |rows: &str| format!("[[account]]\nname = \"logo\"\nid_instance = {ID}\n{rows}\n");
    let env = "token_env = \"GREEN_API_TOKEN\"";
    for (file, text, wanted) in [
        ("a.toml", toml(&format!("{env}\napi_url = \"https://green-api.example\"")), "account logo: api_url: its host is not a host of GREEN-API (green-api.com, greenapi.com)"),
        ("a.toml", toml(&format!("{env}\napi_url = \"http://api.green-api.com\"")), "must start with https://"),
        ("a.toml", toml(&format!("{env}\nproduct = \"icq\"")), "account logo: product must be one of whatsapp, max, telegram"),
        ("a.toml", toml(&format!("{env}\npreset = \"myspace\"")), "account logo: preset must be one of whatsapp, "),
        ("a.toml", toml(&format!("{env}\ncolour = \"red\"")), "unknown field `colour`"),
        ("a.toml", toml(""), "it needs exactly one of token_env, token_file, token_keyring"),
        ("a.toml", toml(&format!("{env}\ntoken_file = \"t\"")), "it needs exactly one of token_env, token_file, token_keyring"),
        ("a.toml", toml("token_env = \"NOT_SET\""), "account logo: the variable that holds its token is not set"),
        ("a.toml", toml("token_file = \"nowhere\""), "account logo: token_file: No such file"),
        ("a.toml", String::new(), "missing field `account`"),
        ("b.toml", format!("[[account]]\nname = \"x\"\nid_instance = 7\n{env}\n"), "no picture matches an account"),
        ("c.csv", "name;id_instance;token_env\nlogo;12a;GREEN_API_TOKEN\n".into(), "error: c.csv: line 2, account 1: id_instance must be a number of 1 to 20 digits without zeros before it\n  hint: correct the account\n"),
        ("c.csv", "name;app_id;service;token_env\nlogo;7;whatsapp-cloud;T\n".into(), "error: c.csv: line 2, account 1: phone_number_id is missing; it must be a number of 1 to 20 digits\n  hint: correct the account\n"),
        ("f.toml", "[[account]]\nname = \"a\"\n".into(), "error: f.toml: account 1: id_instance is missing; it must be a number of 1 to 20 digits\n  \
            hint: add id_instance, which the console of GREEN-API calls idInstance, or service if it is an account of another one\n"),
        ("d.csv", "name,id_instance,token_env\nlogo,7,GREEN_API_TOKEN\nlogo,8,GREEN_API_TOKEN\n".into(), "is listed twice"),
        ("d.csv", "name,id_instance,api_url,token_env\na,7,https://api.green-api.com,T\nb,7,https://7.api.greenapi.com,T\n".into(), "is listed twice"),
        ("e.csv", "name,id_instance\nlogo,7\n".into(), "it needs exactly one of"),
        ("e.csv", "name,id_instance\n".into(), "no accounts in it"),
        ("none.csv.gone", String::new(), "missing field `account`"),
    ] {
        let said = with_accounts(&stage, file, &text);
        assert_eq!(said.code, 2, "{file}: {}", said.stderr);
        assert!(said.stderr.contains(wanted), "{file}, {wanted}: {}", said.stderr);
        assert!(said.stderr.contains("  hint: "), "{file}: {}", said.stderr);
    }
    assert!(stage.fake.records().0.is_empty());
}

#[test]
fn a_list_that_cannot_be_read_is_not_called_wrong() {
    let stage = Stage::new("");
    let output = upload(stage.path(), "")
        .args(["--accounts", "none.toml"])
        .output();
    let said = said(&output.unwrap());
    let wanted = "error: could not read the accounts file none.toml: No such file or directory (os error 2)\n  \
                  hint: check the file and its permissions\n";
    assert_eq!((said.code, said.stderr.as_str()), (2, wanted));
}

/// The commonest mistakes with tokens do not show them.
#[test]
fn a_token_in_the_wrong_place_is_not_repeated() {
    let stage = Stage::new("");
    let toml = |rows: &str| format!("[[account]]\nname = \"logo\"\n{rows}\n");
    for token in [TOKEN, DASHED] {
        let with_id = |row: &str| toml(&format!("id_instance = {ID}\n{row}"));
        let with_token = |row: &str| with_id(&format!("token_env = \"GREEN_API_TOKEN\"\n{row}"));
        for (file, text) in [
            ("a.toml", with_id(&format!("token_env = \"{token}\""))),
            ("b.toml", with_id(&format!("token_file = \"{token}\""))),
            ("c.toml", with_id(&format!("token_keyring = \"{token}\""))),
            (
                "d.toml",
                toml(&format!("id_instance = \"{token}\"\ntoken_env = \"T\"")),
            ),
            ("e.toml", with_id(&format!("token = \"{token}\""))),
            ("f.toml", with_id(&format!("token_env = {token}"))),
            ("g.csv", format!("logo,{ID},{token}\n")),
            (
                "h.csv",
                format!("name,id_instance,token_env\nlogo,{token},{ID}\n"),
            ),
            (
                "i.csv",
                format!("name,id_instance,token_env\nlogo,{ID},{token},more\n"),
            ),
            ("j.toml", with_token(&format!("product = \"{token}\""))),
            ("k.toml", with_token(&format!("preset = \"{token}\""))),
            ("l.toml", with_token(&format!("api_url = \"{token}\""))),
            (
                "m.toml",
                with_token(&format!("api_url = \"https://{token}\"")),
            ),
            ("n.toml", with_token(&format!("{token} = \"x\""))),
            ("o.toml", format!("account = \"{token}\"\n")),
            (
                "p.csv",
                format!("name,id_instance,token_env\n{token},logo,{ID}\n"),
            ),
        ] {
            let said = with_accounts(&stage, file, &text);
            assert_eq!(said.code, 2, "{file}: {}", said.stderr);
        }
        for (name, value) in [
            ("GREEN_API_ID_INSTANCE", token),
            ("GREEN_API_PRODUCT", token),
            ("GREEN_API_URL", token),
            ("AVATAR_PREP_REHEARSE", &format!("https://{token}")),
        ] {
            let mut swapped = upload(stage.path(), "");
            swapped.env("GREEN_API_TOKEN", ID).env(name, value);
            let said = said(&swapped.output().unwrap());
            assert_eq!(said.code, 2, "{name}: {}", said.stderr);
            super::no_token(&stage.path().join("state"), &said);
        }
    }
}

/// Each column of a spreadsheet may get it, and so may each account's name.
#[test]
fn a_token_in_any_column_is_not_repeated() {
    let stage = Stage::new("");
    // The program names its columns itself, so that none is forgotten here.
    let refused = with_accounts(&stage, "a.csv", "no such column\n");
    let (_, known) = refused.stderr.split_once("known are ").unwrap();
    let columns: Vec<&str> = known.lines().next().unwrap().split(", ").collect();
    assert!(columns.len() >= 9, "{columns:?}");
    for column in columns {
        for token in [TOKEN.to_string(), DASHED.to_string(), rehearsal_token(ID)] {
            for value in [token.clone(), format!("https://{token}.example")] {
                let mut row = vec![("name", "logo"), ("id_instance", ID), ("token_env", "T")];
                let place = column.starts_with("token");
                row.retain(|(name, _)| *name != column && !(place && *name == "token_env"));
                row.push((column, &value));
                let (head, cells): (Vec<_>, Vec<_>) = row.into_iter().unzip();
                let text = format!("{}\n{}\n", head.join(","), cells.join(","));
                write(&stage.path().join("a.csv"), text.as_bytes());
                for args in [&["--check"][..], &[]] {
                    let mut command = upload(stage.path(), "");
                    command.args(["--accounts", "a.csv"]).args(args);
                    // Names and pictures are shown, so what is a token there must be known.
                    command.env("GREEN_API_TOKEN", &token);
                    let said = said(&command.output().unwrap());
                    assert_ne!(said.code, 0, "{column}: {}", said.stderr);
                    super::no_token(&stage.path().join("state"), &said);
                }
            }
        }
    }
}

/// The token of one account in the name and the picture of another: it is not in anything that is
/// sent, printed, planned or stored.
#[cfg(unix)]
#[test]
fn a_token_that_is_shown_by_nature_is_masked() {
    let encoded: String = DASHED.bytes().map(|byte| format!("%{byte:02x}")).collect();
    for token in [DASHED, TOKEN, &encoded] {
        let stage = Stage::new("");
        let [first, second] = [ID, "1101000002"];
        let secret = if token == TOKEN { TOKEN } else { DASHED };
        for id in [first, second] {
            stage.fake.account(id, secret, Product::Whatsapp);
        }
        let url = stage.fake.url();
        let row = |name: &str, id: &str, place: &str, picture: &str| {
            format!(
                "[[account]]\nname = \"{name}\"\nid_instance = {id}\napi_url = \"{url}\"\n\
                 {place}\npicture = \"{picture}\"\n"
            )
        };
        let hidden = tempfile::tempdir().unwrap();
        let file = hidden.path().join("token");
        write(&file, secret.as_bytes());
        let mode = std::process::Command::new("chmod")
            .arg("600")
            .arg(&file)
            .status();
        assert!(mode.unwrap().success());
        let by_file = format!("token_file = \"{}\"", file.display());
        let accounts = hidden.path().join("a.toml");
        let text = row(token, first, "token_env = \"BRAND\"", "logo.png")
            + &row("second", second, &by_file, &format!("{token}.png"));
        write(&accounts, text.as_bytes());
        for (args, code) in [
            (&["--check"][..], 0),
            (&["--dry-run"], 1),
            (&["--dry-run", "--json"], 1),
            (&["--json"], 1),
            (&[], 1),
            (&["--status"], 0),
        ] {
            // Questions have their own limit.
            std::thread::sleep(std::time::Duration::from_millis(100));
            let mut command = upload(stage.path(), "");
            command.env_remove("GREEN_API_TOKEN").env("BRAND", secret);
            command.arg("--accounts").arg(&accounts).args(args);
            let said = said(&command.output().unwrap());
            super::no_token(stage.path(), &said);
            assert_eq!(said.code, code, "{args:?}: {}", said.stderr);
            let shown = said.stdout + &said.stderr;
            assert!(shown.contains(&format!("*** ({ID})")), "{args:?}: {shown}");
        }
        assert_eq!(stage.fake.pictures(ID), 1);
    }
}

#[test]
fn everything_is_listed_before_anything_is_sent() {
    let stage = Stage::new("");
    for name in ["brand/logo.jpg", "1102.jpg", "left.jpg", "named.jpg"] {
        write(&stage.path().join("out").join(name), picture());
    }
    write(&stage.path().join("out/notes.txt"), b"not a picture");
    let csv = "\u{feff}name;id_instance;picture\nfirst;1101;./brand/logo.png\nsecond;1102;\n\
               named;1103;\nnobody;1104;gone.png\n";
    write(&stage.path().join("a.csv"), csv.as_bytes());
    for id in ["1101", "1102", "1103"] {
        stage
            .fake
            .account(id, &rehearsal_token(id), Product::Whatsapp);
    }
    let (plan, records) = stage.run(&["--accounts", "a.csv", "--dry-run"]);
    assert_eq!((plan.code, records.0.len()), (1, 0), "{}", plan.stderr);
    let url = stage.fake.url();
    let wanted = format!(
        "rejected gone.png -> nobody: the account's entry names a picture that does not exist [no_picture]\n  \
         hint: prepare it, or correct the account\n\
         no account for left.jpg\nno account for logo.jpg\n\
         would send brand/logo.jpg -> first POST {url}/waInstance1101/setProfilePicture/***\n\
         would send 1102.jpg -> second POST {url}/waInstance1102/setProfilePicture/***\n\
         would send named.jpg -> named POST {url}/waInstance1103/setProfilePicture/***\n\
         3 to send, 1 rejected\n"
    );
    assert_eq!(plan.stderr, wanted);
    let (said, _) = stage.run(&["--accounts", "a.csv"]);
    assert_eq!(
        said.code, 1,
        "a picture that was named is missing: {}",
        said.stderr
    );
    assert!(
        said.stderr.starts_with("rejected gone.png -> nobody: "),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr.ends_with("3 applied, 1 rejected\n"),
        "{}",
        said.stderr
    );
    for id in ["1101", "1102", "1103"] {
        assert_eq!(stage.fake.avatar(id).as_deref(), Some(picture()), "{id}");
    }
}

#[test]
fn one_account_takes_one_picture() {
    let stage = Stage::new("");
    write(&stage.path().join("out/second.jpg"), picture());
    let (said, records) = stage.run(&[]);
    assert_eq!((said.code, records.0.len()), (2, 0), "{}", said.stderr);
    assert!(
        said.stderr
            .contains("2 pictures for one account, which can show only one")
    );
    // A picture can be named by itself.
    let mut command = stage.command_for("out/second.jpg");
    let said = crate::support::said(&command.output().unwrap());
    assert_eq!(
        (said.code, stage.fake.pictures(ID)),
        (0, 1),
        "{}",
        said.stderr
    );

    // An account that fits two pictures is asked about, not guessed.
    write(&stage.path().join("out/deep/second.jpg"), picture());
    write(&stage.path().join("b.csv"), b"name,id_instance\nsecond,5\n");
    let (said, _) = stage.run(&["--accounts", "b.csv"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr
            .contains("account second matches deep/second.jpg and second.jpg"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_preset_says_what_the_pictures_of_an_account_must_be() {
    let stage = Stage::new("");
    let text = format!("name,id_instance,preset\nlogo,{ID},slack\n");
    write(&stage.path().join("a.csv"), text.as_bytes());
    let said = stage.expect(&["--accounts", "a.csv"], (1, 0));
    assert!(
        said.stderr
            .contains("it is 300x300 pixels; slack accepts squares of at least 512"),
        "{}",
        said.stderr
    );
}

/// Tokens from a private file and from the keyring of the system, which a script stands for.
#[cfg(unix)]
#[test]
fn tokens_come_from_files_and_keyrings() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let stage = Stage::new("");
    stage.fake.account(ID, TOKEN, Product::Whatsapp);
    let file = stage.path().join("token");
    let tools = stage.path().join("tools");
    let tool = tools.join("secret-tool");
    write(&file, format!("{TOKEN}\n").as_bytes());
    let script = format!(
        "#!/bin/sh\n[ \"$*\" = 'lookup service avatar-prep account brand' ] || exit 1\necho {TOKEN}\n"
    );
    write(&tool, script.as_bytes());
    mode(&tool, 0o755);
    let toml = |place: &str| {
        let url = stage.fake.url();
        format!("[[account]]\nname = \"logo\"\nid_instance = {ID}\napi_url = \"{url}\"\n{place}\n")
    };
    let check = |place: &str| {
        write(&stage.path().join("a.toml"), toml(place).as_bytes());
        // Questions have their own limit.
        std::thread::sleep(std::time::Duration::from_millis(100));
        let mut command = upload(stage.path(), "");
        command
            .args(["--check", "--accounts", "a.toml"])
            .env("PATH", &tools);
        said(&command.output().unwrap())
    };
    for (permissions, code) in [(0o644, 2), (0o640, 2), (0o600, 0), (0o400, 0)] {
        mode(&file, permissions);
        let said = check("token_file = \"token\"");
        assert_eq!(said.code, code, "{permissions:o}: {}", said.stderr);
        let wanted = format!("other users may read it (mode {permissions:o}); it must be 600");
        assert_eq!(said.stderr.contains(&wanted), code == 2, "{}", said.stderr);
    }
    if cfg!(target_os = "linux") {
        assert_eq!(check("token_keyring = \"brand\"").code, 0);
        let unknown = check("token_keyring = \"other\"");
        assert_eq!(unknown.code, 2);
        assert!(
            unknown
                .stderr
                .contains("the keyring has no token under the name in token_keyring"),
            "{}",
            unknown.stderr
        );
    }
}

//! How each messenger shows pictures; accounts of several services and hosts in one file; and how
//! spreadsheets change such files.

use fake_green_api::{Config, Fake, Product, script};

use super::{ID, SPEED, Stage, TOKEN, picture, rehearsal_token, upload};
use crate::support::{folder, jpeg, said, write};

/// A test server with a changed configuration.
fn stage(product: Product, scenarios: &str, config: &Config) -> Stage {
    let config = Config {
        time_scale: SPEED,
        ..config.clone()
    };
    let fake = Fake::start(config).unwrap();
    fake.account(ID, &rehearsal_token(ID), product);
    fake.script(ID, "setProfilePicture", script(scenarios).unwrap());
    Stage {
        folder: folder(&[("out/logo.jpg", picture())]),
        fake,
        speed: SPEED,
    }
}

fn other_picture() -> Vec<u8> {
    jpeg(300, 300, |x, y| {
        [255 - x as u8, (x / 2) as u8, (y / 2) as u8]
    })
}

/// MAX names a picture in the query of its address: cut off, before and after look the same.
#[test]
fn a_lost_answer_sends_nothing_twice_with_any_messenger() {
    for (name, product) in [
        ("max", Product::Max),
        ("whatsapp", Product::Whatsapp),
        ("telegram", Product::Telegram),
    ] {
        for loss in ["ghost(reset)", "ghost(502)", "ghost(empty)"] {
            // Only where a picture showed before can its address look the same afterwards.
            let stage = stage(product, &format!("ok;{loss}"), &Config::default());
            for (bytes, sent) in [(picture().to_vec(), 1), (other_picture(), 2)] {
                write(&stage.path().join("out/logo.jpg"), &bytes);
                let mut command = stage.command();
                command.env("GREEN_API_PRODUCT", name);
                let said = said(&command.output().unwrap());
                let posts = stage.fake.records().posts(None).len();
                assert_eq!(
                    (said.code, posts),
                    (0, sent),
                    "{name} {loss}: {}",
                    said.stderr
                );
                assert_eq!(stage.fake.avatar(ID), Some(bytes), "{name} {loss}");
            }
        }
    }
}

/// WhatsApp shows one picture at several hosts and in several folders: that its address changed is
/// no proof that a lost picture arrived.
#[test]
fn a_changed_address_is_no_proof() {
    let config = Config {
        rotates_addresses: true,
        ..Config::default()
    };
    let stage = stage(Product::Whatsapp, "", &config);
    stage.expect(&[], (0, 1));
    let other = other_picture();
    write(&stage.path().join("out/logo.jpg"), &other);
    stage
        .fake
        .script(ID, "setProfilePicture", script("lost(reset)").unwrap());
    stage.expect(&[], (0, 3));
    assert_eq!(stage.fake.avatar(ID), Some(other), "it was sent again");
}

/// Account calls can carry the picture itself.
#[test]
fn long_answers_are_read() {
    let config = Config {
        inline_pictures: Some(300 * 1024),
        ..Config::default()
    };
    let stage = stage(Product::Whatsapp, "ghost(reset)", &config);
    stage.expect(&[], (0, 1));
}

/// An account that never says what it shows is sent to all the same.
#[test]
fn an_account_that_does_not_say_what_it_shows_is_sent_to() {
    let stage = stage(Product::Whatsapp, "", &Config::default());
    let broken = script("status(500)*9").unwrap();
    stage.fake.script(ID, "getWaSettings", broken);
    stage.expect(&[], (0, 1));
}

/// What was refused is sent again only when something changes, or on request.
#[test]
fn a_refusal_is_not_repeated() {
    let stage = stage(
        Product::Whatsapp,
        "reason(\"not-acceptable\")*9",
        &Config::default(),
    );
    stage.expect(&[], (1, 1));
    let said = stage.expect(&[], (1, 1));
    assert!(
        said.stderr.contains("(in an earlier run)"),
        "{}",
        said.stderr
    );
    stage.expect(&["--resend"], (1, 2));
    write(&stage.path().join("out/logo.jpg"), &other_picture());
    stage.expect(&[], (1, 3));
}

/// A wrong address of some accounts does not affect the others.
#[test]
fn one_host_stops_nobody_elses() {
    let good = Fake::start(Config::default()).unwrap();
    let bad = Fake::start(Config::default()).unwrap();
    let files = folder(&[("out/logo.jpg", picture())]);
    let mut csv = String::from("name,id_instance,api_url,token_env,picture\n");
    for (fake, ids) in [(&bad, ["1", "2"]), (&good, ["3", "4"])] {
        for id in ids {
            fake.account(id, TOKEN, Product::Whatsapp);
            let url = fake.url();
            csv.push_str(&format!("n{id},{id},{url},GREEN_API_TOKEN,logo.jpg\n"));
        }
    }
    for id in ["1", "2"] {
        let wrong = script("status(404)*9").unwrap();
        bad.script(id, "getStateInstance", wrong);
    }
    write(&files.path().join("a.csv"), csv.as_bytes());
    let mut command = upload(files.path(), "");
    let said = said(&command.args(["--accounts", "a.csv"]).output().unwrap());
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("[wrong_address]"), "{}", said.stderr);
    for id in ["3", "4"] {
        assert_eq!(good.pictures(id), 1, "{}", said.stderr);
    }
}

/// Accounts of two services in one file; the spellings of the vendor's console are known.
#[test]
fn services_share_a_file() {
    let stage = Stage::new("");
    stage.fake.account(ID, TOKEN, Product::Whatsapp);
    let url = stage.fake.url();
    let csv = format!(
        "\u{feff}name,service,idInstance,apiUrl,apiTokenInstance,folder,picture\r\n\
         brand,,{ID},{url},env:GREEN_API_TOKEN,,logo.jpg\r\n\
         shop,folder,,,,shown,logo.jpg\r\n\
         ,,,,,,\r\n\r\n"
    );
    write(&stage.path().join("list/a.csv"), csv.as_bytes());
    std::fs::create_dir(stage.path().join("list/shown")).unwrap();
    let run = |args: &[&str]| {
        let mut command = upload(stage.path(), "");
        command.args(["--accounts", "list/a.csv"]).args(args);
        said(&command.output().unwrap())
    };
    let plan = run(&["--dry-run", "--json"]);
    assert!(
        plan.stdout.contains(&format!("\"id\":\"{ID}\"")),
        "{}",
        plan.stdout
    );
    assert!(plan.stdout.contains("\"id\":\"shop\""), "{}", plan.stdout);
    let sent = run(&[]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    assert!(sent.stderr.ends_with("2 applied\n"), "{}", sent.stderr);
    assert_eq!(stage.fake.pictures(ID), 1);
    let shown = std::fs::read(stage.path().join("list/shown/shop.jpg"));
    assert_eq!(shown.unwrap(), picture());
    let again = run(&[]);
    assert!(again.stderr.ends_with("2 up to date\n"), "{}", again.stderr);
}

#[test]
fn what_spreadsheets_write_is_accepted_or_named_with_its_line() {
    let stage = Stage::new("");
    for (file, text, wanted) in [
        (
            "a.csv",
            &b"name,id_instance,token_env\r\nx,1,T\r\nlogo,1.101E+09,T\r\n"[..],
            "line 3: id_instance is 1.101E+09: a spreadsheet shortened the number; format the column as text",
        ),
        (
            "g.csv",
            b"name,id_instance,token_env\r\n\r\nx,1,T\r\n\n\n\"y\nz\",2,T\nlogo,1.101E+09,T\n\nw,3,T\n",
            "line 8: id_instance is 1.101E+09",
        ),
        (
            "b.csv",
            b"\xff\xfen\0a\0m\0e\0",
            "b.csv: it is UTF-16: save it as UTF-8",
        ),
        (
            "c.toml",
            b"\n[account]\nname = \"x\"\n",
            "line 2: [account] must be [[account]]",
        ),
        (
            "d.csv",
            b"name,id_instance,url,token_env\nlogo,7,https://x.example/y,T\n",
            "url is not a key of green-api",
        ),
        (
            "e.csv",
            b"name,service\nlogo,ftp\n",
            "service must be one of green-api, whatsapp-cloud, http-put, folder",
        ),
        (
            "f.csv",
            b"name,id_instance,token\nlogo,7,abc\n",
            "an accounts file must not contain the token itself",
        ),
    ] {
        write(&stage.path().join(file), text);
        let mut command = upload(stage.path(), "");
        let said = said(&command.args(["--accounts", file]).output().unwrap());
        assert_eq!(said.code, 2, "{file}: {}", said.stderr);
        assert!(said.stderr.contains(wanted), "{file}: {}", said.stderr);
    }
}

/// The same name, written by systems that compose accents and by those that do not.
#[test]
fn a_name_is_found_however_its_accents_are_composed() {
    let stage = Stage::new("");
    write(&stage.path().join("out/Gr\u{f6}\u{df}e.jpg"), picture());
    stage.list([(ID, "Gro\u{308}\u{df}e.jpg")]);
    stage.expect(&["--accounts", "a.csv"], (0, 1));
    // Also the name of an account.
    stage.enlist("7", "");
    let csv = "name,id_instance\nGro\u{308}\u{df}e,7\n";
    write(&stage.path().join("a.csv"), csv.as_bytes());
    stage.expect(&["--accounts", "a.csv"], (0, 2));
}

#[test]
fn too_many_pictures_are_refused_before_any_is_prepared() {
    let stage = Stage::new("");
    let source = crate::support::ppm(300, 300, |x, y| [x as u8, 0, y as u8]);
    for name in ["1", "2", "3", "4", "5"] {
        write(&stage.path().join(format!("in/{name}.ppm")), &source);
    }
    let mut command = super::with_account(stage.path(), &stage.fake.url());
    let said = said(&command.args(["in", "fresh", "--upload"]).output().unwrap());
    assert_eq!(said.code, 2, "{}", said.stderr);
    let wanted = "5 pictures for one account, which can show only one";
    assert!(said.stderr.contains(wanted), "{}", said.stderr);
    assert!(said.stderr.contains("--accounts"), "{}", said.stderr);
    assert!(!stage.path().join("fresh").exists());
}

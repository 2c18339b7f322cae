//! `fake-green-api`: a local server that behaves like GREEN-API, for rehearsals. It runs until it
//! is interrupted.

use std::process::ExitCode;
use std::thread;

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use fake_green_api::{Certificate, Config, Fake, Product, script};

/// The token of accounts that refuse every token, because no client sends this one.
const NOBODYS: &str = "the-token-that-nobody-sends";

fn command() -> clap::Command {
    let number = |name: &'static str, default: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("N")
            .default_value(default)
            .help(help)
    };
    clap::Command::new("fake-green-api")
        .about("A local GREEN-API for rehearsals. It prints its addresses and serves until interrupted.")
        .arg(number("port", "0", "Port of the calls; 0 takes a free one").value_parser(value_parser!(u16)))
        .arg(number("admin-port", "0", "Port of the status page").value_parser(value_parser!(u16)))
        .arg(number("time-scale", "1", "How many times faster time runs").value_parser(value_parser!(f64)))
        .arg(
            Arg::new("account")
                .long("account")
                .value_name("ID:TOKEN[:PRODUCT]")
                .action(ArgAction::Append)
                .help("An account; without any, every account is accepted with its first token"),
        )
        .arg(
            Arg::new("wrong-token")
                .long("wrong-token")
                .value_name("ID")
                .action(ArgAction::Append)
                .help("An account that refuses every token, as if a wrong one were sent"),
        )
        .arg(
            Arg::new("script")
                .long("script")
                .value_name("ID=SCENARIO;…")
                .action(ArgAction::Append)
                .help("What an account answers next to setProfilePicture, like 'ghost(reset);overlimit*3'"),
        )
        .arg(
            Arg::new("tls")
                .long("tls")
                .action(ArgAction::SetTrue)
                .help("Speak TLS, with a certificate that nobody signed"),
        )
}

fn main() -> ExitCode {
    match start(&command().get_matches()) {
        Ok(fake) => {
            println!("calls  {}\nstatus {}", fake.url(), fake.admin_url());
            loop {
                thread::park();
            }
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn start(matches: &ArgMatches) -> Result<Fake, String> {
    let texts = |name: &str| matches.get_many::<String>(name).into_iter().flatten();
    let config = Config {
        port: matches.get_one("port").copied().unwrap_or(0),
        admin_port: matches.get_one("admin-port").copied().unwrap_or(0),
        time_scale: matches.get_one("time-scale").copied().unwrap_or(1.0),
        any_account: texts("account").next().is_none(),
        tls: matches.get_flag("tls").then_some(Certificate::SelfSigned),
        ..Config::default()
    };
    let fake = Fake::start(config).map_err(|error| format!("could not listen: {error}"))?;
    for text in texts("account") {
        account(&fake, text)?;
    }
    for id in texts("wrong-token") {
        fake.account(id, NOBODYS, Product::Whatsapp);
    }
    for text in texts("script") {
        let (id, scenarios) = text.split_once('=').ok_or("--script is ID=SCENARIO;…")?;
        let scenarios = script(scenarios).map_err(|error| error.to_string())?;
        let named = texts("account").any(|text| text.split(':').next() == Some(id));
        if texts("account").next().is_some() && !named {
            return Err(format!("--script: {id} is no account that --account names"));
        }
        fake.script(id, "setProfilePicture", scenarios);
    }
    Ok(fake)
}

fn account(fake: &Fake, text: &str) -> Result<(), String> {
    let mut pieces = text.split(':');
    let (Some(id), Some(token)) = (pieces.next(), pieces.next()) else {
        return Err(format!("{text:?} is not ID:TOKEN[:PRODUCT]"));
    };
    let product = match pieces.next() {
        None | Some("whatsapp") => Product::Whatsapp,
        Some("max") => Product::Max,
        Some("telegram") => Product::Telegram,
        Some(other) => return Err(format!("{other:?} is none of whatsapp, max, telegram")),
    };
    fake.account(id, token, product);
    Ok(())
}

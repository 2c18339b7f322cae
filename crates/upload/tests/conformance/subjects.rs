//! The destinations, each with a look from behind at what its accounts show.

use std::path::PathBuf;
use std::sync::Arc;

use avatar_upload::{
    Address, Destination, Folder, GreenAccount, GreenApi, Memory, Payload, Product, Secret, Speed,
    Verdict,
};
use fake_green_api::{Config, Fake};

use crate::{ACCOUNTS, SPEED};

/// What an account shows, seen from behind.
pub(crate) type Shows = dyn Fn(&str) -> Option<Vec<u8>>;

/// A destination with the accounts above, and what each shows.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) destination: Box<dyn Destination>,
    pub(crate) shows: Box<Shows>,
    pub(crate) _keep: Vec<Box<dyn std::any::Any>>,
}

pub(crate) fn subjects() -> Vec<Subject> {
    vec![memory(), folder(), green_api()]
}

fn memory() -> Subject {
    let memory = Arc::new(Memory::default());
    let seen = Arc::clone(&memory);
    Subject {
        name: "memory",
        destination: Box::new(Shared(memory)),
        shows: Box::new(move |account| Some(seen.payload(account)?.bytes().to_vec())),
        _keep: Vec::new(),
    }
}

/// Lets the suite keep an eye on what it hands over; it knows the three accounts only.
struct Shared(Arc<Memory>);

impl Destination for Shared {
    fn key(&self, account: &str) -> Option<avatar_upload::AccountKey> {
        self.0.key(account).filter(|_| ACCOUNTS.contains(&account))
    }
    fn spacing(&self) -> avatar_upload::Spacing {
        self.0.spacing()
    }
    fn ready(&self, account: &str) -> Result<(), Verdict> {
        self.0.ready(account)
    }
    fn shown(&self, account: &str) -> Result<Option<String>, Verdict> {
        self.0.shown(account)
    }
    fn fetch(&self, account: &str) -> Result<Option<Vec<u8>>, Verdict> {
        self.0.fetch(account)
    }
    fn send(&self, account: &str, payload: &Payload) -> Verdict {
        self.0.send(account, payload)
    }
}

fn folder() -> Subject {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().into();
    Subject {
        name: "folder",
        destination: Box::new(Folder::new(path.clone())),
        shows: Box::new(move |account| std::fs::read(path.join(format!("{account}.jpg"))).ok()),
        _keep: vec![Box::new(folder)],
    }
}

fn green_api() -> Subject {
    let config = Config {
        time_scale: SPEED,
        looks_at_pictures: false,
        media: fake_green_api::MediaPolicy::Header,
        ..Config::default()
    };
    let fake = Arc::new(Fake::start(config).unwrap());
    let address = Address::new(&fake.url(), &[]).unwrap();
    let id = |name: &str| {
        format!(
            "110{}",
            ACCOUNTS.iter().position(|known| *known == name).unwrap()
        )
    };
    let accounts = ACCOUNTS.map(|name| {
        let token = format!("0123456789-{name}");
        fake.account(&id(name), &token, fake_green_api::Product::Whatsapp);
        let token = Secret::new(&token).unwrap();
        GreenAccount::new(name, &id(name), Product::Whatsapp, address.clone(), token).unwrap()
    });
    let green_api = GreenApi::new(accounts.into(), Speed::new(SPEED)).unwrap();
    Subject {
        name: "green-api",
        destination: Box::new(green_api),
        shows: Box::new(move |account| fake.avatar(&id(account))),
        _keep: Vec::new(),
    }
}

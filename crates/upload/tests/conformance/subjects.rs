//! The destinations under test, each with a way to read directly what its accounts show.

use std::path::PathBuf;
use std::sync::Arc;

use avatar_upload::{
    Address, CloudAccount, Contents, Delivery, Destination, Folder, GreenAccount, GreenApi,
    HttpPut, Memory, Product, PutPlace, Secret, TimeScale, WhatsappCloud,
};
use fake_green_api::{Config, Fake};

use crate::harness::{Account, delivery, payload};
use crate::services::{Files, GRAPH_TOKEN, Graph};
use crate::{ACCOUNTS, SPEED};

/// Reads directly what an account shows, not through the destination.
pub(crate) type Shows = dyn Fn(&str) -> Option<Vec<u8>>;

/// The accounts above at one service, and what each shows.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) accounts: Vec<Account>,
    pub(crate) shows: Box<Shows>,
    pub(crate) _keep: Vec<Box<dyn std::any::Any>>,
}

impl Subject {
    /// The account of this name.
    pub(crate) fn at(&self, name: &str) -> &Account {
        &self.accounts[index(name)]
    }

    pub(crate) fn delivery(&self, name: &str, contents: impl Contents + 'static) -> Delivery {
        delivery(self.at(name), name, contents)
    }

    /// The name of each account to its own.
    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        let own = ACCOUNTS.map(|name| self.delivery(name, payload(name)));
        own.into()
    }
}

fn index(name: &str) -> usize {
    ACCOUNTS.iter().position(|known| *known == name).unwrap()
}

fn shared<D: Destination + 'static>(accounts: impl IntoIterator<Item = D>) -> Vec<Account> {
    let accounts = accounts.into_iter();
    accounts.map(|it| Arc::new(it) as Account).collect()
}

pub(crate) fn subjects() -> Vec<Subject> {
    vec![
        memory(),
        folder(),
        green_api(),
        http_put(),
        whatsapp_cloud(),
    ]
}

fn memory() -> Subject {
    let memories = ACCOUNTS.map(|name| Arc::new(Memory::new(name)));
    let accounts = memories.clone().map(|memory| memory as Account);
    Subject {
        name: "memory",
        accounts: accounts.into(),
        shows: Box::new(move |name| Some(memories[index(name)].payload()?.bytes().to_vec())),
        _keep: Vec::new(),
    }
}

fn folder() -> Subject {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().into();
    Subject {
        name: "folder",
        accounts: shared(ACCOUNTS.map(|name| Folder::new(&path, name).unwrap())),
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
    let id = |name: &str| format!("110{}", index(name));
    let accounts = ACCOUNTS.map(|name| {
        let token = format!("0123456789-{name}");
        fake.account(&id(name), &token, fake_green_api::Product::Whatsapp);
        let token = Secret::new(&token).unwrap();
        GreenAccount::new(&id(name), Product::Whatsapp, address.clone(), token).unwrap()
    });
    Subject {
        name: "green-api",
        accounts: shared(GreenApi::of(accounts.into(), TimeScale::new(SPEED))),
        shows: Box::new(move |account| fake.avatar(&id(account))),
        _keep: Vec::new(),
    }
}

fn http_put() -> Subject {
    let files = Arc::new(Files::start());
    let places = ACCOUNTS.map(|name| {
        let url = format!("{}/avatars/{name}.jpg", files.server.url());
        PutPlace::new(&url).unwrap()
    });
    Subject {
        name: "http-put",
        accounts: shared(HttpPut::of(places.into(), TimeScale::new(SPEED))),
        shows: Box::new(move |account| files.shows(&format!("/avatars/{account}.jpg"))),
        _keep: Vec::new(),
    }
}

/// The phone number of an account.
pub(crate) fn phone(name: &str) -> String {
    format!("22{}", index(name))
}

/// Accounts of the Cloud API at a stand-in.
pub(crate) fn cloud(graph: &Graph) -> Vec<Account> {
    let url = format!("{}/v23.0", graph.server.url());
    let accounts = ACCOUNTS.map(|name| {
        let token = Secret::opaque(GRAPH_TOKEN).unwrap();
        CloudAccount::new(["777", &phone(name)], &url, &[], token).unwrap()
    });
    shared(WhatsappCloud::of(accounts.into(), TimeScale::new(SPEED)))
}

fn whatsapp_cloud() -> Subject {
    let graph = Arc::new(Graph::start());
    Subject {
        name: "whatsapp-cloud",
        accounts: cloud(&graph),
        shows: Box::new(move |account| graph.shows(&phone(account))),
        _keep: Vec::new(),
    }
}

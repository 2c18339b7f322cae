//! The destinations under test, each with a way to read directly what its accounts show.

use std::path::PathBuf;
use std::sync::Arc;

use avatar_upload::{
    Address, CloudAccount, Destination, Folder, GreenAccount, GreenApi, HttpPut, Memory, Payload,
    Product, PutPlace, Secret, Shown, Speed, Verdict, WhatsappCloud,
};
use fake_green_api::{Config, Fake};

use crate::services::{Files, GRAPH_TOKEN, Graph};
use crate::{ACCOUNTS, SPEED};

/// Reads directly what an account shows, not through the destination.
pub(crate) type Shows = dyn Fn(&str) -> Option<Vec<u8>>;

/// A destination with the accounts above, and what each shows.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) destination: Box<dyn Destination>,
    pub(crate) shows: Box<Shows>,
    pub(crate) _keep: Vec<Box<dyn std::any::Any>>,
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
    let memory = Arc::new(Memory::default());
    let seen = Arc::clone(&memory);
    Subject {
        name: "memory",
        destination: Box::new(Shared(memory)),
        shows: Box::new(move |account| Some(seen.payload(account)?.bytes().to_vec())),
        _keep: Vec::new(),
    }
}

/// Lets the suite keep a reference to the destination; it has the three accounts only.
struct Shared(Arc<Memory>);

impl Destination for Shared {
    fn target(&self, account: &str) -> Option<avatar_upload::Target> {
        self.0
            .target(account)
            .filter(|_| ACCOUNTS.contains(&account))
    }
    fn spacing(&self, account: &str) -> avatar_upload::Spacing {
        self.0.spacing(account)
    }
    fn ready(&self, account: &str) -> Result<(), Verdict> {
        self.0.ready(account)
    }
    fn shown(&self, account: &str) -> Result<Shown, Verdict> {
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
    let green_api = GreenApi::new(accounts.into(), Speed::new(SPEED));
    Subject {
        name: "green-api",
        destination: Box::new(green_api),
        shows: Box::new(move |account| fake.avatar(&id(account))),
        _keep: Vec::new(),
    }
}

fn http_put() -> Subject {
    let files = Arc::new(Files::start());
    let places = ACCOUNTS.map(|name| {
        let url = format!("{}/avatars/{name}.jpg", files.server.url());
        PutPlace::new(name, &url).unwrap()
    });
    Subject {
        name: "http-put",
        destination: Box::new(HttpPut::new(places.into(), Speed::new(SPEED))),
        shows: Box::new(move |account| files.shows(&format!("/avatars/{account}.jpg"))),
        _keep: Vec::new(),
    }
}

/// The phone number of an account.
pub(crate) fn phone(name: &str) -> String {
    let known = ACCOUNTS.iter().position(|known| *known == name);
    format!("22{}", known.unwrap())
}

/// Accounts of the Cloud API at a stand-in.
pub(crate) fn cloud(graph: &Graph) -> WhatsappCloud {
    let url = format!("{}/v23.0", graph.server.url());
    let accounts = ACCOUNTS.map(|name| {
        let token = Secret::opaque(GRAPH_TOKEN).unwrap();
        CloudAccount::new(name, ["777", &phone(name)], &url, &[], token).unwrap()
    });
    WhatsappCloud::new(accounts.into(), Speed::new(SPEED))
}

fn whatsapp_cloud() -> Subject {
    let graph = Arc::new(Graph::start());
    Subject {
        name: "whatsapp-cloud",
        destination: Box::new(cloud(&graph)),
        shows: Box::new(move |account| graph.shows(&phone(account))),
        _keep: Vec::new(),
    }
}

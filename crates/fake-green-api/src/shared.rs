//! What all connections of a server share: accounts, records, and whether connections are accepted.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::http::Head;
use crate::instance::{Instance, Product};
use crate::reply::{Ending, Reply};
use crate::routes::{Call, Request};
use crate::tls::Tls;
use crate::{Clock, Config, Record, Scenario, Style, multipart, scripted};

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    instances: Mutex<HashMap<String, Instance>>,
    /// Scripts of accounts that do not exist yet.
    scripts: Mutex<Vec<(String, String, Vec<Scenario>)>>,
    records: Mutex<Vec<Record>>,
    stopped: AtomicBool,
    tls: Option<Tls>,
    /// The address of the service.
    address: SocketAddr,
    /// Until when connections are refused, once the listener is closed.
    refusal: Mutex<Option<Duration>>,
    closed: Condvar,
}

impl Shared {
    pub(crate) fn new(config: Config, address: SocketAddr) -> io::Result<Self> {
        let tls = config
            .tls
            .map(|certificate| Tls::new(certificate, &config.tls_subject));
        Ok(Self {
            clock: Clock::new(config.time_scale),
            tls: tls.transpose()?,
            config,
            instances: Mutex::default(),
            scripts: Mutex::default(),
            records: Mutex::default(),
            stopped: AtomicBool::new(false),
            address,
            refusal: Mutex::default(),
            closed: Condvar::new(),
        })
    }

    pub(crate) fn tls(&self) -> Option<&Tls> {
        self.tls.as_ref()
    }

    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Whether no more connections are accepted at this address.
    pub(crate) fn is_closed(&self, address: SocketAddr) -> bool {
        self.is_stopped() || (address == self.address && self.refusal().is_some())
    }

    fn refusal(&self) -> MutexGuard<'_, Option<Duration>> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses connections for this time.
    pub(crate) fn refuse(&self, time: Duration) {
        let mut refusal = self.refusal();
        *refusal = Some(self.clock.now() + time);
        // A connection wakes up the listener, which then closes.
        let _ = TcpStream::connect(self.address);
        let open = |refusal: &mut Option<Duration>| refusal.is_some() && !self.is_stopped();
        drop(self.closed.wait_while(refusal, open));
    }

    /// Listens again when connections are no longer refused, unless the server was stopped.
    pub(crate) fn reopen(&self, address: SocketAddr) -> Option<TcpListener> {
        let until = self.refusal().take();
        self.closed.notify_all();
        let now = self.clock.now();
        self.clock
            .sleep(until.unwrap_or_default().saturating_sub(now));
        while !self.is_stopped() {
            match TcpListener::bind(address) {
                Ok(listener) => return Some(listener),
                Err(_) => thread::sleep(Duration::from_millis(1)),
            }
        }
        None
    }

    pub(crate) fn instances(&self) -> MutexGuard<'_, HashMap<String, Instance>> {
        self.instances
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn records(&self) -> MutexGuard<'_, Vec<Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn scripts(&self) -> MutexGuard<'_, Vec<(String, String, Vec<Scenario>)>> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an account with the scripts for it.
    pub(crate) fn add(&self, mut instance: Instance) {
        let id = instance.id.clone();
        let mut scripts = self.scripts();
        for (_, method, scenarios) in scripts.extract_if(.., |(of, ..)| *of == id) {
            instance.script(&method, scenarios);
        }
        self.instances().insert(id, instance);
    }

    /// Adds an unknown account, if any account is accepted.
    pub(crate) fn welcome(&self, call: &Call) {
        let known = self.instances().contains_key(&call.id);
        if self.config.any_account && !known && is_number(&call.id) {
            self.add(Instance::new(&call.id, &call.token, Product::Whatsapp));
        }
    }

    pub(crate) fn with<T>(&self, id: &str, change: impl FnOnce(&mut Instance) -> T) -> Option<T> {
        self.instances().get_mut(id).map(change)
    }

    pub(crate) fn next_scenario(&self, call: &Call) -> Scenario {
        self.with(&call.id, |instance| instance.next_scenario(&call.method))
            .unwrap_or(Scenario::Ok)
    }

    pub(crate) fn answer(&self, request: &Request<'_>, scenario: &Scenario) -> Reply {
        let call = request.call;
        if !is_number(&call.id) {
            let message = "Parameter idInstance not an integer";
            return Reply::error(400, Style::Object, message, &request.head.path);
        }
        let mut instances = self.instances();
        match instances.get_mut(&call.id) {
            Some(instance) => {
                let mut reply = scripted::answer(instance, request, scenario, &self.config);
                reply.headers.extend(instance.wrong_date());
                reply
            }
            None if self.config.forbidden_as_json => {
                Reply::error(403, Style::Object, "Forbidden", &request.head.path)
            }
            None => Reply::nginx(403),
        }
    }

    /// The picture at an address.
    pub(crate) fn picture(&self, head: &Head) -> Option<Reply> {
        let (path, query) = head.path.split_once('?').unwrap_or((&head.path, ""));
        let file = path.rsplit('/').next()?;
        let name = match (path, query.strip_prefix("r=")) {
            ("/i", Some(name)) => name,
            _ => file.strip_suffix("_n.jpg").or(file.strip_suffix(".jpg"))?,
        };
        let (id, _) = name.rsplit_once('-')?;
        let avatar = self
            .with(id, |instance| instance.avatar.clone())
            .flatten()?;
        (avatar.name == name).then(|| Reply::new(200, "image/jpeg", avatar.bytes))
    }

    pub(crate) fn record(
        &self,
        head: &Head,
        call: Option<&Call>,
        arrived: Duration,
        body: &[u8],
        parts: Vec<multipart::Part>,
        reply: &Reply,
    ) -> usize {
        let silent = matches!(reply.ending, Ending::Reset | Ending::Silence);
        let mut records = self.records();
        records.push(Record {
            arrived,
            replied: Duration::MAX,
            answered: Duration::MAX,
            verb: head.verb.clone(),
            path: head.path.clone(),
            id: call.map(|call| call.id.clone()).unwrap_or_default(),
            method: call.map(|call| call.method.clone()).unwrap_or_default(),
            headers: head.headers.clone(),
            length: body.len(),
            sha256: multipart::sha256(body),
            parts,
            status: if silent { 0 } else { reply.status },
            verdict: reply.verdict.clone(),
        });
        records.len() - 1
    }

    pub(crate) fn replies(&self, index: usize) {
        let now = self.clock.now();
        if let Some(record) = self.records().get_mut(index) {
            record.replied = now;
        }
    }

    pub(crate) fn answered(&self, index: usize) {
        let now = self.clock.now();
        if let Some(record) = self.records().get_mut(index) {
            record.answered = now;
        }
    }
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

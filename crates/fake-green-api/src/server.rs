//! The running server: connections, accounts and records.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustls::ServerConfig;

use crate::http::{self, Head, Stream};
use crate::instance::{Instance, Product};
use crate::reply::{Ending, Reply};
use crate::routes::{self, Call, Request};
use crate::{Clock, Config, Record, Records, Scenario, Style, admin, multipart, tls};

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Fake {
    shared: Arc<Shared>,
    address: SocketAddr,
    admin: SocketAddr,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    instances: Mutex<HashMap<String, Instance>>,
    /// Scripts of accounts that are not there yet.
    scripts: Mutex<Vec<(String, String, Vec<Scenario>)>>,
    records: Mutex<Vec<Record>>,
    stopped: AtomicBool,
    tls: Option<Arc<ServerConfig>>,
}

impl Fake {
    /// Starts listening on this machine.
    ///
    /// # Errors
    /// If a port is taken.
    pub fn start(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port))?;
        let admin = TcpListener::bind((Ipv4Addr::LOCALHOST, config.admin_port))?;
        let addresses = (listener.local_addr()?, admin.local_addr()?);
        let tls = config.tls.then(tls::config).transpose()?;
        let shared = Arc::new(Shared {
            clock: Clock::new(config.time_scale),
            config,
            instances: Mutex::default(),
            scripts: Mutex::default(),
            records: Mutex::default(),
            stopped: AtomicBool::new(false),
            tls,
        });
        listen(listener, &shared, serve)?;
        listen(admin, &shared, admin::serve)?;
        Ok(Self {
            shared,
            address: addresses.0,
            admin: addresses.1,
        })
    }

    /// Address of the calls, as `api_url` wants it.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.shared.config.tls {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.address)
    }

    /// Address of the status page and the records.
    #[must_use]
    pub fn admin_url(&self) -> String {
        format!("http://{}", self.admin)
    }

    /// Adds an account.
    pub fn account(&self, id: &str, token: &str, product: Product) {
        self.shared.add(Instance::new(id, token, product));
    }

    /// What the account answers next to this method, one after the other; an account that is not
    /// there yet brings it along when it comes.
    pub fn script(&self, id: &str, method: &str, scenarios: Vec<Scenario>) {
        if let Some(instance) = self.shared.instances().get_mut(id) {
            instance.script(method, scenarios);
            return;
        }
        let script = (id.into(), method.into(), scenarios);
        self.shared.scripts().push(script);
    }

    /// States of the account from now on, each for so long of the server's time; `null` is a body
    /// without a state.
    pub fn states(&self, id: &str, states: &[(&str, Duration)]) {
        let now = self.shared.clock.now();
        self.shared
            .with(id, |instance| instance.set_states(now, states));
    }

    /// Until when the account says that it is suspended.
    pub fn suspended_until(&self, id: &str, until: &str) {
        self.shared
            .with(id, |instance| instance.suspended_until = Some(until.into()));
    }

    /// The account's quota is used up: used and total.
    pub fn quota(&self, id: &str, used: u32, total: u32) {
        self.shared
            .with(id, |instance| instance.quota = Some((used, total)));
    }

    /// What the account shows.
    #[must_use]
    pub fn avatar(&self, id: &str) -> Option<Vec<u8>> {
        let shown = self.shared.with(id, |instance| instance.avatar.clone());
        shown.flatten().map(|avatar| avatar.bytes)
    }

    /// How many pictures the account was given.
    #[must_use]
    pub fn pictures(&self, id: &str) -> u64 {
        self.shared
            .with(id, |instance| instance.pictures)
            .unwrap_or(0)
    }

    /// All requests so far.
    #[must_use]
    pub fn records(&self) -> Records {
        Records(self.shared.records().clone())
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Each listener wakes up for a connection and sees that it is over.
        let _ = TcpStream::connect(self.address);
        let _ = TcpStream::connect(self.admin);
    }
}

type Serve = fn(&Shared, TcpStream) -> io::Result<()>;

fn listen(listener: TcpListener, shared: &Arc<Shared>, serve: Serve) -> io::Result<()> {
    let shared = Arc::clone(shared);
    thread::Builder::new()
        .name("listener".into())
        .spawn(move || {
            for socket in listener.incoming() {
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(socket), shared) = (socket, Arc::clone(&shared)) else {
                    continue;
                };
                let connection = thread::Builder::new().name("connection".into());
                // A connection that ends badly is the client's business.
                let _ = connection.spawn(move || drop(serve(&shared, socket)));
            }
        })?;
    Ok(())
}

fn serve(shared: &Shared, socket: TcpStream) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let raw = socket.try_clone()?;
    let mut stream: Box<dyn Stream> = match &shared.tls {
        Some(config) => Box::new(tls::wrap(config, socket)?),
        None => Box::new(socket),
    };
    let mut buffer = Vec::new();
    while let Some(head) = http::read_head(&mut *stream, &mut buffer)? {
        if !exchange(shared, &mut *stream, &raw, &mut buffer, &head)? {
            break;
        }
    }
    Ok(())
}

/// One request and its answer; says whether the connection goes on.
fn exchange(
    shared: &Shared,
    stream: &mut dyn Stream,
    raw: &TcpStream,
    buffer: &mut Vec<u8>,
    head: &Head,
) -> io::Result<bool> {
    let arrived = shared.clock.now();
    let call = routes::call(&head.path);
    if let Some(call) = &call {
        shared.welcome(call);
    }
    let scenario = call
        .as_ref()
        .map_or(Scenario::Ok, |call| shared.next_scenario(call));
    let too_large = head.length() > shared.config.max_body;
    let body = if scenario == Scenario::ResetBeforeRead || too_large {
        Vec::new()
    } else {
        http::read_body(stream, buffer, head)?
    };
    let parts = routes::parts(head, &body);
    let reply = match &call {
        Some(call) if routes::verb(&call.method) == Some(head.verb.as_str()) => {
            let request = Request {
                head,
                call,
                parts: &parts,
                length: if too_large { head.length() } else { body.len() },
                now: arrived,
                host: head.header("host").unwrap_or("localhost"),
            };
            shared.answer(&request, &scenario)
        }
        _ => shared
            .picture(head)
            .unwrap_or_else(|| routes::not_found(head)),
    };
    let index = shared.record(head, call.as_ref(), arrived, &body, parts, &reply);
    let written = http::write(stream, raw, &reply, shared.clock);
    shared.answered(index);
    written
}

impl Shared {
    pub(crate) fn instances(&self) -> MutexGuard<'_, HashMap<String, Instance>> {
        self.instances
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn records(&self) -> MutexGuard<'_, Vec<Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn scripts(&self) -> MutexGuard<'_, Vec<(String, String, Vec<Scenario>)>> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an account with what was scripted for it.
    fn add(&self, mut instance: Instance) {
        let id = instance.id.clone();
        let mut scripts = self.scripts();
        for (_, method, scenarios) in scripts.extract_if(.., |(of, ..)| *of == id) {
            instance.script(&method, scenarios);
        }
        self.instances().insert(id, instance);
    }

    /// Adds whoever comes, where that is wanted.
    fn welcome(&self, call: &Call) {
        let known = self.instances().contains_key(&call.id);
        if self.config.any_account && !known && is_number(&call.id) {
            self.add(Instance::new(&call.id, &call.token, Product::Whatsapp));
        }
    }

    pub(crate) fn with<T>(&self, id: &str, change: impl FnOnce(&mut Instance) -> T) -> Option<T> {
        self.instances().get_mut(id).map(change)
    }

    fn next_scenario(&self, call: &Call) -> Scenario {
        self.with(&call.id, |instance| instance.next_scenario(&call.method))
            .unwrap_or(Scenario::Ok)
    }

    fn answer(&self, request: &Request<'_>, scenario: &Scenario) -> Reply {
        let call = request.call;
        if !is_number(&call.id) {
            let message = "Parameter idInstance not an integer";
            return Reply::error(400, Style::Object, message, &request.head.path);
        }
        let mut instances = self.instances();
        match instances.get_mut(&call.id) {
            Some(instance) => routes::answer(instance, request, scenario, &self.config),
            None if self.config.forbidden_as_json => {
                Reply::error(403, Style::Object, "Forbidden", &request.head.path)
            }
            None => Reply::nginx(403),
        }
    }

    /// A picture that shows, for whoever has its address.
    fn picture(&self, head: &Head) -> Option<Reply> {
        let name = head.path.strip_prefix("/cdn/v/")?.split("_n.jpg").next()?;
        let (id, _) = name.rsplit_once('-')?;
        let avatar = self
            .with(id, |instance| instance.avatar.clone())
            .flatten()?;
        (avatar.name == name).then(|| Reply::new(200, "image/jpeg", avatar.bytes))
    }

    fn record(
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

    fn answered(&self, index: usize) {
        let now = self.clock.now();
        if let Some(record) = self.records().get_mut(index) {
            record.answered = now;
        }
    }
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

//! What a run has learned about scopes and endpoints. Each scope is asked only once whether it is
//! ready, and a fault of one stops only the deliveries that share it.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::values::Stop;
use crate::destination::{Access, Scope, Target};

/// After so many failures in a row, the network to an endpoint counts as down; after so many
/// endpoints in a row, the whole network does.
const NETWORK_IS_DOWN: u32 = 5;

/// After so many questions in a row without an answer, `--verify` looks at nothing more in a scope. Each can take as
/// long as a timeout.
const SILENT: u32 = 3;

/// Code of deliveries to an endpoint to which the network counts as down.
const DOWN: &str = "network_down";

/// Why nothing more is sent to a scope or an endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Stopped {
    pub(crate) code: &'static str,
    pub(crate) text: String,
}

#[derive(Debug, Default)]
pub(crate) struct Scopes(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    ready: HashSet<Scope>,
    scopes: HashMap<Scope, Stopped>,
    /// Credentials that were refused, each in its scope.
    credentials: HashMap<(Scope, String), Stopped>,
    endpoints: HashMap<String, Endpoint>,
    /// Endpoints that failed since any endpoint was last reached.
    failed: HashSet<String>,
    is_reached: bool,
    /// How often a question of `--verify` got no answer since the scope last gave one.
    unanswered: HashMap<Scope, u32>,
}

#[derive(Debug, Default)]
struct Endpoint {
    failures: u32,
    stopped: Option<Stopped>,
}

impl Scopes {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_ready(&self, scope: &Scope) -> bool {
        self.lock().ready.contains(scope)
    }

    /// Remembers what the scope answered when it was asked.
    pub(crate) fn set_ready(&self, scope: &Scope, is_ready: bool) {
        let ready = &mut self.lock().ready;
        match is_ready {
            true => ready.insert(scope.clone()),
            false => ready.remove(scope),
        };
    }

    pub(crate) fn stop_scope(&self, scope: &Scope, cause: &str) {
        let text = format!("the account was stopped: {cause}");
        let code = "stopped";
        let stopped = Stopped { code, text };
        self.lock().scopes.entry(scope.clone()).or_insert(stopped);
    }

    /// Stops what is sent to the scope with this credential.
    pub(crate) fn stop_credential(&self, scope: &Scope, credential: &str, cause: &str) {
        let text = format!("the credential was refused: {cause}");
        let code = "stopped";
        let stopped = Stopped { code, text };
        let key = (scope.clone(), credential.to_string());
        self.lock().credentials.entry(key).or_insert(stopped);
    }

    pub(crate) fn stop_endpoint(&self, endpoint: &str, cause: &str) {
        let text = format!("{endpoint} was stopped: {cause}");
        let code = "stopped";
        let mut known = self.lock();
        let endpoint = known.endpoints.entry(endpoint.into()).or_default();
        endpoint.stopped.get_or_insert(Stopped { code, text });
    }

    /// Why nothing more is sent to this target; `None` if it still can be.
    pub(crate) fn stopped(&self, target: &Target, access: &Access) -> Option<Stopped> {
        let known = self.lock();
        let scope = known.scopes.get(&target.scope);
        let key = (target.scope.clone(), access.credential.clone());
        let credential = known.credentials.get(&key);
        let endpoint = known.endpoints.get(&access.endpoint);
        let stopped = scope.or(credential);
        let stopped = stopped.or_else(|| endpoint?.stopped.as_ref());
        stopped.cloned()
    }

    /// Records whether a question of `--verify` got an answer.
    pub(crate) fn looked(&self, scope: &Scope, is_answered: bool) {
        let mut known = self.lock();
        let count = known.unanswered.entry(scope.clone()).or_default();
        *count = if is_answered { 0 } else { *count + 1 };
    }

    /// Whether the scope answers no questions, so that `--verify` looks at nothing more there.
    pub(crate) fn is_silent(&self, scope: &Scope) -> bool {
        let unanswered = self.lock().unanswered.get(scope).copied();
        unanswered.is_some_and(|count| count >= SILENT)
    }

    /// Records that this endpoint belongs to the run.
    pub(crate) fn add(&self, endpoint: &str) {
        self.lock().endpoints.entry(endpoint.into()).or_default();
    }

    /// Records that an answer came from this endpoint.
    pub(crate) fn reached(&self, endpoint: &str) {
        let mut known = self.lock();
        known.failed.clear();
        known.is_reached = true;
        known.endpoints.entry(endpoint.into()).or_default().failures = 0;
    }

    /// Records that a delivery ended without a connection; returns whether the whole network now
    /// counts as down.
    pub(crate) fn failed(&self, endpoint: &str) -> bool {
        let mut known = self.lock();
        known.failed.insert(endpoint.into());
        let everywhere = known.failed.len() >= NETWORK_IS_DOWN as usize;
        let entry = known.endpoints.entry(endpoint.into()).or_default();
        entry.failures += 1;
        if entry.failures >= NETWORK_IS_DOWN {
            let text =
                format!("{NETWORK_IS_DOWN} accounts in a row had no connection to {endpoint}");
            let code = DOWN;
            entry.stopped.get_or_insert(Stopped { code, text });
        }
        everywhere
    }

    /// Why nothing could be sent at all: every endpoint was stopped, or the network was down at
    /// every endpoint that was tried. `None` if neither is the case.
    pub(crate) fn end(&self) -> Option<Stop> {
        let known = self.lock();
        let codes = known.endpoints.values().map(|endpoint| {
            let stopped = endpoint.stopped.as_ref();
            stopped.map(|stopped| stopped.code)
        });
        let codes: Vec<_> = codes.collect();
        let is_any = |wanted| codes.contains(&Some(wanted));
        if is_any(DOWN) && (!known.is_reached || codes.len() == 1) {
            return Some(Stop::Network);
        }
        let is_all = !codes.is_empty() && codes.iter().all(Option::is_some);
        is_all.then_some(Stop::Refused)
    }
}

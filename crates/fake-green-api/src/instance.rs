//! One account: who it is, what it shows, how it counts and what it was told to answer.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::limiter::Limiter;
use crate::{Config, Scenario};

/// The messenger behind an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Product {
    /// WhatsApp.
    #[default]
    Whatsapp,
    /// MAX.
    Max,
    /// Telegram.
    Telegram,
}

/// Calls allowed in a window, per method; the rest is allowed once a second.
const RATES: [(&str, usize, Duration); 2] = [
    ("setprofilepicture", 1, Duration::from_secs(10)),
    ("getavatar", 10, Duration::from_secs(1)),
];

#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) product: Product,
    /// States to come, each until a time; the last one stays.
    states: VecDeque<(String, Option<Duration>)>,
    pub(crate) suspended_until: Option<String>,
    pub(crate) quota: Option<(u32, u32)>,
    pub(crate) avatar: Option<Avatar>,
    pub(crate) pictures: u64,
    scripts: HashMap<String, VecDeque<Scenario>>,
    limiters: HashMap<String, Limiter>,
    posts: u64,
    last_passed: Option<Duration>,
    refusals: u32,
}

/// What an account shows.
#[derive(Debug, Clone)]
pub(crate) struct Avatar {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Instance {
    pub(crate) fn new(id: &str, token: &str, product: Product) -> Self {
        Self {
            id: id.into(),
            token: token.into(),
            product,
            states: VecDeque::from([("authorized".into(), None)]),
            suspended_until: None,
            quota: None,
            avatar: None,
            pictures: 0,
            scripts: HashMap::new(),
            limiters: HashMap::new(),
            posts: 0,
            last_passed: None,
            refusals: 0,
        }
    }

    /// The state at a time; those that are over are forgotten.
    pub(crate) fn state(&mut self, now: Duration) -> String {
        while self.states.len() > 1
            && self
                .states
                .front()
                .is_some_and(|(_, until)| until.is_some_and(|until| until <= now))
        {
            self.states.pop_front();
        }
        self.states
            .front()
            .map_or_else(String::new, |(state, _)| state.clone())
    }

    /// From now on these states, each for so long; then the last one.
    pub(crate) fn set_states(&mut self, now: Duration, states: &[(&str, Duration)]) {
        let mut until = now;
        self.states = states
            .iter()
            .map(|(state, time)| {
                until = until.saturating_add(*time);
                ((*state).to_string(), Some(until))
            })
            .collect();
    }

    pub(crate) fn script(&mut self, method: &str, scenarios: Vec<Scenario>) {
        let queue = self.scripts.entry(method.to_ascii_lowercase()).or_default();
        queue.extend(scenarios);
    }

    pub(crate) fn next_scenario(&mut self, method: &str) -> Scenario {
        let queue = self.scripts.get_mut(method);
        queue.and_then(VecDeque::pop_front).unwrap_or(Scenario::Ok)
    }

    /// Whether the service's own limiter lets a call pass.
    pub(crate) fn admits(&mut self, method: &str, now: Duration, config: &Config) -> bool {
        let rate = RATES.iter().find(|(name, ..)| *name == method);
        let rate = rate.map_or((1, Duration::from_secs(1)), |(_, calls, window)| {
            (*calls, *window)
        });
        let limiter = self
            .limiters
            .entry(method.into())
            .or_insert_with(|| Limiter::new(config.limiter, rate, config.rejected_calls_count));
        if method == "setprofilepicture" {
            self.posts += 1;
            if config
                .neighbour
                .is_some_and(|every| self.posts.is_multiple_of(every.max(1)))
            {
                limiter.admits(now);
            }
        }
        limiter.admits(now)
    }

    /// Whether the messenger behind lets a picture pass; after refusals in a row it may sulk.
    pub(crate) fn messenger_admits(&mut self, now: Duration, config: &Config) -> bool {
        let sulks = config
            .penalty_after
            .is_some_and(|refusals| self.refusals >= refusals);
        let gap = if sulks {
            config.penalty
        } else {
            config.messenger_gap
        };
        let admitted = self
            .last_passed
            .is_none_or(|last| now.saturating_sub(last) >= gap);
        if admitted {
            self.last_passed = Some(now);
            self.refusals = 0;
        } else {
            self.refusals += 1;
        }
        admitted
    }

    /// Shows a picture under a new name.
    pub(crate) fn show(&mut self, bytes: Vec<u8>) {
        self.pictures += 1;
        let name = format!("{}-{}", self.id, self.pictures);
        self.avatar = Some(Avatar { name, bytes });
    }
}

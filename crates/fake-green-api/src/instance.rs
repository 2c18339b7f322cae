//! One account: its identity, what it shows, its limiters, and its scripted answers.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::limiter::Limiter;
use crate::{Clock, Config, Scenario};

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

/// Calls allowed in a window, per method; all other methods are allowed once a second.
const RATES: [(&str, usize, Duration); 2] = [
    ("setprofilepicture", 1, Duration::from_secs(10)),
    ("getavatar", 10, Duration::from_secs(1)),
];

#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) product: Product,
    /// Coming states; the last one stays.
    states: VecDeque<(String, Lasts)>,
    pub(crate) suspended_until: Option<String>,
    pub(crate) quota: Option<(u32, u32)>,
    pub(crate) avatar: Option<Avatar>,
    pub(crate) pictures: u64,
    /// Number of addresses that were given for pictures.
    pub(crate) addresses: u64,
    scripts: HashMap<String, VecDeque<Scenario>>,
    limiters: HashMap<String, Limiter>,
    posts: u64,
    last_passed: Option<Duration>,
    refusals: u32,
    /// Refusals that are still to come in a cascade.
    owed: u32,
    /// Refusals in a row after which the messenger refuses everything for a time, if not the
    /// server's default.
    penalty_after: Option<u32>,
    /// By how many seconds its clock is wrong.
    pub(crate) skew: i64,
}

/// How long a state lasts.
#[derive(Debug)]
enum Lasts {
    Until(Duration),
    /// For this many questions about it.
    Questions(u32),
    Always,
}

/// Refusals in a row after which a long pause follows, as operators of bots report.
const CASCADE: u32 = 3;

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
            states: VecDeque::from([("authorized".into(), Lasts::Always)]),
            suspended_until: None,
            quota: None,
            avatar: None,
            pictures: 0,
            addresses: 0,
            scripts: HashMap::new(),
            limiters: HashMap::new(),
            posts: 0,
            last_passed: None,
            refusals: 0,
            owed: 0,
            penalty_after: None,
            skew: 0,
        }
    }

    /// The state at a time; states that are over are removed.
    pub(crate) fn state(&mut self, now: Duration) -> String {
        let is_over = |(_, lasts): &(String, Lasts)| match lasts {
            Lasts::Until(until) => *until <= now,
            Lasts::Questions(left) => *left == 0,
            Lasts::Always => false,
        };
        while self.states.len() > 1 && self.states.front().is_some_and(is_over) {
            self.states.pop_front();
        }
        self.states
            .front()
            .map_or_else(String::new, |(state, _)| state.clone())
    }

    /// The state, for somebody who asks for it, which counts as a question.
    pub(crate) fn asked_for_state(&mut self, now: Duration) -> String {
        let state = self.state(now);
        if let Some((_, Lasts::Questions(left))) = self.states.front_mut() {
            *left = left.saturating_sub(1);
        }
        state
    }

    /// Sets the state to `starting` for this many questions, and then to `then`.
    pub(crate) fn start(&mut self, questions: u32, then: &str) {
        let starting = ("starting".into(), Lasts::Questions(questions));
        self.states = VecDeque::from([starting, (then.into(), Lasts::Always)]);
    }

    /// Sets these states, each for its time; the last one stays.
    pub(crate) fn set_states(&mut self, now: Duration, states: &[(&str, Duration)]) {
        let mut until = now;
        self.states = states
            .iter()
            .map(|(state, time)| {
                until = until.saturating_add(*time);
                ((*state).to_string(), Lasts::Until(until))
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

    /// Whether the service's own limiter accepts a call.
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

    /// Whether the messenger accepts a picture; after several refusals in a row it may refuse
    /// everything for a time.
    pub(crate) fn messenger_admits(&mut self, now: Duration, config: &Config) -> bool {
        if self.owed > 0 {
            self.owed -= 1;
            self.refusals += 1;
            self.last_passed = Some(now);
            return false;
        }
        let penalty_after = self.penalty_after.or(config.penalty_after);
        let sulks = penalty_after.is_some_and(|refusals| self.refusals >= refusals);
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

    /// Makes the messenger refuse the next pictures, and then everything for a time.
    pub(crate) fn cascade(&mut self) {
        self.owed = CASCADE;
        self.penalty_after = Some(CASCADE);
    }

    /// The date this many seconds from now, by its own clock.
    pub(crate) fn date(&self, seconds: i64) -> String {
        Clock::date(self.skew.saturating_add(seconds))
    }

    /// A header `Date` by its own clock, if that is wrong.
    pub(crate) fn wrong_date(&self) -> Option<(String, String)> {
        (self.skew != 0).then(|| ("Date".into(), self.date(0)))
    }

    /// Shows a picture under a new name.
    pub(crate) fn show(&mut self, bytes: Vec<u8>) {
        self.pictures += 1;
        let name = format!("{}-{}", self.id, self.pictures);
        self.avatar = Some(Avatar { name, bytes });
    }
}

//! Finds the accounts of a destination by the names that the caller gave them.

use std::collections::HashMap;

use crate::verdict::{Action, Verdict};

/// Accounts of any kind.
pub(super) struct Accounts<T>(HashMap<String, T>);

impl<T> Accounts<T> {
    pub(super) fn new(accounts: Vec<T>, name: impl Fn(&T) -> &str) -> Self {
        let accounts = accounts.into_iter();
        Self(accounts.map(|it| (name(&it).to_string(), it)).collect())
    }

    pub(super) fn find(&self, name: &str) -> Option<&T> {
        self.0.get(name)
    }

    /// The account with this name, or the verdict if there is none.
    pub(super) fn get(&self, name: &str) -> Result<&T, Verdict> {
        self.find(name).ok_or_else(|| nobody(name))
    }
}

/// The verdict if no account has the name.
pub(super) fn nobody(name: &str) -> Verdict {
    let text = format!("no account is called {name}");
    let hint = "add it to the accounts file";
    Verdict::new(Action::Fail, "no_account", text, hint)
}

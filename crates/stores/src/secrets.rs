//! Secrets of the environment, for a program that masks them in all it prints.

use std::env;

use crate::profile;

/// Parts of the names of variables that hold secrets.
const SECRET: [&str; 6] = [
    "SECRET",
    "TOKEN",
    "_KEY",
    "SAS",
    "PASSWORD",
    "SERVICE_ACCOUNT_KEY",
];

/// The values of all variables of the services that can be secrets, and the keys of the AWS profile.
#[must_use]
pub fn secrets() -> Vec<String> {
    let is_of_a_service = |name: &str| {
        let services = ["AWS_", "AZURE_", "GOOGLE_"];
        services.iter().any(|start| name.starts_with(start))
            && SECRET.iter().any(|part| name.contains(part))
            && !name.ends_with("_FILE")
    };
    let variables = env::vars_os().filter_map(|(name, value)| {
        let is_secret = name.to_str().is_some_and(is_of_a_service);
        value.into_string().ok().filter(|_| is_secret)
    });
    let profile = profile::current();
    let keys = [profile.key_id, profile.secret, profile.token];
    variables.chain(keys.into_iter().flatten()).collect()
}

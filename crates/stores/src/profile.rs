//! Keys of AWS in `~/.aws/credentials`, which the client does not read itself.

use std::env;
use std::fs;
use std::path::PathBuf;

/// The keys of one profile.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) key_id: Option<String>,
    pub(crate) secret: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) region: Option<String>,
}

/// The profile of `AWS_PROFILE`, or `default`, in the credentials file and the configuration file.
pub(crate) fn current() -> Profile {
    let name = env::var("AWS_PROFILE").unwrap_or_else(|_| "default".into());
    let read = |variable: &str, file: &str| {
        let named = env::var_os(variable).map(PathBuf::from);
        let usual = || Some(PathBuf::from(env::var_os("HOME")?).join(".aws").join(file));
        let text = named.or_else(usual).map(fs::read_to_string);
        text.and_then(Result::ok).unwrap_or_default()
    };
    let keys = parse(&read("AWS_SHARED_CREDENTIALS_FILE", "credentials"), &name);
    let settings = read("AWS_CONFIG_FILE", "config");
    // Only the default profile goes without the word.
    let of_settings = parse(&settings, &format!("profile {name}"));
    let plain = parse(&settings, &name);
    Profile {
        region: keys.region.or(of_settings.region).or(plain.region),
        ..keys
    }
}

fn parse(text: &str, name: &str) -> Profile {
    let mut profile = Profile::default();
    let mut is_inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            is_inside = section.trim_end_matches(']').trim() == name;
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| is_inside) else {
            continue;
        };
        let value = Some(value.trim().to_string());
        match key.trim() {
            "aws_access_key_id" => profile.key_id = value,
            "aws_secret_access_key" => profile.secret = value,
            "aws_session_token" => profile.token = value,
            "region" => profile.region = value,
            _ => {}
        }
    }
    profile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_profile_is_read() {
        let text = "# comment\n[default]\naws_access_key_id = one\n[ work ]\n\
            aws_access_key_id=two\naws_secret_access_key = s = s\nregion = eu-west-1\n[x]\nregion=no\n";
        let work = parse(text, "work");
        assert_eq!(work.key_id.as_deref(), Some("two"));
        assert_eq!(work.secret.as_deref(), Some("s = s"));
        assert_eq!(work.region.as_deref(), Some("eu-west-1"));
        assert_eq!(parse(text, "other"), Profile::default());
    }
}

//! Servers with a right certificate, and with each kind of wrong one.

use fake_green_api::{Certificate, Config, Fake, Product, Records, script};

use super::{ID, SPEED, TOKEN, no_token, picture, upload};
use crate::support::{Said, folder, said, write};

/// Delivers to a server with this certificate, for an owner of this name. If it is trusted, the
/// authority that signed it is the only one that the system knows.
fn deliver(
    certificate: Certificate,
    owner: &str,
    is_trusted: bool,
    scenario: &str,
) -> (Said, Records) {
    let fake = Fake::start(Config {
        tls: Some(certificate),
        tls_subject: owner.into(),
        time_scale: SPEED,
        ..Config::default()
    })
    .unwrap();
    fake.account(ID, TOKEN, Product::Whatsapp);
    fake.script(ID, "setProfilePicture", script(scenario).unwrap());
    let folder = folder(&[("out/logo.jpg", picture())]);
    let mut command = upload(folder.path(), &fake.url());
    if is_trusted {
        let authority = folder.path().join("authority.pem");
        write(&authority, fake.authority().unwrap().as_bytes());
        command.env("SSL_CERT_FILE", authority);
    }
    let said = said(&command.output().unwrap());
    no_token(folder.path(), &said);
    (said, fake.records())
}

/// The same certificate, which must be refused before any secret is sent; returns what was said.
fn refused(certificate: Certificate, owner: &str, is_trusted: bool) -> String {
    let (said, records) = deliver(certificate, owner, is_trusted, "");
    assert_eq!((said.code, records.0.len()), (2, 0), "{}", said.stderr);
    let text = "[untrusted_certificate]";
    assert!(said.stderr.contains(text), "{}", said.stderr);
    said.stderr
}

#[test]
fn a_right_certificate_of_a_trusted_authority_is_accepted() {
    let (said, records) = deliver(Certificate::Valid, "Fake Server", true, "");
    let found = (said.code, records.posts(None).len());
    assert_eq!(found, (0, 1), "{}", said.stderr);
}

/// Only an error of the handshake proves that nothing was sent.
#[test]
fn a_tls_error_after_the_picture_is_no_reason_to_send_again() {
    let lost = "ghost(garbage)";
    let (said, records) = deliver(Certificate::Valid, "Fake Server", true, lost);
    let found = (said.code, records.posts(None).len());
    assert_eq!(found, (0, 1), "{}", said.stderr);
    let text = "applied, confirmed by what the account shows";
    assert!(said.stderr.contains(text), "{}", said.stderr);
}

#[test]
fn an_unknown_authority_is_named() {
    for (certificate, issuer) in [
        (Certificate::SelfSigned, "CN=Fake Server"),
        (Certificate::Valid, "CN=Fake Authority"),
    ] {
        let text = refused(certificate, "Fake Server", false);
        let wanted = format!(
            "its certificate is not signed by an authority that this system trusts; certificate \
             valid 1975-01-01 to 4096-01-01, of CN=Fake Server: issued by {issuer}, names: \
             localhost, 127.0.0.1"
        );
        assert!(text.contains(&wanted), "{text}");
    }
}

#[test]
fn the_dates_of_an_expired_certificate_are_named() {
    let text = refused(Certificate::Expired, "Fake Server", true);
    let wanted = "its certificate has expired; certificate valid 2024-01-01 to 2025-01-01, of CN=Fake \
                  Server: issued by CN=Fake Authority, names: localhost, 127.0.0.1";
    assert!(text.contains(wanted), "{text}");
}

#[test]
fn the_names_of_a_certificate_for_another_server_are_named() {
    let text = refused(Certificate::WrongName, "Fake Server", true);
    let wanted = "its certificate is for another name; certificate valid 1975-01-01 to 4096-01-01, of \
                  CN=Fake Server: issued by CN=Fake Authority, names: other.example";
    assert!(text.contains(wanted), "{text}");
}

/// What a certificate says comes from a stranger: it can contain anything.
#[test]
fn a_certificate_cannot_print_a_token_or_clear_the_terminal() {
    let owner = format!("{TOKEN} \u{1b}[2J\u{202e}");
    let text = refused(Certificate::SelfSigned, &owner, false);
    assert!(
        text.contains("of CN=*** \\u{1b}[2J\\u{202e}: issued"),
        "{text}"
    );
    let long = refused(Certificate::SelfSigned, &"long ".repeat(1_000), false);
    assert!(long.len() < 1_500, "{long}");
    assert!(long.contains("valid 1975-01-01 to 4096-01-01"), "{long}");
}

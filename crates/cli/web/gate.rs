//! Decides which requests are answered.

use std::net::SocketAddr;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::reply::{Refused, protect};
use super::token::Token;

/// Paths with this part need the token. The others are the files of pages, which hold nothing that is
/// not in the program.
const PROTECTED: &str = "api";

/// Where a request comes from, as the browser says: scripts cannot change it.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a request must say to be answered.
pub(crate) struct Gate {
    /// Host and port, as in the address.
    host: String,
    origin: String,
    token: Token,
}

impl Gate {
    /// The gate of a server at this address, with a new token.
    pub(crate) fn new(address: SocketAddr) -> std::io::Result<Self> {
        Ok(Self {
            host: address.to_string(),
            origin: format!("http://{address}"),
            token: Token::random()?,
        })
    }

    /// The address of the page, with the token.
    pub(crate) fn address(&self) -> String {
        format!("{}/#{}", self.origin, self.token.digits())
    }

    fn refusal(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Refused> {
        let refuse = |code, message: &str| Some(Refused::new(StatusCode::FORBIDDEN, code, message));
        // A name of another host that leads to this machine must not reach the page.
        let named = uri
            .authority()
            .is_none_or(|named| named.as_str() == self.host);
        if !named || !is_only(headers, &HOST, &self.host) {
            return refuse("foreign_host", "the request names another host");
        }
        let changes = ![Method::GET, Method::HEAD].contains(method);
        let has_origin = headers.contains_key(ORIGIN);
        if (has_origin || changes) && !is_only(headers, &ORIGIN, &self.origin) {
            return refuse("foreign_origin", "the request comes from another site");
        }
        let site = headers.get(SITE).map(HeaderValue::as_bytes);
        if site.is_some_and(|site| ![&b"same-origin"[..], b"none"].contains(&site)) {
            return refuse("foreign_origin", "the request comes from another site");
        }
        if is_protected(uri.path()) && !self.has_token(headers) {
            return refuse(
                "wrong_token",
                "the token is missing or wrong: open the address that the program printed",
            );
        }
        None
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let mut given = headers.get_all(AUTHORIZATION).iter();
        let token = given
            .next()
            .and_then(|it| it.as_bytes().strip_prefix(b"Bearer "));
        token.is_some_and(|token| self.token.is(token)) && given.next().is_none()
    }
}

fn is_protected(path: &str) -> bool {
    path.split('/').any(|part| part == PROTECTED)
}

/// Whether a header is there once, with this value.
fn is_only(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    let mut values = headers.get_all(name).iter();
    values.next().is_some_and(|value| value == wanted) && values.next().is_none()
}

/// Answers a request, or refuses it.
pub(super) async fn pass(
    State(gate): State<std::sync::Arc<Gate>>,
    request: Request,
    next: Next,
) -> Response {
    let refused = gate.refusal(request.method(), request.uri(), request.headers());
    protect(match refused {
        Some(refused) => refused.into_response(),
        None => next.run(request).await,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        Gate::new(SocketAddr::from(([127, 0, 0, 1], 4321))).expect("random bytes")
    }

    fn refusal(
        gate: &Gate,
        method: &Method,
        uri: &str,
        headers: &[(&str, &str)],
    ) -> Option<&'static str> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a name");
            map.append(name, value.parse().expect("a value"));
        }
        let uri = uri.parse().expect("an address");
        gate.refusal(method, &uri, &map).map(|refused| refused.code)
    }

    #[test]
    fn only_the_page_itself_is_answered() {
        let gate = gate();
        let (host, origin) = (
            ("host", "127.0.0.1:4321"),
            ("origin", "http://127.0.0.1:4321"),
        );
        let bearer = format!("Bearer {}", gate.token.digits());
        let token = ("authorization", bearer.as_str());
        let get = |uri: &str, headers: &[(&str, &str)]| refusal(&gate, &Method::GET, uri, headers);
        assert_eq!(get("/", &[host]), None);
        assert_eq!(get("/api/pictures", &[host, token]), None);
        let post = refusal(&gate, &Method::POST, "/api/undo", &[host, origin, token]);
        assert_eq!(post, None);

        for wrong in [
            "localhost:4321",
            "127.0.0.1",
            "evil.example:4321",
            "127.0.0.1:4321.evil.example",
        ] {
            assert_eq!(
                get("/", &[("host", wrong)]),
                Some("foreign_host"),
                "{wrong}"
            );
        }
        assert_eq!(get("/", &[]), Some("foreign_host"));
        assert_eq!(get("/", &[host, host]), Some("foreign_host"));
        assert_eq!(get("http://evil.example/", &[host]), Some("foreign_host"));
        for wrong in [
            "null",
            "http://127.0.0.1:4322",
            "https://127.0.0.1:4321",
            "http://evil.example",
        ] {
            let refused = get("/api/pictures", &[host, token, ("origin", wrong)]);
            assert_eq!(refused, Some("foreign_origin"), "{wrong}");
        }
        let post = refusal(&gate, &Method::POST, "/api/undo", &[host, token]);
        assert_eq!(post, Some("foreign_origin"));
        for site in ["cross-site", "same-site"] {
            let refused = get("/", &[host, ("sec-fetch-site", site)]);
            assert_eq!(refused, Some("foreign_origin"), "{site}");
        }
        for wrong in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer 0",
            &bearer.to_uppercase(),
            &format!("{bearer}0"),
        ] {
            let refused = get("/api/pictures", &[host, ("authorization", wrong)]);
            assert_eq!(refused, Some("wrong_token"), "{wrong}");
        }
        assert_eq!(get("/api/pictures", &[host]), Some("wrong_token"));
        let nested = "/review/1/api/pictures";
        assert_eq!(get(nested, &[host]), Some("wrong_token"));
        assert_eq!(get(nested, &[host, token]), None);
        assert_eq!(get("/review/1/main.js", &[host]), None);
        assert_eq!(
            get("/api/pictures", &[host, token, token]),
            Some("wrong_token")
        );
    }

    #[test]
    fn tokens_are_random() {
        let (one, other) = (gate().address(), gate().address());
        assert_ne!(one, other);
        let token = one
            .strip_prefix("http://127.0.0.1:4321/#")
            .expect("the address");
        assert_eq!(token.len(), 32);
    }
}

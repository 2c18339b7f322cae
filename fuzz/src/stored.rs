//! Answers of stores and HTTP servers: listings, heads, bodies and verdicts on writes.

use avatar_stores::{Address, Asked, Mode, Said, StoreError, Understood, fault_of_key, understood};

use super::Choices;

/// Longer answers find nothing that shorter ones do not.
const LONGEST: usize = 60_000;
/// The most that is accepted as a body.
const MOST: u64 = 20_000;
/// In the query of the address that has one, and in no message.
const SECRET: &str = "5ecre7-0f-n0b0dy";
const STATUSES: [u16; 24] = [
    200, 200, 200, 201, 204, 206, 207, 301, 304, 307, 400, 401, 403, 404, 405, 409, 410, 412, 416,
    429, 500, 501, 503, 200,
];

/// The answer of a service. Three bytes choose the service, the request and the status; headers follow as lines up
/// to an empty one, and then the body. `$length` in a header stands for the length of the body.
pub fn answers(input: &[u8]) {
    let mut choices = Choices(input);
    let (service, request) = (choices.below(4), choices.below(7));
    let status = STATUSES[usize::from(choices.below(24))];
    if input.len() > LONGEST {
        return;
    }
    let end = choices.0.windows(2).position(|two| two == b"\n\n");
    let (head, body) = choices.0.split_at(end.unwrap_or(choices.0.len()));
    let body = body.get(2..).unwrap_or_default();
    let head = String::from_utf8_lossy(head).replace("$length", &body.len().to_string());
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let head: Vec<_> = lines.map(|(name, value)| (name, value.trim())).collect();
    let said = Said {
        status,
        head: &head,
        body,
    };
    let address = ["s3://b/in/a.jpg", "gs://b/in/a.jpg", "az://b/in/a.jpg"];
    let signed = format!("https://files.example/in/a.jpg?sig={SECRET}");
    let address = address
        .get(usize::from(service))
        .copied()
        .unwrap_or(&signed);
    let address = Address::parse(address)
        .and_then(Result::ok)
        .expect("an address");
    let asked = [
        Asked::List,
        Asked::Head,
        Asked::Get(MOST),
        Asked::Put(Mode::Create),
        Asked::Put(Mode::Replace("\"1\"".into())),
        Asked::Put(Mode::Overwrite),
        Asked::Delete,
    ];
    let asked = asked[usize::from(request)].clone();
    match understood(&address, asked, &said) {
        Ok(understood) => checked(&said, understood),
        Err(error) => refused(&error),
    }
}

fn refused(error: &StoreError) {
    let text = error.to_string();
    assert!(
        !error.what().is_empty() && !error.hint().is_empty(),
        "{text}"
    );
    assert!(!text.contains(SECRET), "{text}");
    assert!(!text.contains(char::is_control), "{text:?}");
}

/// Nothing counts as done that the service did not say.
fn checked(said: &Said<'_>, understood: Understood) {
    let is_success = (200..300).contains(&said.status);
    let length = { said.head.iter() }
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.parse::<u64>().ok());
    match understood {
        Understood::Listed(objects) => {
            assert!(is_success || objects.is_empty(), "{}", said.status);
            assert!(objects.is_sorted_by(|one, two| one.key <= two.key));
            let text = String::from_utf8_lossy(said.body);
            assert!(objects.len() <= text.matches('<').count());
            for object in objects {
                let _ = fault_of_key(&object.key);
            }
        }
        Understood::Head(None) => assert!([404, 410].contains(&said.status), "{}", said.status),
        Understood::Head(Some(head)) => {
            assert!(is_success, "{}", said.status);
            assert_eq!(Some(head.object.size), length);
        }
        Understood::Got(bytes) => {
            assert!(is_success && bytes.len() as u64 <= MOST, "{}", said.status);
            assert_eq!(bytes, said.body, "a part looks whole");
        }
        Understood::Unchanged => assert_eq!(said.status, 304),
        Understood::Put(_) => assert!(is_success, "{}", said.status),
        Understood::Deleted => assert!(
            is_success || [404, 410].contains(&said.status),
            "{}",
            said.status
        ),
    }
}

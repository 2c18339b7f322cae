//! The form with one part that carries a picture. It has the same bytes on every attempt.

use std::sync::Arc;

use crate::payload::Payload;

/// The body of the form, and the boundary for its header.
pub(super) struct Form {
    pub(super) bytes: Arc<[u8]>,
    pub(super) content_type: String,
}

/// A form with one part, `file`.
pub(super) fn form(payload: &Payload) -> Form {
    let boundary = boundary(payload);
    let (name, content_type) = (payload.file_name(), payload.content_type());
    let mut bytes = format!(
        "--{boundary}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {content_type}\r\n\r\n"
    )
    .into_bytes();
    bytes.extend_from_slice(payload.bytes());
    bytes.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Form {
        bytes: bytes.into(),
        content_type: format!("multipart/form-data; boundary={boundary}"),
    }
}

/// Made from the hash of the picture, so it is equal for equal pictures. The loop makes sure that
/// the boundary does not occur in the picture.
fn boundary(payload: &Payload) -> String {
    let mut digits = payload.sha256().get(..32).unwrap_or_default().to_string();
    while contains(payload.bytes(), digits.as_bytes()) {
        digits.push('0');
    }
    digits
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_these() {
        let payload = Payload::new(b"\xff\xd8picture\xff\xd9".to_vec()).unwrap();
        let form = form(&payload);
        let boundary = &payload.sha256()[..32];
        let wanted = [
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"avatar.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n").as_bytes(),
            b"\xff\xd8picture\xff\xd9",
            format!("\r\n--{boundary}--\r\n").as_bytes(),
        ]
        .concat();
        assert_eq!(form.bytes[..], wanted[..]);
        assert_eq!(
            form.content_type,
            format!("multipart/form-data; boundary={boundary}")
        );
    }
}

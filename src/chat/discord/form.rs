//! A message with a picture: a multipart form of the message as JSON, and of the file.
//!
//! <https://docs.discord.com/developers/reference#uploading-files>

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::embeds::texts;
use crate::chat::Picture;
use crate::sanitize::clean;

/// An attachment's description: <https://docs.discord.com/developers/resources/message#attachment-object>.
const DESCRIPTION: usize = 1_024;

/// A form as it is sent.
pub(super) struct Form {
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// The message that shows a picture, with its words beside it, once for each nonce.
pub(super) fn picture(picture: &Picture, nonce: &str) -> Form {
    // Its words are few lines.
    let mut body = texts(&picture.text).swap_remove(0);
    (body["nonce"], body["enforce_nonce"]) = (json!(nonce), json!(true));
    // Discord formats nothing there. The id is a snowflake, a text, and means the place among the files.
    let alt: String = clean(&picture.alt).chars().take(DESCRIPTION).collect();
    body["attachments"] = json!([{"id": "0", "filename": picture.name, "description": alt}]);
    form(&body, &picture.name, &picture.png)
}

fn form(message: &Value, name: &str, png: &[u8]) -> Form {
    let message = message.to_string();
    // What no part contains, but for somebody who breaks SHA-256.
    let hash = hex::encode(Sha256::new_with_prefix(&message).chain_update(png).finalize());
    let boundary = format!("stagerbot-{}", &hash[..40]);
    let mut body = Vec::new();
    let mut part = |head: &str, bytes: &[u8]| {
        body.extend_from_slice(format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    };
    part("name=\"payload_json\"\r\nContent-Type: application/json", message.as_bytes());
    part(&format!("name=\"files[0]\"; filename=\"{name}\"\r\nContent-Type: image/png"), png);
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Form { content_type: format!("multipart/form-data; boundary={boundary}"), body }
}

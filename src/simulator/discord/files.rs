//! A message's files: a multipart form of the message as JSON, `payload_json`, and of `files[n]`.
//!
//! <https://docs.discord.com/developers/reference#uploading-files>

use crate::simulator::discord::checks::{self, Refusal};
use crate::simulator::platform::message::File;
use crate::simulator::platform::multipart::parts;
use axum::http::{HeaderMap, header};
use serde_json::{Value, json};

/// The files of a message together, in a server without boosts.
const BYTES: usize = 10 * 1024 * 1024;
/// How many a message may have.
const FILES: usize = 10;
/// <https://docs.discord.com/developers/resources/message#attachment-object>.
const DESCRIPTION: usize = 1_024;

/// A request's message, and the files with it.
pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<(Value, Vec<File>), Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        return Ok((checks::object(body)?, Vec::new()));
    }
    let invalid = |what: String| Refusal { errors: vec![what], ..Refusal::new(400, 50035, "Invalid Form Body") };
    let parts =
        parts(kind, body).ok_or_else(|| Refusal::new(400, 50109, "The request body contains invalid form data."))?;
    let mut message = Value::Null;
    let mut files = Vec::new();
    for part in parts {
        if part.name == "payload_json" {
            message = checks::object(&part.bytes)?;
            continue;
        }
        let place = part.name.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']'));
        let place = place.filter(|place| place.parse::<u32>().is_ok());
        let (Some(id), Some(name)) = (place, part.filename.filter(|name| !name.is_empty())) else {
            return Err(invalid(format!("{}: there is no such part, or it is no file", part.name)));
        };
        files.push(File { id: id.to_owned(), name, alt: None, bytes: part.bytes });
    }
    if files.len() > FILES {
        return Err(invalid(format!("files: Must be {FILES} or fewer in length.")));
    }
    if files.iter().map(|file| file.bytes.len()).sum::<usize>() > BYTES {
        return Err(Refusal::new(413, 40005, "Request entity too large"));
    }
    Ok((message, files))
}

/// The files as the message describes them, or what is wrong with that.
pub(super) fn described(message: &Value, mut files: Vec<File>) -> Result<Vec<File>, Refusal> {
    let mut wrong = Vec::new();
    for (place, one) in message["attachments"].as_array().into_iter().flatten().enumerate() {
        let id = match &one["id"] {
            Value::String(id) => id.clone(),
            id => id.to_string(),
        };
        let at = format!("attachments[{place}]");
        for key in one.as_object().into_iter().flat_map(serde_json::Map::keys) {
            if !["id", "filename", "title", "description", "is_remix"].contains(&key.as_str()) {
                wrong.push(format!("{at}: there is no key {key}"));
            }
        }
        let Some(file) = files.iter_mut().find(|file| file.id == id) else {
            wrong.push(format!("{at}.id: there is no file files[{id}]"));
            continue;
        };
        let text = one["description"].as_str();
        if text.is_some_and(|text| text.chars().count() > DESCRIPTION) {
            wrong.push(format!("{at}.description: Must be {DESCRIPTION} or fewer in length."));
        }
        file.alt = text.map(str::to_owned);
        if let Some(name) = one["filename"].as_str() {
            name.clone_into(&mut file.name);
        }
    }
    if wrong.is_empty() {
        return Ok(files);
    }
    Err(Refusal { errors: wrong, ..Refusal::new(400, 50035, "Invalid Form Body") })
}

/// A message's attachments, as Discord tells them.
pub(super) fn told(files: &[File]) -> Value {
    let one = |file: &File| {
        let url = format!("https://cdn.discordapp.com/attachments/{}", file.name);
        json!({
            "id": file.id, "filename": file.name, "description": file.alt, "size": file.bytes.len(),
            "url": url, "proxy_url": url,
        })
    };
    files.iter().map(one).collect()
}

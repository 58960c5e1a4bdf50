//! Files: the app asks for a place, sends the file there and has it shown.
//!
//! <https://docs.slack.dev/messaging/working-with-files/#uploading_files>

use crate::simulator::platform::calls::faulty;
use crate::simulator::platform::message::File;
use crate::simulator::platform::multipart::parts;
use crate::simulator::slack::arguments::{POSTED_TEXT, Refusal, parsed, text};
use crate::simulator::slack::state::{Draft, Shared, State, Upload};
use axum::body::Bytes;
use axum::extract::{Path, State as Here};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use std::sync::Arc;

/// What sending a file is called among the methods.
pub(super) const UPLOAD: &str = "upload";
/// <https://docs.slack.dev/reference/methods/files.getUploadURLExternal/> (`alt_txt_too_large`).
const ALT: usize = 1_000;
/// The largest file: 1 GB on Slack; here nobody sends one.
const FILE: usize = 10 * 1024 * 1024;

/// A place for a file.
pub(super) fn ask(shared: &Shared, state: &mut State, args: &Value) -> Result<Value, Refusal> {
    let name = text(args, "filename").filter(|name| !name.is_empty()).ok_or("invalid_arguments")?;
    let length: usize = text(args, "length")
        .and_then(|length| length.parse().ok())
        .filter(|length| *length > 0)
        .ok_or("invalid_arguments")?;
    if length > FILE {
        return Err("file_upload_size_restricted".into());
    }
    let alt = text(args, "alt_txt");
    if alt.as_ref().is_some_and(|alt| alt.chars().count() > ALT) {
        return Err("alt_txt_too_large".into());
    }
    let (id, ticket) = (format!("F{:010}", state.number()), format!("{:032x}", state.number()));
    let url = format!("{}/upload/v1/{ticket}", shared.settings.reached("http", shared.address));
    state.uploads.insert(id.clone(), Upload { name, length, alt, ticket, bytes: None, shown: false });
    Ok(json!({"upload_url": url, "file_id": id}))
}

/// The file itself, as it is or in a form.
pub(super) async fn receive(
    Here(shared): Here<Arc<Shared>>,
    Path(ticket): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    faulty(&shared, UPLOAD, || {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let in_form = parts(kind, &body).and_then(|parts| parts.into_iter().next()).map(|part| part.bytes);
        let bytes = in_form.unwrap_or_else(|| body.to_vec());
        shared.change(|state| {
            let found = state.uploads.values_mut().find(|upload| upload.ticket == ticket && upload.bytes.is_none());
            let Some(upload) = found else { return (StatusCode::NOT_FOUND, "not found").into_response() };
            if upload.length != bytes.len() {
                return (StatusCode::BAD_REQUEST, "the file is not as long as was said").into_response();
            }
            upload.bytes = Some(bytes);
            (StatusCode::OK, format!("OK - {}", upload.length)).into_response()
        })
    })
    .await
}

/// Shows files that arrived, once. The caller has checked that the app is in the channel.
pub(super) fn show(shared: &Shared, state: &mut State, channel: &str, args: &Value) -> Result<Value, Refusal> {
    let listed = parsed(args, "files").ok_or("invalid_arguments")??;
    let ids: Vec<String> = listed.as_array().into_iter().flatten().filter_map(|file| text(file, "id")).collect();
    if ids.is_empty() {
        return Err("invalid_arguments".into());
    }
    let thread = text(args, "thread_ts");
    let is_parent = |ts: &String| {
        state.view.message(ts).is_some_and(|message| message.channel == channel && message.thread_ts.is_none())
    };
    if thread.as_ref().is_some_and(|ts| !is_parent(ts)) {
        return Err("thread_not_found".into());
    }
    let said = text(args, "initial_comment").unwrap_or_default();
    if said.chars().count() > POSTED_TEXT {
        return Err("msg_too_long".into());
    }
    let mut files = Vec::new();
    for id in &ids {
        let upload = state.uploads.get_mut(id).filter(|upload| !upload.shown).ok_or("file_not_found")?;
        let bytes = upload.bytes.clone().ok_or("file_not_found")?;
        upload.shown = true;
        files.push(File { id: id.clone(), name: upload.name.clone(), alt: upload.alt.clone(), bytes });
    }
    let user = shared.settings.bot_user_id.clone();
    state.post(Draft { channel: channel.to_owned(), thread_ts: thread, user, text: said, files, ..Draft::default() });
    Ok(json!({"files": ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>()}))
}

/// A message's files, as the Web API tells them.
pub(super) fn told(files: &[File]) -> Value {
    let one = |file: &File| json!({"id": file.id, "name": file.name, "size": file.bytes.len(), "alt_txt": file.alt});
    files.iter().map(one).collect()
}

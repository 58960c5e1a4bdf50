//! Files: a place for one is asked for, it is sent there, and then it is shown.
//!
//! <https://docs.slack.dev/messaging/working-with-files/#uploading_files>

use serde::Deserialize;
use serde_json::json;

use super::client::Client;
use super::escape::{mrkdwn, plain};
use crate::chat::{ChatError, Picture};

/// The call that asks for a place.
const ASK: &str = "files.getUploadURLExternal";
/// Sending the file there, among the calls.
const SEND: &str = "upload";
/// The call that shows it, which counts once for a file.
const SHOW: &str = "files.completeUploadExternal";
/// What stands for a file that is not seen: <https://docs.slack.dev/reference/methods/files.getUploadURLExternal/>
/// (`alt_txt_too_large`).
const ALT: usize = 1_000;
/// The text beside a file: that of a section, since nothing else is said of it.
const TEXT: usize = 3_000;

/// Where a file goes.
#[derive(Deserialize)]
struct Upload {
    upload_url: String,
    file_id: String,
}

#[derive(Deserialize)]
struct Shown {}

/// Sends a picture to Slack, where nobody sees it yet; its id there.
pub(super) async fn hand_over(client: &Client, picture: &Picture) -> Result<String, ChatError> {
    let (length, alt) = (picture.png.len().to_string(), plain(&picture.alt, ALT));
    let arguments = [("filename", picture.name.as_str()), ("length", &length), ("alt_txt", &alt)];
    let upload: Upload = client.ask(ASK, &arguments).await.map_err(|error| error.about(ASK, ""))?;
    let sent = client.upload(&upload.upload_url, "image/png", &picture.png).await;
    sent.map_err(|error| error.about(SEND, ""))?;
    Ok(upload.file_id)
}

/// Shows it in the thread of a message.
pub(super) async fn show(
    client: &Client,
    channel: &str,
    message: &str,
    id: &str,
    picture: &Picture,
) -> Result<(), ChatError> {
    let body = json!({
        "files": [{"id": id, "title": picture.name}],
        "channel_id": channel,
        "thread_ts": message,
        "initial_comment": mrkdwn(&picture.text, TEXT),
    });
    let shown = client.call::<Shown>(SHOW, &body).await;
    shown.map(|Shown {}| ()).map_err(|error| error.about(SHOW, channel))
}

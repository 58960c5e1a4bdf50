//! The simulated platforms take files as the real ones do, and refuse what those refuse.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes};
use axum::http::Request;
use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use stagerbot::simulator::discord::Server;
use stagerbot::simulator::discord::fault::Fault as OfDiscord;
use stagerbot::simulator::discord::settings::Settings as ServerSettings;
use stagerbot::simulator::slack::Workspace;
use stagerbot::simulator::slack::fault::Fault as OfSlack;
use stagerbot::simulator::slack::settings::Settings as WorkspaceSettings;

async fn send(request: Request<Body>) -> (u16, Value) {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.request(request).await.unwrap();
    let status = answer.status().as_u16();
    let body: Bytes = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

async fn slack(workspace: &Workspace, method: &str, body: Value) -> Value {
    let request = Request::post(format!("{}/{method}", workspace.api_url()))
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", workspace.bot_token()))
        .body(Body::from(body.to_string()));
    send(request.unwrap()).await.1
}

async fn upload(place: &Value, file: &str) -> u16 {
    let request = Request::post(place["upload_url"].as_str().unwrap()).body(Body::from(file.to_owned()));
    send(request.unwrap()).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn slack_takes_a_file_in_three_steps_and_once() {
    let workspace = Workspace::start(WorkspaceSettings::default()).await.unwrap();
    let channel = workspace.add_channel("ops");
    let posted = slack(&workspace, "chat.postMessage", json!({"channel": channel, "text": "card"})).await;
    let card = posted["ts"].as_str().unwrap();
    let reply = json!({"channel": channel, "text": "reply", "thread_ts": card});
    let reply = slack(&workspace, "chat.postMessage", reply).await["ts"].clone();

    let ask = |length: usize, alt: &str| json!({"filename": "a.png", "length": length, "alt_txt": alt});
    let get = "files.getUploadURLExternal";
    for (asked, error) in [
        (json!({"length": 3}), "invalid_arguments"),
        (ask(0, ""), "invalid_arguments"),
        (ask(3, &"x".repeat(1_001)), "alt_txt_too_large"),
    ] {
        assert_eq!(slack(&workspace, get, asked).await["error"], error);
    }
    workspace.inject(OfSlack::ScopeMissing("files:write".into()));
    let refused = slack(&workspace, get, ask(3, "bars")).await;
    assert_eq!((refused["error"].as_str(), refused["needed"].as_str()), (Some("missing_scope"), Some("files:write")));
    workspace.heal_all();

    let place = slack(&workspace, get, ask(3, "bars")).await;
    let show = |thread: &Value| json!({"files": [{"id": place["file_id"]}], "channel_id": channel, "thread_ts": thread, "initial_comment": "words"});
    let complete = "files.completeUploadExternal";
    assert_eq!(slack(&workspace, complete, show(&json!(card))).await["error"], "file_not_found", "nothing arrived");
    assert_eq!(upload(&place, "four").await, 400, "it is longer than was said");
    assert_eq!(upload(&place, "png").await, 200);
    assert_eq!(upload(&place, "png").await, 404, "the address counts once");
    assert_eq!(slack(&workspace, complete, show(&reply)).await["error"], "thread_not_found", "a reply has no thread");
    assert_eq!(slack(&workspace, complete, show(&json!(card))).await["ok"], true);
    assert_eq!(slack(&workspace, complete, show(&json!(card))).await["error"], "file_not_found", "it is shown once");
    let shown = workspace.all_messages().into_iter().find(|message| !message.files.is_empty()).unwrap();
    assert_eq!((shown.text_seen().as_str(), shown.files[0].bytes.as_slice()), ("words\n(image: bars)", &b"png"[..]));
}

async fn discord(server: &Server, message: &Value, file: &str) -> (u16, Value) {
    let path = format!("{}/api/v10/channels/{}/messages", server.api_url(), server.view().channels[0].id);
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{message}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"{file}\"; filename=\"a.png\"\r\n\r\npng\r\n--b--\r\n"
    );
    let request = Request::post(path)
        .header("content-type", "multipart/form-data; boundary=b")
        .header("authorization", format!("Bot {}", server.token()))
        .body(Body::from(body));
    send(request.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_takes_a_file_with_its_message() {
    let server = Server::start(ServerSettings { paces: BTreeMap::new(), ..ServerSettings::default() }).await.unwrap();
    let described = |id: u32, length: usize| json!({"attachments": [{"id": id, "description": "x".repeat(length)}]});
    assert_eq!(discord(&server, &described(1, 3), "files[0]").await.1["code"], 50035, "it describes another file");
    assert_eq!(discord(&server, &described(0, 1_025), "files[0]").await.1["code"], 50035, "it describes too much");
    assert_eq!(discord(&server, &described(0, 3), "file").await.1["code"], 50035, "it is no file of a message");
    server.inject(OfDiscord::NoFiles("cf-ops".into()));
    assert_eq!(
        discord(&server, &described(0, 3), "files[0]").await,
        (403, json!({"message": "Missing Permissions", "code": 50013}))
    );
    server.heal_all();
    let once = json!({"attachments": [{"id": 0, "description": "bars"}], "nonce": "n", "enforce_nonce": true});
    let (status, first) = discord(&server, &once, "files[0]").await;
    let (_, second) = discord(&server, &once, "files[0]").await;
    assert_eq!((status, &first["id"]), (200, &second["id"]), "the nonce makes them one");
    assert_eq!(first["attachments"][0]["description"], "bars");
    let shown = server.all_messages();
    assert_eq!((shown.len(), shown[0].files[0].bytes.as_slice()), (1, &b"png"[..]));
}

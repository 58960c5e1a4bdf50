//! The embedded Slack workspace, with slack-morphism for a client.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use futures::FutureExt as _;
use serde_json::{Value, json};
use slack_morphism::errors::SlackClientError;
use slack_morphism::prelude::*;
use stagerbot::simulator::slack::Workspace;
use stagerbot::simulator::slack::fault::{Fault, Reason};
use stagerbot::simulator::slack::person::{Impossible, OPERATION_TIMED_OUT};
use stagerbot::simulator::slack::settings::{Pace, Settings};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;

type Connector = SlackClientHyperConnector<hyper_util::client::legacy::connect::HttpConnector>;

const SOON: Duration = crate::harness::PATIENCE;

/// A workspace where failures show quickly, with anna and ben in it.
async fn workspace(settings: Settings) -> Workspace {
    let workspace = Workspace::start(settings).await.unwrap();
    workspace.add_person("anna", "en-US");
    workspace.add_person("ben", "de-DE");
    workspace
}

fn impatient() -> Settings {
    Settings {
        ack_within: Duration::from_millis(200),
        redeliver_after: vec![Duration::from_millis(10), Duration::from_millis(10)],
        ..Settings::default()
    }
}

/// The client, what reaches its callbacks, and its sockets for as long as this lives.
struct App {
    client: Arc<SlackClient<Connector>>,
    token: SlackApiToken,
    commands: mpsc::UnboundedReceiver<SlackCommandEvent>,
    clicks: mpsc::UnboundedReceiver<SlackInteractionBlockActionsEvent>,
    forms: mpsc::UnboundedReceiver<SlackInteractionViewSubmissionEvent>,
    events: mpsc::UnboundedReceiver<SlackPushEventCallback>,
    _listener: SlackClientSocketModeListener<Connector>,
}

impl App {
    /// Connects with one socket. Commands whose text is `ignored` and messages that say so once are not acknowledged.
    async fn connect(workspace: &Workspace) -> Self {
        let http = hyper_util::client::legacy::connect::HttpConnector::new();
        let connector = SlackClientHyperConnector::with_connector(http).with_slack_api_url(&workspace.api_url());
        let client = Arc::new(SlackClient::new(connector));
        let mut callbacks = SlackSocketModeListenerCallbacks::new();
        let (commanded, commands) = mpsc::unbounded_channel();
        let (clicked, clicks) = mpsc::unbounded_channel();
        let (submitted, forms) = mpsc::unbounded_channel();
        let (happened, events) = mpsc::unbounded_channel();
        callbacks.command_callback = Box::new(move |event: SlackCommandEvent, _, _| {
            let ignored = event.text.as_deref() == Some("ignored");
            let echoed = event.text.as_deref() == Some("echo");
            commanded.send(event).unwrap();
            let content = if echoed { said("echoed") } else { SlackMessageContent::new() };
            std::future::ready(if ignored {
                Err("ignored".into())
            } else {
                Ok(SlackCommandEventResponse::new(content))
            })
        });
        callbacks.interaction_callback = Box::new(move |event: SlackInteractionEvent, _, _| {
            let answer = match event {
                SlackInteractionEvent::BlockActions(event) => {
                    let ignored =
                        event.actions.as_ref().is_some_and(|actions| actions[0].value.as_deref() == Some("ignored"));
                    clicked.send(event).unwrap();
                    if ignored { Err("ignored".into()) } else { Ok(SlackInteractionResponse::Empty) }
                }
                SlackInteractionEvent::ViewSubmission(event) => {
                    submitted.send(event).unwrap();
                    Ok(SlackInteractionResponse::Empty)
                }
                other => panic!("unexpected: {other:?}"),
            };
            std::future::ready(answer)
        });
        let seen = std::sync::atomic::AtomicUsize::new(0);
        callbacks.push_events_callback = Box::new(move |event: SlackPushEventCallback, _, _| {
            happened.send(event).unwrap();
            let first = seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
            std::future::ready(if first { Err("ignored once".into()) } else { Ok(()) })
        });
        let environment = Arc::new(SlackClientEventsListenerEnvironment::new(client.clone()));
        let config =
            SlackClientSocketModeConfig::new().with_max_connections_count(1).with_reconnect_timeout_in_seconds(1);
        let listener = SlackClientSocketModeListener::new(&config, environment, callbacks);
        listener.listen_for(&SlackApiToken::new(workspace.app_token().into())).await.unwrap();
        listener.start().await;
        workspace.wait_for(SOON, |view| (view.counters.connections_open == 1).then_some(())).await.unwrap();
        let token = SlackApiToken::new(workspace.bot_token().into());
        Self { client, token, commands, clicks, forms, events, _listener: listener }
    }

    fn session(&self) -> SlackClientSession<'_, Connector> {
        self.client.open_session(&self.token)
    }

    async fn post(&self, channel: &str, content: SlackMessageContent) -> ClientResult<SlackApiChatPostMessageResponse> {
        self.session().chat_post_message(&SlackApiChatPostMessageRequest::new(channel.into(), content)).await
    }
}

async fn next<T>(from: &mut mpsc::UnboundedReceiver<T>) -> T {
    tokio::time::timeout(SOON, from.recv()).await.expect("in time").expect("the client is there")
}

fn said(text: &str) -> SlackMessageContent {
    SlackMessageContent::new().with_text(text.into())
}

/// A card with one button that asks first.
fn card(value: &str) -> SlackMessageContent {
    let confirm = SlackBlockConfirmItem::new(
        pt!("Approve the restart?"),
        SlackBlockText::MarkDown(md!("Deletes *diego-api-0*")),
        pt!("Approve"),
        pt!("Back"),
    );
    let button = SlackBlockButtonElement::new(pt!("Approve"))
        .with_action_id("approve".into())
        .with_value(value.into())
        .with_confirm(confirm);
    said("Stager unavailable").with_blocks(slack_blocks![
        some_into(SlackHeaderBlock::new(pt!("Stager unavailable"))),
        some_into(SlackSectionBlock::new().with_text(md!("a &lt; b, asked by <@U0000000001>"))),
        some_into(SlackActionsBlock::new(vec![button.into()]).with_block_id("restart".into()))
    ])
}

#[tokio::test]
async fn a_command_is_acknowledged_and_answered() {
    let workspace = workspace(Settings::default()).await;
    let mut app = App::connect(&workspace).await;
    let anna = workspace.person("anna");

    let delivery = anna.types("cf-ops", "/stager check  cf-prod <now>").await.unwrap();
    assert!(delivery.acked(), "{delivery:?}");
    let command = next(&mut app.commands).await;
    assert_eq!(command.command.value(), "/stager");
    assert_eq!(command.text.as_deref(), Some("check  cf-prod &lt;now&gt;"));
    assert_eq!(command.user_id.value(), anna.id());
    assert_eq!(command.channel_name.as_deref(), Some("cf-ops"));

    let answer = SlackApiPostWebhookMessageRequest::new(said("looking &amp; probing"));
    app.client.respond_to_event(&command.response_url, &answer).await.unwrap();
    let seen = anna.sees("cf-ops").message("looking & probing").expect("the answer");
    assert_eq!(seen.ephemeral_to.as_deref(), Some(anna.id()));
    assert!(workspace.person("ben").sees("cf-ops").messages.is_empty(), "it is for anna only");
    for _ in 1..5 {
        app.client.respond_to_event(&command.response_url, &answer).await.unwrap();
    }
    assert!(anna.types("cf-ops", "/stager echo").await.unwrap().acked());
    anna.sees("cf-ops").message("echoed").expect("the answer that came with the acknowledgement");
    let sixth = app.client.respond_to_event(&command.response_url, &answer).await.unwrap_err();
    assert!(matches!(sixth, SlackClientError::HttpError(_)), "{sixth:?}");
}

#[tokio::test]
async fn a_click_asks_first_and_the_card_is_updated() {
    let workspace = workspace(Settings::default()).await;
    let mut app = App::connect(&workspace).await;
    let (anna, ben) = (workspace.person("anna"), workspace.person("ben"));
    let channel = workspace.channel_id("#cf-ops").unwrap();
    let posted = app.post(&channel, card("plan-1")).await.unwrap();
    let thread = SlackApiChatPostMessageRequest::new(channel.as_str().into(), said("first line"))
        .with_thread_ts(posted.ts.clone());
    app.session().chat_post_message(&thread).await.unwrap();

    let (old, button) = ben.sees("cf-ops").button("approve").unwrap();
    assert_eq!(old.text_seen(), "Stager unavailable\na < b, asked by @anna\n[Approve]");
    assert_eq!(ben.clicks_but_declines(&old, "approve").unwrap(), button.confirm.clone().unwrap());
    let delivery = ben.clicks(&old, "approve").await.unwrap();
    assert!(delivery.acked());
    assert_eq!(delivery.confirm, button.confirm);
    let click = next(&mut app.clicks).await;
    assert!(app.clicks.recv().now_or_never().is_none(), "declining sends nothing");
    assert_eq!(click.user.unwrap().id.value(), ben.id());
    let action = &click.actions.unwrap()[0];
    assert_eq!(
        (action.value.as_deref(), action.block_id.as_ref().unwrap().value().as_str()),
        (Some("plan-1"), "restart")
    );
    assert_eq!(click.message.unwrap().origin.ts, posted.ts);

    let update = SlackApiChatUpdateRequest::new(channel.as_str().into(), said("Restarting"), posted.ts.clone());
    app.session().chat_update(&update).await.unwrap();
    let now = workspace.view().message(&old.ts).unwrap().clone();
    assert_eq!(now.text_seen(), "Restarting");
    assert_eq!(now.history.len(), 2);
    assert!(matches!(anna.clicks(&old, "approve").await, Err(Impossible::NoElement { .. })));
    assert!(anna.clicks_stale(&old, "approve").await.unwrap().acked(), "an old screen still shows the button");
    let late = next(&mut app.clicks).await;
    assert_eq!(late.message.unwrap().content.text.as_deref(), Some("Restarting"));

    let whisper = SlackApiPostWebhookMessageRequest::new(said("too late"));
    app.client.respond_to_event(&late.response_url.unwrap(), &whisper).await.unwrap();
    insta::assert_snapshot!(workspace.view().transcript(), @"
    the bot opens a socket (1 open)
    #cf-ops  Stagerbot: Stager unavailable
        a < b, asked by @anna
        [Approve]
    #cf-ops  ↳ Stagerbot: first line
    #cf-ops  ben clicks [Approve]; asked “Approve the restart?: Deletes *diego-api-0*”, answers [Back]
    #cf-ops  ben clicks [Approve]; asked “Approve the restart?: Deletes *diego-api-0*”, answers [Approve]
    #cf-ops  Stagerbot (updated): Restarting
    #cf-ops  anna clicks [Approve]; asked “Approve the restart?: Deletes *diego-api-0*”, answers [Approve]
    #cf-ops  Stagerbot (only to anna): too late
    ");
    insta::assert_snapshot!(anna.sees("cf-ops").text(), @"
    Stagerbot: Restarting
      ↳ Stagerbot: first line
    Stagerbot (only visible to you): too late
    ");
}

/// A call as clients other than slack-morphism make it: the HTTP status, `Retry-After` and the answer.
async fn call(workspace: &Workspace, method: &str, token: &str, body: Body<'_>) -> (u16, Option<String>, Value) {
    let (kind, body) = match body {
        Body::Json(body) => ("application/json; charset=utf-8", body.to_string()),
        Body::Form(fields) => {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            ("application/x-www-form-urlencoded", body)
        }
    };
    let client = hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http();
    let request = axum::http::Request::post(format!("{}/{method}", workspace.api_url()))
        .header("content-type", kind)
        .header("authorization", format!("Bearer {token}"))
        .body(http_body_util::Full::new(axum::body::Bytes::from(body)))
        .unwrap();
    let response = client.request(request).await.unwrap();
    let status = response.status().as_u16();
    let retry_after = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
    (status, retry_after, serde_json::from_slice(&body).unwrap_or_default())
}

enum Body<'a> {
    Json(Value),
    Form(&'a [(&'a str, &'a str)]),
}

/// Posts blocks and returns the error and its details, if any.
async fn refusal(workspace: &Workspace, blocks: &Value) -> Option<(String, Vec<String>)> {
    let body = Body::Json(json!({"channel": "cf-ops", "text": "t", "blocks": blocks}));
    let (status, _, answer) = call(workspace, "chat.postMessage", workspace.bot_token(), body).await;
    assert_eq!(status, 200);
    let messages = answer["response_metadata"]["messages"].as_array().into_iter().flatten();
    let messages = messages.map(|message| message.as_str().unwrap().to_owned()).collect();
    (answer["ok"] == false).then(|| (answer["error"].as_str().unwrap().to_owned(), messages))
}

fn section(length: usize) -> Value {
    json!({"type": "section", "text": {"type": "mrkdwn", "text": "ü".repeat(length)}})
}

fn actions(count: usize, change: impl Fn(&mut Value)) -> Value {
    let mut button = json!({"type": "button", "text": {"type": "plain_text", "text": "Approve"}});
    change(&mut button);
    json!({"type": "actions", "elements": vec![button; count]})
}

#[tokio::test]
async fn blocks_that_slack_takes_are_taken() {
    let workspace = workspace(Settings { paces: [].into(), ..Settings::default() }).await;
    for blocks in [
        json!([section(3000)]),
        json!(vec![json!({"type": "divider"}); 50]),
        json!([{"type": "header", "text": {"type": "plain_text", "text": "h".repeat(150), "emoji": true}}]),
        json!([{"type": "section", "fields": vec![json!({"type": "mrkdwn", "text": "f"}); 10]}]),
        json!([actions(25, |button| button["value"] = json!("v".repeat(200)))]),
        json!([actions(1, |button| button["style"] = json!("danger"))]),
        json!([{"type": "context", "elements": [{"type": "mrkdwn", "text": "c"}]}]),
    ] {
        assert_eq!(refusal(&workspace, &blocks).await, None, "{blocks}");
    }
}

#[tokio::test]
async fn blocks_over_the_limits_are_refused_in_slacks_words() {
    let workspace = workspace(Settings { paces: [].into(), ..Settings::default() }).await;
    let long = |name: &'static str, length: usize| actions(1, move |button| button[name] = json!("x".repeat(length)));
    for (block, why) in [
        (section(3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        (section(0), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (
            json!({"type": "header", "text": {"type": "plain_text", "text": "h".repeat(151)}}),
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        (
            json!({"type": "header", "text": {"type": "mrkdwn", "text": "h"}}),
            "unsupported type: mrkdwn; must be one of: plain_text [json-pointer:/blocks/0/text/type]",
        ),
        (
            json!({"type": "section", "fields": vec![json!({"type": "mrkdwn", "text": "f"}); 11]}),
            "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
        ),
        (actions(26, |_| {}), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
        (long("value", 2001), "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"),
        (long("action_id", 256), "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]"),
        (long("style", 3), "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]"),
        (long("colour", 3), "invalid additional property: colour [json-pointer:/blocks/0/elements/0]"),
        (
            actions(2, |button| button["action_id"] = json!("same")),
            "`action_id` \"same\" already exists for a different action [json-pointer:/blocks/0/elements/1]",
        ),
        (
            actions(1, |button| button["text"]["text"] = json!("b".repeat(76))),
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        (
            actions(1, |button| button["confirm"] = json!({"title": {"type": "plain_text", "text": "?"}})),
            "missing required field: deny [json-pointer:/blocks/0/elements/0/confirm]",
        ),
        (json!({"type": "banner"}), "unsupported type: banner [json-pointer:/blocks/0/type]"),
        (
            json!({"type": "divider", "block_id": "b".repeat(256)}),
            "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
        ),
    ] {
        let (error, messages) = refusal(&workspace, &json!([block])).await.unwrap_or_else(|| panic!("{why}"));
        assert_eq!(error, "invalid_blocks", "{why}");
        assert!(messages.contains(&format!("[ERROR] {why}")), "{why} not in {messages:?}");
    }
    let (error, messages) = refusal(&workspace, &json!(vec![json!({"type": "divider"}); 51])).await.unwrap();
    assert_eq!(
        (error.as_str(), messages[0].as_str()),
        ("invalid_blocks", "[ERROR] no more than 50 items allowed [json-pointer:/blocks]")
    );
    let (error, _) = refusal(&workspace, &json!(vec![section(2999); 5])).await.unwrap();
    assert_eq!(error, "msg_blocks_too_long");
    let (error, _) = refusal(&workspace, &json!("[{")).await.unwrap();
    assert_eq!(error, "invalid_blocks_format");
    assert!(workspace.all_messages().is_empty());
    assert_eq!(workspace.bodies_sent().last().unwrap().refused.as_deref(), Some("invalid_blocks_format"));
}

#[tokio::test]
async fn calls_are_refused_as_slack_refuses_them() {
    let workspace = workspace(Settings::default()).await;
    let (bot, app) = (workspace.bot_token().to_owned(), workspace.app_token().to_owned());
    let error = async |method: &str, token: &str, body: Value| {
        let (status, _, answer) = call(&workspace, method, token, Body::Json(body)).await;
        assert_eq!(status, 200);
        answer
    };
    workspace.inject(Fault::ScopeMissing("connections:write".into()));
    for (method, token, body, expected) in [
        ("auth.test", "", json!({}), "not_authed"),
        ("auth.test", "xoxb-wrong", json!({}), "invalid_auth"),
        ("chat.postMessage", app.as_str(), json!({}), "not_allowed_token_type"),
        ("apps.connections.open", &bot, json!({}), "not_allowed_token_type"),
        ("chat.postMessage", &bot, json!({"channel": "C404", "text": "t"}), "channel_not_found"),
        ("chat.postMessage", &bot, json!({"channel": "cf-ops"}), "no_text"),
        ("chat.postMessage", &bot, json!({"channel": "cf-ops", "text": "t".repeat(40_001)}), "msg_too_long"),
        ("chat.update", &bot, json!({"channel": "cf-ops", "ts": "1.0", "text": "t"}), "message_not_found"),
        ("users.info", &bot, json!({"user": "U404"}), "user_not_found"),
        ("views.open", &bot, json!({"trigger_id": "1.T.x", "view": {}}), "invalid_trigger_id"),
        ("chat.postEphemeral", &bot, json!({"channel": "cf-ops", "user": "U404", "text": "t"}), "user_not_in_channel"),
        ("chat.shout", &bot, json!({}), "unknown_method"),
        ("apps.connections.open", &app, json!({}), "missing_scope"),
    ] {
        assert_eq!(error(method, token, body).await["error"], expected, "{method}");
    }

    workspace.inject(Fault::BotNotIn("cf-ops".into()));
    workspace.inject(Fault::ScopeMissing("users:read".into()));
    let post = json!({"channel": "cf-ops", "text": "t"});
    assert_eq!(error("chat.postMessage", &bot, post.clone()).await["error"], "not_in_channel");
    let answer = error("users.info", &bot, json!({"user": "U0000000001"})).await;
    assert_eq!((&answer["error"], &answer["needed"]), (&json!("missing_scope"), &json!("users:read")));
    assert!(answer["provided"].as_str().unwrap().contains("chat:write"));
    workspace.inject(Fault::BotTokenRevoked);
    assert_eq!(error("chat.postMessage", &bot, post.clone()).await["error"], "token_revoked");
    workspace.heal_all();
    let posted = error("chat.postMessage", &bot, post).await;
    assert_eq!(posted["ok"], true);

    let anna = workspace.person("anna");
    let ts = posted["ts"].as_str().unwrap();
    anna.deletes(ts).unwrap();
    let update = json!({"channel": "cf-ops", "ts": ts, "text": "t"});
    assert_eq!(error("chat.update", &bot, update).await["error"], "message_not_found");
    assert!(matches!(anna.clicks(ts, "approve").await, Err(Impossible::NoMessage { .. })));
}

#[tokio::test]
async fn forms_are_understood_like_json() {
    let workspace = workspace(Settings::default()).await;
    let bot = workspace.bot_token();
    let blocks = json!([actions(1, |button| button["action_id"] = json!("go"))]).to_string();
    let metadata = r#"{"event_type": "card", "event_payload": {"incident": "7"}}"#;
    let fields = [("channel", "#cf-ops"), ("text", "a & b"), ("blocks", &blocks), ("metadata", metadata)];
    let (_, _, posted) = call(&workspace, "chat.postMessage", bot, Body::Form(&fields)).await;
    assert_eq!(posted["message"]["metadata"]["event_payload"]["incident"], "7", "{posted}");
    let ts = posted["ts"].as_str().unwrap();
    let reply = [("channel", "C0000000001"), ("thread_ts", ts), ("text", "reply")];
    call(&workspace, "chat.postMessage", bot, Body::Form(&reply)).await;

    let (_, _, history) =
        call(&workspace, "conversations.history", bot, Body::Form(&[("channel", "C0000000001")])).await;
    assert_eq!(history["messages"].as_array().unwrap().len(), 1);
    assert_eq!(history["messages"][0]["reply_count"], 1);
    let parent = [("channel", "C0000000001"), ("ts", ts)];
    let (_, _, replies) = call(&workspace, "conversations.replies", bot, Body::Form(&parent)).await;
    assert_eq!(replies["messages"][1]["text"], "reply");
    let who = [("user", "U0000000002"), ("include_locale", "true")];
    let (_, _, user) = call(&workspace, "users.info", bot, Body::Form(&who)).await;
    assert_eq!(user["user"]["locale"], "de-DE");
}

#[tokio::test]
async fn rate_limits_hold_and_say_how_long() {
    let pace = Pace { burst: 2, every: Duration::from_mins(1) };
    let paces = [("chat.postMessage".to_owned(), pace)].into();
    let workspace = workspace(Settings { paces, channels: vec!["a".into(), "b".into()], ..Settings::default() }).await;
    let post = async |channel: &str| {
        let body = Body::Json(json!({"channel": channel, "text": "t"}));
        call(&workspace, "chat.postMessage", workspace.bot_token(), body).await
    };
    for expected in [200, 200, 429] {
        assert_eq!(post("a").await.0, expected);
    }
    let (status, _, _) = post("b").await;
    assert_eq!(status, 200, "the pace is by channel");
    let limit =
        Fault::RateLimited { method: Some("chat.postMessage".into()), calls: 1, retry_after: Duration::from_secs(7) };
    workspace.inject(limit);
    let (status, retry_after, answer) = post("b").await;
    assert_eq!((status, retry_after.as_deref(), &answer["error"]), (429, Some("7"), &json!("ratelimited")));
    assert_eq!(post("b").await.0, 200, "the limit was for one call");
    assert!(workspace.faults().is_empty());
}

#[tokio::test]
async fn what_comes_too_fast_or_while_it_is_down_is_observed_too() {
    let workspace = workspace(Settings::default()).await;
    let observed: Arc<Mutex<Vec<String>>> = Arc::default();
    let notes = observed.clone();
    workspace.observe_sent(move |method, body| notes.lock().unwrap().push(format!("{method}: {}", body["text"])));
    let post = async |text: &str| {
        let body = Body::Json(json!({"channel": "cf-ops", "text": text}));
        call(&workspace, "chat.postMessage", workspace.bot_token(), body).await.0
    };
    workspace.inject(Fault::Down { method: None, status: 503 });
    assert_eq!(post("down").await, 503);
    workspace.heal_all();
    workspace.inject(Fault::RateLimited { method: None, calls: 1, retry_after: Duration::from_secs(7) });
    assert_eq!((post("fast").await, post("fine").await), (429, 200));
    let seen = ["down", "fast", "fine"].map(|text| format!("chat.postMessage: {text:?}"));
    assert_eq!(*observed.lock().unwrap(), seen);
    assert_eq!(workspace.bodies_sent().len(), 1, "what came through");
}

#[tokio::test]
async fn a_call_can_be_slow_lost_or_down() {
    let workspace = workspace(Settings::default()).await;
    let post = async |text: &str| {
        let body = Body::Json(json!({"channel": "cf-ops", "text": text}));
        call(&workspace, "chat.postMessage", workspace.bot_token(), body).await
    };
    let method = Some("chat.postMessage".to_owned());
    workspace.inject(Fault::Down { method: method.clone(), status: 503 });
    assert_eq!(post("down").await.0, 503);
    workspace.heal_all();
    workspace.inject(Fault::AnswersLost { method: method.clone() });
    assert_eq!(post("lost").await.0, 502);
    workspace.heal_all();
    workspace.inject(Fault::Slow { method: method.clone(), by: Duration::from_hours(1) });
    assert!(tokio::time::timeout(Duration::from_millis(200), post("slow")).await.is_err());
    workspace.heal_all();
    workspace.inject(Fault::Hangs { method: None });
    assert!(tokio::time::timeout(Duration::from_millis(200), post("hangs")).await.is_err());
    let texts: Vec<_> = workspace.all_messages().iter().map(|message| message.text.clone()).collect();
    assert_eq!(texts, ["lost", "slow"], "slow and lost calls take effect, the others do not");
    assert_eq!(workspace.counters().calls("chat.postMessage"), 4);
}

#[tokio::test]
async fn what_is_not_acknowledged_shows_as_slack_shows_it() {
    let workspace = workspace(impatient()).await;
    let anna = workspace.person("anna");
    anna.types("cf-ops", "/stager check").await.unwrap();
    anna.types("cf-ops", "/deploy").await.unwrap();
    let app = App::connect(&workspace).await;
    let channel = workspace.channel_id("cf-ops").unwrap();
    let delivery = anna.types("cf-ops", "/stager ignored").await.unwrap();
    assert!(delivery.delivered && !delivery.acked());
    let card = app.post(&channel, card("ignored")).await.unwrap();
    let delivery = anna.clicks(card.ts.value(), "approve").await.unwrap();
    assert!(delivery.delivered && !delivery.acked());
    insta::assert_snapshot!(anna.sees("cf-ops").text(), @r#"
    Slack (only visible to you): /stager failed with the error "dispatch_failed"
    Slack (only visible to you): /deploy is not a valid command.
    Slack (only visible to you): /stager failed with the error "operation_timeout"
    Stagerbot: Stager unavailable
    a < b, asked by @anna
    [Approve]
      ⚠ Operation timed out. Apps need to respond within three seconds.
    "#);
    assert_eq!(anna.sees("cf-ops").warnings[0].text, OPERATION_TIMED_OUT);
    assert!(workspace.person("ben").sees("cf-ops").warnings.is_empty());
    assert_eq!(workspace.counters().envelopes_lost, 3);
}

#[tokio::test]
async fn an_event_that_is_not_acknowledged_comes_again() {
    let workspace = workspace(impatient()).await;
    let mut app = App::connect(&workspace).await;
    let delivery = workspace.person("anna").types("cf-ops", "staging fails again").await.unwrap();
    assert!(!delivery.acked(), "the client ignores the first event");
    let (first, second) = (next(&mut app.events).await, next(&mut app.events).await);
    assert_eq!(first.event_id, second.event_id);
    let SlackEventCallbackBody::Message(message) = second.event else { panic!("{:?}", second.event) };
    assert_eq!(message.content.unwrap().text.as_deref(), Some("staging fails again"));
    assert_eq!(Some(message.origin.ts.value()), delivery.message_ts.as_ref());
    workspace.wait_for(SOON, |view| (view.counters.envelopes_acked == 1).then_some(())).await.unwrap();

    let delivery = workspace.person("ben").types("cf-ops", "@Stagerbot check").await.unwrap();
    assert!(delivery.acked());
    next(&mut app.events).await;
    let mention = next(&mut app.events).await;
    assert!(matches!(mention.event, SlackEventCallbackBody::AppMention(_)), "{mention:?}");
}

#[tokio::test]
async fn a_client_comes_back_after_its_sockets_close() {
    let workspace = workspace(Settings::default()).await;
    let mut app = App::connect(&workspace).await;
    let closings = [
        Fault::SocketsClose,
        Fault::Disconnect(Reason::RefreshRequested),
        Fault::Disconnect(Reason::Warning),
        Fault::SocketsBreak,
    ];
    for (opened, fault) in (2..).zip(closings) {
        workspace.inject(fault);
        workspace
            .wait_for(SOON, |view| {
                (view.counters.connections_opened == opened && view.counters.connections_open == 1).then_some(())
            })
            .await
            .unwrap();
        assert!(workspace.person("anna").types("cf-ops", "/stager check").await.unwrap().acked());
        next(&mut app.commands).await;
    }
}

#[tokio::test]
async fn a_client_in_a_loop_meets_the_limit_of_tier_1() {
    let workspace = workspace(Settings::default()).await;
    let _app = App::connect(&workspace).await;
    workspace.inject(Fault::SocketsRefused);
    let opens = workspace.wait_for(SOON, |view| {
        view.counters.api_errors.contains_key("ratelimited").then(|| view.counters.calls("apps.connections.open"))
    });
    assert_eq!(opens.await.unwrap(), 21);
    let delivery = workspace.person("anna").types("cf-ops", "/stager check").await.unwrap();
    assert!(!delivery.delivered);
}

#[tokio::test]
async fn a_silent_socket_swallows_what_is_sent() {
    let workspace = workspace(impatient()).await;
    let mut app = App::connect(&workspace).await;
    workspace.inject(Fault::SocketsFreeze);
    let delivery = workspace.person("anna").types("cf-ops", "/stager check").await.unwrap();
    assert!(delivery.delivered && !delivery.acked());
    assert!(app.commands.recv().now_or_never().is_none());
    assert_eq!(workspace.counters().connections_open, 1, "nobody knows yet");
}

#[tokio::test]
async fn an_envelope_can_come_twice() {
    let workspace = workspace(Settings::default()).await;
    let mut app = App::connect(&workspace).await;
    workspace.inject(Fault::EnvelopesTwice);
    workspace.person("anna").types("cf-ops", "/stager check").await.unwrap();
    let (first, second) = (next(&mut app.commands).await, next(&mut app.commands).await);
    assert_eq!(first.trigger_id, second.trigger_id);
}

#[tokio::test]
async fn a_form_is_opened_once_filled_in_and_sent() {
    let workspace = workspace(Settings::default()).await;
    let mut app = App::connect(&workspace).await;
    let anna = workspace.person("anna");
    anna.types("cf-ops", "/stager restart").await.unwrap();
    let trigger = next(&mut app.commands).await.trigger_id;
    let input = SlackBlockPlainTextInputElement::new().with_action_id("reason".into());
    let form = SlackModalView::new(
        pt!("Request a restart"),
        slack_blocks![some_into(SlackInputBlock::new(pt!("Why?"), input.into()).with_block_id("why".into()))],
    );
    let open = |form: &SlackModalView| SlackApiViewsOpenRequest::new(trigger.clone(), SlackView::Modal(form.clone()));
    let refused = app.session().views_open(&open(&form)).await.unwrap_err();
    assert!(refused.to_string().contains("invalid_arguments"), "a form with an input needs a submit button: {refused}");
    let form = form.with_submit(pt!("Request"));
    let opened = app.session().views_open(&open(&form)).await.unwrap();
    let again = app.session().views_open(&open(&form)).await.unwrap_err();
    assert!(again.to_string().contains("exchanged_trigger_id"), "{again}");

    insta::assert_snapshot!(anna.sees("cf-ops").text(), @"
    ┌ Request a restart
    Why?: [_]
    ");
    assert!(matches!(anna.submits(&[("colour", "red")]).await, Err(Impossible::NoElement { .. })));
    assert!(anna.submits(&[("reason", "staging is down")]).await.unwrap().acked());
    let sent = next(&mut app.forms).await.view.state_params;
    assert_eq!(sent.id, opened.view.state_params.id);
    let value = &sent.state.unwrap().values[&"why".into()][&"reason".into()];
    assert_eq!(value.value.as_deref(), Some("staging is down"));
    assert!(anna.sees("cf-ops").modals.is_empty());
    assert!(matches!(anna.submits(&[]).await, Err(Impossible::NoForm(_))));

    anna.types("cf-ops", "/stager restart").await.unwrap();
    let trigger = next(&mut app.commands).await.trigger_id;
    let open = SlackApiViewsOpenRequest::new(trigger, SlackView::Modal(form));
    app.session().views_open(&open).await.unwrap();
    assert!(anna.closes_form().await.unwrap().is_none(), "the app did not ask to hear of it");
    assert!(anna.sees("cf-ops").modals.is_empty());
}

#[tokio::test]
async fn an_answer_can_be_for_all_and_replace_or_delete_the_card() {
    let workspace = workspace(Settings::default()).await;
    let mut app = App::connect(&workspace).await;
    let (anna, ben) = (workspace.person("anna"), workspace.person("ben"));
    let channel = workspace.channel_id("cf-ops").unwrap();
    let ephemeral = SlackApiChatPostEphemeralRequest::new(channel.into(), anna.id().into(), card("plan-1"));
    app.session().chat_post_ephemeral(&ephemeral).await.unwrap();
    let (message, _) = anna.sees("cf-ops").button("approve").unwrap();
    assert!(matches!(ben.clicks(&message, "approve").await, Err(Impossible::NoMessage { .. })));
    anna.clicks(&message, "approve").await.unwrap();
    let url = next(&mut app.clicks).await.response_url.unwrap();
    let respond = async |request: SlackApiPostWebhookMessageRequest| {
        app.client.respond_to_event(&url, &request).await.unwrap();
    };
    respond(SlackApiPostWebhookMessageRequest::new(said("approved")).with_replace_original(true)).await;
    assert_eq!(workspace.view().message(&message.ts).unwrap().text_seen(), "approved");
    respond(SlackApiPostWebhookMessageRequest::new(SlackMessageContent::new()).with_delete_original(true)).await;
    assert!(anna.sees("cf-ops").messages.is_empty());
}

#[tokio::test]
async fn waiting_ends_with_what_was_seen_or_says_what_happened() {
    let workspace = workspace(Settings::default()).await;
    let anna = workspace.person("anna");
    let mut feed = workspace.subscribe();
    let waiting = workspace.wait_for(SOON, |view| view.sees("ben", "cf-ops").message("hello"));
    let (seen, _) = tokio::join!(waiting, anna.types("cf-ops", "hello"));
    assert_eq!(seen.unwrap().author, "anna");
    assert_eq!(feed.recv().await.unwrap().to_string(), "#cf-ops  anna: hello");
    let missed = workspace.wait_for(Duration::from_millis(10), |view| view.message("1.0").cloned()).await.unwrap_err();
    assert!(format!("{missed:?}").contains("#cf-ops  anna: hello"), "{missed:?}");
}

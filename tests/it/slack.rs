//! The Slack front end against the embedded workspace: what people type and click lands in the inbox, and what the bot
//! says is seen.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod forms;
mod locales;
mod webhook;
mod whose;

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use stagerbot::chat::slack::{Mode, Settings, Slack};
use stagerbot::chat::{Block, Button, Card, Chat as _, ChatError, Confirm, Tone};
use stagerbot::inbox::Inbox;
use stagerbot::incident::account::{Account, Platform};
use stagerbot::request::{ReplyTo, Request, Verb};
use stagerbot::simulator::slack::Workspace;
use stagerbot::simulator::slack::fault::{Fault, Reason};
use stagerbot::simulator::slack::person::OPERATION_TIMED_OUT;
use stagerbot::simulator::slack::settings::Settings as Shape;
use stagerbot::simulator::slack::view::View;
use stagerbot::store::{InboxRow, Store};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::harness::log::{Log, assert_keeps};
use crate::harness::{PATIENCE, eventually, long};

const CHANNEL: &str = "cf-ops";

/// The front end, listening in a workspace with anna and ben.
pub(crate) struct Bot {
    pub(crate) workspace: Workspace,
    slack: Arc<Slack>,
    pub(crate) store: Store,
    pub(crate) url: String,
    stop: CancellationToken,
    listening: JoinHandle<Result<(), ChatError>>,
    _directory: TempDir,
}

impl Bot {
    pub(crate) async fn start(shape: Shape) -> Self {
        let workspace = crate::harness::record::workspace(shape).await;
        workspace.add_person("anna", "en-US");
        workspace.add_person("ben", "de-DE");
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/x.db", directory.path().display());
        let store = Store::open(&url).await.unwrap();
        let slack = Arc::new(Slack::connect(&settings(&workspace)).await.unwrap());
        let stop = CancellationToken::new();
        let (listens, inbox, until) = (slack.clone(), Inbox::new(store.clone()), stop.clone());
        let listening = tokio::spawn(async move { listens.listen(inbox, until).await });
        let bot = Self { workspace, slack, store, url, stop, listening, _directory: directory };
        bot.hears().await;
        bot
    }

    async fn hears(&self) {
        eventually("the bot listens", || self.slack.is_listening()).await;
    }

    /// The one thing in the inbox.
    async fn one(&self) -> InboxRow {
        let mut all = crate::harness::owed::unanswered(&self.url).await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    fn channel(&self) -> String {
        self.workspace.channel_id(CHANNEL).unwrap()
    }

    fn account(&self, person: &str) -> Account {
        Account { platform: Platform::Slack, user: self.workspace.person(person).id().to_owned() }
    }
}

fn settings(workspace: &Workspace) -> Settings {
    Settings {
        configuration_token: Some(SecretString::from(workspace.settings().configuration_token.clone())),
        bot_token: SecretString::from(workspace.bot_token().to_owned()),
        mode: Mode::Socket { app_token: SecretString::from(workspace.app_token().to_owned()), ping_every: 1 },
        api_url: workspace.api_url(),
        triggers: stagerbot::chat::message_trigger::MessageTriggers::default(),
    }
}

/// Slack as it is, but that it waits for a bot on a busy machine.
fn shape() -> Shape {
    Shape { ack_within: PATIENCE, trigger_lives: PATIENCE, ..Shape::default() }
}

/// Slack that does not wait long for what never comes.
fn impatient() -> Shape {
    Shape { ack_within: Duration::from_millis(500), redeliver_after: Vec::new(), ..shape() }
}

fn card(headline: &str) -> Card {
    let value = Verb::value(7, Some("7F3A9C-1"));
    Card {
        headline: headline.to_owned(),
        tone: Tone::Alarm,
        blocks: vec![
            Block::Text("BBS does not answer.".to_owned()),
            Block::Titled("Why".to_owned(), "nc: connection refused".to_owned()),
            Block::Fields(vec![("Pods".to_owned(), "bbs-0, bbs-1".to_owned())]),
            Block::Code("kubectl get pod".to_owned()),
            Block::Note("observed 2 s ago".to_owned()),
        ],
        buttons: vec![
            Button {
                verb: Verb::Approve,
                label: "Approve".to_owned(),
                value: value.clone(),
                confirm: Some(Confirm {
                    title: "Restart BBS?".to_owned(),
                    text: "bbs-0 and bbs-1 are deleted".to_owned(),
                    yes: "Yes".to_owned(),
                    no: "No".to_owned(),
                }),
            },
            Button { verb: Verb::Deny, label: "Deny".to_owned(), value, confirm: None },
        ],
    }
}

#[tokio::test]
async fn a_typed_command_lands_is_acknowledged_and_answered() {
    let bot = Bot::start(shape()).await;
    let anna = bot.workspace.person("anna");
    let delivery = anna.types(CHANNEL, "/stager restart a & <b>").await.unwrap();
    assert!(delivery.acked());
    let came = bot.one().await;
    assert_eq!(came.request, Request::Restart { incident: None, reason: Some("a & <b>".to_owned()) });
    let reply = came.reply.unwrap();
    assert_eq!((reply.account.clone(), reply.channel.clone()), (bot.account("anna"), bot.channel()));

    bot.slack.answer(&reply, "first line\nsecond line: <!channel>").await.unwrap();
    let seen = anna.sees(CHANNEL);
    let answer = seen.ephemerals().next().unwrap();
    assert_eq!(answer.text_seen(), "first line\nsecond line: <!channel>");
    assert_eq!(bot.workspace.person("ben").sees(CHANNEL).messages.len(), 0, "nobody else sees it");
    assert_eq!(bot.workspace.counters().calls("response_url"), 1);
}

#[tokio::test]
async fn a_click_lands_with_what_the_button_carries() {
    let bot = Bot::start(shape()).await;
    let ts = bot.slack.post(&bot.channel(), "key", &card("BBS is down")).await.unwrap();
    let ben = bot.workspace.person("ben");
    let delivery = ben.clicks(&ts, Verb::Approve.button().unwrap()).await.unwrap();
    assert!(delivery.acked());
    assert_eq!(delivery.confirm.unwrap().text, "bbs-0 and bbs-1 are deleted");
    let came = bot.one().await;
    let approve = Request::Approve { incident: Some(7), code: "7F3A9C-1".to_owned(), database_checked: true };
    assert_eq!(came.request, approve);
    let reply = came.reply.unwrap();
    assert_eq!(reply.account, bot.account("ben"));
    bot.slack.answer(&reply, "noted").await.unwrap();
    assert!(ben.sees(CHANNEL).message("BBS is down").is_some(), "an answer does not replace the card");
}

#[tokio::test]
async fn a_mention_is_a_command_and_is_answered_where_nobody_else_sees_it() {
    let bot = Bot::start(shape()).await;
    let anna = bot.workspace.person("anna");
    assert!(anna.types(CHANNEL, "check").await.unwrap().acked());
    assert!(anna.types(CHANNEL, "@Stagerbot check prod").await.unwrap().acked());
    let came = bot.one().await;
    assert_eq!(came.request, Request::Check { environment: Some("prod".to_owned()) });
    bot.slack.answer(&came.reply.unwrap(), "looking").await.unwrap();
    assert_eq!(anna.sees(CHANNEL).ephemerals().count(), 1);
    assert_eq!(bot.workspace.counters().calls("chat.postEphemeral"), 1);
}

#[tokio::test]
async fn the_same_delivery_twice_is_one_row() {
    let bot = Bot::start(shape()).await;
    let ts = bot.slack.post(&bot.channel(), "key", &card("BBS is down")).await.unwrap();
    bot.workspace.inject(Fault::EnvelopesTwice);
    let anna = bot.workspace.person("anna");
    assert!(anna.types(CHANNEL, "/stager check").await.unwrap().acked());
    assert!(anna.clicks(&ts, Verb::Deny.button().unwrap()).await.unwrap().acked());
    eventually("both copies of both are acknowledged", || {
        let counters = bot.workspace.counters();
        counters.envelopes_acked + counters.envelopes_acked_late == 4
    })
    .await;
    let all = crate::harness::owed::unanswered(&bot.url).await;
    assert_eq!(all.len(), 2, "{all:?}");

    // Another click of the same button is another row.
    bot.workspace.heal_all();
    assert!(anna.clicks(&ts, Verb::Deny.button().unwrap()).await.unwrap().acked());
    assert_eq!(crate::harness::owed::unanswered(&bot.url).await.len(), 3);
}

#[tokio::test]
async fn what_is_not_stored_is_not_acknowledged_and_the_person_sees_it() {
    let bot = Bot::start(impatient()).await;
    let ts = bot.slack.post(&bot.channel(), "key", &card("BBS is down")).await.unwrap();
    bot.store.close().await;
    let anna = bot.workspace.person("anna");
    let typed = anna.types(CHANNEL, "/stager check").await.unwrap();
    assert!(typed.delivered && !typed.acked());
    let clicked = anna.clicks(&ts, Verb::Approve.button().unwrap()).await.unwrap();
    assert!(clicked.delivered && !clicked.acked());
    let seen = anna.sees(CHANNEL);
    assert!(seen.message("failed with the error \"operation_timeout\"").is_some(), "{}", seen.text());
    assert_eq!(seen.warnings[0].text, OPERATION_TIMED_OUT);
    assert!(bot.slack.is_listening(), "one failure makes nobody deaf");
}

#[tokio::test]
async fn a_card_is_posted_updated_in_place_and_replied_to() {
    let bot = Bot::start(shape()).await;
    let channel = bot.channel();
    let ts = bot.slack.post(&channel, "key", &card("BBS is down")).await.unwrap();
    let posted = bot.workspace.view().message(&ts).unwrap().text_seen();
    insta::assert_snapshot!(posted, @"
    🚨 BBS is down
    BBS does not answer.
    *Why*
    nc: connection refused
    *Pods*
    bbs-0, bbs-1
    ```
    kubectl get pod
    ```
    observed 2 s ago
    [Approve] [Deny]
    ");

    let over = Card { tone: Tone::Good, buttons: Vec::new(), ..card("BBS is back") };
    bot.slack.update(&channel, &ts, &over).await.unwrap();
    bot.slack.reply_in_thread(&channel, &ts, "line/1", "back after 31 s\n> and *well*").await.unwrap();
    let view = bot.workspace.view();
    let shown = view.message(&ts).unwrap();
    assert!(shown.text_seen().starts_with("✅ BBS is back"));
    assert_eq!(shown.text, "✅ BBS is back", "what notifications say");
    assert!(shown.buttons().is_empty());
    assert_eq!(shown.history.len(), 2);
    let thread: Vec<String> = view.thread(&ts).iter().map(|reply| reply.text_seen()).collect();
    assert_eq!(thread, ["back after 31 s\n> and *well*"]);
    assert_eq!(view.messages.len(), 2);

    bot.workspace.person("anna").deletes(&ts).unwrap();
    let gone = bot.slack.update(&channel, &ts, &over).await.unwrap_err();
    assert!(matches!(gone, ChatError::Gone(_)), "{gone:?}");
}

#[tokio::test]
async fn hostile_text_is_shown_and_does_nothing() {
    let bot = Bot::start(shape()).await;
    let hostile = "<!channel> <@U0000000001> <https://evil.example|kubernetes.io> *b* ```\u{202e}x\u{200b}\u{7}& @here";
    let text = || hostile.to_owned();
    let card = Card {
        headline: text(),
        tone: Tone::Alarm,
        blocks: vec![
            Block::Text(text()),
            Block::Titled(text(), text()),
            Block::Fields(vec![(text(), text())]),
            Block::Code(text()),
            Block::Note(text()),
        ],
        buttons: vec![Button {
            verb: Verb::Restart,
            label: text(),
            value: Verb::value(7, None),
            confirm: Some(Confirm { title: text(), text: text(), yes: text(), no: text() }),
        }],
    };
    let channel = bot.channel();
    let ts = bot.slack.post(&channel, "key", &card).await.unwrap();
    bot.slack.update(&channel, &ts, &card).await.unwrap();
    bot.slack.reply_in_thread(&channel, &ts, "line/2", hostile).await.unwrap();
    let to = ReplyTo { account: bot.account("anna"), channel, locale: None, handle: None };
    bot.slack.answer(&to, hostile).await.unwrap();

    let bodies = bot.workspace.bodies_sent();
    assert_eq!(bodies.len(), 4);
    for sent in &bodies {
        let json = sent.body.to_string();
        for live in ["<", "\u{202e}", "\u{200b}", "\\u0007"] {
            assert!(!json.contains(live), "{live:?} in {json}");
        }
        assert_eq!((&sent.body["link_names"], &sent.body["parse"]), (&false.into(), &"none".into()));
        assert!(sent.refused.is_none());
        for block in sent.body["blocks"].as_array().unwrap() {
            let text = block["text"]["text"].as_str().unwrap_or_default();
            let fences = if text.starts_with("```\n") { 2 } else { 0 };
            if block["text"]["type"] == "mrkdwn" {
                assert_eq!(text.matches("```").count(), fences, "a code block ends where it ends: {text}");
                assert_eq!(block["text"]["verbatim"], true);
            }
        }
    }
    let seen = bot.workspace.view().message(&ts).unwrap().text_seen();
    assert!(seen.contains("<!channel> <@U0000000001> <https://evil.example|kubernetes.io> *b* ```x& @here"), "{seen}");
}

#[tokio::test]
async fn what_is_too_long_is_shortened_and_keeps_its_buttons() {
    let bot = Bot::start(shape()).await;
    let many = |count: usize| "日本語 <&> \"quoted\"\n".repeat(count);
    let all = [
        Block::Text(many(500)),
        Block::Titled(many(50), many(500)),
        Block::Fields((0..30).map(|_| (many(20), many(200))).collect()),
        Block::Code(many(500)),
        Block::Note(many(500)),
        Block::Text(String::new()),
        Block::Titled(String::new(), String::new()),
        Block::Fields(vec![(String::new(), String::new())]),
        Block::Fields(Vec::new()),
        Block::Code(String::new()),
        Block::Note("\u{200b}".to_owned()),
    ];
    let blocks_of_all_sorts = all.iter().map(|block| vec![block.clone()]);
    let together = [
        all.to_vec(),
        vec![Block::Text("short".to_owned()); 100],
        vec![Block::Text("a".repeat(2_990)); 4],
        vec![Block::Text("本".repeat(2_990)); 3],
        Vec::new(),
    ];
    for blocks in blocks_of_all_sorts.chain(together) {
        let mut card = Card { blocks, ..card(&many(50)) };
        for button in &mut card.buttons {
            button.label = many(50);
            button.confirm = Some(Confirm { title: many(50), text: many(50), yes: many(50), no: String::new() });
        }
        // One action twice, and a value that does not fit: Slack would refuse the message for either.
        card.buttons.push(card.buttons[0].clone());
        card.buttons.push(Button { verb: Verb::Cancel, value: "7".repeat(2_001), ..card.buttons[0].clone() });
        let ts = bot.slack.post(&bot.channel(), "key", &card).await.unwrap();
        let shown = bot.workspace.view().message(&ts).unwrap().buttons();
        let actions: Vec<&str> = shown.iter().map(|button| button.action_id.as_str()).collect();
        assert_eq!(actions, ["stager-approve", "stager-deny"], "{:?}", card.blocks);
    }
    let ts = bot.slack.post(&bot.channel(), "key", &card("long answers")).await.unwrap();
    for long in [many(2_000), String::new()] {
        bot.slack.reply_in_thread(&bot.channel(), &ts, "line/3", &long).await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_finds_its_way_when_the_response_url_has_run_out() {
    let bot = Bot::start(Shape { response_url_uses: 1, ..shape() }).await;
    let anna = bot.workspace.person("anna");
    anna.types(CHANNEL, "/stager check").await.unwrap();
    let reply = bot.one().await.reply.unwrap();
    bot.slack.answer(&reply, "one").await.unwrap();
    bot.slack.answer(&reply, "two").await.unwrap();
    let heard: Vec<String> = anna.sees(CHANNEL).ephemerals().map(|message| message.text_seen()).collect();
    assert_eq!(heard, ["one", "two"]);
    assert_eq!(bot.workspace.counters().calls("chat.postEphemeral"), 1);

    // And where there is no way at all, that is said instead of tried again.
    bot.workspace.inject(Fault::BotNotIn(CHANNEL.to_owned()));
    let nowhere = bot.slack.answer(&reply, "three").await.unwrap_err();
    assert!(matches!(nowhere, ChatError::Gone(_)), "{nowhere:?}");
}

#[tokio::test]
async fn bad_tokens_missing_scopes_and_plain_http_are_named() {
    let workspace = crate::harness::record::workspace(shape()).await;
    let good = settings(&workspace);
    let bad = || SecretString::from("xoxb-nobodys".to_owned());
    for (settings, named) in [
        (Settings { bot_token: bad(), ..good.clone() }, "Slack does not accept the bot token: invalid_auth"),
        (
            Settings { mode: Mode::Socket { app_token: bad(), ping_every: 1 }, ..good.clone() },
            "Slack does not accept the app-level token: invalid_auth",
        ),
        (
            Settings { mode: Mode::Socket { app_token: good.bot_token.clone(), ping_every: 1 }, ..good.clone() },
            "Slack does not accept the app-level token: not_allowed_token_type",
        ),
        (
            Settings { api_url: "http://slack.com/api".to_owned(), ..good.clone() },
            "the address of Slack's API has to be https, or on loopback",
        ),
    ] {
        let error = Slack::connect(&settings).await.unwrap_err();
        assert!(matches!(error, ChatError::Fatal(_)), "{error:?}");
        assert_eq!(error.to_string(), named);
    }
    let slack = Slack::connect(&good).await.unwrap();
    let channel = workspace.channel_id(CHANNEL).unwrap();
    for (fault, channel, named) in [
        (Fault::ScopeMissing("chat:write".to_owned()), channel.as_str(), "the bot token lacks chat:write"),
        (Fault::BotNotIn(CHANNEL.to_owned()), channel.as_str(), "invite it there with /invite"),
        (Fault::BotTokenRevoked, channel.as_str(), "token_revoked"),
        (Fault::SocketsClose, "C404", "Slack has no channel C404"),
    ] {
        workspace.inject(fault);
        let error = slack.post(channel, "key", &card("anything")).await.unwrap_err();
        assert!(
            matches!(error, ChatError::Fatal(_) | ChatError::Closed(_)) && error.to_string().contains(named),
            "{error:?}"
        );
        workspace.heal_all();
    }
}

#[tokio::test]
async fn an_app_that_is_not_set_up_is_named_at_start() {
    let workspace = crate::harness::record::workspace(shape()).await;
    let good = settings(&workspace);
    for (fault, named) in [
        (
            Fault::ScopeMissing("commands".to_owned()),
            "the bot token lacks commands, which /stager needs: add it under OAuth & Permissions and install the app again",
        ),
        (
            Fault::ScopeMissing("connections:write".to_owned()),
            "the app-level token lacks connections:write, which apps.connections.open needs",
        ),
        (
            Fault::InteractivityOff,
            "interactivity is off in the Slack app, so that no click would ever arrive: switch it on under Interactivity & \
             Shortcuts",
        ),
    ] {
        workspace.inject(fault);
        let error = Slack::connect(&good).await.unwrap_err();
        assert!(matches!(error, ChatError::Fatal(_)), "{error:?}");
        assert_eq!(error.to_string(), named);
        workspace.heal_all();
    }
    // What only makes it less good, or can't be asked, does not keep it from starting.
    workspace.inject(Fault::ScopeMissing("channels:history".to_owned()));
    Slack::connect(&good).await.unwrap();
    workspace.inject(Fault::InteractivityOff);
    Slack::connect(&Settings { configuration_token: None, ..good.clone() }).await.unwrap();
    workspace.inject(Fault::ConfigurationTokenExpired);
    Slack::connect(&good).await.unwrap();
}

#[tokio::test]
async fn pauses_and_troubles_that_pass_are_told_apart() {
    let workspace = crate::harness::record::workspace(shape()).await;
    let slack = Slack::connect(&settings(&workspace)).await.unwrap();
    let channel = workspace.channel_id(CHANNEL).unwrap();
    let pause = Duration::from_secs(7);
    workspace.inject(Fault::RateLimited { method: None, calls: 1, retry_after: pause });
    let error = slack.post(&channel, "key", &card("anything")).await.unwrap_err();
    assert!(matches!(error, ChatError::RateLimited(asked) if asked == pause), "{error:?}");
    for (fault, named) in [
        (Fault::Down { method: None, status: 503 }, "Slack answered chat.postMessage with HTTP 503"),
        (Fault::Hangs { method: None }, "Slack did not answer chat.postMessage within 5 s"),
    ] {
        workspace.inject(fault);
        let error = timeout(PATIENCE, slack.post(&channel, "key", &card("anything"))).await.unwrap().unwrap_err();
        assert!(matches!(error, ChatError::Passing(_)), "{error:?}");
        assert_eq!(error.to_string(), named);
        workspace.heal_all();
    }
}

#[tokio::test]
async fn sockets_that_break_or_are_to_be_replaced_come_back() {
    let bot = Bot::start(shape()).await;
    for fault in [Fault::SocketsBreak, Fault::Disconnect(Reason::RefreshRequested), Fault::SocketsClose] {
        let opened = bot.workspace.counters().connections_opened;
        bot.workspace.inject(fault.clone());
        let again = |view: &View| {
            (view.counters.connections_opened > opened && view.counters.connections_open > 0).then_some(())
        };
        bot.workspace.wait_for(PATIENCE, again).await.unwrap();
        bot.hears().await;
        let delivery = bot.workspace.person("anna").types(CHANNEL, "/stager check").await.unwrap();
        assert!(delivery.acked(), "{fault:?}");
    }
}

#[tokio::test]
async fn an_old_socket_is_listened_to_until_it_is_replaced() {
    let bot = Bot::start(shape()).await;
    bot.workspace.inject(Fault::Disconnect(Reason::Warning));
    assert!(bot.slack.is_listening());
    let delivery = bot.workspace.person("anna").types(CHANNEL, "/stager check").await.unwrap();
    assert!(delivery.acked());
}

/// How long Slack closes what it accepts in the long run of the test after this.
const OUTAGE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn sockets_that_are_accepted_and_closed_for_a_minute_are_tried_less_than_fifteen_times() {
    let bot = Bot::start(shape()).await;
    bot.workspace.inject(Fault::SocketsRefused);
    eventually("the bot notices", || !bot.slack.is_listening()).await;
    if long() {
        // How long it takes is what is tested here.
        tokio::time::sleep(OUTAGE).await;
        let counters = bot.workspace.counters();
        let (tried, asked) = (counters.connections_refused, counters.calls("apps.connections.open"));
        assert!((4..15).contains(&tried), "{tried} attempts");
        assert!(asked < 20, "asked for a socket {asked} times, which Slack counts, too");
    } else {
        let again = |view: &View| (view.counters.connections_refused >= 2).then_some(());
        bot.workspace.wait_for(PATIENCE, again).await.unwrap();
    }
    assert!(!bot.slack.is_listening());
    bot.workspace.heal_all();
    bot.hears().await;
    let both = |view: &View| (view.counters.connections_open == 2).then_some(());
    bot.workspace.wait_for(PATIENCE, both).await.unwrap();
}

#[tokio::test]
async fn sockets_that_say_nothing_are_noticed_and_replaced() {
    // Slack does not notice before we do.
    let bot = Bot::start(Shape { ping_every: Duration::from_mins(5), ..Shape::default() }).await;
    let two = |view: &View| (view.counters.connections_open == 2).then_some(());
    bot.workspace.wait_for(PATIENCE, two).await.unwrap();
    bot.workspace.inject(Fault::SocketsFreeze);
    let again = |view: &View| (view.counters.connections_opened >= 4).then_some(());
    bot.workspace.wait_for(PATIENCE, again).await.unwrap();
    bot.hears().await;
    // The frozen sockets still get their turns: who is unlucky tries again.
    for _ in 0..4 {
        if bot.workspace.person("anna").types(CHANNEL, "/stager check").await.unwrap().acked() {
            return;
        }
    }
    panic!("none of the new sockets hears");
}

#[tokio::test]
async fn a_revoked_token_ends_the_listening() {
    let bot = Bot::start(shape()).await;
    bot.workspace.inject(Fault::AppTokenRevoked);
    bot.workspace.inject(Fault::SocketsClose);
    let ended = timeout(PATIENCE, bot.listening).await.unwrap().unwrap().unwrap_err();
    assert!(matches!(ended, ChatError::Fatal(_)), "{ended:?}");
    assert_eq!(ended.to_string(), "Slack does not accept the app-level token: token_revoked");
    assert!(!bot.slack.is_listening());
}

#[tokio::test]
async fn stopping_closes_the_sockets_also_when_nobody_waits() {
    for told in [true, false] {
        let bot = Bot::start(shape()).await;
        if told {
            bot.stop.cancel();
            timeout(PATIENCE, bot.listening).await.unwrap().unwrap().unwrap();
        } else {
            bot.listening.abort();
        }
        let closed = |view: &View| (view.counters.connections_open == 0).then_some(());
        bot.workspace.wait_for(PATIENCE, closed).await.unwrap();
        assert!(!bot.slack.is_listening());
    }
}

#[tokio::test]
async fn no_secret_is_logged_even_with_everything_on() {
    let (log, _taking_down) = Log::of_this_thread();
    let bot = Bot::start(impatient()).await;
    let anna = bot.workspace.person("anna");
    let typed = anna.types(CHANNEL, "/stager check").await.unwrap();
    bot.slack.answer(&bot.one().await.reply.unwrap(), "looking").await.unwrap();
    let ts = bot.slack.post(&bot.channel(), "key", &card("BBS is down")).await.unwrap();
    anna.clicks(&ts, Verb::Deny.button().unwrap()).await.unwrap();
    bot.store.close().await;
    assert!(!anna.clicks(&ts, Verb::Deny.button().unwrap()).await.unwrap().acked());
    bot.workspace.inject(Fault::SocketsClose);
    eventually("the bot notices", || !bot.slack.is_listening()).await;

    let trigger = typed.payload["trigger_id"].as_str().unwrap();
    let (bot_token, app_token) = (bot.workspace.bot_token(), bot.workspace.app_token());
    assert_keeps(
        &log.text(),
        &["listening to Slack", "not stored and not acknowledged"],
        [bot_token, app_token, trigger, "/commands/", "/actions/", "ticket-"],
    );
}

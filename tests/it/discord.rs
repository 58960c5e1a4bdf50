//! The Discord front end against the embedded server: what people use and click lands in the inbox, and what the bot says
//! is seen.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conversations;
mod gateway;
mod message_trigger;
mod messages;
mod whose;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use stagerbot::chat::discord::{Discord, MAX_SILENCE, Settings};
use stagerbot::chat::message_trigger::MessageTriggers;
use stagerbot::chat::{Block, Button, Card, Chat as _, ChatError, Confirm, Tone};
use stagerbot::inbox::Inbox;
use stagerbot::incident::account::{Account, Platform};
use stagerbot::request::{ReplyTo, Request, Verb};
use stagerbot::simulator::discord::Server;
use stagerbot::simulator::discord::fault::Fault;
use stagerbot::simulator::discord::person::{INTERACTION_FAILED, NO_RESPONSE};
use stagerbot::simulator::discord::settings::Settings as Shape;
use stagerbot::simulator::discord::view::SentBody;
use stagerbot::store::{InboxRow, Store};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::harness::{PATIENCE, eventually, until};

const CHANNEL: &str = "cf-ops";

/// The front end, listening in a server with anna and ben.
pub(crate) struct Bot {
    pub(crate) server: Server,
    discord: Arc<Discord>,
    pub(crate) store: Store,
    pub(crate) url: String,
    stop: CancellationToken,
    listening: JoinHandle<Result<(), ChatError>>,
    _directory: TempDir,
}

impl Bot {
    pub(crate) async fn start(shape: Shape) -> Self {
        Self::with_max_silence(MAX_SILENCE, shape).await
    }

    async fn with_max_silence(max_silence: Duration, shape: Shape) -> Self {
        Self::with(shape, |settings| settings.max_silence = max_silence).await
    }

    /// One that also reads what is said in its channel, and listens to the alert bot there.
    async fn reading(shape: Shape) -> Self {
        Self::with(shape, |settings| settings.triggers = Some(MessageTriggers::default())).await
    }

    async fn with(shape: Shape, change: impl FnOnce(&mut Settings)) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = crate::harness::record::server(shape).await;
        server.add_person("anna", "en-US");
        server.add_person("ben", "de");
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/x.db", directory.path().display());
        let store = Store::open(&url).await.unwrap();
        let alerts = server.add_bot("alerts");
        let mut settings = settings(&server);
        change(&mut settings);
        if let Some(listening) = &mut settings.triggers {
            listening.channels.insert(server.channel_id(CHANNEL).unwrap(), "prod".to_owned());
            listening.bots.insert(alerts.id().to_owned());
        }
        let discord = Arc::new(Discord::connect(&settings).await.unwrap());
        let stop = CancellationToken::new();
        let (listens, inbox, until) = (discord.clone(), Inbox::new(store.clone()), stop.clone());
        let listening = tokio::spawn(async move { listens.listen(inbox, until).await });
        let bot = Self { server, discord, store, url, stop, listening, _directory: directory };
        bot.hears().await;
        bot
    }

    async fn hears(&self) {
        eventually("the bot listens", || self.discord.is_listening()).await;
    }

    /// The one thing in the inbox.
    async fn one(&self) -> InboxRow {
        let mut all = crate::harness::owed::unanswered(&self.url).await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// The next thing in the inbox, once there is one.
    async fn next(&self) -> InboxRow {
        until("something is in the inbox", async || {
            crate::harness::owed::unanswered(&self.url).await.pop().ok_or("nothing")
        })
        .await
    }

    fn channel(&self) -> String {
        self.server.channel_id(CHANNEL).unwrap()
    }

    fn account(&self, person: &str) -> Account {
        Account { platform: Platform::Discord, user: self.server.person(person).id().to_owned() }
    }
}

fn settings(server: &Server) -> Settings {
    Settings {
        token: SecretString::from(server.token().to_owned()),
        guild_id: server.guild_id().to_owned(),
        api_url: server.api_url(),
        max_silence: MAX_SILENCE,
        triggers: None,
    }
}

/// Discord as it is, but for its limits, and that it waits for a bot on a busy machine.
pub(crate) fn brisk() -> Shape {
    Shape { paces: BTreeMap::new(), respond_within: PATIENCE, ..Shape::default() }
}

fn card(headline: &str) -> Card {
    let value = Verb::value(7, Some("7F3A9C-1"));
    let confirm = Confirm {
        title: "Approve?".to_owned(),
        text: "Deletes bbs-0 and bbs_1.".to_owned(),
        yes: "Yes".to_owned(),
        no: "No".to_owned(),
    };
    let button = |verb, label: &str, confirm| Button { verb, label: label.to_owned(), value: value.clone(), confirm };
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
        buttons: vec![button(Verb::Approve, "Approve", Some(confirm)), button(Verb::Deny, "Deny", None)],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_use_lands_in_the_inbox_and_is_acknowledged() {
    let bot = Bot::start(brisk()).await;
    let anna = bot.server.person("anna");
    for (line, request) in [
        ("/stager check prod", Request::Check { environment: Some("prod".into()) }),
        ("/stager status", Request::Status),
        ("/stager help", Request::Help),
        ("/stager restart cf push fails", Request::Restart { incident: None, reason: Some("cf push fails".into()) }),
        (
            "/stager approve 7f3a9c-1 database-checked",
            Request::Approve { incident: None, code: "7F3A9C-1".into(), database_checked: true },
        ),
        ("/stager deny 7f3a9c-1", Request::Deny { incident: None, code: "7F3A9C-1".into() }),
        ("/stager cancel 7f3a9c-1", Request::Cancel { incident: None, code: "7F3A9C-1".into() }),
        ("/stager handover I know", Request::HandOver { reason: Some("I know".into()) }),
    ] {
        let delivery = anna.types(CHANNEL, line).await.unwrap();
        assert!(delivery.acked(), "{line}");
        assert!(delivery.message.unwrap().thinking, "{line}");
        let row = bot.one().await;
        assert_eq!(row.request, request, "{line}");
        let reply = row.reply.unwrap();
        assert_eq!((reply.account, reply.channel), (bot.account("anna"), bot.channel()));
        assert_eq!(reply.locale.as_deref(), Some("en-US"));
        bot.store.close_row(&row.dedupe_key, stagerbot::clock::now()).await.unwrap();
    }
    let commands = bot.server.view().commands.clone();
    Discord::connect(&settings(&bot.server)).await.unwrap();
    assert_eq!(bot.server.view().commands, commands, "registering again changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_counts_at_once_or_after_the_cards_own_question() {
    let bot = Bot::start(brisk()).await;
    let id = bot.discord.post(&bot.channel(), "key", &card("BBS is down")).await.unwrap();
    let ben = bot.server.person("ben");
    let asked = ben.clicks(&id, "stager-approve").await.unwrap();
    assert!(crate::harness::owed::unanswered(&bot.url).await.is_empty(), "nothing was confirmed yet");
    let question = asked.message.unwrap();
    assert_eq!(question.ephemeral_to.as_deref(), Some(ben.id()));
    assert_eq!(question.text_seen(), "**Approve?**\nDeletes bbs-0 and bbs_1.\n[Checked, approve] [Back]");

    ben.clicks(&question, "no/stager-approve").await.unwrap();
    eventually("the question goes away", || ben.sees(CHANNEL).ephemerals().count() == 0).await;
    assert!(crate::harness::owed::unanswered(&bot.url).await.is_empty());

    let question = ben.clicks(&id, "stager-approve").await.unwrap().message.unwrap();
    let confirmed = ben.clicks(&question, "yes/stager-approve").await.unwrap();
    assert!(confirmed.message.unwrap().buttons().is_empty(), "it can't be confirmed twice");
    let row = bot.one().await;
    let approve = Request::Approve { incident: Some(7), code: "7F3A9C-1".into(), database_checked: true };
    assert_eq!(row.request, approve);
    bot.discord.answer(row.reply.as_ref().unwrap(), "Approved.").await.unwrap();
    let heard: Vec<String> = ben.sees(CHANNEL).ephemerals().map(|message| message.text_seen()).collect();
    assert_eq!(heard, ["Approved."]);
    bot.store.close_row(&row.dedupe_key, stagerbot::clock::now()).await.unwrap();

    assert!(ben.clicks(&id, "stager-deny").await.unwrap().message.unwrap().thinking);
    assert_eq!(bot.one().await.request, Request::Deny { incident: Some(7), code: "7F3A9C-1".into() });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_asks_for_its_reason_in_a_form_and_counts_when_it_is_sent_in() {
    let bot = Bot::start(brisk()).await;
    let confirm = Confirm {
        title: "Request a restart?".to_owned(),
        text: "Deletes bbs-0 and bbs_1.".to_owned(),
        yes: "Request".to_owned(),
        no: "Back".to_owned(),
    };
    let value = Verb::value(7, None);
    let restart = Button { verb: Verb::Restart, label: "Restart".to_owned(), value, confirm: Some(confirm) };
    let shown = Card { buttons: vec![restart], ..card("BBS is down") };
    let id = bot.discord.post(&bot.channel(), "key", &shown).await.unwrap();
    let anna = bot.server.person("anna");
    assert!(anna.clicks(&id, "stager-restart").await.unwrap().acked());
    let form = anna.sees(CHANNEL).modals[0].clone();
    assert_eq!(form.title(), "Request a restart?");
    assert_eq!(form.content["components"][0]["content"], "Deletes bbs-0 and bbs\\_1.");
    anna.closes_form().unwrap();
    assert!(crate::harness::owed::unanswered(&bot.url).await.is_empty(), "a form that was closed asks for nothing");

    for (reason, kept) in [("cf push fails", Some("cf push fails".to_owned())), ("", None)] {
        anna.clicks(&id, "stager-restart").await.unwrap();
        let sent = anna.submits(&[("reason", reason)]).await.unwrap();
        assert!(sent.acked() && sent.message.unwrap().thinking, "{reason:?}");
        let row = bot.one().await;
        assert_eq!(row.request, Request::Restart { incident: Some(7), reason: kept });
        bot.discord.answer(row.reply.as_ref().unwrap(), "Requested.").await.unwrap();
        bot.store.close_row(&row.dedupe_key, stagerbot::clock::now()).await.unwrap();
    }
    let heard: Vec<String> = anna.sees(CHANNEL).ephemerals().map(|message| message.text_seen()).collect();
    assert_eq!(heard, ["Requested.", "Requested."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_is_a_command_that_is_answered_openly() {
    let bot = Bot::start(brisk()).await;
    let anna = bot.server.person("anna");
    anna.types(CHANNEL, "is anything wrong?").await.unwrap();
    anna.types(CHANNEL, "@Stagerbot check prod").await.unwrap();
    let row = bot.next().await;
    assert_eq!(bot.one().await.request, Request::Check { environment: Some("prod".into()) });
    let reply = row.reply.unwrap();
    assert_eq!((reply.account.clone(), reply.channel.clone()), (bot.account("anna"), bot.channel()));
    bot.discord.answer(&reply, "Checking prod.").await.unwrap();
    let said = bot.server.person("ben").sees(CHANNEL).message("Checking prod.").unwrap();
    assert_eq!(said.text_seen(), "@anna Checking prod.");
    assert!(said.pinged.is_empty(), "named, and not disturbed");

    let answers = || bot.server.all_messages().iter().filter(|message| message.by_bot).count();
    bot.discord.answer(&reply, "Checking prod.").await.unwrap();
    assert_eq!(answers(), 1, "a second try says nothing twice");
    let another = ReplyTo { handle: Some("900000000000000077/".to_owned()), ..reply };
    bot.discord.answer(&another, "Checking prod.").await.unwrap();
    assert_eq!(answers(), 2, "and the same answer to another message is another one");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_that_hear_the_same_take_and_acknowledge_it_once() {
    let bot = Bot::start(brisk()).await;
    let other = Arc::new(Discord::connect(&settings(&bot.server)).await.unwrap());
    let (listens, inbox, until) = (other.clone(), Inbox::new(bot.store.clone()), bot.stop.clone());
    let listening = tokio::spawn(async move { listens.listen(inbox, until).await });
    eventually("the other one listens, too", || other.is_listening() && bot.discord.is_listening()).await;
    for _ in 0..5 {
        assert!(bot.server.person("anna").types(CHANNEL, "/stager status").await.unwrap().acked());
        let row = bot.one().await;
        // Whoever won the row, either answers.
        other.answer(row.reply.as_ref().unwrap(), "quiet").await.unwrap();
        bot.store.close_row(&row.dedupe_key, stagerbot::clock::now()).await.unwrap();
    }
    assert_eq!(bot.server.counters().calls("create_response"), 5, "one acknowledgement each");
    let told: Vec<String> =
        bot.server.person("anna").sees(CHANNEL).ephemerals().map(|message| message.text_seen()).collect();
    assert_eq!(told, ["quiet"; 5]);
    bot.stop.cancel();
    timeout(PATIENCE, listening).await.unwrap().unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_whose_embeds_were_hidden_asks_nothing_and_says_so() {
    let bot = Bot::start(brisk()).await;
    let id = bot.discord.post(&bot.channel(), "key", &card("BBS is down")).await.unwrap();
    let ben = bot.server.person("ben");
    ben.hides_embeds(&id).unwrap();
    let answer = ben.clicks(&id, "stager-approve").await.unwrap().message.unwrap();
    assert!(answer.text_seen().starts_with("This card does not show any more what you would confirm."));
    assert!(answer.buttons().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_stored_is_not_acknowledged() {
    let bot = Bot::start(Shape { respond_within: Duration::from_millis(1_500), ..brisk() }).await;
    let id = bot.discord.post(&bot.channel(), "key", &card("BBS is down")).await.unwrap();
    bot.store.close().await;
    let anna = bot.server.person("anna");
    assert!(!anna.types(CHANNEL, "/stager check").await.unwrap().acked());
    assert!(!anna.clicks(&id, "stager-deny").await.unwrap().acked());
    let told: Vec<String> = anna.sees(CHANNEL).ephemerals().map(|message| message.text_seen()).collect();
    assert_eq!(told, [NO_RESPONSE, INTERACTION_FAILED]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_that_serenity_cannot_read_is_taken() {
    let bot = Bot::start(brisk()).await;
    bot.server.inject(Fault::InteractionsBare);
    assert!(bot.server.person("anna").types(CHANNEL, "/stager status").await.unwrap().acked());
    assert_eq!(bot.one().await.request, Request::Status);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_finds_its_way_when_the_token_has_run_out() {
    let bot = Bot::start(Shape { token_lives: Duration::from_millis(1), ..brisk() }).await;
    let anna = bot.server.person("anna");
    anna.types(CHANNEL, "/stager check").await.unwrap();
    let reply = bot.one().await.reply.unwrap();
    bot.discord.answer(&reply, "one").await.unwrap();
    bot.discord.answer(&reply, "one").await.unwrap();
    let open: Vec<_> = bot.server.all_messages().into_iter().filter(|message| message.ephemeral_to.is_none()).collect();
    assert_eq!(open.len(), 1, "a second try says nothing twice");
    assert_eq!(open[0].text_seen(), "@anna one");
    assert!(open[0].pinged.is_empty(), "named, and not disturbed");

    // And where there is no way at all, that is said instead of tried again.
    bot.server.inject(Fault::NoAccess(CHANNEL.to_owned()));
    let nowhere = bot.discord.answer(&reply, "three").await.unwrap_err();
    assert!(matches!(nowhere, ChatError::Gone(_)), "{nowhere:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_tokens_missing_rights_and_plain_http_are_named() {
    let server = crate::harness::record::server(brisk()).await;
    let good = settings(&server);
    for (settings, named) in [
        (
            Settings { token: SecretString::from("a.b.c".to_owned()), ..good.clone() },
            "Discord does not accept the bot's token",
        ),
        (
            Settings { guild_id: "900000000000000009".to_owned(), ..good.clone() },
            "the bot is not in Discord's server, or was not invited with the scope applications.commands (set_commands)",
        ),
        (
            Settings { api_url: "http://discord.com".to_owned(), ..good.clone() },
            "the address of Discord's API has to be https, or on loopback",
        ),
    ] {
        let error = Discord::connect(&settings).await.unwrap_err();
        assert!(matches!(error, ChatError::Fatal(_)), "{error:?}");
        assert_eq!(error.to_string(), named);
    }
    server.inject(Fault::InteractionsElsewhere);
    let elsewhere = Discord::connect(&good).await.unwrap_err();
    assert!(elsewhere.to_string().contains("the application has an Interactions Endpoint URL"), "{elsewhere:?}");
    server.heal_all();
    let discord = Discord::connect(&good).await.unwrap();
    let channel = server.channel_id(CHANNEL).unwrap();
    for (fault, channel, named) in [
        (Fault::NoAccess(CHANNEL.to_owned()), channel.as_str(), "it needs View Channel there"),
        (Fault::NoPermission(CHANNEL.to_owned()), channel.as_str(), "it needs Send Messages"),
        (Fault::TokenReset, channel.as_str(), "does not accept the bot's token"),
        (Fault::GatewayBreaks, "404", "Discord has no channel 404"),
    ] {
        server.inject(fault);
        let error = discord.post(channel, "key", &card("anything")).await.unwrap_err();
        assert!(
            matches!(error, ChatError::Fatal(_) | ChatError::Closed(_)) && error.to_string().contains(named),
            "{error:?}"
        );
        server.heal_all();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pauses_and_troubles_that_pass_are_told_apart() {
    let server = crate::harness::record::server(Shape::default()).await;
    let discord = Discord::connect(&settings(&server)).await.unwrap();
    let channel = server.channel_id(CHANNEL).unwrap();
    let pause = Duration::from_millis(7_500);
    let limited =
        |global| Fault::RateLimited { call: Some("create_message".into()), calls: 1, retry_after: pause, global };
    server.inject(limited(false));
    let error = discord.post(&channel, "key", &card("anything")).await.unwrap_err();
    assert!(matches!(error, ChatError::RateLimited(asked) if asked == pause), "{error:?}");
    let before = server.counters().calls("create_message");
    let error = discord.post(&channel, "key", &card("anything")).await.unwrap_err();
    assert!(matches!(error, ChatError::RateLimited(rest) if rest < pause), "{error:?}");
    assert_eq!(server.counters().calls("create_message"), before, "Discord is not asked before the pause is over");
    let other = server.add_channel("other");
    discord.post(&other, "key", &card("anything")).await.unwrap();
    for (fault, named) in [
        (Fault::Down { call: None, status: 503 }, "Discord answered create_message with HTTP 503"),
        (Fault::Hangs { call: None }, "Discord did not answer create_message within 5 s"),
    ] {
        server.inject(fault);
        let error = timeout(PATIENCE, discord.post(&other, "key", &card("anything"))).await.unwrap().unwrap_err();
        assert!(matches!(error, ChatError::Passing(_)), "{error:?}");
        assert_eq!(error.to_string(), named);
        server.heal_all();
    }
    server.inject(limited(true));
    discord.post(&other, "key", &card("anything")).await.unwrap_err();
    let all = discord.post(&server.add_channel("third"), "key", &card("anything")).await.unwrap_err();
    assert!(matches!(all, ChatError::RateLimited(_)), "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_kept_before_discord_has_to_say_so() {
    let server = crate::harness::record::server(Shape::default()).await;
    let discord = Discord::connect(&settings(&server)).await.unwrap();
    let channel = server.channel_id(CHANNEL).unwrap();
    for place in 0..5 {
        discord.post(&channel, &place.to_string(), &card("anything")).await.unwrap();
    }
    let error = discord.post(&channel, "6", &card("anything")).await.unwrap_err();
    assert!(matches!(error, ChatError::RateLimited(_)), "{error:?}");
    assert!(!server.counters().api_errors.contains_key("429"));
}

/// Whether Discord took it, or only has not started the thread yet.
fn is_taken(sent: &SentBody) -> bool {
    matches!(sent.refused.as_deref(), None | Some("10003"))
}

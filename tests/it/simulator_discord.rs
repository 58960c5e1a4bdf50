//! The embedded Discord server, with serenity for a client.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use serenity::all::{
    ActionRowComponent, ButtonStyle, ChannelId, Client, CommandOptionType, Context, CreateActionRow, CreateButton,
    CreateCommand, CreateCommandOption, CreateEmbed, CreateInputText, CreateInteractionResponse,
    CreateInteractionResponseFollowup, CreateInteractionResponseMessage, CreateMessage, CreateModal, CreateThread,
    EditInteractionResponse, EditMessage, EventHandler, GatewayIntents, GuildId, Http, HttpBuilder, HttpError,
    InputTextStyle, Interaction, MessageId, Nonce, OnlineStatus, Ready,
};
use serenity::client::ClientBuilder;
use serenity::gateway::{ShardManager, ShardRunnerMessage};
use stagerbot::simulator::discord::Server;
use stagerbot::simulator::discord::fault::Fault;
use stagerbot::simulator::discord::person::{Impossible, NO_RESPONSE};
use stagerbot::simulator::discord::settings::Settings;
use stagerbot::simulator::discord::view::View;
use tokio::task::JoinHandle;

const SOON: Duration = crate::harness::PATIENCE;
const CHANNEL: &str = "cf-ops";

/// What serenity's client does here: defers `/stager check` and answers, shows a form for `restart`, ignores the rest.
struct Handler;

#[serenity::async_trait]
impl EventHandler for Handler {
    async fn ready(&self, _: Context, ready: Ready) {
        assert_eq!(ready.user.name, "Stagerbot");
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        match interaction {
            Interaction::Command(command) => {
                let sub = &command.data.options[0].name;
                if sub == "check" {
                    command.defer_ephemeral(&context.http).await.unwrap();
                    let edit = EditInteractionResponse::new().content(format!("looking, {}", command.user.name));
                    command.edit_response(&context.http, edit).await.unwrap();
                    let more = CreateInteractionResponseFollowup::new().content("more").ephemeral(true);
                    command.create_followup(&context.http, more).await.unwrap();
                } else if sub == "restart" {
                    let input = CreateInputText::new(InputTextStyle::Short, "Why?", "reason");
                    let form = CreateModal::new("why", "A reason").components(vec![CreateActionRow::InputText(input)]);
                    command.create_response(&context.http, CreateInteractionResponse::Modal(form)).await.unwrap();
                }
            }
            Interaction::Modal(form) => {
                let ActionRowComponent::InputText(input) = &form.data.components[0].components[0] else { panic!() };
                let said = format!("because: {}", input.value.as_deref().unwrap());
                let said = CreateInteractionResponseMessage::new().content(said).ephemeral(true);
                form.create_response(&context.http, CreateInteractionResponse::Message(said)).await.unwrap();
            }
            Interaction::Component(click) => {
                let said = CreateInteractionResponseMessage::new().content("clicked").components(Vec::new());
                click.create_response(&context.http, CreateInteractionResponse::UpdateMessage(said)).await.unwrap();
            }
            _ => panic!("unexpected: {interaction:?}"),
        }
    }
}

/// A server with anna in it, and a way to its API.
async fn server(settings: Settings) -> (Server, Http) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = Server::start(settings).await.unwrap();
    server.add_person("anna", "de");
    let http = http(&server, server.token());
    (server, http)
}

fn http(server: &Server, token: &str) -> Http {
    let id = server.settings().application_id.parse().unwrap();
    HttpBuilder::new(token).proxy(server.api_url()).ratelimiter_disabled(true).application_id(id).build()
}

/// serenity, listening, for as long as this lives.
struct Listening(JoinHandle<serenity::Result<()>>, Arc<ShardManager>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
        // serenity's own task would read on from what is closed, without ever waiting, until its next heartbeat.
        for runner in self.1.runners.try_lock().iter().flat_map(|runners| runners.values()) {
            runner.runner_tx.send_to_shard(ShardRunnerMessage::Close(1000, None));
            runner.runner_tx.set_presence(None, OnlineStatus::Online);
        }
    }
}

async fn listen(server: &Server) -> Listening {
    let client = ClientBuilder::new_with_http(http(server, server.token()), GatewayIntents::MESSAGE_CONTENT);
    let mut client: Client = client.event_handler(Handler).await.unwrap();
    assert_eq!(*client.ws_url.lock().await, server.api_url().replace("http", "ws"), "serenity asked the simulator");
    let manager = client.shard_manager.clone();
    let listening = Listening(tokio::spawn(async move { client.start().await }), manager);
    connected(server, 0).await;
    listening
}

async fn connected(server: &Server, before: u64) {
    let is = |view: &View| {
        let counters = &view.counters;
        (counters.identified + counters.resumed > before && counters.connections_open > 0).then_some(())
    };
    server.wait_for(SOON, is).await.unwrap();
}

async fn register(server: &Server, http: &Http) {
    let of = |name: &str| CreateCommandOption::new(CommandOptionType::SubCommand, name, "does it");
    let command = CreateCommand::new("stager").description("Staging").set_options(vec![
        of("check").add_sub_option(CreateCommandOption::new(CommandOptionType::String, "environment", "which")),
        of("restart"),
        of("ignored"),
    ]);
    let guild: GuildId = server.guild_id().parse().unwrap();
    let commands = guild.set_commands(http, vec![command]).await.unwrap();
    assert_eq!(commands[0].name, "stager");
    assert_eq!(guild.get_commands(http).await.unwrap().len(), 1);
}

fn channel(server: &Server) -> ChannelId {
    server.channel_id(CHANNEL).unwrap().parse().unwrap()
}

fn code(error: serenity::Error) -> isize {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(answer)) => answer.error.code,
        other => panic!("{other}"),
    }
}

fn button(custom_id: &str, label: &str) -> CreateButton {
    CreateButton::new(custom_id).label(label).style(ButtonStyle::Success)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_deferred_and_answered_to_its_author_alone() {
    let (server, http) = server(Settings::default()).await;
    let _listening = listen(&server).await;
    let anna = server.person("anna");
    let unknown = anna.types(CHANNEL, "/stager check").await.unwrap_err();
    assert_eq!(unknown, Impossible::NoCommand("/stager check".into()));
    register(&server, &http).await;
    let delivery = anna.types(CHANNEL, "/stager check prod").await.unwrap();
    assert!(delivery.acked());
    assert_eq!(delivery.payload["data"]["options"][0]["options"][0]["value"], "prod");
    assert_eq!(delivery.payload["locale"], "de");
    let seen = |view: &View| view.messages.iter().any(|message| message.text_seen() == "more").then_some(());
    server.wait_for(SOON, seen).await.unwrap();
    server.add_person("ben", "en-US");
    let heard: Vec<String> = anna.sees(CHANNEL).ephemerals().map(|message| message.text_seen()).collect();
    assert_eq!(heard, ["looking, anna", "more"]);
    assert!(server.person("ben").sees(CHANNEL).messages.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_shown_filled_in_and_answered() {
    let (server, http) = server(Settings::default()).await;
    let _listening = listen(&server).await;
    register(&server, &http).await;
    let anna = server.person("anna");
    anna.types(CHANNEL, "/stager restart").await.unwrap();
    assert_eq!(anna.sees(CHANNEL).modals[0].title(), "A reason");
    assert_eq!(anna.submits(&[("other", "x")]).await.unwrap_err(), Impossible::NoForm("anna".into()));
    let delivery = anna.submits(&[("reason", "cf push fails")]).await.unwrap();
    assert_eq!(delivery.message.unwrap().text_seen(), "because: cf push fails");
    assert!(anna.sees(CHANNEL).modals.is_empty());
    anna.types(CHANNEL, "/stager restart").await.unwrap();
    anna.closes_form().unwrap();
    assert!(anna.sees(CHANNEL).modals.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_changes_the_message_that_it_was_on() {
    let (server, http) = server(Settings::default()).await;
    let _listening = listen(&server).await;
    let rows = vec![CreateActionRow::Buttons(vec![button("approve:7", "Approve")])];
    let message = channel(&server).send_message(&http, CreateMessage::new().content("card").components(rows)).await;
    let id = message.unwrap().id.to_string();
    let delivery = server.person("anna").clicks(&id, "approve").await.unwrap();
    assert_eq!(delivery.payload["data"]["custom_id"], "approve:7");
    let shown = server.view().message(&id).unwrap().clone();
    assert_eq!((shown.text_seen().as_str(), shown.buttons().len(), shown.history.len()), ("clicked", 0, 2));
    let gone = server.person("anna").clicks(&id, "approve").await.unwrap_err();
    assert!(matches!(gone, Impossible::NoElement { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_posted_edited_threaded_and_deleted() {
    let (server, http) = server(Settings::default()).await;
    let here = channel(&server);
    let embed = CreateEmbed::new().title("Why").description(r"\*because\*").field("Pods", "bbs-0", true);
    let mut message = here.send_message(&http, CreateMessage::new().content("card").embed(embed)).await.unwrap();
    let id = message.id.to_string();
    assert_eq!(server.view().message(&id).unwrap().text_seen(), "card\nWhy\n*because*\nPods\nbbs-0");
    message.edit(&http, EditMessage::new().content("changed")).await.unwrap();
    assert_eq!(message.embeds.len(), 1, "what is not named stays");
    let thread = here.create_thread_from_message(&http, message.id, CreateThread::new("timeline")).await.unwrap();
    assert_eq!(thread.id.to_string(), id);
    thread.id.say(&http, "one").await.unwrap();
    assert_eq!(server.view().thread(&id)[0].text_seen(), "one");
    let again = here.create_thread_from_message(&http, message.id, CreateThread::new("again")).await.unwrap_err();
    assert_eq!(code(again), 160_004);
    server.lock_thread(&id);
    assert_eq!(code(thread.id.say(&http, "two").await.unwrap_err()), 50083);
    message.delete(&http).await.unwrap();
    assert_eq!(code(here.message(&http, message.id).await.unwrap_err()), 10008);
    assert_eq!(code(ChannelId::new(404).say(&http, "hello").await.unwrap_err()), 10003);
    assert_eq!(code(here.message(&http, MessageId::new(404)).await.unwrap_err()), 10008);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enforced_nonce_makes_a_second_message_the_first() {
    let (server, http) = server(Settings::default()).await;
    let message = || CreateMessage::new().content("card").nonce(Nonce::String("7".into())).enforce_nonce(true);
    let first = channel(&server).send_message(&http, message()).await.unwrap();
    let second = channel(&server).send_message(&http, message()).await.unwrap();
    assert_eq!(first.id, second.id);
    let third = channel(&server).send_message(&http, message().nonce(Nonce::String("8".into()))).await.unwrap();
    assert_ne!(first.id, third.id);
    assert_eq!(server.all_messages().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_or_misspelt_is_refused() {
    let (server, http) = server(Settings { paces: [].into(), ..Settings::default() }).await;
    let row = |id: &str, label: &str| json!({"type": 1, "components": [{"type": 2, "style": 1, "label": label, "custom_id": id}]});
    let embed = |key: &str, text: String| json!({"embeds": [{key: text}]});
    let long = |length| "x".repeat(length);
    let fine = [
        json!({"content": long(2_000)}),
        embed("description", long(4_096)),
        json!({"embeds": [{"fields": (0..25).map(|_| json!({"name": "n", "value": "v"})).collect::<Vec<_>>()}]}),
        json!({"components": [row(&long(100), &long(80))]}),
    ];
    let wrong = [
        json!({"content": long(2_001)}),
        json!({"contents": "x"}),
        json!({"content": "x", "nonce": long(26)}),
        json!({"content": "x", "allowed_mentions": {"parse": ["everybody"]}}),
        embed("description", long(4_097)),
        embed("title", long(257)),
        json!({"embeds": [{}]}),
        json!({"embeds": vec![json!({"description": "x"}); 11]}),
        json!({"embeds": vec![json!({"description": long(3_001)}); 2]}),
        json!({"embeds": [{"fields": vec![json!({"name": "n", "value": "v"}); 26]}]}),
        json!({"embeds": [{"fields": [{"name": "n", "value": ""}]}]}),
        json!({"components": [row(&long(101), "x")]}),
        json!({"components": [row("x", &long(81))]}),
        json!({"components": [row("x", ""), row("y", "y")]}),
        json!({"components": [row("x", "x"), row("x", "y")]}),
        json!({"components": (0..6).map(|n| row(&n.to_string(), "x")).collect::<Vec<_>>()}),
        json!({"components": [{"type": 1, "components": []}]}),
    ];
    for body in fine {
        http.send_message(channel(&server), Vec::new(), &body).await.unwrap();
    }
    for body in wrong {
        let error = http.send_message(channel(&server), Vec::new(), &body).await.unwrap_err();
        assert_eq!(code(error), 50035, "{body}");
    }
    let empty = http.send_message(channel(&server), Vec::new(), &json!({"content": " "})).await.unwrap_err();
    assert_eq!(code(empty), 50006);
    let refused = server.bodies_sent().iter().filter(|sent| sent.refused.is_some()).count();
    assert_eq!(refused, 18);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_pinged_only_where_that_is_allowed() {
    let (server, http) = server(Settings::default()).await;
    let anna = server.person("anna").id().to_owned();
    let content = format!("<@{anna}> @everyone");
    for (allowed, pinged) in [
        (json!(null), vec![anna.clone(), "@everyone".to_owned()]),
        (json!({"parse": []}), vec![]),
        (json!({"users": [anna]}), vec![anna.clone()]),
    ] {
        let mut body = json!({"content": content});
        if !allowed.is_null() {
            body["allowed_mentions"] = allowed;
        }
        let message = http.send_message(channel(&server), Vec::new(), &body).await.unwrap();
        assert_eq!(server.view().message(&message.id.to_string()).unwrap().pinged, pinged);
        assert_eq!(server.view().message(&message.id.to_string()).unwrap().text_seen(), "@anna @everyone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_late_or_deaf_fails_visibly() {
    let (server, http) = server(Settings { respond_within: Duration::from_millis(100), ..Settings::default() }).await;
    register(&server, &http).await;
    let anna = server.person("anna");
    let delivery = anna.types(CHANNEL, "/stager check").await.unwrap();
    assert!(!delivery.acked() && !delivery.delivered);
    let _listening = listen(&server).await;
    let delivery = anna.types(CHANNEL, "/stager ignored").await.unwrap();
    assert!(!delivery.acked() && delivery.delivered);
    let told: Vec<String> = anna.sees(CHANNEL).ephemerals().map(|message| message.text_seen()).collect();
    assert_eq!(told, [NO_RESPONSE, NO_RESPONSE]);
    let id = delivery.payload["id"].as_str().unwrap().parse::<u64>().unwrap();
    let late = http.create_interaction_response(id.into(), delivery.token(), &json!({"type": 5}), Vec::new()).await;
    assert_eq!(code(late.unwrap_err()), 10062);
    let edit = http.edit_original_interaction_response(delivery.token(), &json!({"content": "x"}), Vec::new()).await;
    assert_eq!(code(edit.unwrap_err()), 10015);
    let counters = server.counters();
    assert_eq!((counters.failed, counters.interactions_undelivered), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_bad_tokens_and_lost_rights_are_answered_as_by_discord() {
    let (server, http) = server(Settings::default()).await;
    let here = channel(&server);
    for _ in 0..5 {
        here.say(&http, "x").await.unwrap();
    }
    here.say(&http, "x").await.unwrap_err();
    assert_eq!(server.counters().api_errors["429"], 1);
    let other: ChannelId = server.add_channel("other").parse().unwrap();
    other.say(&http, "x").await.unwrap();
    let stranger = self::http(&server, "nobodys.bot.token");
    stranger.get_current_user().await.unwrap_err();
    server.inject(Fault::NoAccess("other".into()));
    assert_eq!(code(other.say(&http, "x").await.unwrap_err()), 50001);
    server.heal_all();
    server.inject(Fault::NoPermission("other".into()));
    assert_eq!(code(other.say(&http, "x").await.unwrap_err()), 50013);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_fast_or_while_it_is_down_is_observed_too() {
    let (server, http) = server(Settings::default()).await;
    let here = channel(&server);
    let observed: Arc<Mutex<Vec<String>>> = Arc::default();
    let notes = observed.clone();
    server.observe_sent(move |call, body| notes.lock().unwrap().push(format!("{call}: {}", body["content"])));
    server.inject(Fault::Down { call: None, status: 503 });
    here.say(&http, "down").await.unwrap_err();
    server.heal_all();
    server.inject(Fault::RateLimited { call: None, calls: 1, retry_after: Duration::from_secs(7), global: false });
    here.say(&http, "fast").await.unwrap_err();
    here.say(&http, "fine").await.unwrap();
    let seen = ["down", "fast", "fine"].map(|text| format!("create_message: {text:?}"));
    assert_eq!(*observed.lock().unwrap(), seen);
    assert_eq!(server.bodies_sent().len(), 1, "what came through");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_resumed_with_what_was_missed_or_begun_anew() {
    let (server, http) = server(Settings { heartbeat_every: Duration::from_millis(200), ..Settings::default() }).await;
    register(&server, &http).await;
    let _listening = listen(&server).await;
    let heartbeats = |view: &View| (view.counters.heartbeats >= 2).then_some(());
    server.wait_for(SOON, heartbeats).await.unwrap();
    let anna = server.person("anna");
    for (fault, resumed) in [
        (Fault::Reconnect, 1),
        (Fault::GatewayCloses(4000), 2),
        (Fault::GatewayBreaks, 3),
        (Fault::InvalidSession { resumable: false }, 3),
    ] {
        let before = server.counters();
        server.inject(fault.clone());
        // What comes while nobody is connected is not lost where the session is resumed.
        connected(&server, before.identified + before.resumed).await;
        let delivery = anna.types(CHANNEL, "/stager check").await.unwrap();
        assert!(delivery.acked(), "{fault:?}");
        assert_eq!(server.counters().resumed, resumed, "{fault:?}");
    }
    assert_eq!(server.counters().identified, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_and_intents_that_are_not_allowed_close_the_gateway_for_good() {
    for (fault, named) in
        [(Fault::TokenReset, "InvalidAuthentication"), (Fault::IntentsDisallowed, "DisallowedGatewayIntents")]
    {
        let (server, _) = server(Settings::default()).await;
        let listening = listen(&server).await;
        server.inject(fault.clone());
        if fault == Fault::IntentsDisallowed {
            server.inject(Fault::InvalidSession { resumable: false });
        }
        let mut listening = listening;
        let ended = tokio::time::timeout(SOON, &mut listening.0).await.unwrap().unwrap().unwrap_err();
        assert!(format!("{ended:?}").contains(named), "{ended:?}");
    }
}

#[tokio::test]
async fn happenings_can_be_followed() {
    let (server, http) = server(Settings::default()).await;
    let mut feed = server.subscribe();
    channel(&server).say(&http, "hello").await.unwrap();
    let happening: Arc<_> = feed.recv().await.unwrap();
    assert_eq!(happening.to_string(), "#cf-ops  Stagerbot: hello");
}

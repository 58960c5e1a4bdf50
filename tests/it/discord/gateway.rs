//! Connections that are lost, refused, deaf, or turn in circles; and that nothing secret is logged.

use std::time::{Duration, Instant};

use stagerbot::chat::{Chat as _, ChatError};
use stagerbot::request::Verb;
use stagerbot::simulator::discord::fault::Fault;
use stagerbot::simulator::discord::settings::Settings as Shape;
use stagerbot::simulator::discord::view::View;
use tokio::time::timeout;

use super::{Bot, CHANNEL, brisk, card};
use crate::harness::log::{Log, assert_keeps};
use crate::harness::{PATIENCE, eventually};

/// Whoever waits for a heartbeat, or for a word, waits for longer than any test.
const HOURS: Duration = Duration::from_hours(10);

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_break_or_are_to_be_replaced_come_back() {
    let bot = Bot::start(brisk()).await;
    for fault in [
        Fault::Reconnect,
        Fault::GatewayCloses(4000),
        Fault::GatewayBreaks,
        Fault::InvalidSession { resumable: true },
        Fault::InvalidSession { resumable: false },
    ] {
        let before = bot.server.counters();
        bot.server.inject(fault.clone());
        let again = |view: &View| {
            let begun = view.counters.identified + view.counters.resumed > before.identified + before.resumed;
            (begun && view.counters.connections_open > 0).then_some(())
        };
        bot.server.wait_for(PATIENCE, again).await.unwrap();
        bot.hears().await;
        assert!(bot.server.person("anna").types(CHANNEL, "/stager check").await.unwrap().acked(), "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_while_it_reconnects_is_not_lost() {
    let bot = Bot::start(brisk()).await;
    bot.server.inject(Fault::Reconnect);
    let delivery = bot.server.person("anna").types(CHANNEL, "/stager check").await.unwrap();
    assert!(delivery.acked(), "the session is resumed, and Discord repeats what was missed");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_close_frame_without_a_body_it_hears_again_without_waiting_for_a_heartbeat() {
    let bot = Bot::with_max_silence(HOURS, Shape { heartbeat_every: HOURS, ..brisk() }).await;
    let before = bot.server.counters().identified;
    bot.server.inject(Fault::GatewayClosesWithoutBody);
    let again = |view: &View| (view.counters.identified > before && view.counters.connections_open > 0).then_some(());
    bot.server.wait_for(PATIENCE, again).await.unwrap();
    bot.hears().await;
    assert!(bot.server.person("anna").types(CHANNEL, "/stager check").await.unwrap().acked());
}

/// A session that is not ended shows the bot as online, and is kept to be resumed.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_stops_says_goodbye() {
    let mut bot = Bot::with_max_silence(HOURS, Shape { heartbeat_every: HOURS, ..brisk() }).await;
    bot.stop.cancel();
    timeout(PATIENCE, &mut bot.listening).await.unwrap().unwrap().unwrap();
    bot.server.wait_for(PATIENCE, |view: &View| (view.counters.ended == 1).then_some(())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn unanswered_heartbeats_are_noticed() {
    let bot = Bot::start(Shape { heartbeat_every: Duration::from_millis(300), ..brisk() }).await;
    bot.server.inject(Fault::HeartbeatsUnanswered);
    let before = bot.server.counters().identified;
    let noticed = |view: &View| (view.counters.identified > before).then_some(());
    bot.server.wait_for(PATIENCE, noticed).await.unwrap();
    bot.server.heal_all();
    bot.hears().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_has_gone_silent_is_replaced_before_a_heartbeat_is_missed() {
    let bot = Bot::with_max_silence(Duration::from_secs(2), brisk()).await;
    let before = bot.server.counters().identified;
    bot.server.inject(Fault::GatewayFreezes);
    let again = |view: &View| (view.counters.identified > before && view.counters.connections_open > 0).then_some(());
    bot.server.wait_for(PATIENCE, again).await.unwrap();
    bot.hears().await;
    assert!(bot.server.person("anna").types(CHANNEL, "/stager check").await.unwrap().acked());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_takes_nobody_is_asked_ever_less_often() {
    let bot = Bot::start(brisk()).await;
    let (start, before) = (Instant::now(), bot.server.counters().connections_opened);
    bot.server.inject(Fault::GatewayRefused);
    eventually("the bot notices", || !bot.discord.is_listening()).await;
    let often = |view: &View| (view.counters.connections_opened >= before + 4).then_some(());
    bot.server.wait_for(PATIENCE, often).await.unwrap();
    assert!(start.elapsed() > Duration::from_millis(1_500), "four attempts within {:?}", start.elapsed());
    bot.server.heal_all();
    timeout(PATIENCE, bot.hears()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_reset_and_intents_that_are_not_allowed_end_the_listening_by_name() {
    for (fault, named) in [(Fault::TokenReset, "(4004)"), (Fault::IntentsDisallowed, "Message Content Intent")] {
        let bot = Bot::reading(brisk()).await;
        bot.server.inject(fault.clone());
        if fault == Fault::IntentsDisallowed {
            bot.server.inject(Fault::InvalidSession { resumable: false });
        }
        let ended = timeout(PATIENCE, bot.listening).await.unwrap().unwrap().unwrap_err();
        assert!(matches!(&ended, ChatError::Fatal(_) if ended.to_string().contains(named)), "{ended:?}");
        assert!(!bot.discord.is_listening());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_is_begun_when_hardly_any_are_left_for_the_day() {
    let bot = Bot::start(Shape { sessions_a_day: 21, ..brisk() }).await;
    bot.server.inject(Fault::GatewayClosesWithoutBody);
    eventually("the bot notices", || !bot.discord.is_listening()).await;
    let asked = |view: &View| (view.counters.calls("get_gateway_bot") >= 2).then_some(());
    bot.server.wait_for(PATIENCE, asked).await.unwrap();
    assert_eq!(bot.server.counters().identified, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_closes_the_connection_also_when_nobody_waits() {
    for told in [true, false] {
        let bot = Bot::start(brisk()).await;
        if told {
            bot.stop.cancel();
            timeout(PATIENCE, bot.listening).await.unwrap().unwrap().unwrap();
        } else {
            bot.listening.abort();
        }
        let closed = |view: &View| (view.counters.connections_open == 0).then_some(());
        bot.server.wait_for(PATIENCE, closed).await.unwrap();
        eventually("it does not listen", || !bot.discord.is_listening()).await;
    }
}

#[tokio::test]
async fn no_secret_is_logged_even_with_everything_on() {
    let (log, _taking_down) = Log::of_this_thread();
    let bot = Bot::start(Shape { respond_within: Duration::from_millis(1_500), ..brisk() }).await;
    let anna = bot.server.person("anna");
    let typed = anna.types(CHANNEL, "/stager check").await.unwrap();
    bot.discord.answer(&bot.one().await.reply.unwrap(), "looking").await.unwrap();
    let id = bot.discord.post(&bot.channel(), "key", &card("BBS is down")).await.unwrap();
    anna.clicks(&id, Verb::Deny.button().unwrap()).await.unwrap();
    bot.store.close().await;
    assert!(!anna.clicks(&id, Verb::Deny.button().unwrap()).await.unwrap().acked());
    bot.server.inject(Fault::Down { call: None, status: 502 });
    bot.discord.answer(&bot_reply(&typed), "again").await.unwrap_err();

    assert_keeps(&log.text(), &["not stored and not acknowledged"], [bot.server.token(), typed.token()]);
}

fn bot_reply(typed: &stagerbot::simulator::discord::person::Delivery) -> stagerbot::request::ReplyTo {
    use stagerbot::incident::account::{Account, Platform};
    let id = typed.payload["id"].as_str().unwrap();
    stagerbot::request::ReplyTo {
        account: Account { platform: Platform::Discord, user: "1".to_owned() },
        channel: typed.payload["channel_id"].as_str().unwrap().to_owned(),
        locale: None,
        handle: Some(format!("{id}/{}", typed.token())),
    }
}

//! Pictures of closed incidents: what is drawn, and that each is shown once at most and never in anything's way.

mod drawn;
mod simulator_files;

use std::sync::Arc;

use stagerbot::bot::Bot;
use stagerbot::simulator::discord::fault::Fault as OfDiscord;
use stagerbot::simulator::discord::message::Message as DiscordMessage;
use stagerbot::simulator::platform::message::File;
use stagerbot::simulator::slack::fault::Fault as OfSlack;
use stagerbot::simulator::slack::message::Message as SlackMessage;

use crate::harness::both::{self, Both};
use crate::harness::{Setup, owed, until};

const ASK: &str = "files.getUploadURLExternal";
const UPLOAD: &str = "upload";
const SHOW: &str = "files.completeUploadExternal";
const MISSING: &str = "closed incidents get no picture there";

fn with_pictures(both: &Both) -> Setup {
    both.setup().with("incidents.pictures = true")
}

/// An outage from its check to its recovery, on both platforms.
async fn recovers(both: &Both) {
    let card = both.scene.requested().await;
    both.scene.ben.clicks(&card, "stager-approve").await.unwrap();
    ended(both).await;
}

/// Both platforms tell the end: the card, and the thread's last line.
async fn ended(both: &Both) {
    both.scene.card("Recovered").await;
    both.card("Recovered").await;
    both.scene.told("stagerbot audit verify --config stagerbot.toml --noted").await;
    both.told("stagerbot audit verify").await;
}

/// Waits until nothing is owed to anybody, pictures among that.
async fn settled(both: &Both) {
    until("that nothing is owed", async || {
        let left = owed::try_untold(&both.scene.url()).await.map_err(|error| error.to_string())?;
        if left.is_empty() { Ok(()) } else { Err(format!("{left:?} are")) }
    })
    .await;
}

fn on_slack(both: &Both) -> Vec<Arc<SlackMessage>> {
    both.scene.workspace.all_messages().into_iter().filter(|message| !message.files.is_empty()).collect()
}

fn on_discord(both: &Both) -> Vec<Arc<DiscordMessage>> {
    both.server.all_messages().into_iter().filter(|message| !message.files.is_empty()).collect()
}

async fn bot(both: &Both) -> Bot {
    both.bot_of(&with_pictures(both)).await
}

fn is_picture(file: &File, text: &str) {
    assert!(file.bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "it is no PNG");
    assert!(file.bytes.len() < 20_000, "{} bytes are not small", file.bytes.len());
    assert_eq!(file.name, "incident-1.png");
    let alt = file.alt.as_deref().unwrap();
    for part in ["A: ", "until the diagnosis", "until healthy"] {
        assert!(alt.contains(part) && text.contains(part), "{part} is not in “{alt}” and “{text}”");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_incident_gets_its_picture_once_on_both_platforms() {
    let both = Both::new().await;
    let running = bot(&both).await;
    recovers(&both).await;
    settled(&both).await;
    let (slack, discord) = (on_slack(&both), on_discord(&both));
    let card = both.scene.card("Recovered").await;
    assert_eq!((slack.len(), discord.len()), (1, 1));
    assert_eq!(slack[0].thread_ts.as_deref(), Some(card.ts.as_str()), "it is in the card's thread");
    assert_eq!(discord[0].thread_of.as_deref(), Some(both.card("Recovered").await.id.as_str()));
    is_picture(&slack[0].files[0], &slack[0].text_seen());
    is_picture(&discord[0].files[0], &discord[0].text_seen());
    let head = both.scene.told("stagerbot audit verify --config stagerbot.toml --noted").await;
    assert!(slack[0].ts > head.ts, "it waited for the thread");

    // Neither another start nor another look shows it again, and a look that finds nothing has none.
    running.stop().await;
    let running = bot(&both).await;
    both.scene.says(&both.scene.anna, "/stager check").await;
    both.scene.card("healthy").await;
    both.seen(|m| both::is_card(m) && !m.text_seen().contains("Recovered")).await;
    both.told("Healthy: nothing to do").await;
    both.scene.beside_the_point(&["Checking prod: see incident 2"]);
    settled(&both).await;
    running.stop().await;
    assert_eq!((on_slack(&both).len(), on_discord(&both).len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_there_is_none() {
    let both = Both::new().await;
    let running = both.bot().await;
    recovers(&both).await;
    settled(&both).await;
    running.stop().await;
    let calls = both.scene.workspace.counters();
    assert_eq!((calls.calls(ASK), on_slack(&both).len(), on_discord(&both).len()), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_named_once_and_disturbs_nothing() {
    let both = Both::new().await;
    both.scene.workspace.inject(OfSlack::ScopeMissing("files:write".into()));
    both.server.inject(OfDiscord::NoFiles("operations".into()));
    let running = both.child_with(&with_pictures(&both), &[]).await;
    let named = || std::fs::read_to_string(both.scene.log()).unwrap().matches(MISSING).count();
    until("that both are named", async || if named() == 2 { Ok(()) } else { Err(named()) }).await;
    recovers(&both).await;
    settled(&both).await;
    let log = std::fs::read_to_string(both.scene.log()).unwrap();
    assert_eq!(named(), 2, "{log}");
    assert_eq!(log.matches("the incident's picture was refused").count(), 2, "{log}");
    assert!(!log.contains("could not show"), "nothing else was disturbed: {log}");
    assert_eq!((on_slack(&both).len(), on_discord(&both).len()), (0, 0));
    running.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_fails_holds_nothing_up_and_is_given_up() {
    let both = Both::new().await;
    let running = bot(&both).await;
    both.scene.workspace.inject(OfSlack::Down { method: Some(UPLOAD.into()), status: 503 });
    recovers(&both).await;
    settled(&both).await;
    running.stop().await;
    assert_eq!(both.scene.workspace.counters().calls(UPLOAD), 4, "it was tried so often");
    assert_eq!((on_slack(&both).len(), on_discord(&both).len()), (0, 1), "one platform is not another");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_does_not_show_it_twice() {
    let both = Both::new().await;
    let running = bot(&both).await;
    both.scene.workspace.inject(OfSlack::AnswersLost { method: Some(SHOW.into()) });
    recovers(&both).await;
    settled(&both).await;
    running.stop().await;
    assert_eq!((on_slack(&both).len(), both.scene.workspace.counters().calls(SHOW)), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_waited_for() {
    let both = Both::new().await;
    let running = bot(&both).await;
    let retry_after = std::time::Duration::from_secs(1);
    both.scene.workspace.inject(OfSlack::RateLimited { method: Some(SHOW.into()), calls: 2, retry_after });
    recovers(&both).await;
    settled(&both).await;
    running.stop().await;
    assert_eq!((on_slack(&both).len(), both.scene.workspace.counters().calls(SHOW)), (1, 3));
}

/// Kills the bot while a call of a picture hangs; what is there once the next start is through.
async fn killed_at(method: &str) -> Both {
    let both = Both::new().await;
    let hanging = OfSlack::Hangs { method: Some(method.into()) };
    both.scene.workspace.inject(hanging.clone());
    let setup = with_pictures(&both);
    let first = both.child_with(&setup, &[]).await;
    recovers(&both).await;
    until("the call that hangs", async || {
        if both.scene.workspace.counters().calls(method) > 0 { Ok(()) } else { Err("not yet") }
    })
    .await;
    first.kill();
    both.scene.workspace.heal(&hanging);
    let second = both.child_with(&setup, &[]).await;
    settled(&both).await;
    second.kill();
    both
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_upload_is_shown_it_is_shown_by_the_next_start() {
    let both = killed_at(UPLOAD).await;
    assert_eq!((on_slack(&both).len(), on_discord(&both).len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_is_shown_nobody_knows_and_it_is_not_shown_again() {
    let both = killed_at(SHOW).await;
    assert_eq!((on_slack(&both).len(), both.scene.workspace.counters().calls(SHOW)), (0, 1));
    assert_eq!(on_discord(&both).len(), 1);
}

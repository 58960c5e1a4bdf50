//! The whole bot between a simulated cluster and both platforms.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use stagerbot::simulator::discord::fault::Fault;
use stagerbot::simulator::discord::view::View;

use super::is_taken;
use crate::harness::both::Both;
use crate::harness::{PATIENCE, is_call, post};

const V4: &str = include_str!("../../data/alertmanager/v0.27.json");
#[tokio::test(flavor = "multi_thread")]
async fn from_an_alert_to_the_recovery() {
    let both = Both::new().await;
    let bot = both.bot().await;
    both.scene.stuck().await;
    assert!(post(&bot, V4).await.is_success());
    let card = both.button("stager-restart").await;
    assert!(card.text_seen().contains("failed: Connection refused (exit code 1)"), "{}", card.text_seen());
    let asked = both.requests(&both.anna, &card, "pushes fail").await;
    assert!(asked.contains("A second person has to approve."), "{asked}");
    both.whispered(&both.anna, "Requested. A second person has to approve").await;
    let card = both.button("stager-approve").await;
    let planned = both.scene.uids();

    both.confirms(&both.anna, &card, "stager-approve").await;
    both.whispered(&both.anna, "A second person has to approve it").await;
    both.confirms(&both.zoe, &card, "stager-approve").await;
    both.whispered(&both.zoe, "belongs to no person").await;
    assert!(both.scene.terminated().is_empty());

    let asked = both.confirms(&both.ben, &card, "stager-approve").await.text_seen();
    for part in ["prod", "diego-api-0, diego-api-1", "old at the request", "you checked the database"] {
        assert!(asked.contains(part), "the question does not name “{part}”: {asked}");
    }
    let over = both.card("Recovered").await;
    both.told("Alert CFStagerUnavailable (alertmanager) for prod: cf push fails in prod-eu").await;
    both.told("Anna tried to approve, and was refused: You requested this restart yourself").await;
    both.told("tried to approve, and was refused: Your account belongs to no person").await;
    assert!(over.buttons().is_empty());
    assert_eq!(both.scene.terminated(), planned);
    assert_eq!(both.cards(), 1);
    both.told("New active leader").await;
    assert!(both.told("Anna requested a restart of").await.text_seen().contains("pushes fail"));
    // The card that a slow client still shows.
    both.confirms(&both.anna, &card, "stager-approve").await;
    both.whispered(&both.anna, "Too late: Ben approved it at").await;
    for message in both.server.all_messages() {
        assert!(message.pinged.is_empty() || is_call(&message.text_seen()), "{message:?}");
    }
    assert!(both.server.bodies_sent().iter().all(|sent| is_taken(sent)));
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_with_their_reasons() {
    let both = Both::new().await;
    let bot = both.bot().await;
    both.says(&both.zoe, "/stager status").await;
    both.whispered(&both.zoe, "prod: no open incident").await;
    both.scene.stuck().await;
    both.says(&both.anna, "/stager check").await;
    let card = both.button("stager-restart").await;
    both.requests(&both.anna, &card, "").await;
    let card = both.button("stager-approve").await;
    let code = card.button("stager-approve").unwrap().custom_id.split_once('/').unwrap().1.to_owned();
    both.says(&both.ben, &format!("/stager approve {code}")).await;
    both.whispered(&both.ben, "The database's state is not known").await;
    both.told("Ben tried to approve, and was refused: The database's state is not known").await;
    both.says(&both.ben, &format!("/stager cancel {code}")).await;
    both.whispered(&both.ben, "Only Anna can cancel").await;
    both.told("Ben tried to cancel, and was refused: Only Anna can cancel this request").await;
    both.ben.clicks(&card, "stager-deny").await.unwrap();
    both.card("the stager is unavailable").await;
    both.whispered(&both.ben, "Denied.").await;
    both.told("Ben denied the request").await;
    both.seen(|m| m.text_seen().contains("Ben denied your request")).await;
    // The same is said on the other platform.
    both.scene.beside_the_point(&["UTC: Ben denied it", "somebody took the incident over"]);
    both.confirms(&both.ben, &card, "stager-approve").await;
    both.whispered(&both.ben, "Too late: Ben denied it at").await;
    both.told("Ben tried to approve, and was refused: Too late: Ben denied it at").await;
    both.says(&both.ben, "/stager handover I know this one").await;
    both.card("Ben took over: I know this one").await;
    both.whispered(&both.ben, "The incident is yours").await;
    both.told("Ben took over: I know this one").await;
    assert!(both.scene.terminated().is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_the_bot_keeps_the_card_and_its_buttons() {
    let both = Both::new().await;
    let first = both.bot().await;
    both.scene.stuck().await;
    both.says(&both.anna, "/stager check").await;
    let card = both.button("stager-restart").await;
    both.requests(&both.anna, &card, "").await;
    let card = both.button("stager-approve").await;
    let asked = both.ben.clicks(&card, "stager-approve").await.unwrap().message.unwrap();
    first.stop().await;
    let second = both.bot().await;
    // Also a question that was put by the bot that is gone.
    both.ben.clicks(&asked, "yes/stager-approve").await.unwrap();
    both.card("Recovered").await;
    both.told("The bot took this incident up again").await;
    assert_eq!(both.cards(), 1);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_person_on_the_other_platform_is_no_second_person() {
    let both = Both::new().await;
    let bot = both.bot().await;
    let slack = &both.scene;
    let card = slack.requested().await;
    assert!(card.text_seen().contains("requested by Anna"));
    let here = both.button("stager-approve").await;
    both.confirms(&both.anna, &here, "stager-approve").await;
    both.whispered(&both.anna, "A second person has to approve it").await;
    both.told("Anna tried to approve, and was refused: You requested this restart yourself").await;
    assert!(slack.terminated().is_empty());
    both.confirms(&both.ben, &here, "stager-approve").await;
    both.whispered(&both.ben, "Approved.").await;
    let (there, here) = (slack.card("Recovered").await, both.card("Recovered").await);
    assert_eq!((slack.cards(), both.cards()), (1, 1));
    assert!(there.buttons().is_empty() && here.buttons().is_empty());
    assert_eq!(plain(&there.text_seen()), plain(&here.text_seen()));
    let told = |text: String| -> Vec<String> {
        if is_call(&text) { Vec::new() } else { text.lines().map(str::to_owned).collect() }
    };
    let there = || -> Vec<String> {
        slack.workspace.view().thread(&there.ts).iter().flat_map(|m| told(m.text_seen())).collect()
    };
    let here =
        || -> Vec<String> { both.server.view().thread(&here.id).iter().flat_map(|m| told(m.text_seen())).collect() };
    // One of them may be a line ahead for a moment.
    let is_over = |told: &[String]| told.last().is_some_and(|line| line.starts_with("The log is closed"));
    let both_told = async {
        while !(is_over(&there()) && there() == here()) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    let in_time = timeout(PATIENCE, both_told).await;
    assert!(in_time.is_ok(), "{:#?}\n{:#?}", there(), here());
    bot.stop().await;
}

/// What a card says, without either platform's marks.
fn plain(text: &str) -> Vec<String> {
    let marks =
        |line: &str| line.trim_start_matches(['#', '-', ' ']).trim_matches('*').trim_matches('`').trim().to_owned();
    text.lines().map(marks).filter(|line| !line.is_empty()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_frame_without_a_body_does_not_stop_slack() {
    let both = Both::new().await;
    let bot = both.bot().await;
    let before = both.server.counters().identified;
    both.server.inject(Fault::GatewayClosesWithoutBody);
    both.scene.beside_the_point(&["prod: no open incident"]);
    for _ in 0..20 {
        let delivery = both.scene.anna.types(&both.scene.channel, "/stager status").await.unwrap();
        assert!(delivery.acked_after.unwrap() < Duration::from_secs(1), "{:?}", delivery.acked_after);
    }
    let again = |view: &View| (view.counters.identified > before && view.counters.connections_open > 0).then_some(());
    both.server.wait_for(PATIENCE, again).await.unwrap();
    both.says(&both.anna, "/stager status").await;
    both.whispered(&both.anna, "prod: no open incident").await;
    bot.stop().await;
}

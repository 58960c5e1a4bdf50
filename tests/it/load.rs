//! Many people at once while sockets are cut: what the bot acknowledged is answered, nothing is done twice, and what was
//! lost on the wire fails visibly, so that the person tries again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use sqlx::Row as _;
use stagerbot::incident::event::Event;
use stagerbot::simulator::slack::delivery::{Delivery, Kind};
use stagerbot::simulator::slack::fault::Fault;
use stagerbot::simulator::slack::happening::What;
use stagerbot::simulator::slack::message::Message;
use stagerbot::store::Store;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use stagerbot::simulator::kubernetes::settings::Settings as ClusterSettings;
use stagerbot::simulator::slack::settings::Settings as Workspace;

use crate::harness::{PATIENCE, Scene};

const RATE: u32 = 100;
/// Beside everything else, where it is no measure of speed.
const SHORT_RATE: u32 = 20;

/// Every second each socket is cut with this likelihood.
const CUT: f64 = 0.2;
const SEED: u64 = 170_010;
/// How long everything may take to be answered once nothing new comes.
const DRAIN: Duration = Duration::from_mins(2);

/// What a person wanted, and each try at it.
struct Wish {
    /// The word by which the answer names it; clicks have none.
    word: Option<String>,
    tries: Vec<Delivery>,
}

#[tokio::test(flavor = "multi_thread")]
async fn many_commands_and_clicks_a_second_while_a_fifth_of_the_sockets_is_cut_each_second() {
    let _turn = crate::harness::heavy().await;
    // Half a minute in the long runs of CI, and a few seconds beside everything else.
    let (length, rate) = if crate::harness::long() { (30, RATE) } else { (4, SHORT_RATE) };
    let length = Duration::from_secs(length);
    let scene = Arc::new(
        Scene::between(ClusterSettings::short(), Workspace::default(), "cfee-2", &[("recheck_unclear", "\"60s\"")])
            .await,
    );
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let planned: BTreeSet<String> = scene.uids().into_iter().collect();
    let before = scene.workspace.counters();

    let cutting = tokio::spawn(cut_at_random(scene.clone()));
    let mut wishes = JoinSet::new();
    let mut pace = interval(Duration::from_secs(1) / rate);
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let began = Instant::now();
    let all = rate * length.as_secs() as u32;
    // On a busy machine it goes on until sockets were cut, and something was lost with one.
    let tried = || {
        let now = scene.workspace.counters();
        now.connections_cut > before.connections_cut + length.as_secs() / 6 && now.envelopes_cut > before.envelopes_cut
    };
    let mut number = 0;
    while number < all || !tried() {
        assert!(began.elapsed() < length + PATIENCE, "no socket is cut with anything on it");
        pace.tick().await;
        wishes.spawn(wish(scene.clone(), card.clone(), number, all / 2));
        number += 1;
    }
    let pressed = began.elapsed();
    let wishes = wishes.join_all().await;
    cutting.abort();

    let url = scene.url();
    let rows = answered(&url).await;
    let view = scene.workspace.view();
    let counters = &view.counters;
    let tries = || wishes.iter().flat_map(|wish| &wish.tries);
    let lost = |delivery: &&Delivery| !delivery.acked();
    eprintln!(
        "{} wishes in {pressed:.1?}, {} tries; {} sockets cut, {} opened; {} tries found no socket, {} were lost on the \
         wire, {} acknowledged late; {} inbox rows, all answered",
        wishes.len(),
        tries().count(),
        counters.connections_cut - before.connections_cut,
        counters.connections_opened - before.connections_opened,
        tries().filter(|delivery| !delivery.delivered).count(),
        counters.envelopes_cut - before.envelopes_cut,
        counters.envelopes_acked_late - before.envelopes_acked_late,
        rows.len(),
    );

    // Acknowledged is durable; not acknowledged is seen by the person.
    for delivery in tries().filter(|delivery| delivery.acked()) {
        assert!(rows.contains(&key(delivery)), "acknowledged and not in the inbox: {delivery:?}");
    }
    let failures = tries().filter(lost).count();
    let told = |text: &str| text.contains("operation_timeout") || text.contains("dispatch_failed");
    let commands = view.messages.iter().filter(|message| told(&message.text)).count();
    let clicks = view.happenings.iter().filter(|happening| matches!(happening.what, What::Failed { .. }));
    assert_eq!(commands + clicks.count(), failures, "a try that failed is seen to have failed");
    let on_wire = tries().filter(|delivery| delivery.delivered && !delivery.acked()).count();
    assert!(on_wire > 0, "this tried nothing");

    // Each row is answered once, and so each try acts once.
    let mut answers: BTreeMap<&str, usize> = BTreeMap::new();
    for message in view.messages.iter().filter(|message| message.by_bot && message.ephemeral_to.is_some()) {
        if let Some(word) = message.text.split(|c: char| !c.is_alphanumeric()).find(|word| word.starts_with("wish")) {
            *answers.entry(word).or_default() += 1;
        }
    }
    for wish in &wishes {
        assert!(wish.tries.last().unwrap().acked(), "nobody heard {:?}", wish.word);
        if let Some(word) = &wish.word {
            let stored = wish.tries.iter().filter(|delivery| rows.contains(&key(delivery))).count();
            assert_eq!(answers.get(word.as_str()), Some(&stored), "{word}: {:?}", wish.tries);
        }
    }

    // Of dozens of approvals one counted, and each pod of the plan was deleted once.
    scene.card("Recovered").await;
    bot.stop().await;
    let log = Store::open(&url).await.unwrap().log(1).await.unwrap();
    assert_eq!(log.iter().filter(|recorded| matches!(recorded.event, Event::Approved { .. })).count(), 1);
    let terminated = scene.terminated();
    assert_eq!(terminated.iter().cloned().collect::<BTreeSet<_>>(), planned);
    assert_eq!(terminated.len(), planned.len());
}

/// Cuts each socket with a fixed likelihood once a second.
async fn cut_at_random(scene: Arc<Scene>) {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut tick = interval(Duration::from_secs(1));
    loop {
        tick.tick().await;
        for place in (0..scene.workspace.counters().connections_open).rev() {
            if random.f64() < CUT {
                // Not all at the same moment.
                sleep(Duration::from_millis(random.u64(0..400))).await;
                scene.workspace.inject(Fault::SocketCut(place));
            }
        }
    }
}

/// Somebody types or clicks, and again until it is acknowledged, as people do.
async fn wish(scene: Arc<Scene>, card: Arc<Message>, number: u32, from: u32) -> Wish {
    // One in five clicks: half of them on a button that is not theirs to press; Ben approves from this one on, at half time.
    let word = (!number.is_multiple_of(5)).then(|| format!("wish{number}"));
    let clicks = if number.is_multiple_of(10) || number < from { &scene.zoe } else { &scene.ben };
    let mut tries = Vec::new();
    let began = Instant::now();
    while began.elapsed() < DRAIN && !tries.last().is_some_and(Delivery::acked) {
        if !tries.is_empty() {
            // A person takes a second to type it again.
            sleep(Duration::from_secs(1)).await;
        }
        let tried = match &word {
            Some(word) => scene.anna.types(&scene.channel, &format!("/stager {word}")).await,
            None => clicks.clicks_stale(&card, "stager-approve").await,
        };
        tries.push(tried.unwrap());
    }
    Wish { word, tries }
}

/// The key under which the bot keeps a delivery.
fn key(delivery: &Delivery) -> String {
    let payload = &delivery.payload;
    let text = |pointer: &str| payload.pointer(pointer).and_then(|value| value.as_str()).unwrap_or_default();
    match delivery.kind {
        Kind::SlashCommands => format!("slack/command/{}", text("/trigger_id")),
        _ => format!(
            "slack/click/{}/{}/{}/{}",
            text("/user/id"),
            text("/container/message_ts"),
            text("/actions/0/action_id"),
            text("/actions/0/action_ts")
        ),
    }
}

/// The inbox, once all of it is answered.
async fn answered(url: &str) -> BTreeSet<String> {
    let pool = sqlx::SqlitePool::connect(url).await.unwrap();
    let began = Instant::now();
    loop {
        let rows = sqlx::query("SELECT dedupe_key, answered_at FROM inbox").fetch_all(&pool).await.unwrap();
        let open = rows.iter().filter(|row| row.get::<Option<i64>, _>(1).is_none()).count();
        if open == 0 {
            return rows.iter().map(|row| row.get(0)).collect();
        }
        assert!(began.elapsed() < DRAIN, "{open} of {} rows are not answered", rows.len());
        sleep(Duration::from_millis(200)).await;
    }
}

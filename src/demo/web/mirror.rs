//! What the page shows, as Server-Sent Events: everything at first, and then what changed.
//!
//! All of it is a list of things, each with a key: a message, a form, a pod, a request, an incident. An event has the things that are
//! new or otherwise than before, and the keys of those that are gone.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::cast::played;
use super::show::{Now, Show};
use super::trouble;
use crate::demo::scene::Scene;
use crate::demo::stage::Stage;
use crate::incident::event::{Event as Happened, Recorded};
use crate::incident::phases::{REST, phases};
use crate::incident::timeline::outcome;
use crate::simulator::discord::Server;
use crate::simulator::discord::message::Message as DiscordMessage;
use crate::simulator::slack::message::Message as SlackMessage;

/// How long changes are gathered after some were told. A change by itself is told at once.
const GATHER: Duration = Duration::from_millis(30);
/// How often it is looked for what nobody tells of, such as a log that grew.
const LOOK: Duration = Duration::from_millis(500);
/// How many of the newest requests are shown, beside those that changed something.
const REQUESTS: usize = 60;
/// How many of the newest incidents are drawn.
const INCIDENTS: usize = 3;

/// Everything by its key, each as JSON.
type Things = BTreeMap<String, String>;

/// Tells a window what there is, and then what changes, as long as it listens.
pub(super) async fn events(State(show): State<Arc<Show>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = Changes::of(&show);
    let events = futures::stream::unfold((show, changes, None::<Things>), |(show, mut changes, told)| async move {
        loop {
            if told.is_some() {
                changes.wait().await;
            }
            // Another stage has other changes; what happens from here on is told later.
            if changes.number != show.now().number {
                changes = Changes::of(&show);
            }
            let things = things(&show).await;
            if let Some(changed) = difference(told.as_ref(), &things) {
                changes.told = Instant::now();
                return Some((Ok(Event::default().data(changed)), (show, changes, Some(things))));
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// What is told when something changed.
struct Changes {
    /// Of which stage.
    number: u64,
    show: watch::Receiver<Now>,
    slack: watch::Receiver<u64>,
    discord: Option<watch::Receiver<u64>>,
    cluster: watch::Receiver<u64>,
    /// When the window was last told something.
    told: Instant,
}

impl Changes {
    fn of(show: &Show) -> Self {
        let mut changes = show.changes();
        let Now { number, stage, .. } = changes.borrow_and_update().clone();
        Self {
            number,
            show: changes,
            slack: stage.workspace.changes(),
            discord: stage.server.as_ref().map(Server::changes),
            cluster: stage.cluster.changes(),
            told: Instant::now(),
        }
    }

    /// Waits for a change, and for those that come soon after others.
    async fn wait(&mut self) {
        let discord = async {
            match &mut self.discord {
                Some(discord) => drop(discord.changed().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.show.changed() => {}
            _ = self.slack.changed() => {}
            () = discord => {}
            _ = self.cluster.changed() => {}
            () = tokio::time::sleep(LOOK) => return,
        }
        tokio::time::sleep_until(self.told + GATHER).await;
    }
}

/// What is otherwise than before, if anything.
fn difference(before: Option<&Things>, now: &Things) -> Option<String> {
    let nothing = Things::new();
    let old = before.unwrap_or(&nothing);
    let set: Vec<String> = now
        .iter()
        .filter(|(key, value)| old.get(*key) != Some(value))
        .map(|(key, value)| format!("{}:{value}", json!(key)))
        .collect();
    let gone: Vec<&String> = old.keys().filter(|key| !now.contains_key(*key)).collect();
    let changed = before.is_none() || !set.is_empty() || !gone.is_empty();
    changed.then(|| format!("{{\"set\":{{{}}},\"gone\":{}}}", set.join(","), json!(gone)))
}

async fn things(show: &Show) -> Things {
    let now = show.now();
    let stage = Arc::clone(&now.stage);
    let mut things = Things::new();
    let mut add = |key: String, value: Value| {
        things.insert(key, value.to_string());
    };
    chats(&stage, &mut add);
    cluster(&stage, &mut add);
    for (number, log) in stage.logs(INCIDENTS).await.unwrap_or_default() {
        add(format!("incident/{number:06}"), incident(number, &log, &stage));
    }
    add("show".to_owned(), the_show(&now, &stage));
    things
}

fn the_show(now: &Now, stage: &Stage) -> Value {
    let ended = now.ended.as_ref().map(|ended| match ended {
        Ok(()) => json!({"well": true}),
        Err(why) => json!({"well": false, "why": why}),
    });
    let slack = stage.workspace.view();
    let discord = stage.server.as_ref().map(Server::view);
    let pairs = |channel: &crate::simulator::platform::view::Channel| json!({"id": channel.id, "name": channel.name});
    let names = |people: &[crate::simulator::slack::view::Member]| {
        people.iter().map(|member| (member.id.clone(), member.name.clone())).collect::<BTreeMap<_, _>>()
    };
    json!({
        "number": now.number,
        "scene": now.scene.map(Scene::name),
        "scenes": Scene::ALL.map(Scene::name),
        "opened": now.opened,
        "playing": now.playing,
        "ended": ended,
        "running": stage.is_running(),
        "language": stage.language().tag(),
        "kubeconfig": stage.kubeconfig.display().to_string(),
        "faults": trouble::all().map(|(id, _)| id),
        "cast": played(stage),
        "slack": {
            "channels": slack.channels.iter().map(pairs).collect::<Vec<_>>(),
            "names": names(&slack.people),
        },
        "discord": discord.map(|view| json!({
            "channels": view.channels.iter().map(pairs).collect::<Vec<_>>(),
            "names": names(&view.people),
        })),
    })
}

fn chats(stage: &Stage, add: &mut impl FnMut(String, Value)) {
    let view = stage.workspace.view();
    for message in view.messages.iter().filter(|message| message.is_visible()) {
        add(format!("slack/{}", message.ts), on_slack(message));
    }
    for (place, form) in view.modals.iter().enumerate().filter(|(_, form)| form.open) {
        let form = json!({"person": form.person, "content": form.content, "errors": form.errors});
        add(format!("form-slack/{place:06}"), form);
    }
    for (place, warning) in view.warnings.iter().enumerate() {
        let warning = json!({"person": warning.person, "message": warning.message, "text": warning.text});
        add(format!("warning/{place:06}"), warning);
    }
    let Some(server) = &stage.server else { return };
    let view = server.view();
    for message in view.messages.iter().filter(|message| message.is_visible()) {
        add(format!("discord/{}", message.id), on_discord(message));
    }
    for (place, form) in view.modals.iter().enumerate().filter(|(_, form)| form.open) {
        add(format!("form-discord/{place:06}"), json!({"person": form.person, "content": form.content}));
    }
}

fn on_slack(message: &SlackMessage) -> Value {
    json!({
        "channel": message.channel,
        "user": message.user,
        "author": message.author,
        "bot": message.by_bot,
        "to": message.ephemeral_to,
        "thread": message.thread_ts,
        "text": message.text,
        "blocks": message.blocks,
        "edited": message.history.len() > 1,
    })
}

fn on_discord(message: &DiscordMessage) -> Value {
    json!({
        "channel": message.channel,
        "place": message.channel_name,
        "user": message.user,
        "author": message.author,
        "bot": message.by_bot,
        "to": message.ephemeral_to,
        "thread": message.thread_of,
        "thinking": message.thinking,
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
        "edited": message.history.len() > 1,
    })
}

fn cluster(stage: &Stage, add: &mut impl FnMut(String, Value)) {
    let seen = stage.cluster.snapshot();
    for pod in &seen.pods {
        let shown = json!({
            "name": pod.name,
            "uid": pod.uid,
            "phase": pod.waiting.as_ref().unwrap_or(&pod.phase),
            "ready": pod.ready,
            "containers": pod.containers,
            "active": pod.active,
            "terminating": pod.terminating,
            "restarts": pod.restarts,
        });
        // A pod that took another's place is another one.
        add(format!("pod/{}/{}", pod.name, pod.uid), shown);
    }
    let faults = trouble::lasting(&stage.cluster.faults());
    let cluster =
        json!({"endpoints": seen.endpoints, "leader": seen.leader, "lock": seen.lock_owner, "faults": faults});
    add("cluster".to_owned(), cluster);
    for (place, request) in stage.cluster.notable_requests(REQUESTS) {
        // An exec's is a whole script, and what it runs is not shown.
        let query = if request.path.ends_with("/exec") { "" } else { request.query.as_str() };
        let shown = json!({
            "method": request.method,
            "path": request.path,
            "query": query,
            "status": request.status,
        });
        add(format!("request/{place:06}"), shown);
    }
}

/// An incident's phases, each with its length in milliseconds, and when it was last heard of: what is under way since then has no length.
fn incident(number: i64, log: &[Recorded], stage: &Stage) -> Value {
    let phases = phases(log).into_iter().filter(|phase| phase.id != REST);
    let phases: Vec<Value> = phases.map(|phase| json!([phase.id, phase.length.as_millis()])).collect();
    let closed = log.iter().rev().find_map(|recorded| match &recorded.event {
        Happened::Closed { outcome } => Some((recorded.at, outcome)),
        _ => None,
    });
    let opened = log.first().map(|recorded| recorded.at.as_millisecond());
    json!({
        "number": number,
        "opened": opened,
        "phases": phases,
        "closed": closed.map(|(at, _)| at.as_millisecond()),
        "outcome": closed.map(|(_, how)| stage.words().say(&outcome(how))),
    })
}

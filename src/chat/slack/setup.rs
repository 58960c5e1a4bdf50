//! Whether the app is set up as the bot needs it: asked at start, so that what is missing is named before it is needed; and by whoever
//! looks at the set-up.

use serde::Deserialize;
use serde_json::json;

use super::client::Client;
use crate::causes::causes;
use crate::chat::ChatError;
use crate::checkup::{Finding, Subject};
use crate::incident::account::Platform;

/// The scopes without which there is no bot, and what needs them.
const NEEDED: [(&str, &str); 2] = [("chat:write", "cards and answers need"), ("commands", "/stager needs")];
/// Scopes of which one is enough, and what is missed without.
const WANTED: [(&[&str], &str); 5] = [
    (&["app_mentions:read"], "a mention of the bot is not heard"),
    (&["im:history"], "what people write to the bot directly is not heard"),
    (
        &["channels:history", "groups:history"],
        "messages that carry the error are not heard, and what a crash left open is said once more and marked",
    ),
    (&["channels:read", "groups:read"], "whether the bot can show anything in its channels is found out by trying"),
    (&["users:read"], "who may approve and is not on Slack, or no more, is found out by writing to them"),
];

/// What pictures of closed incidents take, and nothing else does.
const FILES: &str = "files:write";

/// What the bot says where interactivity is off.
const NO_CLICKS: &str = "interactivity is off in the Slack app, so that no click would ever arrive: switch it on under \
                         Interactivity & Shortcuts";
/// The events without which something is not heard.
const EVENTS: [&[&str]; 3] = [&["app_mention"], &["message.im"], &["message.channels", "message.groups"]];
/// The slash command.
const COMMAND: &str = "/stager";
/// Where the app is changed.
const APPS: &str = "https://api.slack.com/apps";

/// What an app's manifest says of it, as far as it matters.
/// <https://docs.slack.dev/reference/methods/apps.manifest.export/>
#[derive(Deserialize)]
struct Exported {
    manifest: Manifest,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    settings: Settings,
    #[serde(default)]
    features: Features,
}

#[derive(Default, Deserialize)]
struct Settings {
    #[serde(default)]
    interactivity: Interactivity,
    #[serde(default)]
    event_subscriptions: Subscriptions,
    #[serde(default)]
    socket_mode_enabled: bool,
}

#[derive(Default, Deserialize)]
struct Interactivity {
    #[serde(default)]
    is_enabled: bool,
}

#[derive(Default, Deserialize)]
struct Subscriptions {
    #[serde(default)]
    bot_events: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Features {
    #[serde(default)]
    slash_commands: Vec<Command>,
}

#[derive(Deserialize)]
struct Command {
    #[serde(default)]
    command: String,
}

/// Names what is missing: an error where the bot can't do its work without it, else a warning.
pub(super) async fn check(client: &Client) -> Result<(), ChatError> {
    if let Some(granted) = client.scopes().await? {
        if let Some((scope, needs)) = needed(&granted).next() {
            return Err(ChatError::fatal(format!(
                "the bot token lacks {scope}, which {needs}: add it under OAuth & Permissions and install the app again"
            )));
        }
        for (scope, without) in wanted(&granted) {
            tracing::warn!(scope, "the bot token lacks a scope: {without}");
        }
    } else {
        tracing::warn!("Slack does not tell the bot token's scopes; a missing one is named when it is needed");
    }
    match manifest(client).await {
        None => tracing::info!("whether interactivity is on is not known without slack.configuration_token"),
        Some(Ok(manifest)) if manifest.settings.interactivity.is_enabled => {}
        Some(Ok(_)) => return Err(ChatError::fatal(NO_CLICKS.to_owned())),
        Some(Err(error)) => {
            // The token has mostly expired, and nothing but this check needs it.
            tracing::warn!(error = %causes(&error), "whether interactivity is on can't be asked with slack.configuration_token");
        }
    }
    Ok(())
}

/// What is missing for pictures, as far as Slack tells.
pub(super) async fn lacks_for_pictures(client: &Client) -> Option<String> {
    let granted = client.scopes().await.ok()??;
    (!has(&granted, FILES)).then(|| format!("the bot token lacks {FILES}"))
}

fn has(granted: &[String], scope: &str) -> bool {
    granted.iter().any(|granted| granted == scope)
}

/// The scopes that are missing and without which there is no bot, and what needs them.
fn needed(granted: &[String]) -> impl Iterator<Item = (&'static str, &'static str)> {
    NEEDED.into_iter().filter(|(scope, _)| !has(granted, scope))
}

/// Those that are missing and without which it hears less.
fn wanted(granted: &[String]) -> impl Iterator<Item = (&'static str, &'static str)> {
    let missing = |(scopes, _): &(&[&'static str], _)| !scopes.iter().any(|scope| has(granted, scope));
    WANTED.into_iter().filter(missing).map(|(scopes, without)| (scopes[0], without))
}

/// What the app's manifest says. Slack tells it only to who may change the app, for twelve hours: `None` without such a token.
async fn manifest(client: &Client) -> Option<Result<Manifest, ChatError>> {
    let (token, app) = client.configuration()?;
    let exported = client.post::<Exported>(token, "apps.manifest.export", &json!({"app_id": app})).await;
    Some(exported.map(|exported| exported.manifest).map_err(|error| error.about("apps.manifest.export", "")))
}

/// Everything that can be told of it, without opening a socket: Slack would hand a running bot's clicks to it.
pub(super) async fn look(client: &Client, over_sockets: bool) -> Vec<Finding> {
    let opening = async { if over_sockets { Some(client.may_listen().await) } else { None } };
    let (granted, opened, manifest) = futures::join!(client.scopes(), opening, manifest(client));
    let mut found = scopes(granted);
    match opened {
        Some(Ok(())) => found.push(ok("slack.sockets", "the app-level token may open sockets")),
        Some(Err(error)) => found.push(Finding::failure(
            Subject::Chat(Platform::Slack),
            "slack.sockets",
            causes(&error),
            format!(
                "at {APPS}, Basic Information, App-Level Tokens, generate one with the scope connections:write for \
                 slack.app_token_file; and see that Socket Mode is on"
            ),
        )),
        None => {}
    }
    match manifest {
        None => found.push(Finding::warning(
            Subject::Chat(Platform::Slack),
            "slack.interactivity",
            "whether the app has interactivity switched on, so that clicks arrive, is not known",
            format!(
                "give this one run STAGERBOT__SLACK__CONFIGURATION_TOKEN (at {APPS}, Your App Configuration Tokens; it lives 12 hours), \
                 or press a button of the first card"
            ),
        )),
        Some(Err(error)) => found.push(Finding::warning(
            Subject::Chat(Platform::Slack),
            "slack.interactivity",
            format!("whether the app has interactivity switched on is not known: {}", causes(&error)),
            format!("take a new slack.configuration_token at {APPS}: it lives 12 hours"),
        )),
        Some(Ok(manifest)) => app(&manifest, over_sockets, &mut found),
    }
    found
}

fn ok(check: &'static str, what: &str) -> Finding {
    Finding::ok(Subject::Chat(Platform::Slack), check, what)
}

fn scopes(granted: Result<Option<Vec<String>>, ChatError>) -> Vec<Finding> {
    const CHECK: &str = "slack.scopes";
    let add = |scope: &str| {
        format!(
            "add {scope} at {APPS}, OAuth & Permissions, and install the app again; deploy/slack/manifest.yaml has all"
        )
    };
    let granted = match granted {
        Ok(Some(granted)) => granted,
        Ok(None) => {
            let what = "Slack does not tell the bot token's scopes";
            let to_do = "compare those at OAuth & Permissions with deploy/slack/manifest.yaml";
            return vec![Finding::warning(Subject::Chat(Platform::Slack), CHECK, what, to_do)];
        }
        Err(error) => {
            let to_do = "run this again; where it stays so, see whether a proxy stands in between";
            return vec![Finding::warning(Subject::Chat(Platform::Slack), CHECK, causes(&error), to_do)];
        }
    };
    let missing = needed(&granted).map(|(scope, needs)| {
        Finding::failure(
            Subject::Chat(Platform::Slack),
            CHECK,
            format!("the bot token lacks {scope}, which {needs}"),
            add(scope),
        )
    });
    let less = wanted(&granted).map(|(scope, without)| {
        Finding::warning(
            Subject::Chat(Platform::Slack),
            CHECK,
            format!("the bot token lacks {scope}: {without}"),
            add(scope),
        )
    });
    let mut found: Vec<Finding> = missing.chain(less).collect();
    if found.is_empty() {
        found.push(ok(CHECK, &format!("the bot token has every scope that it needs ({})", granted.join(", "))));
    }
    found
}

/// What the manifest says.
fn app(manifest: &Manifest, over_sockets: bool, found: &mut Vec<Finding>) {
    let Manifest { settings, features } = manifest;
    let mut failure = |check, what: &str, to_do: &str| {
        found.push(Finding::failure(Subject::Chat(Platform::Slack), check, what, format!("{to_do} at {APPS}")));
    };
    if !settings.interactivity.is_enabled {
        let what = "interactivity is off in the Slack app, so that no click would ever arrive";
        failure("slack.interactivity", what, "switch it on under Interactivity & Shortcuts");
    }
    if over_sockets && !settings.socket_mode_enabled {
        let what = "Socket Mode is off in the Slack app, so that nothing would ever arrive";
        failure("slack.socket-mode", what, "switch it on under Socket Mode");
    }
    if !features.slash_commands.iter().any(|command| command.command == COMMAND) {
        let what = format!("the Slack app has no command {COMMAND}");
        failure("slack.command", &what, "add it under Slash Commands, as deploy/slack/manifest.yaml has it,");
    }
    let subscribed = |events: &&&[&str]| {
        events.iter().any(|event| settings.event_subscriptions.bot_events.iter().any(|one| one == event))
    };
    for events in EVENTS.iter().filter(|events| !subscribed(events)) {
        found.push(Finding::warning(
            Subject::Chat(Platform::Slack),
            "slack.events",
            format!("the Slack app is not subscribed to {}, so that the bot does not hear them", events.join(" or ")),
            format!("add it at {APPS}, Event Subscriptions, Subscribe to bot events"),
        ));
    }
    let named = ["slack.interactivity", "slack.socket-mode", "slack.command", "slack.events"];
    if !found.iter().any(|finding| named.contains(&finding.check)) {
        found.push(ok(
            "slack.interactivity",
            "the app's manifest is as the bot needs it: interactivity, command and events",
        ));
    }
}

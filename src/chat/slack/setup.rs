//! Whether the app is set up as the bot needs it: asked at start, so that what is missing is named before it is needed.

use serde::Deserialize;
use serde_json::json;

use super::client::Client;
use crate::causes::causes;
use crate::chat::ChatError;

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
}

#[derive(Default, Deserialize)]
struct Settings {
    #[serde(default)]
    interactivity: Interactivity,
}

#[derive(Default, Deserialize)]
struct Interactivity {
    #[serde(default)]
    is_enabled: bool,
}

/// Names what is missing: an error where the bot can't do its work without it, else a warning.
pub(super) async fn check(client: &Client) -> Result<(), ChatError> {
    if let Some(granted) = client.scopes().await? {
        scopes(&granted)?;
    } else {
        tracing::warn!("Slack does not tell the bot token's scopes; a missing one is named when it is needed");
    }
    buttons(client).await
}

fn scopes(granted: &[String]) -> Result<(), ChatError> {
    let has = |scope: &str| granted.iter().any(|granted| granted == scope);
    if let Some((scope, needs)) = NEEDED.iter().find(|(scope, _)| !has(scope)) {
        return Err(ChatError::Fatal(format!(
            "the bot token lacks {scope}, which {needs}: add it under OAuth & Permissions and install the app again"
        )));
    }
    for (scopes, without) in WANTED.iter().filter(|(scopes, _)| !scopes.iter().any(|scope| has(scope))) {
        tracing::warn!(scope = scopes[0], "the bot token lacks a scope: {without}");
    }
    Ok(())
}

/// Whether clicks arrive. Slack tells this only to who may change the app, for twelve hours.
async fn buttons(client: &Client) -> Result<(), ChatError> {
    let Some((token, app)) = client.configuration() else {
        tracing::info!("whether interactivity is on is not known without slack.configuration_token");
        return Ok(());
    };
    match client.post::<Exported>(token, "apps.manifest.export", &json!({"app_id": app})).await {
        Ok(Exported { manifest }) if manifest.settings.interactivity.is_enabled => Ok(()),
        Ok(_) => Err(ChatError::Fatal(
            "interactivity is off in the Slack app, so that no click would ever arrive: switch it on under \
             Interactivity & Shortcuts"
                .to_owned(),
        )),
        Err(error) => {
            // The token has mostly expired, and nothing but this check needs it.
            let error = error.about("apps.manifest.export", "");
            tracing::warn!(error = %causes(&error), "whether interactivity is on can't be asked with slack.configuration_token");
            Ok(())
        }
    }
}

//! `[slack]` and `[discord]`: how the chat platforms are reached, and where messages are listened to.

use std::net::IpAddr;

use jiff::SignedDuration;
use secrecy::SecretString;
use url::{Host, Url};

use super::people::{slack_id, snowflake};
use crate::chat::message_trigger::MessageTriggers;
use crate::chat::{discord, slack};
use crate::settings::secrets;
use crate::settings::{PREFIX, Section};

/// Slack's own API.
const SLACK_API: &str = "https://slack.com/api";

/// Slack's settings; what is given and ignored is a warning.
pub(super) fn slack(root: &mut Section<'_>, warnings: &mut Vec<String>) -> Option<slack::Settings> {
    let wanted = root.has("slack");
    let mut section = root.section("slack");
    let over_http = section.optional("mode", "one of socket, http", |text| match text {
        "socket" => Some(false),
        "http" => Some(true),
        _ => None,
    });
    let over_http = over_http.unwrap_or(false);
    let bot_token = secrets::secret(&mut section, "bot_token", &secrets::SLACK_BOT);
    let app_token = secrets::secret(&mut section, "app_token", &secrets::SLACK_APP);
    let configuration_token = secrets::secret(&mut section, "configuration_token", &secrets::SLACK_CONFIGURATION);
    let signing_secret = secrets::secret(&mut section, "signing_secret", &secrets::SLACK_SIGNING);
    let api_url = api_url(&mut section);
    let ping_every =
        section.optional("ping_every", "a duration in whole seconds from 1s to 1m, such as \"10s\"", |text| {
            let every: SignedDuration = text.parse().ok()?;
            (every.subsec_nanos() == 0)
                .then(|| u64::try_from(every.as_secs()).ok())?
                .filter(|every| (1..=60).contains(every))
        });
    let triggers = MessageTriggers {
        channels: section.texts("listen", "a table of channels' ids and the environments they mean"),
        bots: section
            .list("alert_bots", "the ids of bots, such as [\"B024BE91L\"]", |id| slack_id(id, &['B', 'U', 'W', 'A']))
            .into_iter()
            .collect(),
    };
    for channel in triggers.channels.keys().filter(|channel| !slack_id(channel, &['C', 'G'])) {
        section.problem("listen", format!("{channel}: expected a Slack channel id such as C024BE91L, not a name"));
    }
    let needed = [
        ("bot_token", "Slack needs the bot's token"),
        if over_http {
            ("signing_secret", "mode \"http\" needs the app's signing secret")
        } else {
            ("app_token", "mode \"socket\", the default, needs an app-level token")
        },
    ];
    for (key, why) in needed {
        let file = format!("{key}_file");
        if wanted && !section.has(key) && !section.has(&file) {
            let variable = format!("{PREFIX}SLACK__{}", key.to_uppercase());
            section.problem(&file, format!("it is missing; {why}: name its file here, or set the variable {variable}"));
        }
    }
    let (mode, ignored) = if over_http {
        // Which app a configuration token is for stands in the app-level token.
        let ignored =
            &["app_token", "app_token_file", "configuration_token", "configuration_token_file", "ping_every"][..];
        ("http", ignored)
    } else {
        ("socket", &["signing_secret", "signing_secret_file"][..])
    };
    for key in ignored.iter().filter(|key| section.has(key)) {
        warnings.push(format!("slack.{key} is ignored, for slack.mode is \"{mode}\""));
    }
    section.finish();
    if !wanted {
        return None;
    }
    let mode = if over_http {
        slack::Mode::Http { signing_secret: signing_secret.unwrap_or_default() }
    } else {
        let ping_every = ping_every.unwrap_or(slack::PING_EVERY);
        slack::Mode::Socket { app_token: app_token.unwrap_or_default(), ping_every }
    };
    Some(slack::Settings {
        bot_token: bot_token.unwrap_or_default(),
        configuration_token,
        mode,
        api_url: api_url.unwrap_or_else(|| SLACK_API.to_owned()),
        triggers,
    })
}

/// Discord's settings.
pub(super) fn discord(root: &mut Section<'_>) -> Option<discord::Settings> {
    let wanted = root.has("discord");
    let mut section = root.section("discord");
    let token = secrets::secret(&mut section, "token", &secrets::DISCORD_BOT);
    let guild_id = section.number("guild_id", "a Discord server's id: 17 to 20 digits, in quotes", snowflake);
    let api_url = api_url(&mut section);
    if wanted && !section.has("token") && !section.has("token_file") {
        section.problem("token_file", "it is missing; Discord needs the bot's token");
    }
    if wanted && !section.has("guild_id") {
        section.problem("guild_id", "it is missing; the bot serves one Discord server, and needs to know which");
    }
    let listens = section.has("listen");
    let triggers = MessageTriggers {
        channels: section.texts("listen", "a table of channels' ids and the environments they mean"),
        bots: section
            .list("alert_bots", "the ids of bots, such as [\"159985870458322944\"]", |id| snowflake(id).is_some())
            .into_iter()
            .collect(),
    };
    for channel in triggers.channels.keys().filter(|channel| snowflake(channel).is_none()) {
        section.problem("listen", format!("{channel}: expected a Discord channel's id: 17 to 20 digits"));
    }
    if !listens && !triggers.bots.is_empty() {
        section.problem(
            "alert_bots",
            "nothing is listened to without discord.listen; an empty one, {}, means the home channels",
        );
    }
    section.finish();
    wanted.then(|| discord::Settings {
        token: token.unwrap_or_else(|| SecretString::from(String::new())),
        guild_id: guild_id.unwrap_or_default(),
        api_url: api_url.unwrap_or_else(|| discord::API.to_owned()),
        max_silence: discord::MAX_SILENCE,
        triggers: listens.then_some(triggers),
    })
}

/// A chat platform's own address, which only a proxy or a test replaces.
fn api_url(section: &mut Section<'_>) -> Option<String> {
    section.discreet("api_url", "an https URL, or an http one of this machine", |text| {
        let url = Url::parse(text).ok()?;
        (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)))
            .then(|| text.trim_end_matches('/').to_owned())
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

//! `[slack]`: how Slack is reached, and where messages are listened to.

use jiff::SignedDuration;

use super::{Mode, PING_EVERY, Settings};
use crate::chat::keys::{Id, Keys, Remedies, Remedy, api_url};
use crate::chat::message_trigger::MessageTriggers;
use crate::incident::account::Platform;
use crate::settings::secrets::{self, Shape, visible};
use crate::settings::{PREFIX, Section};

/// Slack's own API.
const API: &str = "https://slack.com/api";

/// Slack's ids in the rest of the configuration.
pub const KEYS: Keys = Keys {
    platform: Platform::Slack,
    name: "Slack",
    channel: "slack_channel",
    channels: Id {
        one: "a Slack channel id such as \"C024BE91L\", not a name",
        several: "Slack channel ids such as \"C024BE91L\", not names",
        fits: |text| is_id(text, &['C', 'G']),
        digits: false,
    },
    accounts: Id {
        one: "a Slack member id such as \"U024BE7LH\", not a name",
        several: "Slack member ids such as \"U024BE7LH\", not names",
        fits: |text| is_id(text, &['U', 'W']),
        digits: false,
    },
    groups: Id {
        one: "a user group's id such as \"S0615G0KT\", not a name",
        several: "user groups' ids such as \"S0615G0KT\", not names",
        fits: |text| is_id(text, &['S']),
        digits: false,
    },
    posts: Some("POST /slack what Slack sends, where slack.mode is http"),
    doctor: Remedies {
        token: Remedy {
            check: "slack.token",
            to_do: "take the bot's token (xoxb-…) at https://api.slack.com/apps, OAuth & Permissions, for slack.bot_token_file, and both tokens from one app",
        },
        channel: Remedy {
            check: "slack.channel",
            to_do: "invite the bot there (/invite), or name another slack_channel",
        },
        pictures: Remedy {
            check: "slack.pictures",
            to_do: "add files:write at https://api.slack.com/apps, OAuth & Permissions, and install the app again, or set incidents.pictures = false",
        },
        post: "slack.post",
        people: "add the scope users:read to the bot's token, or accept this: --accept people.known",
        groups: "see that the app has the scope usergroups:read (OAuth & Permissions, then install it again), and that the id is a user group's (S…)",
    },
};

/// The token of a bot.
const BOT: Shape = Shape {
    expected: "a bot token, which begins with xoxb- (an app-level token begins with xapp-)",
    fits: |text| text.starts_with("xoxb-") && visible(text),
};

/// The token of an app, for Socket Mode.
const APP: Shape = Shape {
    expected: "an app-level token, which begins with xapp- (a bot token begins with xoxb-)",
    fits: |text| text.starts_with("xapp-") && visible(text),
};

/// The token of somebody who may change the app.
const CONFIGURATION: Shape = Shape {
    expected: "an app configuration token, which begins with xoxe.",
    fits: |text| text.starts_with("xoxe.") && visible(text),
};

/// The secret with which Slack signs its requests: 32 letters and digits today, and no token.
const SIGNING: Shape = Shape {
    expected: "a signing secret, of letters and digits (it is under Basic Information, App Credentials)",
    fits: |text| text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()),
};

/// Whether a text looks like one of Slack's ids that begin with one of these letters.
fn is_id(text: &str, letters: &[char]) -> bool {
    // Slack names no length; the shortest seen are nine characters, and simulators use shorter ones.
    text.starts_with(letters)
        && (3..=24).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Slack's settings; what is given and ignored is a warning.
pub(crate) fn read(root: &mut Section<'_>, warnings: &mut Vec<String>) -> Option<Settings> {
    let wanted = root.has("slack");
    let mut section = root.section("slack");
    let over_http = section.optional("mode", "one of socket, http", |text| match text {
        "socket" => Some(false),
        "http" => Some(true),
        _ => None,
    });
    let over_http = over_http.unwrap_or(false);
    let bot_token = secrets::secret(&mut section, "bot_token", &BOT);
    let app_token = secrets::secret(&mut section, "app_token", &APP);
    let configuration_token = secrets::secret(&mut section, "configuration_token", &CONFIGURATION);
    let signing_secret = secrets::secret(&mut section, "signing_secret", &SIGNING);
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
            .list("alert_bots", "the ids of bots, such as [\"B024BE91L\"]", |id| is_id(id, &['B', 'U', 'W', 'A']))
            .into_iter()
            .collect(),
    };
    for channel in triggers.channels.keys().filter(|channel| !is_id(channel, &['C', 'G'])) {
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
        Mode::Http { signing_secret: signing_secret.unwrap_or_default() }
    } else {
        let ping_every = ping_every.unwrap_or(PING_EVERY);
        Mode::Socket { app_token: app_token.unwrap_or_default(), ping_every }
    };
    Some(Settings {
        bot_token: bot_token.unwrap_or_default(),
        configuration_token,
        mode,
        api_url: api_url.unwrap_or_else(|| API.to_owned()),
        triggers,
    })
}

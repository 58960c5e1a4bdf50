//! `[discord]`: how Discord is reached, and where messages are listened to.

use secrecy::SecretString;

use super::{API, MAX_SILENCE, Settings};
use crate::chat::keys::{Id, Keys, Remedies, Remedy, api_url};
use crate::chat::message_trigger::MessageTriggers;
use crate::incident::account::Platform;
use crate::settings::Section;
use crate::settings::secrets::{self, Shape, visible};

/// Discord's ids in the rest of the configuration.
pub const KEYS: Keys = Keys {
    platform: Platform::Discord,
    name: "Discord",
    channel: "discord_channel",
    channels: Id {
        one: "a Discord channel id: 17 to 20 digits, in quotes, not a name",
        several: "Discord channel ids: 17 to 20 digits, in quotes, not names",
        fits: |text| snowflake(text).is_some(),
        digits: true,
    },
    accounts: Id {
        one: "a Discord user id: 17 to 20 digits, in quotes",
        several: "Discord user ids: 17 to 20 digits, in quotes",
        fits: |text| snowflake(text).is_some(),
        digits: true,
    },
    groups: Id {
        one: "a Discord role's id: 17 to 20 digits, in quotes",
        several: "Discord roles' ids: 17 to 20 digits, in quotes",
        fits: |text| snowflake(text).is_some(),
        digits: true,
    },
    posts: None,
    doctor: Remedies {
        token: Remedy {
            check: "discord.token",
            to_do: "take a new token at https://discord.com/developers/applications, Bot, Reset Token, for discord.token_file",
        },
        channel: Remedy {
            check: "discord.channel",
            to_do: "let the bot's role do that in the channel's settings, or name another discord_channel",
        },
        pictures: Remedy {
            check: "discord.pictures",
            to_do: "allow the bot's role Attach Files in the channel's settings, or set incidents.pictures = false",
        },
        post: "discord.post",
        people: "see that the bot is in the server, or accept this: --accept people.known",
        groups: "see that the bot is in the server, and run this again",
    },
};

/// The token of a bot: three parts with dots between. The client secret and the public key have none.
const BOT: Shape = Shape {
    expected: "a bot's token, which has two dots in it",
    fits: |text| text.matches('.').count() == 2 && visible(text),
};

/// One of Discord's ids. Of fewer digits there are none, and of more there will be none.
fn snowflake(text: &str) -> Option<String> {
    let digits = (17..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.to_owned())
}

/// Discord's settings.
pub(crate) fn read(root: &mut Section<'_>) -> Option<Settings> {
    let wanted = root.has("discord");
    let mut section = root.section("discord");
    let token = secrets::secret(&mut section, "token", &BOT);
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
    wanted.then(|| Settings {
        token: token.unwrap_or_else(|| SecretString::from(String::new())),
        guild_id: guild_id.unwrap_or_default(),
        api_url: api_url.unwrap_or_else(|| API.to_owned()),
        max_silence: MAX_SILENCE,
        triggers: listens.then_some(triggers),
    })
}

//! What is broken on Slack and Discord: tokens, scopes, the app, channels, and people.

use stagerbot::simulator::discord::fault::Fault as OfDiscord;
use stagerbot::simulator::slack::fault::Fault as OfSlack;

use super::house::{Broken, House, Row, each_is_found, failure, warning};

fn without(broken: &mut Broken<'_>, scope: &str) {
    broken.slack(OfSlack::ScopeMissing(scope.into()));
}

const OAUTH: &str = "OAuth & Permissions";

const ROWS: &[Row] = &[
    failure(
        "Slack's bot token was revoked",
        |b| b.slack(OfSlack::BotTokenRevoked),
        ["slack.token", "does not accept the bot token", OAUTH],
    ),
    failure(
        "the two tokens are of different apps",
        |b| b.secret("SLACK__APP_TOKEN", "xapp-1-A0ANOTHER1-3000000001-simulatedAppToken"),
        ["slack.token", "take both from one app", "both tokens from one app"],
    ),
    failure(
        "Slack is down",
        |b| b.slack(OfSlack::Down { method: None, status: 503 }),
        ["slack.token", "HTTP 503", "see that HTTPS gets from here to slack"],
    ),
    failure(
        "the app-level token was revoked",
        |b| b.slack(OfSlack::AppTokenRevoked),
        ["slack.sockets", "does not accept the app-level token", "connections:write"],
    ),
    failure(
        "the app-level token has no scope",
        |b| without(b, "connections:write"),
        ["slack.sockets", "lacks connections:write", "App-Level Tokens"],
    ),
    failure(
        "the bot may not write",
        |b| without(b, "chat:write"),
        ["slack.scopes", "the bot token lacks chat:write", OAUTH],
    ),
    failure(
        "the bot has no commands",
        |b| without(b, "commands"),
        ["slack.scopes", "the bot token lacks commands", OAUTH],
    ),
    warning(
        "mentions are not heard",
        |b| without(b, "app_mentions:read"),
        ["slack.scopes", "lacks app_mentions:read: a mention of the bot is not heard", OAUTH],
    ),
    warning("direct messages are not heard", |b| without(b, "im:history"), ["slack.scopes", "lacks im:history", OAUTH]),
    warning(
        "messages are not heard",
        |b| without(b, "channels:history"),
        ["slack.scopes", "lacks channels:history", OAUTH],
    ),
    failure(
        "interactivity is off",
        |b| b.slack(OfSlack::InteractivityOff),
        ["slack.interactivity", "no click would ever arrive", "Interactivity & Shortcuts"],
    ),
    failure(
        "Socket Mode is off",
        |b| b.slack(OfSlack::SocketModeOff),
        ["slack.socket-mode", "Socket Mode is off", "switch it on under Socket Mode"],
    ),
    warning(
        "the configuration token has expired",
        |b| b.slack(OfSlack::ConfigurationTokenExpired),
        ["slack.interactivity", "is not known", "take a new slack.configuration_token"],
    ),
    warning(
        "there is no configuration token",
        |b| b.secret("SLACK__CONFIGURATION_TOKEN", ""),
        ["slack.interactivity", "is not known", "STAGERBOT__SLACK__CONFIGURATION_TOKEN"],
    ),
    failure(
        "the bot is not in the channel",
        |b| b.slack(OfSlack::BotNotIn("operations".into())),
        ["slack.channel", "the bot is not in Slack's channel", "/invite"],
    ),
    failure(
        "the bot is not in the channel, and may read its history alone",
        |b| {
            without(b, "channels:read");
            b.slack(OfSlack::BotNotIn("operations".into()));
        },
        ["slack.channel", "the bot is not in Slack's channel", "/invite"],
    ),
    warning(
        "nothing tells whether the bot is in the channel",
        |b| {
            without(b, "channels:read");
            without(b, "channels:history");
        },
        ["slack.channel", "is not told: the bot token lacks channels:read", "stagerbot doctor --post"],
    ),
    failure(
        "the channel is archived",
        |b| b.slack(OfSlack::Archived("operations".into())),
        ["slack.channel", "is archived", "name another slack_channel"],
    ),
    failure(
        "the channel is none of Slack's",
        |b| b.environment("slack_channel = \"C0NOWHERE\""),
        ["slack.channel", "Slack has no channel C0NOWHERE", "name another slack_channel"],
    ),
    failure(
        "somebody's account on Slack is deactivated",
        |b| b.slack(OfSlack::Deactivated("U0BEN0001".into())),
        ["people.known", "Ben: the account U0BEN0001 on slack is deactivated", "mend slack"],
    ),
    failure(
        "somebody is not on Slack",
        |b| b.set(|setup| setup.person("Ben", "slack = \"U0NOBODY1\"")),
        ["people.known", "Ben: slack knows no account U0NOBODY1", "mend slack"],
    ),
    warning(
        "nobody tells who is on Slack",
        |b| without(b, "users:read"),
        ["people.known", "whether everybody named exists on slack is not known", "users:read"],
    ),
    warning(
        "pictures are wanted, and Slack takes none",
        |b| {
            b.with("incidents.pictures = true");
            without(b, "files:write");
        },
        ["slack.pictures", "lacks files:write, which incidents.pictures needs", OAUTH],
    ),
    warning(
        "pictures are wanted, and Discord takes none",
        |b| {
            b.with("incidents.pictures = true");
            b.discord(OfDiscord::NoFiles("operations".into()));
        },
        ["discord.pictures", "lacks Attach Files in Discord's channel", "allow the bot's role"],
    ),
    failure(
        "who is in a user group that gives rights is not told",
        |b| b.with("[[group]]\nslack = \"S0APPROVE\"\nmay = [\"approve\"]\n"),
        ["people.groups", "slack:S0APPROVE is not told", "usergroups:read"],
    ),
    warning(
        "nobody is in a role that gives rights",
        |b| b.with("[[group]]\ndiscord = \"801000000000000077\"\nmay = [\"approve\"]\n"),
        ["people.groups", "nobody of the configuration is in the group discord:801000000000000077", "[[group]]"],
    ),
    failure(
        "Discord's token was reset",
        |b| b.discord(OfDiscord::TokenReset),
        ["discord.token", "Discord does not accept the bot's token", "Reset Token"],
    ),
    failure(
        "Discord sends clicks elsewhere",
        |b| b.discord(OfDiscord::InteractionsElsewhere),
        ["discord.application", "has an Interactions Endpoint URL", "empty it"],
    ),
    failure(
        "Discord lets no message be read",
        |b| {
            b.discord(OfDiscord::IntentsDisallowed);
            b.with("discord.listen = {}");
        },
        ["discord.application", "does not allow the application to read messages", "Message Content Intent"],
    ),
    failure(
        "the bot is not in the server",
        |b| b.with("discord.guild_id = \"900000000000000009\""),
        ["discord.commands", "the bot is not in Discord's server", "invite the bot again"],
    ),
    failure(
        "the bot may not see the channel",
        |b| b.discord(OfDiscord::NoAccess("operations".into())),
        ["discord.channel", "it needs View Channel there", "let the bot's role"],
    ),
    failure(
        "the bot may not write into the channel",
        |b| b.discord(OfDiscord::NoPermission("operations".into())),
        ["discord.channel", "it needs Send Messages, Send Messages in Threads there", "let the bot's role"],
    ),
    failure(
        "the channel is none of Discord's",
        |b| b.environment("discord_channel = \"999999999999999999\""),
        ["discord.channel", "Discord has no channel 999999999999999999", "name another discord_channel"],
    ),
    failure(
        "somebody is not in the server",
        |b| b.set(|setup| setup.person("Ben", "discord = \"801000000000000009\"")),
        ["people.known", "Ben: discord knows no account 801000000000000009", "mend discord"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_on_the_platforms_is_found() {
    each_is_found(&House::new().await, ROWS).await;
}

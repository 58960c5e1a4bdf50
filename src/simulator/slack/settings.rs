//! What a workspace is like before anything happens in it.

use crate::simulator::platform;
pub use crate::simulator::platform::settings::Pace;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The shape of a workspace and Slack's deadlines in it. `Default` is Slack as it is.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The port on loopback, or 0 for a free one.
    pub port: u16,
    /// The host that the addresses it gives out name, encrypted, as where TLS stands before it; `None` for its own address.
    pub public: Option<String>,
    /// The bot's token (`xoxb-…`).
    pub bot_token: String,
    /// The app-level token for Socket Mode (`xapp-…`).
    pub app_token: String,
    /// The token that may read the app's manifest (`xoxe.…`).
    pub configuration_token: String,
    /// What requests to the app are signed with.
    pub signing_secret: String,
    /// The workspace's id.
    pub team_id: String,
    /// The enterprise that the workspace is of, if any.
    pub enterprise_id: Option<String>,
    /// Whether the app is installed for the whole enterprise, and not for the workspace alone.
    pub is_enterprise_install: bool,
    /// The workspace's name.
    pub team_name: String,
    /// The workspace's subdomain.
    pub team_domain: String,
    /// The app's id.
    pub app_id: String,
    /// The app's bot id (`B…`), as opposed to its user id.
    pub bot_id: String,
    /// The user id of the bot user (`U…`).
    pub bot_user_id: String,
    /// The name people see beside the bot's messages.
    pub bot_name: String,
    /// The slash commands the app has registered, each with its slash.
    pub commands: Vec<String>,
    /// The channels that exist from the start, by name. Everybody and the bot are members of all channels.
    pub channels: Vec<String>,
    /// The scopes granted to the bot token.
    pub scopes: BTreeSet<String>,
    /// The events the app has subscribed to: `message.channels`, `message.im`, `app_mention`.
    pub events: BTreeSet<String>,
    /// How long an acknowledgement may take: 3 s on Slack.
    pub ack_within: Duration,
    /// When an event that was not acknowledged is sent again: at once, after a minute and after five on Slack.
    pub redeliver_after: Vec<Duration>,
    /// How often each socket is pinged.
    pub ping_every: Duration,
    /// How many sockets one app may hold: 10 on Slack.
    pub max_connections: usize,
    /// How long a `trigger_id` lives: 3 s on Slack.
    pub trigger_lives: Duration,
    /// How long a `response_url` lives: 30 min on Slack.
    pub response_url_lives: Duration,
    /// How often a `response_url` may be used: 5 times on Slack.
    pub response_url_uses: u32,
    /// The pace each method is held to; a method that is not named is not held to any. `chat.postMessage` is counted
    /// by channel, everything else by workspace.
    pub paces: BTreeMap<String, Pace>,
}

/// What payloads say of where they come from. They say what the settings say, until they are made to say something else, as
/// those of another workspace with the same app would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The workspace; `None` leaves it out.
    pub team_id: Option<String>,
    /// The enterprise, if any.
    pub enterprise_id: Option<String>,
    /// The app; `None` leaves it out.
    pub app_id: Option<String>,
}

impl Settings {
    /// Where it is reached: `http` or `ws`, with an `s` behind where that is encrypted, and the host.
    pub(super) fn reached(&self, scheme: &str, address: std::net::SocketAddr) -> String {
        match &self.public {
            Some(host) => format!("{scheme}s://{host}"),
            None => format!("{scheme}://{address}"),
        }
    }

    /// What payloads say at first.
    pub(super) fn sender(&self) -> Sender {
        Sender {
            team_id: Some(self.team_id.clone()),
            enterprise_id: self.enterprise_id.clone(),
            app_id: Some(self.app_id.clone()),
        }
    }
}

impl platform::settings::Settings for Settings {
    fn port(&self) -> u16 {
        self.port
    }

    fn bot(&self) -> (&str, &str) {
        (&self.bot_user_id, &self.bot_name)
    }

    fn channels(&self) -> &[String] {
        &self.channels
    }

    fn paces(&self) -> &BTreeMap<String, Pace> {
        &self.paces
    }
}

impl Default for Settings {
    fn default() -> Self {
        let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            port: 0,
            public: None,
            bot_token: "xoxb-1000000001-2000000001-simulatedBotToken".to_owned(),
            app_token: "xapp-1-A0STAGERBOT-3000000001-simulatedAppToken".to_owned(),
            configuration_token: "xoxe.xoxp-1-simulatedConfigurationToken".to_owned(),
            signing_secret: "5160a1b7e4d44f6a9d0f3c6b8e2d7f10".to_owned(),
            team_id: "T0SIMULATED".to_owned(),
            enterprise_id: None,
            is_enterprise_install: false,
            team_name: "Simulated".to_owned(),
            team_domain: "simulated".to_owned(),
            app_id: "A0STAGERBOT".to_owned(),
            bot_id: "B0STAGERBOT".to_owned(),
            bot_user_id: "U0STAGERBOT".to_owned(),
            bot_name: "Stagerbot".to_owned(),
            commands: vec!["/stager".to_owned()],
            channels: vec!["cf-ops".to_owned()],
            scopes: set(&[
                "app_mentions:read",
                "channels:history",
                "channels:read",
                "chat:write",
                "commands",
                "files:write",
                "im:history",
                "users:read",
            ]),
            events: set(&["app_mention", "message.channels", "message.im"]),
            ack_within: Duration::from_secs(3),
            redeliver_after: vec![Duration::ZERO, Duration::from_mins(1), Duration::from_mins(5)],
            ping_every: Duration::from_secs(10),
            max_connections: 10,
            trigger_lives: Duration::from_secs(3),
            response_url_lives: Duration::from_mins(30),
            response_url_uses: 5,
            // Slack publishes minima ("1+ per minute", "50+ per minute", "1 per second, short bursts allowed") and
            // lets bursts pass; a client in a loop is stopped. https://docs.slack.dev/apis/web-api/rate-limits/
            paces: BTreeMap::from([
                ("apps.connections.open".to_owned(), Pace { burst: 20, every: Duration::from_mins(1) }),
                ("chat.postMessage".to_owned(), Pace { burst: 20, every: Duration::from_secs(1) }),
                ("chat.update".to_owned(), Pace { burst: 50, every: Duration::from_millis(1200) }),
            ]),
        }
    }
}

//! What a server is like before anything happens in it.

use crate::simulator::platform;
pub use crate::simulator::platform::settings::Pace;
use std::collections::BTreeMap;
use std::time::Duration;

/// The shape of a server (a guild, in Discord's own words) and Discord's deadlines. `Default` is Discord as it is.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The port on loopback, or 0 for a free one.
    pub port: u16,
    /// The host that the addresses it gives out name, encrypted, as where TLS stands before it; `None` for its own address.
    pub public: Option<String>,
    /// The bot's token.
    pub token: String,
    /// The server's id.
    pub guild_id: String,
    /// The server's name.
    pub guild_name: String,
    /// The application's id.
    pub application_id: String,
    /// The user id of the bot's user.
    pub bot_id: String,
    /// The id of the role that Discord made for the bot, which has its name.
    pub role_id: String,
    /// The name people see beside the bot's messages.
    pub bot_name: String,
    /// The channels that exist from the start, by name. Everybody and the bot are members of all channels.
    pub channels: Vec<String>,
    /// How long the first response to an interaction may take: 3 s on Discord.
    pub respond_within: Duration,
    /// How long an interaction's token lives: 15 min on Discord.
    pub token_lives: Duration,
    /// How often the gateway wants a heartbeat: 41.25 s on Discord.
    pub heartbeat_every: Duration,
    /// How long a nonce that is enforced makes a second message the first one: a few minutes on Discord.
    pub nonce_lives: Duration,
    /// How many sessions may be begun within a day: 1000 on Discord.
    pub sessions_a_day: u32,
    /// The pace each call is held to, by channel; a call that is not named is not held to any.
    pub paces: BTreeMap<String, Pace>,
}

/// What interactions and messages say of where they come from. They say what the settings say, until they are made to say
/// something else, as those of another server or in a direct message would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The server; `None` in direct messages.
    pub guild_id: Option<String>,
    /// The application that an interaction is for; `None` leaves it out.
    pub application_id: Option<String>,
}

impl Settings {
    /// Where it is reached: `http` or `ws`, with an `s` behind where that is encrypted, and the host.
    pub(super) fn reached(&self, scheme: &str, address: std::net::SocketAddr) -> String {
        match &self.public {
            Some(host) => format!("{scheme}s://{host}"),
            None => format!("{scheme}://{address}"),
        }
    }

    /// What interactions and messages say at first.
    pub(super) fn sender(&self) -> Sender {
        Sender { guild_id: Some(self.guild_id.clone()), application_id: Some(self.application_id.clone()) }
    }
}

impl platform::settings::Settings for Settings {
    fn port(&self) -> u16 {
        self.port
    }

    fn bot(&self) -> (&str, &str) {
        (&self.bot_id, &self.bot_name)
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
        let five_in_five = Pace { burst: 5, every: Duration::from_secs(1) };
        Self {
            port: 0,
            public: None,
            token: "MTExMTExMTExMTExMTExMTEx.GsImUl.simulatedDiscordBotToken".to_owned(),
            guild_id: "900000000000000001".to_owned(),
            guild_name: "Simulated".to_owned(),
            application_id: "111111111111111111".to_owned(),
            bot_id: "111111111111111111".to_owned(),
            role_id: "111111111111111112".to_owned(),
            bot_name: "Stagerbot".to_owned(),
            channels: vec!["cf-ops".to_owned()],
            respond_within: Duration::from_secs(3),
            token_lives: Duration::from_mins(15),
            heartbeat_every: Duration::from_millis(41_250),
            nonce_lives: Duration::from_mins(5),
            sessions_a_day: 1_000,
            // Not documented: these were seen in headers, and are the same in every client library's notes.
            paces: BTreeMap::from([
                ("create_message".to_owned(), five_in_five),
                ("edit_message".to_owned(), five_in_five),
            ]),
        }
    }
}

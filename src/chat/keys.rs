//! What every platform has in the configuration: the ids of its accounts and channels, and its own address.

use std::net::IpAddr;

use url::{Host, Url};

use crate::incident::account::Platform;
use crate::settings::Section;

/// A platform's keys outside its own section, which is called like the platform.
#[derive(Debug)]
pub struct Keys {
    /// Which platform.
    pub platform: Platform,
    /// As people write it.
    pub name: &'static str,
    /// The key of an environment's home channel.
    pub channel: &'static str,
    /// A channel's id.
    pub channels: Id,
    /// An account's id, which a person has under the platform's own name.
    pub accounts: Id,
    /// The id of a group of accounts, as it is mentioned.
    pub groups: Id,
    /// What the platform posts to the bot's own port, where it does.
    pub posts: Option<&'static str>,
    /// What the doctor says of the platform.
    pub doctor: Remedies,
}

/// What the doctor says to do where a platform does not do its part.
#[derive(Debug)]
pub struct Remedies {
    /// The platform does not take the bot's token.
    pub token: Remedy,
    /// A channel is closed to the bot.
    pub channel: Remedy,
    /// A channel takes no pictures from the bot.
    pub pictures: Remedy,
    /// The check that shows every channel a test message.
    pub post: &'static str,
    /// The platform does not tell who exists.
    pub people: &'static str,
    /// The platform does not tell who is in a group.
    pub groups: &'static str,
}

/// A check of the doctor, by a name that never changes, and what to do where it finds something.
#[derive(Clone, Copy, Debug)]
pub struct Remedy {
    /// The name, such as `slack.token`.
    pub check: &'static str,
    /// What to do.
    pub to_do: &'static str,
}

/// How a platform writes ids of one kind.
#[derive(Debug)]
pub struct Id {
    /// What problems say is expected of one.
    pub one: &'static str,
    /// What they say is expected of several.
    pub several: &'static str,
    /// Whether a text can be one.
    pub fits: fn(&str) -> bool,
    /// Whether it is all digits, which people forget to quote.
    pub digits: bool,
}

impl Keys {
    /// The channel that a section names.
    pub(crate) fn channel_in(&self, section: &mut Section<'_>) -> Option<String> {
        let fits = |text: &str| (self.channels.fits)(text).then(|| text.to_owned());
        if self.channels.digits {
            section.number(self.channel, self.channels.one, fits)
        } else {
            section.optional(self.channel, self.channels.one, fits)
        }
    }
}

/// A chat platform's own address, which only a proxy or a test replaces.
pub(super) fn api_url(section: &mut Section<'_>) -> Option<String> {
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

//! The one list of the chat platforms.

use std::sync::Arc;

use super::keys::Keys;
use super::message_trigger::MessageTriggers;
use super::{Chat, ChatError, discord, slack};
use crate::incident::account::Platform;
use crate::settings::Section;

/// A platform as it is configured.
#[derive(Clone, Debug)]
pub enum Settings {
    /// Slack.
    Slack(slack::Settings),
    /// Discord.
    Discord(discord::Settings),
}

/// Every platform, in the order in which people see them.
pub const PLATFORMS: [Keys; 2] = [slack::config::KEYS, discord::config::KEYS];

/// Reads every platform that is configured; what is given and ignored is a warning.
pub(crate) fn read(root: &mut Section<'_>, warnings: &mut Vec<String>) -> Vec<Settings> {
    let slack = slack::config::read(root, warnings).map(Settings::Slack);
    let discord = discord::config::read(root).map(Settings::Discord);
    slack.into_iter().chain(discord).collect()
}

impl Settings {
    /// What the platform has elsewhere in the configuration, and what is said of it.
    pub fn keys(&self) -> &'static Keys {
        match self {
            Self::Slack(_) => &slack::config::KEYS,
            Self::Discord(_) => &discord::config::KEYS,
        }
    }

    /// Which platform.
    pub fn platform(&self) -> Platform {
        self.keys().platform
    }

    /// Asks the platform who the bot is there, and nothing else.
    pub async fn identify(&self) -> Result<Arc<dyn Chat>, ChatError> {
        Ok(match self {
            Self::Slack(settings) => Arc::new(slack::Slack::identify(settings).await?),
            Self::Discord(settings) => Arc::new(discord::Discord::identify(settings).await?),
        })
    }

    /// An address of the platform's API that anybody may ask: it tells the way there, and the time.
    pub fn anybodys(&self) -> String {
        match self {
            Self::Slack(settings) => format!("{}/api.test", settings.api_url.trim_end_matches('/')),
            Self::Discord(settings) => format!("{}/api/v10/gateway", settings.api_url.trim_end_matches('/')),
        }
    }

    /// Makes sure that the platform takes the bot. Does not listen yet.
    pub async fn connect(&self) -> Result<Arc<dyn Chat>, ChatError> {
        Ok(match self {
            Self::Slack(settings) => Arc::new(slack::Slack::connect(settings).await?),
            Self::Discord(settings) => Arc::new(discord::Discord::connect(settings).await?),
        })
    }

    /// Whether the bot dials the platform to listen, and is not called by it: then it may be reached later.
    pub fn is_dialled(&self) -> bool {
        match self {
            Self::Slack(settings) => matches!(settings.mode, slack::Mode::Socket { .. }),
            Self::Discord(_) => true,
        }
    }

    /// Where messages are listened to; `None` where they are not.
    pub fn triggers(&self) -> Option<&MessageTriggers> {
        match self {
            Self::Slack(settings) => Some(&settings.triggers),
            Self::Discord(settings) => settings.triggers.as_ref(),
        }
    }

    /// The same, to be completed.
    pub fn triggers_mut(&mut self) -> Option<&mut MessageTriggers> {
        match self {
            Self::Slack(settings) => Some(&mut settings.triggers),
            Self::Discord(settings) => settings.triggers.as_mut(),
        }
    }
}

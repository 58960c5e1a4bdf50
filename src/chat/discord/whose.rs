//! Whose something from Discord is: of the one server and the application that the bot serves, or not.
//!
//! Interactions name the application that they are for, and the server that they come from unless it is a direct message;
//! messages name the server, with the same exception.
//! <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object>

use crate::request::Unserved;

/// Who the bot is on Discord, and which server it serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// The application's own id.
    pub(super) application: String,
    /// The bot's own user id.
    pub(super) bot: String,
    /// The server's id.
    pub(super) guild: String,
    /// The role that came with the bot and has its name: clients offer it beside the bot where somebody types the name.
    pub(super) role: Option<String>,
}

/// Whose something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Ours.
    Ours,
    /// Somebody's who is told why nothing comes of it; with what it names.
    Unserved(Unserved, String),
    /// Another application's, with what it names: nobody waits for our answer.
    Foreign(String),
}

impl Identity {
    /// Whose an interaction is.
    pub(super) fn whose_interaction(&self, application: Option<&str>, guild: Option<&str>) -> Whose {
        match application {
            Some(application) if application == self.application => self.whose_message(guild),
            Some(application) => Whose::Foreign(format!("application {application}")),
            None => Whose::Foreign("no application named".to_owned()),
        }
    }

    /// Whose a message is.
    pub(super) fn whose_message(&self, guild: Option<&str>) -> Whose {
        match guild {
            Some(guild) if guild == self.guild => Whose::Ours,
            Some(guild) => Whose::Unserved(Unserved::OtherServer, format!("server {guild}")),
            None => Whose::Unserved(Unserved::DirectMessage, "direct message".to_owned()),
        }
    }
}

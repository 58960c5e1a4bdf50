//! The port to the chat platforms: what a front end can show, and how it hands in what people type and click.
//!
//! A [`Card`] holds plain sentences; escaping, formatting and length limits are the platform's business.

mod way;
pub(crate) mod http;
mod relay;
pub mod backoff;
mod text;
pub mod keys;
pub mod spelling;
pub mod command;
pub mod message_trigger;
pub mod foreign;
pub mod card;
pub mod closed;
pub mod announcement;
pub mod slack;
pub mod discord;
pub mod platforms;
pub mod late;

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::chat::message_trigger::MessageTriggers;
use crate::checkup::Finding;
use crate::inbox::Inbox;
use crate::incident::account::Platform;
use crate::incident::phrase::{Arg, Phrase, Statement};
use crate::incident::standing::Barred;
use crate::request::{ReplyTo, Verb};
use crate::words::Words;

/// A chat platform.
#[async_trait]
pub trait Chat: Send + Sync {
    /// Which one.
    fn platform(&self) -> Platform;

    /// Posts a card; returns the platform's own name of the message. The key is the same whenever the same card is
    /// posted again because nobody knows whether it was: it travels with the message, for [`Chat::find`].
    async fn post(&self, channel: &str, key: &str, card: &Card) -> Result<String, ChatError>;

    /// Replaces a card's content in place.
    async fn update(&self, channel: &str, message: &str, card: &Card) -> Result<(), ChatError>;

    /// Says something in a card's thread, under a key of the same kind.
    async fn reply_in_thread(&self, channel: &str, message: &str, key: &str, text: &str) -> Result<(), ChatError>;

    /// Whether something is there that may have been said under this key, not before `since`: in the thread of a message,
    /// or as a card in the channel.
    async fn find(&self, channel: &str, thread: Option<&str>, key: &str, since: Timestamp) -> Result<Found, ChatError>;

    /// Looks whether a channel is there, can hold a card, and lets the bot post: [`ChatError::Closed`] where it does not, as far
    /// as the platform tells that.
    async fn look(&self, channel: &str) -> Result<(), ChatError>;

    /// How the bot is set up there, as far as the platform tells. Nothing is changed, and nobody sees anything.
    async fn set_up(&self) -> Vec<Finding>;

    /// Whether a channel takes what the bot shows, looked at as closely as can be without showing anything.
    async fn look_closely(&self, channel: &str) -> Result<Looked, ChatError>;

    /// Posts a card that calls somebody, in a channel, in a thread or to one person alone, under a key of the same kind.
    async fn call(&self, to: Recipient<'_>, key: &str, card: &Card) -> Result<Place, ChatError>;

    /// What keeps the bot from showing pictures in a channel, as far as the platform tells: a scope, a permission.
    async fn lacks_for_pictures(&self, channel: &str) -> Option<String>;

    /// Hands over a picture, which nobody sees yet; what [`Chat::show_picture`] needs to show it.
    async fn hand_over(&self, picture: &Picture) -> Result<String, ChatError>;

    /// Shows a picture that was handed over, with the words beside it, in the thread of a message, under a key of the same kind.
    async fn show_picture(
        &self,
        channel: &str,
        message: &str,
        key: &str,
        handed: &str,
        picture: &Picture,
    ) -> Result<(), ChatError>;

    /// Whether a picture that may have been shown at this time is there only once if it is shown again under its key.
    fn may_show_again(&self, since: Timestamp) -> bool;

    /// What the platform knows of an account.
    async fn known(&self, user: &str) -> Result<Known, ChatError>;

    /// Why an account counts for nothing there; `None` also where the platform does not tell: a scope is missing.
    async fn barred(&self, user: &str) -> Result<Option<Barred>, ChatError>;

    /// Whether an account is in a group that may be given rights. The error names what is missing for telling it.
    async fn is_in(&self, user: &str, group: &str) -> Result<bool, ChatError>;

    /// Those of these accounts that are in a group, told at once where the platform tells it so. The error names what is missing.
    async fn members(&self, group: &str, users: &[&str]) -> Result<BTreeSet<String>, ChatError>;

    /// Whether somebody sees that the bot is thinking until they are answered.
    fn keeps_waiting(&self, to: &ReplyTo) -> bool;

    /// Somebody's language as the platform names it, where what arrives does not tell it and the platform does, soon.
    async fn locale(&self, user: &str) -> Option<String>;

    /// The address of a message's thread, also of one that was deleted.
    fn link(&self, channel: &str, message: &str) -> Option<String>;

    /// Answers one person, visibly to them alone, also if their account maps to nobody.
    async fn answer(&self, to: &ReplyTo, text: &str) -> Result<(), ChatError>;

    /// Shows one person the form of a button: what it asks before it counts, and the reason. What they send in is a request of
    /// its own. The trigger came with their click; without one, the platform asks by itself.
    async fn open_form(&self, to: &ReplyTo, trigger: &str, button: &Button, reason: &str) -> Result<(), ChatError>;

    /// Its routes on the bot's own server, which put everything into the inbox; none where the platform is listened to in
    /// another way.
    fn routes(&self, inbox: &Inbox) -> Router;

    /// Listens until it is told to stop, putting everything into the inbox. Returns early only where going on is pointless.
    async fn listen(&self, inbox: Inbox, stop: CancellationToken) -> Result<(), ChatError>;

    /// Goes by these triggers from now on, where it listens to messages at all.
    fn set_triggers(&self, triggers: &MessageTriggers);

    /// Whether it listens: connected, and something was received lately.
    fn is_listening(&self) -> bool;
}

/// Where a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient<'a> {
    /// Everybody in a channel.
    Channel(&'a str),
    /// Who reads the thread of a message in a channel.
    Thread {
        /// The channel.
        channel: &'a str,
        /// The message.
        message: &'a str,
    },
    /// One person alone.
    Person(&'a str),
}

/// Where a message is: what [`Chat::update`] takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The channel, or what stands for one.
    pub channel: String,
    /// The platform's own name of the message.
    pub message: String,
}

/// What is known of a channel that does not refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// It takes what the bot shows.
    Open,
    /// The platform does not tell, and what it would take.
    NotTold(String),
}

/// What a platform knows of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is somebody's there.
    Yes,
    /// There is no such account.
    No,
    /// It was switched off.
    Deactivated,
    /// The platform does not tell: a scope or a permission is missing.
    NotTold,
}

/// What became of a message that may have been sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is there: this message.
    Message(String),
    /// It is not there; or if it is, sending it again under its key adds nothing.
    Repeatable,
    /// The platform can't tell: sent again, it may be there twice.
    NotKnown,
}

/// What can go wrong, as far as a caller treats it differently.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ChatError {
    /// The message, or the way to the person, is gone: trying again is no use.
    #[error("{0} is gone")]
    Gone(String),
    /// The platform wants a pause.
    #[error("the platform wants a pause of {} s", .0.as_secs())]
    RateLimited(Duration),
    /// This one message may not be changed so often: nothing else is held up by it.
    #[error("the platform wants a pause of {} s before this message is changed again", .0.as_secs())]
    Slowed(Duration),
    /// The channel takes nothing before somebody changes something there; in English here, and to people in their language.
    #[error("{}", Words::of(None).told(.0))]
    Closed(Arg),
    /// The platform can't take what is said. Other messages are not concerned.
    #[error("{}", Words::of(None).state(.0))]
    Unfit(Statement),
    /// It may work later.
    #[error("{}", Words::of(None).state(.0))]
    Passing(Statement),
    /// Nothing will work before somebody changes something: a token, a scope.
    #[error("{}", Words::of(None).state(.0))]
    Fatal(Statement),
}

impl ChatError {
    /// That a channel takes nothing, and why.
    pub(crate) fn closed(why: Phrase) -> Self {
        Self::Closed(why.into())
    }

    /// That it may work later, and why it did not.
    pub(crate) fn passing(why: impl Into<Statement>) -> Self {
        Self::Passing(why.into())
    }

    /// That nothing will work before somebody changes something, and what is wrong.
    pub(crate) fn fatal(why: impl Into<Statement>) -> Self {
        Self::Fatal(why.into())
    }

    /// Why, to people in their language. What a library says of it, in its own words, stands in the log alone.
    pub fn reason(&self) -> Statement {
        let phrase = |id: &str| Phrase::new(id).into();
        match self {
            Self::Closed(Arg::Phrase(why)) => Statement::Phrase((**why).clone()),
            Self::Passing(why @ Statement::Phrase(_))
            | Self::Unfit(why @ Statement::Phrase(_))
            | Self::Fatal(why @ Statement::Phrase(_)) => why.clone(),
            Self::Gone(_) => phrase("failed-gone"),
            Self::RateLimited(_) | Self::Slowed(_) => phrase("failed-paused"),
            Self::Passing(_) => phrase("failed-passing"),
            Self::Closed(_) | Self::Unfit(_) | Self::Fatal(_) => phrase("failed-lasting"),
        }
    }
}

/// The one message per incident and channel, updated in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The verdict or outcome, in one line.
    pub headline: String,
    /// How loud it is.
    pub tone: Tone,
    /// What it says, in order.
    pub blocks: Vec<Block>,
    /// What can be done.
    pub buttons: Vec<Button>,
}

/// A picture, and what stands for it where it is not seen. The texts are plain: nothing in them is markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The file's name: ASCII letters, digits, dots and dashes.
    pub name: String,
    /// The file.
    pub png: Vec<u8>,
    /// What it shows, for who does not see it.
    pub alt: String,
    /// What stands beside it.
    pub text: String,
}

/// How loud a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// All is well.
    Good,
    /// Somebody has to act, or something is unclear.
    Alarm,
    /// Something is being done.
    Busy,
    /// Somebody is called.
    Call,
    /// A call that is over.
    Over,
}

impl Tone {
    /// What stands before the headline.
    fn mark(self) -> char {
        match self {
            Self::Good => '✅',
            Self::Alarm => '🚨',
            Self::Busy => '⏳',
            Self::Call => '📣',
            Self::Over => '☑',
        }
    }
}

/// A part of a card. All texts are plain: nothing in them is markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A heading and its paragraph.
    Titled(String, String),
    /// Short facts: names and values.
    Fields(Vec<(String, String)>),
    /// What a machine printed or a person is to type, in a fixed width.
    Code(String),
    /// Small print.
    Note(String),
    /// Small print that leads to an address: the text and the address, which is the platform's own.
    Link(String, String),
    /// Who is called: the one thing on a card that mentions anybody.
    Mentions(Vec<Mention>),
}

/// Whom a card calls. Never everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mention {
    /// An account, by id.
    Account(String),
    /// A user group of Slack's or a role of Discord's, by id.
    Group(String),
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it does.
    pub verb: Verb,
    /// What it says.
    pub label: String,
    /// What the click carries back: see [`Verb::clicked`].
    pub value: String,
    /// What is asked before the click counts.
    pub confirm: Option<Confirm>,
}

/// What is asked before a click counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// The question.
    pub title: String,
    /// What will happen, to what, on which evidence.
    pub text: String,
    /// The answer that counts.
    pub yes: String,
    /// The answer that does nothing.
    pub no: String,
}

//! What makes a chat platform the one that it is.

use crate::simulator::platform::fault::Fault;
use crate::simulator::platform::message::Message;
use crate::simulator::platform::settings::Settings;
use serde_json::Value;
use std::fmt;

/// A chat platform: what is its own in what all of them have.
pub trait Platform: Clone + Copy + fmt::Debug + Send + Sync + 'static {
    /// Its name in sentences.
    const NAME: &'static str;

    /// What stands beside the author of a message that only one person sees.
    const ONLY_YOU: &'static str;

    /// What it is like before anything happens.
    type Settings: Settings;
    /// What can be wrong with it.
    type Fault: Fault;
    /// A message.
    type Message: Message;
    /// What only it counts.
    type Counts: Clone + Default + fmt::Debug + Send + Sync;
    /// What only it has in its view.
    type Seen: Clone + Default + fmt::Debug + Send + Sync;
    /// What only it keeps.
    type Own: fmt::Debug + Send;

    /// What only it keeps, at first.
    fn own(settings: &Self::Settings) -> Self::Own;

    /// The id of a channel that comes behind so many.
    fn channel_id(own: &mut Self::Own, before: usize) -> String;

    /// The id of a person who comes behind so many, the bot among them.
    fn person_id(own: &mut Self::Own, before: usize) -> String;

    /// The channel that a thread is in; of a channel, itself.
    fn parent<'a>(_seen: &'a Self::Seen, channel: &'a str) -> &'a str {
        channel
    }

    /// Where a form's title stands in it.
    fn form_title(form: &Value) -> &Value;

    /// A form as a person reads it, without its title.
    fn form_text(form: &Value) -> String;
}

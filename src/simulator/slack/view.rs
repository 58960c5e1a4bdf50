//! The workspace at one moment: what is in it, and what a given person sees of it.

use crate::simulator::platform::view;
pub use crate::simulator::platform::view::{Channel, Member, SentBody, Warning};
use crate::simulator::slack::state::{Counts, Slack};

/// Everything in the workspace at one moment.
pub type View = view::View<Slack>;
/// A form that the app opened for a person.
pub type Modal = view::Modal<Slack>;
/// What one person sees of one channel.
pub type Sight = view::Sight<Slack>;
/// What the workspace counts.
pub type Counters = view::Counters<Counts>;

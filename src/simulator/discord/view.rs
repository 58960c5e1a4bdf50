//! The server at one moment: what is in it, and what a given person sees of it.

pub use crate::simulator::discord::state::Thread;
use crate::simulator::discord::state::{Counts, Discord};
use crate::simulator::platform::view;
pub use crate::simulator::platform::view::{Channel, Member, SentBody};

/// Everything in the server at one moment.
pub type View = view::View<Discord>;
/// A form that the app opened for a person.
pub type Modal = view::Modal<Discord>;
/// What one person sees of one channel.
pub type Sight = view::Sight<Discord>;
/// What the server counts.
pub type Counters = view::Counters<Counts>;

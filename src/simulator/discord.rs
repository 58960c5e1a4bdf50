//! An embedded Discord server: the REST API and the gateway on loopback in Discord's own wire formats, and people in it
//! who use commands, click and see.

pub mod settings;
pub mod fault;
pub mod message;
pub mod state;
pub mod view;
mod checks;
mod files;
mod payload;
mod gateway;
mod call;
mod calls;
mod interactions;
mod api;
mod typing;
pub mod person;

use crate::simulator::discord::fault::Fault;
use crate::simulator::discord::person::Person;
use crate::simulator::discord::settings::Sender;
use crate::simulator::discord::state::{Discord, Shared, State};
pub use crate::simulator::platform::happening;
use crate::simulator::platform::{Served, Simulated};
use axum::Router;
use std::sync::Arc;

/// A running server. Clones are handles to the same one; it stops when the last handle is dropped.
pub type Server = Simulated<Discord>;

impl Served for Discord {
    fn router(shared: Arc<Shared>) -> Router {
        api::router(shared)
    }

    fn strike(state: &mut State, fault: &Fault) {
        gateway::strike(state, fault);
    }
}

impl Server {
    /// Gives a member these roles, and no others.
    pub fn set_roles(&self, member: &Person, roles: &[&str]) {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        self.shared.change(|state| state.roles.insert(member.id().to_owned(), roles));
    }

    /// A member leaves the server; the account stays.
    pub fn leaves(&self, member: &Person) {
        self.shared.change(|state| state.left.push(member.id().to_owned()));
    }

    /// What stands for `https://discord.com`, without a slash at the end.
    pub fn api_url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// The bot's token.
    pub fn token(&self) -> &str {
        &self.shared.settings.token
    }

    /// The server's id.
    pub fn guild_id(&self) -> &str {
        &self.shared.settings.guild_id
    }

    /// Adds another bot, which writes as people do.
    pub fn add_bot(&self, name: &str) -> Person {
        let id = self.shared.change(|state| {
            let id = state.snowflake();
            state.add_member(id, name, "en-US", true)
        });
        Person { shared: self.shared.clone(), id, name: name.to_owned() }
    }

    /// Changes what interactions and messages say of where they come from, from now on.
    pub fn send_as(&self, change: impl FnOnce(&mut Sender)) {
        self.shared.change(|state| change(&mut state.sender));
    }

    /// Lets interactions and messages say again what the settings say.
    pub fn send_as_itself(&self) {
        let sender = self.settings().sender();
        self.shared.change(|state| state.sender = sender);
    }

    /// Locks the thread of a message, as a moderator can.
    pub fn lock_thread(&self, message: &str) {
        self.shared.change(|state| {
            if let Some(thread) = state.view.threads.get_mut(message) {
                thread.locked = true;
            }
        });
    }

    /// Deletes the thread of a message, as a moderator can. The message stays.
    pub fn delete_thread(&self, message: &str) {
        self.shared.change(|state| state.view.threads.remove(message));
    }
}

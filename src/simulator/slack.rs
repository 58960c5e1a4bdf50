//! An embedded Slack workspace: the Web API, Socket Mode and signed requests on loopback in Slack's own wire formats, and
//! people in it who type, click and see.

pub mod settings;
pub mod fault;
pub mod message;
pub mod state;
pub mod view;
mod blocks;
mod arguments;
mod files;
mod payload;
mod methods;
pub mod delivery;
pub mod requests;
pub mod socket;
mod api;
pub mod person;
mod form;

pub use crate::simulator::platform::happening;
use crate::simulator::platform::{Served, Simulated};
use crate::simulator::slack::fault::Fault;
use crate::simulator::slack::person::Person;
use crate::simulator::slack::settings::Sender;
use crate::simulator::slack::state::{Shared, Slack, State};
use axum::Router;
use std::sync::Arc;

/// A running workspace. Clones are handles to the same one; it stops when the last handle is dropped.
pub type Workspace = Simulated<Slack>;

impl Served for Slack {
    fn router(shared: Arc<Shared>) -> Router {
        api::router(shared)
    }

    fn strike(state: &mut State, fault: &Fault) {
        socket::strike(state, fault);
    }
}

impl Workspace {
    /// The base URL of the Web API, without a slash at the end.
    pub fn api_url(&self) -> String {
        format!("http://{}/api", self.shared.address)
    }

    /// The bot token.
    pub fn bot_token(&self) -> &str {
        &self.shared.settings.bot_token
    }

    /// The app-level token.
    pub fn app_token(&self) -> &str {
        &self.shared.settings.app_token
    }

    /// What requests to the app are signed with.
    pub fn signing_secret(&self) -> &str {
        &self.shared.settings.signing_secret
    }

    /// Slack's signature of a request's body at this time, in seconds.
    pub fn signature(&self, at: i64, body: &str) -> String {
        requests::signature(self.signing_secret(), at, body)
    }

    /// Makes this the app's request URL, to which everything is sent from now on instead of its sockets; refused where what
    /// is there does not answer Slack's challenge.
    pub async fn set_request_url(&self, url: &str) -> Result<(), requests::NotVerified> {
        requests::verify(&self.shared, url).await?;
        self.shared.change(|state| state.request_url = Some(url.to_owned()));
        Ok(())
    }

    /// The workspace's id.
    pub fn team_id(&self) -> &str {
        &self.shared.settings.team_id
    }

    /// Adds a person of another workspace or enterprise, who shares our channels (Slack Connect).
    pub fn add_stranger(&self, name: &str, home: &str) -> Person {
        let person = self.add_person(name, "en-US");
        self.shared.change(|state| state.homes.insert(person.id.clone(), home.to_owned()));
        person
    }

    /// Makes these people, and nobody else, the members of a user group.
    pub fn set_group(&self, id: &str, members: &[&Person]) {
        let members = members.iter().map(|person| person.id.clone()).collect();
        self.shared.change(|state| state.groups.insert(id.to_owned(), members));
    }

    /// Changes what payloads say of where they come from, from now on.
    pub fn send_as(&self, change: impl FnOnce(&mut Sender)) {
        self.shared.change(|state| change(&mut state.sender));
    }

    /// What payloads say of where they come from.
    pub fn sender(&self) -> Sender {
        self.shared.look().sender.clone()
    }

    /// Lets payloads say again what the settings say.
    pub fn send_as_itself(&self) {
        let sender = self.settings().sender();
        self.shared.change(|state| state.sender = sender);
    }
}

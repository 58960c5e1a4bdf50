//! The bot between a simulated cluster, a Slack workspace and a Discord server, with the same people in both.

use std::collections::BTreeMap;
use std::sync::Arc;

use stagerbot::bot::Bot;
use stagerbot::simulator::discord::Server;
use stagerbot::simulator::discord::message::Message;
use stagerbot::simulator::discord::person::Person;
use stagerbot::simulator::discord::settings::Settings;
use stagerbot::simulator::discord::view::View;

use super::PATIENCE;
use super::bots::{self, Process};
use super::config::Configuration;
use super::expect::{APPROVED, CHECKED, REQUESTED};
use super::scene::Scene;

const ANNA: &str = "801000000000000001";
const BEN: &str = "801000000000000002";
const ZOE: &str = "801000000000000003";

/// A scene with a Discord server beside its Slack workspace, and the same people in both.
pub(crate) struct Both {
    pub(crate) scene: Scene,
    pub(crate) server: Server,
    pub(crate) channel: String,
    pub(crate) anna: Person,
    pub(crate) ben: Person,
    pub(crate) zoe: Person,
}

impl Both {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::over(Scene::with(settings).await).await
    }

    /// The same on another kind of cluster.
    pub(crate) async fn over(scene: Scene) -> Self {
        let settings = Settings { paces: BTreeMap::new(), respond_within: PATIENCE, ..Settings::default() };
        let server = crate::record::server(settings).await;
        let channel = server.add_channel("operations");
        let person = |id: &str, name: &str| server.add_person_as(id, name, "en-US");
        let (anna, ben, zoe) = (person(ANNA, "anna_d"), person(BEN, "ben_d"), person(ZOE, "zoe_d"));
        Self { scene, server, channel, anna, ben, zoe }
    }

    /// What its bot is configured with.
    pub(crate) fn configuration(&self) -> Configuration {
        self.scene
            .configuration()
            .set("discord.guild_id", self.server.guild_id())
            .set("discord.api_url", self.server.api_url())
            .set_in("person", "Anna", "discord", ANNA)
            .set_in("person", "Ben", "discord", BEN)
            .set_in("environment", "prod", "discord_channel", self.channel.as_str())
            .secret("STAGERBOT__DISCORD__TOKEN", self.server.token())
    }

    /// The bot in this process, once it listens.
    pub(crate) async fn bot(&self) -> Bot {
        let before = self.heard();
        let bot = bots::start(&self.configuration()).await;
        self.connected(before).await;
        bot
    }

    /// Starts a process, and waits until it listens.
    pub(crate) async fn process(&self, command: &mut std::process::Command) -> Process {
        let before = self.heard();
        let process = Process::start(command);
        self.connected(before).await;
        process
    }

    fn heard(&self) -> (u64, u64) {
        (self.scene.workspace.counters().connections_opened, self.server.counters().identified)
    }

    async fn connected(&self, (slack, discord): (u64, u64)) {
        self.scene.connected(slack).await;
        let hears =
            |view: &View| (view.counters.identified > discord && view.counters.connections_open > 0).then_some(());
        self.server.wait_for(PATIENCE, hears).await.unwrap();
    }

    pub(crate) async fn says(&self, who: &Person, line: &str) {
        let delivery = who.types(&self.channel, line).await.unwrap();
        assert!(delivery.acked(), "{line} was not acknowledged");
    }

    /// Asks for a check of what is not being looked at.
    pub(crate) async fn checks(&self, who: &Person) {
        self.says(who, "/stager check").await;
        self.whispered(who, "Checking prod").await;
        self.scene.reader.expect(CHECKED);
    }

    pub(crate) async fn seen(&self, is: impl Fn(&Message) -> bool) -> Arc<Message> {
        let newest = |view: &View| view.messages.iter().rev().find(|message| message.by_bot && is(message)).cloned();
        let seen = self.server.wait_for(PATIENCE, newest).await.unwrap();
        self.scene.reader.reads(&self.server.all_messages(), &*seen, "");
        seen
    }

    pub(crate) async fn card(&self, says: &str) -> Arc<Message> {
        self.seen(|m| is_card(m) && m.text_seen().contains(says)).await
    }

    pub(crate) async fn button(&self, action: &str) -> Arc<Message> {
        self.seen(|m| is_card(m) && m.button(action).is_some()).await
    }

    pub(crate) async fn told(&self, says: &str) -> Arc<Message> {
        let told = |m: &&Arc<Message>| m.by_bot && m.thread_of.is_some() && m.text_seen().contains(says);
        let newest = |view: &View| view.messages.iter().rev().find(told).cloned();
        let told = self.server.wait_for(PATIENCE, newest).await.unwrap();
        self.scene.reader.reads(&self.server.all_messages(), &*told, says);
        told
    }

    /// The oldest word to somebody that says so and that nobody has read.
    pub(crate) async fn whispered(&self, to: &Person, says: &str) -> Arc<Message> {
        let is = |m: &&Arc<Message>| {
            let to_them = m.by_bot && m.ephemeral_to.as_deref() == Some(to.id());
            to_them && m.text_seen().contains(says) && !self.scene.reader.has_read(&***m)
        };
        let word = self.server.wait_for(PATIENCE, |view: &View| view.messages.iter().find(is).cloned());
        let word = word.await.unwrap();
        self.scene.reader.reads(&self.server.all_messages(), &*word, "");
        word
    }

    pub(crate) fn cards(&self) -> usize {
        self.server.all_messages().iter().filter(|m| m.by_bot && is_card(m)).count()
    }

    /// Clicks to request a restart, and sends the form in; what the form asked.
    pub(crate) async fn requests(&self, who: &Person, card: &Message, reason: &str) -> String {
        who.clicks(card, "stager-restart").await.unwrap();
        let form = who.sees(&self.channel).modals[0].clone();
        who.submits(&[("reason", reason)]).await.unwrap();
        self.whispered(who, "Requested.").await;
        self.scene.reader.expect(REQUESTED);
        form.data["components"][0]["content"].as_str().unwrap().to_owned()
    }

    /// Clicks, and says yes to what is asked.
    pub(crate) async fn confirms(&self, who: &Person, card: &Message, action: &str) -> Arc<Message> {
        let asked = who.clicks_stale(card, action).await.unwrap().message.unwrap();
        who.clicks(&asked, &format!("yes/{action}")).await.unwrap();
        asked
    }

    /// Approves, and is told that it counts; what was asked before.
    pub(crate) async fn approves(&self, who: &Person, card: &Message) -> Arc<Message> {
        self.scene.reader.expect(APPROVED);
        let asked = self.confirms(who, card, "stager-approve").await;
        self.whispered(who, "Approved.").await;
        asked
    }
}

impl Drop for Both {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let unread = self.scene.reader.unread(&self.server.all_messages());
            assert!(unread.is_empty(), "nobody expected on Discord:\n{}", unread.join("\n"));
        }
    }
}

pub(crate) fn is_card(message: &Message) -> bool {
    message.thread_of.is_none() && message.ephemeral_to.is_none()
}

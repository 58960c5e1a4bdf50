//! The harness with both platforms: the bot between a simulated cluster, a Slack workspace and a Discord server, with the
//! same people in both.

use std::collections::BTreeMap;
use std::sync::Arc;

use stagerbot::bot::Bot;
use stagerbot::simulator::discord::Server;
use stagerbot::simulator::discord::message::Message;
use stagerbot::simulator::discord::person::{Delivery, Person};
use stagerbot::simulator::discord::settings::Settings;
use stagerbot::simulator::discord::view::View;

use crate::harness::{Killed, PATIENCE, Scene, Setup, insists, is_call};

pub(crate) const ANNA: &str = "801000000000000001";
pub(crate) const BEN: &str = "801000000000000002";
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

impl Drop for Both {
    fn drop(&mut self) {
        self.scene.reading.end(&self.server.all_messages());
    }
}

impl Both {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(settings: &[(&'static str, &str)]) -> Self {
        Self::over(Scene::with(settings).await).await
    }

    /// The same on another kind of cluster.
    pub(crate) async fn over(scene: Scene) -> Self {
        Self::of(scene, Settings { paces: BTreeMap::new(), ..Settings::default() }).await
    }

    /// The same with another kind of server.
    pub(crate) async fn of(scene: Scene, settings: Settings) -> Self {
        let server = crate::harness::record::server(settings).await;
        let channel = server.add_channel("operations");
        let person = |id: &str, name: &str| server.add_person_as(id, name, "en-US");
        let (anna, ben, zoe) = (person(ANNA, "anna_d"), person(BEN, "ben_d"), person(ZOE, "zoe_d"));
        Self { scene, server, channel, anna, ben, zoe }
    }

    /// What its bot is told.
    pub(crate) fn setup(&self) -> Setup {
        let discord =
            format!("[discord]\nguild_id = \"{}\"\napi_url = \"{}\"\n", self.server.guild_id(), self.server.api_url());
        self.scene
            .setup()
            .with(&discord)
            .person("Anna", &format!("discord = \"{ANNA}\""))
            .person("Ben", &format!("discord = \"{BEN}\""))
            .environment(&format!("discord_channel = \"{}\"", self.channel))
    }

    pub(crate) fn secrets(&self) -> Vec<(String, String)> {
        let mut secrets = self.scene.secrets();
        secrets.push(("STAGERBOT__DISCORD__TOKEN".into(), self.server.token().into()));
        secrets
    }

    pub(crate) async fn bot(&self) -> Bot {
        self.bot_of(&self.setup()).await
    }

    /// The bot with these lines in its configuration, too.
    pub(crate) async fn bot_with(&self, lines: &str) -> Bot {
        self.bot_of(&self.setup().with(lines)).await
    }

    /// The bot with this configuration.
    pub(crate) async fn bot_of(&self, setup: &Setup) -> Bot {
        let before = self.server.counters().identified;
        let bot = self.scene.bot_of(setup, self.secrets()).await;
        self.identified(before).await;
        bot
    }

    /// The bot as a process of its own, which can be killed, with this configuration.
    pub(crate) async fn child_with(&self, setup: &Setup, environment: &[(&str, String)]) -> Killed {
        let before = self.server.counters().identified;
        let opened = self.scene.workspace.counters().connections_opened;
        let child = self.scene.spawn(setup, self.secrets(), environment);
        self.scene.connected(opened).await;
        self.identified(before).await;
        child
    }

    /// Waits until Discord knows the bot once more, and it listens.
    async fn identified(&self, before: u64) {
        let heard =
            |view: &View| (view.counters.identified > before && view.counters.connections_open > 0).then_some(());
        self.server.wait_for(PATIENCE, heard).await.unwrap();
    }

    pub(crate) async fn says(&self, who: &Person, line: &str) {
        insists(Delivery::acked, async || who.types(&self.channel, line).await).await;
    }

    pub(crate) async fn seen(&self, is: impl Fn(&Message) -> bool) -> Arc<Message> {
        let newest = |view: &View| view.messages.iter().rev().find(|message| message.by_bot && is(message)).cloned();
        let seen = self.server.wait_for(PATIENCE, newest).await.unwrap();
        self.scene.reading.message(&seen.id);
        seen
    }

    pub(crate) async fn card(&self, says: &str) -> Arc<Message> {
        self.seen(|m| is_card(m) && m.text_seen().contains(says)).await
    }

    pub(crate) async fn button(&self, action: &str) -> Arc<Message> {
        self.seen(|m| is_card(m) && m.button(action).is_some()).await
    }

    pub(crate) async fn told(&self, says: &str) -> Arc<Message> {
        let is = |m: &&Arc<Message>| m.by_bot && m.thread_of.is_some() && m.text_seen().contains(says);
        let told = |view: &View| view.messages.iter().rev().find(is).cloned();
        let told = self.server.wait_for(PATIENCE, told).await.unwrap();
        self.scene.reading.words(says);
        told
    }

    pub(crate) async fn whispered(&self, to: &Person, says: &str) -> Arc<Message> {
        self.seen(|m| m.ephemeral_to.as_deref() == Some(to.id()) && m.text_seen().contains(says)).await
    }

    pub(crate) fn cards(&self) -> usize {
        self.server.all_messages().iter().filter(|m| m.by_bot && is_card(m)).count()
    }

    /// Clicks to request a restart, and sends the form in; what the form asked.
    pub(crate) async fn requests(&self, who: &Person, card: &Message, reason: &str) -> String {
        self.clicks_stale(who, card, "stager-restart").await;
        let form = who.sees(&self.channel).modals[0].clone();
        insists(Delivery::acked, async || who.submits(&[("reason", reason)]).await).await;
        form.content["components"][0]["content"].as_str().unwrap().to_owned()
    }

    /// Clicks on a message as it was.
    pub(crate) async fn clicks_stale(&self, who: &Person, on: &Message, action: &str) -> Option<Delivery> {
        insists(Delivery::acked, async || who.clicks_stale(on, action).await).await
    }

    /// Clicks, and says yes to what is asked.
    pub(crate) async fn confirms(&self, who: &Person, card: &Message, action: &str) -> Arc<Message> {
        let asked = self.clicks_stale(who, card, action).await.unwrap().message.unwrap();
        insists(Delivery::acked, async || who.clicks(&asked, &format!("yes/{action}")).await).await;
        asked
    }
}

pub(crate) fn is_card(message: &Message) -> bool {
    // An answer that can no longer be given to somebody alone is given in the channel, to them.
    let text = message.text_seen();
    message.thread_of.is_none() && message.ephemeral_to.is_none() && !is_call(&text) && !text.starts_with("<@")
}

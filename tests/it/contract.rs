//! The contract: the same conversations on either platform, and what people see of them is the same, block by block on
//! Slack and embed by embed on Discord.
//!
//! Each conversation is held twice, by the same people on Slack and on Discord; every card on the way is compared with the
//! other platform's, and the two transcripts with each other and with the one snapshot that stands for both.

pub(crate) mod seen;

use std::sync::Arc;

use stagerbot::bot::Bot;
use stagerbot::simulator::discord::message::Message as Discord;
use stagerbot::simulator::discord::person::{Delivery as DiscordDelivery, Person as OnDiscord};
use stagerbot::simulator::kubernetes::Snapshot;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::{Settings as ClusterSettings, Workload};
use stagerbot::simulator::slack::delivery::Delivery as SlackDelivery;
use stagerbot::simulator::slack::message::Message as Slack;
use stagerbot::simulator::slack::person::Person as OnSlack;

use crate::harness::both::{self, Both};
use crate::harness::{PATIENCE, Scene, Setup, begun, insists, is_stuck, post, stays_stuck};
use seen::{Seen, settled};

const ALERT: &str = include_str!("../data/alertmanager/v0.27.json");

/// Where people are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Here {
    Slack,
    Discord,
}

#[derive(Clone, Copy)]
enum Who {
    Anna,
    Ben,
    Zoe,
}

/// A card as somebody sees it, and may still see it when it has changed.
#[derive(Clone)]
struct Shown {
    slack: Arc<Slack>,
    discord: Arc<Discord>,
}

/// A conversation as it goes on.
struct Stage {
    both: Both,
    bot: Bot,
    here: Here,
    transcript: Vec<String>,
}

impl Stage {
    async fn new(here: Here, settings: &[(&'static str, &str)]) -> Self {
        let both = Both::over(Scene::of(stays_stuck(), "cfee-2", settings).await).await;
        let bot = both.bot().await;
        Self { both, bot, here, transcript: Vec::new() }
    }

    /// Starts the bot anew, over the same store, with a configuration that was changed.
    async fn restarted(self, change: impl FnOnce(Setup) -> Setup) -> Self {
        self.bot.stop().await;
        let bot = self.both.bot_of(&change(self.both.setup())).await;
        Self { bot, ..self }
    }

    fn on_slack(&self, who: Who) -> &OnSlack {
        match who {
            Who::Anna => &self.both.scene.anna,
            Who::Ben => &self.both.scene.ben,
            Who::Zoe => &self.both.scene.zoe,
        }
    }

    fn on_discord(&self, who: Who) -> &OnDiscord {
        match who {
            Who::Anna => &self.both.anna,
            Who::Ben => &self.both.ben,
            Who::Zoe => &self.both.zoe,
        }
    }

    fn note(&mut self, line: impl Into<String>) {
        self.transcript.push(line.into());
    }

    async fn says(&mut self, who: Who, line: &str) {
        self.note(format!("{}: {line}", name(who)));
        match self.here {
            Here::Slack => self.both.scene.says(self.on_slack(who), line).await,
            Here::Discord => self.both.says(self.on_discord(who), line).await,
        }
    }

    /// Clicks, and says yes to whatever the platform asks before that counts.
    async fn clicks(&mut self, who: Who, card: &Shown, action: &str) {
        if action == "stager-restart" {
            return self.requests(who, card, "").await;
        }
        self.note(format!("{} clicks {action}", name(who)));
        match self.here {
            Here::Slack => drop(self.both.scene.clicks_stale(self.on_slack(who), &card.slack, action).await),
            Here::Discord if action == "stager-approve" => {
                self.both.confirms(self.on_discord(who), &card.discord, action).await;
            }
            Here::Discord => drop(self.both.clicks_stale(self.on_discord(who), &card.discord, action).await),
        }
    }

    /// Clicks, and sends the form in. Where a restart is not offered any more, Slack's person is told so without a form.
    async fn requests(&mut self, who: Who, card: &Shown, reason: &str) {
        self.note(format!("{} clicks stager-restart", name(who)));
        let offered = seen::is_offered(&self.both, "stager-restart");
        let form = match self.here {
            Here::Slack => {
                let person = self.on_slack(who);
                self.both.scene.clicks_stale(person, &card.slack, "stager-restart").await;
                if !offered {
                    return;
                }
                let form = self.both.scene.form(person).await;
                insists(SlackDelivery::acked, async || person.submits(&[("reason", reason)]).await).await;
                seen::slack_form(&form)
            }
            Here::Discord => {
                let person = self.on_discord(who);
                self.both.clicks_stale(person, &card.discord, "stager-restart").await;
                let form = person.sees(&self.both.channel).modals[0].clone();
                insists(DiscordDelivery::acked, async || person.submits(&[("reason", reason)]).await).await;
                seen::discord_form(&form)
            }
        };
        if offered {
            self.note(format!("{form}: {reason:?}"));
        }
    }

    /// Waits until the person alone is told this, on the platform where they are.
    async fn is_told(&mut self, who: Who, says: &str) {
        let text = match self.here {
            Here::Slack => self.both.scene.whispered(self.on_slack(who), says).await.text_seen(),
            Here::Discord => self.both.whispered(self.on_discord(who), says).await.text_seen(),
        };
        self.note(format!("to {}: {text}", name(who)));
    }

    /// Waits until both platforms show a card that reads like this, and the same one. What else it says is not compared with
    /// the snapshot: late looks may find Locket otherwise.
    async fn sees(&self, says: &str) -> Shown {
        settled(&self.both, |seen: &Seen| seen.reads(says)).await
    }

    /// The same, compared with the snapshot.
    async fn card(&mut self, says: &str) -> Shown {
        let shown = self.sees(says).await;
        let seen = Seen::on_slack(&shown.slack);
        self.note(seen.told());
        shown
    }

    /// Waits until both platforms' threads say this, and then notes what they say of persons.
    async fn thread(&mut self, shown: &Shown, last: &str) {
        let told = seen::same_thread(&self.both, shown, last).await;
        let persons =
            told.into_iter().filter(|line| ["Anna", "Ben", "Zoe", "Nobody"].iter().any(|who| line.contains(who)));
        let lines: Vec<String> = persons.map(|line| format!("  {line}")).collect();
        self.note(format!("in the thread:\n{}", lines.join("\n")));
    }

    async fn over(self) -> String {
        self.bot.stop().await;
        let refused = self.both.scene.workspace.bodies_sent().iter().filter(|sent| sent.refused.is_some()).count();
        assert_eq!(refused, 0, "Slack took everything");
        seen::normal(&self.transcript.join("\n\n"))
    }
}

fn name(who: Who) -> &'static str {
    match who {
        Who::Anna => "Anna",
        Who::Ben => "Ben",
        Who::Zoe => "Zoe",
    }
}

/// The code that a card's buttons carry.
fn code(card: &Shown) -> String {
    let value = card.slack.button("stager-approve").unwrap().value.unwrap();
    value.split_once('/').unwrap().1.to_owned()
}

/// Holds a conversation on either platform, and compares.
macro_rules! conversation {
    ($name:ident, $settings:expr, $stage:ident, $held:block) => {
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            async fn held(here: Here) -> String {
                #[allow(unused_mut)]
                let mut $stage = Stage::new(here, &$settings).await;
                $held
                $stage.over().await
            }
            let (slack, discord) = futures::join!(held(Here::Slack), held(Here::Discord));
            assert_eq!(slack, discord, "Slack and Discord differ");
            insta::assert_snapshot!(stringify!($name), slack);
        }
    };
}

conversation!(a_check_of_what_is_healthy, [], stage, {
    stage.both.scene.cluster.wait_until(PATIENCE, Snapshot::healthy).await.unwrap();
    stage.says(Who::Zoe, "/stager check").await;
    stage.is_told(Who::Zoe, "Checking prod").await;
    let card = stage.card("Healthy: nothing to do").await;
    stage.thread(&card, "Healthy: nothing to do").await;
});

conversation!(from_an_alert_to_the_recovery, [], stage, {
    stage.both.scene.stuck().await;
    assert!(post(&stage.bot, ALERT).await.is_success());
    let card = stage.card("a restart will help").await;
    stage.clicks(Who::Zoe, &card, "stager-restart").await;
    stage.is_told(Who::Zoe, "belongs to no person").await;
    stage.requests(Who::Anna, &card, "cf push fails in <every> *space*").await;
    stage.is_told(Who::Anna, "Requested.").await;
    let card = stage.card("waits for a second person").await;
    stage.clicks(Who::Ben, &card, "stager-check-again").await;
    stage.is_told(Who::Ben, "checking again").await;
    stage.clicks(Who::Anna, &card, "stager-approve").await;
    stage.is_told(Who::Anna, "A second person has to approve it").await;
    stage.clicks(Who::Zoe, &card, "stager-approve").await;
    stage.is_told(Who::Zoe, "belongs to no person").await;
    assert!(stage.both.scene.terminated().is_empty(), "one person is not two");
    stage.clicks(Who::Ben, &card, "stager-approve").await;
    stage.both.scene.cluster.wait_until(PATIENCE, begun).await.unwrap();
    for buttons in seen::buttons_now(&stage.both) {
        assert_eq!(buttons, Vec::<String>::new(), "buttons are taken off before anything is deleted");
    }
    stage.is_told(Who::Ben, "Approved.").await;
    // The card as a slow client still shows it.
    stage.clicks(Who::Anna, &card, "stager-deny").await;
    stage.is_told(Who::Anna, "Too late: Ben approved it at").await;
    stage.says(Who::Anna, "/stager restart").await;
    stage.is_told(Who::Anna, "A restart is being carried out.").await;
    let over = stage.card("Recovered:").await;
    stage.clicks(Who::Ben, &card, "stager-approve").await;
    stage.is_told(Who::Ben, "Too late: Ben approved it at").await;
    stage.clicks(Who::Ben, &card, "stager-check-again").await;
    stage.is_told(Who::Ben, "That incident is closed.").await;
    stage.thread(&over, "Recovered:").await;
});

conversation!(what_is_denied_or_taken_back_can_be_requested_anew, [], stage, {
    stage.both.scene.stuck().await;
    stage.says(Who::Anna, "/stager check prod").await;
    let card = stage.card("a restart will help").await;
    stage.clicks(Who::Anna, &card, "stager-restart").await;
    let first = stage.card("waits for a second person").await;
    stage.clicks(Who::Anna, &card, "stager-restart").await;
    stage.is_told(Who::Anna, "Anna requested a restart already").await;
    stage.clicks(Who::Ben, &first, "stager-cancel").await;
    stage.is_told(Who::Ben, "Only Anna can cancel this request").await;
    stage.clicks(Who::Ben, &first, "stager-deny").await;
    stage.is_told(Who::Ben, "Denied.").await;
    let card = stage.card("a restart will help").await;
    stage.clicks(Who::Ben, &first, "stager-approve").await;
    stage.is_told(Who::Ben, "Too late: Ben denied it at").await;
    stage.clicks(Who::Ben, &card, "stager-restart").await;
    let second = stage.card("waits for a second person").await;
    stage.clicks(Who::Ben, &second, "stager-cancel").await;
    stage.is_told(Who::Ben, "Cancelled.").await;
    let card = stage.card("a restart will help").await;
    stage.clicks(Who::Anna, &second, "stager-approve").await;
    stage.is_told(Who::Anna, "Too late: Ben cancelled it at").await;
    assert!(stage.both.scene.terminated().is_empty());
    stage.thread(&card, "Anna tried to approve, and was refused").await;
});

conversation!(a_request_that_nobody_approves_expires, [("approval_expiry", "\"4s\"")], stage, {
    stage.both.scene.stuck().await;
    stage.says(Who::Anna, "/stager check").await;
    let card = stage.card("a restart will help").await;
    stage.clicks(Who::Anna, &card, "stager-restart").await;
    let old = stage.card("waits for a second person").await;
    let card = stage.card("a restart will help").await;
    stage.clicks(Who::Ben, &old, "stager-approve").await;
    stage.is_told(Who::Ben, "Too late: the request expired at").await;
    assert!(stage.both.scene.terminated().is_empty());
    stage.thread(&card, "Ben tried to approve, and was refused").await;
});

conversation!(a_person_takes_over_and_others_ask, [], stage, {
    stage.says(Who::Zoe, "/stager help").await;
    stage.is_told(Who::Zoe, "/stager check [environment]").await;
    stage.says(Who::Zoe, "/stager status").await;
    stage.is_told(Who::Zoe, "prod: no open incident").await;
    stage.says(Who::Anna, "/stager check nowhere").await;
    stage.is_told(Who::Anna, "I know no environment called nowhere").await;
    stage.says(Who::Anna, "/stager restart").await;
    stage.is_told(Who::Anna, "No incident is open here").await;
    stage.says(Who::Anna, "/stager approve 000000-1").await;
    stage.is_told(Who::Anna, "No incident is open here").await;
    stage.both.scene.stuck().await;
    stage.says(Who::Anna, "/stager check").await;
    stage.card("a restart will help").await;
    stage.says(Who::Zoe, "/stager status").await;
    stage.is_told(Who::Zoe, "(incident 1)").await;
    stage.says(Who::Zoe, "/stager handover").await;
    stage.is_told(Who::Zoe, "belongs to no person").await;
    stage.says(Who::Ben, "/stager handover I know this one").await;
    stage.is_told(Who::Ben, "The incident is yours").await;
    let card = stage.card("Ben took over").await;
    stage.thread(&card, "Ben took over").await;
});

conversation!(a_person_who_was_renamed_can_not_approve_what_they_requested, [], stage, {
    stage.both.scene.stuck().await;
    stage.says(Who::Anna, "/stager check").await;
    let card = stage.card("a restart will help").await;
    stage.clicks(Who::Anna, &card, "stager-restart").await;
    let card = stage.card("waits for a second person").await;
    stage = stage.restarted(|setup| setup.person("Anna", "name = \"Annabel\"")).await;
    stage.clicks(Who::Anna, &card, "stager-approve").await;
    stage.is_told(Who::Anna, "you may be one person").await;
    stage.says(Who::Anna, &format!("/stager approve {} database-checked", code(&card))).await;
    // What one account asks for is answered in its order.
    stage.says(Who::Anna, "/stager whoami").await;
    stage.is_told(Who::Anna, "You are Annabel").await;
    stage.says(Who::Ben, "/stager check").await;
    stage.is_told(Who::Ben, "checking again").await;
    assert!(stage.both.scene.terminated().is_empty(), "one person by another name is one person");
    stage.clicks(Who::Ben, &card, "stager-approve").await;
    stage.is_told(Who::Ben, "Approved.").await;
    let card = stage.card("Recovered:").await;
    stage.thread(&card, "Recovered:").await;
});

conversation!(two_persons_who_turn_out_to_be_one_delete_nothing, [("blind_allowance", "\"5m\"")], stage, {
    stage.both.scene.stuck().await;
    stage.says(Who::Anna, "/stager check").await;
    let card = stage.card("a restart will help").await;
    stage.clicks(Who::Anna, &card, "stager-restart").await;
    let card = stage.card("waits for a second person").await;
    // Nothing can be looked at, so that nothing is deleted before the bot is started anew.
    stage.both.scene.cluster.inject(Fault::ApiServerDown);
    stage.clicks(Who::Ben, &card, "stager-approve").await;
    stage.is_told(Who::Ben, "Approved.").await;
    // Each has one account of the other.
    let of = |discord: &str| format!("discord = \"{discord}\"");
    let merged = |setup: Setup| setup.person("Anna", &of(both::BEN)).person("Ben", &of(both::ANNA));
    stage = stage.restarted(merged).await;
    stage.both.scene.cluster.heal(&Fault::ApiServerDown);
    let card = stage.sees("a restart will help").await;
    stage.thread(&card, "may be one person").await;
    assert!(stage.both.scene.terminated().is_empty());
});

conversation!(a_code_means_one_request_alone, [], stage, {
    stage.both.scene.stuck().await;
    stage.says(Who::Anna, "/stager check").await;
    let card = stage.card("a restart will help").await;
    stage.clicks(Who::Anna, &card, "stager-restart").await;
    let first = stage.card("waits for a second person").await;
    stage.says(Who::Ben, "/stager handover I look at it").await;
    stage.sees("Ben took over").await;
    stage.says(Who::Anna, "/stager check").await;
    let card = stage.sees("a restart will help").await;
    stage.clicks(Who::Anna, &card, "stager-restart").await;
    let second = stage.sees("waits for a second person").await;
    assert_ne!(code(&first), code(&second), "the same pods, the same cause");
    stage.says(Who::Ben, &format!("/stager approve {} database-checked", code(&first))).await;
    stage.is_told(Who::Ben, "That code is of Anna's request").await;
    stage.clicks(Who::Zoe, &first, "stager-approve").await;
    stage.is_told(Who::Zoe, "That code is of Anna's request").await;
    stage.says(Who::Ben, "/stager approve 4CB472-1 database-checked").await;
    stage.is_told(Who::Ben, "No request waits under the code 4CB472-1").await;
    stage.says(Who::Ben, "/stager deny 4CB472-77-1").await;
    stage.is_told(Who::Ben, "No request waits under the code 4CB472-77-1").await;
    assert!(stage.both.scene.terminated().is_empty(), "no code of another request approves this one");
    stage.says(Who::Ben, &format!("/stager approve {} database-checked", code(&second))).await;
    stage.is_told(Who::Ben, "Approved.").await;
    let card = stage.card("Recovered:").await;
    stage.thread(&card, "Recovered:").await;
});

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_understands_is_answered_with_the_commands() {
    // Discord's client offers the subcommands alone, so that only a mention can be unclear there.
    let stage = Stage::new(Here::Slack, &[]).await;
    stage.both.scene.says(&stage.both.scene.anna, "/stager frobnicate").await;
    let told = stage.both.scene.whispered(&stage.both.scene.anna, "I don't understand “frobnicate”").await;
    assert!(told.text_seen().contains("What they do: /stager help"));
    assert!(stage.both.anna.types(&stage.both.channel, "/stager frobnicate").await.is_err());
    stage.both.anna.types(&stage.both.channel, "@Stagerbot frobnicate").await.unwrap();
    let here = stage.both.seen(|message| message.text_seen().contains("I don't understand “frobnicate”")).await;
    assert_eq!(here.text_seen(), format!("@anna_d {}", told.text_seen()));
    stage.bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_card_may_have_no_room_for_is_told_in_the_thread() {
    const MANY: u32 = 40;
    let api = Workload { replicas: MANY, ..ClusterSettings::default().api };
    let both = Both::over(Scene::of(ClusterSettings { api, ..stays_stuck() }, "cfee-2", &[]).await).await;
    let bot = both.bot().await;
    both.scene.stuck().await;
    let all_ready = |seen: &Snapshot| is_stuck(seen) && seen.pods.iter().all(|pod| pod.ready == pod.containers);
    both.scene.cluster.wait_until(PATIENCE, all_ready).await.unwrap();
    // So many pods cost the model more than its clock leaves it on a busy machine.
    both.scene.cluster.hold();
    both.says(&both.anna, "/stager check").await;
    // Discord takes it in several messages, one after the other.
    for number in 0..MANY {
        let pod = format!("api-{number}  2/2  Running");
        both.scene.told(&pod).await;
        both.told(&pod).await;
    }
    let slack = both.scene.workspace.all_messages().into_iter().filter(|message| message.thread_ts.is_some());
    let discord = both.server.all_messages().into_iter().filter(|message| message.thread_of.is_some());
    let told = [
        slack.map(|message| message.text_seen()).collect::<Vec<_>>().join("\n"),
        discord.map(|message| message.text_seen()).collect::<Vec<_>>().join("\n"),
    ];
    for (platform, told) in ["Slack", "Discord"].iter().zip(&told) {
        for pod in ["diego-api-0  2/2  Running", "diego-api-1  2/2  Running"] {
            assert!(told.contains(pod), "{platform} is not told of {pod}: {told}");
        }
    }
    assert_eq!(told.map(|told| told.matches("All that was seen").count()), [1, 1]);
    bot.stop().await;
}

//! What a platform refuses lastingly: it is told to whoever asks, and holds up nothing else.

use std::sync::Arc;

use stagerbot::simulator::discord::fault::Fault as OfDiscord;
use stagerbot::simulator::discord::message::Message as DiscordMessage;
use stagerbot::simulator::slack::fault::Fault as OfSlack;
use stagerbot::simulator::slack::message::Message as SlackMessage;

use crate::harness::both::{self, Both};
use crate::harness::{Scene, is_call, is_card, until};

/// What is said beside the refusals that the tests are about: that somebody asked again, and what came of the check.
const BESIDE: [&str; 7] = [
    "see incident ",
    "is open: checking again",
    "asked for a",
    "Healthy: nothing to do",
    "Healthy again, without a restart of ours",
    "prod: checking",
    "The bot took this incident up again",
];

/// The thread and calls of the other platform, where a channel takes no card; a call's end, when it takes them again.
const TOLD_ELSEWHERE: [&str; 6] = [
    "takes no card: ",
    "takes no card, so nobody sees the incident there; somebody has to mend it",
    "What the platform says: ",
    "UTC: The incident was closed; nobody is needed any more",
    "UTC: The channel takes cards again",
    " takes cards again.",
];

/// Two environments, each at home in its own channel of both platforms.
struct Two {
    both: Both,
    slack: String,
    discord: String,
    bot: stagerbot::bot::Bot,
}

impl Two {
    async fn start() -> Self {
        let both = Both::new().await;
        let (slack, discord) = (both.scene.workspace.add_channel("stage"), both.server.add_channel("stage"));
        let kubeconfig = both.scene.folder.path().join("kubeconfig");
        let stage = format!(
            "[[environment]]\nname = \"stage\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\nkubeconfig = \"{}\"\n\
             slack_channel = \"{slack}\"\ndiscord_channel = \"{discord}\"\n",
            kubeconfig.display()
        );
        let bot = both.bot_with(&stage).await;
        both.scene.beside_the_point(&BESIDE);
        both.scene.beside_the_point(&TOLD_ELSEWHERE);
        Self { both, slack, discord, bot }
    }

    async fn ready(&self) -> (u16, serde_json::Value) {
        let (status, body) = crate::harness::get(&self.bot, "/readyz").await;
        (status.as_u16(), serde_json::from_str(&body).unwrap())
    }

    async fn slack_card(&self, channel: &str, is: impl Fn(&SlackMessage) -> bool) -> Arc<SlackMessage> {
        self.both.scene.seen(|m| is_card(m) && m.channel == channel && is(m)).await
    }

    async fn discord_card(&self, channel: &str, is: impl Fn(&DiscordMessage) -> bool) -> Arc<DiscordMessage> {
        self.both.seen(|m| both::is_card(m) && m.channel == channel && is(m)).await
    }

    /// The other environment's outage, from the check to the end, on Slack.
    async fn stage_is_served(&self) {
        let scene = &self.both.scene;
        assert!(scene.anna.types(&self.slack, "/stager check stage").await.unwrap().acked());
        let card = self.slack_card(&self.slack, |m| m.button("stager-restart").is_some()).await;
        scene.requests(&scene.anna, &card, "").await;
        let card = self.slack_card(&self.slack, |m| m.button("stager-approve").is_some()).await;
        scene.clicks(&scene.ben, &card, "stager-approve").await;
        self.slack_card(&self.slack, |m| m.text_seen().contains("Recovered")).await;
        self.discord_card(&self.discord, |m| m.text_seen().contains("Recovered")).await;
    }

    /// A channel that refuses is in `/readyz`, where the bot is ready all the same.
    async fn is_told_by_readyz(&self, platform: &str, says: &str) {
        let (status, body) = self.ready().await;
        let parts = body["parts"].as_object().unwrap();
        let told = parts.iter().find(|(name, _)| name.starts_with(platform) && name.contains("channel"));
        assert!(status == 200 && told.is_some_and(|(_, why)| why.as_str().unwrap().contains(says)), "{status} {body}");
    }
}

async fn on_slack(fault: OfSlack, says: &str) {
    let two = Two::start().await;
    let scene = &two.both.scene;
    scene.stuck().await;
    scene.workspace.inject(fault.clone());
    // Asked in a channel where the bot can be heard.
    assert!(scene.anna.types(&two.slack, "/stager check prod").await.unwrap().acked());
    scene.whispered(&scene.anna, says).await;
    // It is shown where it can be, and told there.
    two.discord_card(&two.both.channel, |m| m.button("stager-restart").is_some()).await;
    two.both.told(" on slack takes no card: ").await;
    two.stage_is_served().await;
    two.is_told_by_readyz("slack", says).await;
    assert!(scene.anna.types(&two.slack, "/stager status").await.unwrap().acked());
    scene.seen(|m| m.ephemeral_to.is_some() && m.text_seen().contains("stage:") && m.text_seen().contains(says)).await;
    scene.workspace.heal(&fault);
    // Somebody's wish is enough.
    until("the card is there", async || {
        assert!(scene.anna.types(&two.slack, "/stager check prod").await.unwrap().acked());
        let there = scene.workspace.all_messages().iter().any(|m| m.by_bot && is_card(m) && m.channel == scene.channel);
        there.then_some(()).ok_or("not yet")
    })
    .await;
    until("it is ready without a note", async || {
        let (_, body) = two.ready().await;
        (!body.to_string().contains(says)).then_some(()).ok_or_else(|| body.to_string())
    })
    .await;
    two.bot.stop().await;
}

async fn on_discord(fault: OfDiscord, says: &str) {
    let two = Two::start().await;
    let both = &two.both;
    both.scene.stuck().await;
    both.server.inject(fault.clone());
    assert!(both.anna.types(&two.discord, "/stager check prod").await.unwrap().acked());
    both.whispered(&both.anna, says).await;
    two.slack_card(&both.scene.channel, |m| m.button("stager-restart").is_some()).await;
    both.scene.told(" on discord takes no card: ").await;
    two.stage_is_served().await;
    two.is_told_by_readyz("discord", says).await;
    both.server.heal(&fault);
    until("the card is there", async || {
        assert!(both.anna.types(&two.discord, "/stager check prod").await.unwrap().acked());
        let there =
            both.server.all_messages().iter().any(|m| m.by_bot && both::is_card(m) && m.channel == both.channel);
        there.then_some(()).ok_or("not yet")
    })
    .await;
    // Who asked last is answered when it was looked.
    both.scene.beside_the_point(&["Stagerbot is thinking…"]);
    two.bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_was_archived_is_told_and_holds_up_nothing() {
    on_slack(OfSlack::Archived("operations".to_owned()), "is archived").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_the_bot_was_removed_from_is_told_and_holds_up_nothing() {
    on_slack(OfSlack::BotNotIn("operations".to_owned()), "invite it there with /invite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discord_channel_that_the_bot_may_not_see_is_told_and_holds_up_nothing() {
    on_discord(OfDiscord::NoAccess("operations".to_owned()), "it needs View Channel there").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discord_channel_where_the_bot_may_not_write_is_told_and_holds_up_nothing() {
    on_discord(OfDiscord::NoPermission("operations".to_owned()), "it needs Send Messages").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_slack_refuses_by_a_rule_of_the_company_is_told_and_holds_up_nothing() {
    let error = "ekm_access_denied".to_owned();
    on_slack(OfSlack::Refuses { channel: "operations".to_owned(), error }, "Slack refused").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discord_channel_of_the_wrong_kind_is_told_and_holds_up_nothing() {
    let (call, channel) = ("create_message".to_owned(), "operations".to_owned());
    on_discord(OfDiscord::Refuses { call, channel, code: 50024 }, "can't hold a card").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slack_token_that_was_revoked_is_told_and_the_card_comes_when_it_counts_again() {
    let two = Two::start().await;
    let (both, scene) = (&two.both, &two.both.scene);
    let says = "Slack does not accept the bot token: token_revoked";
    scene.stuck().await;
    scene.workspace.inject(OfSlack::BotTokenRevoked);
    both.says(&both.anna, "/stager check prod").await;
    two.discord_card(&both.channel, |m| m.button("stager-restart").is_some()).await;
    until("it is told", async || {
        let (status, body) = two.ready().await;
        (status == 200 && body.to_string().contains(says)).then_some(()).ok_or_else(|| body.to_string())
    })
    .await;
    scene.workspace.heal(&OfSlack::BotTokenRevoked);
    two.slack_card(&scene.channel, |m| m.button("stager-restart").is_some()).await;
    until("it is ready without a note", async || {
        let (_, body) = two.ready().await;
        (!body.to_string().contains(says)).then_some(()).ok_or_else(|| body.to_string())
    })
    .await;
    two.bot.stop().await;
}

/// Discord's gateway closes for good with it, and a new token takes a new start anyway.
#[tokio::test(flavor = "multi_thread")]
async fn a_discord_token_that_was_reset_is_told_and_the_card_comes_with_the_next_start() {
    let both = Both::new().await;
    let bot = both.bot().await;
    both.scene.stuck().await;
    both.server.inject(OfDiscord::TokenReset);
    both.scene.says(&both.scene.anna, "/stager check").await;
    both.scene.button("stager-restart").await;
    until("it is told", async || {
        let (status, body) = crate::harness::get(&bot, "/readyz").await;
        let told = ["\"discord\":\"not connected\"", "Discord does not accept the bot's token"];
        (status.as_u16() == 200 && told.iter().all(|told| body.contains(told))).then_some(()).ok_or(body)
    })
    .await;
    assert_eq!(both.cards(), 0);
    both.scene.told(" on discord takes no card: Discord does not accept the bot's token").await;
    bot.stop().await;
    both.server.heal(&OfDiscord::TokenReset);
    let again = both.bot().await;
    both.button("stager-restart").await;
    both.scene.told("The bot took this incident up again").await;
    both.scene.told(" on discord takes cards again").await;
    both.scene.beside_the_point(&TOLD_ELSEWHERE);
    again.stop().await;
}

/// Other messages are not concerned, so that the channel is none that refuses: the next one is tried.
#[tokio::test(flavor = "multi_thread")]
async fn what_slack_can_t_take_is_shown_on_discord_told_in_private_and_not_sent_again() {
    let both = Both::new().await;
    let bot = both.bot_with("notify.private = true").await;
    let scene = &both.scene;
    scene.stuck().await;
    let unfit = OfSlack::Refuses { channel: "operations".to_owned(), error: "invalid_blocks".to_owned() };
    scene.workspace.inject(unfit.clone());
    both.says(&both.anna, "/stager check").await;
    let card = both.button("stager-restart").await;
    both.requests(&both.anna, &card, "").await;
    scene.seen(|m| is_call(&m.text_seen()) && m.channel_name.contains(scene.ben.id())).await;
    let card = both.card("it can't be sent (Slack can't take what chat.postMessage says").await;
    both.told(" on slack takes no card: Slack can't take what chat.postMessage says").await;
    scene.beside_the_point(&TOLD_ELSEWHERE);
    let in_channel = |m: &Arc<SlackMessage>| m.by_bot && m.channel == scene.channel;
    assert!(!scene.workspace.all_messages().iter().any(in_channel), "nothing is there");
    scene.workspace.heal(&unfit);
    both.confirms(&both.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    both.card("Recovered").await;
    let again = |m: &Arc<SlackMessage>| in_channel(m) && m.history[0].text.starts_with('📣');
    assert!(!scene.workspace.all_messages().iter().any(again), "what was refused is not sent again");
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_slack_can_t_take_and_nobody_else_shows_is_told_to_who_asks_and_in_readyz() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.stuck().await;
    let unfit = OfSlack::Refuses { channel: "operations".to_owned(), error: "invalid_blocks".to_owned() };
    scene.workspace.inject(unfit.clone());
    scene.says(&scene.anna, "/stager check").await;
    scene.whispered(&scene.anna, "invalid_blocks").await;
    scene.beside_the_point(&["is open: checking again", "asked for another check"]);
    let ready = async || crate::harness::get(&bot, "/readyz").await.1;
    assert!(ready().await.contains("invalid_blocks"), "{}", ready().await);
    scene.workspace.heal(&unfit);
    scene.says(&scene.anna, "/stager check").await;
    scene.button("stager-restart").await;
    until("the channel is known to take cards", async || {
        let told = ready().await;
        if told.contains("invalid_blocks") { Err(told) } else { Ok(()) }
    })
    .await;
    // The card's thread tells what kept it away.
    scene.told(" on slack takes no card: ").await;
    scene.told(" on slack takes cards again").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_is_not_one_is_told_before_anything_happens() {
    let both = Both::new().await;
    both.scene.workspace.inject(OfSlack::Archived("operations".to_owned()));
    both.server.inject(OfDiscord::NoAccess("operations".to_owned()));
    let bot = both.bot().await;
    until("both are told", async || {
        let (_, body) = crate::harness::get(&bot, "/readyz").await;
        let told = body.contains("is archived") && body.contains("it needs View Channel there");
        told.then_some(()).ok_or(body)
    })
    .await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_discord_lets_nobody_change_any_more_is_followed_by_another_and_its_thread_goes_on() {
    let two = Two::start().await;
    let both = &two.both;
    both.scene.stuck().await;
    both.says(&both.anna, "/stager check prod").await;
    let card = two.discord_card(&both.channel, |m| m.button("stager-restart").is_some()).await;
    both.server.inject(OfDiscord::EditsUsedUp(card.id.clone()));
    // What is told goes on in the old one's thread; other cards are changed.
    let slack = two.slack_card(&both.scene.channel, |m| m.button("stager-restart").is_some()).await;
    both.scene.requests(&both.scene.anna, &slack, "over on Slack").await;
    both.seen(|m| m.thread_of.as_deref() == Some(card.id.as_str()) && m.text_seen().contains("over on Slack")).await;
    let next = two.discord_card(&both.channel, |m| m.button("stager-approve").is_some()).await;
    assert!(next.id != card.id && next.text_seen().contains("replaces the one before it"), "{next:?}");
    both.confirms(&both.ben, &next, "stager-approve").await;
    two.discord_card(&both.channel, |m| m.text_seen().contains("Recovered")).await;
    assert_eq!(both.cards(), 2);
    two.bot.stop().await;
}

/// How often the log of a child says something of a channel.
fn logged(both: &Both, says: &str, channel: &str) -> usize {
    let log = std::fs::read_to_string(both.scene.log()).unwrap();
    log.lines().filter(|line| line.contains(says) && line.contains(channel)).count()
}

const REFUSES: &str = "a channel takes nothing";
const TAKES: &str = "a channel takes messages again";

/// A channel that refuses from before an incident to its end, however often it is tried: once in the log, and once when it is over.
async fn is_logged_once(
    refuse: impl FnOnce(&Both),
    mend: impl FnOnce(&Both),
    channel: impl Fn(&Both) -> String,
    tries: impl Fn(&Both) -> u64,
) {
    let both = Both::new().await;
    let (scene, channel) = (&both.scene, channel(&both));
    let elsewhere = scene.workspace.add_channel("elsewhere");
    let _bot = both.child_with(&both.setup(), &[]).await;
    scene.stuck().await;
    // There is a card already, so that the thread is refused, too.
    scene.says(&scene.anna, "/stager check").await;
    scene.button("stager-restart").await;
    both.button("stager-restart").await;
    refuse(&both);
    assert!(scene.anna.types(&elsewhere, "/stager restart it is stuck").await.unwrap().acked());
    until("it was tried several times", async || {
        // Whoever asks for something has it tried again.
        assert!(scene.anna.types(&elsewhere, "/stager status").await.unwrap().acked());
        let (times, told) = (tries(&both), logged(&both, REFUSES, &channel));
        (times > 5 && told > 0).then_some(()).ok_or(format!("{times} tries, told {told} times"))
    })
    .await;
    assert_eq!((logged(&both, REFUSES, &channel), logged(&both, TAKES, &channel)), (1, 0));
    mend(&both);
    until("it takes them again", async || {
        assert!(scene.anna.types(&elsewhere, "/stager status").await.unwrap().acked());
        let told = logged(&both, TAKES, &channel);
        (told > 0).then_some(()).ok_or(told)
    })
    .await;
    scene.button("stager-approve").await;
    both.button("stager-approve").await;
    assert_eq!((logged(&both, REFUSES, &channel), logged(&both, TAKES, &channel)), (1, 1));
    scene.beside_the_point(&TOLD_ELSEWHERE);
    scene.beside_the_point(&["Why: it is stuck", "waits for a second person (incident 1)"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_slack_refuses_is_in_the_log_once_while_it_lasts_and_once_when_it_ends() {
    let archived = || OfSlack::Archived("operations".to_owned());
    let tries =
        |both: &Both| both.scene.workspace.counters().api_errors.get("is_archived").copied().unwrap_or_default();
    is_logged_once(
        |both| both.scene.workspace.inject(archived()),
        |both| both.scene.workspace.heal(&archived()),
        |both| both.scene.channel.clone(),
        tries,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_discord_refuses_is_in_the_log_once_while_it_lasts_and_once_when_it_ends() {
    let unseen = || OfDiscord::NoAccess("operations".to_owned());
    let tries = |both: &Both| both.server.counters().api_errors.get("50001").copied().unwrap_or_default();
    is_logged_once(
        |both| both.server.inject(unseen()),
        |both| both.server.heal(&unseen()),
        |both| both.channel.clone(),
        tries,
    )
    .await;
}

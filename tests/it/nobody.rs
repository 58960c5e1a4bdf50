//! Nobody reacts, on either platform, to a bot that is killed at each step: announced, reminded, escalated, expired, asked again, and at
//! last approved by the third. The clock is the bot's own, set by libfaketime, so that hours pass in no time.

use stagerbot::incident::event::Event;
use stagerbot::simulator::slack::message::Message;
use stagerbot::store::Store;
use stagerbot::store::settings::Settings;

use crate::harness::both::{self, Both};
use crate::harness::{Killed, Setup, is_call, mentioned, until};

/// A bot that is killed at each step, and started again at another time.
struct Night {
    both: Both,
    library: String,
    setup: Setup,
}

impl Night {
    async fn bot(&self, at: &str) -> Killed {
        let environment = [
            ("LD_PRELOAD", self.library.clone()),
            ("FAKETIME", at.to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ];
        self.both.child_with(&self.setup, &environment).await
    }

    /// Waits until the log says so often that somebody was told by a call whose key ends so, on each platform. Whether a message is there
    /// that is not known to be is found out by times, which the bot's clock here and the platforms' differ in.
    async fn logged(&self, call: &str, times: usize) {
        let url = self.both.scene.url();
        let store = Store::open_existing(&Settings::new(&url).unwrap()).await.unwrap();
        until(call, async || {
            let log = store.log(1).await.map_err(|error| error.to_string())?;
            let told = |platform: &str| {
                let end = format!("{call}/{platform}");
                log.iter().filter(|one| matches!(&one.event, Event::Called { key, .. } if key.ends_with(&end))).count()
            };
            let both = (told("slack"), told("discord"));
            if both == (times, times) { Ok(()) } else { Err(format!("{both:?}")) }
        })
        .await;
        store.close().await;
    }

    /// Who was mentioned on Slack and on Discord by the newest call that says this; the message on Slack.
    async fn call(&self, says: &str, slack: &str, discord: &str) -> std::sync::Arc<Message> {
        let here = self.both.scene.called(says).await;
        assert_eq!(mentioned(&here)[0], [slack], "{says}");
        let there = self.both.seen(|m| is_call(&m.text_seen()) && m.text_seen().contains(says)).await;
        assert_eq!(there.pinged, [discord], "{says}");
        here
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reacts_on_either_platform_until_the_third_approves() {
    let Some(library) = crate::harness::clock::library() else { return };
    let both = Both::with(&[("approval_expiry", "\"50m\"")]).await;
    both.scene.beside_the_point(&[
        "took this incident up again",
        "Checked again after an interruption",
        "Nobody approved in time",
        "Zoe approved",
        "Approve the restart?",
    ]);
    let more = "[[person]]\nname = \"Zoe\"\nslack = \"U0ZOE0001\"\ndiscord = \"801000000000000003\"\nmay = [\"approve\"]\n\
                notify = false\n";
    let notify =
        "[notify]\nremind = \"10m\"\nlast_call = \"0s\"\n[[notify.escalation]]\nafter = \"25m\"\nwho = [\"Zoe\"]\n";
    let setup = both.setup().with(more).with(notify);
    let (ben, zoe) = (both.ben.id().to_owned(), both.zoe.id().to_owned());
    let night = Night { both, library: library.display().to_string(), setup };
    let scene = &night.both.scene;

    let bot = night.bot("+0").await;
    scene.requested().await;
    let first = night.call("a second person has to approve it", scene.ben.id(), &ben).await;
    night.logged("announce", 1).await;
    bot.kill();

    let bot = night.bot("+11m").await;
    let reminder = night.call("Nobody has come since", scene.ben.id(), &ben).await;
    night.logged("remind-1", 1).await;
    bot.kill();

    let bot = night.bot("+26m").await;
    let escalated = night.call("Nobody came within 25 min 00 s", scene.zoe.id(), &zoe).await;
    night.logged("escalate-0", 1).await;
    bot.kill();

    let bot = night.bot("+51m").await;
    // She asked on Slack, and hears it there.
    let expired = scene.called("Nobody approved your request in time").await;
    assert_eq!(mentioned(&expired)[0], [scene.anna.id()]);
    scene.over(&escalated, "It expired; nobody came.").await;
    night.both.seen(|m| is_call(&m.text_seen()) && m.text_seen().contains("It expired; nobody came.")).await;
    bot.kill();

    let bot = night.bot("+51m").await;
    scene.requests(&scene.anna, &expired, "").await;
    let card = night.both.seen(|m| both::is_card(m) && m.text_seen().contains("-1-2") && !m.buttons().is_empty()).await;
    let again = scene.seen(|m| is_call(&m.text_seen()) && m.text_seen().contains("-1-2")).await;
    assert_eq!(mentioned(&again)[0], [scene.ben.id()]);
    night.logged("announce", 2).await;
    bot.kill();

    let bot = night.bot("+51m").await;
    night.both.confirms(&night.both.zoe, &card, "stager-approve").await;
    bot.kill();

    let bot = night.bot("+51m").await;
    night.both.card("Recovered").await;
    scene.called("Zoe approved your request").await;
    bot.kill();
    // Each once, and one after the other.
    let order = [&first, &reminder, &escalated, &expired, &again].map(|m| m.ts.clone());
    assert!(order.is_sorted(), "{order:?}");
    let all = scene.workspace.all_messages();
    let calls =
        all.iter().filter(|m| m.by_bot && m.history[0].text.starts_with('📣')).map(|m| m.history[0].text.as_str());
    let calls: Vec<&str> = calls.collect();
    let of = |says: &str| calls.iter().filter(|text| text.contains(says)).count();
    let told = (of("a second person has to approve it"), of("Nobody approved your request in time"));
    assert_eq!(told, (4, 1), "two announcements, a reminder and an escalation, and one end: {calls:#?}");
    let mut deleted = scene.terminated();
    deleted.sort();
    deleted.dedup();
    assert_eq!(deleted.len(), scene.terminated().len(), "twice");
}

//! The form that asks why a restart is requested: it comes up, or the person is told; and what is sent in counts once.

use std::time::Duration;

use stagerbot::chat::{Button, Card, Chat as _, Confirm};
use stagerbot::request::{ReplyTo, Request, Verb};
use stagerbot::simulator::slack::fault::Fault;
use stagerbot::simulator::slack::settings::Settings as Shape;
use stagerbot::simulator::slack::view::View;

use super::{Bot, CHANNEL, card};
use crate::harness::{PATIENCE, Scene};

const RESTART: &str = "stager-restart";

fn calls(scene: &Scene) -> u64 {
    scene.workspace.counters().calls("views.open")
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_form_comes_up_the_person_is_told_and_nothing_is_requested() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check").await;
    let card = scene.button(RESTART).await;
    let views = || Some("views.open".to_owned());
    let faults = [
        Fault::Down { method: views(), status: 503 },
        Fault::Hangs { method: views() },
        Fault::RateLimited { method: views(), calls: 1, retry_after: Duration::from_secs(30) },
    ];
    for (told, fault) in (1..).zip(faults) {
        scene.workspace.inject(fault.clone());
        assert!(scene.anna.clicks(&card, RESTART).await.unwrap().acked(), "{fault:?}");
        let lost = |view: &View| {
            let is = |text: &str| text.contains("did not come up. Click again, or type: /stager restart");
            (view.messages.iter().filter(|m| is(&m.text_seen())).count() == told).then_some(())
        };
        scene.workspace.wait_for(PATIENCE, lost).await.unwrap();
        scene.workspace.heal_all();
    }
    scene.beside_the_point(&["The form that asks why did not come up. Click again, or type: /stager restart"]);
    assert_eq!(scene.anna.sees(&scene.channel).modals.len(), 0);
    assert!(scene.button(RESTART).await.button("stager-approve").is_none());

    // A form that is closed asks for nothing.
    scene.anna.clicks(&card, RESTART).await.unwrap();
    scene.form(&scene.anna).await;
    scene.anna.closes_form().await.unwrap();
    let before = scene.anna.sees(&scene.channel).ephemerals().count();
    scene.anna.clicks(&card, RESTART).await.unwrap();
    scene.form(&scene.anna).await;
    scene.workspace.inject(Fault::EnvelopesTwice);
    let sent = scene.anna.submits(&[("reason", "cf push fails")]).await.unwrap();
    assert!(sent.acked() && sent.ack_payload.is_none(), "{sent:?}");
    scene.whispered(&scene.anna, "Requested.").await;
    scene.button("stager-approve").await;
    scene.told("cf push fails").await;

    // What is not offered any more is refused at once.
    scene.workspace.heal_all();
    let forms = calls(&scene);
    scene.anna.clicks_stale(&card, RESTART).await.unwrap();
    scene.whispered(&scene.anna, "Anna requested a restart already").await;
    assert_eq!(calls(&scene), forms);
    assert_eq!(scene.anna.sees(&scene.channel).ephemerals().count(), before + 2, "one answer to each");
    scene.told("Anna tried to request a restart, and was refused: Anna requested a restart already").await;
    bot.stop().await;
}

/// A click on the restart button of a card: the bot, the trigger, who is answered, and the button.
async fn clicked(shape: Shape) -> (Bot, String, ReplyTo, Button) {
    let bot = Bot::start(shape).await;
    let text = || "Request a restart of everything?".to_owned();
    let confirm = Confirm { title: text(), text: text(), yes: "Request".to_owned(), no: "No".to_owned() };
    let (verb, value) = (Verb::Restart, Verb::value(7, None));
    let button = Button { verb, label: "Restart".to_owned(), value, confirm: Some(confirm) };
    let card = Card { buttons: vec![button.clone()], ..card("BBS is down") };
    let ts = bot.slack.post(&bot.channel(), "key", &card).await.unwrap();
    let clicked = bot.workspace.person("anna").clicks(&ts, RESTART).await.unwrap();
    assert!(clicked.acked() && clicked.confirm.is_none(), "nothing is asked twice: {clicked:?}");
    let row = bot.one().await;
    let Request::RestartForm { incident: 7, trigger } = row.request else { panic!("{row:?}") };
    (bot, trigger, row.reply.unwrap(), button)
}

#[tokio::test]
async fn a_form_opens_once_and_what_is_sent_in_is_the_request() {
    let (bot, trigger, to, button) = clicked(Shape::default()).await;
    let anna = bot.workspace.person("anna");
    for _ in 0..2 {
        // The second time it is there already: the answer to the first may have been lost.
        bot.slack.open_form(&to, &trigger, &button, "Why").await.unwrap();
    }
    let [form] = &anna.sees(CHANNEL).modals[..] else { panic!("one form") };
    assert_eq!(form.title(), "Request a restart of ev…");
    bot.workspace.inject(Fault::EnvelopesTwice);
    assert!(anna.submits(&[("reason", "<!channel> & so on")]).await.unwrap().acked());
    let rows = crate::harness::owed::unanswered(&bot.url).await;
    let [_, sent] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!(sent.request, Request::Restart { incident: Some(7), reason: Some("<!channel> & so on".to_owned()) });
    bot.slack.answer(sent.reply.as_ref().unwrap(), "noted").await.unwrap();
    assert_eq!(anna.sees(CHANNEL).ephemerals().count(), 1);
}

#[tokio::test]
async fn a_form_that_is_too_late_is_said_not_to_come_up() {
    let (bot, trigger, to, button) = clicked(Shape { trigger_lives: Duration::ZERO, ..Shape::default() }).await;
    let error = bot.slack.open_form(&to, &trigger, &button, "Why").await.unwrap_err();
    assert_eq!(error.to_string(), "Slack refused views.open: expired_trigger_id");
    assert_eq!(bot.workspace.person("anna").sees(CHANNEL).modals.len(), 0);
}

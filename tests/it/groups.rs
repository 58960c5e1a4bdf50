//! What groups give beside the right to approve, at the wire: to be called where somebody is needed, and to look; and what is left of a right once
//! somebody left the group.

use stagerbot::bot::Bot;
use stagerbot::simulator::kubernetes::fault::Fault as OfCluster;
use stagerbot::simulator::kubernetes::settings::Settings as ClusterSettings;
use stagerbot::simulator::slack::fault::Fault;
use stagerbot::simulator::slack::message::Message;

use crate::harness::{Scene, is_card, mentioned, patient, until};

const DOWN: &str = "usergroups.users.list";

fn down() -> Fault {
    Fault::Down { method: Some(DOWN.to_owned()), status: 503 }
}

/// How often Slack was asked who is in a group.
fn asked(scene: &Scene) -> u64 {
    scene.workspace.counters().api_calls.get(DOWN).copied().unwrap_or_default()
}

/// A scene in whose workspace the app may look into groups.
async fn scene() -> Scene {
    scene_with(&[]).await
}

async fn scene_with(settings: &[(&'static str, &str)]) -> Scene {
    let mut workspace = patient();
    workspace.scopes.insert("usergroups:read".to_owned());
    Scene::between(ClusterSettings::short(), workspace, "cfee-2", settings).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_approve_by_a_group_is_called_unless_slack_says_that_they_are_not_in_it() {
    let scene = scene().await;
    scene.beside_the_point(&["Cancelled.", "Anna cancelled the request", "took the request back"]);
    let cleo = scene.workspace.add_person_as("U0CLEO001", "cleo", "en-US");
    scene.workspace.set_group("S0APPROVE", &[&scene.zoe]);
    let more = "[[person]]\nname = \"Zoe\"\nslack = \"U0ZOE0001\"\nmay = []\n\
                [[person]]\nname = \"Cleo\"\nslack = \"U0CLEO001\"\nmay = []\n\
                [[group]]\nslack = \"S0APPROVE\"\nmay = [\"approve\"]\n";
    let bot = scene.bot_with(more).await;
    scene.stuck().await;
    scene.says(&scene.anna, "/stager check").await;
    let card = scene.button("stager-restart").await;
    scene.requests(&scene.anna, &card, "").await;
    let call = scene.called("a second person has to approve it").await;
    assert_eq!(mentioned(&call)[0], [scene.ben.id(), scene.zoe.id()], "Cleo is not in the group");
    let asked = asked(&scene);
    assert!((1..=3).contains(&asked), "Slack was asked {asked} times for two people and one group");
    // While nobody tells who is in it, one too many is called rather than nobody.
    scene.says(&scene.anna, "/stager cancel").await;
    let whole = scene.whispered(&scene.anna, "This takes the whole code").await.text_seen();
    let line = whole.lines().find_map(|line| line.trim().strip_prefix("/stager cancel ")).unwrap().to_owned();
    scene.workspace.inject(down());
    scene.says(&scene.anna, &format!("/stager cancel {line}")).await;
    let card = scene.seen(|m| is_card(m) && m.button("stager-restart").is_some()).await;
    scene.requests(&scene.anna, &card, "").await;
    let all = |m: &Message| m.history[0].text.starts_with('📣') && mentioned(m)[0].len() == 3;
    let call = scene.seen(all).await;
    assert_eq!(mentioned(&call)[0], [scene.ben.id(), scene.zoe.id(), cleo.id()]);
    bot.stop().await;
}

/// A bot that tells its people alone how things stand, and who is in a group.
async fn discreet(scene: &Scene) -> Bot {
    scene.bot_with("[commands]\nlook = \"people\"\n[[group]]\nslack = \"S0LOOK\"\nmay = [\"look\"]\n").await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_people_alone_may_look_others_hear_whom_to_ask() {
    let scene = scene().await;
    scene.beside_the_point(&["The drill for prod has begun", "DRILL"]);
    let cleo = scene.workspace.add_person_as("U0CLEO001", "cleo", "en-US");
    let dora = scene.workspace.add_person_as("U0DORA001", "dora", "en-US");
    scene.workspace.set_group("S0LOOK", &[&cleo]);
    let bot = discreet(&scene).await;
    for line in ["check", "status", "report", "report 1", "history", "whoami"] {
        let person = scene.workspace.add_person(&line.replace(' ', ""), "en-US");
        scene.says(&person, &format!("/stager {line}")).await;
        let told = scene.whispered(&person, "").await.text_seen();
        assert!(told.contains("Who may: Anna, Ben, slack:S0LOOK."), "{line}: {told}");
    }
    assert_eq!(scene.cards(), 0, "a check was begun");
    scene.says(&cleo, "/stager whoami").await;
    scene.whispered(&cleo, "You may look, and no more").await;
    scene.says(&cleo, "/stager status").await;
    scene.whispered(&cleo, "prod: no open incident").await;
    scene.says(&dora, "/stager policy").await;
    scene.whispered(&dora, "May look: Anna, Ben, slack:S0LOOK").await;
    // What waits is named to who may look.
    scene.says(&scene.anna, "/stager drill").await;
    scene.card("DRILL").await;
    for (who, hears) in [(&scene.ben, true), (&dora, false)] {
        scene.says(who, "/stager help").await;
        let help = scene.whispered(who, "/stager whoami").await.text_seen();
        assert_eq!(help.contains("DRILL · /stager approve "), hears, "{help}");
    }
    // By the group alone, and not while nobody can tell.
    scene.workspace.inject(down());
    scene.says(&cleo, "/stager history").await;
    scene.whispered(&cleo, "rests on the group slack:S0LOOK, and I can't see who is in it").await;
    scene.workspace.heal(&down());
    scene.workspace.set_group("S0LOOK", &[&dora]);
    scene.says(&cleo, "/stager history").await;
    scene.whispered(&cleo, "I tell how things stand only to those who may look").await;
    bot.stop().await;
}

/// Zoe may approve as long as she is in the group, and is.
async fn by_group(scene: &Scene) -> Bot {
    scene.workspace.set_group("S0APPROVE", &[&scene.zoe]);
    let more = "[[person]]\nname = \"Zoe\"\nslack = \"U0ZOE0001\"\nmay = []\n\
                [[group]]\nslack = \"S0APPROVE\"\nmay = [\"approve\"]\n";
    scene.bot_with(more).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_was_left_between_approval_and_delete_deletes_nothing() {
    let scene = scene_with(&[("blind_allowance", "\"2m\"")]).await;
    let bot = by_group(&scene).await;
    let card = scene.requested().await;
    // Nothing is deleted before it was looked at again.
    scene.cluster.inject(OfCluster::ApiServerDown);
    scene.clicks(&scene.zoe, &card, "stager-approve").await;
    scene.told("Zoe approved").await;
    scene.workspace.set_group("S0APPROVE", &[]);
    let before = asked(&scene);
    until("Slack was asked again", async || (asked(&scene) > before).then_some(()).ok_or("not yet")).await;
    scene.cluster.heal(&OfCluster::ApiServerDown);
    scene.told("too few of those who approved this may do so: 0 of the 1 needed").await;
    assert!(scene.terminated().is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_the_group_after_their_approval_is_not_counted_at_the_last_one() {
    let scene = scene_with(&[("approvals", "2")]).await;
    scene.beside_the_point(&[" approved: 1 of 2"]);
    let bot = by_group(&scene).await;
    let card = scene.requested().await;
    scene.clicks(&scene.zoe, &card, "stager-approve").await;
    scene.whispered(&scene.zoe, "Approved: 1 of 2").await;
    scene.workspace.set_group("S0APPROVE", &[]);
    let card = scene.card("1 of 2").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "Approved: 1 of 2").await;
    assert!(scene.terminated().is_empty());
    bot.stop().await;
}

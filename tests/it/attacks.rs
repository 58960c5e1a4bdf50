//! The attack table: every way to delete a pod without a second person that somebody thought of, and the test that plays it. What no
//! other test plays is played here, at the wire.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use stagerbot::simulator::kubernetes::Cluster;
use stagerbot::simulator::kubernetes::fault::Fault as ClusterFault;
use stagerbot::simulator::kubernetes::settings::Settings as ClusterSettings;
use stagerbot::simulator::slack::delivery::Delivery;
use stagerbot::simulator::slack::fault::Fault;
use stagerbot::simulator::slack::message::Message;
use stagerbot::simulator::slack::view::View;

use crate::harness::both::Both;
use crate::harness::{PATIENCE, Scene, insists, is_stuck, patient, stays_stuck};

/// An attack, and where it is played: the file below `tests/it` or `src`, and the test.
const TABLE: &[(&str, &str, &str)] = &[
    ("self-approval by a second account", "tests/it/accounts.rs", "no_account_of_the_requester_is_a_second_person"),
    (
        "self-approval on the other platform",
        "tests/it/discord/conversations.rs",
        "the_same_person_on_the_other_platform_is_no_second_person",
    ),
    (
        "self-approval under another name",
        "tests/it/incident/persons.rs",
        "whoever_requested_can_not_approve_under_another_name",
    ),
    (
        "self-approval by a person who was split in two",
        "tests/it/incident/persons.rs",
        "a_person_who_was_split_is_one_as_they_were_at_the_request",
    ),
    (
        "two persons who turn out to be one after the approval",
        "tests/it/incident/persons.rs",
        "two_who_turn_out_to_be_one_after_the_approval_delete_nothing",
    ),
    (
        "two persons who turn out to be one between two deletes",
        "tests/it/incident/persons.rs",
        "two_who_turn_out_to_be_one_after_the_first_delete_delete_no_more",
    ),
    ("a click that is delivered twice", "tests/it/slack.rs", "the_same_delivery_twice_is_one_row"),
    (
        "a forged signature, a stale timestamp",
        "tests/it/slack/webhook.rs",
        "what_slack_did_not_sign_just_now_is_refused_and_nothing_comes_of_it",
    ),
    (
        "an exact replay of a signed click",
        "tests/it/slack/webhook.rs",
        "a_signature_counts_once_and_what_it_asked_for_is_done_once_everywhere",
    ),
    (
        "a drill's code, and a real one in a drill",
        "tests/it/incident/drills.rs",
        "its_code_approves_nothing_real_and_a_real_one_approves_no_drill",
    ),
    (
        "the same at the wire, edited",
        "tests/it/drill.rs",
        "an_outage_meanwhile_is_served_as_always_and_neither_code_is_the_other_s",
    ),
    (
        "whatever is asked of a drill, or forged into its log",
        "tests/it/incident/drills.rs",
        "whatever_happens_in_a_drill_nothing_is_looked_at_or_deleted",
    ),
    ("more commands than anybody types", "tests/it/throttle.rs", "who_asks_too_much_hears_it_once_and_delays_nobody"),
    ("an edited code", "tests/it/attacks.rs", "an_edited_code_approves_nothing"),
    ("an edited action id", "tests/it/attacks.rs", "an_edited_action_id_is_judged_as_what_it_became"),
    (
        "a click in another channel than the card's",
        "tests/it/attacks.rs",
        "a_click_in_another_channel_or_for_another_environment_approves_nothing",
    ),
    (
        "a button that was edited to name another environment's incident",
        "tests/it/attacks.rs",
        "a_click_in_another_channel_or_for_another_environment_approves_nothing",
    ),
    ("a code that reads like another", "tests/it/typed.rs", "no_code_becomes_another_one"),
    (
        "a click of another workspace or app",
        "tests/it/slack/whose.rs",
        "what_names_another_workspace_enterprise_or_app_starts_nothing",
    ),
    (
        "a click of another Discord server",
        "tests/it/discord/whose.rs",
        "what_comes_from_another_server_is_refused_with_a_sentence",
    ),
    (
        "a person of another organisation in a shared channel",
        "tests/it/slack/whose.rs",
        "a_person_of_another_organisation_in_a_shared_channel_is_told_and_starts_nothing",
    ),
    (
        "a direct message, in which nobody can tell the server",
        "tests/it/discord/whose.rs",
        "who_writes_directly_or_from_another_server_hears_where_to_go",
    ),
    (
        "an approver who was removed between request and click",
        "tests/it/attacks.rs",
        "an_approver_who_was_removed_since_is_nobody",
    ),
    (
        "an approver who lost the right between approval and delete",
        "tests/it/incident/approvals.rs",
        "who_left_or_lost_the_right_counts_no_more_before_the_last_approval_or_a_delete",
    ),
    (
        "a group that was left between request and click",
        "tests/it/attacks.rs",
        "a_right_by_a_group_ends_with_it_and_is_refused_while_nobody_can_look",
    ),
    (
        "a group that can't be looked into",
        "tests/it/attacks.rs",
        "a_right_by_a_group_ends_with_it_and_is_refused_while_nobody_can_look",
    ),
    (
        "an account in the right group that maps to nobody",
        "tests/it/attacks.rs",
        "a_right_by_a_group_ends_with_it_and_is_refused_while_nobody_can_look",
    ),
    (
        "a group that was left, or can't be looked into, between approval and delete",
        "tests/it/incident/approvals.rs",
        "a_right_by_a_group_is_judged_at_the_click_and_before_each_delete",
    ),
    (
        "the same at the wire, before a delete",
        "tests/it/groups.rs",
        "a_group_that_was_left_between_approval_and_delete_deletes_nothing",
    ),
    (
        "the same at the wire, before the last approval",
        "tests/it/groups.rs",
        "who_left_the_group_after_their_approval_is_not_counted_at_the_last_one",
    ),
    (
        "how things stand, asked by who may not look",
        "tests/it/groups.rs",
        "where_people_alone_may_look_others_hear_whom_to_ask",
    ),
    ("a guest", "tests/it/attacks.rs", "guests_bots_and_deactivated_accounts_are_refused_with_the_reason"),
    (
        "a deactivated account",
        "tests/it/attacks.rs",
        "guests_bots_and_deactivated_accounts_are_refused_with_the_reason",
    ),
    ("a bot that clicks", "tests/it/attacks.rs", "guests_bots_and_deactivated_accounts_are_refused_with_the_reason"),
    (
        "a guest, a bot or a deactivated account between approval and delete",
        "tests/it/incident/approvals.rs",
        "an_account_that_counts_for_nothing_neither_requests_nor_approves",
    ),
    (
        "a role that was taken away, and a member who left the server",
        "tests/it/attacks.rs",
        "a_right_by_a_role_ends_with_it_and_with_the_membership",
    ),
    ("a request that expired", "tests/it/bot.rs", "a_request_that_nobody_approves_expires_and_loses_its_buttons"),
    (
        "the code of another incident",
        "tests/it/incident/codes.rs",
        "two_incidents_with_the_same_plan_have_different_codes_and_neither_knows_the_other_s",
    ),
    (
        "the code of an incident that was pruned",
        "tests/it/bot.rs",
        "a_code_does_not_come_again_though_its_incident_was_pruned",
    ),
    (
        "a code of before a copy of the store was restored",
        "tests/it/incident/codes.rs",
        "a_store_that_was_restored_gives_no_code_a_second_time",
    ),
    ("approve and deny at the same time", "tests/it/attacks.rs", "of_an_approval_and_a_denial_at_once_one_counts"),
    (
        "eight who approve at once",
        "tests/it/replicas.rs",
        "of_eight_people_who_approve_at_once_one_counts_and_seven_are_told_who",
    ),
    ("an account that maps to nobody", "tests/it/bot.rs", "refusals_are_told_with_their_reasons"),
    (
        "a bot that mentions the bot on Slack",
        "src/chat/slack/inbound.rs",
        "a_mention_is_a_command_once_and_from_people_only",
    ),
    (
        "a workflow step on Slack, in the name of who may approve",
        "tests/it/attacks.rs",
        "a_step_of_a_workflow_approves_nothing_in_whoever_s_name",
    ),
    (
        "a bot that writes on Discord",
        "tests/it/discord/message_trigger.rs",
        "an_error_from_people_and_named_bots_is_one_alert_and_from_nobody_else",
    ),
    (
        "one person twice, where two have to approve",
        "tests/it/incident/approvals.rs",
        "each_person_counts_once_by_whichever_account",
    ),
    ("the same at the wire", "tests/it/attacks.rs", "where_two_have_to_approve_one_person_counts_once"),
    (
        "quiet hours when the clock is changed",
        "src/incident/rules.rs",
        "quiet_hours_go_by_the_clock_on_the_wall_when_it_is_changed",
    ),
    (
        "quiet hours that begin between request and click",
        "tests/it/incident/approvals.rs",
        "in_quiet_hours_one_more_is_needed_as_of_the_click",
    ),
    (
        "a reload between request and click",
        "tests/it/incident/approvals.rs",
        "a_reload_between_request_and_click_counts_at_the_click",
    ),
    ("the same at the wire", "tests/it/reload.rs", "what_counts_is_what_stands_in_the_file_at_the_click"),
    (
        "a person who was renamed",
        "tests/it/contract.rs",
        "a_person_who_was_renamed_can_not_approve_what_they_requested",
    ),
    (
        "evidence that changed after the request",
        "tests/it/bot.rs",
        "an_approval_after_somebody_replaced_a_pod_is_void_and_a_new_plan_is_offered",
    ),
    ("evidence that is gone", "tests/it/bot.rs", "an_approval_after_the_recovery_deletes_nothing_and_says_so"),
    (
        "a restart without a reason where it takes one",
        "tests/it/incident/approvals.rs",
        "a_restart_that_takes_a_reason_is_not_requested_without_one",
    ),
    (
        "whatever the order of all that",
        "tests/it/incident/approvals.rs",
        "no_delete_without_so_many_who_may_approve_now",
    ),
];

#[test]
fn each_attack_is_played_somewhere() {
    for (attack, file, test) in TABLE {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        assert!(
            text.contains(&format!("fn {test}(")) || text.contains(&format!("!({test},")),
            "{attack}: {file} has no test {test}"
        );
    }
}

fn code(card: &Message) -> String {
    let text = card.text_seen();
    text.split_once("Code: ").unwrap().1.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_code_approves_nothing() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let right = code(&card);
    let (digest, rest) = right.split_once('-').unwrap();
    let other = if digest.starts_with('0') { '1' } else { '0' };
    for wrong in [format!("{other}{}-{rest}", &digest[1..]), format!("{digest}-1-2"), format!("{digest}-2-1")] {
        scene.says(&scene.ben, &format!("/stager approve {wrong} database-checked")).await;
        scene.whispered(&scene.ben, &wrong).await;
        scene.told(&format!("Ben tried to approve, and was refused: No request waits under the code {wrong}")).await;
    }
    assert!(scene.terminated().is_empty());
    scene.says(&scene.ben, &format!("/stager approve {right} database-checked")).await;
    scene.card("Recovered").await;
    bot.stop().await;
}

/// The card as a forged click has it: in another channel, or with a button that names another incident.
fn forged(card: &Message, channel: &str, incident: Option<&str>) -> Message {
    let mut forged = card.clone();
    channel.clone_into(&mut forged.posted.channel);
    let buttons = forged.blocks.iter_mut().filter_map(|block| block.get_mut("elements")?.as_array_mut()).flatten();
    for button in buttons.filter(|button| button["action_id"] == "stager-approve") {
        let value = button["value"].as_str().unwrap().to_owned();
        let (own, code) = value.split_once('/').unwrap();
        button["value"] = format!("{}/{code}", incident.unwrap_or(own)).into();
    }
    forged
}

/// The card with other action ids.
fn renamed(card: &Message, ids: &[(&str, &str)]) -> Message {
    let mut renamed = card.clone();
    let buttons = renamed.blocks.iter_mut().filter_map(|block| block.get_mut("elements")?.as_array_mut()).flatten();
    for button in buttons {
        if let Some((_, other)) = ids.iter().find(|(id, _)| button["action_id"] == *id) {
            button["action_id"] = (*other).into();
        }
    }
    renamed
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_action_id_is_judged_as_what_it_became() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let cancels = renamed(&card, &[("stager-approve", "stager-other"), ("stager-cancel", "stager-approve")]);
    scene.anna.clicks_stale(&cancels, "stager-approve").await.unwrap();
    scene.whispered(&scene.anna, "You requested this restart yourself").await;
    scene.told("Anna tried to approve, and was refused").await;
    // None of the bot's.
    let deletes = renamed(&card, &[("stager-approve", "stager-delete")]);
    scene.ben.clicks_stale(&deletes, "stager-delete").await.unwrap();
    assert!(scene.terminated().is_empty());
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_in_another_channel_or_for_another_environment_approves_nothing() {
    let scene = Scene::new().await;
    let other = Cluster::start(ClusterSettings::short()).unwrap();
    let file = scene.folder.path().join("other");
    fs::write(&file, other.kubeconfig()).unwrap();
    let channel = scene.workspace.add_channel("other");
    let more = format!(
        "[[environment]]\nname = \"other\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\nkubeconfig = \"{}\"\n\
         slack_channel = \"{channel}\"\nmatch = {{ cluster = \"other\" }}\n",
        file.display()
    );
    let setup = scene.setup().environment("match = { cluster = \"prod\" }").with(&more);
    let bot = scene.bot_of(&setup, scene.secrets()).await;
    let card = scene.requested().await;
    other.inject(ClusterFault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
    other.wait_until(PATIENCE, is_stuck).await.unwrap();
    insists(Delivery::acked, async || scene.anna.types(&channel, "/stager check").await).await;
    let theirs = scene.seen(|m| m.channel == channel && m.button("stager-restart").is_some()).await;
    let theirs = theirs.button("stager-restart").unwrap().value.unwrap();
    scene.beside_the_point(&["Checking other: see incident 2 in its channel", "Anna asked for a check of other"]);

    // The right button, from where the card does not stand.
    scene.ben.clicks_stale(&forged(&card, &channel, None), "stager-approve").await.unwrap();
    scene.whispered(&scene.ben, "belongs to the card in the channel of prod").await;
    scene.told("tried to approve, and was refused").await;
    // The other environment's incident, from its own channel: no request of it has this code.
    scene.ben.clicks_stale(&forged(&card, &channel, Some(&theirs)), "stager-approve").await.unwrap();
    scene.whispered(&scene.ben, &format!("No request waits under the code {}", code(&card))).await;
    // The same from the card's channel.
    scene.ben.clicks_stale(&forged(&card, &scene.channel, Some(&theirs)), "stager-approve").await.unwrap();
    scene.whispered(&scene.ben, "belongs to the card in the channel of other").await;
    assert!(scene.terminated().is_empty() && other.terminations().is_empty());
    // Nothing of that spoilt the request.
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    assert!(other.terminations().is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_who_was_removed_since_is_nobody() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    bot.stop().await;
    let without = scene.setup().person("Ben", "slack = \"U0SOMEONE\"");
    let bot = scene.bot_of(&without, scene.secrets()).await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "belongs to no person").await;
    scene.told("tried to approve, and was refused").await;
    scene.told("The bot took this incident up again").await;
    assert!(scene.terminated().is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_approval_and_a_denial_at_once_one_counts() {
    let scene = Scene::new().await;
    let more = "[[person]]\nname = \"Zoe\"\nslack = \"U0ZOE0001\"\nmay = [\"approve\"]\n";
    let bot = scene.bot_with(more).await;
    let card = scene.requested().await;
    let (approved, denied) =
        tokio::join!(scene.ben.clicks(&card, "stager-approve"), scene.zoe.clicks(&card, "stager-deny"));
    assert!(approved.unwrap().acked() && denied.unwrap().acked());
    let late = scene.seen(|m| m.ephemeral_to.is_some() && m.text_seen().contains("Too late: ")).await;
    scene.told(", and was refused: Too late: ").await;
    if late.ephemeral_to.as_deref() == Some(scene.ben.id()) {
        scene.whispered(&scene.zoe, "Denied.").await;
        bot.stop().await;
        assert!(scene.terminated().is_empty(), "denied, and deleted");
    } else {
        scene.card("Recovered").await;
        bot.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_two_have_to_approve_one_person_counts_once() {
    let scene = Scene::with(&[("approvals", "2")]).await;
    let more = "[[person]]\nname = \"Zoe\"\nslack = \"U0ZOE0001\"\nmay = [\"approve\"]\n";
    let bot = scene.bot_with(more).await;
    let card = scene.requested().await;
    assert!(card.text_seen().contains("0 of 2"), "{}", card.text_seen());
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "Approved: 1 of 2. Nothing is done before the rest").await;
    scene.card("1 of 2").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "Ben approved this request already, and counts once").await;
    scene.told("Ben tried to approve, and was refused: Ben approved this request already").await;
    scene.clicks(&scene.anna, &card, "stager-approve").await;
    scene.whispered(&scene.anna, "A second person has to approve it").await;
    scene.told("Anna tried to approve, and was refused").await;
    assert!(scene.terminated().is_empty());
    scene.clicks(&scene.zoe, &card, "stager-approve").await;
    scene.card("Recovered").await;
    scene.told("Ben approved: 1 of 2.").await;
    scene.has_approved("Zoe").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_by_a_group_ends_with_it_and_is_refused_while_nobody_can_look() {
    let mut workspace = patient();
    workspace.scopes.insert("usergroups:read".to_owned());
    let scene = Scene::between(stays_stuck(), workspace, "cfee-2", &[]).await;
    let cleo = scene.workspace.add_person_as("U0CLEO001", "cleo", "en-US");
    scene.workspace.set_group("S0APPROVE", &[&scene.zoe, &cleo]);
    let more = "[[person]]\nname = \"Zoe\"\nslack = \"U0ZOE0001\"\nmay = []\n\
                [[group]]\nslack = \"S0APPROVE\"\nmay = [\"approve\"]\n";
    let bot = scene.bot_with(more).await;
    let card = scene.requested().await;
    cleo.clicks(&card, "stager-approve").await.unwrap();
    scene.whispered(&cleo, "belongs to no person").await;
    scene.told("slack:U0CLEO001 tried to approve, and was refused: Your account belongs to no person").await;
    let down = Fault::Down { method: Some("usergroups.users.list".to_owned()), status: 503 };
    for missing in [down, Fault::ScopeMissing("usergroups:read".to_owned())] {
        scene.workspace.inject(missing.clone());
        scene.clicks(&scene.zoe, &card, "stager-approve").await;
        let names =
            if missing == Fault::ScopeMissing("usergroups:read".to_owned()) { "usergroups:read" } else { "503" };
        let refused = scene.whispered(&scene.zoe, names).await.text_seen();
        assert!(refused.contains("rests on the group slack:S0APPROVE, and I can't see who is in it"), "{refused}");
        scene.told("Zoe tried to approve, and was refused: Your right rests on the group slack:S0APPROVE").await;
        scene.workspace.heal(&missing);
    }
    scene.workspace.set_group("S0APPROVE", &[&cleo]);
    scene.clicks(&scene.zoe, &card, "stager-approve").await;
    scene.whispered(&scene.zoe, "Who may: Anna, Ben, slack:S0APPROVE").await;
    scene.told("Zoe tried to approve, and was refused: You may not approve").await;
    assert!(scene.terminated().is_empty());
    scene.workspace.set_group("S0APPROVE", &[&scene.zoe]);
    scene.says(&scene.zoe, "/stager whoami").await;
    scene.whispered(&scene.zoe, "You may approve restarts that others request. The groups that give you more").await;
    scene.clicks(&scene.zoe, &card, "stager-approve").await;
    scene.card("Recovered").await;
    scene.has_approved("Zoe").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_bots_and_deactivated_accounts_are_refused_with_the_reason() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let ben = || scene.ben.id().to_owned();
    for (is, says) in [
        (Fault::Guest(ben()), "Guests may look"),
        (Fault::Deactivated(ben()), "This account is deactivated"),
        (Fault::Bot(ben()), "This is a bot's account"),
        (Fault::NotVisible(ben()), "does not belong to this workspace or server any more"),
    ] {
        scene.workspace.inject(is.clone());
        scene.clicks(&scene.ben, &card, "stager-approve").await;
        scene.whispered(&scene.ben, says).await;
        scene.told(says).await;
        scene.workspace.heal(&is);
    }
    assert!(scene.terminated().is_empty());
    // What was known stands while Slack can't be asked, though it does not hold any more.
    let gone = Fault::Deactivated(ben());
    let down = Fault::Down { method: Some("users.info".to_owned()), status: 503 };
    let heard = |view: &View| {
        let says =
            |m: &&Arc<Message>| m.ephemeral_to.is_some() && m.text_seen().contains("This account is deactivated");
        view.messages.iter().filter(says).count()
    };
    for (fault, times) in [(&gone, 2), (&down, 3)] {
        scene.workspace.inject(fault.clone());
        scene.clicks(&scene.ben, &card, "stager-approve").await;
        let again = |view: &View| (heard(view) >= times).then_some(());
        scene.workspace.wait_for(PATIENCE, again).await.unwrap();
        scene.workspace.heal(fault);
    }
    scene.says(&scene.ben, "/stager whoami").await;
    scene.whispered(&scene.ben, "You are Ben").await;
    assert!(scene.terminated().is_empty());
    // Where Slack does not tell, a right by name stands.
    scene.workspace.inject(Fault::ScopeMissing("users:read".to_owned()));
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_by_a_role_ends_with_it_and_with_the_membership() {
    const ROLE: &str = "801000000000000077";
    let both = Both::new().await;
    let more = format!(
        "[[person]]\nname = \"Zoe\"\ndiscord = \"{}\"\nmay = []\n[[group]]\ndiscord = \"{ROLE}\"\nmay = [\"approve\"]\n",
        both.zoe.id()
    );
    let bot = both.bot_with(&more).await;
    both.scene.requested().await;
    let card = both.button("stager-approve").await;
    both.confirms(&both.zoe, &card, "stager-approve").await;
    both.whispered(&both.zoe, "You may not approve").await;
    both.told("Zoe tried to approve, and was refused: You may not approve").await;
    both.server.leaves(&both.ben);
    both.confirms(&both.ben, &card, "stager-approve").await;
    both.whispered(&both.ben, "does not belong to this workspace or server any more").await;
    both.told("Ben tried to approve, and was refused: This account does not belong to this").await;
    assert!(both.scene.terminated().is_empty());
    both.server.set_roles(&both.zoe, &[ROLE]);
    both.confirms(&both.zoe, &card, "stager-approve").await;
    both.card("Recovered").await;
    both.scene.has_approved("Zoe").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_a_workflow_approves_nothing_in_whoever_s_name() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    let line = format!("@Stagerbot approve {} database-checked", code(&card));
    let said = scene.ben.says_by_step(&scene.channel, &line).await.unwrap();
    assert!(said.payload["event"]["bot_id"].is_string(), "{}", said.payload);
    // Another person's answer, who asked after it.
    scene.says(&scene.anna, "/stager whoami").await;
    scene.whispered(&scene.anna, "You are Anna").await;
    scene.button("stager-approve").await;
    assert!(scene.terminated().is_empty(), "a workflow approved");
    while !scene.ben.types(&scene.channel, &line).await.unwrap().acked() {}
    scene.card("Recovered").await;
    bot.stop().await;
}

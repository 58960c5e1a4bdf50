//! The attack table: every way to delete a pod without a second person that somebody thought of, and the test that plays it. What no
//! other test plays is played here, at the wire.

use std::fs;
use std::path::Path;

use crate::scene::Scene;

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
    ("an edited code", "tests/it/attacks.rs", "an_edited_code_approves_nothing"),
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
        "a bot that writes",
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

fn code(card: &stagerbot::simulator::slack::message::Message) -> String {
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
    }
    assert!(scene.terminated().is_empty());
    scene.says(&scene.ben, &format!("/stager approve {right} database-checked")).await;
    scene.card("Recovered").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_who_was_removed_since_is_nobody() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let card = scene.requested().await;
    bot.stop().await;
    let without = |text: String| text.replace("slack = \"U0BEN0001\"", "slack = \"U0SOMEONE\"");
    let bot = crate::calls::bot_with(&scene, without).await;
    scene.ben.clicks(&card, "stager-approve").await.unwrap();
    scene.whispered(&scene.ben, "belongs to no person").await;
    scene.told("was refused to approve").await;
    assert!(scene.terminated().is_empty());
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_approval_and_a_denial_at_once_one_counts() {
    let scene = Scene::new().await;
    let more = "[[person]]\nname = \"Zoe\"\nslack = \"U0ZOE0001\"\nmay = [\"approve\"]\n[[environment]]";
    let bot = crate::calls::bot_with(&scene, |text| text.replace("[[environment]]", more)).await;
    let card = scene.requested().await;
    let (approved, denied) =
        tokio::join!(scene.ben.clicks(&card, "stager-approve"), scene.zoe.clicks(&card, "stager-deny"));
    assert!(approved.unwrap().acked() && denied.unwrap().acked());
    let late = scene.seen(|m| m.ephemeral_to.is_some() && m.text_seen().contains("Too late: ")).await;
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
    let more = "[[person]]\nname = \"Zoe\"\nslack = \"U0ZOE0001\"\nmay = [\"approve\"]\n[[environment]]";
    let bot = crate::calls::bot_with(&scene, |text| text.replace("[[environment]]", more)).await;
    let card = scene.requested().await;
    assert!(card.text_seen().contains("0 of 2"), "{}", card.text_seen());
    scene.ben.clicks(&card, "stager-approve").await.unwrap();
    scene.whispered(&scene.ben, "Approved: 1 of 2. Nothing is done before the rest").await;
    scene.card("1 of 2").await;
    scene.ben.clicks(&card, "stager-approve").await.unwrap();
    scene.whispered(&scene.ben, "Ben approved this request already, and counts once").await;
    scene.anna.clicks(&card, "stager-approve").await.unwrap();
    scene.whispered(&scene.anna, "A second person has to approve it").await;
    assert!(scene.terminated().is_empty());
    scene.zoe.clicks(&card, "stager-approve").await.unwrap();
    scene.card("Recovered").await;
    scene.told("Ben approved: 1 of 2.").await;
    bot.stop().await;
}

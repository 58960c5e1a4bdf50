//! One human with several accounts: one person to every rule, by whichever of them and on either platform.

use crate::harness::both::Both;

/// On Enterprise Grid the same human has an id of the workspace and one of the organisation.
const ANNA_OF_THE_ORGANISATION: &str = "W0ANNA009";
const ANNA_S_OTHER_ACCOUNT: &str = "801000000000000009";

#[tokio::test(flavor = "multi_thread")]
async fn no_account_of_the_requester_is_a_second_person() {
    let both = Both::new().await;
    both.scene.beside_the_point(&["Anna took the request back", "Anna tried to approve", "Anna cancelled"]);
    let scene = &both.scene;
    let other = scene.workspace.add_person_as(ANNA_OF_THE_ORGANISATION, "anna_w", "en-US");
    let elsewhere = both.server.add_person_as(ANNA_S_OTHER_ACCOUNT, "anna_e", "en-US");
    let accounts = format!(
        "slack = [\"U0ANNA001\", \"{}\"]\ndiscord = [\"{}\", \"{}\"]",
        other.id(),
        both.anna.id(),
        elsewhere.id()
    );
    let bot = both.bot_of(&both.setup().person("Anna", &accounts)).await;

    let card = scene.requested().await;
    let here = both.button("stager-approve").await;
    other.clicks(&card, "stager-approve").await.unwrap();
    scene.whispered(&other, "A second person has to approve it").await;
    both.confirms(&elsewhere, &here, "stager-approve").await;
    both.whispered(&elsewhere, "A second person has to approve it").await;
    assert!(scene.terminated().is_empty());
    // And what the requester may do, they may do by each of them.
    other.clicks(&card, "stager-cancel").await.unwrap();
    scene.whispered(&other, "Cancelled.").await;
    let card = both.button("stager-restart").await;
    both.requests(&elsewhere, &card, "").await;
    let card = scene.button("stager-approve").await;
    assert!(card.text_seen().contains("requested by Anna"), "{}", card.text_seen());
    scene.clicks(&scene.anna, &card, "stager-approve").await;
    scene.whispered(&scene.anna, "A second person has to approve it").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "Approved.").await;
    scene.card("Recovered").await;
    bot.stop().await;
}

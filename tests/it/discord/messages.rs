//! What the bot says is seen: once, in its place, harmless, and not too long.

use stagerbot::chat::{Block, Button, Card, Chat as _, ChatError, Confirm, Tone};
use stagerbot::request::{ReplyTo, Verb};
use stagerbot::simulator::discord::fault::Fault;

use super::{Bot, CHANNEL, brisk, card, is_taken};

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_posted_once_updated_in_place_and_told_of_in_its_thread() {
    let bot = Bot::start(brisk()).await;
    let channel = bot.channel();
    bot.server.inject(Fault::AnswersLost { call: Some("create_message".into()) });
    bot.discord.post(&channel, "incident/7", &card("BBS is down")).await.unwrap_err();
    bot.server.heal_all();
    let id = bot.discord.post(&channel, "incident/7", &card("BBS is down")).await.unwrap();
    assert_eq!(bot.server.all_messages().len(), 1, "a lost answer posts nothing twice");
    insta::assert_snapshot!(bot.server.view().message(&id).unwrap().text_seen(), @"
    ### 🚨 BBS is down
    BBS does not answer.
    **Why**
    nc: connection refused
    Pods
    bbs-0, bbs-1
    ```
    kubectl get pod
    ```
    -# observed 2 s ago
    Approve?
    Deletes bbs-0 and bbs_1.
    [Approve] [Deny]
    ");

    let over = Card { tone: Tone::Good, buttons: Vec::new(), ..card("BBS is back") };
    bot.discord.update(&channel, &id, &over).await.unwrap();
    bot.discord.reply_in_thread(&channel, &id, "line/1", "back after 31 s\n> and *well*").await.unwrap();
    bot.discord.reply_in_thread(&channel, &id, "line/2", "closed").await.unwrap();
    let view = bot.server.view();
    let shown = view.message(&id).unwrap();
    assert!(shown.text_seen().starts_with("### ✅ BBS is back"));
    assert!(shown.buttons().is_empty());
    assert_eq!(view.threads[&id].name, "✅ BBS is back");
    let thread: Vec<String> = view.thread(&id).iter().map(|reply| reply.text_seen()).collect();
    assert_eq!(thread, ["back after 31 s\n> and *well*", "closed"]);

    bot.server.delete_thread(&id);
    bot.discord.reply_in_thread(&channel, &id, "line/3", "once more").await.unwrap();
    bot.server.lock_thread(&id);
    let locked = bot.discord.reply_in_thread(&channel, &id, "line/4", "unheard").await.unwrap_err();
    assert!(matches!(locked, ChatError::Gone(_)), "{locked:?}");
    bot.server.person("anna").deletes(&id).unwrap();
    let gone = bot.discord.update(&channel, &id, &over).await.unwrap_err();
    assert!(matches!(gone, ChatError::Gone(_)), "{gone:?}");
    let anew = bot.discord.post(&channel, "incident/7/after", &over).await.unwrap();
    assert_ne!(anew, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_shown_and_does_nothing() {
    let bot = Bot::start(brisk()).await;
    let anna = bot.server.person("anna");
    let hostile = format!(
        "@everyone <@{}> [kubernetes.io](https://evil.example) discord.gg/x **b** # h ||s|| ```\u{202e}x\u{200b}\u{7} @here",
        anna.id()
    );
    let text = || hostile.clone();
    let card = Card {
        headline: text(),
        tone: Tone::Alarm,
        blocks: vec![
            Block::Text(text()),
            Block::Titled(text(), text()),
            Block::Fields(vec![(text(), text())]),
            Block::Code(text()),
            Block::Note(text()),
        ],
        buttons: vec![Button {
            verb: Verb::Restart,
            label: text(),
            value: Verb::value(7, None),
            confirm: Some(Confirm { title: text(), text: text(), yes: text(), no: text() }),
        }],
    };
    let channel = bot.channel();
    let id = bot.discord.post(&channel, "key", &card).await.unwrap();
    bot.discord.update(&channel, &id, &card).await.unwrap();
    bot.discord.reply_in_thread(&channel, &id, "line/5", &hostile).await.unwrap();
    anna.clicks(&id, "stager-restart").await.unwrap();
    anna.types(CHANNEL, "/stager check").await.unwrap();
    let reply = bot.one().await.reply.unwrap();
    bot.discord.answer(&reply, &hostile).await.unwrap();
    bot.discord.answer(&ReplyTo { handle: None, ..reply }, &hostile).await.unwrap();

    for sent in bot.server.bodies_sent() {
        assert!(is_taken(&sent), "{sent:?}");
        let data = if sent.call == "create_response" { &sent.body["data"] } else { &sent.body };
        let json = data.to_string();
        for unseen in ["\u{202e}", "\u{200b}", "\\u0007"] {
            assert!(!json.contains(unseen), "{unseen:?} in {json}");
        }
        if data["content"].is_string() {
            assert_eq!(data["allowed_mentions"]["parse"], serde_json::json!([]), "{json}");
        }
        let form = data["components"].as_array().into_iter().flatten().filter_map(|part| part["content"].as_str());
        let mut texts: Vec<&str> = form.chain(data["content"].as_str()).collect();
        for embed in data["embeds"].as_array().into_iter().flatten() {
            texts.extend([embed["title"].as_str(), embed["description"].as_str()].into_iter().flatten());
        }
        for text in texts {
            let outside = text.split("```").step_by(2).collect::<String>();
            let bare = without_escaped(&outside);
            for live in ["://", "](", "||", "@everyone", "@here", ".gg/", "# h"] {
                assert!(!bare.contains(live), "{live:?} in {text}");
            }
        }
    }
    for message in bot.server.all_messages() {
        assert!(message.pinged.is_empty(), "{message:?}");
    }
    let seen = bot.server.view().message(&id).unwrap().text_seen();
    let shown = format!(
        "@everyone <@{}> [kubernetes.io](https://evil.example) discord.gg/x **b** # h ||s|| ```x @here",
        anna.id()
    );
    assert!(seen.contains(&shown), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_is_shortened_and_keeps_its_buttons() {
    let bot = Bot::start(brisk()).await;
    let many = |count: usize| "日本語 <&> \"quoted\" *\n".repeat(count);
    let all = [
        Block::Text(many(500)),
        Block::Titled(many(50), many(500)),
        Block::Fields((0..30).map(|_| (many(20), many(200))).collect()),
        Block::Code(many(5_000)),
        Block::Note(many(500)),
        Block::Text(String::new()),
        Block::Titled(String::new(), String::new()),
        Block::Fields(vec![(String::new(), String::new())]),
        Block::Fields(Vec::new()),
        Block::Code(String::new()),
        Block::Note("\u{200b}".to_owned()),
    ];
    let blocks_of_all_sorts = all.iter().map(|block| vec![block.clone()]);
    let together = [
        all.to_vec(),
        vec![Block::Text("short".to_owned()); 1_000],
        vec![Block::Text("a".repeat(2_990)); 4],
        Vec::new(),
    ];
    let channel = bot.channel();
    for (place, blocks) in blocks_of_all_sorts.chain(together).enumerate() {
        let mut card = Card { blocks, ..card(&many(50)) };
        for button in &mut card.buttons {
            button.label = many(50);
            button.confirm = Some(Confirm { title: many(50), text: many(500), yes: many(50), no: String::new() });
        }
        // One button twice, and a value that does not fit: Discord would refuse the message for either.
        card.buttons.push(card.buttons[0].clone());
        card.buttons.push(Button { verb: Verb::Cancel, value: "7".repeat(101), ..card.buttons[0].clone() });
        let id = bot.discord.post(&channel, &place.to_string(), &card).await.unwrap();
        let shown = bot.server.view().message(&id).unwrap().buttons();
        let ids: Vec<&str> = shown.iter().map(|button| button.custom_id.as_str()).collect();
        assert_eq!(ids, ["stager-approve:7/7F3A9C-1", "stager-deny:7/7F3A9C-1"], "{:?}", card.blocks);
        let asked = bot.server.person("ben").clicks(&id, "stager-approve").await.unwrap();
        assert!(asked.message.unwrap().text_seen().contains("日本語"));
    }
    let id = bot.discord.post(&channel, "long answers", &card("long answers")).await.unwrap();
    for long in [many(2_000), String::new()] {
        bot.discord.reply_in_thread(&channel, &id, "line/6", &long).await.unwrap();
    }
    bot.server.person("anna").types(CHANNEL, "/stager check").await.unwrap();
    let reply = bot.one().await.reply.unwrap();
    bot.discord.answer(&reply, &many(300)).await.unwrap();
    let refused: Vec<_> = bot.server.bodies_sent().into_iter().filter(|sent| !is_taken(sent)).collect();
    assert!(refused.is_empty(), "{refused:?}");
}

/// A text without whatever a backslash makes itself.
fn without_escaped(text: &str) -> String {
    let mut bare = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            characters.next();
        } else {
            bare.push(character);
        }
    }
    bare
}

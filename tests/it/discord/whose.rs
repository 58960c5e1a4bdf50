//! Whose command it is: what comes from another server, a direct message or another application starts nothing.

use stagerbot::request::Unserved;
use stagerbot::simulator::discord::person::Person;

use super::*;
use crate::harness::both::Both;

/// Waits for so many rows of the inbox, and closes them.
async fn rows(bot: &Bot, count: usize) -> Vec<InboxRow> {
    let mut tick = tokio::time::interval(Duration::from_millis(5));
    let waiting = async {
        loop {
            let rows = crate::harness::owed::unanswered(&bot.url).await;
            if rows.len() >= count {
                return rows;
            }
            tick.tick().await;
        }
    };
    let rows = timeout(PATIENCE, waiting).await.unwrap();
    for row in &rows {
        bot.store.close_row(&row.dedupe_key, stagerbot::clock::now()).await.unwrap();
    }
    rows
}

/// A card whose buttons ask first, and one that does not; and the question of the first, as anna has it before her.
async fn question(bot: &Bot, anna: &Person) -> (String, Arc<stagerbot::simulator::discord::message::Message>) {
    let id = bot.discord.post(&bot.channel(), "key", &card("BBS is down")).await.unwrap();
    let question = anna.clicks(&id, "stager-approve").await.unwrap().message.unwrap();
    (id, question)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_from_another_server_is_refused_with_a_sentence() {
    let bot = Bot::reading(brisk()).await;
    let anna = bot.server.person("anna");
    let (card, question) = question(&bot, &anna).await;
    let refused = Request::Unserved { why: Unserved::OtherServer };
    bot.server.send_as(|sender| sender.guild_id = Some("900000000000000099".to_owned()));
    assert!(anna.types(CHANNEL, "/stager approve 7F3A9C-1 database-checked").await.unwrap().acked());
    assert_eq!(rows(&bot, 1).await[0].request, refused);
    for (message, button) in [
        (&card, "stager-approve"),
        (&card, "stager-deny"),
        (&question.id, "yes/stager-approve"),
        (&question.id, "no/stager-approve"),
    ] {
        assert!(anna.clicks(message, button).await.unwrap().acked(), "{button}");
        assert_eq!(rows(&bot, 1).await[0].request, refused, "{button}");
    }
    anna.types(CHANNEL, "CF-StagerUnavailable").await.unwrap();
    anna.types(CHANNEL, "@Stagerbot check").await.unwrap();
    let said = rows(&bot, 1).await;
    assert_eq!(
        said.iter().map(|row| &row.request).collect::<Vec<_>>(),
        [&refused],
        "and the message is nobody's business"
    );
    assert_eq!(bot.discord.refused_as_foreign(), 6);

    bot.server.send_as_itself();
    anna.types(CHANNEL, "/stager status").await.unwrap();
    assert_eq!(rows(&bot, 1).await[0].request, Request::Status);
    anna.types(CHANNEL, "CF-StagerUnavailable").await.unwrap();
    assert!(matches!(rows(&bot, 1).await[0].request, Request::Alert { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_another_application_or_names_none_is_nobodys_business() {
    let bot = Bot::start(Shape { respond_within: Duration::from_millis(300), ..brisk() }).await;
    let anna = bot.server.person("anna");
    for application in [Some("111111111111111199".to_owned()), None] {
        bot.server.send_as(|sender| sender.application_id = application.clone());
        assert!(!anna.types(CHANNEL, "/stager check").await.unwrap().acked(), "{application:?}");
        assert!(crate::harness::owed::unanswered(&bot.url).await.is_empty(), "{application:?}");
    }
    assert_eq!(bot.discord.refused_as_foreign(), 2);
    bot.server.send_as_itself();
    // Under load it may take longer than this server waits; that it is taken is what counts.
    anna.types(CHANNEL, "/stager check").await.unwrap();
    assert_eq!(rows(&bot, 1).await[0].request, Request::Check { environment: None });
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_directly_or_from_another_server_hears_where_to_go() {
    let both = Both::new().await;
    let bot = both.bot().await;
    both.scene.beside_the_point(&["@zoe_d I do nothing in direct messages: type /stager in the server"]);
    for line in ["check", "/stager check", "@Stagerbot CF-StagerUnavailable", "hello?"] {
        assert!(both.zoe.writes_directly(line).delivered);
        let direct = format!("direct-{}", both.zoe.id());
        let answers = |view: &stagerbot::simulator::discord::view::View| {
            let all: Vec<String> =
                view.messages.iter().filter(|m| m.by_bot && m.channel_name == direct).map(|m| m.text_seen()).collect();
            (all.len().is_multiple_of(4) && all.len() >= 4).then_some(all)
        };
        if line == "hello?" {
            for said in both.server.wait_for(PATIENCE, answers).await.unwrap() {
                assert_eq!(
                    said,
                    "@zoe_d I do nothing in direct messages: type /stager in the server, in the channel of prod."
                );
            }
        }
    }
    both.server.send_as(|sender| sender.guild_id = Some("900000000000000099".to_owned()));
    both.says(&both.zoe, "/stager check").await;
    both.whispered(&both.zoe, "I serve another server, and do nothing here.").await;
    both.server.send_as_itself();
    both.says(&both.zoe, "/stager status").await;
    both.whispered(&both.zoe, "prod: no open incident").await;
    assert_eq!(both.scene.cards(), 0, "nothing began");
    bot.stop().await;
}

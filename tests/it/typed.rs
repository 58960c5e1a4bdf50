//! What people type: a table of lines as the platforms' clients really send them, with what each has to mean; over the wire, on
//! both platforms and by every way in. And what is refused is one step from done.

use std::time::Duration;

use proptest::prelude::*;
use stagerbot::chat::command::{nearest, parse};
use stagerbot::request::Request;
use stagerbot::simulator::discord::view::View as ServerView;
use stagerbot::store::Store;
use tokio::time::{interval, timeout};

use crate::harness::both::Both;
use crate::harness::{PATIENCE, Scene};

/// What a line has to mean.
#[derive(Clone, Copy, Debug)]
enum Means {
    /// A check of the channel's environment, or of the one of this name.
    Check(Option<&'static str>),
    Status,
    Help,
    /// A request with this reason.
    Restart(Option<&'static str>),
    HandOver(Option<&'static str>),
    /// A decision by the code 7F3A9C-12-1; whether the database was checked.
    Approve(bool),
    Deny,
    Cancel,
    /// Nothing, and this command is named.
    Near(&'static str),
    /// Nothing, and nothing is near.
    Nothing,
}

use Means::{Approve, Cancel, Check, Deny, HandOver, Help, Near, Nothing, Restart, Status};

const HERE: Means = Check(None);
const PROD: Means = Check(Some("prod"));

/// Lines as they are sent, without what is sent before them by each way in.
const LINES: &[(&str, Means)] = &[
    // The verb.
    ("check", HERE),
    ("Check", HERE),
    ("CHECK", HERE),
    ("check.", HERE),
    ("check!", HERE),
    ("check?", HERE),
    ("check …", HERE),
    (": check", HERE),
    (", check.", HERE),
    ("- check", HERE),
    ("`check`", HERE),
    ("```check```", HERE),
    ("*check*", HERE),
    ("**check**", HERE),
    ("_check_", HERE),
    ("~check~", HERE),
    ("||check||", HERE),
    ("“check”", HERE),
    ("‘check’", HERE),
    ("«check»", HERE),
    ("„check“", HERE),
    ("'check'", HERE),
    ("\"check\"", HERE),
    ("(check)", HERE),
    ("\u{a0}check\u{a0}", HERE),
    ("check\u{200b}", HERE),
    ("\u{feff}check", HERE),
    ("chec\u{ad}k", HERE),
    ("ｃｈｅｃｋ", HERE),
    ("/stager check", HERE),
    ("stager check", HERE),
    ("`/stager check`", HERE),
    ("stagerbot: check", HERE),
    ("check 🙏", HERE),
    // The environment.
    ("check prod", PROD),
    ("check “prod”", PROD),
    ("check \"prod\"", PROD),
    ("check `prod`", PROD),
    ("check prod.", PROD),
    ("check prod!", PROD),
    ("check prod,", PROD),
    ("check: prod", PROD),
    ("check:prod", PROD),
    ("check – prod", PROD),
    ("Check Prod", Check(Some("Prod"))),
    ("check\u{a0}prod", PROD),
    ("check\u{202f}prod", PROD),
    ("check\u{2003}prod", PROD),
    ("check\tprod", PROD),
    ("check\nprod", PROD),
    ("check\u{200b} prod", PROD),
    ("check *prod*", PROD),
    ("check **prod**", PROD),
    ("check _prod_", PROD),
    ("check *_prod_*.", PROD),
    ("check ~~prod~~", PROD),
    ("check ||prod||", PROD),
    ("*check prod*", PROD),
    ("> check prod", PROD),
    ("check #prod", PROD),
    ("check [prod]", PROD),
    ("check <http://prod.eu|prod.eu>", Check(Some("prod.eu"))),
    ("check <tel:44012312|prod>", PROD),
    ("check prod\u{2011}eu–1", Check(Some("prod-eu-1"))),
    ("check prod_eu", Check(Some("prod_eu"))),
    ("check please", Check(Some("please"))),
    ("check <@U0ANNA001> prod", PROD),
    ("check @prod", Check(Some("@prod"))),
    ("@Stagerbot check prod", PROD),
    ("check @stagerbot", HERE),
    ("check prod please", Near("check")),
    // How things stand, and what can be asked.
    ("status", Status),
    ("status?", Status),
    ("status.", Status),
    ("*status*", Status),
    ("STATUS!!!", Status),
    ("help!", Help),
    ("?", Help),
    ("", Help),
    ("/stager", Help),
    ("👋", Help),
    // Reasons stay as they are typed, but for the blanks around them.
    ("restart", Restart(None)),
    ("Restart.", Restart(None)),
    ("restart cf push fails", Restart(Some("cf push fails"))),
    ("restart: cf push fails", Restart(Some("cf push fails"))),
    ("*restart*  “cf  push” — fails, *badly*. ", Restart(Some("“cf  push” — fails, *badly*."))),
    ("restart why does it fail?", Restart(Some("why does it fail?"))),
    ("restart (urgent) 7F3A9C–12–1", Restart(Some("(urgent) 7F3A9C–12–1"))),
    ("handover", HandOver(None)),
    ("Handover: I know this one", HandOver(Some("I know this one"))),
    // Codes.
    ("approve 7F3A9C-12-1", Approve(false)),
    ("approve 7f3a9c-12-1", Approve(false)),
    ("approve 7F3A9C-12-1.", Approve(false)),
    ("approve 7F3A9C-12-1!", Approve(false)),
    ("approve `7F3A9C-12-1`", Approve(false)),
    ("approve `7F3A9C`-12-1", Approve(false)),
    ("approve \"7F3A9C-12-1\"", Approve(false)),
    ("approve “7F3A9C-12-1”", Approve(false)),
    ("approve ‘7f3a9c-12-1’", Approve(false)),
    ("approve *7F3A9C-12-1*", Approve(false)),
    ("approve **7F3A9C-12-1**", Approve(false)),
    ("approve ||7F3A9C-12-1||", Approve(false)),
    ("approve (7F3A9C-12-1)", Approve(false)),
    ("approve <7F3A9C-12-1>", Approve(false)),
    ("approve #7F3A9C-12-1", Approve(false)),
    ("approve 7F3A9C\u{2010}12\u{2010}1", Approve(false)),
    ("approve 7F3A9C\u{2011}12\u{2011}1", Approve(false)),
    ("approve 7F3A9C\u{2012}12\u{2012}1", Approve(false)),
    ("approve 7F3A9C\u{2013}12\u{2013}1", Approve(false)),
    ("approve 7F3A9C\u{2014}12\u{2014}1", Approve(false)),
    ("approve 7F3A9C\u{2015}12\u{2015}1", Approve(false)),
    ("approve 7F3A9C\u{2212}12\u{2212}1", Approve(false)),
    ("approve 7F3A9C\u{fe63}12\u{fe63}1", Approve(false)),
    ("approve ７Ｆ３Ａ９Ｃ－１２－１", Approve(false)),
    ("approve 7F3A\u{200b}9C-12-1", Approve(false)),
    ("approve: 7F3A9C-12-1", Approve(false)),
    ("*approve 7F3A9C-12-1*", Approve(false)),
    ("/stager approve 7F3A9C-12-1", Approve(false)),
    ("approve 7F3A9C-12-1 database-checked", Approve(true)),
    ("approve 7F3A9C-12-1 Database-Checked.", Approve(true)),
    ("approve 7F3A9C-12-1 database–checked", Approve(true)),
    ("approve 7F3A9C-12-1 database\u{2011}checked", Approve(true)),
    ("approve 7F3A9C-12-1 database checked", Approve(true)),
    ("approve 7F3A9C-12-1 database_checked", Approve(true)),
    ("approve 7F3A9C-12-1, database-checked", Approve(true)),
    ("approve “7F3A9C–12–1” “database checked”", Approve(true)),
    ("deny 7F3A9C-12-1.", Deny),
    ("Deny: `7f3a9c–12–1`", Deny),
    ("cancel *7F3A9C-12-1*", Cancel),
    // Near, and never carried out.
    ("approve", Near("approve")),
    ("approve it", Near("approve")),
    ("approve 7F3A9C", Near("approve")),
    ("approve 7F3A9C-", Near("approve")),
    ("approve -1", Near("approve")),
    ("approve 7F3A9C-12-l", Near("approve")),
    ("approve 7F3A9C - 1", Near("approve")),
    ("approve 7F3A9C-12-1?", Near("approve")),
    ("approve 7F3A9C-12-1 ?", Near("approve")),
    ("approve 7F3A9C-12-1 yes", Near("approve")),
    ("approve 7F3A9C-12-1 7F3A9C-12-2", Near("approve")),
    ("approve 7F3A9C-12-1 database not checked", Near("approve")),
    ("aprove 7F3A9C-12-1", Near("approve")),
    ("approved 7F3A9C-12-1", Near("approve")),
    ("please approve 7F3A9C-12-1", Near("approve")),
    ("deny", Near("deny")),
    ("deny 7F3A9C-12-1 too risky", Near("deny")),
    ("cancel all", Near("cancel")),
    ("restart?", Near("restart")),
    ("restart ?", Near("restart")),
    ("restrat cf push fails", Near("restart")),
    ("hand over", Near("handover")),
    ("hand-over to me", Near("handover")),
    ("chekc prod", Near("check")),
    ("can you check prod please", Near("check")),
    ("stauts", Near("status")),
    ("hlep", Near("help")),
    ("frobnicate", Nothing),
    ("good morning", Nothing),
];

fn is_meant(line: &str, request: &Request, means: Means) -> bool {
    let same = |found: &Option<String>, wanted: Option<&str>| found.as_deref() == wanted;
    match (request, means) {
        (Request::Check { environment }, Check(wanted)) => same(environment, wanted),
        (Request::Status, Status) | (Request::Help, Help) => true,
        (Request::Restart { incident: None, reason }, Restart(wanted))
        | (Request::HandOver { reason }, HandOver(wanted)) => same(reason, wanted),
        (Request::Approve { incident: None, code, database_checked }, Approve(checked)) => {
            code == "7F3A9C-12-1" && *database_checked == checked
        }
        (Request::Deny { incident: None, code }, Deny) | (Request::Cancel { incident: None, code }, Cancel) => {
            code == "7F3A9C-12-1"
        }
        (Request::Unclear { text }, Near(verb)) => nearest(text).is_some_and(|near| near.verb.word() == verb),
        (Request::Unclear { text }, Nothing) => nearest(text).is_none() && text == line.trim(),
        _ => false,
    }
}

#[test]
fn every_line_is_understood_as_it_was_meant() {
    assert!(LINES.len() >= 80, "{}", LINES.len());
    let wrong: Vec<String> = LINES
        .iter()
        .map(|(line, means)| (line, means, parse(line)))
        .filter(|(line, means, found)| !is_meant(line, found, **means))
        .map(|(line, means, found)| format!("{line:?} has to mean {means:?}, and is {found:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Waits for the row that somebody's line became, and closes it.
async fn one(store: &Store, url: &str, line: &str) -> Request {
    let mut tick = interval(Duration::from_millis(2));
    let waiting = async {
        loop {
            if let [row] = &crate::harness::owed::unanswered(url).await[..] {
                store.close_row(&row.dedupe_key, stagerbot::clock::now()).await.unwrap();
                return row.request.clone();
            }
            tick.tick().await;
        }
    };
    timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("nothing came of {line:?}"))
}

/// By every way in that a client offers: a command, a mention before it and behind it, and a direct message.
#[tokio::test]
async fn slack_s_clients_are_understood() {
    let front = crate::slack::Bot::start(stagerbot::simulator::slack::settings::Settings::default()).await;
    let anna = front.workspace.person("anna");
    let mut wrong = Vec::new();
    for (line, means) in LINES {
        for way in ["/stager LINE", "@Stagerbot LINE", "hey @Stagerbot LINE", "LINE @Stagerbot", "LINE"] {
            // What has no words is no line beside other words, and means nothing by itself.
            if (way.starts_with("LINE") || way.starts_with("hey")) && !line.chars().any(char::is_alphabetic) {
                continue;
            }
            let sent = way.replace("LINE", line);
            let acked = match way {
                "LINE" => anna.writes_directly(&sent).await.acked(),
                _ => anna.sends("cf-ops", &sent).await.unwrap().acked(),
            };
            assert!(acked, "{sent:?}");
            let found = one(&front.store, &front.url, &sent).await;
            if !is_meant(line, &found, *means) {
                wrong.push(format!("{sent:?} has to mean {means:?}, and is {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// By a mention and by the options of the command, which take any text.
#[tokio::test(flavor = "multi_thread")]
async fn discord_s_clients_are_understood() {
    let front = crate::discord::Bot::start(crate::discord::brisk()).await;
    let anna = front.server.person("anna");
    let mut wrong = Vec::new();
    for (line, means) in LINES {
        let mut sent = vec![format!("@Stagerbot {line}"), format!("<@!{}> {line}", front.server.settings().bot_id)];
        // What somebody fills in behind a subcommand. Discord itself wants each option's text to have something in it.
        if let Some((verb, rest)) =
            line.split_once(' ').filter(|(verb, _)| ["check", "approve", "restart"].contains(verb))
        {
            let is_option = verb == "restart" || !rest.contains(char::is_whitespace);
            sent.extend((is_option && !rest.trim().is_empty()).then(|| format!("/stager {verb} {rest}")));
        }
        for sent in sent {
            anna.types("cf-ops", &sent).await.unwrap();
            let found = one(&front.store, &front.url, &sent).await;
            if !is_meant(line, &found, *means) {
                wrong.push(format!("{sent:?} has to mean {means:?}, and is {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    /// Whatever is put around a code and its dash, it stays this code or is none.
    #[test]
    fn no_code_becomes_another_one(
        digest in "[0-9A-F]{6}",
        number in 1_u32..2_000,
        dash in prop::sample::select(vec!["-", "–", "—", "−", "‑", "－", "", " ", "--", "- ", "_", ".", "\u{ad}", "\u{200b}-"]),
        before in "[ \"'`*_~|(\\[<“‘«„#:;,.!>\u{a0}\u{200b}-]{0,4}",
        behind in "[ \"'`*_~|)\\]>”’»“:;,.!<\u{a0}\u{200b}-]{0,4}",
    ) {
        let typed = format!("approve {before}{digest}{dash}{number}{behind}");
        match parse(&typed) {
            Request::Approve { code, .. } => prop_assert_eq!(code, format!("{digest}-{number}")),
            Request::Unclear { .. } => {}
            other => prop_assert!(false, "{typed:?} is {other:?}"),
        }
    }

    /// What is understood as a code has exactly the letters and digits that were typed.
    #[test]
    fn nothing_else_becomes_a_code(text in "[0-9a-fA-F–—‑ .,*_`“”0-9-]{0,16}") {
        if let Request::Approve { code, .. } = parse(&format!("approve {text}")) {
            let bare = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
            prop_assert_eq!(bare(&code), bare(&text));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_shows_the_very_line_to_type_on_both_platforms() {
    let both = Both::new().await;
    let bot = both.bot().await;
    let slack = &both.scene;
    // Nothing waits yet.
    slack.says(&slack.ben, "/stager approve").await;
    slack.whispered(&slack.ben, "Nothing waits for an approval.").await;
    slack.says(&slack.zoe, "/stager approve").await;
    slack.whispered(&slack.zoe, "belongs to no person").await;
    let card = slack.requested().await;
    let code = card.button("stager-approve").unwrap().value.unwrap().split_once('/').unwrap().1.to_owned();
    let line = format!("/stager approve {code} database-checked");

    for typed in ["/stager approve", "/stager aprove 000000-7", "/stager approve it, please", "@Stagerbot approve?"] {
        slack.says(&slack.ben, typed).await;
        slack
            .whispered(
                &slack.ben,
                &format!("This takes the whole code of the request; I did nothing. One request waits. Type:\n{line}"),
            )
            .await;
        slack.says(&slack.ben, "/stager status").await;
        slack.whispered(&slack.ben, "waits for a second person").await;
    }
    // Answers that are the same were read once.
    slack.beside_the_point(&["One request waits. Type:", "waits for a second person (incident 1)"]);
    slack.says(&slack.ben, "/stager deny").await;
    slack.whispered(&slack.ben, &format!("Type:\n/stager deny {code}")).await;
    slack.says(&slack.ben, "/stager approve 000000-7").await;
    slack.told("Ben tried to approve, and was refused: No request waits under the code 000000-7").await;
    slack.whispered(&slack.ben, &format!("No request waits under the code 000000-7, and I know of none that did. A request's code stands on its card. Type:\n{line}")).await;
    slack.says(&slack.ben, &format!("/stager approve “{}”", code.replace('-', "–"))).await;
    slack
        .whispered(&slack.ben, &format!("The database's state is not known. Check it, then say so. Type:\n{line}"))
        .await;
    slack.told("Ben tried to approve, and was refused: The database's state is not known").await;
    slack.says(&slack.ben, &format!("/stager cancel {code}")).await;
    slack.told("Ben tried to cancel, and was refused: Only Anna can cancel this request").await;
    slack
        .whispered(
            &slack.ben,
            &format!("Only Anna can cancel this request. Deny it instead. Type:\n/stager deny {code}"),
        )
        .await;
    slack.says(&slack.ben, "/stager chekc prod").await;
    slack.whispered(&slack.ben, "Did you mean check? Then type:\n/stager check prod").await;
    slack.says(&slack.ben, "/stager check prdo").await;
    slack.whispered(&slack.ben, "I know: prod. Type:\n/stager check prod").await;
    slack.says(&slack.ben, "/stager help").await;
    slack.whispered(&slack.ben, &format!("These wait for their approval:\n{line} (prod)")).await;
    slack.says(&slack.ben, "/stager frobnicate").await;
    slack.whispered(&slack.ben, "What they do: /stager help").await;
    assert!(slack.terminated().is_empty());

    // On Discord the same, by a command's option and by a mention; and the line is what it says it is.
    both.says(&both.ben, "/stager approve please").await;
    both.whispered(&both.ben, &line).await;
    both.ben.types(&both.channel, "@Stagerbot approve").await.unwrap();
    both.seen(|m| m.ephemeral_to.is_none() && m.text_seen().contains(&line)).await;
    for message in slack.workspace.all_messages().iter().filter(|message| message.by_bot) {
        assert!(!message.text_seen().contains("CODE"), "{}", message.text_seen());
    }
    both.says(&both.ben, &line).await;
    both.whispered(&both.ben, "Approved.").await;
    slack.card("Recovered").await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_call_the_bot_on_slack_is_answered() {
    let scene = Scene::new().await;
    let bot = scene.bot().await;
    let direct = format!("direct-{}", scene.zoe.id());
    for line in ["status", "@Stagerbot status", "stauts", "hello?"] {
        assert!(scene.zoe.writes_directly(line).await.acked());
    }
    let answered = |view: &stagerbot::simulator::slack::view::View| {
        let all = view.messages.iter().filter(|m| m.by_bot && m.channel_name == direct);
        (all.count() == 4).then_some(())
    };
    scene.workspace.wait_for(PATIENCE, answered).await.unwrap();
    scene.beside_the_point(&["prod: no open incident"]);
    scene.seen(|m| m.channel_name == direct && m.text_seen().contains("Did you mean status?")).await;
    scene.seen(|m| m.channel_name == direct && m.text_seen().contains("I don't understand “hello?”")).await;
    // In a channel that is nobody's home, and in a thread: there, and to its author alone.
    scene.zoe.types("cf-ops", "@Stagerbot status").await.unwrap();
    scene.whispered(&scene.zoe, "prod: no open incident").await;
    let begun = scene.zoe.types(&scene.channel, "pushes fail").await.unwrap().message_ts.unwrap();
    scene.ben.replies(&begun, "what is it?").await.unwrap();
    scene.zoe.replies(&begun, "@Stagerbot help").await.unwrap();
    let told = scene.seen(|m| m.thread_ts.as_deref() == Some(begun.as_str())).await;
    assert!(told.text_seen().contains("/stager handover"), "{}", told.text_seen());
    assert_eq!(told.ephemeral_to.as_deref(), Some(scene.zoe.id()));
    scene.zoe.types(&scene.channel, "@Stagerbot").await.unwrap();
    scene.seen(|m| m.thread_ts.is_none() && m.text_seen().contains("/stager handover")).await;
    bot.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_call_the_bot_on_discord_is_answered() {
    let both = Both::new().await;
    let bot = both.bot().await;
    let answers = |count: usize| {
        move |view: &ServerView| {
            let said = view.messages.iter().filter(|m| m.by_bot && m.text_seen().contains("@zoe_d"));
            (said.count() == count).then_some(())
        }
    };
    let role = both.server.settings().role_id.clone();
    both.zoe.types(&both.channel, &format!("<@&{role}> status")).await.unwrap();
    both.server.wait_for(PATIENCE, answers(1)).await.unwrap();
    let said = both.seen(|m| m.text_seen().contains("@zoe_d")).await;
    both.zoe.answers(&said, "status").unwrap();
    both.server.wait_for(PATIENCE, answers(2)).await.unwrap();
    both.zoe.types("cf-ops", "status, @Stagerbot").await.unwrap();
    both.server.wait_for(PATIENCE, answers(3)).await.unwrap();
    both.zoe.types(&both.channel, "@Stagerbot").await.unwrap();
    both.server.wait_for(PATIENCE, answers(4)).await.unwrap();
    both.seen(|m| m.text_seen().contains("/stager handover")).await;
    both.scene.beside_the_point(&["@zoe_d prod: no open incident", "Healthy: nothing to do"]);
    // In a thread: there.
    both.scene.says(&both.scene.anna, "/stager check").await;
    let line = both.told("asked for a check").await;
    let thread = line.thread_of.clone().unwrap();
    both.zoe.answers(&line, "status").unwrap();
    both.seen(|m| m.thread_of.as_deref() == Some(thread.as_str()) && m.text_seen().contains("@zoe_d")).await;
    bot.stop().await;
}

/// Two environments: a link to a channel means the one that is at home there.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_channel_means_its_environment() {
    let scene = Scene::new().await;
    let stage = scene.workspace.add_channel("stage-ops");
    let second = format!(
        "[[environment]]\nname = \"stage-2\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\nkubeconfig = \"{}\"\n\
         slack_channel = \"{stage}\"\n",
        scene.folder.path().join("kubeconfig").display()
    );
    let bot = scene.bot_with(&second).await;
    scene.anna.sends("cf-ops", "/stager check").await.unwrap();
    let which = "Which environment? I know: prod, stage-2. Type:\n/stager check prod\n/stager check stage-2";
    scene.whispered(&scene.anna, which).await;
    scene.anna.sends("cf-ops", "/stager approve 000000-1").await.unwrap();
    scene.whispered(&scene.anna, "Nothing waits for an approval.").await;
    scene.anna.sends("cf-ops", "/stager check <#C0NOWHERE|elsewhere>").await.unwrap();
    scene.whispered(&scene.anna, "I know no environment called elsewhere.").await;
    for link in [
        format!("<#{stage}|stage-ops>"),
        format!("*<#{stage}>*."),
        "<#C0NOWHERE|stage-2>".to_owned(),
        "Stage–2".to_owned(),
    ] {
        scene.anna.sends("cf-ops", &format!("/stager check {link}")).await.unwrap();
        scene.whispered(&scene.anna, "stage-2").await;
    }
    scene.card("stage-2: Healthy").await;
    scene.told("Anna asked for a check of stage-2").await;
    scene.beside_the_point(&[
        "Checking stage-2: see incident 1",
        "Incident 1 of stage-2 is open",
        "asked for another check",
        "Healthy: nothing to do",
    ]);
    assert!(!scene.workspace.all_messages().iter().any(|message| message.text_seen().contains("prod: ")));
    bot.stop().await;
}

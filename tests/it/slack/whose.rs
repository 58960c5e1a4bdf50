//! Whose command it is: what names another workspace, enterprise or app starts nothing, on every way in and over both
//! transports; and nothing of our own is refused.

use std::sync::Arc;
use std::time::Duration;

use stagerbot::chat::slack::Slack;
use stagerbot::chat::slack::webhook::PATH;
use stagerbot::chat::{Button, Chat as _};
use stagerbot::inbox::Inbox;
use stagerbot::request::{Request, Unserved, Verb};
use stagerbot::simulator::slack::Workspace;
use stagerbot::simulator::slack::person::Person;
use stagerbot::simulator::slack::settings::{Sender, Settings as Shape};
use stagerbot::simulator::slack::view::View;
use stagerbot::store::Store;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::webhook::{bot_over_http, serve, settings as over_http};
use super::{CHANNEL, card, settings as over_sockets};
use crate::harness::log::Log;
use crate::harness::{PATIENCE, Scene, eventually};

const REFUSED: Request = Request::Unserved { why: Unserved::OtherWorkspace };

/// The front end over one of the transports, which listens to messages in its channel, in a workspace with anna.
struct Front {
    workspace: Workspace,
    slack: Arc<Slack>,
    store: Store,
    url: String,
    anna: Person,
    /// A card with every button.
    card: String,
    _stop: tokio_util::sync::DropGuard,
    _folder: TempDir,
}

#[derive(Clone, Copy, Debug)]
enum Transport {
    Sockets,
    Http,
}

const BOTH: [Transport; 2] = [Transport::Sockets, Transport::Http];

impl Front {
    async fn start(transport: Transport, shape: Shape) -> Self {
        // The form of the test is opened long after the click.
        let shape = Shape { trigger_lives: Duration::from_mins(1), ..shape };
        let workspace = crate::harness::record::workspace(shape).await;
        let anna = workspace.add_person("anna", "en-US");
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/x.db", folder.path().display());
        let store = Store::open(&url).await.unwrap();
        let mut settings = match transport {
            Transport::Sockets => over_sockets(&workspace),
            Transport::Http => over_http(&workspace),
        };
        let channel = workspace.channel_id(CHANNEL).unwrap();
        settings.triggers.channels.insert(channel.clone(), "prod".to_owned());
        let slack = Arc::new(Slack::connect(&settings).await.unwrap());
        let stop = CancellationToken::new();
        match transport {
            Transport::Sockets => {
                let (listens, inbox, until) = (slack.clone(), Inbox::new(store.clone()), stop.clone());
                tokio::spawn(async move { listens.listen(inbox, until).await });
            }
            Transport::Http => {
                let address = serve(&slack, &store, &stop).await;
                workspace.set_request_url(&format!("http://{address}{PATH}")).await.unwrap();
            }
        }
        eventually("the bot listens", || slack.is_listening()).await;
        let restart = Button { verb: Verb::Restart, value: Verb::value(7, None), ..card("").buttons[0].clone() };
        let mut shown = card("BBS is down");
        shown.buttons.push(restart);
        let card = slack.post(&channel, "key", &shown).await.unwrap();
        let stop = stop.drop_guard();
        Self { workspace, slack, store, url, anna, card, _stop: stop, _folder: folder }
    }

    /// Does everything that can be done with the bot, and says what came of it, by the ways in.
    async fn all_that(&self, who: &Person) -> Vec<(&'static str, Vec<Request>)> {
        let mut came = Vec::new();
        for (way, line) in [
            ("command", "/stager approve 7F3A9C-1 database-checked"),
            ("mention", "@Stagerbot check"),
            ("message", "cf push: Stager is unavailable"),
        ] {
            assert!(who.types(CHANNEL, line).await.unwrap().acked(), "{way}");
            came.push((way, self.rows().await));
        }
        assert!(who.clicks(&self.card, "stager-approve").await.unwrap().acked());
        came.push(("click", self.rows().await));
        if self.open_form(who).await {
            assert!(who.submits(&[("reason", "why")]).await.unwrap().acked());
            came.push(("form", self.rows().await));
        }
        came
    }

    /// Opens the form that asks why, as our own token alone can, whatever the click before it names.
    async fn open_form(&self, who: &Person) -> bool {
        let now = self.workspace.sender();
        self.workspace.send_as_itself();
        who.clicks(&self.card, "stager-restart").await.unwrap();
        let row = crate::harness::owed::unanswered(&self.url).await.pop().unwrap();
        self.rows().await;
        self.workspace.send_as(|sender| *sender = now);
        let Request::RestartForm { trigger, .. } = &row.request else { return false };
        let button = Button { verb: Verb::Restart, value: Verb::value(7, None), ..card("").buttons[0].clone() };
        self.slack.open_form(&row.reply.unwrap(), trigger, &button, "Why").await.unwrap();
        true
    }

    /// What is in the inbox, which is empty afterwards.
    async fn rows(&self) -> Vec<Request> {
        let rows = crate::harness::owed::unanswered(&self.url).await;
        for row in &rows {
            self.store.close_row(&row.dedupe_key, stagerbot::clock::now()).await.unwrap();
        }
        rows.into_iter().map(|row| row.request).collect()
    }

    /// That all of it is taken for what it is.
    async fn serves(&self, who: &Person, why: &str) {
        for (way, came) in self.all_that(who).await {
            let expected = match way {
                "command" => matches!(came[..], [Request::Approve { incident: None, .. }]),
                "mention" => matches!(came[..], [Request::Check { .. }]),
                "message" => matches!(came[..], [Request::Alert { .. }]),
                "click" => matches!(came[..], [Request::Approve { incident: Some(7), .. }]),
                _ => matches!(came[..], [Request::Restart { incident: Some(7), .. }]),
            };
            assert!(expected, "{why}: {way}: {came:?}");
        }
    }
}

type Change = (&'static str, fn(&mut Sender), bool);

/// What is said of where things come from, and whether their author, who has an app of ours at hand, is told.
const FOREIGN: [Change; 5] = [
    ("another workspace", |sender| sender.team_id = Some("T0OTHER".to_owned()), true),
    ("another enterprise", |sender| sender.enterprise_id = Some("E0OTHER".to_owned()), true),
    ("another app", |sender| sender.app_id = Some("A0OTHER".to_owned()), false),
    ("no workspace", |sender| sender.team_id = None, true),
    ("no app", |sender| sender.app_id = None, false),
];

#[tokio::test]
async fn what_names_another_workspace_enterprise_or_app_starts_nothing() {
    for transport in BOTH {
        let front = Front::start(transport, Shape::default()).await;
        front.serves(&front.anna, "before").await;
        assert_eq!(front.slack.refused_as_foreign(), 0);
        for (what, change, is_told) in FOREIGN {
            let before = front.slack.refused_as_foreign();
            front.workspace.send_as(change);
            let all = front.all_that(&front.anna).await;
            assert_eq!(all.len(), 5, "{transport:?}, {what}");
            let mut refused = 0;
            for (way, came) in &all {
                // A view names all once more, as it was when it was opened.
                if *way == "form" && what.starts_with("no ") {
                    assert!(matches!(came[..], [Request::Restart { .. }]), "{transport:?}, {what}: {way}: {came:?}");
                    continue;
                }
                let told: &[Request] = if is_told && !matches!(*way, "mention" | "message") { &[REFUSED] } else { &[] };
                assert_eq!(came, told, "{transport:?}, {what}: {way}");
                // A mention is two events.
                refused += if *way == "mention" { 2 } else { 1 };
            }
            assert_eq!(front.slack.refused_as_foreign() - before, refused, "{transport:?}, {what}");
            front.workspace.send_as_itself();
            front.serves(&front.anna, what).await;
        }
    }
}

#[tokio::test]
async fn a_person_of_another_organisation_in_a_shared_channel_is_told_and_starts_nothing() {
    for transport in BOTH {
        for home in ["T0OTHER", "E0OTHER"] {
            let front = Front::start(transport, Shape::default()).await;
            let mallory = front.workspace.add_stranger("mallory", home);
            for (way, came) in front.all_that(&mallory).await {
                let told: &[Request] = if way == "message" { &[] } else { &[REFUSED] };
                assert_eq!(came, told, "{transport:?}, {home}: {way}");
            }
            // The message that carries the error is counted, and a message that mentions the bot is counted as that alone. The
            // click that would have opened the form is one more.
            assert_eq!(front.slack.refused_as_foreign(), 5, "{transport:?}, {home}");
            // Our own people share the channel.
            front.serves(&front.anna, "beside a stranger").await;
            assert_eq!(front.slack.refused_as_foreign(), 5);
        }
    }
}

/// Over both transports, the whole bot: what the stranger sees, and that nothing begins.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_reads_why_and_our_own_people_go_on() {
    for transport in BOTH {
        let scene = Scene::new().await;
        let bot = match transport {
            Transport::Sockets => scene.bot().await,
            Transport::Http => bot_over_http(&scene).await,
        };
        let mallory = scene.workspace.add_stranger("mallory", "T0OTHER");
        let told = |count: usize| {
            let id = mallory.id().to_owned();
            move |view: &View| {
                let why = "Only people of the workspace that I am installed in can use me here: ask one of them. Nothing was done.";
                let all = view.messages.iter().filter(|m| m.ephemeral_to.as_deref() == Some(id.as_str()));
                (all.filter(|m| m.text_seen() == why).count() == count).then_some(())
            }
        };
        scene.beside_the_point(&["Only people of the workspace that I am installed in can use me here"]);
        scene.says(&mallory, "/stager check").await;
        scene.workspace.wait_for(PATIENCE, told(1)).await.unwrap();
        scene.says(&mallory, "@Stagerbot check").await;
        scene.workspace.wait_for(PATIENCE, told(2)).await.unwrap();
        scene.says(&mallory, "cf push: CF-StagerUnavailable").await;
        scene.says(&scene.zoe, "/stager status").await;
        scene.whispered(&scene.zoe, "prod: no open incident").await;
        let card = scene.requested().await;
        mallory.clicks(&card, "stager-approve").await.unwrap();
        scene.workspace.wait_for(PATIENCE, told(3)).await.unwrap();
        mallory.clicks(&card, "stager-cancel").await.unwrap();
        scene.workspace.wait_for(PATIENCE, told(4)).await.unwrap();
        assert!(scene.terminated().is_empty(), "{transport:?}");
        scene.clicks(&scene.ben, &card, "stager-approve").await;
        scene.whispered(&scene.ben, "Approved.").await;
        scene.card("Recovered").await;
        bot.stop().await;
    }
}

#[tokio::test]
async fn an_enterprise_is_served_as_a_whole_where_the_app_is_installed_so() {
    let enterprise = || Shape { enterprise_id: Some("E0SIMULATED".to_owned()), ..Shape::default() };
    for transport in BOTH {
        for is_enterprise_install in [false, true] {
            let front = Front::start(transport, Shape { is_enterprise_install, ..enterprise() }).await;
            front.serves(&front.anna, "in an enterprise").await;
            front.workspace.send_as(|sender| sender.enterprise_id = Some("E0OTHER".to_owned()));
            for (way, came) in front.all_that(&front.anna).await {
                let told: &[Request] = if matches!(way, "mention" | "message") { &[] } else { &[REFUSED] };
                assert_eq!(came, told, "{transport:?}, {is_enterprise_install}: {way}");
            }
            front.workspace.send_as_itself();
            front.serves(&front.anna, "in an enterprise, again").await;
            let mallory = front.workspace.add_stranger("mallory", "E0OTHER");
            for (way, came) in front.all_that(&mallory).await {
                let told: &[Request] = if way == "message" { &[] } else { &[REFUSED] };
                assert_eq!(came, told, "{transport:?}, {is_enterprise_install}: {way}");
            }
        }
    }
}

#[tokio::test]
async fn tokens_of_two_apps_are_named_at_start() {
    let workspace = crate::harness::record::workspace(Shape { app_id: "A0OTHER".to_owned(), ..Shape::default() }).await;
    let error = Slack::connect(&over_sockets(&workspace)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the bot token is of the Slack app A0OTHER, and the app-level token of A0STAGERBOT: take both from one app"
    );
}

/// Without the scope that tells the app beforehand, it is the socket's, or what the signing secret signed first.
#[tokio::test]
async fn the_app_is_known_without_any_scope() {
    for transport in BOTH {
        let mut shape = Shape { app_token: "xapp-simulated".to_owned(), ..Shape::default() };
        shape.scopes.remove("users:read");
        let front = Front::start(transport, shape).await;
        front.serves(&front.anna, "without the scope").await;
        front.workspace.send_as(|sender| sender.app_id = Some("A0OTHER".to_owned()));
        for (way, came) in front.all_that(&front.anna).await {
            assert_eq!(came, [], "{transport:?}: {way}");
        }
        front.workspace.send_as_itself();
        front.serves(&front.anna, "again").await;
    }
}

#[tokio::test]
async fn a_flood_from_elsewhere_is_one_line_in_the_log_and_few_answers() {
    let (log, _taking_down) = Log::of_this_thread();
    let front = Front::start(Transport::Http, Shape::default()).await;
    front.workspace.send_as(|sender| sender.team_id = Some("T0OTHER".to_owned()));
    for _ in 0..50 {
        assert!(front.anna.types(CHANNEL, "/stager check").await.unwrap().acked());
    }
    let logged = log.text();
    assert_eq!(logged.matches("was refused").count(), 1, "{logged}");
    assert!(logged.contains("workspace T0OTHER (1)"), "{logged}");
    assert_eq!((front.slack.refused_as_foreign(), front.rows().await.len()), (50, 30));
}

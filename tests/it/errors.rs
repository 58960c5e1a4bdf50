//! Every error that ends a start or that an operator reads, once, as it is told: place, reason and what to do, and no cause twice.

use std::fmt::Write as _;

use stagerbot::bot::StartError;
use stagerbot::causes::{Cause, causes};
use stagerbot::chat::ChatError;
use stagerbot::cluster::client::ConnectError;
use stagerbot::cluster::kubeconfig::files::KubeconfigError;
use stagerbot::config::{Config, Layer};
use stagerbot::incident::account::Platform;
use stagerbot::incident::phrase::Phrase;
use stagerbot::store::StoreError;
use stagerbot::store::error::DatabaseErrorKind;

fn configuration() -> Vec<String> {
    let of = |text: &str, variables: &[(&str, &str)]| {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        causes(&Config::from_layers(&[Layer { name: "stagerbot.toml", text }], variables).unwrap_err())
    };
    let least = "[[environment]]\nname = \"prod\"\nnamespace = \"cf\"\n";
    vec![
        of("[server", &[]),
        of("[server]\nlisten = \"localhost\"\n", &[]),
        of("[servr]\nlisten = \"0.0.0.0:80\"\n", &[]),
        of(&format!("{least}preset = \"cfee-9\"\n"), &[]),
        of(&format!("{least}slack_channel = \"#ops\"\n"), &[]),
        of(least, &[("STAGERBOT__RESTARTS__HOLD", "20")]),
        of(least, &[("STAGERBOT__STORE__URL", "postgres://bot:pw@db/s?channel_binding=require")]),
        of(least, &[("STAGERBOT__PERSON__0__NAME", "Ada")]),
        of(&format!("[slack]\nbot_token = \"xoxb-1\"\n{least}"), &[]),
    ]
}

fn store() -> Vec<String> {
    use DatabaseErrorKind as Kind;
    let kinds = [
        (Kind::Full, "database or disk is full"),
        (Kind::Locked, "database is locked"),
        (Kind::ReadOnly, "attempt to write a readonly database"),
        (Kind::Corrupt, "database disk image is malformed"),
        (Kind::Absent, "unable to open database file"),
        (Kind::Gone, "/data/stagerbot.db was deleted"),
        (Kind::Login, "password authentication failed for user \"bot\""),
        (Kind::Refused, "unsupported startup parameter: extra_float_digits"),
        (Kind::Starting, "the database system is starting up"),
        (Kind::Crowded, "sorry, too many clients already"),
        (Kind::Unreachable, "Connection refused (os error 111)"),
        (Kind::Slow, "no answer within 5000 ms"),
        (Kind::Contended, "deadlock detected"),
        (Kind::Other, "relation \"incidents\" does not exist"),
    ];
    let database = |(kind, said): (Kind, &str)| StoreError::Database { kind, source: Cause::new(said) };
    let mut all: Vec<StoreError> = kinds.into_iter().map(database).collect();
    all.push(sqlx::migrate::MigrateError::VersionMissing(10).into());
    all.push(StoreError::Address("it is no URL".to_owned()));
    all.push(StoreError::Unreadable { what: "incident 7, event 3".to_owned(), source: Cause::new("it is no JSON") });
    let url = "postgres://bot@db.example/stagerbot";
    let start = |source| StartError::Store { url: url.to_owned(), source };
    all.into_iter().map(|error| causes(&start(error))).collect()
}

fn cluster() -> Vec<String> {
    let file = || "/etc/stagerbot/kubeconfig".to_owned();
    let unusable = |what: &str| KubeconfigError::Unusable { file: file(), what: what.to_owned() };
    let all = [
        ConnectError::NotInCluster(Cause::new("no such file or directory")),
        ConnectError::Nowhere(file()),
        ConnectError::Kubeconfig(KubeconfigError::None(file())),
        ConnectError::Kubeconfig(unusable("there is no context other; it has case")),
        ConnectError::Variables(
            "the variable HTTPS_PROXY is no URL; mend it, or name the API server in NO_PROXY".to_owned(),
        ),
        ConnectError::Files,
        ConnectError::Name { environment: "prod".to_owned(), what: "the namespace", value: "C F".to_owned() },
    ];
    all.into_iter().map(|source| causes(&StartError::Cluster { environment: "prod".to_owned(), source })).collect()
}

fn chats() -> Vec<String> {
    let wait = std::time::Duration::from_secs(30);
    let all = [
        ChatError::Gone("the message in Slack's channel C1".to_owned()),
        ChatError::RateLimited(wait),
        ChatError::Slowed(wait),
        ChatError::Closed(Phrase::new("closed-slack-archived").with("channel", "C1").into()),
        ChatError::Closed(
            Phrase::new("closed-slack-refused")
                .with("call", "chat.postMessage")
                .with("channel", "C1")
                .with("code", "ekm_access_denied")
                .into(),
        ),
        ChatError::Unfit("Slack can't take what chat.update says: invalid_blocks".into()),
        ChatError::Unfit("Slack can't take what chat.postMessage says: metadata_too_large".into()),
        ChatError::Passing("Slack could not be asked for auth.test: the name slack.com can't be resolved".into()),
        ChatError::Fatal("Slack does not accept the bot token: invalid_auth".into()),
    ];
    let start = |source| StartError::Chat { platform: Platform::Slack, source };
    all.into_iter().map(|error| causes(&start(error))).collect()
}

#[test]
fn every_error_is_one_sentence_that_says_where_what_and_why_once() {
    let mut told = String::new();
    for (of, errors) in
        [("configuration", configuration()), ("store", store()), ("cluster", cluster()), ("chats", chats())]
    {
        let _ = writeln!(told, "== {of}");
        for error in errors {
            let parts: Vec<&str> = error.split(": ").collect();
            let twice = parts.iter().enumerate().find(|(place, part)| parts[..*place].contains(part));
            assert_eq!(twice, None, "a cause is told twice: {error}");
            assert!(!error.contains(" ;") && !error.contains("  ") || error.contains('\n'), "{error}");
            assert!(!error.contains("Some(") && !error.contains("Os {"), "a library's own text: {error}");
            let _ = writeln!(told, "{error}");
        }
    }
    insta::assert_snapshot!(told);
}

//! The configuration: every problem is told with its key, its place and what was expected.
#![allow(clippy::unwrap_used, reason = "a test that can not go on fails")]

use std::fs;

use jiff::SignedDuration;
use secrecy::ExposeSecret as _;
use stagerbot::chat::platforms::Settings as Chat;
use stagerbot::chat::slack::Mode;
use stagerbot::config::{Config, ConfigError, DEFAULT, Layer};
use stagerbot::incident::account::Platform;
use stagerbot::incident::environment::{Component, FixedParts, Topology};
use stagerbot::incident::policy::Restarts;

/// The least that works.
const LEAST: &str = "[[environment]]\nname = \"prod\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\n";

fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::from_layers(&[Layer { name: "stagerbot.toml", text }], variables)
}

fn error(text: &str, variables: &[(&str, &str)]) -> String {
    load(text, variables).unwrap_err().to_string()
}

/// The problem of the least configuration with this in front of it.
fn problem(text: &str) -> String {
    let all = error(&format!("{text}\n{LEAST}"), &[]);
    all.strip_prefix("the configuration has a problem:\n  ").unwrap_or_else(|| panic!("{all}")).to_owned()
}

#[test]
fn the_least_configuration_has_the_documented_defaults() {
    let config = load(LEAST, &[]).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.alerts.max_body, 4 * 1024 * 1024);
    assert!(config.alerts.secrets.tokens.is_empty() && config.chats.is_empty());
    assert_eq!(config.store.url, "sqlite://stagerbot.db");
    assert_eq!(config.policy.restarts, Restarts::DryRun);
    assert_eq!(config.policy.approval_expiry, SignedDuration::from_mins(15));
    assert_eq!(config.policy.hold, SignedDuration::from_secs(15));
    assert_eq!(config.checks.probe_timeout, SignedDuration::from_secs(3));
    let prod = &config.environments[0];
    assert_eq!(prod.environment.name, "prod");
    assert_eq!(prod.environment.topology, Topology::preset("cfee-2").unwrap());
    assert_eq!((&prod.kubeconfig, &prod.context), (&None, &None));
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_one() {
    insta::assert_snapshot!(
        problem("[restarts]\naproval_expiry = \"15m\""),
        @"restarts.aproval_expiry (stagerbot.toml): there is no such key; did you mean restarts.approval_expiry?"
    );
    insta::assert_snapshot!(
        problem("[server]\nlevel = \"info\""),
        @"server.level (stagerbot.toml): there is no such key; did you mean log.level?"
    );
    insta::assert_snapshot!(
        problem("[server]\nfrobnicate = 1"),
        @"server.frobnicate (stagerbot.toml): there is no such key; known here: health_listen, listen"
    );
    insta::assert_snapshot!(
        problem("[[persons]]\nname = \"Ada\""),
        @"persons (stagerbot.toml): there is no such key; did you mean person?"
    );
    insta::assert_snapshot!(
        error(&format!("{LEAST}contxt = \"x\"\n[environment.topology]\nbbs = {{ sett = \"x\" }}"), &[]),
        @r"
    the configuration has 2 problems:
      environment[0].contxt (stagerbot.toml): there is no such key; did you mean environment.context?
      environment[0].topology.bbs.sett (stagerbot.toml): there is no such key; did you mean environment.topology.bbs.set?
    "
    );
    insta::assert_snapshot!(
        error(LEAST, &[("STAGERBOT__RESTARTS__HOLDD", "2s"), ("STAGERBOT_SERVICE_HOST", "10.0.0.1")]),
        @r"
    the configuration has a problem:
      restarts.holdd (variable STAGERBOT__RESTARTS__HOLDD): there is no such key; did you mean restarts.hold?
    "
    );
}

#[test]
fn a_wrong_value_is_refused_with_what_was_expected() {
    insta::assert_snapshot!(
        problem("[server]\nlisten = 8080"),
        @r#"server.listen (stagerbot.toml): expected an address and a port such as "0.0.0.0:8080", found 8080"#
    );
    insta::assert_snapshot!(
        problem("[restarts]\nmode = true"),
        @"restarts.mode (stagerbot.toml): expected one of off, dry-run, on, found true"
    );
    insta::assert_snapshot!(
        problem("[restarts]\nhold = 15"),
        @r#"restarts.hold (stagerbot.toml): expected a duration from 10ms to 24h, such as "90s" or "15m", found 15"#
    );
    insta::assert_snapshot!(
        problem("[restarts]\ncool_down = \"-5m\""),
        @r#"restarts.cool_down (stagerbot.toml): expected a duration from 0s to 24h, such as "90s" or "15m", found "-5m""#
    );
    insta::assert_snapshot!(
        problem("[checks]\nprobe_timeout = \"2500ms\""),
        @r#"checks.probe_timeout (stagerbot.toml): expected whole seconds from "1s" to "8s", found "2500ms""#
    );
    insta::assert_snapshot!(
        problem("[alerts]\nmax_body = \"1 GiB\""),
        @r#"alerts.max_body (stagerbot.toml): expected a size from 1 KiB to 16 MiB, such as "4 MiB", found "1 GiB""#
    );
    insta::assert_snapshot!(
        problem("[log]\nformat = { json = true }"),
        @"log.format (stagerbot.toml): expected one of text, json, found a table"
    );
    insta::assert_snapshot!(
        problem("log = \"debug\""),
        @"log (stagerbot.toml): expected a table of keys; what it holds is not repeated here"
    );
    insta::assert_snapshot!(
        problem("[store]\nurl = \"postgres://bot:hunter2@db/stagerbot\""),
        @"store.url (stagerbot.toml): a password does not belong among the settings: leave it out of the URL, write it to a file of its own and name that in store.password_file, or set the variable STAGERBOT__STORE__PASSWORD"
    );
}

#[test]
fn all_problems_are_told_at_once() {
    insta::assert_snapshot!(
        error(
            r#"
            [restarts]
            mode = "yes"
            [[person]]
            name = "Ada"
            slack = "ada"
            may = ["request", "aprove"]
            [[person]]
            may = []
            [[environment]]
            name = "prod eu"
            namespace = "CF"
            preset = "cfee-3"
            slack_channel = "ops"
            "#,
            &[("STAGERBOT__LOG__LEVEL", "loud")],
        ),
        @r#"
    the configuration has 10 problems:
      environment[0].name (stagerbot.toml): expected a name of letters, digits, dots and dashes, up to 40, found "prod eu"
      environment[0].namespace (stagerbot.toml): expected a namespace: lower-case letters, digits and dashes, up to 63, found "CF"
      environment[0].preset (stagerbot.toml): expected auto, or one of cfee-1, cfee-2, scf, kubecf, found "cfee-3"
      environment[0].slack_channel (stagerbot.toml): expected a Slack channel id such as "C024BE91L", not a name, found "ops"
      log.level (variable STAGERBOT__LOG__LEVEL): expected one of error, warn, info, debug, trace, found "loud"
      person[0].may (stagerbot.toml): expected a list of look, request, approve, found "aprove"
      person[0].slack (stagerbot.toml): expected Slack member ids such as "U024BE7LH", not names, found "ada"
      person[1].name (stagerbot.toml): it is missing; expected a name, as people call them
      person[1].slack (stagerbot.toml): it is missing, and so is discord: a person without an account can do nothing
      restarts.mode (stagerbot.toml): expected one of off, dry-run, on, found "yes"
    "#
    );
}

#[test]
fn what_is_not_toml_is_told_by_its_line_alone() {
    let text = "[slack]\n\nbot_token = \"xoxb-hunter2\" oops\n";
    let said = error(text, &[]);
    assert!(said.starts_with("stagerbot.toml, line 3: this is not TOML: "), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_missing_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("absent.toml");
    let said = Config::load(Some(&file)).unwrap_err().to_string();
    assert_eq!(said, format!("the configuration file {} can't be read", file.display()));
}

#[test]
fn without_an_environment_there_is_nothing_to_do() {
    insta::assert_snapshot!(error("", &[]), @r"
    the configuration has a problem:
      environment: none is configured; expected at least one [[environment]] in the file that --config names
    ");
}

#[test]
fn variables_go_before_the_file() {
    let text = format!("[restarts]\nhold = \"20s\"\nmode = \"on\"\n[server]\nlisten = \"127.0.0.1:1\"\n{LEAST}");
    let variables =
        [("STAGERBOT__RESTARTS__HOLD", "1h 30 m"), ("STAGERBOT__ALERTS__MAX_BODY", "2048"), ("OTHER__LOG__LEVEL", "x")];
    let config = load(&text, &variables).unwrap();
    assert_eq!(config.policy.hold, SignedDuration::from_mins(90));
    assert_eq!(config.policy.restarts, Restarts::On);
    assert_eq!(config.alerts.max_body, 2048);
    assert_eq!(config.server.listen.port(), 1);
    insta::assert_snapshot!(
        error(LEAST, &[("STAGERBOT__PERSON__0__NAME", "Eve"), ("STAGERBOT__RESTARTS__HOLD", "soon")]),
        @r#"
    the configuration has 2 problems:
      person (variable STAGERBOT__PERSON__0__NAME): expected tables, each under [[person]] in a file; a variable can't set them
      restarts.hold (variable STAGERBOT__RESTARTS__HOLD): expected a duration from 10ms to 24h, such as "90s" or "15m", found "soon"
    "#
    );
}

#[test]
fn a_secret_comes_by_a_variable_or_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let bot = folder.path().join("bot");
    fs::write(&bot, "xoxb-1-2-three\n").unwrap();
    let text = format!("[slack]\nbot_token_file = \"{}\"\n{LEAST}slack_channel = \"C024BE91L\"\n", bot.display());
    let config = load(&text, &[("STAGERBOT__SLACK__APP_TOKEN", "xapp-1"), ("STAGERBOT__ALERTS__TOKEN", "a1")]).unwrap();
    let debug = format!("{config:?}");
    let Some(Chat::Slack(slack)) = config.chat(Platform::Slack) else { panic!("{config:?}") };
    assert_eq!(slack.bot_token.expose_secret(), "xoxb-1-2-three");
    let Mode::Socket { app_token, .. } = &slack.mode else { panic!("sockets are the default") };
    assert_eq!(app_token.expose_secret(), "xapp-1");
    assert_eq!(slack.api_url, "https://slack.com/api");
    assert_eq!(config.alerts.secrets.tokens[0].expose_secret(), "a1");
    assert!(!debug.contains("three") && !debug.contains("xapp-1"), "{debug}");
}

#[test]
fn a_secret_among_the_settings_is_refused_and_never_repeated() {
    let said = [
        problem("[alerts]\ntoken = \"hunter2\""),
        error(&format!("[slack]\nbot_token = \"xoxb-hunter2\"\napp_token = 5\n{LEAST}"), &[]),
        error(LEAST, &[("STAGERBOT__SLACK__BOT_TOKEN", "xapp-hunter2"), ("STAGERBOT__SLACK__APP_TOKEN", "")]),
        error(
            &format!("[alerts]\ntoken_file = \"/absent/token\"\n{LEAST}"),
            &[("STAGERBOT__ALERTS__TOKEN", "hunter2")],
        ),
        problem("[alerts]\ntoken_file = \"hunter2\""),
        error(
            &format!("[slack]\napi_url = \"http://bot:hunter2@proxy.example/api\"\n{LEAST}"),
            &[("STAGERBOT__SLACK__APP_TOKEN", "xapp-1")],
        ),
    ];
    assert!(said.iter().all(|text| !text.contains("hunter2")), "{said:?}");
    insta::assert_snapshot!(said.join("\n\n"), @r"
    alerts.token (stagerbot.toml): a secret does not belong among the settings: write it to a file of its own and name that in alerts.token_file, or set the variable STAGERBOT__ALERTS__TOKEN

    the configuration has 2 problems:
      slack.app_token (stagerbot.toml): a secret does not belong among the settings: write it to a file of its own and name that in slack.app_token_file, or set the variable STAGERBOT__SLACK__APP_TOKEN
      slack.bot_token (stagerbot.toml): a secret does not belong among the settings: write it to a file of its own and name that in slack.bot_token_file, or set the variable STAGERBOT__SLACK__BOT_TOKEN

    the configuration has 2 problems:
      slack.app_token (variable STAGERBOT__SLACK__APP_TOKEN): expected an app-level token, which begins with xapp- (a bot token begins with xoxb-); what it holds is not repeated here
      slack.bot_token (variable STAGERBOT__SLACK__BOT_TOKEN): expected a bot token, which begins with xoxb- (an app-level token begins with xapp-); what it holds is not repeated here

    the configuration has a problem:
      alerts.token (variable STAGERBOT__ALERTS__TOKEN): both it and alerts.token_file are set; expected one of them

    alerts.token_file (stagerbot.toml): the file that it names can't be read: No such file or directory (os error 2)

    the configuration has 2 problems:
      slack.api_url (stagerbot.toml): expected an https URL, or an http one of this machine; what it holds is not repeated here
      slack.bot_token_file (stagerbot.toml): it is missing; Slack needs the bot's token: name its file here, or set the variable STAGERBOT__SLACK__BOT_TOKEN
    ");
}

#[test]
fn each_mode_of_slack_needs_its_own_secret_and_ignores_the_other_s() {
    let slack = |mode: &str, variables: &[&str]| {
        let value = |name: &str| match name {
            "BOT_TOKEN" => "xoxb-1",
            "APP_TOKEN" => "xapp-1",
            "SIGNING_SECRET" => "0123456789abcdef0123456789abcdef",
            _ => "20s",
        };
        let variables: Vec<(String, &str)> =
            variables.iter().map(|name| (format!("STAGERBOT__SLACK__{name}"), value(name))).collect();
        let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        load(&format!("[slack]\n{mode}\n{LEAST}slack_channel = \"C024BE91L\"\n"), &variables)
    };
    let http = "mode = \"http\"";
    let config = slack(http, &["BOT_TOKEN", "SIGNING_SECRET"]).unwrap();
    let Some(Chat::Slack(settings)) = config.chat(Platform::Slack) else { panic!("{config:?}") };
    let Mode::Http { signing_secret } = &settings.mode else { panic!("{config:?}") };
    assert_eq!(signing_secret.expose_secret(), "0123456789abcdef0123456789abcdef");
    assert!(!format!("{config:?}").contains("0123456789abcdef"));
    assert!(!config.warnings.iter().any(|warning| warning.starts_with("slack")), "{:?}", config.warnings);
    let ignored = |mode: &str, variables: &[&str]| {
        let mut warnings = slack(mode, variables).unwrap().warnings;
        warnings.retain(|warning| warning.starts_with("slack"));
        warnings.join("\n")
    };
    let all = ["BOT_TOKEN", "SIGNING_SECRET", "APP_TOKEN", "PING_EVERY"];
    insta::assert_snapshot!(ignored(http, &all), @r#"
    slack.app_token is ignored, for slack.mode is "http"
    slack.ping_every is ignored, for slack.mode is "http"
    "#);
    insta::assert_snapshot!(ignored("", &all), @r#"slack.signing_secret is ignored, for slack.mode is "socket""#);
    let refused = [
        slack(http, &["BOT_TOKEN", "APP_TOKEN"]),
        slack("mode = \"socket\"", &["BOT_TOKEN", "SIGNING_SECRET"]),
        slack("mode = \"webhook\"", &["BOT_TOKEN", "APP_TOKEN"]),
        load(
            LEAST,
            &[
                ("STAGERBOT__SLACK__MODE", "http"),
                ("STAGERBOT__SLACK__BOT_TOKEN", "xoxb-1"),
                ("STAGERBOT__SLACK__SIGNING_SECRET", "xapp-hunter2"),
            ],
        ),
    ];
    let refused: Vec<String> = refused.into_iter().map(|refused| refused.unwrap_err().to_string()).collect();
    insta::assert_snapshot!(refused.join("\n"), @r#"
    the configuration has a problem:
      slack.signing_secret_file (variable STAGERBOT__SLACK__APP_TOKEN): it is missing; mode "http" needs the app's signing secret: name its file here, or set the variable STAGERBOT__SLACK__SIGNING_SECRET
    the configuration has a problem:
      slack.app_token_file (variable STAGERBOT__SLACK__BOT_TOKEN): it is missing; mode "socket", the default, needs an app-level token: name its file here, or set the variable STAGERBOT__SLACK__APP_TOKEN
    the configuration has a problem:
      slack.mode (stagerbot.toml): expected one of socket, http, found "webhook"
    the configuration has a problem:
      slack.signing_secret (variable STAGERBOT__SLACK__SIGNING_SECRET): expected a signing secret, of letters and digits (it is under Basic Information, App Credentials); what it holds is not repeated here
    "#);
}

#[test]
fn the_store_is_a_file_or_a_server_whose_password_comes_apart() {
    let store = |text: &str, variables: &[(&str, &str)]| load(&format!("{text}\n{LEAST}"), variables).unwrap().store;
    let defaults = store("", &[]);
    assert_eq!(
        (defaults.url.as_str(), defaults.keep),
        ("sqlite://stagerbot.db", Some(SignedDuration::from_hours(365 * 24)))
    );
    assert!(!defaults.replica.is_empty());
    let set = store("[store]\nkeep = \"forever\"\nreplica = \"stagerbot-0\"", &[]);
    assert_eq!((set.keep, set.replica.as_str()), (None, "stagerbot-0"));
    assert_eq!((defaults.connections, defaults.give_back), (8, false));
    let few = store("[store]\nconnections = 2\ngive_back = true", &[]);
    assert_eq!((few.connections, few.give_back), (2, true));
    assert_eq!(store("", &[("STAGERBOT__STORE__CONNECTIONS", "64")]).connections, 64);

    let exposed = |url: &str| load(LEAST, &[("STAGERBOT__STORE__URL", url)]).unwrap();
    let config = exposed("postgres://bot:hunter2%21+@db.example/stagerbot");
    assert_eq!(config.store.url, "postgres://bot@db.example/stagerbot");
    assert_eq!(config.store.password.as_ref().unwrap().expose_secret(), "hunter2!+");
    assert!(!format!("{config:?}").contains("hunter2"));
    let warns = |config: &Config| config.warnings.iter().any(|warning| warning.contains("sslmode=verify-full"));
    assert!(warns(&config));
    for url in ["postgres://db/s?sslmode=verify-full", "postgresql:///s?host=/run/postgresql", "postgres://[::1]/s"] {
        assert!(!warns(&exposed(url)), "{url}");
    }

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    fs::write(&file, "hunter2\n").unwrap();
    let by_file = format!("[store]\nurl = \"postgres://bot@localhost/s\"\npassword_file = \"{}\"", file.display());
    assert_eq!(store(&by_file, &[]).password.unwrap().expose_secret(), "hunter2");

    let said = [
        problem("[store]\nurl = \"mysql://bot:hunter2@db/s\""),
        problem("[store]\nurl = \"postgres://bot@db/s?password=hunter2\""),
        problem("[store]\npassword = \"hunter2\""),
        problem("[store]\nkeep = \"12h\""),
        problem("[store]\nconnections = 0"),
        error(&format!("{by_file}\n{LEAST}"), &[("STAGERBOT__STORE__URL", "postgres://bot:hunter2@db/s")]),
    ];
    assert!(said.iter().all(|text| !text.contains("hunter2")), "{said:?}");
    insta::assert_snapshot!(said.join("\n"), @r#"
    store.url (stagerbot.toml): it begins with none of sqlite://, postgres:// and postgresql://; expected a URL such as "sqlite:///var/lib/stagerbot/stagerbot.db" or "postgres://stagerbot@db.example/stagerbot"; what it holds is not repeated here
    store.url (stagerbot.toml): its password stands among the parameters: write it behind the user's name; expected a URL such as "sqlite:///var/lib/stagerbot/stagerbot.db" or "postgres://stagerbot@db.example/stagerbot"; what it holds is not repeated here
    store.password (stagerbot.toml): a secret does not belong among the settings: write it to a file of its own and name that in store.password_file, or set the variable STAGERBOT__STORE__PASSWORD
    store.keep (stagerbot.toml): expected days from "1d" to "3650d", or "forever", found "12h"
    store.connections (stagerbot.toml): expected a number from 1 to 64, found 0
    the configuration has a problem:
      store.url (variable STAGERBOT__STORE__URL): it holds a password, and store.password or its file is set, too; expected one of them
    "#);
}

#[test]
fn lists_and_tables_by_variables_are_written_as_people_write_them() {
    let slack = "[slack]\n[[environment]]\nname = \"prod\"\nnamespace = \"cf\"\n";
    let tokens = [("STAGERBOT__SLACK__BOT_TOKEN", "xoxb-1"), ("STAGERBOT__SLACK__APP_TOKEN", "xapp-1")];
    let bots = |value: &str| {
        let variables = [tokens[0], tokens[1], ("STAGERBOT__SLACK__ALERT_BOTS", value)];
        load(slack, &variables).map(|config| format!("{:?}", config.chats))
    };
    for (value, understood) in [
        ("B0AAAAAA1", &["B0AAAAAA1"][..]),
        ("B0AAAAAA1,B0AAAAAA2", &["B0AAAAAA1", "B0AAAAAA2"]),
        ("[\"B0AAAAAA1\", \"B0AAAAAA2\"]", &["B0AAAAAA1", "B0AAAAAA2"]),
        ("", &[]),
    ] {
        let read = bots(value).unwrap();
        let named = ["B0AAAAAA1", "B0AAAAAA2"].into_iter().filter(|bot| read.contains(bot)).collect::<Vec<_>>();
        assert_eq!(named, understood, "{value}");
    }
    assert!(bots("b0aaaaaa1").unwrap_err().to_string().contains("found \"b0aaaaaa1\""));
    let variables = [tokens[0], tokens[1], ("STAGERBOT__SLACK__LISTEN__C024BE91M", "prod")];
    let config = load(slack, &variables).unwrap();
    assert!(format!("{:?}", config.chats).contains("\"C024BE91M\": \"prod\""), "{:?}", config.chats);
}

#[test]
fn a_store_s_url_is_taken_as_hosters_write_it_or_what_is_wrong_is_named() {
    let url = |url: &str| load(LEAST, &[("STAGERBOT__STORE__URL", url)]);
    for good in [
        "postgres://bot:pw@db.example/s?connect_timeout=10&sslmode=verify-full&channel_binding=prefer",
        "postgres://bot:pw@db.example/s?target_session_attrs=read-write&sslmode=verify-full&sslrootcert=system",
        "postgres://bot@/s?host=/run/postgresql",
        "postgres://bot:pw@[::1]:9/s",
        "postgres://bot:pw@db.example/s?pgbouncer=true&application_name=bot",
    ] {
        url(good).unwrap_or_else(|error| panic!("{good}: {error}"));
    }
    for (bad, named) in [
        ("postgres://bot:pw@db/s?sslmode=require&channel_binding=require", "channel_binding=require can't be had"),
        ("postgres://bot:pw@one:9,two:8/s", "it names several hosts"),
        ("postgres://bot:pw@db/s?host=one,two", "it names several hosts"),
        ("postgres://bot:pw@db/s?sslmode=prefered", "sslmode has to be one of disable, allow"),
        (
            "postgres://bot:pw@db/s?target_session_attrs=standby",
            "target_session_attrs has to be any, read-write or primary",
        ),
        ("postgres://bot:pw@db/s?service=pw", "its parameter service is not known, or not taken here"),
        ("sqlite:///x.db?mode=ro", "its parameter mode has to be rw or rwc: the bot writes"),
        ("sqlite:///x.db?mode=rwc&journal=wal", "its parameter journal is not known, or not taken here"),
        ("postgresql+asyncpg://bot:pw@db/s", "it begins with none of sqlite://, postgres:// and postgresql://"),
        ("postgres://bot:pw@db:port/s", "it is no URL: invalid port number"),
    ] {
        let said = url(bad).unwrap_err().to_string();
        assert!(said.contains(named) && !said.contains("pw"), "{bad}: {said}");
    }
}

#[test]
fn persons_are_told_apart() {
    let person = |lines: &str| format!("[[person]]\n{lines}\n");
    let ada = person("name = \"Ada\"\nslack = \"U024BE7LH\"\ndiscord = \"80351110224678912\"\nmay = [\"request\"]");
    let grace = person("name = \"Grace\"\nslack = \"U024BE7LJ\"\nmay = [\"approve\"]");
    let config = load(&format!("{ada}{grace}{LEAST}"), &[]).unwrap();
    assert_eq!(config.warnings, [""; 0]);
    let people = &config.policy.people;
    assert_eq!(people[0].accounts[1].platform, Platform::Discord);
    assert_eq!((people[0].may_request, people[0].may_approve), (true, false));
    assert_eq!((people[1].may_request, people[1].may_approve), (false, true));

    let twin = person("name = \"ADA\"\nslack = \"U024BE7LH\"\nmay = [\"approve\"]");
    let ghost = person("name = \"Ghost\"\nmay = [\"approve\"]");
    insta::assert_snapshot!(error(&format!("{ada}{twin}{ghost}{LEAST}"), &[]), @r#"
    the configuration has 3 problems:
      person[1].name (stagerbot.toml): "ADA" is the name of an earlier person already
      person[1].slack (stagerbot.toml): U024BE7LH is in "Ada" and in "ADA"; one account is one person's
      person[2].slack (stagerbot.toml): it is missing, and so is discord: a person without an account can do nothing
    "#);
}

#[test]
fn a_person_has_any_number_of_accounts() {
    let person =
        |name: &str, accounts: &str| format!("[[person]]\nname = \"{name}\"\n{accounts}\nmay = [\"request\"]\n");
    let ada = person(
        "Ada",
        "slack = [\"U024BE7LH\", \"W012A3CDE\", \"U024BE7LH\"]\ndiscord = [80351110224678912, \"80351110224678913\"]",
    );
    let config = load(&format!("{ada}{LEAST}"), &[]).unwrap();
    let accounts: Vec<String> =
        config.policy.people[0].accounts.iter().map(|one| format!("{}:{}", one.platform, one.user)).collect();
    let four = ["slack:U024BE7LH", "slack:W012A3CDE", "discord:80351110224678912", "discord:80351110224678913"];
    assert_eq!(accounts, four);
    let wrong = [
        person("Grace", "slack = [\"U024BE7LJ\", \"W012A3CDE\"]\ndiscord = \"80351110224678913\""),
        person("Eve", "slack = [\"eve\", 7, \"U024BE7LK\"]\ndiscord = [\"eve\"]"),
        person("Ghost", "slack = []\ndiscord = []"),
        person("Table", "slack = { id = \"U024BE7LL\" }"),
    ];
    insta::assert_snapshot!(error(&format!("{ada}{}{LEAST}", wrong.concat()), &[]), @r#"
    the configuration has 7 problems:
      person[1].discord (stagerbot.toml): 80351110224678913 is in "Ada" and in "Grace"; one account is one person's
      person[1].slack (stagerbot.toml): W012A3CDE is in "Ada" and in "Grace"; one account is one person's
      person[2].discord (stagerbot.toml): expected Discord user ids: 17 to 20 digits, in quotes, found "eve"
      person[2].slack (stagerbot.toml): expected Slack member ids such as "U024BE7LH", not names, found "eve"
      person[2].slack (stagerbot.toml): expected Slack member ids such as "U024BE7LH", not names, found 7
      person[3].slack (stagerbot.toml): it is missing, and so is discord: a person without an account can do nothing
      person[4].slack (stagerbot.toml): expected Slack member ids such as "U024BE7LH", not names, found a table
    "#);
}

#[test]
fn no_variable_reaches_into_a_list() {
    let ada = "[[person]]\nname = \"Ada\"\nslack = [\"U024BE7LH\"]\nmay = [\"request\"]\n";
    let variables = [
        ("STAGERBOT__PERSON[0]__SLACK", "U0EVE0001"),
        ("STAGERBOT__PERSON[0]__SLACK[40000000]", "U0EVE0001"),
        ("STAGERBOT__PERSON[40000000]__NAME", "Eve"),
    ];
    insta::assert_snapshot!(error(&format!("{ada}{LEAST}"), &variables), @"
    the configuration has 3 problems:
      person[0].slack (variable STAGERBOT__PERSON[0]__SLACK): a variable can't reach into a list; what is in it is set in a file
      person[0].slack[40000000] (variable STAGERBOT__PERSON[0]__SLACK[40000000]): a variable can't reach into a list; what is in it is set in a file
      person[40000000].name (variable STAGERBOT__PERSON[40000000]__NAME): a variable can't reach into a list; what is in it is set in a file
    ");
}

#[test]
fn what_can_hardly_be_meant_is_warned_about() {
    let environment = |name: &str, rest: &str| LEAST.replace("prod", name) + rest + "\n";
    let text = [
        "[[person]]\nname = \"Ada\"\nslack = \"U024BE7LH\"\nmay = [\"request\", \"approve\"]\n".to_owned(),
        "[[person]]\nname = \"Grace\"\nslack = \"U024BE7LJ\"\nmay = []\n".to_owned(),
        environment("one", "match = { cluster = \"eu\" }\nslack_channel = \"C1A\""),
        environment("two", "match = { cluster = \"eu\" }"),
        environment("three", "match = { cluster = \"eu\", \"app.kubernetes.io/Name\" = \"CF\" }"),
        environment("four", ""),
    ];
    let config = load(&text.concat(), &[]).unwrap();
    assert_eq!(config.environments[2].matchers["app.kubernetes.io/Name"], "CF");
    insta::assert_snapshot!(config.warnings.join("\n"), @r"
    whatever matches environment two matches one too: such alerts will be ignored, since they mean both
    whatever matches environment three matches one too: such alerts will be ignored, since they mean both
    whatever matches environment three matches two too: such alerts will be ignored, since they mean both
    environment four has no match: no alert will mean it, since there are several
    no restart can ever be approved: that takes two [[person]], one of whom may request and another may approve
    person Grace may do nothing: its list `may` is empty
    environment one has a slack_channel, and Slack is not configured
    ");
}

#[test]
fn a_topology_is_a_preset_with_its_overrides() {
    let topology = |text: &str| load(text, &[]).unwrap().environments.remove(0).environment.topology;
    let scf = LEAST.replace("cfee-2", "scf");
    let changed = topology(&format!(
        "{scf}[environment.topology]\nlocket = \"inside-bbs\"\nactive_label = \"none\"\nbbs_port = 8890\n\
         cloud_controller = {{ container = \"cc\" }}\n"
    ));
    let preset = Topology::preset("scf").unwrap();
    let expected = Topology {
        locket: None,
        active_label: None,
        bbs_port: 8890,
        cloud_controller: Component { container: "cc".to_owned(), ..preset.cloud_controller.clone() },
        ..preset
    };
    assert_eq!(changed, expected);
    let zones =
        topology(&format!("{scf}[environment.topology]\nbbs = {{ set = [\"a\", \"b\"], container = \"c\" }}\n"));
    assert_eq!(zones.bbs.sets().collect::<Vec<_>>(), ["a", "b"]);

    insta::assert_snapshot!(
        error(&format!("{LEAST}[environment.topology]\nbbs = {{ set = \"Diego_API\" }}\nlocket = {{ set = \"l\" }}"), &[]),
        @r#"
    the configuration has 2 problems:
      environment[0].topology.bbs.set (stagerbot.toml): expected a name: lower-case letters, digits and dashes, up to 63, found "Diego_API"
      environment[0].topology.locket.container (stagerbot.toml): it is missing
    "#
    );
}

#[test]
fn without_a_preset_the_topology_is_found_but_for_what_is_fixed() {
    let bare = LEAST.replace("preset = \"cfee-2\"\n", "");
    let environment = |text: &str| load(text, &[]).unwrap().environments.remove(0).environment;
    for text in [bare.clone(), LEAST.replace("cfee-2", "auto")] {
        let found = environment(&text);
        assert_eq!((found.discover, found.topology), (Some(FixedParts::default()), Topology::usual()));
    }
    assert_eq!(environment(LEAST).discover, None);

    let fixed = environment(&format!(
        "{bare}database = \"db.example.com:5432\"\n[environment.topology]\nlocket = \"inside-bbs\"\n\
         bbs = {{ set = \"c\", container = \"d\" }}\nbbs_service = \"e\"\nactive_label = \"none\"\n"
    ));
    let bbs = Component { set: "c".into(), more: Vec::new(), container: "d".into() };
    let parts = FixedParts {
        bbs: Some(bbs.clone()),
        locket: Some(None),
        bbs_service: Some("e".into()),
        active_label: Some(None),
        ..FixedParts::default()
    };
    assert_eq!((fixed.discover, fixed.topology.bbs), (Some(parts), bbs));
    assert_eq!(fixed.database, Some(("db.example.com".to_owned(), 5432)));
    let six = environment(&format!("{bare}database = \"[2001:db8::5]:5432\"\n"));
    assert_eq!(six.database, Some(("2001:db8::5".to_owned(), 5432)));
    insta::assert_snapshot!(
        error(
            &format!("{bare}database = \"$(id):5432\"\n[environment.topology]\nbbs = {{ set = \"c\" }}\nlocket = \"no\""),
            &[],
        ),
        @r#"
    the configuration has 3 problems:
      environment[0].database (stagerbot.toml): expected a host and a port, such as "postgres.db.svc:5432", found "$(id):5432"
      environment[0].topology.bbs.container (stagerbot.toml): it is missing
      environment[0].topology.locket (stagerbot.toml): expected a table, or "inside-bbs", found "no"
    "#
    );
}

/// The documented keys that have no default, made keys.
fn every_key() -> String {
    let lines = DEFAULT.lines().map(|line| match line.strip_prefix('#') {
        Some(key) if !key.is_empty() && !key.starts_with(' ') => key,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_documented_key_is_known_and_every_example_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = every_key();
    for (name, secret) in [
        ("alerts-token", "t"),
        ("alerts-basic", "grafana:p"),
        ("grafana-secret", "g"),
        ("pagerduty-secret", "p"),
        ("generic-secret", "s"),
        ("store-password", "p"),
        ("pagerduty-routing-key", "0123456789abcdef0123456789abcdef"),
        ("webhook-url", "https://hooks.example/x"),
        ("webhook-secret", "s"),
        ("heartbeat-url", "https://hc.example/ping/x"),
        ("page-token", "t"),
        ("slack-bot-token", "xoxb-1"),
        ("slack-app-token", "xapp-1"),
        ("slack-configuration-token", "xoxe.1"),
        ("slack-signing-secret", "0123456789abcdef0123456789abcdef"),
        ("discord-token", "a.b.c"),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, secret).unwrap();
        text = text.replace(&format!("/etc/stagerbot/{name}"), &file.display().to_string());
    }
    let words = folder.path().join("words");
    fs::create_dir(&words).unwrap();
    text = text.replace("/etc/stagerbot/words", &words.display().to_string());
    let config = load(&text, &[]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.policy.people.len(), 1);
    assert_eq!(config.chats.len(), 2);
    assert_eq!((config.incidents.pictures, config.incidents.page_tokens.len()), (false, 1));
    assert_eq!(config.environments[0].kubeconfig.as_deref(), Some("/etc/stagerbot/kubeconfig".as_ref()));
}

#[test]
fn every_documented_key_is_commented() {
    let lines: Vec<&str> = DEFAULT.lines().collect();
    for pair in lines.windows(2) {
        let is_key = |line: &str| {
            let line = line.strip_prefix('#').unwrap_or(line);
            !line.is_empty() && !line.starts_with([' ', '['])
        };
        if is_key(pair[1]) {
            assert!(pair[0].starts_with("# "), "{:?} has no comment above it", pair[1]);
        }
    }
}

#[test]
fn the_deployments_files_load() {
    let folder = tempfile::tempdir().unwrap();
    let secrets =
        [("alerts-token", "t"), ("store-password", "p"), ("slack-bot-token", "xoxb-1"), ("slack-app-token", "xapp-1")];
    for (name, secret) in secrets {
        fs::write(folder.path().join(name), secret).unwrap();
    }
    let deployed = |text: &str| {
        let text = text.replace("/run/secrets/stagerbot", &folder.path().display().to_string());
        load(&text, &[]).unwrap_or_else(|error| panic!("{error}"))
    };
    let base = deployed(include_str!("../../deploy/kubernetes/base/stagerbot.toml"));
    assert_eq!(base.policy.people, []);
    let example = deployed(include_str!("../../deploy/kubernetes/overlays/example/stagerbot.toml"));
    assert_eq!(example.warnings, [""; 0]);
    assert_eq!(example.policy.restarts, Restarts::DryRun);
    let several = deployed(include_str!("../../deploy/kubernetes/overlays/postgresql/stagerbot.toml"));
    assert_eq!(several.warnings, [""; 0]);
    assert!(several.store.password.is_some());
}

#[test]
fn the_two_manifests_of_the_slack_app_differ_by_the_addresses_and_the_socket_alone() {
    let lines = |text: &'static str| -> Vec<&str> {
        let of_one = |line: &&str| {
            let line = line.trim();
            !line.starts_with('#') && !line.contains("url: ") && !line.starts_with("socket_mode_enabled: ")
        };
        text.lines().filter(of_one).collect()
    };
    let over_http = include_str!("../../deploy/slack/manifest-http.yaml");
    assert_eq!(lines(over_http), lines(include_str!("../../deploy/slack/manifest.yaml")));
    assert_eq!(over_http.matches("url: https://stagerbot.example.com/slack").count(), 3, "commands, clicks and events");
    assert!(over_http.contains("socket_mode_enabled: false"));
}

#[test]
fn the_demo_s_layer_loads() {
    let (layer, simulated) = stagerbot::demo::stage::settings().unwrap();
    assert!(simulated.durations.time_scale < 1.0);
    let config = Config::from_layers(&[Layer { name: "demo.toml", text: &layer }], []).unwrap();
    assert_eq!(config.policy.restarts, Restarts::On);
    assert_eq!(config.policy.hold, SignedDuration::from_secs(2));
    assert_eq!(config.environments.len(), 1);
    assert_eq!(config.policy.people.iter().filter(|person| person.may_approve).count(), 2);
}

#[test]
fn the_rules_about_alerts_are_read_and_what_they_lack_is_told() {
    let rules = "[[alerts.rule]]\nmatch = { alertname = \"/Push.*/\" }\nmeans = \"symptom\"\n\
                 [[alerts.rule]]\ntext = \"canary\"\nenvironment = \"prod\"\nignore = true\nseverity = \"info\"\n";
    let environment = "[[environment]]\nname = \"prod\"\nnamespace = \"cf\"\n";
    let config = load(&format!("{rules}{environment}"), &[]).unwrap();
    assert_eq!(config.alert_rules.len(), 2);
    assert!(config.alert_rules[1].ignore);
    let wrong = "[[alerts.rule]]\nenvironment = \"prod\"\n\
                 [[alerts.rule]]\ntext = \"(\"\nignore = \"maybe\"\n\
                 [[alerts.rule]]\nmatch = { alertname = \"/(/\" }\nenvironment = \"elsewhere\"\nmeans = \"doom\"\n";
    insta::assert_snapshot!(
        error(&format!("{wrong}{environment}"), &[]),
        @r#"
    the configuration has 6 problems:
      alerts.rule[0].match (stagerbot.toml): it is missing; expected match, text or both
      alerts.rule[1].ignore (stagerbot.toml): expected true or false, found "maybe"
      alerts.rule[1].text (stagerbot.toml): expected a regular expression, such as "cf push .* fails", found "("
      alerts.rule[2].environment: there is no environment elsewhere
      alerts.rule[2].match (stagerbot.toml): alertname: expected a regular expression, such as "cf push .* fails" between the slashes
      alerts.rule[2].means (stagerbot.toml): expected one of stager-unavailable, symptom, database, unrelated, found "doom"
    "#
    );
}

#[test]
fn several_secrets_count_at_once() {
    let environment = "[[environment]]\nname = \"prod\"\nnamespace = \"cf\"\n";
    let variables = [
        ("STAGERBOT__ALERTS__TOKEN", "old\n new \n"),
        ("STAGERBOT__ALERTS__BASIC", "grafana:pass word"),
        ("STAGERBOT__ALERTS__PAGERDUTY__SECRET", "k1\nk2"),
    ];
    let secrets = load(environment, &variables).unwrap().alerts.secrets;
    assert_eq!((secrets.tokens.len(), secrets.basic.len(), secrets.signing["pagerduty"].len()), (2, 1, 2));
    assert_eq!(secrets.tokens[1].expose_secret(), "new");
    for (name, value) in
        [("TOKEN", "one two"), ("BASIC", "grafana"), ("PAGERDUTY__SECRET", " "), ("GRAFANA__SECRET", "a b")]
    {
        let error = error(environment, &[(&format!("STAGERBOT__ALERTS__{name}"), value)]);
        assert!(error.contains("what it holds is not repeated here") && !error.contains("one two"), "{name}: {error}");
    }
}

#[test]
fn times_are_told_in_a_zone_that_there_is() {
    let zone = |name: &str| format!("[words]\ntime_zone = \"{name}\"\n{LEAST}");
    assert_eq!(load(&zone("Asia/Tokyo"), &[]).unwrap().style.zone.iana_name(), Some("Asia/Tokyo"));
    let told = error(&zone("Atlantis"), &[]);
    assert!(told.contains("words.time_zone (stagerbot.toml)") && told.contains("Europe/Berlin"), "{told}");
}

#[test]
fn sentences_of_one_s_own_are_checked_when_they_are_read() {
    let folder = tempfile::TempDir::new().unwrap();
    let text = format!("[words]\nfolder = \"{}\"", folder.path().display());
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("fr.ftl", "# À nous.\nanswer-denied = Non.\nstatus-line = { $stands }\n");
    write("notes.txt", "not ours");
    assert!(load(&format!("{text}\n{LEAST}"), &[]).is_ok());

    write("fr.ftl", "answer-denied = Non.\n\nstatus-line = { $stand }\nanswer-deny = Non.\n");
    write("ja.ftl", "answer-denied = { $\n");
    write("de.ftl", "answer-denied = Nein.\n");
    let told = error(&format!("{text}\n{LEAST}"), &[]).replace(&folder.path().display().to_string(), "FOLDER");
    for problem in [
        "words.folder (stagerbot.toml): FOLDER/de.ftl: no language is called so; known: en.ftl, fr.ftl, ja.ftl, ko.ftl",
        "FOLDER/fr.ftl, line 3: status-line is not said with $stand; it may use: $incident, $stands",
        "FOLDER/fr.ftl, line 4: there is no message answer-deny",
        "FOLDER/ja.ftl, line 1: ",
    ] {
        assert!(told.contains(problem), "{problem}\n{told}");
    }
}

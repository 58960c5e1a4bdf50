//! What is broken in the bot's own part: configuration, store, alerts, people, and what goes down together.

use std::os::unix::fs::PermissionsExt as _;

use sqlx::{Connection as _, Executor as _, SqliteConnection};

use super::house::{Broken, House, Row, each_is_found, failure, warning};
use crate::harness::TOKEN;

const ANOTHER: &str = "[[environment]]\nname = \"stage\"\nnamespace = \"cf\"\npreset = \"cfee-2\"\n";

fn without_discord(broken: &mut Broken<'_>) {
    broken.set(|setup| {
        let setup = setup.without("discord").without("environment.prod.discord_channel");
        setup.without("person.Anna.discord").without("person.Ben.discord")
    });
    broken.secret("DISCORD__TOKEN", "");
}

/// By the account of its pod.
fn on_its_own_cluster(broken: &mut Broken<'_>) {
    broken.set(|setup| setup.without("environment.prod.kubeconfig"));
}

const ROWS: &[Row] = &[
    failure("the file is no TOML", |b| b.ends_in("[[[\n"), ["configuration.read", "not TOML", "mend the line"]),
    failure(
        "a key is misspelt",
        |b| b.set(|setup| setup.without("restarts.hold").with("restarts.holdd = \"200ms\"")),
        ["configuration.read", "hold", "config/default.toml"],
    ),
    failure(
        "the app-level token stands for the bot's",
        |b| b.secret("SLACK__BOT_TOKEN", "xapp-1-A0STAGERBOT-3000000001-simulatedAppToken"),
        ["configuration.read", "a bot token, which begins with xoxb-", "config/default.toml"],
    ),
    failure(
        "the bot's token stands for the app-level one",
        |b| b.secret("SLACK__APP_TOKEN", "xoxb-1000000001-2000000001-simulatedBotToken"),
        ["configuration.read", "an app-level token, which begins with xapp-", "config/default.toml"],
    ),
    warning(
        "an environment has no channel",
        |b| b.set(|setup| setup.without("environment.prod.slack_channel")),
        ["configuration.doubts", "environment prod has no slack_channel", "change it in bot.toml"],
    ),
    failure(
        "one person is alone",
        |b| b.set(|setup| setup.without("person.Ben")),
        ["people.approvals", "no restart can ever be approved", "add a [[person]]"],
    ),
    failure(
        "more approvals than people",
        |b| b.with("restarts.approvals = 3"),
        ["people.approvals", "a restart of prod may need 3 approvals, and 2 may approve", "lower approvals"],
    ),
    failure(
        "quiet hours need one more than there are",
        |b| b.with("restarts.quiet_hours = \"22:00-06:00\""),
        ["people.environment", "needs 2 approvals (in quiet hours), and at most 1", "give another [[person]]"],
    ),
    warning(
        "one person alone may approve",
        |b| b.set(|setup| setup.person("Ben", "may = [\"request\"]")),
        ["people.environment", "Anna alone may approve a restart of prod", "give a second [[person]] \"approve\""],
    ),
    failure(
        "the second person has no account where the environment is shown",
        |b| b.set(|setup| setup.without("person.Ben.slack").without("environment.prod.discord_channel")),
        ["people.environment", "at most 0 others may approve where it is shown", "an account there"],
    ),
    warning(
        "no alert can prove itself",
        |b| b.secret("ALERTS__TOKEN", ""),
        ["alerts.secrets", "every alert is refused", "openssl rand -hex 32"],
    ),
    warning(
        "the alerts' token can be guessed",
        |b| b.secret("ALERTS__TOKEN", "hunter2"),
        ["alerts.secrets", "can be guessed", "openssl rand -hex 32"],
    ),
    warning(
        "a rule ignores everything",
        |b| b.with("[[alerts.rule]]\ntext = \".\"\nignore = true\n"),
        ["alerts.meaning", "an alert CF-StagerUnavailable with no labels starts nothing for prod", "[[alerts.rule]]"],
    ),
    warning(
        "no alert means any of two environments",
        |b| b.with(ANOTHER),
        ["alerts.meaning", "environment stage has no match", "give each [[environment]] a match"],
    ),
    failure(
        "something else listens at the address",
        |b| {
            let taken = b.house.both.scene.workspace.api_url().replace("http://", "").replace("/api", "");
            b.with(&format!("server.listen = \"{taken}\""));
        },
        ["alerts.listen", "something else than a bot listens", "name another address"],
    ),
    failure(
        "the address is another machine's",
        |b| b.with("server.listen = \"192.0.2.1:8080\""),
        ["alerts.listen", "nothing can be served at 192.0.2.1:8080", "name an address of this machine"],
    ),
    warning(
        "a pod listens for itself alone",
        |b| b.options.machine.namespace = Some("stagerbot".into()),
        ["alerts.listen", "nobody outside its own pod reaches it", "0.0.0.0:8080"],
    ),
    failure(
        "a test alert, and no bot runs",
        |b| b.options.alert = true,
        ["alerts.test", "no bot answers", "start stagerbot serve"],
    ),
    failure(
        "the store's folder is not there",
        |b| b.store("nowhere/bot.db"),
        ["store.file", "is not there", "mount its volume"],
    ),
    failure(
        "the store's file is a folder",
        |b| {
            std::fs::create_dir(b.house.both.scene.folder.path().join("folder.db")).unwrap();
            b.store("folder.db");
        },
        ["store.file", "is a folder", "name a file of its own"],
    ),
    failure(
        "the store is on a network file system",
        |b| b.mounts("nfs4"),
        ["store.file-system", "a network file system (nfs4)", "on a disk of this machine"],
    ),
    failure(
        "the store is on somebody's file system by FUSE",
        |b| b.mounts("fuse.sshfs"),
        ["store.file-system", "fuse.sshfs", "use PostgreSQL"],
    ),
    warning(
        "the store is in the container's own layer",
        |b| b.mounts("overlay"),
        ["store.file-system", "every incident would be forgotten", "mount a volume"],
    ),
    failure(
        "the store's file is something else",
        |b| {
            std::fs::write(b.house.both.scene.folder.path().join("other.db"), "no database at all".repeat(99)).unwrap();
            b.store("other.db");
        },
        ["store.opens", "damaged, or is no database", "from a backup"],
    ),
    warning(
        "others may read the store",
        |b| {
            let copy = b.house.both.scene.folder.path().join("open.db");
            std::fs::copy(b.house.store(), &copy).unwrap();
            std::fs::set_permissions(copy, std::fs::Permissions::from_mode(0o644)).unwrap();
            b.store("open.db");
        },
        ["store.rights", "others may read the store", "chmod 600"],
    ),
    failure(
        "the store is of a newer bot",
        |b| b.store("newer.db"),
        ["store.version", "of a newer version of the bot (step 99999)", "run that version"],
    ),
    failure(
        "the store's server is not there",
        |b| b.with("store.url = \"postgres://stagerbot@127.0.0.1:1/stagerbot\""),
        ["store.opens", "can't be reached", "NetworkPolicy"],
    ),
    warning(
        "the bot runs in the namespace that it heals",
        |b| {
            on_its_own_cluster(b);
            b.options.machine.namespace = Some("cf".into());
        },
        ["shared-fate.cluster", "runs in the namespace cf that it heals", "a namespace of its own"],
    ),
    warning(
        "the bot runs on the cluster that it heals",
        on_its_own_cluster,
        ["shared-fate.cluster", "runs on the cluster of prod that it heals", "on another cluster"],
    ),
    warning(
        "there is one chat alone",
        without_discord,
        ["shared-fate.chats", "slack is the only way to people", "add the other chat platform"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_in_the_bots_own_part_is_found() {
    let house = House::new().await;
    let newer = house.both.scene.folder.path().join("newer.db");
    std::fs::copy(house.store(), &newer).unwrap();
    let mut store = SqliteConnection::connect(&format!("sqlite://{}", newer.display())).await.unwrap();
    let step = "INSERT INTO _sqlx_migrations VALUES (99999, 'later', '2026-01-01', TRUE, x'00', 1)";
    store.execute(step).await.unwrap();
    store.close().await.unwrap();
    each_is_found(&house, ROWS).await;
    assert!(TOKEN.len() >= 16, "the token of all tests is none that can be guessed");
}

//! A system clock that is set by minutes while the bot runs, by libfaketime: nothing expires, waits or is carried out for it.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use crate::harness::{Killed, PATIENCE, Scene, begun, clock};

/// A bot whose system clock can be set.
struct Bot {
    clock: PathBuf,
    _child: Killed,
}

impl Bot {
    async fn start(scene: &Scene) -> Option<Self> {
        let library = clock::library()?;
        let clock = scene.folder.path().join("clock");
        std::fs::write(&clock, "+0").unwrap();
        let environment = [
            ("LD_PRELOAD", library.display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", clock.display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            // Only the clock that people set.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ];
        let child = scene.child_with(&environment).await;
        Some(Self { clock, _child: child })
    }

    /// Sets it, by so much off the true time.
    fn set(&self, off: &str) {
        // At once, so that nobody reads half of it.
        let new = self.clock.with_extension("new");
        std::fs::write(&new, off).unwrap();
        std::fs::rename(new, &self.clock).unwrap();
    }
}

/// How far the last line of the log is off the true time.
fn logged_off(scene: &Scene) -> SignedDuration {
    let log = std::fs::read_to_string(scene.log()).unwrap();
    let times = log.lines().rev().filter_map(|line| line.split_whitespace().next()?.parse::<Timestamp>().ok());
    times.into_iter().next().unwrap().duration_since(Timestamp::now())
}

#[tokio::test(flavor = "multi_thread")]
async fn set_forward_a_request_does_not_expire_and_its_approval_counts() {
    let scene = Scene::new().await;
    let Some(bot) = Bot::start(&scene).await else { return };
    let card = scene.requested().await;
    let planned = scene.uids();
    bot.set("+10m");
    scene.says(&scene.zoe, "/stager status").await;
    scene.whispered(&scene.zoe, "prod").await;
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.card("Recovered").await;
    assert_eq!(scene.terminated(), planned);
    let off = logged_off(&scene);
    assert!(off > SignedDuration::from_mins(8), "the bot's clock was not set at all: {off:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn set_back_a_request_expires_when_it_should() {
    let scene = Scene::with(&[("approval_expiry", "\"2s\"")]).await;
    let Some(bot) = Bot::start(&scene).await else { return };
    let card = scene.requested().await;
    bot.set("-10m");
    scene.told("the request expired").await;
    scene.called("It expired; nobody came").await;
    scene.called("Nobody approved your request in time").await;
    scene.clicks_stale(&scene.ben, &card, "stager-approve").await;
    scene.whispered(&scene.ben, "Too late: the request expired at").await;
    assert!(scene.terminated().is_empty());
    let off = logged_off(&scene);
    assert!(off < SignedDuration::from_mins(-8), "the bot's clock was not set at all: {off:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn set_to_and_fro_in_the_midst_of_a_restart_it_goes_on_as_if_nothing_were() {
    let scene = Scene::new().await;
    let Some(bot) = Bot::start(&scene).await else { return };
    let card = scene.requested().await;
    let planned = scene.uids();
    scene.clicks(&scene.ben, &card, "stager-approve").await;
    scene.cluster.wait_until(PATIENCE, begun).await.unwrap();
    bot.set("+10m");
    scene.told("New active leader").await;
    bot.set("-10m");
    scene.card("Recovered").await;
    assert_eq!(scene.terminated(), planned);
    assert_eq!(scene.cards(), 1);
}

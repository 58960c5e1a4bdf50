//! What tests share: the bot between simulated platforms, what people do and see there, and how a test waits.

pub(crate) mod clock;
pub(crate) mod log;
pub(crate) mod needed;
pub(crate) mod policy;
pub(crate) mod seen;
pub(crate) mod record;
pub(crate) mod postgres;
pub(crate) mod home;
pub(crate) mod owed;
pub(crate) mod tls;
pub(crate) mod pages;
mod config;
mod unread;
mod scene;
pub(crate) mod both;
pub(crate) mod process;
pub(crate) mod replicas;

use std::fmt::{Debug, Display};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

pub(crate) use self::config::Setup;
pub(crate) use self::scene::{
    Killed, Scene, TOKEN, begun, get, is_call, is_card, is_stuck, mentioned, patient, post, post_to, stays_stuck,
};

/// How long a test waits for what has to come. Nothing takes a tenth of it, unless the machine is busy with other things.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);
/// How often a condition is looked at that nobody tells of.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Whether this is a long run, as CI makes them beside the suite: `STAGERBOT_LONG=1`.
pub(crate) fn long() -> bool {
    std::env::var_os("STAGERBOT_LONG").is_some_and(|long| long == "1")
}

/// Waits until something answers well; where it never does, the test fails with what it answered last.
pub(crate) async fn until<T, E: Display>(what: &str, answer: impl AsyncFnMut() -> Result<T, E>) -> T {
    try_until(what, answer).await.unwrap_or_else(|last| panic!("{last}"))
}

/// The same, where more is to be said of the failure.
pub(crate) async fn try_until<T, E: Display>(
    what: &str,
    mut answer: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, String> {
    let deadline = Instant::now() + PATIENCE;
    let mut last = "no answer at all".to_owned();
    loop {
        match timeout_at(deadline, answer()).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => last = error.to_string(),
            Err(_) => {}
        }
        if Instant::now() >= deadline {
            return Err(format!("{what}: not within {PATIENCE:?}; last: {last}"));
        }
        sleep(LOOK_AGAIN).await;
    }
}

/// What a person does, again until the app acknowledged it in time: on a busy machine it may be late. Whoever did it before may find
/// that it can't be done any more, since it had its effect: then there is nothing to return.
pub(crate) async fn insists<D: Debug, E: Debug>(
    acked: impl Fn(&D) -> bool,
    mut act: impl AsyncFnMut() -> Result<D, E>,
) -> Option<D> {
    let deadline = Instant::now() + PATIENCE;
    let mut done = act().await.unwrap();
    while !acked(&done) {
        assert!(Instant::now() < deadline, "nothing was acknowledged within {PATIENCE:?}; last: {done:?}");
        sleep(LOOK_AGAIN).await;
        done = act().await.ok()?;
    }
    Some(done)
}

/// Waits until something holds.
pub(crate) async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    until(what, async || holds().then_some(()).ok_or("it does not hold")).await;
}

/// What loads the machine for a minute or more waits for its turn, one at a time.
pub(crate) async fn heavy() -> tokio::sync::MutexGuard<'static, ()> {
    static HEAVY: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    HEAVY.lock().await
}

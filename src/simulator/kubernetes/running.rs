//! The cluster as it runs: the one lock around the world and its clock, and the task that lets time pass.
//!
//! The clock runs with the real one, so many times as fast; or it is held, and whoever holds the cluster moves it. What runs in a
//! container then waits by a time of its own: it sees a world that stands, and is over at once.

use super::world::World;
use crate::simulator::diego::database::Moment;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// The world and its clock. The lock is never held across an await.
#[derive(Debug)]
pub(super) struct Running {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
    wake: Notify,
    /// The node's container runtime, which begins one exec at a time.
    runtime: tokio::sync::Mutex<()>,
    /// Cancelled when the cluster is stopped.
    pub(super) stopped: CancellationToken,
}

#[derive(Debug)]
struct State {
    world: World,
    clock: Clock,
}

/// What takes longer to work out than this is no time in the model: on a busy machine the clock would run away from it for good.
const MOST_BEHIND: Duration = Duration::from_millis(250);

/// What time it is in the model.
#[derive(Debug)]
struct Clock {
    /// The moment it was when the clock was last moved, held or let go.
    base: Moment,
    /// When that was really; `None` while it is held.
    since: Option<Instant>,
    /// Real seconds for each of the model's.
    time_scale: f64,
}

impl Clock {
    fn now(&self) -> Moment {
        self.base + self.since.map_or(Duration::ZERO, |since| since.elapsed().div_f64(self.time_scale))
    }

    /// It is this moment now, whatever it was before.
    fn set(&mut self, moment: Moment) {
        self.base = moment;
        self.since = self.since.map(|_| Instant::now());
    }

    /// How long this moment is really past.
    fn behind(&self, moment: Moment) -> Duration {
        self.now().saturating_sub(moment).mul_f64(self.time_scale)
    }

    /// How long it really takes until then, if it comes by itself.
    fn wait(&self, until: Moment) -> Option<Duration> {
        self.since.map(|_| until.saturating_sub(self.now()).mul_f64(self.time_scale))
    }
}

impl State {
    /// Lets everything happen that is due; whether there was something.
    fn catch_up(&mut self) -> bool {
        let now = self.clock.now();
        let due = self.world.due().is_some_and(|due| due <= now);
        if due {
            self.world.advance(now);
            if self.clock.behind(now) > MOST_BEHIND {
                self.clock.set(now);
            }
        }
        self.world.now = self.world.now.max(now);
        due
    }
}

impl Running {
    pub(super) fn new(world: World) -> Self {
        let clock = Clock {
            base: world.now,
            since: (!world.settings.held).then(Instant::now),
            time_scale: world.settings.durations.time_scale,
        };
        Self {
            state: Mutex::new(State { world, clock }),
            changed: watch::Sender::new(0),
            wake: Notify::new(),
            runtime: tokio::sync::Mutex::new(()),
            stopped: CancellationToken::new(),
        }
    }

    /// The moment it is.
    pub(super) fn now(&self) -> Moment {
        self.lock().clock.now()
    }

    /// Looks at the world as it is now.
    pub(super) fn look<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&self.up_to_date().world)
    }

    /// Changes the world as it is now.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut World) -> R) -> R {
        let result = change(&mut self.up_to_date().world);
        self.tell();
        result
    }

    /// Tells of every change in the world, and of its clock being moved, held or let go.
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Holds the clock, or lets it go on from where it stands.
    pub(super) fn hold(&self, held: bool) {
        let mut state = self.up_to_date();
        state.clock.base = state.clock.now();
        state.clock.since = (!held).then(Instant::now);
        drop(state);
        self.tell();
    }

    /// Moves the clock, from one thing that happens to the next, until the world is as wanted; `false` where so much time
    /// has passed before.
    pub(super) fn advance(&self, most: Duration, wanted: impl Fn(&World) -> bool) -> bool {
        let mut state = self.up_to_date();
        let end = state.clock.now() + most;
        let came = loop {
            if wanted(&state.world) {
                break true;
            }
            let next = state.world.due().filter(|due| *due <= end);
            state.clock.set(next.unwrap_or(end));
            state.catch_up();
            if next.is_none() {
                break wanted(&state.world);
            }
        };
        drop(state);
        self.tell();
        came
    }

    /// Waits until it is this moment; or gives back at once how far off that is, where the clock is held.
    pub(super) async fn until(&self, moment: Moment) -> Result<(), Duration> {
        let mut changed = self.subscribe();
        loop {
            let (now, wait) = {
                let state = self.lock();
                (state.clock.now(), state.clock.wait(moment))
            };
            match wait {
                _ if now >= moment => return Ok(()),
                None => return Err(moment.saturating_sub(now)),
                Some(wait) => tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    _ = changed.changed() => {}
                },
            }
        }
    }

    /// Waits until it is this moment, also where somebody has to move the clock for that.
    pub(super) async fn surely_until(&self, moment: Moment) {
        let mut changed = self.subscribe();
        while self.until(moment).await.is_err() {
            // The sender lives in `self`.
            let _ = changed.changed().await;
        }
    }

    /// Waits until the node's runtime has begun an exec.
    pub(super) async fn begin_exec(&self) {
        let cost = self.look(|world| world.settings.exec_cost);
        if !cost.is_zero() {
            let _turn = self.runtime.lock().await;
            tokio::time::sleep(cost).await;
        }
    }

    /// Lets time pass until the cluster is stopped.
    pub(super) async fn drive(self: Arc<Self>) {
        loop {
            let due = self.look(World::due);
            let waiting = async {
                match due {
                    Some(due) => self.surely_until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.stopped.cancelled() => return,
                () = self.wake.notified() => {}
                () = waiting => {}
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn up_to_date(&self) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        if state.catch_up() {
            self.tell();
        }
        state
    }

    fn tell(&self) {
        self.changed.send_modify(|n| *n += 1);
        self.wake.notify_one();
    }
}

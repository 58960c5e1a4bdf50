//! The cluster as it runs: the one lock around the world, the clock, and the task that lets time pass.

use super::world::World;
use crate::simulator::diego::database::Moment;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// The world and its clock. The lock is never held across an await.
#[derive(Debug)]
pub(super) struct Running {
    world: Mutex<World>,
    began: Instant,
    head_start: Moment,
    time_scale: f64,
    changed: watch::Sender<u64>,
    wake: Notify,
    /// Cancelled when the cluster is stopped.
    pub(super) stopped: CancellationToken,
}

impl Running {
    pub(super) fn new(world: World) -> Self {
        Self {
            began: Instant::now(),
            head_start: world.now,
            time_scale: world.settings.durations.time_scale,
            world: Mutex::new(world),
            changed: watch::Sender::new(0),
            wake: Notify::new(),
            stopped: CancellationToken::new(),
        }
    }

    /// The moment it is.
    pub(super) fn now(&self) -> Moment {
        self.head_start + self.began.elapsed().div_f64(self.time_scale)
    }

    /// Looks at the world as it is now.
    pub(super) fn look<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&self.up_to_date())
    }

    /// Changes the world as it is now.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut World) -> R) -> R {
        let result = change(&mut self.up_to_date());
        self.changed.send_modify(|n| *n += 1);
        self.wake.notify_one();
        result
    }

    /// Tells of every change in the world.
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Waits that long, nominally.
    pub(super) async fn pause(&self, nominal: Duration) {
        tokio::time::sleep(nominal.mul_f64(self.time_scale)).await;
    }

    /// Lets time pass until the cluster is stopped.
    pub(super) async fn drive(self: Arc<Self>) {
        loop {
            let due = self.look(World::due);
            let wait = due.map(|due| self.pause(due.saturating_sub(self.now())));
            tokio::select! {
                () = self.stopped.cancelled() => return,
                () = self.wake.notified() => {}
                () = async { match wait { Some(wait) => wait.await, None => std::future::pending().await } } => {}
            }
        }
    }

    fn up_to_date(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        if world.due().is_some_and(|due| due <= now) {
            world.advance(now);
            self.changed.send_modify(|n| *n += 1);
            self.wake.notify_one();
        } else {
            world.now = world.now.max(now);
        }
        world
    }
}

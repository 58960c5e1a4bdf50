//! Answers that come late: after the verdict that was drawn without them. Whoever waits for changes looks again then, and waits
//! longer for who is known to be slow, so that it is never called hung for good.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// What is known of one environment's late answers.
#[derive(Debug, Default)]
pub(in crate::cluster) struct Late {
    /// The UIDs of BBS pods that answered late, or [`SERVICE`].
    slow: Mutex<BTreeSet<String>>,
    /// Whether some answer is still waited for.
    awaited: AtomicBool,
    came: watch::Sender<u64>,
}

/// What the BBS Service is called among the slow ones.
pub(super) const SERVICE: &str = "service";

impl Late {
    /// Tells of every late answer.
    pub(in crate::cluster) fn subscribe(&self) -> watch::Receiver<u64> {
        self.came.subscribe()
    }

    pub(super) fn is_slow(&self, target: &str) -> bool {
        self.lock().contains(target)
    }

    pub(super) fn is_awaited(&self) -> bool {
        self.awaited.load(Ordering::Acquire)
    }

    /// Who answered in time, or not at all, is not slow any more.
    pub(super) fn forget(&self, target: &str) {
        self.lock().remove(target);
    }

    /// Begins to wait for answers; `None` where somebody does.
    pub(super) fn wait(self: &Arc<Self>) -> Option<Wait> {
        let free = self.awaited.compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire).is_ok();
        free.then(|| Wait(self.clone()))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.slow.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one wait for late answers; it ends when this is dropped.
pub(super) struct Wait(Arc<Late>);

impl Wait {
    /// Its answer came after all.
    pub(super) fn came(&self, target: &str) {
        self.0.lock().insert(target.to_owned());
        self.0.came.send_modify(|answers| *answers += 1);
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.0.awaited.store(false, Ordering::Release);
    }
}

//! How long everything takes, as measured on real parts, and how much faster this simulation runs.

use serde::{Deserialize, Deserializer};
use std::time::Duration;

/// The figures of the model. All of them, and every duration in a fault, are nominal: real seconds of a real
/// environment. `time_scale` says how many seconds pass here for each of those.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Durations {
    /// Seconds here per nominal second: 1 is real time, 0.05 is twenty times as fast.
    pub time_scale: f64,
    /// How long a lock outlives its last renewal (Locket's `ttl`).
    #[serde(deserialize_with = "seconds")]
    pub lock_ttl: Duration,
    /// How often a BBS renews its lock, or tries to get it.
    #[serde(deserialize_with = "seconds")]
    pub lock_retry: Duration,
    /// From a process's end until monit starts it again.
    #[serde(deserialize_with = "seconds")]
    pub monit_restart: Duration,
    /// From a container's start until monit starts Locket.
    #[serde(deserialize_with = "seconds")]
    pub locket_start: Duration,
    /// From a container's start until monit starts the BBS.
    #[serde(deserialize_with = "seconds")]
    pub bbs_start: Duration,
    /// After the database is back, until a Locket with dead connections can read again (it still cannot lock).
    #[serde(deserialize_with = "seconds")]
    pub locket_reads_again: Duration,
    /// From a container's start to its first readiness probe.
    #[serde(deserialize_with = "seconds")]
    pub first_probe: Duration,
    /// From the first readiness probe to the second.
    #[serde(deserialize_with = "seconds")]
    pub second_probe: Duration,
    /// Between readiness probes from then on.
    #[serde(deserialize_with = "seconds")]
    pub readiness_period: Duration,
    /// From the probe that patches the label to the kubelet's report that the pod is ready.
    #[serde(deserialize_with = "seconds")]
    pub ready_report: Duration,
    /// Between two looks of `KubeCF`'s operator at which pods are active.
    #[serde(deserialize_with = "seconds")]
    pub operator_period: Duration,
    /// From a pod's deletion to its successor's creation.
    #[serde(deserialize_with = "seconds")]
    pub recreate: Duration,
    /// From a pod's creation to its containers being created.
    #[serde(deserialize_with = "seconds")]
    pub schedule: Duration,
    /// From there to the containers running.
    #[serde(deserialize_with = "seconds")]
    pub container_start: Duration,
    /// Of a BBS pod's termination: until the BBS has stopped and released its lock.
    #[serde(deserialize_with = "seconds")]
    pub bbs_stop: Duration,
    /// A BBS pod's termination: until its containers have stopped.
    #[serde(deserialize_with = "seconds")]
    pub terminate: Duration,
    /// The same where the BBS is blocked in its first `Lock()`.
    #[serde(deserialize_with = "seconds")]
    pub terminate_blocked: Duration,
    /// The same where the BBS is stopped by a signal.
    #[serde(deserialize_with = "seconds")]
    pub terminate_hung: Duration,
    /// A Cloud Controller pod's or a Locket pod's termination.
    #[serde(deserialize_with = "seconds")]
    pub terminate_other: Duration,
    /// From the stop of the containers to the object being gone.
    #[serde(deserialize_with = "seconds")]
    pub remove: Duration,
    /// The first back-off of a container that crashes or an image that is missing; it doubles up to five minutes.
    #[serde(deserialize_with = "seconds")]
    pub backoff: Duration,
}

impl Durations {
    /// The measured figures at another speed: `scaled(0.05)` is twenty times as fast.
    pub fn scaled(time_scale: f64) -> Self {
        Self { time_scale, ..Self::default() }
    }

    /// For tests: a whole outage and its repair in a few seconds.
    pub fn short() -> Self {
        Self::scaled(0.02)
    }

    /// What a nominal duration takes here.
    pub fn here(&self, nominal: Duration) -> Duration {
        nominal.mul_f64(self.time_scale)
    }

    /// The nominal duration of something that took this long here.
    pub fn nominal(&self, here: Duration) -> Duration {
        here.div_f64(self.time_scale)
    }
}

impl Default for Durations {
    fn default() -> Self {
        Self {
            time_scale: 1.0,
            lock_ttl: Duration::from_secs(15),
            lock_retry: Duration::from_secs(5),
            monit_restart: Duration::from_secs(5),
            locket_start: Duration::from_millis(200),
            bbs_start: Duration::from_secs(1),
            locket_reads_again: Duration::from_secs(95),
            first_probe: Duration::from_millis(250),
            second_probe: Duration::from_millis(900),
            readiness_period: Duration::from_secs(10),
            ready_report: Duration::from_millis(100),
            operator_period: Duration::from_secs(30),
            recreate: Duration::from_millis(150),
            schedule: Duration::from_millis(200),
            container_start: Duration::from_millis(800),
            bbs_stop: Duration::from_secs(18),
            terminate: Duration::from_secs(22),
            terminate_blocked: Duration::from_secs(42),
            terminate_hung: Duration::from_millis(26_500),
            terminate_other: Duration::from_secs(2),
            remove: Duration::from_millis(500),
            backoff: Duration::from_secs(10),
        }
    }
}

/// Reads a number of seconds, with a fraction if need be.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    Duration::try_from_secs_f64(f64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

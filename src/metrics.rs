//! What is measured: each metric once, with its kind, its help and, of a histogram, its bounds. It is recorded where the thing happens,
//! and told at `/metrics` in Prometheus' text format.
//!
//! Labels take texts of the program alone (`&'static str`): neither a name nor anything that people or senders wrote can get into one,
//! and how many series there are has a bound.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ::metrics::{Label, Unit};
use ::metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::clock;
use crate::incident::account::Platform;

/// Something that is measured.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name, by Prometheus' conventions: the unit in it, `_total` behind what only grows.
    pub name: &'static str,
    /// What kind it is.
    pub kind: Kind,
    /// What it tells.
    pub help: &'static str,
}

/// A kind of metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// Lengths of time in seconds, counted by these upper bounds.
    Histogram(&'static [f64]),
}

/// The labels of one series: names and values.
pub type Labels<'a> = &'a [(&'static str, &'static str)];

/// What an acknowledgement takes: 10 ms are the goal, and after three seconds a platform gives up.
const ACKS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0];
/// What a call to something outside takes.
const CALLS: &[f64] = &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// What a look takes, which never takes longer than 20 s.
const LOOKS: &[f64] = &[0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0];
/// What people and pods take.
const PHASES: &[f64] = &[1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0];

const fn counter(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Counter, help }
}

const fn gauge(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, help }
}

const fn histogram(name: &'static str, bounds: &'static [f64], help: &'static str) -> Metric {
    Metric { name, kind: Kind::Histogram(bounds), help }
}

/// 1, with what runs.
pub const BUILD_INFO: Metric = gauge("stagerbot_build_info", "1, with the version and the commit that run.");
/// What people asked for.
pub const COMMANDS: Metric =
    counter("stagerbot_commands_total", "Commands, clicks and forms of people, by verb and by what came of them.");
/// From a frame or a request to its acknowledgement.
pub const ACKNOWLEDGEMENT: Metric = histogram(
    "stagerbot_acknowledgement_seconds",
    ACKS,
    "Time from what arrived to its acknowledgement, by where it came from.",
);
/// What was not acknowledged.
pub const NOT_ACKNOWLEDGED: Metric = counter(
    "stagerbot_not_acknowledged_total",
    "What arrived and was not acknowledged, since it could not be stored or read, by where it came from.",
);
/// A whole look at an environment.
pub const CHECK: Metric =
    histogram("stagerbot_check_seconds", LOOKS, "Time that a whole look at an environment took, by its verdict.");
/// The probes of whole looks.
pub const PROBES: Metric = counter("stagerbot_probes_total", "Probes of whole looks, by their outcome.");
/// Incidents that began.
pub const OPENED: Metric =
    counter("stagerbot_incidents_opened_total", "Incidents that were opened, by what opened them.");
/// Incidents that ended.
pub const CLOSED: Metric = counter("stagerbot_incidents_closed_total", "Incidents that were closed, by their outcome.");
/// Incidents that are open.
pub const OPEN: Metric = gauge("stagerbot_incidents_open", "Open incidents, by where they stand.");
/// How long the oldest stands there.
pub const OLDEST: Metric = gauge(
    "stagerbot_incident_oldest_seconds",
    "For how long an incident has stood where it stands, of each state the longest; 0 for none.",
);
/// How long the parts of an incident took.
pub const PHASE: Metric = histogram(
    "stagerbot_phase_seconds",
    PHASES,
    "Time that a part of an incident took: request (opened to requested), approval (to the last one), first-delete (from the \
     approval), recovery (from the last delete).",
);
/// What became of requests for a restart.
pub const APPROVALS: Metric =
    counter("stagerbot_approvals_total", "Answers to requests for a restart, and how requests ended without one.");
/// How long a request waited for somebody else.
pub const SECOND_PERSON: Metric = histogram(
    "stagerbot_second_person_seconds",
    PHASES,
    "Time from a request for a restart to the first answer of a second person.",
);
/// How drills ended.
pub const DRILLS: Metric = counter("stagerbot_drills_total", "Drills that ended, by what ended them.");
/// How long a drill waited for somebody else.
pub const DRILL_SECOND_PERSON: Metric = histogram(
    "stagerbot_drill_second_person_seconds",
    PHASES,
    "Time from a drill's begin to the answer of a second person.",
);
/// What became of the pods of plans.
pub const PODS: Metric = counter("stagerbot_pods_total", "Pods of restart plans, by what became of them.");
/// Alerts by what they came to.
pub const ALERTS: Metric = counter("stagerbot_alerts_total", "Alerts, by their source and what they came to.");
/// What waits in the inbox.
pub const INBOX: Metric = gauge("stagerbot_inbox_waiting", "What waits in the inbox, by its class.");
/// Since when it waits.
pub const INBOX_OLDEST: Metric = gauge(
    "stagerbot_inbox_oldest_seconds",
    "For how long the oldest has waited in the inbox, by its class; 0 for none.",
);
/// What waits for a channel's rate limit.
pub const OUTGOING: Metric = gauge(
    "stagerbot_outgoing_waiting",
    "Cards and replies that wait for the rate limit of their channel, by platform.",
);
/// Whether a platform is heard.
pub const SOCKET_UP: Metric = gauge("stagerbot_socket_up", "1 where a platform is listened to, 0 where it is not.");
/// When something came from a platform last.
pub const LAST_FRAME: Metric = gauge(
    "stagerbot_socket_last_frame_timestamp_seconds",
    "When a platform sent something last, since 1970; 0 before the first.",
);
/// Calls to the outside.
pub const CALL: Metric =
    histogram("stagerbot_call_seconds", CALLS, "Time that calls to the outside took, by API, call and outcome.");
/// What the store could not do.
pub const STORE_ERRORS: Metric = counter("stagerbot_store_errors_total", "What the store refused or failed, by kind.");
/// What the store was asked again.
pub const STORE_RETRIES: Metric = counter("stagerbot_store_retries_total", "Work that was tried again on the store.");
/// Whether the store takes writes.
pub const STORE_WRITABLE: Metric = gauge("stagerbot_store_writable", "1 where the store took the last trial write.");
/// When the engine's loop began its last turn.
pub const ENGINE_TURN: Metric =
    gauge("stagerbot_engine_last_turn_timestamp_seconds", "When the engine's loop turned last, since 1970.");
/// Heartbeats to the outside.
pub const HEARTBEATS: Metric = counter(
    "stagerbot_heartbeats_total",
    "Heartbeats that were sent, failed, or were withheld since not all was well.",
);

/// Every one.
pub const ALL: [&Metric; 28] = [
    &BUILD_INFO,
    &COMMANDS,
    &ACKNOWLEDGEMENT,
    &NOT_ACKNOWLEDGED,
    &CHECK,
    &PROBES,
    &OPENED,
    &CLOSED,
    &OPEN,
    &OLDEST,
    &PHASE,
    &APPROVALS,
    &SECOND_PERSON,
    &DRILLS,
    &DRILL_SECOND_PERSON,
    &PODS,
    &ALERTS,
    &INBOX,
    &INBOX_OLDEST,
    &OUTGOING,
    &SOCKET_UP,
    &LAST_FRAME,
    &CALL,
    &STORE_ERRORS,
    &STORE_RETRIES,
    &STORE_WRITABLE,
    &ENGINE_TURN,
    &HEARTBEATS,
];

/// Series that are there from the beginning, so that their first increase is one: rules ask for it. A label and its values.
const FROM_THE_START: [(&Metric, &str, &[&str]); 7] = [
    (&OPENED, "trigger", &["check", "alert", "reopened"]),
    (
        &CLOSED,
        "outcome",
        &["healthy", "recovered-itself", "reached-not-proven", "recovered", "not-recovered", "dry-run", "handed-over"],
    ),
    (&APPROVALS, "outcome", &["approved", "given", "denied", "expired", "cancelled", "voided"]),
    (&DRILLS, "outcome", &["approved", "denied", "expired", "cancelled"]),
    (&PODS, "fate", &["deleted", "failed", "unclear", "spared", "skipped"]),
    (&NOT_ACKNOWLEDGED, "from", &["alerts"]),
    (&HEARTBEATS, "outcome", &["sent", "failed", "withheld"]),
];

impl Metric {
    /// Counts one.
    pub fn count(&self, labels: Labels<'_>) {
        debug_assert!(self.kind == Kind::Counter, "{} is no counter", self.name);
        ::metrics::counter!(self.name, made(labels)).increment(1);
    }

    /// Sets what it is now.
    pub fn set(&self, labels: Labels<'_>, value: f64) {
        debug_assert!(self.kind == Kind::Gauge, "{} is no gauge", self.name);
        ::metrics::gauge!(self.name, made(labels)).set(value);
    }

    /// Sets it to the time now.
    pub fn set_now(&self, labels: Labels<'_>) {
        self.set(labels, clock::now().as_microsecond() as f64 / 1e6);
    }

    /// Counts a length of time.
    pub fn observe(&self, labels: Labels<'_>, took: Duration) {
        debug_assert!(matches!(self.kind, Kind::Histogram(_)), "{} is no histogram", self.name);
        ::metrics::histogram!(self.name, made(labels)).record(took.as_secs_f64());
    }
}

/// Does a call to the outside, and counts how long it took and whether it came to something.
pub async fn timed<T, E>(
    api: &'static str,
    call: &'static str,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let began = Instant::now();
    let done = work.await;
    called(api, call, done.is_ok(), began.elapsed());
    done
}

/// Counts a call to the outside.
pub fn called(api: &'static str, call: &'static str, succeeded: bool, took: Duration) {
    let outcome = if succeeded { "ok" } else { "error" };
    CALL.observe(&[("api", api), ("call", call), ("outcome", outcome)], took);
}

/// A source of alerts as labels name it.
pub fn source(name: &str) -> &'static str {
    const KNOWN: [&str; 6] = ["alertmanager", "grafana", "pagerduty", "generic", "prometheus", "watch"];
    let mut known = KNOWN.into_iter().chain(Platform::ALL.map(Platform::name));
    known.find(|known| *known == name).unwrap_or("other")
}

fn made(labels: Labels<'_>) -> Vec<Label> {
    labels.iter().map(|&(name, value)| Label::from_static_parts(name, value)).collect()
}

/// What was recorded in this process.
static RECORDED: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Records from here on; done again, it changes nothing. Whoever calls it calls [`settle`] from time to time.
pub fn install() {
    RECORDED.get_or_init(|| {
        let builder = ALL.iter().try_fold(PrometheusBuilder::new(), |builder, metric| match metric.kind {
            Kind::Histogram(bounds) => builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), bounds),
            _ => Ok(builder),
        });
        let recorder = builder.ok()?.build_recorder();
        let handle = recorder.handle();
        ::metrics::set_global_recorder(recorder).ok()?;
        for metric in ALL {
            match metric.kind {
                Kind::Counter => ::metrics::describe_counter!(metric.name, Unit::Count, metric.help),
                Kind::Gauge => ::metrics::describe_gauge!(metric.name, metric.help),
                Kind::Histogram(_) => ::metrics::describe_histogram!(metric.name, Unit::Seconds, metric.help),
            }
        }
        for (metric, label, values) in FROM_THE_START {
            for &value in values {
                ::metrics::counter!(metric.name, made(&[(label, value)])).absolute(0);
            }
        }
        for platform in Platform::ALL {
            ::metrics::counter!(NOT_ACKNOWLEDGED.name, made(&[("from", platform.name())])).absolute(0);
        }
        let build = env!("STAGERBOT_VERSION").split_once("(commit ");
        let commit = build.and_then(|(_, rest)| rest.split_once(',')).map_or("unknown", |(commit, _)| commit);
        BUILD_INFO.set(&[("version", env!("CARGO_PKG_VERSION")), ("commit", commit)], 1.0);
        Some(handle)
    });
}

/// Counts recorded lengths of time into their buckets: until then each is held by itself.
pub fn settle() {
    if let Some(Some(recorded)) = RECORDED.get() {
        recorded.run_upkeep();
    }
}

/// All of it in Prometheus' text format; nothing before [`install`].
pub fn told() -> String {
    RECORDED.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default()
}

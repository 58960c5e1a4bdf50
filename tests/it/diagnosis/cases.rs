//! The table: what was seen, and what has to come of it.

use stagerbot::incident::observation::{
    Database, LockOutcome, NotMade, Observation, Obstacle, PingOutcome, PodSummary, ProbeOutcome, Seen,
};

use stagerbot::incident::observation::lasting::Momentary;

use crate::harness::seen::*;

pub(super) const CONNECT: &str = "Error: rpc error: code = Unknown desc = failed to connect to `user=locket database=locket`: \
    dial error: dial tcp 10.96.123.190:5432: connect: connection refused";
pub(super) const SLOTS: &str = "Error: rpc error: code = Unknown desc = FATAL: remaining connection slots are reserved for \
    non-replication superuser connections (SQLSTATE 53300)";
pub(super) const LOGIN: &str = "Error: rpc error: code = Unknown desc = failed to connect to `user=locket database=locket`: \
    10.96.123.190:5432 (db): failed SASL auth: FATAL: password authentication failed for user \"locket\" (SQLSTATE 28P01)";
pub(super) const LOCKET_TLS: &str = "Error: rpc error: code = Unavailable desc = connection error: desc = \"transport: \
    authentication handshake failed: x509: certificate has expired or is not yet valid\"";

/// Each case: its name, what was seen, and what has to come of it: the verdict and its cause, the other findings in order,
/// and the pods a restart would delete.
pub(super) fn cases() -> Vec<(&'static str, Observation, &'static str)> {
    use LockOutcome::{Failed, Hung, Nobody, Owner};
    use PingOutcome::{Answered, CertificateRefused, Migrating, Reset, Status};
    use ProbeOutcome::{ExecDenied, ExecFailed, NameNotResolved, NoRoute, Refused, Succeeded, TimedOut, ToolTrouble};
    let both = "| diego-api-0 diego-api-1";
    let signature = "will-help bbs-unreachable, no-active-leader | diego-api-0 diego-api-1";
    assert!(signature.ends_with(both));
    vec![
        // Health, with as much as can be seen and as little as must be.
        ("healthy, the least there is", healthy(), "healthy healthy"),
        ("healthy, everything seen", all_seen(), "healthy healthy"),
        (
            "healthy, endpoints unreadable",
            Observation { endpoints: Seen::NotKnown("403".into()), ..healthy() },
            "healthy healthy",
        ),
        (
            "healthy, one pod",
            healthy().pods(|pods| {
                pods.bbs.truncate(1);
                pods.sets[1].desired = 1;
            }),
            "healthy healthy",
        ),
        ("healthy, Locket apart", healthy().own_lockets(), "healthy healthy"),
        ("healthy, cfdot missing", healthy().lock(Failed, "bash: cfdot: command not found"), "healthy healthy"),
        ("healthy, no label", healthy().label(0, None).label(1, None).listening(&FIRST_LISTENS), "healthy healthy"),
        (
            "healthy, no label, and one probe met the passive pod",
            unlabelled()
                .listening(&FIRST_LISTENS)
                .probed_from(1, Refused)
                .pinged(None, PingOutcome::Refused)
                .pinged(Some("diego-api-0"), Answered),
            "healthy healthy",
        ),
        // Reached, and nobody saw it answer.
        ("no ping was made", unproven(), "reached reached-not-proven"),
        ("no curl", unproven().pinged(None, PingOutcome::NotMade(NotMade::NoCurl)), "reached reached-not-proven"),
        ("the ping ended in doubt", unproven().pinged(None, PingOutcome::Unknown), "reached reached-not-proven"),
        (
            "no ping can be made, as to the pod",
            unproven()
                .listening(&FIRST_LISTENS)
                .pinged(None, PingOutcome::NotMade(NotMade::NoCertificates))
                .pinged(Some("diego-api-0"), PingOutcome::NotMade(NotMade::NoCertificates)),
            "reached reached-not-proven",
        ),
        (
            "the leader answers, and the Service leads there",
            unproven().listening(&FIRST_LISTENS).pinged(Some("diego-api-0"), Answered),
            "healthy healthy",
        ),
        (
            "the leader answers, and where the Service leads was not seen",
            Observation { endpoints: Seen::NotKnown("403".into()), ..unproven() }
                .listening(&FIRST_LISTENS)
                .pinged(Some("diego-api-0"), Answered),
            "reached reached-not-proven",
        ),
        (
            "reached, a revision waits",
            unproven().pods(|pods| pods.sets[1].pending_revision = true),
            "reached reached-not-proven, pending-revision",
        ),
        (
            "reached, no label, one probe met the passive pod",
            unlabelled().listening(&FIRST_LISTENS).probed_from(1, Refused).pinged(None, PingOutcome::Refused),
            "reached reached-not-proven",
        ),
        // Something in between accepts every connect.
        ("the ping is cut off", healthy().pinged(None, Reset), "not-known ping-cut-off"),
        (
            "the ping is cut off, though the leader answers",
            healthy().listening(&FIRST_LISTENS).pinged(None, Reset).pinged(Some("diego-api-0"), Answered),
            "not-known ping-cut-off",
        ),
        (
            "a proxy accepts everything, and no ping can be made",
            unproven().control(Succeeded),
            "not-known connects-prove-nothing",
        ),
        ("a control connect is refused", unproven().control(Refused), "reached reached-not-proven"),
        (
            "a proxy accepts everything, and the label is stale, perhaps",
            unproven().control(Succeeded).pinged(None, Reset),
            "not-known leader-not-reachable, proxy-answers",
        ),
        ("a proxy accepts everything, and the ping is answered", healthy().control(Succeeded), "healthy healthy"),
        (
            "the signature behind a proxy",
            outage().probed(Succeeded).listening(&BOTH_DEAF).pinged(None, Reset),
            "will-help bbs-unreachable, no-active-leader, proxy-answers | diego-api-0 diego-api-1",
        ),
        (
            "the signature behind a proxy, as the control connect tells",
            outage().probed(Succeeded).control(Succeeded).pinged(None, Reset),
            "will-help bbs-unreachable, no-active-leader, proxy-answers | diego-api-0 diego-api-1",
        ),
        (
            "nobody listens behind a proxy, and no ping can be made",
            outage().probed(Succeeded).listening(&BOTH_DEAF),
            "not-known connects-prove-nothing, no-active-leader",
        ),
        (
            "no label, and every probe met the passive pod, or so it seems",
            unlabelled().listening(&FIRST_LISTENS).probed(Refused),
            "not-known leader-not-reachable",
        ),
        (
            "no label, one probe lost",
            unlabelled().listening(&FIRST_LISTENS).probed_from(1, TimedOut),
            "not-known probe-not-possible",
        ),
        ("no label, and who listens can't be seen", healthy().label(0, None).label(1, None), "not-known unexplained"),
        (
            "healthy, the lock's row is stale",
            all_seen().lock(Owner("diego-api-1".into()), ""),
            "healthy healthy, lock-elsewhere",
        ),
        ("healthy, the lock's owner is no pod of ours", all_seen().lock(Owner("vm-7".into()), ""), "healthy healthy"),
        (
            "healthy, a revision waits",
            healthy().pods(|pods| pods.sets[1].pending_revision = true),
            "healthy healthy, pending-revision",
        ),
        (
            "healthy, cells on the move",
            healthy().pods(|pods| {
                pods.cells = vec![PodSummary { deleting_until: Some(now()), ..pod("diego-cell-0", None) }];
            }),
            "healthy healthy, cells-evacuating",
        ),
        ("healthy, an old event", healthy().event("diego-api-0", "NodeNotReady"), "healthy healthy"),
        (
            "healthy, the passive pod's Locket hangs",
            healthy()
                .label(0, Some(false))
                .label(1, Some(true))
                .endpoints(&["diego-api-1"])
                .listening(&[("diego-api-0", false), ("diego-api-1", true)])
                .pinged(Some("diego-api-1"), Answered)
                .lock(Hung, ""),
            "healthy healthy, locket-hung",
        ),
        ("only pods were looked at", Observation { probes: Seen::NotLooked, ..healthy() }, "not-known unexplained"),
        // The runbook's outage.
        ("the runbook's signature", outage(), signature),
        ("the signature, timed out", outage().probed(TimedOut), signature),
        ("the signature, no route", outage().probed(NoRoute), signature),
        ("the signature, each its own text", outage().probed_from(1, TimedOut), signature),
        ("the signature, a headless Service", headless(outage()), signature),
        (
            "the signature, everything seen",
            outage()
                .listening(&BOTH_DEAF)
                .database(Database::Accepts, "")
                .lock(Hung, "")
                .pinged(None, PingOutcome::Refused),
            "will-help bbs-unreachable, no-active-leader, locket-hung | diego-api-0 diego-api-1",
        ),
        (
            "the signature, the lock's owner hangs in start-up",
            outage().listening(&BOTH_DEAF).lock(Owner("diego-api-0".into()), ""),
            "will-help bbs-unreachable, no-active-leader, locket-works | diego-api-0 diego-api-1",
        ),
        (
            "the signature, nobody holds the lock",
            outage().lock(Nobody, ""),
            "will-help bbs-unreachable, no-active-leader, locket-works | diego-api-0 diego-api-1",
        ),
        (
            "the same in an incident, within its time",
            outage().lock(Nobody, "").lasting(Momentary::Leaderless, None, false),
            "not-known leader-awaited, bbs-unreachable, no-active-leader",
        ),
        (
            "the same in an incident, beyond its time",
            outage().lock(Nobody, "").lasting(Momentary::Leaderless, None, true),
            signature,
        ),
        (
            "a label that is stuck, and Locket works",
            healthy().listening(&BOTH_DEAF).probed(Refused).lock(Nobody, "").lasting(
                Momentary::StaleLabel,
                Some("uid-diego-api-0"),
                true,
            ),
            "will-help label-stuck, bbs-unreachable, no-active-leader | diego-api-0",
        ),
        (
            "a label that is stuck beside a leader that answers",
            healthy()
                .label(1, Some(true))
                .endpoints(&["diego-api-0", "diego-api-1"])
                .listening(&[("diego-api-0", false), ("diego-api-1", true)])
                .pinged(Some("diego-api-1"), Answered)
                .lock(Owner("diego-api-1".into()), "")
                .lasting(Momentary::StaleLabel, Some("uid-diego-api-0"), true),
            "will-help label-stuck | diego-api-0",
        ),
        (
            "a label that is stuck on an image that is being rolled out",
            healthy().listening(&BOTH_DEAF).probed(Refused).lock(Nobody, "").newly_lasting(
                Momentary::StaleLabel,
                Some("uid-diego-api-0"),
                true,
            ),
            "not-known label-stale, bbs-unreachable, no-active-leader",
        ),
        (
            "503 for longer than a start takes, and the database works",
            healthy()
                .listening(&FIRST_LISTENS)
                .pinged(None, Migrating)
                .pinged(Some("diego-api-0"), Migrating)
                .lock(Owner("diego-api-0".into()), "")
                .lasting(Momentary::Starting, Some("uid-diego-api-0"), true),
            "will-help bbs-start-hung | diego-api-0",
        ),
        (
            "503 for longer than a start takes, and Locket hangs",
            healthy()
                .listening(&FIRST_LISTENS)
                .pinged(None, Migrating)
                .pinged(Some("diego-api-0"), Migrating)
                .lock(Hung, "")
                .lasting(Momentary::Starting, Some("uid-diego-api-0"), true),
            "not-known bbs-start-slow, locket-hung",
        ),
        (
            "the signature, Locket apart",
            outage().own_lockets(),
            "will-help bbs-unreachable, no-active-leader | locket-0 locket-1 diego-api-0 diego-api-1",
        ),
        ("the signature, no label", outage().label(0, None).label(1, None).listening(&BOTH_DEAF), signature),
        (
            "no label, nobody reaches it, and who listens can't be seen",
            outage().label(0, None).label(1, None),
            "not-known unexplained",
        ),
        ("one pod has no label yet", outage().label(1, None), "not-known unexplained"),
        (
            "the early signature: the label has not followed",
            healthy().listening(&BOTH_DEAF).probed(Refused),
            "not-known label-stale",
        ),
        ("the early signature, unseen", healthy().probed(Refused), "not-known leader-not-reachable"),
        (
            "the end of it: it listens, the label has not followed",
            outage().listening(&FIRST_LISTENS),
            "not-known label-missing",
        ),
        (
            "the signature, but it answers pings",
            outage().pinged(Some("diego-api-0"), Answered),
            "not-known leader-not-reachable",
        ),
        (
            "the signature beside evacuating cells",
            outage().pods(|pods| {
                pods.cells = vec![PodSummary { deleting_until: Some(now()), ..pod("diego-cell-0", None) }];
            }),
            "will-help bbs-unreachable, no-active-leader, cells-evacuating | diego-api-0 diego-api-1",
        ),
        (
            "the signature, but a revision waits",
            outage().pods(|pods| pods.sets[1].pending_revision = true),
            "will-not-help pending-revision, bbs-unreachable, no-active-leader",
        ),
        (
            "accepted, though nobody is behind the Service",
            outage().probed(Succeeded),
            "not-known connects-prove-nothing, no-active-leader",
        ),
        (
            "reached, though nobody is labelled",
            outage().probed(Succeeded).endpoints(&["diego-api-0"]),
            "not-known unexplained, no-active-leader",
        ),
        // The database and Locket.
        (
            "the database is down",
            outage().database(Database::Down, "diego-api-0: refused"),
            "will-not-help database-down, bbs-unreachable, no-active-leader",
        ),
        (
            "the database is down, says Locket",
            outage().lock(Failed, CONNECT),
            "will-not-help database-down, bbs-unreachable, no-active-leader",
        ),
        (
            "the database is down, and it still serves",
            all_seen().database(Database::Down, "refused"),
            "will-not-help database-down",
        ),
        (
            "the database has no slot left",
            outage().lock(Failed, SLOTS),
            "will-not-help database-exhausted, bbs-unreachable, no-active-leader",
        ),
        (
            "the database has no slot left, seen otherwise",
            outage().database(Database::Accepts, "it accepts").lock(Failed, "FATAL: sorry, too many clients already"),
            "will-not-help database-exhausted, bbs-unreachable, no-active-leader",
        ),
        (
            "the pooler before the database has no place left",
            outage().lock(Failed, "Error: rpc error: code = Unknown desc = FATAL: no more connections allowed (max_client_conn)"),
            "will-not-help database-exhausted, bbs-unreachable, no-active-leader",
        ),
        (
            "the database turns Locket's login down",
            outage().lock(Failed, LOGIN),
            "will-not-help database-no-session, bbs-unreachable, no-active-leader",
        ),
        (
            "MySQL turns Locket's login down",
            outage().lock(Failed, "Error 1045 (28000): Access denied for user 'locket'@'10.0.0.7' (using password: YES)"),
            "will-not-help database-no-session, bbs-unreachable, no-active-leader",
        ),
        (
            "the database's name does not resolve",
            outage().lock(
                Failed,
                "failed to connect to `user=locket database=locket`: hostname resolving error: lookup db: no such host",
            ),
            "will-not-help database-no-session, bbs-unreachable, no-active-leader",
        ),
        (
            "Locket's certificate has expired",
            outage().lock(Failed, LOCKET_TLS),
            "will-not-help locket-tls-refused, bbs-unreachable, no-active-leader",
        ),
        (
            "only the client that asks Locket is refused, and everything serves",
            all_seen().lock(Failed, LOCKET_TLS),
            "healthy healthy, locket-client-refused",
        ),
        (
            "the same, and one of the BBS pods hangs",
            hung_beside_another().lock(Failed, LOCKET_TLS),
            "will-not-help locket-tls-refused, bbs-hung",
        ),
        (
            "Locket hangs up in the middle of the handshake",
            outage().lock(
                Failed,
                "rpc error: code = Unavailable desc = connection error: desc = \"transport: authentication handshake failed: EOF\"",
            ),
            "not-known locket-down, bbs-unreachable, no-active-leader",
        ),
        (
            "Locket is gone",
            outage().lock(Failed, "Error: context deadline exceeded"),
            "not-known locket-down, bbs-unreachable, no-active-leader",
        ),
        (
            "Locket's pod is not ready",
            outage().own_lockets().pods(|pods| pods.lockets[0].ready = 0),
            "not-known locket-not-ready, no-active-leader",
        ),
        (
            "a Locket pod is missing",
            outage().own_lockets().pods(|pods| pods.lockets.truncate(1)),
            "not-known locket-absent, bbs-unreachable, no-active-leader",
        ),
        ("Locket hangs while the BBS serves", all_seen().lock(Hung, ""), "not-known lock-at-risk, locket-hung"),
        // What the BBS answers.
        ("one hangs, another took over", hung_beside_another(), "will-help bbs-hung | diego-api-0"),
        (
            "one hangs, nobody took over yet, and Locket works",
            all_seen_but_hung().lock(Owner("diego-api-0".into()), ""),
            "will-help bbs-hung | diego-api-0",
        ),
        (
            "one hangs alone, and Locket works",
            all_seen_but_hung().lock(Owner("diego-api-0".into()), "").pods(|pods| {
                pods.bbs.truncate(1);
                pods.sets[1].desired = 1;
            }),
            "will-help bbs-hung | diego-api-0",
        ),
        (
            "one hangs and keeps its label, another took the lock and answers",
            healthy()
                .listening(&BOTH_LISTEN)
                .pinged(None, PingOutcome::TimedOut)
                .pinged(Some("diego-api-0"), PingOutcome::TimedOut)
                .pinged(Some("diego-api-1"), Answered)
                .lock(Owner("diego-api-1".into()), ""),
            "will-help bbs-hung | diego-api-0",
        ),
        (
            "the same, and the lock's row is out of date",
            hung_beside_another().lock(Owner("diego-api-0".into()), ""),
            "will-help bbs-hung, lock-elsewhere | diego-api-0",
        ),
        ("one hangs, nobody took over yet", all_seen_but_hung(), "will-help bbs-hung | diego-api-0 diego-api-1"),
        ("one hangs, Locket apart", all_seen_but_hung().own_lockets(), "will-help bbs-hung | diego-api-0 diego-api-1"),
        (
            "one hangs, but the network does not carry",
            all_seen_but_hung().probed(TimedOut),
            "will-not-help network-blocked",
        ),
        (
            "one hangs for one, not for another",
            all_seen_but_hung().pinged(Some("diego-api-0"), Answered),
            "not-known ping-not-answered",
        ),
        (
            "one hangs, which can't be seen",
            healthy().pinged(None, PingOutcome::TimedOut),
            "not-known ping-not-answered",
        ),
        ("it migrates", healthy().pinged(None, Migrating), "will-not-help bbs-migrating"),
        (
            "its certificates are refused",
            healthy().pinged(None, CertificateRefused),
            "will-not-help certificates-refused",
        ),
        ("it answers with an error", healthy().pinged(None, Status(500)), "will-not-help bbs-answers-error"),
        ("two are labelled", healthy().label(1, Some(true)), "not-known two-leaders"),
        (
            "two listen, no label",
            healthy().label(0, None).label(1, None).listening(&BOTH_LISTEN),
            "not-known two-leaders",
        ),
        (
            "two are labelled, one is deaf",
            healthy().label(1, Some(true)).listening(&FIRST_LISTENS),
            "not-known label-stale",
        ),
        (
            "the label is on the wrong pod",
            healthy().listening(&[("diego-api-0", false), ("diego-api-1", true)]).probed(Refused),
            "not-known label-stale, label-missing",
        ),
        // Between the Cloud Controller and the BBS.
        ("a policy", healthy().listening(&FIRST_LISTENS).probed(TimedOut), "will-not-help network-blocked"),
        ("a policy, perhaps", healthy().probed(TimedOut), "not-known leader-not-reachable"),
        ("only one api pod is affected", healthy().probed_from(1, TimedOut), "will-not-help some-api-pods-affected"),
        (
            "one of two endpoints is deaf",
            healthy().endpoints(&["diego-api-0", "diego-api-1"]).probed_from(1, Refused),
            "not-known probe-not-possible",
        ),
        ("no name resolves", healthy().probed(NameNotResolved), "will-not-help name-not-resolved"),
        (
            "no name resolves, and nobody leads",
            Observation { headless: Some(false), ..outage() }.probed(NameNotResolved),
            "will-not-help name-not-resolved, bbs-unreachable, no-active-leader",
        ),
        (
            "no name resolves, though somebody is behind the headless Service",
            Observation { headless: Some(true), ..healthy() }.probed(NameNotResolved),
            "will-not-help name-not-resolved",
        ),
        (
            "a headless Service has no address while nobody leads",
            Observation { headless: Some(true), ..outage() }.probed(NameNotResolved),
            signature,
        ),
        (
            "the same, endpoints unreadable",
            Observation { headless: Some(true), endpoints: Seen::NotKnown("403".into()), ..outage() }
                .probed(NameNotResolved),
            signature,
        ),
        (
            "the same, and nothing tells that it is headless",
            outage().probed(NameNotResolved),
            "will-not-help name-not-resolved, bbs-unreachable, no-active-leader",
        ),
        (
            "a headless Service has no address, and its leader is not behind it yet",
            Observation { headless: Some(true), ..healthy() }.endpoints(&[]).probed(NameNotResolved),
            "not-known leader-not-reachable",
        ),
        (
            "a name resolves elsewhere",
            healthy().probed_from(1, NameNotResolved),
            "will-not-help some-api-pods-affected, name-not-resolved-by-some",
        ),
        (
            "a name resolves elsewhere, and nobody leads",
            outage().probed_from(1, NameNotResolved),
            "not-known name-not-resolved-by-some, bbs-unreachable, no-active-leader",
        ),
        (
            "no such Service",
            Observation {
                endpoints: Seen::NotKnown("no Service diego-api in namespace cf".into()),
                no_service: true,
                ..healthy()
            }
            .probed(NameNotResolved),
            "will-not-help service-missing",
        ),
        (
            "another Service",
            healthy().probed(NameNotResolved).serving("diego-api-bbs"),
            "will-not-help service-missing",
        ),
        ("the very Service", healthy().probed(NameNotResolved).serving(SERVICE), "will-not-help name-not-resolved"),
        ("exec is denied", healthy().probed(ExecDenied), "not-known exec-denied"),
        ("exec is denied from one", outage().probed_from(1, ExecDenied), "not-known exec-denied, no-active-leader"),
        ("a policy refuses exec", healthy().probed(ProbeOutcome::ExecRefused), "not-known exec-refused"),
        ("exec is not carried", healthy().probed(ProbeOutcome::ExecNotCarried), "not-known exec-not-carried"),
        ("exec is impossible", healthy().probed(ExecFailed), "not-known exec-impossible"),
        ("no tool", healthy().probed(ToolTrouble), "not-known probe-not-possible"),
        ("in doubt", outage().probed_from(0, ProbeOutcome::Unknown), "not-known probe-not-possible, no-active-leader"),
        (
            "probes not made",
            Observation { probes: Seen::NotKnown("a deadline".into()), ..outage() },
            "not-known probe-not-possible, no-active-leader",
        ),
        (
            "nobody to probe from",
            Observation { probes: Seen::Known(Vec::new()), ..outage() },
            "not-known probe-not-possible, no-active-leader",
        ),
        // Pods.
        (
            "an api pod is not ready beside an outage, and who listens was not seen",
            short().pods(|pods| pods.bbs.truncate(2)),
            "not-known unexplained, no-active-leader, cloud-controller-short-too",
        ),
        (
            "an api pod is not ready beside an outage",
            short().listening(&BOTH_DEAF),
            "will-help bbs-unreachable, no-active-leader, cloud-controller-short-too | diego-api-0 diego-api-1",
        ),
        (
            "an api pod is not ready beside a hung BBS",
            all_seen_but_hung().lock(Owner("diego-api-0".into()), "").pods(|pods| pods.cloud_controllers[1].ready = 1),
            "will-help bbs-hung, cloud-controller-short-too | diego-api-0",
        ),
        (
            "an api pod is not ready, and all is well otherwise",
            all_seen().pods(|pods| pods.cloud_controllers[1].ready = 1),
            "will-not-help cloud-controller-short",
        ),
        (
            "no api pod is ready",
            Observation { probes: Seen::Known(Vec::new()), ..outage() }
                .pods(|pods| pods.cloud_controllers.iter_mut().for_each(|pod| pod.ready = 1)),
            "will-not-help cloud-controller-not-ready, no-active-leader",
        ),
        (
            "no api pods",
            Observation { probes: Seen::Known(Vec::new()), ..outage() }.pods(|pods| pods.cloud_controllers.clear()),
            "will-not-help cloud-controller-absent, no-active-leader",
        ),
        (
            "no api pods, and no set of them",
            outage().pods(|pods| {
                pods.cloud_controllers.clear();
                pods.sets.remove(0);
            }),
            "not-known parts-not-found, no-active-leader",
        ),
        (
            "healthy, and the passive pod is as ready as it ever is",
            all_seen().passive_by_design(1),
            "healthy healthy, passive-not-ready",
        ),
        (
            "the same, and half an hour ago its node was not heard",
            all_seen().passive_by_design(1).event("diego-api-1", "NodeNotReady"),
            "healthy healthy, passive-not-ready",
        ),
        (
            "the outage, and half an hour ago a node was not heard",
            outage()
                .passive_by_design(0)
                .passive_by_design(1)
                .listening(&BOTH_DEAF)
                .lock(Nobody, "")
                .database(Database::Up, "")
                .event("diego-api-1", "NodeNotReady"),
            "will-help bbs-unreachable, no-active-leader, locket-works, passive-not-ready | diego-api-0 diego-api-1",
        ),
        (
            "two versions side by side, and the passive pod is as ready as it ever is",
            all_seen().passive_by_design(1).versions(&["diego-api-v1", "diego-api-v2"]),
            "healthy healthy, two-versions, passive-not-ready",
        ),
        (
            "the passive pod has only just been made",
            all_seen().passive_by_design(1).bbs(1, |pod| pod.created = Some(now())),
            "not-known bbs-not-ready",
        ),
        ("the leader is short of the BBS's container", all_seen().passive_by_design(0), "not-known bbs-not-ready"),
        (
            "the signature where passive pods are not ready by design, and Locket works",
            outage()
                .passive_by_design(0)
                .passive_by_design(1)
                .listening(&BOTH_DEAF)
                .lock(Nobody, "")
                .database(Database::Up, ""),
            "will-help bbs-unreachable, no-active-leader, locket-works, passive-not-ready | diego-api-0 diego-api-1",
        ),
        (
            "the same, and Locket hangs before a database that takes connections",
            outage()
                .passive_by_design(0)
                .passive_by_design(1)
                .listening(&BOTH_DEAF)
                .lock(Hung, "no answer")
                .database(Database::Accepts, "db:5432: connected"),
            "will-help bbs-unreachable, no-active-leader, locket-hung, passive-not-ready | diego-api-0 diego-api-1",
        ),
        (
            "the same, and whether the database works was not seen",
            outage().passive_by_design(0).passive_by_design(1).listening(&BOTH_DEAF),
            "not-known bbs-not-ready, no-active-leader",
        ),
        (
            "a finalizer holds what was deleted",
            outage().bbs(0, |pod| {
                pod.deleting_until = Some(now());
                pod.finalizers = vec!["example.com/backup".into()];
            }),
            "will-not-help finalizer-holds, no-active-leader",
        ),
        (
            "it is pending, and nobody says why",
            outage().bbs(0, |pod| {
                (pod.phase, pod.ready) = ("Pending".into(), 0);
                pod.created = Some(now() - jiff::SignedDuration::from_mins(6));
            }),
            "not-known pods-not-starting, no-active-leader",
        ),
        (
            "two versions side by side, and the new one is not ready",
            all_seen().versions(&["diego-api-v1", "diego-api-v2"]).bbs(1, |pod| pod.ready = 1),
            "will-not-help update-under-way, bbs-not-ready",
        ),
        (
            "two versions side by side, all of them ready",
            all_seen().versions(&["diego-api-v1", "diego-api-v2"]),
            "healthy healthy, two-versions",
        ),
        (
            "the outage while two versions run side by side",
            outage().versions(&["diego-api-v1", "diego-api-v2"]),
            "will-not-help two-versions, bbs-unreachable, no-active-leader",
        ),
        ("a crash loop", healthy().trouble(1, "CrashLoopBackOff"), "will-not-help crash-loop"),
        (
            "an image that is not there",
            healthy().trouble(1, "ErrImagePull").event("diego-api-1", "Failed"),
            "will-not-help image-missing",
        ),
        (
            "a secret that is not there",
            healthy().trouble(1, "CreateContainerConfigError"),
            "will-not-help cannot-start",
        ),
        (
            "no node for it",
            healthy().bbs(1, |pod| {
                (pod.phase, pod.ready, pod.trouble) = ("Pending".into(), 0, Some("Unschedulable".into()));
            }),
            "will-not-help unschedulable",
        ),
        ("its node is gone", healthy().bbs(1, |pod| pod.phase = "Unknown".into()), "will-not-help node-lost"),
        (
            "its node is gone, as an event tells",
            healthy().bbs(1, |pod| pod.deleting_until = Some(now())).event("diego-api-1", "NodeNotReady"),
            "will-not-help node-lost, pods-terminating",
        ),
        (
            "being deleted",
            outage().bbs(0, |pod| pod.deleting_until = Some(now())),
            "not-known pods-terminating, no-active-leader",
        ),
        (
            "being created",
            outage().bbs(0, |pod| (pod.phase, pod.ready) = ("Pending".into(), 0)),
            "not-known pods-starting, no-active-leader",
        ),
        ("not ready", outage().bbs(0, |pod| pod.ready = 1), "not-known bbs-not-ready, no-active-leader"),
        ("out of memory", outage().trouble(0, "OOMKilled"), "not-known bbs-not-ready, no-active-leader"),
        (
            "one is missing",
            outage().pods(|pods| pods.bbs.truncate(1)),
            "not-known bbs-absent, bbs-unreachable, no-active-leader",
        ),
        ("all are missing", outage().pods(|pods| pods.bbs.clear()), "not-known bbs-absent"),
        // Sight.
        (
            "the API server is gone",
            blind(Obstacle::Unreachable, "list pods: the API server is unreachable: Connection refused"),
            "not-known api-unreachable",
        ),
        ("the API server is slow", blind(Obstacle::Slow, "list pods: no answer within 5.0 s"), "not-known api-slow"),
        (
            "the token has expired",
            blind(Obstacle::Credentials, "list pods: the API server refused the credentials (401 Unauthorized)"),
            "not-known credentials-refused",
        ),
        (
            "a credential plugin fails",
            blind(
                Obstacle::NoCredentials,
                "no credentials: user bot: the credential plugin login failed with exit code 1",
            ),
            "not-known credentials-missing",
        ),
        (
            "the server's certificate has expired",
            blind(Obstacle::NotTrusted, "list pods: the API server can't be trusted: its certificate has expired"),
            "not-known api-not-trusted",
        ),
        (
            "a client certificate is refused",
            blind(
                Obstacle::Credentials,
                "list pods: the API server refused the credentials: the client certificate (it has expired)",
            ),
            "not-known credentials-refused",
        ),
        (
            "lists are not permitted",
            blind(Obstacle::Permission, "list pods: permission missing: pods is forbidden"),
            "not-known permission-missing",
        ),
        (
            "no parts",
            blind(
                Obstacle::Parts,
                "in namespace cf, BBS was not found: looked among 0 StatefulSets for diego-api, by label and by name",
            ),
            "not-known parts-not-found",
        ),
        (
            "a proxy's page",
            blind(
                Obstacle::Foreign,
                "list pods: something else than an API server answered in its place: HTTP 503 with a page",
            ),
            "not-known not-an-api-server",
        ),
        (
            "an answer that holds a number",
            blind(
                Obstacle::Other,
                "list pods: etcdserver: 401 leases, unreachable in namespace x, no answer within 5 s (500)",
            ),
            "not-known cluster-not-seen",
        ),
        (
            "something else",
            blind(Obstacle::Other, "list pods: etcdserver: request timed out (500)"),
            "not-known cluster-not-seen",
        ),
    ]
}

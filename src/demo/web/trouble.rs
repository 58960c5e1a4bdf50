//! The faults to order by a click.

use std::time::Duration;

use crate::simulator::kubernetes::fault::Fault;

/// How long the database is away in the runbook's outage, in the model's own seconds.
const OUTAGE: Duration = Duration::from_secs(40);

/// What can be ordered: the sentence that says what it is, by which it is ordered, too, and the fault.
pub(super) fn all() -> [(&'static str, Fault); 10] {
    let pod = || "diego-api-0".to_owned();
    [
        ("play-fault-connections-lost", Fault::DatabaseConnectionsLost { outage: OUTAGE }),
        ("play-fault-database-down", Fault::DatabaseDown),
        ("play-fault-bbs-hung", Fault::BbsHung { pod: pod() }),
        ("play-fault-stale-label", Fault::StaleLabel),
        ("play-fault-network-policy", Fault::NetworkPolicy),
        ("play-fault-image-missing", Fault::ImageMissing),
        ("play-fault-hangs-terminating", Fault::FinalizerHolds { pod: pod() }),
        ("play-fault-exec-denied", Fault::ExecDenied),
        ("play-fault-delete-answers-lost", Fault::DeleteAnswersLost),
        ("play-fault-api-down", Fault::ApiServerDown),
    ]
}

/// The fault that is ordered so.
pub(super) fn fault(id: &str) -> Option<Fault> {
    all().into_iter().find_map(|(name, fault)| (name == id).then_some(fault))
}

/// Which of them last, of all faults that do. Connections that died are no more than that: what comes of it is what is seen.
pub(super) fn lasting(faults: &[Fault]) -> Vec<&'static str> {
    let passes = |fault: &Fault| matches!(fault, Fault::DatabaseConnectionsLost { .. });
    let lasts = |fault: &Fault| !passes(fault) && faults.iter().any(|other| other.is_like(fault));
    all().iter().filter(|(_, fault)| lasts(fault)).map(|(name, _)| *name).collect()
}

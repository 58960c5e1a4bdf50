//! The control connect: to a BBS pod's own address, at a port where nobody listens. Where it is accepted, something in between, such
//! as a mesh's sidecar, accepts every connect, and a probe that succeeds proves nothing.
//!
//! Not to the Service: at a port that it does not have packets vanish, and the connect would cost its whole limit.

use std::net::IpAddr;
use std::time::Duration;

use super::answers::Part;
use super::probe::Connect;
use crate::incident::observation::{ProbeOutcome, ProbeReport};
use crate::incident::phrase::Phrase;

/// No release listens there (TCP Port Service Multiplexer, RFC 1078).
const PORT: u16 = 1;

/// What the script allows: what accepts everything does so at once.
pub(super) const LIMIT: Duration = Duration::from_secs(1);

/// What came of it.
pub(super) fn report(pod: &str, container: &str, to: IpAddr, missing: &[String], part: &Part<'_>) -> ProbeReport {
    let target = format!("{to}:{PORT}");
    let report = Connect { pod, container, target, limit: LIMIT, missing }.report(part);
    let text =
        if report.outcome == ProbeOutcome::Succeeded { Phrase::new("seen-accepted").into() } else { report.text };
    ProbeReport { text, ..report }
}

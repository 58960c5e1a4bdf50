//! The control connect: to a port of the BBS Service's host where nobody listens. Where it is accepted, something in between,
//! such as a mesh's sidecar, accepts every connect, and a probe that succeeds proves nothing.

use std::time::Duration;

use jiff::SignedDuration;
use tokio::time::Instant;

use super::probe::{classify, whole_seconds};
use crate::cluster::error::{MAX_TEXT, clean};
use crate::cluster::exec::{Ending, Execs};
use crate::cluster::scripts::CONNECT;
use crate::incident::observation::{ProbeOutcome, ProbeReport};

/// No release listens there (TCP Port Service Multiplexer, RFC 1078).
const PORT: u16 = 1;

/// How long it may take: what accepts everything does so at once.
const LIMIT: Duration = Duration::from_secs(2);

/// Connects from the container, and says what came of it.
pub(super) async fn connect(execs: &Execs<'_>, pod: &str, container: &str, host: &str) -> ProbeReport {
    let began = Instant::now();
    let command = CONNECT.command([host, &PORT.to_string(), &whole_seconds(LIMIT).to_string()]);
    let (outcome, exit_code, text) = match execs.run(pod, container, &command, LIMIT).await {
        Ending::Exited { code, text } => (classify(Some(code), &text), Some(code), text),
        Ending::Denied(why) => (ProbeOutcome::ExecDenied, None, why),
        Ending::Refused(why) => (ProbeOutcome::ExecRefused, None, why),
        Ending::NotCarried(why) => (ProbeOutcome::ExecNotCarried, None, why),
        Ending::Failed(why) => (ProbeOutcome::ExecFailed, None, why),
        Ending::Unknown(why) => (ProbeOutcome::Unknown, None, why),
    };
    let text = match outcome {
        ProbeOutcome::Succeeded => "accepted".to_owned(),
        ProbeOutcome::TimedOut if text.is_empty() => format!("no answer within {} s", LIMIT.as_secs()),
        _ => text,
    };
    ProbeReport {
        pod: pod.to_owned(),
        container: container.to_owned(),
        target: format!("{host}:{PORT}"),
        outcome,
        exit_code,
        text: clean(&text, MAX_TEXT).replace('\n', " "),
        took: SignedDuration::try_from(began.elapsed()).unwrap_or(SignedDuration::MAX),
        by_bash: true,
    }
}

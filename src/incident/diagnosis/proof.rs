//! Rules about proof: what a connect that is accepted tells where no ping is answered.

use super::super::observation::serving::Answer;
use super::super::observation::{NotMade, Observation, PingOutcome, ProbeOutcome, Seen};
use super::super::phrase::{Phrase, Statement};
use super::evidence::{Evidence, line, ping_lines, probe_lines};
use super::health::in_order;

/// What the control connect said.
fn control_lines(observation: &Observation) -> Vec<Statement> {
    let told = observation.control.known().filter(|report| report.outcome == ProbeOutcome::Succeeded);
    told.map(|report| line(observation.at, report.connect_line())).into_iter().collect()
}

/// Everything is as a healthy environment has it, and no ping could be made.
pub(super) fn reached_not_proven(observation: &Observation) -> Option<Evidence> {
    let leader = in_order(observation).filter(|_| observation.answer() == Answer::NotSeen)?;
    let evidence = probe_lines(observation).into_iter().chain(ping_lines(observation, |_| true)).collect();
    Some(Evidence::on(evidence).with("leader", &leader.name).with("why", why_not_seen(observation)))
}

/// Why no ping could be made, and how one could.
fn why_not_seen(observation: &Observation) -> Phrase {
    let phrase = |id: &str| Phrase::new(id);
    match (&observation.pings, observation.service_ping().map(|report| report.outcome)) {
        (Seen::NotKnown(why), _) => phrase("unseen-ping-because").with("why", why),
        (_, Some(PingOutcome::NotMade(why))) => phrase(match why {
            NotMade::NoCurl => "unseen-ping-no-curl",
            NotMade::OldCurl => "unseen-ping-old-curl",
            NotMade::NoCertificates => "unseen-ping-no-certificates",
            NotMade::OtherName => "unseen-ping-other-name",
            NotMade::ExecDenied => "unseen-ping-exec-denied",
            NotMade::ExecRefused => "unseen-ping-exec-refused",
            NotMade::ExecNotCarried => "unseen-ping-exec-not-carried",
            NotMade::ExecFailed => "unseen-ping-exec-failed",
        }),
        _ => phrase("unseen-ping-in-doubt"),
    }
}

/// The connect is accepted, and the connection closed before the BBS has said anything.
pub(super) fn ping_cut_off(observation: &Observation) -> Option<Evidence> {
    if !observation.is_reached() {
        return None;
    }
    // Of the leader's own ping only where the one through the Service could not tell.
    let decides = observation.answer() == Answer::Failed;
    Evidence::where_any(ping_lines(observation, |report| decides && report.outcome == PingOutcome::Reset))
}

/// A proxy accepts every connect, and nothing else could be seen.
pub(super) fn connects_prove_nothing(observation: &Observation) -> Option<Evidence> {
    (observation.is_proxied() && observation.answer() != Answer::Failed).then(|| proxied(observation))
}

/// A proxy accepts every connect; what counts is what the pings say.
pub(super) fn proxy_answers(observation: &Observation) -> Option<Evidence> {
    (observation.is_proxied() && observation.answer() == Answer::Failed).then(|| proxied(observation))
}

fn proxied(observation: &Observation) -> Evidence {
    Evidence::on(probe_lines(observation)).and(control_lines(observation)).and(ping_lines(observation, |_| true))
}
